(** Grids of states: the network's layers, its output and its gradient, in terms of the rule. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids LocalRule.
Import ListNotations.
Open Scope Z_scope.

(** Goes through the cases of comparisons, and leaves out those that cannot be. *)
Ltac compare :=
  repeat (match goal with
          | |- context [?x <? ?y] => destruct (Z.ltb_spec x y)
          | |- context [?x =? ?y] => destruct (Z.eqb_spec x y)
          end; try (exfalso; lia)).

Section Grid.

Context {R : local_rule}.
Variables (net : network) (code : state R -> Z) (known : state R -> bool).
Hypothesis correct : implements net code known.

Variables rows columns : nat.

(** The grid that shows these states. *)
Definition codes (states : Z -> Z -> state R) : grid :=
  tabulate rows columns (fun a c => code (states a c)).

(** The states with padding outside the grid. *)
Definition framed (states : Z -> Z -> state R) (a c : Z) : state R :=
  if inside rows columns a c then states a c else outside.

Lemma framed_inside : forall states a c,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns -> framed states a c = states a c.
Proof.
  intros. unfold framed. replace (inside rows columns a c) with true; [reflexivity|].
  symmetry. apply insideP. auto.
Qed.

(** A cell's neighbours: padding beyond the edge. *)
Lemma framed_north : forall states a c,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  framed states (a - 1) c = if a =? 0 then outside else states (a - 1) c.
Proof.
  intros. unfold framed. destruct (Z.eqb_spec a 0), (inside rows columns (a - 1) c) eqn:I;
    try reflexivity; [apply insideP in I; lia|].
  rewrite (proj2 (insideP rows columns (a - 1) c)) in I by lia. discriminate.
Qed.

Lemma framed_west : forall states a c,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  framed states a (c - 1) = if c =? 0 then outside else states a (c - 1).
Proof.
  intros. unfold framed. destruct (Z.eqb_spec c 0), (inside rows columns a (c - 1)) eqn:I;
    try reflexivity; [apply insideP in I; lia|].
  rewrite (proj2 (insideP rows columns a (c - 1))) in I by lia. discriminate.
Qed.

Lemma framed_east : forall states a c,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  framed states a (c + 1) = if c =? Z.of_nat columns - 1 then outside else states a (c + 1).
Proof.
  intros. unfold framed.
  destruct (Z.eqb_spec c (Z.of_nat columns - 1)), (inside rows columns a (c + 1)) eqn:I;
    try reflexivity; [apply insideP in I; lia|].
  rewrite (proj2 (insideP rows columns a (c + 1))) in I by lia. discriminate.
Qed.

Lemma framed_south : forall states a c,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  framed states (a + 1) c = if a =? Z.of_nat rows - 1 then outside else states (a + 1) c.
Proof.
  intros. unfold framed.
  destruct (Z.eqb_spec a (Z.of_nat rows - 1)), (inside rows columns (a + 1) c) eqn:I;
    try reflexivity; [apply insideP in I; lia|].
  rewrite (proj2 (insideP rows columns (a + 1) c)) in I by lia. discriminate.
Qed.

Definition all_known (states : Z -> Z -> state R) : Prop :=
  forall a c, 0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns -> known (states a c) = true.

Lemma framed_known : forall states a c, all_known states -> known (framed states a c) = true.
Proof.
  intros states a c K. unfold framed. destruct (inside rows columns a c) eqn:I; [|exact (knows_outside _ _ _ correct)].
  apply insideP in I. apply K; apply I.
Qed.

Lemma shown_codes : forall states a c,
  shown net rows columns (codes states) a c = code (framed states a c).
Proof.
  intros. unfold codes. rewrite shown_tabulate. unfold framed.
  destruct (inside rows columns a c); [reflexivity|exact (code_pad _ _ _ correct)].
Qed.

Lemma patch_codes : forall states a c,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  exists nw ne sw se, patch net rows columns (codes states) a c =
    shows code nw (framed states (a - 1) c) ne (framed states a (c - 1)) (states a c)
      (framed states a (c + 1)) sw (framed states (a + 1) c) se.
Proof.
  intros states a c Ha Hc. unfold patch, offsets, shows. cbn [map fst snd].
  rewrite !shown_codes.
  replace (a + -1) with (a - 1) by lia. replace (c + -1) with (c - 1) by lia.
  replace (a + 0) with a by lia. replace (c + 0) with c by lia.
  rewrite (framed_inside states a c) by assumption.
  do 4 eexists. reflexivity.
Qed.

(** One layer: the rule in every cell. *)
Definition steps_to (states after : Z -> Z -> state R) : Prop :=
  forall a c, 0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  follows (states a c) (says _ (framed states (a - 1) c)) (says _ (framed states a (c - 1)))
    (says _ (framed states a (c + 1))) (says _ (framed states (a + 1) c)) = Some (after a c).

Lemma next_states : forall states after, all_known states -> all_known after ->
  steps_to states after -> next net rows columns (codes states) = Some (codes after).
Proof.
  intros states after K KA H. unfold next, codes at 2. apply all_tabulate. intros a c Ha Hc.
  destruct (patch_codes states a c Ha Hc) as [nw [ne [sw [se E]]]]. rewrite E.
  apply (local_value _ _ _ correct); try (apply framed_known, K); [apply K|apply KA|apply H]; assumption.
Qed.

(** ** The output *)

Lemma output_states : forall states, all_known states ->
  output net (codes states) =
  Some (sum (map (fun a => sum (map (fun c => answer_value (states a c)) (indices columns)))
               (indices rows))).
Proof.
  intros states K. unfold output.
  replace (concat (codes states)) with (map code (concat (tabulate rows columns states))).
  2:{ rewrite concat_map. unfold codes, tabulate. rewrite map_map. f_equal.
      apply map_ext. intros a. rewrite map_map. reflexivity. }
  rewrite map_map.
  rewrite (all_map _ _ _ (fun s => last_scale (head net) * answer_value s)).
  2:{ intros s I. apply in_concat_tabulate in I. destruct I as [a [c [A [C <-]]]].
      apply (head_value _ _ _ correct), K; assumption. }
  cbn [bind].
  replace (sum (map (fun s => last_scale (head net) * answer_value s)
                  (concat (tabulate rows columns states))))
    with (last_scale (head net) *
          sum (map answer_value (concat (tabulate rows columns states)))).
  - rewrite exactly_times by exact (scale_head _ _ _ correct). rewrite sum_grid. reflexivity.
  - induction (concat (tabulate rows columns states)) as [|s l IH]; simpl; lia.
Qed.

(** ** The gradient *)

Lemma head_gradient_states : forall states, all_known states ->
  head_gradient net rows columns (codes states) =
  Some (tabulate rows columns (fun a c => answer_slope (states a c))).
Proof.
  intros states K. unfold head_gradient. apply all_tabulate. intros a c Ha Hc.
  unfold codes. rewrite pixel_tabulate by assumption.
  rewrite (head_derivative _ _ _ correct) by (apply K; assumption). reflexivity.
Qed.

Lemma layer_gradient_states : forall states after, all_known states ->
  layer_gradient net rows columns (codes states) (tabulate rows columns after) =
  Some (tabulate rows columns (fun a c => slope_at (states a c) * after a c)).
Proof.
  intros states after K. unfold layer_gradient.
  rewrite (all_tabulate _ _ _ _ (fun a c => [0; 0; 0; 0; slope_at (states a c); 0; 0; 0; 0])).
  2:{ intros a c Ha Hc. destruct (patch_codes states a c Ha Hc) as [nw [ne [sw [se E]]]].
      rewrite E.
      apply (local_derivatives _ _ _ correct); try (apply framed_known, K). apply K; assumption. }
  cbn [bind]. f_equal. apply tabulate_ext. intros a c Ha Hc.
  assert (One : forall k (down right : Z),
    nth k offsets (0, 0) = (down, right) -> k <> 4%nat -> (k < 9)%nat ->
    (if inside rows columns (a - down) (c - right) then
       pixel (tabulate rows columns after) (a - down) (c - right) *
       nth k (nth (Z.to_nat (c - right)) (nth (Z.to_nat (a - down)) (tabulate rows columns
         (fun a c => [0; 0; 0; 0; slope_at (states a c); 0; 0; 0; 0])) []) []) 0
     else 0) = 0).
  { intros k down right _ K4 K9. destruct (inside rows columns (a - down) (c - right)) eqn:I;
      [|reflexivity].
    apply insideP in I. rewrite nth_tabulate by lia.
    do 9 (destruct k as [|k]; [simpl; try lia; congruence|]). lia. }
  cbn [seq map offsets nth]. cbn [nth offsets] in One.
  cbn [sum fold_right].
  rewrite (One 0%nat), (One 1%nat), (One 2%nat), (One 3%nat), (One 5%nat), (One 6%nat),
    (One 7%nat), (One 8%nat) by (reflexivity || lia).
  rewrite !Z.sub_0_r.
  replace (inside rows columns a c) with true by (symmetry; apply insideP; auto).
  rewrite nth_tabulate, pixel_tabulate by assumption. cbn [nth]. lia.
Qed.

End Grid.
