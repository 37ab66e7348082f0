(** [gradient] computes the derivatives of the output by the pixels of a grid, through all layers. Like
    in [Derivative], a step [E / N] of the pixels is taken in integers: all biases, the padding and the
    grid's codes are times [N], and the codes move by [pixel_unit * E]. Then the output moves by the
    gradient's product with [E], for every [N] from some number on. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Tables Derivative GridSums.
Import ListNotations.
Open Scope Z_scope.

(** ** One patch *)

Lemma last_scale_finer : forall N layers, last_scale (map (finer N) layers) = last_scale layers.
Proof.
  intros N layers. unfold last_scale. induction layers as [|l [|l' rest] IH]; try reflexivity. exact IH.
Qed.

Lemma derivatives_inv : forall factor layers v j, derivatives factor layers v = Some j ->
  exists g, backward layers v = Some g /\ length j = length g /\
    forall e, factor * dot g e = last_scale layers * dot j e.
Proof.
  intros factor layers v j H. unfold derivatives in H.
  destruct (backward layers v) as [g|]; [|discriminate H]. cbn [bind] in H. exists g.
  split; [reflexivity|].
  destruct (all_inv _ _ 0 (fun t => exactly (factor * t) (last_scale layers)) _ _ H) as [P ->].
  split; [apply map_length|].
  clear H. induction g as [|t g IH]; intros e; [unfold dot; simpl; lia|].
  destruct e as [|x e]; [unfold dot; simpl; lia|]. cbn [map]. rewrite !dot_cons.
  pose proof (P t (or_introl eq_refl)) as T. apply exactly_inv in T. destruct T as [_ T].
  specialize (IH (fun t I => P t (or_intror I)) e).
  revert T. generalize (value_or 0 (exactly (factor * t) (last_scale layers))). intros q T.
  transitivity (factor * t * x + factor * dot g e); [ring|]. rewrite T, IH. ring.
Qed.

Lemma dot_times : forall k g e, dot g (map (Z.mul k) e) = k * dot g e.
Proof. intros. rewrite dot_comm, dot_scaled, dot_comm. reflexivity. Qed.

Lemma perceptron_moved : forall k layers v e j y, shaped (length v) layers -> length e = length v ->
  derivatives 1 layers v = Some j -> perceptron layers v = Some y ->
  exists least, forall N, least <= N ->
    perceptron (map (finer N) layers) (moved N v (map (Z.mul k) e)) = Some (N * y + k * dot j e).
Proof.
  intros k layers v e j y S L D P. destruct (derivatives_inv _ _ _ _ D) as [g [B [_ J]]].
  unfold perceptron in P. destruct (total layers v) as [t|] eqn:T; [|discriminate P].
  cbn [bind] in P. apply exactly_inv in P. destruct P as [Pos Et].
  assert (L' : length (map (Z.mul k) e) = length v) by (rewrite map_length; assumption).
  destruct (backward_is_derivative layers v g (map (Z.mul k) e) t S L' B T) as [least H].
  exists least. intros N HN. unfold perceptron. rewrite last_scale_finer.
  rewrite (H N HN). cbn [bind]. rewrite dot_times. specialize (J e).
  replace (dot g e) with (last_scale layers * dot j e) by lia. rewrite Et.
  replace (N * (last_scale layers * y) + k * (last_scale layers * dot j e))
    with (last_scale layers * (N * y + k * dot j e)) by ring.
  apply exactly_times, Pos.
Qed.

(** ** One layer *)

Definition finer_network (N : Z) (net : network) : network :=
  Network (map (finer N) (convolution net)) (map (finer N) (head net)) (N * padding net)
    (work_columns net).

Section Grid.

Variables (net : network) (rows columns : nat).
Hypothesis shaped_convolution : shaped 9 (convolution net).
Hypothesis shaped_head : shaped 1 (head net).

(** The grid with codes [f], and the grid that is the step [E / N] away. *)
Definition at_codes (f : Z -> Z -> Z) : grid := tabulate rows columns f.
Definition away (N : Z) (f E : Z -> Z -> Z) : grid :=
  tabulate rows columns (fun a c => N * f a c + pixel_unit * E a c).

Definition around (E : Z -> Z -> Z) (a c : Z) : list Z :=
  map (fun o => if inside rows columns (a + fst o) (c + snd o)
                then E (a + fst o) (c + snd o) else 0) offsets.

Lemma patch_away : forall N f E a c,
  patch (finer_network N net) rows columns (away N f E) a c =
  moved N (patch net rows columns (at_codes f) a c) (map (Z.mul pixel_unit) (around E a c)).
Proof.
  intros. unfold patch, moved, around, vector_add. rewrite !map_map, combine_map, combine_self, !map_map.
  apply map_ext. intros o. cbn [fst snd]. unfold away, at_codes. rewrite !shown_tabulate.
  destruct (inside rows columns (a + fst o) (c + snd o)); [reflexivity|]. cbn [padding finer_network]. lia.
Qed.

Definition slopes (f : Z -> Z -> Z) (a c : Z) : list Z :=
  value_or [] (derivatives 1 (convolution net) (patch net rows columns (at_codes f) a c)).

Definition after (f : Z -> Z -> Z) (a c : Z) : Z :=
  value_or 0 (perceptron (convolution net) (patch net rows columns (at_codes f) a c)).

Definition carried (f E : Z -> Z -> Z) (a c : Z) : Z := dot (slopes f a c) (around E a c).

Lemma next_away : forall f E g' jacobian,
  next net rows columns (at_codes f) = Some g' ->
  all (map all (tabulate rows columns (fun a c =>
    derivatives 1 (convolution net) (patch net rows columns (at_codes f) a c)))) = Some jacobian ->
  g' = at_codes (after f) /\ jacobian = tabulate rows columns (slopes f) /\
  (forall a c, inside rows columns a c = true -> length (slopes f a c) = 9%nat) /\
  exists least, forall N, least <= N ->
    next (finer_network N net) rows columns (away N f E) = Some (away N (after f) (carried f E)).
Proof.
  intros f E g' jacobian H J. unfold next in H.
  apply (all_tabulate_inv _ 0) in H. destruct H as [P ->].
  apply (all_tabulate_inv _ []) in J. destruct J as [Q ->].
  fold (slopes f) in Q. split; [reflexivity|]. split; [reflexivity|].
  assert (L9 : forall a c, length (patch net rows columns (at_codes f) a c) = 9%nat) by reflexivity.
  split.
  - intros a c I. specialize (Q a c I). destruct (derivatives_inv _ _ _ _ Q) as [g [B [L _]]].
    fold (slopes f a c) in L. rewrite L. rewrite <- (L9 a c).
    apply (backward_length (convolution net)); [exact shaped_convolution|exact B].
  - destruct (common_least _ (fun p N =>
      perceptron (convolution (finer_network N net))
        (patch (finer_network N net) rows columns (away N f E) (fst p) (snd p)) =
      Some (N * after f (fst p) (snd p) + pixel_unit * carried f E (fst p) (snd p)))
      (positions rows columns)) as [least H].
    + intros [a c] I. apply in_positions in I. cbn [fst snd] in *.
      destruct (perceptron_moved pixel_unit (convolution net) (patch net rows columns (at_codes f) a c)
        (around E a c) (slopes f a c) (after f a c)) as [least H].
      * exact shaped_convolution.
      * reflexivity.
      * apply Q, I.
      * apply P, I.
      * exists least. intros N HN. rewrite patch_away. apply H, HN.
    + exists least. intros N HN. unfold next, away. apply all_tabulate. intros a c Ha Hc.
      apply (H N HN (a, c)), in_positions, insideP. auto.
Qed.

(** What a layer passes back is what it passes forward, seen from the other side. *)
Definition over_grid (h : Z -> Z -> Z) : Z :=
  sum (map (fun p => h (fst p) (snd p)) (positions rows columns)).

Lemma dot_around : forall j E a c, length j = 9%nat ->
  dot j (around E a c) =
  sum (map (fun k => nth k j 0 *
    (let (down, right) := nth k offsets (0, 0) in
     if inside rows columns (a + down) (c + right) then E (a + down) (c + right) else 0)) (seq 0 9)).
Proof.
  intros j E a c L. do 9 (destruct j as [|? j]; [discriminate L|]).
  destruct j; [|discriminate L]. reflexivity.
Qed.

Lemma passes_back : forall f E h G,
  (forall a c, inside rows columns a c = true -> length (slopes f a c) = 9%nat) ->
  all (map all (tabulate rows columns (fun a c =>
    derivatives 1 (convolution net) (patch net rows columns (at_codes f) a c)))) =
    Some (tabulate rows columns (slopes f)) ->
  layer_gradient net rows columns (at_codes f) h = Some G ->
  over_grid (fun a c => pixel h a c * carried f E a c) = over_grid (fun a c => pixel G a c * E a c).
Proof.
  intros f E h G L J H. unfold layer_gradient in H. rewrite J in H. cbn [bind] in H.
  apply (f_equal (value_or [])) in H. cbn [value_or] in H. subst G. unfold over_grid.
  set (term := fun (k : nat) (q p : Z * Z) =>
    pixel h (fst q) (snd q) * nth k (slopes f (fst q) (snd q)) 0 * E (fst p) (snd p)).
  transitivity (sum (map (fun q => sum (map (fun k =>
    let (down, right) := nth k offsets (0, 0) in
    if inside rows columns (fst q + down) (snd q + right)
    then term k q (fst q + down, snd q + right) else 0) (seq 0 9))) (positions rows columns))).
  - apply sum_ext. intros [a c] I. apply in_positions in I. cbn [fst snd] in *.
    unfold carried. rewrite dot_around by (apply L, I). rewrite <- sum_times. apply sum_ext.
    intros k _. destruct (nth k offsets (0, 0)) as [down right]. unfold term. cbn [fst snd].
    destruct (inside rows columns (a + down) (c + right)); ring.
  - rewrite sum_exchange.
    transitivity (sum (map (fun k => sum (map (fun p =>
      let (down, right) := nth k offsets (0, 0) in
      if inside rows columns (fst p - down) (snd p - right)
      then term k (fst p - down, snd p - right) p else 0) (positions rows columns))) (seq 0 9))).
    + apply sum_ext. intros k _. destruct (nth k offsets (0, 0)) as [down right].
      apply (sum_shift rows columns down right (term k)).
    + rewrite sum_exchange. apply sum_ext. intros [a c] I. apply in_positions in I. cbn [fst snd] in *.
      apply insideP in I. rewrite pixel_tabulate by apply I.
      rewrite (Z.mul_comm _ (E a c)), <- sum_times. apply sum_ext. intros k _.
      destruct (nth k offsets (0, 0)) as [down right].
      destruct (inside rows columns (a - down) (c - right)) eqn:I'; [|ring].
      unfold term. cbn [fst snd]. apply insideP in I'. rewrite nth_tabulate by apply I'. ring.
Qed.

(** ** The head, and all layers *)

Lemma run_front : forall n g, run net rows columns (S n) g =
  bind (next net rows columns g) (run net rows columns n).
Proof.
  induction n as [|n IH]; intros g; [cbn [run bind]; destruct (next net rows columns g); reflexivity|].
  change (run net rows columns (S (S n)) g) with
    (bind (run net rows columns (S n) g) (next net rows columns)).
  rewrite IH. destruct (next net rows columns g); reflexivity.
Qed.

Lemma output_away : forall f E G y,
  head_gradient net rows columns (at_codes f) = Some G -> output net (at_codes f) = Some y ->
  exists least, forall N, least <= N ->
    output (finer_network N net) (away N f E) =
    Some (N * y + over_grid (fun a c => pixel G a c * E a c)).
Proof.
  intros f E G y H O. unfold head_gradient in H.
  apply (all_tabulate_inv _ 0) in H. destruct H as [P ->].
  unfold output in O. unfold at_codes in O. rewrite concat_tabulate, map_map in O.
  destruct (all (map _ (positions rows columns))) as [shares|] eqn:A in O; [|discriminate O].
  apply (all_inv _ _ 0 (fun p : Z * Z => total (head net) [f (fst p) (snd p)])) in A.
  destruct A as [T ->]. cbn [bind] in O. apply exactly_inv in O. destruct O as [Pos O].
  set (slope := fun a c => value_or 0
    (bind (derivatives pixel_unit (head net) [pixel (at_codes f) a c]) (fun s => Some (hd 0 s)))).
  destruct (common_least _ (fun p N =>
    total (map (finer N) (head net)) [N * f (fst p) (snd p) + pixel_unit * E (fst p) (snd p)] =
    Some (N * value_or 0 (total (head net) [f (fst p) (snd p)]) +
          last_scale (head net) * (slope (fst p) (snd p) * E (fst p) (snd p))))
    (positions rows columns)) as [least K].
  - intros [a c] I. specialize (T (a, c) I). apply in_positions in I. cbn [fst snd] in *.
    specialize (P a c I). fold (slope a c) in P. apply insideP in I.
    unfold at_codes in P at 1. rewrite pixel_tabulate in P by apply I.
    destruct (derivatives pixel_unit (head net) [f a c]) as [j|] eqn:D; [|discriminate P].
    cbn [bind] in P. injection P as P.
    destruct (derivatives_inv _ _ _ _ D) as [g [B [Lj J]]].
    assert (Lg : length g = 1%nat) by (apply (backward_length (head net) [f a c]); [exact shaped_head|exact B]).
    destruct j as [|j0 [|]]; cbn [length] in Lj; try lia. cbn [hd] in P.
    destruct (backward_is_derivative (head net) [f a c] g [pixel_unit * E a c] _ shaped_head
      eq_refl B T) as [least K].
    exists least. intros N HN. specialize (K N HN). unfold moved, vector_add in K.
    cbn [map combine fst snd] in K. rewrite K. f_equal. f_equal.
    change [pixel_unit * E a c] with (map (Z.mul pixel_unit) [E a c]). rewrite dot_times, J, <- P.
    unfold dot. simpl. ring.
  - exists least. intros N HN. specialize (K N HN). unfold output, away. cbn [head finer_network].
    rewrite concat_tabulate, map_map.
    rewrite (all_map _ _ (fun p : Z * Z => total (map (finer N) (head net))
      [N * f (fst p) (snd p) + pixel_unit * E (fst p) (snd p)])
      (fun p => N * value_or 0 (total (head net) [f (fst p) (snd p)]) +
          last_scale (head net) * (slope (fst p) (snd p) * E (fst p) (snd p)))) by exact K.
    cbn [bind]. rewrite last_scale_finer, sum_add, !sum_times, O.
    rewrite Z.mul_assoc, (Z.mul_comm N), <- Z.mul_assoc, <- Z.mul_add_distr_l.
    rewrite exactly_times by exact Pos. f_equal. f_equal. apply sum_ext. intros [a c] I.
    apply in_positions, insideP in I. cbn [fst snd] in *. rewrite pixel_tabulate by apply I. reflexivity.
Qed.

End Grid.

Theorem gradient_is_derivative : forall net rows columns, shaped 9 (convolution net) ->
  shaped 1 (head net) -> forall n f E G y,
  gradient net rows columns n (at_codes rows columns f) = Some G ->
  bind (run net rows columns n (at_codes rows columns f)) (output net) = Some y ->
  exists least, forall N, least <= N ->
    bind (run (finer_network N net) rows columns n (away rows columns N f E))
      (output (finer_network N net)) =
    Some (N * y + over_grid rows columns (fun a c => pixel G a c * E a c)).
Proof.
  intros net rows columns S9 S1. induction n as [|n IH]; intros f E G y H O.
  - apply output_away; assumption.
  - rewrite run_front in O. cbn [gradient] in H.
    destruct (next net rows columns (at_codes rows columns f)) as [g'|] eqn:X; [|discriminate H].
    cbn [bind] in H, O.
    destruct (gradient net rows columns n g') as [h|] eqn:Y; [|discriminate H]. cbn [bind] in H.
    assert (J := H). unfold layer_gradient in J.
    destruct (all _) as [jacobian|] eqn:A in J; [|discriminate J]. clear J.
    destruct (next_away net rows columns S9 f E g' jacobian X A) as [-> [-> [L [least K]]]].
    destruct (IH (after net rows columns f) (carried net rows columns f E) h y Y O) as [least' K'].
    exists (Z.max least least'). intros N HN. rewrite run_front, K by lia. cbn [bind].
    rewrite K' by lia. rewrite (passes_back net rows columns f E h G L A H). reflexivity.
Qed.
