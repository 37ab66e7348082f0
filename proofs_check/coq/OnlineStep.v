(** What rcnn verify says of a step of the network of [online-row-reduction] is true of every network that runs the
    rule of [OnlineCells]. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids LocalRule States RowReduction.
From RCNN Require Import OnlineLearner OnlineSums OnlineClaims OnlineNetwork OnlineCells OnlineScene OnlineLayers.
Import ListNotations.
Open Scope Z_scope.

Section Step.

Variables (net : network) (code : cell -> Z) (n d : nat).
Notation known := (fun _ : cell => true).
Hypothesis correct : implements net code known.
Hypotheses (work : (1 <= work_columns net)%nat) (depth : (4 * d + 4 <= n)%nat).

Notation l := (work_columns net).
Notation D := (Z.of_nat d).
Notation height := (d + 1)%nat.
Notation width := (d + 1 + l)%nat.

Lemma code_of_sign : forall b, code (Sign b) = sign b.
Proof. exact (code_sign _ _ _ correct). Qed.
Lemma code_of_zero : code Zero = 0.
Proof. exact (code_zero _ _ _ correct). Qed.
Lemma code_of_work : code Work = pixel_unit.
Proof. exact (code_work _ _ _ correct). Qed.

(** From the states of the first grid to a step. *)
Lemma step_of_states : forall memory x states f slope, length x = d -> length memory = height ->
  memory_grid net memory (with_one x) = codes code height width states ->
  bind (run net height width n (codes code height width states)) (output net) = Some f ->
  gradient net height width n (codes code height width states) = Some (tabulate height width slope) ->
  step_is net n d memory x f (fun a c => slope (Z.of_nat a) (Z.of_nat c)).
Proof.
  intros memory x states f slope X H G F S. unfold step_is, predict. rewrite with_one_length, X, H, G.
  split; [exact F|]. eexists. split; [exact S|]. intros a c A C. rewrite pixel_tabulate by lia. reflexivity.
Qed.

(** ** The dummy's step *)

Definition first (j a c : Z) : cell :=
  if D <? c then Work else if a =? 0 then Zero else if j =? 0 then Zero else Work.

Lemma first_step : forall j, 0 <= j -> steps_to height width (first j) (first (j + 1)).
Proof.
  intros j J a c A C. rewrite framed_north, framed_west, framed_east, framed_south by assumption.
  replace (Z.of_nat height - 1) with D by lia. replace (Z.of_nat width - 1) with (D + Z.of_nat l) by lia.
  unfold first. compare; reflexivity.
Qed.

Lemma first_known : forall j, all_known known height width (first j).
Proof. intros j a c _ _. reflexivity. Qed.

Lemma run_first : forall j,
  run net height width j (codes code height width (first 0)) = Some (codes code height width (first (Z.of_nat j))).
Proof.
  induction j as [|j IH]; [reflexivity|]. cbn [run]. rewrite IH. cbn [bind].
  replace (Z.of_nat (S j)) with (Z.of_nat j + 1) by lia.
  apply (next_states _ _ _ correct); [apply first_known|apply first_known|apply first_step; lia].
Qed.

Definition first_slope (a c : Z) : Z := if (a =? 0) && (c <=? D) then 1 else 0.

Lemma gradient_first : forall i j, 0 <= j -> 1 <= Z.of_nat i + j ->
  gradient net height width i (codes code height width (first j)) = Some (tabulate height width first_slope).
Proof.
  induction i as [|i IH]; intros j J I; cbn [gradient].
  - rewrite (head_gradient_states _ _ _ correct) by apply first_known. f_equal. apply tabulate_ext. intros a c _ _.
    unfold first, first_slope. destruct (Z.leb_spec c D); compare; reflexivity.
  - rewrite (next_states _ _ _ correct _ _ _ _ (first_known j) (first_known (j + 1)) (first_step j J)). cbn [bind].
    rewrite IH by lia. cbn [bind]. rewrite (layer_gradient_states _ _ _ correct) by apply first_known. f_equal.
    apply tabulate_ext. intros a c _ _. unfold first, first_slope. destruct (Z.leb_spec c D); compare; reflexivity.
Qed.

Lemma starting_step : step_is net n d (empty d) (repeat false d) 0 (fun a _ => if (a =? 0)%nat then 1 else 0).
Proof.
  assert (S : step_is net n d (empty d) (repeat false d) 0 (fun a c => first_slope (Z.of_nat a) (Z.of_nat c))).
  { apply (step_of_states _ _ (first 0)).
    - apply repeat_length.
    - apply length_tabulate.
    - unfold memory_grid, empty. rewrite length_tabulate, with_one_length, repeat_length.
      apply tabulate_ext. intros a c A C. unfold first. destruct (Z.ltb_spec c (Z.of_nat height)).
      + rewrite pixel_tabulate by lia. compare; now rewrite code_of_zero.
      + compare. now rewrite code_of_work.
    - rewrite run_first. cbn [bind]. rewrite (output_states _ _ _ correct) by apply first_known. f_equal.
      apply sum_zero. intros a _. apply sum_zero. intros c _. unfold first. compare; reflexivity.
    - apply gradient_first; lia. }
  destruct S as (P & g & G & E). split; [exact P|]. exists g. split; [exact G|]. intros a c A C.
  rewrite E by assumption. unfold first_slope. destruct (Z.leb_spec (Z.of_nat c) D); [|lia].
  destruct (Nat.eqb_spec a 0), (Z.eqb_spec (Z.of_nat a) 0); try reflexivity; lia.
Qed.

(** ** Every other step *)

Section Streaming.

Variables (rows : list row) (input : row) (x : nat -> nat -> bool) (y z : nat -> bool).
Variables (M : nat -> nat -> mode) (V W : nat -> nat -> bool).
Hypotheses (widths : forall r, In r rows -> length r = (d + 1)%nat) (few : (length rows <= d)%nat).
Hypothesis input_width : length input = d.
Hypothesis features : forall k c, (k < length rows)%nat -> (c < d)%nat ->
  x (k + 2)%nat (c + 1)%nat = bit (nth k rows []) c.
Hypothesis row_labels : forall k, (k < length rows)%nat -> y (k + 2)%nat = bit (nth k rows []) d.
Hypothesis shown : forall c, (c <= d)%nat -> z (c + 1)%nat = bit (labelled (input, false)) c.
Hypothesis holds : recurrence d x y z M V W.

Notation k := (Z.of_nat (length rows)).

(** The variables with rows and columns from 0. *)
Definition own_at (a c : Z) : bool :=
  if a =? 0 then false else if c =? D then y (Z.to_nat a + 1)%nat else x (Z.to_nat a + 1)%nat (Z.to_nat c + 1)%nat.
Definition input_at (c : Z) : bool := z (Z.to_nat c + 1)%nat.
Definition at_zero {A} (f : nat -> nat -> A) (a c : Z) : A := f (Z.to_nat a + 1)%nat (Z.to_nat c + 1)%nat.

Lemma from_zero : reduction d k own_at input_at (at_zero M) (at_zero V) (at_zero W).
Proof.
  split.
  - lia.
  - reflexivity.
  - unfold input_at. rewrite Nat2Z.id, shown, <- input_width by lia. apply labelled_label.
  - intros a A. apply (m_first _ _ _ _ _ _ _ holds). cbn. lia.
  - intros a c A C. unfold at_zero, own_at. replace (Z.to_nat (c - 1)) with (Z.to_nat c - 1)%nat by lia.
    compare.
    + rewrite (m_label _ _ _ _ _ _ _ holds) by lia. do 2 f_equal; lia.
    + rewrite (m_next _ _ _ _ _ _ _ holds) by lia. do 2 f_equal; lia.
  - intros c C. apply (v_first _ _ _ _ _ _ _ holds). cbn. lia.
  - intros a c A C. unfold at_zero, own_at. compare.
    + rewrite (v_label _ _ _ _ _ _ _ holds) by lia. f_equal; [f_equal; lia|f_equal; lia|f_equal; lia].
    + rewrite (v_next _ _ _ _ _ _ _ holds) by lia. f_equal; [f_equal; lia|f_equal; lia|f_equal; lia].
  - intros a A. apply (w_first _ _ _ _ _ _ _ holds). cbn. lia.
  - intros a c A C. unfold at_zero. rewrite (w_next _ _ _ _ _ _ _ holds) by lia. do 2 f_equal; lia.
Qed.

Notation states := (scene d k own_at input_at (at_zero M) (at_zero V) (at_zero W)).

Lemma input_bit : forall c, 0 <= c < D -> input_at c = bit input (Z.to_nat c).
Proof. intros c C. unfold input_at. rewrite shown by lia. apply labelled_bit. lia. Qed.

Lemma first_grid : memory_grid net (memory_of d rows) (with_one input) = codes code height width (states 0).
Proof.
  unfold memory_grid, memory_of. rewrite length_tabulate, with_one_length, input_width.
  apply tabulate_ext. intros a c A C. unfold scene, stored_row, live_row, first_sign.
  destruct (Z.ltb_spec c (Z.of_nat height)).
  2:{ compare. now rewrite code_of_work. }
  rewrite pixel_tabulate by lia. rewrite with_one_entry, input_width by lia. unfold entry.
  replace (Z.to_nat a =? 0)%nat with (a =? 0) by (destruct (Z.eqb_spec a 0), (Nat.eqb_spec (Z.to_nat a) 0); lia).
  replace (Z.to_nat c <? d)%nat with (c <? D) by (destruct (Z.ltb_spec c D), (Nat.ltb_spec (Z.to_nat c) d); lia).
  destruct (Nat.leb_spec (Z.to_nat a) (length rows)).
  - assert (F : 1 <= a -> c < D -> x (Z.to_nat a + 1)%nat (Z.to_nat c + 1)%nat =
        bit (nth (Z.to_nat a - 1) rows []) (Z.to_nat c)).
    { intros. rewrite <- features by lia. f_equal. lia. }
    assert (L : 1 <= a -> y (Z.to_nat a + 1)%nat = bit (nth (Z.to_nat a - 1) rows []) d).
    { intros. rewrite <- row_labels by lia. f_equal. lia. }
    unfold own_at. compare; rewrite code_of_sign, <- ?input_bit by lia; rewrite ?F, ?L by lia;
      rewrite ?Z.mul_1_l, ?Z.mul_1_r, ?sign_product, ?xorb_false_l; reflexivity.
  - compare; rewrite code_of_zero; reflexivity.
Qed.

Lemma streaming_step :
  let left := W (length rows + 1)%nat (d + 1)%nat in
  let sum := V (length rows + 2)%nat (d + 1)%nat in
  step_is net n d (memory_of d rows) input (if left then 0 else sign sum)
    (fun a c =>
       if (a =? length rows + 1)%nat && left then
         if (c <? d)%nat then sign (xorb (xorb (z (c + 1)%nat) (V (length rows + 2)%nat (c + 1)%nat)) sum)
         else sign sum
       else 0).
Proof.
  intros left sum.
  assert (ES : something d k (at_zero W) = left).
  { unfold something, at_zero, left. f_equal; lia. }
  assert (EP : parity d k (at_zero V) = sum).
  { unfold parity, at_zero, sum. f_equal; lia. }
  assert (S : step_is net n d (memory_of d rows) input (if left then 0 else sign sum)
    (fun a c => row_slope d k input_at (at_zero V) (at_zero W) (Z.of_nat a) (Z.of_nat c))).
  { apply (step_of_states _ _ (states 0)); [exact input_width|apply length_tabulate|exact first_grid| |].
    - rewrite (run_scene d l k own_at input_at _ _ _ from_zero work net code correct). cbn [bind].
      rewrite (output_scene d l k own_at input_at _ _ _ from_zero work net code correct) by lia. now rewrite ES, EP.
    - apply (gradient_scene d l k own_at input_at _ _ _ from_zero work net code correct); lia. }
  destruct S as (P & g & G & E). split; [exact P|]. exists g. split; [exact G|]. intros a c A C.
  rewrite E by assumption. unfold row_slope. rewrite ES, EP.
  replace (Z.of_nat a =? k + 1) with (a =? length rows + 1)%nat
    by (destruct (Nat.eqb_spec a (length rows + 1)), (Z.eqb_spec (Z.of_nat a) (k + 1)); lia).
  replace (Z.of_nat c <=? D) with true by (symmetry; apply Z.leb_le; lia). rewrite andb_true_r.
  destruct ((a =? length rows + 1)%nat && left); [|reflexivity].
  unfold changed, input_at, at_zero. rewrite Nat2Z.id.
  replace (Z.to_nat (k + 1) + 1)%nat with (length rows + 2)%nat by lia.
  destruct (Nat.ltb_spec c d), (Z.eqb_spec (Z.of_nat c) D); try lia; reflexivity.
Qed.

End Streaming.

Theorem network_reduces : reduces net n d.
Proof. split; [exact starting_step|]. intros. now apply (streaming_step rows input x y z M V W). Qed.

End Step.
