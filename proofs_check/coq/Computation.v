(** Lemma 1, computation: with the data stored, the network of any depth from [2 m + 3 d + 2] on outputs
    row reduction's prediction. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Grids LocalRule States Cells Weights Codes SystolicNetwork.
From RCNN Require Import Memorisation Masks FirstGrid Waves RowReduction Recurrences.
Import ListNotations.
Open Scope Z_scope.

Section Computation.

Variables (data : list (list bool * bool)) (test : list bool) (l : nat).

Let m := length data.
Let d := length test.
Hypotheses (examples : (1 <= m)%nat) (features : (1 <= d)%nat) (work : (1 <= l)%nat).
Hypothesis formed : forall x y, In (x, y) data -> length x = d.

Let rows := data_rows data test.
Let with_dummy := data ++ [(repeat false d, false)].

Notation bit_at := (bit_at data test).
Notation label_at := (label_at data test).
Notation test_at := (test_at test).
Notation masks := (masks data test).
Notation rows_height := (rows_height data test).
Notation rows_width := (rows_width data test formed).

Let net := with_work_columns l network.
Let correct : implements net code known := implements_columns l _ _ _ network_implements.
Let height := (m + 1)%nat.
Let width := (d + 1 + l)%nat.

(** ** The layers *)

Definition reduced_at (w a c : Z) : bool := bits rows (Z.to_nat w) (Z.to_nat a) (Z.to_nat c).
Definition found_at (w a : Z) : bool := found rows (Z.to_nat w) (Z.to_nat a).
Definition pivot_at (w a c : Z) : bool := pivot rows (Z.to_nat w) (Z.to_nat a) (Z.to_nat c).

Definition waves (n : Z) : Z -> Z -> cell :=
  waving (Z.of_nat m) (Z.of_nat d) bit_at reduced_at found_at pivot_at n.

Definition layer_states (n : Z) : Z -> Z -> cell :=
  if n <=? Z.of_nat m + Z.of_nat d + 1 then masks n else waves n.

Lemma reduced_at_0 : forall a c, 0 <= a <= Z.of_nat m -> 0 <= c <= Z.of_nat d ->
  reduced_at 0 a c = bit_at a c.
Proof. reflexivity. Qed.

Lemma found_at_0 : forall w, found_at w 0 = false.
Proof. reflexivity. Qed.

Lemma found_at_next : forall w a, 0 <= w < Z.of_nat d -> 0 <= a < Z.of_nat m ->
  found_at w (a + 1) = reduced_at w a w || found_at w a.
Proof.
  intros w a Hw Ha. unfold found_at, reduced_at.
  replace (Z.to_nat (a + 1)) with (S (Z.to_nat a)) by lia.
  apply (found_next m rows rows_height). lia.
Qed.

Lemma pivot_at_next : forall w a c, 0 <= w < Z.of_nat d -> 0 <= a < Z.of_nat m ->
  0 <= c <= Z.of_nat d ->
  pivot_at w (a + 1) c =
  if reduced_at w a w && negb (found_at w a) then reduced_at w a c else pivot_at w a c.
Proof.
  intros w a c Hw Ha Hc. unfold found_at, reduced_at, pivot_at.
  replace (Z.to_nat (a + 1)) with (S (Z.to_nat a)) by lia.
  apply (pivot_next m rows rows_height). lia.
Qed.

Lemma reduced_at_next : forall w a c, 0 <= w < Z.of_nat d -> 0 <= a <= Z.of_nat m ->
  0 <= c <= Z.of_nat d ->
  reduced_at (w + 1) a c =
  if reduced_at w a w then
    if found_at w a then xorb (reduced_at w a c) (pivot_at w a c)
    else if a =? Z.of_nat m then reduced_at w a c else false
  else reduced_at w a c.
Proof.
  intros w a c Hw Ha Hc. unfold found_at, reduced_at, pivot_at.
  replace (Z.to_nat (w + 1)) with (S (Z.to_nat w)) by lia.
  rewrite (bits_next m d rows rows_height rows_width) by lia.
  replace (a =? Z.of_nat m) with (Nat.eqb (Z.to_nat a) m); [reflexivity|].
  destruct (Nat.eqb_spec (Z.to_nat a) m), (Z.eqb_spec a (Z.of_nat m)); try reflexivity; lia.
Qed.

(** The layer in which the masks are off: the top left cell starts the first wave. *)
Lemma start_step : forall a c, 0 <= a < Z.of_nat height -> 0 <= c < Z.of_nat width ->
  let n := Z.of_nat m + Z.of_nat d + 1 in
  rule (masks n a c)
    (north (if a =? 0 then Pad else masks n (a - 1) c))
    (west (if c =? 0 then Pad else masks n a (c - 1)))
    (east (if c =? Z.of_nat d + Z.of_nat l then Pad else masks n a (c + 1)))
    (south (if a =? Z.of_nat m then Pad else masks n (a + 1) c)) = Some (waves (n + 1) a c).
Proof.
  intros a c Ha Hc n. unfold masks, unmasking, waves, waving, reducing.
  assert (Ra : 0 <= a <= Z.of_nat m) by lia.
  assert (Rc : 0 <= c <= Z.of_nat d + Z.of_nat l) by lia.
  unfold n. clear Ha Hc n.
  compare; try reflexivity.
  replace (Z.of_nat m + Z.of_nat d + 1 + 1 - (Z.of_nat m + Z.of_nat d + 2) - a - c) with 0 by lia.
  replace a with 0 by lia. replace c with 0 by lia.
  change (reduced_at 0 0 0) with (bit_at 0 0). change (found_at 0 0) with false.
  cbn [rule north west east south bit_rule].
  destruct (bit_at 0 0), (test_at 0); reflexivity.
Qed.

Lemma layer_step : forall n, 0 <= n -> steps_to height width (layer_states n) (layer_states (n + 1)).
Proof.
  intros n Hn a c Ha Hc.
  rewrite framed_north, framed_west, framed_east, framed_south by assumption.
  replace (Z.of_nat height - 1) with (Z.of_nat m) by lia.
  replace (Z.of_nat width - 1) with (Z.of_nat d + Z.of_nat l) by lia.
  unfold layer_states.
  destruct (Z.leb_spec n (Z.of_nat m + Z.of_nat d + 1)), (Z.leb_spec (n + 1) (Z.of_nat m + Z.of_nat d + 1));
    try lia.
  - apply unmasking_step; try lia.
    + exact (label_column data test examples features formed).
    + exact (last_row data test examples features).
    + exact (dummy_label data test examples features).
    + exact (appended_one data test examples features).
  - replace n with (Z.of_nat m + Z.of_nat d + 1) by lia. apply start_step; assumption.
  - unfold waves, waving.
    pose proof (reducing_step (Z.of_nat m) (Z.of_nat d) (Z.of_nat l)) as R.
    set (w := n - (Z.of_nat m + Z.of_nat d + 2) - a - c) in *.
    replace (n - (Z.of_nat m + Z.of_nat d + 2) - (a - 1) - c) with (w + 1) by lia.
    replace (n - (Z.of_nat m + Z.of_nat d + 2) - a - (c - 1)) with (w + 1) by lia.
    replace (n - (Z.of_nat m + Z.of_nat d + 2) - a - (c + 1)) with (w - 1) by lia.
    replace (n - (Z.of_nat m + Z.of_nat d + 2) - (a + 1) - c) with (w - 1) by lia.
    replace (n + 1 - (Z.of_nat m + Z.of_nat d + 2) - a - c) with (w + 1) by lia.
    apply R; try lia.
    + exact reduced_at_0.
    + exact found_at_0.
    + exact found_at_next.
    + exact pivot_at_next.
    + exact reduced_at_next.
Qed.

Lemma run_layers : forall n,
  run net height width n (codes code height width (masks 0)) =
  Some (codes code height width (layer_states (Z.of_nat n))).
Proof.
  induction n as [|n IH].
  - unfold layer_states. replace (Z.of_nat 0 <=? Z.of_nat m + Z.of_nat d + 1) with true
      by (symmetry; apply Z.leb_le; lia). reflexivity.
  - cbn [run]. rewrite IH. cbn [bind].
    replace (Z.of_nat (S n)) with (Z.of_nat n + 1) by lia.
    apply (next_states _ _ _ correct); [easy|easy|apply layer_step; lia].
Qed.

(** ** The output *)

(** From layer [2 m + 3 d + 2] on the corner holds the answer, and no other cell says anything. *)
Lemma answer_states : forall n a c,
  Z.of_nat n >= 2 * Z.of_nat m + 3 * Z.of_nat d + 2 ->
  0 <= a < Z.of_nat height -> 0 <= c < Z.of_nat width ->
  answer_value (layer_states (Z.of_nat n) a c) =
  if (a =? Z.of_nat m) && (c =? Z.of_nat d) then sign (row_reduction data test) else 0.
Proof.
  intros n a c Hn Ha Hc. unfold layer_states.
  replace (Z.of_nat n <=? Z.of_nat m + Z.of_nat d + 1) with false
    by (symmetry; apply Z.leb_gt; lia).
  unfold waves, waving, reducing.
  assert (R : reduced_at (Z.of_nat d) (Z.of_nat m) (Z.of_nat d) = row_reduction data test).
  { unfold reduced_at, row_reduction. rewrite !Nat2Z.id. fold d. fold rows.
    symmetry. apply (reduce_rows_bits m d rows rows_height). }
  assert (Rc : 0 <= c <= Z.of_nat d + Z.of_nat l) by lia.
  assert (Ra : 0 <= a <= Z.of_nat m) by lia.
  set (w := Z.of_nat n - (Z.of_nat m + Z.of_nat d + 2) - a - c).
  assert (W : 2 * w >= 2 * (Z.of_nat m - a) + 2 * (2 * Z.of_nat d - c)) by lia.
  destruct (Z.ltb_spec (Z.of_nat d) c).
  { rewrite andb_comm. replace (c =? Z.of_nat d) with false by (symmetry; apply Z.eqb_neq; lia).
    reflexivity. }
  replace (w <? 0) with false by (symmetry; apply Z.ltb_ge; lia).
  replace (w <? c) with false by (symmetry; apply Z.ltb_ge; lia).
  destruct (Z.eqb_spec c (Z.of_nat d)), (Z.eqb_spec a (Z.of_nat m)); cbn [andb].
  - subst. rewrite R. reflexivity.
  - reflexivity.
  - destruct (w =? c); reflexivity.
  - destruct (w =? c); reflexivity.
Qed.

Theorem stored_predicts : forall n, (n >= 2 * m + 3 * d + 2)%nat ->
  predict net n (stored m d with_dummy) (with_one test) = Some (sign (row_reduction data test)).
Proof.
  intros n Hn. unfold predict. rewrite length_with_one. fold d.
  change (work_columns net) with l.
  assert (G : memory_grid net (stored m d with_dummy) (with_one test)
    = codes code height width (masks 0)).
  { exact (first_grid data test examples features formed net code known correct work). }
  rewrite G. clear G.
  replace (length (stored m d with_dummy)) with height
    by (unfold stored; rewrite length_tabulate; reflexivity).
  fold width. rewrite run_layers. cbn [bind]. rewrite (output_states _ _ _ correct) by easy. f_equal.
  rewrite (sum_single _ (Z.of_nat m)); [|lia|].
  - rewrite (sum_single _ (Z.of_nat d)); [|lia|].
    + rewrite answer_states by lia. rewrite !Z.eqb_refl. reflexivity.
    + intros c Hc Nc. rewrite answer_states by lia. rewrite Z.eqb_refl.
      replace (c =? Z.of_nat d) with false by (symmetry; apply Z.eqb_neq; lia). reflexivity.
  - intros a Ha Na. apply sum_zero. intros c Hc. apply in_indices in Hc.
    rewrite answer_states by lia.
    replace (a =? Z.of_nat m) with false by (symmetry; apply Z.eqb_neq; lia). reflexivity.
Qed.

End Computation.
