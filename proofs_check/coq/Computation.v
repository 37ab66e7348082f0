(** Lemma 1, computation: with the data stored, the network of any depth from [2 m + 3 d + 2] on outputs
    row reduction's prediction. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Grids Cells Weights Codes LocalRule States Storing Memorisation.
From RCNN Require Import Masks Waves RowReduction Recurrences.
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

(** ** The data by rows and columns *)

Definition bit_at (a c : Z) : bool := bit (nth (Z.to_nat a) rows []) (Z.to_nat c).
Definition label_at (a : Z) : bool := snd (nth (Z.to_nat a) with_dummy no_example).
Definition test_at (c : Z) : bool := nth (Z.to_nat c) test false.

Lemma rows_height : length rows = (m + 1)%nat.
Proof. unfold rows, data_rows. rewrite app_length, map_length. reflexivity. Qed.

Lemma rows_width : Forall (fun r => length r = (d + 1)%nat) rows.
Proof.
  apply Forall_forall. intros r R. unfold rows, data_rows in R. apply in_app_or in R.
  destruct R as [R|[<-|[]]].
  - apply in_map_iff in R. destruct R as [[x y] [<- I]]. rewrite app_length. simpl.
    rewrite (formed x y I). reflexivity.
  - rewrite app_length. reflexivity.
Qed.

Lemma row_of_example : forall a, (a < m)%nat ->
  nth a rows [] = fst (nth a data no_example) ++ [snd (nth a data no_example)].
Proof.
  intros a H. unfold rows, data_rows. rewrite app_nth1 by (rewrite map_length; assumption).
  rewrite nth_indep with (d' := (fun e : list bool * bool => fst e ++ [snd e]) no_example)
    by (rewrite map_length; assumption).
  apply (map_nth (fun e : list bool * bool => fst e ++ [snd e])).
Qed.

Lemma row_of_test : nth m rows [] = test ++ [false].
Proof.
  unfold rows, data_rows. rewrite app_nth2 by (rewrite map_length; fold m; lia).
  rewrite map_length. fold m. rewrite Nat.sub_diag. reflexivity.
Qed.

Lemma example_width : forall a, (a < m)%nat -> length (fst (nth a data no_example)) = d.
Proof.
  intros a H. destruct (nth a data no_example) as [x y] eqn:E. apply (formed x y).
  rewrite <- E. apply nth_In, H.
Qed.

Lemma nth_dummy : nth m with_dummy no_example = (repeat false d, false).
Proof. unfold with_dummy. rewrite app_nth2 by (fold m; lia). fold m. rewrite Nat.sub_diag. reflexivity. Qed.

Lemma nth_example : forall a, (a < m)%nat -> nth a with_dummy no_example = nth a data no_example.
Proof. intros. unfold with_dummy. apply app_nth1. assumption. Qed.

Lemma label_column : forall a, 0 <= a <= Z.of_nat m -> bit_at a (Z.of_nat d) = label_at a.
Proof.
  intros a H. unfold bit_at, label_at, bit. rewrite Nat2Z.id.
  destruct (Z.eq_dec a (Z.of_nat m)) as [->|N].
  - rewrite Nat2Z.id, row_of_test, nth_dummy, app_nth2 by (fold d; lia). fold d.
    rewrite Nat.sub_diag. reflexivity.
  - rewrite row_of_example, nth_example by lia.
    rewrite app_nth2 by (rewrite example_width; lia).
    rewrite example_width, Nat.sub_diag by lia. reflexivity.
Qed.

Lemma last_row : forall c, 0 <= c <= Z.of_nat d -> bit_at (Z.of_nat m) c = test_at c.
Proof.
  intros c H. unfold bit_at, test_at, bit. rewrite Nat2Z.id, row_of_test.
  destruct (Z.eq_dec c (Z.of_nat d)) as [->|N].
  - rewrite Nat2Z.id, app_nth2 by (fold d; lia). fold d. rewrite Nat.sub_diag.
    rewrite (nth_overflow test) by (fold d; lia). reflexivity.
  - apply app_nth1. fold d. lia.
Qed.

Lemma dummy_label : label_at (Z.of_nat m) = false.
Proof. unfold label_at. rewrite Nat2Z.id, nth_dummy. reflexivity. Qed.

Lemma appended_one : test_at (Z.of_nat d) = false.
Proof. unfold test_at. apply nth_overflow. fold d. lia. Qed.

(** ** The first grid *)

Let net := with_work_columns l network.
Let height := (m + 1)%nat.
Let width := (d + 1 + l)%nat.

Definition masks (n : Z) : Z -> Z -> cell :=
  unmasking (Z.of_nat m) (Z.of_nat d) bit_at label_at test_at n.

Lemma first_grid : memory_grid net (stored m d with_dummy) (with_one test) =
  codes height width (masks 0).
Proof.
  unfold memory_grid. rewrite length_with_one. fold d. change (work_columns net) with l.
  replace (length (stored m d with_dummy)) with height
    by (unfold stored; rewrite length_tabulate; reflexivity).
  apply tabulate_ext. intros a c Ha Hc. unfold masks, unmasking.
  destruct (Z.ltb_spec c (Z.of_nat (d + 1))).
  - replace (Z.of_nat d <? c) with false by (symmetry; apply Z.ltb_ge; lia).
    replace (0 <? Z.of_nat d + 1 - c) with true by (symmetry; apply Z.ltb_lt; lia).
    rewrite code_sign. unfold stored. rewrite pixel_tabulate by lia.
    replace (length with_dummy) with height
      by (unfold with_dummy; rewrite app_length; reflexivity).
    replace (a <? Z.of_nat height) with true by (symmetry; apply Z.ltb_lt; lia).
    rewrite (nth_with_one test) by (fold d; lia). fold (test_at c).
    destruct (Z.eqb_spec a (Z.of_nat m)) as [->|Na].
    + rewrite dummy_label, Nat2Z.id, nth_dummy.
      rewrite nth_with_one by (rewrite repeat_length; lia).
      replace (nth (Z.to_nat c) (repeat false d) false) with false
        by (symmetry; apply nth_repeat). rewrite sign_xorb. reflexivity.
    + unfold label_at. rewrite nth_example by lia.
      pose proof (row_of_example (Z.to_nat a)) as R. pose proof (example_width (Z.to_nat a)) as W.
      unfold bit_at, bit.
      destruct (nth (Z.to_nat a) data no_example) as [u v]. cbn [fst snd] in *.
      rewrite nth_with_one by (rewrite W; lia). rewrite R by lia.
      destruct (Z.eqb_spec c (Z.of_nat d)) as [->|Nc].
      * rewrite Nat2Z.id, (nth_overflow u), sign_xorb by (rewrite W; lia). cbn [sign]. lia.
      * rewrite app_nth1 by (rewrite W; lia). rewrite !sign_xorb. lia.
  - replace (Z.of_nat d <? c) with true by (symmetry; apply Z.ltb_lt; lia).
    rewrite code_work. reflexivity.
Qed.

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
    + exact label_column.
    + exact last_row.
    + exact dummy_label.
    + exact appended_one.
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
  run network height width n (codes height width (masks 0)) =
  Some (codes height width (layer_states (Z.of_nat n))).
Proof.
  induction n as [|n IH].
  - unfold layer_states. replace (Z.of_nat 0 <=? Z.of_nat m + Z.of_nat d + 1) with true
      by (symmetry; apply Z.leb_le; lia). reflexivity.
  - cbn [run]. rewrite IH. cbn [bind].
    replace (Z.of_nat (S n)) with (Z.of_nat n + 1) by lia.
    apply next_states, layer_step. lia.
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
  intros n Hn. unfold predict. rewrite first_grid, length_with_one. fold d.
  change (work_columns net) with l. unfold net. rewrite run_columns, output_columns.
  replace (length (stored m d with_dummy)) with height
    by (unfold stored; rewrite length_tabulate; reflexivity).
  fold width. rewrite run_layers. cbn [bind]. rewrite output_states. f_equal.
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
