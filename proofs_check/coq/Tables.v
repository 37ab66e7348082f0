(** A convolution whose first units each read one position of the patch is a sum of tables: for each
    unit of the second layer and each position one function of the code there. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids.
Import ListNotations.
Open Scope Z_scope.

(** A first-layer unit [relu (slope * v + bias)] of the code [v] at one position. *)
Record hinge := Hinge { position : nat; slope : Z; kink : Z }.

Definition one_hot (n k : nat) (w : Z) : list Z :=
  map (fun i => if (i =? k)%nat then w else 0) (seq 0 n).

Definition hinge_rows (hs : list hinge) : list (list Z) :=
  map (fun h => one_hot 9 (position h) (slope h)) hs.

(** The units of a layer as hinges: each row's first weight that is not 0. *)
Fixpoint first_weight (row : list Z) : nat * Z :=
  match row with
  | [] => (0%nat, 0)
  | w :: rest => if w =? 0 then let (k, w') := first_weight rest in (S k, w') else (0%nat, w)
  end.

Definition hinges_of (l : layer) : list hinge :=
  map (fun p => let (k, w) := first_weight (fst p) in Hinge k w (snd p))
    (combine (weights l) (biases l)).

(** What position [k] contributes to a second-layer unit with these weights, if it shows [v]. *)
Definition value (hs : list hinge) (w : list Z) (k : nat) (v : Z) : Z :=
  dot w (map (fun h => if (position h =? k)%nat then relu (slope h * v + kink h) else 0) hs).

(** The derivative of that. *)
Definition incline (hs : list hinge) (w : list Z) (k : nat) (v : Z) : Z :=
  dot w (map (fun h => if (position h =? k)%nat
                       then (if 0 <? slope h * v + kink h then slope h else 0) else 0) hs).

(** ** Dot products *)

Lemma dot_nil : forall v, dot [] v = 0. Proof. reflexivity. Qed.
Lemma dot_cons : forall x u y v, dot (x :: u) (y :: v) = x * y + dot u v. Proof. reflexivity. Qed.

Lemma dot_zero : forall A (f : A -> Z) u l, (forall x, In x l -> f x = 0) -> dot u (map f l) = 0.
Proof.
  induction u as [|x u IH]; intros [|y l] H; try reflexivity.
  simpl map. rewrite dot_cons, (H y) by (left; reflexivity).
  rewrite IH by (intros; apply H; right; assumption). lia.
Qed.

Lemma dot_add : forall A (f g : A -> Z) u l,
  dot u (map (fun x => f x + g x) l) = dot u (map f l) + dot u (map g l).
Proof.
  induction u as [|x u IH]; intros [|y l]; try reflexivity.
  simpl map. rewrite !dot_cons, IH. lia.
Qed.

Lemma dot_sum : forall A (f : nat -> A -> Z) u l ks,
  dot u (map (fun x => sum (map (fun k => f k x) ks)) l) =
  sum (map (fun k => dot u (map (f k) l)) ks).
Proof.
  induction ks as [|k ks IH]; simpl map.
  - simpl. apply dot_zero. reflexivity.
  - simpl sum. rewrite <- IH, <- dot_add. reflexivity.
Qed.

(** Only one position counts. *)
Lemma sum_one_hot : forall k n (f : nat -> Z) start, (start <= k < start + n)%nat ->
  sum (map (fun i => if (i =? k)%nat then f i else 0) (seq start n)) = f k.
Proof.
  induction n as [|n IH]; intros f start H; [lia|]. simpl.
  destruct (Nat.eqb_spec start k) as [->|N].
  - rewrite sum_zero; [lia|]. intros x Hx. apply in_seq in Hx.
    destruct (Nat.eqb_spec x k); [lia|reflexivity].
  - rewrite IH by lia. lia.
Qed.

Lemma dot_one_hot_from : forall k w v start,
  dot (map (fun i => if (i =? k)%nat then w else 0) (seq start (length v))) v =
  if (start <=? k)%nat && (k <? start + length v)%nat then w * nth (k - start) v 0 else 0.
Proof.
  induction v as [|x v IH]; intros start; simpl length; simpl seq.
  - simpl. replace (k <? start + 0)%nat with ((k <? start)%nat) by (f_equal; lia).
    destruct (Nat.leb_spec start k), (Nat.ltb_spec k start); simpl; try reflexivity; lia.
  - simpl map. rewrite dot_cons, IH.
    destruct (Nat.eqb_spec start k) as [->|N].
    + replace (S k <=? k)%nat with false by (symmetry; apply Nat.leb_gt; lia).
      replace (k <=? k)%nat with true by (symmetry; apply Nat.leb_le; lia).
      replace (k <? k + S (length v))%nat with true by (symmetry; apply Nat.ltb_lt; lia).
      rewrite Nat.sub_diag. simpl. lia.
    + destruct (Nat.leb_spec (S start) k).
      * replace (start <=? k)%nat with true by (symmetry; apply Nat.leb_le; lia).
        replace (k <? start + S (length v))%nat with (k <? S start + length v)%nat
          by (f_equal; lia).
        destruct (k <? S start + length v)%nat; simpl; [|reflexivity].
        replace (k - start)%nat with (S (k - S start)) by lia. reflexivity.
      * replace (start <=? k)%nat with false by (symmetry; apply Nat.leb_gt; lia). reflexivity.
Qed.

Lemma dot_one_hot : forall k w v, (k < length v)%nat ->
  dot (one_hot (length v) k w) v = w * nth k v 0.
Proof.
  intros. unfold one_hot. rewrite dot_one_hot_from, Nat.sub_0_r.
  replace (k <? 0 + length v)%nat with true by (symmetry; apply Nat.ltb_lt; lia). reflexivity.
Qed.

(** ** The value *)

Section Convolution.

Variables (hs : list hinge) (w2 : list (list Z)) (b2 w3 : list Z) (b3 s1 s2 s3 : Z).
Hypothesis positions : forallb (fun h => (position h <? 9)%nat) hs = true.

Let layers : list layer :=
  [Layer (hinge_rows hs) (map kink hs) s1; Layer w2 b2 s2; Layer [w3] [b3] s3].

Lemma below_nine : forall h, In h hs -> (position h < 9)%nat.
Proof. intros h H. rewrite forallb_forall in positions. apply Nat.ltb_lt. auto. Qed.

Lemma combine_map : forall A B C D (f : A -> B) (g : C -> D) l l',
  combine (map f l) (map g l') = map (fun p => (f (fst p), g (snd p))) (combine l l').
Proof. induction l; destruct l'; simpl; try reflexivity. rewrite IHl. reflexivity. Qed.

Lemma combine_self : forall A (l : list A), combine l l = map (fun x => (x, x)) l.
Proof. induction l; simpl; [reflexivity|]. rewrite IHl. reflexivity. Qed.

Lemma first_layer : forall v, length v = 9%nat ->
  affine (Layer (hinge_rows hs) (map kink hs) s1) v =
  map (fun h => slope h * nth (position h) v 0 + kink h) hs.
Proof.
  intros v L. unfold affine, hinge_rows; simpl.
  rewrite combine_map, combine_self, !map_map. apply map_ext_in. intros h Hh. simpl fst. simpl snd.
  rewrite <- L, dot_one_hot; [reflexivity|]. rewrite L. apply below_nine, Hh.
Qed.

(** The inputs of the second layer's units. *)
Definition units (v : list Z) : list Z :=
  map (fun p => sum (map (fun k => value hs (fst p) k (nth k v 0)) (seq 0 9)) + snd p)
    (combine w2 b2).

Lemma second_layer : forall v, length v = 9%nat ->
  affine (Layer w2 b2 s2) (map relu (affine (Layer (hinge_rows hs) (map kink hs) s1) v)) = units v.
Proof.
  intros v L. rewrite first_layer by assumption. unfold affine, units; simpl weights; simpl biases.
  apply map_ext_in. intros [w b] _. cbn [fst snd]. f_equal.
  unfold value. rewrite map_map.
  rewrite <- (dot_sum _ (fun k h => if (position h =? k)%nat
                                    then relu (slope h * nth k v 0 + kink h) else 0)).
  f_equal. apply map_ext_in. intros h Hh. symmetry.
  rewrite <- (sum_one_hot (position h) 9
    (fun k => relu (slope h * nth k v 0 + kink h)) 0).
  - f_equal. apply map_ext. intros k. rewrite Nat.eqb_sym. reflexivity.
  - pose proof (below_nine h Hh). lia.
Qed.

Lemma total_units : forall v, length v = 9%nat ->
  total layers v = Some (dot w3 (map relu (units v)) + b3).
Proof.
  intros v L. unfold layers. simpl total. rewrite second_layer by assumption. reflexivity.
Qed.

(** ** The derivatives *)

Lemma dot_vector_add : forall c u v, length u = length v ->
  dot (vector_add u v) c = dot u c + dot v c.
Proof.
  intros c u. revert c. induction u as [|x u IH]; intros [|z c] [|y v] L; try discriminate;
    try reflexivity.
  unfold vector_add. simpl combine. simpl map. rewrite !dot_cons. fold (vector_add u v).
  rewrite IH by (simpl in L; lia). simpl. lia.
Qed.

Lemma length_vector_add : forall u v, length (vector_add u v) = Nat.min (length u) (length v).
Proof. intros. unfold vector_add. rewrite map_length, combine_length. reflexivity. Qed.

Lemma dot_scaled : forall x u c, dot (map (Z.mul x) u) c = x * dot u c.
Proof.
  induction u as [|y u IH]; intros [|z c]; simpl map; rewrite ?dot_cons, ?IH;
    unfold dot; simpl; try lia.
Qed.

Lemma dot_zeros : forall n c, dot (repeat 0 n) c = 0.
Proof. induction n; intros [|z c]; simpl repeat; rewrite ?dot_cons, ?IHn; reflexivity. Qed.

Lemma weighted_cons : forall width x cs r rows,
  weighted width (x :: cs) (r :: rows) = vector_add (map (Z.mul x) r) (weighted width cs rows).
Proof. reflexivity. Qed.

Lemma length_weighted : forall width rows cs, Forall (fun r => length r = width) rows ->
  length (weighted width cs rows) = width.
Proof.
  induction rows as [|r rows IH]; intros [|x cs] F; try (apply repeat_length).
  rewrite weighted_cons, length_vector_add, map_length. inversion F; subst.
  rewrite IH by assumption. lia.
Qed.

Lemma dot_weighted : forall width rows cs v, Forall (fun r => length r = width) rows ->
  dot (weighted width cs rows) v = sum (map (fun p => fst p * dot (snd p) v) (combine cs rows)).
Proof.
  induction rows as [|r rows IH]; intros [|x cs] v F; try (apply dot_zeros).
  inversion F; subst. rewrite weighted_cons, dot_vector_add, dot_scaled, IH.
  - reflexivity.
  - assumption.
  - rewrite map_length, length_weighted by assumption. reflexivity.
Qed.

Lemma nth_weighted : forall width rows cs k, Forall (fun r => length r = width) rows ->
  (k < width)%nat -> length cs = length rows ->
  nth k (weighted width cs rows) 0 = dot cs (map (fun r => nth k r 0) rows).
Proof.
  induction rows as [|r rows IH]; intros [|x cs] k F K L; try discriminate.
  - apply nth_repeat.
  - inversion F; subst. rewrite weighted_cons. simpl map. rewrite dot_cons.
    assert (N : forall u v, length u = length v -> nth k (vector_add u v) 0 = nth k u 0 + nth k v 0).
    { intros u v E. unfold vector_add.
      change 0 with (fst (0, 0) + snd (0, 0)) at 1.
      rewrite (map_nth (fun p => fst p + snd p)), combine_nth by assumption. reflexivity. }
    rewrite N by (rewrite map_length, length_weighted by assumption; reflexivity).
    rewrite IH by (simpl in L; auto; lia). f_equal.
    rewrite <- (map_nth (Z.mul x)), Z.mul_0_r. reflexivity.
Qed.

Lemma dot_masked : forall g u (c : list Z), length g = length u ->
  dot (masked g u) c = dot g (map (fun p => if 0 <? fst p then snd p else 0) (combine u c)).
Proof.
  induction g as [|x g IH]; intros [|y u] [|z c] L; try discriminate; try reflexivity.
  unfold masked. simpl combine. simpl map. rewrite !dot_cons. fold (masked g u).
  rewrite IH by (simpl in L; lia). destruct (0 <? y); lia.
Qed.

Lemma length_masked : forall g u, length (masked g u) = Nat.min (length g) (length u).
Proof. intros. unfold masked. rewrite map_length, combine_length. reflexivity. Qed.

Lemma length_one_hot : forall n k w, length (one_hot n k w) = n.
Proof. intros. unfold one_hot. rewrite map_length, seq_length. reflexivity. Qed.

Lemma nth_one_hot : forall n k w i, (i < n)%nat ->
  nth i (one_hot n k w) 0 = if (k =? i)%nat then w else 0.
Proof.
  intros. unfold one_hot.
  rewrite nth_indep with (d' := if (0 =? k)%nat then w else 0)
    by (rewrite map_length, seq_length; assumption).
  rewrite (map_nth (fun i => if (i =? k)%nat then w else 0)), seq_nth by assumption.
  rewrite Nat.eqb_sym. reflexivity.
Qed.

Hypothesis widths : forallb (fun r => (length r =? length hs)%nat) w2 = true.
Hypothesis heights : (length w2 =? length b2)%nat && (length w3 =? length w2)%nat = true.

(** The derivative of [total] by the entry of position [k]. *)
Definition incline_total (v : list Z) (k : nat) : Z :=
  sum (map (fun p => fst p * incline hs (snd p) k (nth k v 0)) (combine (masked w3 (units v)) w2)).

Lemma backward_units : forall v, length v = 9%nat ->
  (forall h, In h hs -> slope h * nth (position h) v 0 + kink h <> 0) ->
  ~ In 0 (units v) ->
  backward layers v = Some (map (incline_total v) (seq 0 9)).
Proof.
  intros v L K1 K2. unfold layers.
  apply andb_prop in heights. destruct heights as [H2 H3].
  apply Nat.eqb_eq in H2, H3.
  assert (F2 : Forall (fun r => length r = length hs) w2).
  { apply Forall_forall. intros r R. apply Nat.eqb_eq. rewrite forallb_forall in widths. auto. }
  assert (F1 : Forall (fun r => length r = 9%nat) (hinge_rows hs)).
  { apply Forall_forall. intros r R. unfold hinge_rows in R. apply in_map_iff in R.
    destruct R as [h [<- _]]. apply length_one_hot. }
  assert (NoKink : forall u, ~ In 0 u -> existsb (Z.eqb 0) u = false).
  { intros u U. destruct (existsb (Z.eqb 0) u) eqn:E; [|reflexivity].
    apply existsb_exists in E. destruct E as [x [X Y]]. apply Z.eqb_eq in Y. subst. contradiction. }
  set (l2 := Layer w2 b2 s2). set (l1 := Layer (hinge_rows hs) (map kink hs) s1).
  cbn [backward]. fold l1.
  rewrite NoKink.
  2:{ unfold l1. rewrite first_layer by assumption. intros I. apply in_map_iff in I.
      destruct I as [h [E I]]. exact (K1 h I E). }
  replace (affine l2 (map relu (affine l1 v))) with (units v)
    by (symmetry; apply second_layer; assumption).
  rewrite NoKink by assumption. cbn [bind weights]. f_equal.
  replace (affine l1 v) with (map (fun h => slope h * nth (position h) v 0 + kink h) hs)
    by (symmetry; apply first_layer; assumption).
  rewrite L, !map_length. unfold l2, l1. cbn [weights].
  set (u2 := units v). set (g := weighted (length hs) (masked w3 u2) w2).
  set (u1 := map (fun h => slope h * nth (position h) v 0 + kink h) hs).
  assert (Lu2 : length u2 = length w2).
  { unfold u2, units. rewrite map_length, combine_length. lia. }
  assert (Lg : length g = length hs) by (apply length_weighted; assumption).
  assert (Lu1 : length u1 = length hs) by (apply map_length).
  apply nth_ext with (d := 0) (d' := 0).
  - rewrite length_weighted, map_length, seq_length by assumption. reflexivity.
  - intros k Hk. rewrite length_weighted in Hk by assumption.
    rewrite nth_weighted; try assumption.
    2:{ rewrite length_masked, Lg, Lu1. unfold hinge_rows. rewrite map_length. lia. }
    rewrite dot_masked by lia.
    replace (map _ (combine u1 (map (fun r => nth k r 0) (hinge_rows hs))))
      with (map (fun h => if (position h =? k)%nat
                  then (if 0 <? slope h * nth k v 0 + kink h then slope h else 0) else 0) hs).
    2:{ unfold u1, hinge_rows. rewrite map_map, combine_map, combine_self, !map_map.
        apply map_ext_in. intros h Hh. cbn [fst snd]. rewrite nth_one_hot by assumption.
        destruct (Nat.eqb_spec (position h) k) as [->|N]; [reflexivity|].
        destruct (0 <? _); reflexivity. }
    unfold g. rewrite dot_weighted by assumption.
    rewrite (nth_indep (map (incline_total v) (seq 0 9)) 0 (incline_total v 0%nat))
      by (rewrite map_length, seq_length; assumption).
    rewrite map_nth, seq_nth by assumption. reflexivity.
Qed.

End Convolution.
