(** The grid that the memory layer shows, with the data stored and a test example at the input; and how
    the masks come off it, in any network that runs the rule on the states of memory. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Grids LocalRule States Cells Memorisation.
From RCNN Require Import Masks RowReduction.
Import ListNotations.
Open Scope Z_scope.

Section FirstGrid.

Variables (data : list (list bool * bool)) (test : list bool).

Let m := length data.
Let d := length test.
Hypotheses (examples : (1 <= m)%nat) (features : (1 <= d)%nat).
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

Variables (net : network) (code : cell -> Z) (known : cell -> bool).
Hypothesis correct : implements net code known.
Hypothesis work : (1 <= work_columns net)%nat.

Let l := work_columns net.
Let height := (m + 1)%nat.
Let width := (d + 1 + l)%nat.

Definition masks (n : Z) : Z -> Z -> cell :=
  unmasking (Z.of_nat m) (Z.of_nat d) bit_at label_at test_at n.

Lemma first_grid : memory_grid net (stored m d with_dummy) (with_one test) =
  codes code height width (masks 0).
Proof.
  unfold memory_grid. rewrite length_with_one. fold d.
  replace (length (stored m d with_dummy)) with height
    by (unfold stored; rewrite length_tabulate; reflexivity).
  apply tabulate_ext. intros a c Ha Hc. unfold masks, unmasking.
  destruct (Z.ltb_spec c (Z.of_nat (d + 1))).
  - replace (Z.of_nat d <? c) with false by (symmetry; apply Z.ltb_ge; lia).
    replace (0 <? Z.of_nat d + 1 - c) with true by (symmetry; apply Z.ltb_lt; lia).
    rewrite (code_sign _ _ _ correct). unfold stored. rewrite pixel_tabulate by lia.
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
    rewrite (code_work _ _ _ correct : code Work = pixel_unit). reflexivity.
Qed.

(** ** The layers until the masks are off *)

Lemma masks_known : forall n, all_known known height width (masks n).
Proof.
  intros n a c _ _. apply (knows _ _ _ correct). unfold masks, unmasking.
  repeat match goal with |- context [if ?b then _ else _] => destruct b end;
    generalize (bit_at a c) (label_at a) (test_at c); intros [] [] []; vm_compute; tauto.
Qed.

Lemma run_masks : forall n, (n <= m + d + 1)%nat ->
  run net height width n (codes code height width (masks 0)) =
  Some (codes code height width (masks (Z.of_nat n))).
Proof.
  induction n as [|n IH]; intros N; [reflexivity|].
  cbn [run]. rewrite IH by lia. cbn [bind].
  replace (Z.of_nat (S n)) with (Z.of_nat n + 1) by lia.
  apply (next_states _ _ _ correct); [apply masks_known|apply masks_known|].
  intros a c Ha Hc. rewrite framed_north, framed_west, framed_east, framed_south by assumption.
  replace (Z.of_nat height - 1) with (Z.of_nat m) by lia.
  replace (Z.of_nat width - 1) with (Z.of_nat d + Z.of_nat l) by lia.
  apply unmasking_step; try lia.
  - exact label_column.
  - exact last_row.
  - exact dummy_label.
  - exact appended_one.
Qed.

End FirstGrid.
