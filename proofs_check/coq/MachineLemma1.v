(** Lemma 1 for [row-reduction-machine], memorisation and computation in one statement. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Profiles LocalRule States Cells.
From RCNN Require Import Memorisation Masks FirstGrid RowReduction Prediction.
From RCNN Require Import Machine MachineTable MachineRule LayerIsStep RowMatrix RowReductionMachine.
From RCNN Require MachineRise.
From RCNN Require Import MachineWeights MachineCodes MachineNetwork MachineOutput.
Import ListNotations.
Open Scope Z_scope.

(** ** The network while memory is written and the masks come off *)

Lemma memory_right : memory_ok network code known = true.
Proof. vm_compute. reflexivity. Qed.

Lemma none_wrong : wrong network code known = None.
Proof. vm_compute. reflexivity. Qed.

Lemma no_state_wrong : wrong_state network code known = None.
Proof. vm_compute. reflexivity. Qed.

Lemma network_implements : implements network code known.
Proof. exact (checked _ _ _ tables fit memory_right none_wrong no_state_wrong). Qed.

(** What is unmasked are the machine's symbols. *)
Lemma code_of_bit b : code (Bit b) = symbol_code (MachineTable.bit b).
Proof. reflexivity. Qed.

Lemma code_of_work : code Work = symbol_code blank.
Proof. vm_compute. reflexivity. Qed.

(** In the top left cell the machine's head is born. *)
Lemma birth_value nw ne sw se u x e s :
  perceptron (convolution network)
    (LocalRule.shows code nw Pad ne Pad (Unmasking u x) (Bit e) sw (Bit s) se)
  = Some (head_on symbol_code displacement start (MachineTable.bit (xorb u x))).
Proof.
  apply (perceptron_units network tables fit); [reflexivity|].
  unfold LocalRule.shows. rewrite units_profiles by exact fit.
  destruct u, x, e, s; vm_compute; reflexivity.
Qed.

Opaque network code.

Section Birth.

Variables (data : list (list bool * bool)) (test : list bool) (l : nat).

Let m := length data.
Let d := length test.
Hypotheses (examples : (1 <= m)%nat) (features : (1 <= d)%nat) (work : (1 <= l)%nat).
Hypothesis formed : forall x y, In (x, y) data -> length x = d.

Let rows := data_rows data test.
Let net := with_work_columns l network.
Let correct : implements net code known := implements_columns l _ _ _ network_implements.
Let height := (m + 1)%nat.
Let width := (d + 1 + l)%nat.

Notation masks := (masks data test).
Notation bit_at := (bit_at data test).
Notation test_at := (test_at test).

(** In the other cells the bits are at rest. *)
Lemma others_rest a c : 0 <= a <= Z.of_nat m -> 0 <= c <= Z.of_nat d + Z.of_nat l ->
  (a =? 0) && (c =? 0) = false ->
  let n := Z.of_nat m + Z.of_nat d + 1 in
  Cells.rule (masks n a c)
    (north (if a =? 0 then Pad else masks n (a - 1) c))
    (west (if c =? 0 then Pad else masks n a (c - 1)))
    (east (if c =? Z.of_nat d + Z.of_nat l then Pad else masks n a (c + 1)))
    (south (if a =? Z.of_nat m then Pad else masks n (a + 1) c))
  = Some (if Z.of_nat d <? c then Work else Bit (bit_at a c)).
Proof.
  intros Ra Rc N n. unfold FirstGrid.masks, unmasking, n.
  fold m d. apply andb_false_iff in N. rewrite !Z.eqb_neq in N.
  clear n.
  compare; try reflexivity.
Qed.

Lemma rows_rectangle : rectangle (S m) (S d) rows.
Proof.
  split.
  - unfold rows. rewrite rows_height. fold m. lia.
  - intros r I. assert (W := rows_width data test formed).
    rewrite Forall_forall in W. rewrite (W r I). fold d. lia.
Qed.

(** The tape that the machine's head is born on. *)
Lemma data_bit i j : (i <= m)%nat -> (j <= d)%nat ->
  data_tape rows i j = MachineTable.bit (bit_at (Z.of_nat i) (Z.of_nat j)).
Proof.
  intros I J. rewrite (data_tape_start m d rows rows_rectangle).
  unfold MachineRise.start_tape, FirstGrid.bit_at. rewrite !Nat2Z.id. fold rows.
  apply Nat.leb_le in I, J. now rewrite I, J.
Qed.

Lemma data_blank i j : (d < j)%nat -> data_tape rows i j = blank.
Proof.
  intros J. rewrite (data_tape_start m d rows rows_rectangle).
  unfold MachineRise.start_tape. apply Nat.leb_gt in J. now rewrite J, andb_false_r.
Qed.

Lemma birth :
  next net height width
    (States.codes code height width (masks (Z.of_nat m + Z.of_nat d + 1)))
  = Some (grid_of height width (Config start 0%nat 0%nat (data_tape rows))).
Proof.
  set (n := Z.of_nat m + Z.of_nat d + 1).
  unfold next, grid_of. apply all_tabulate. intros a c Ha Hc.
  destruct (patch_codes net code known correct height width
    (masks n) a c Ha Hc) as [nw [ne [sw [se E]]]].
  rewrite E, framed_north, framed_west, framed_east, framed_south by assumption. clear E.
  replace (Z.of_nat height - 1) with (Z.of_nat m) by lia.
  replace (Z.of_nat width - 1) with (Z.of_nat d + Z.of_nat l) by lia.
  assert (Ra : 0 <= a <= Z.of_nat m) by lia.
  assert (Rc : 0 <= c <= Z.of_nat d + Z.of_nat l) by lia.
  destruct ((a =? 0) && (c =? 0)) eqn:HERE.
  - apply andb_prop in HERE. destruct HERE as [A C]. apply Z.eqb_eq in A, C. subst a c.
    replace (0 =? Z.of_nat d + Z.of_nat l) with false by (symmetry; apply Z.eqb_neq; lia).
    replace (0 =? Z.of_nat m) with false by (symmetry; apply Z.eqb_neq; lia).
    cbn [Z.eqb].
    replace (masks n 0 0) with (Unmasking (xorb (bit_at 0 0) (test_at 0)) (test_at 0)).
    2:{ unfold FirstGrid.masks, unmasking, n. fold m d. compare. reflexivity. }
    replace (masks n 0 (0 + 1)) with (Bit (bit_at 0 1)).
    2:{ unfold FirstGrid.masks, unmasking, n. fold m d. compare. reflexivity. }
    replace (masks n (0 + 1) 0) with (Bit (bit_at 1 0)).
    2:{ unfold FirstGrid.masks, unmasking, n. fold m d. compare. reflexivity. }
    rewrite birth_value. cbn [Z.to_nat LayerIsStep.shows Nat.eqb andb].
    rewrite data_bit by lia. do 3 f_equal.
    cbn [Z.of_nat]. now destruct (bit_at 0 0), (test_at 0).
  - assert (K : all_known known height width (masks n)).
    { exact (masks_known data test net code known correct n). }
    rewrite (local_value _ _ _ correct nw _ ne _ _ _ sw _ se
      (if Z.of_nat d <? c then Work else Bit (bit_at a c))).
    + cbn [LayerIsStep.shows]. f_equal.
      replace ((Z.to_nat a =? 0)%nat && (Z.to_nat c =? 0)%nat) with false.
      2:{ symmetry. apply andb_false_iff in HERE. apply andb_false_iff.
          rewrite !Z.eqb_neq in HERE. rewrite !Nat.eqb_neq. lia. }
      destruct (Z.ltb_spec (Z.of_nat d) c).
      * rewrite data_blank by lia. apply code_of_work.
      * rewrite data_bit by lia. rewrite !Z2Nat.id by lia. apply code_of_bit.
    + apply K; assumption.
    + destruct (a =? 0) eqn:A; [reflexivity|]. apply Z.eqb_neq in A. apply K; lia.
    + destruct (c =? 0) eqn:C; [reflexivity|]. apply Z.eqb_neq in C. apply K; lia.
    + destruct (c =? Z.of_nat d + Z.of_nat l) eqn:C; [reflexivity|]. apply Z.eqb_neq in C.
      apply K; lia.
    + destruct (a =? Z.of_nat m) eqn:A; [reflexivity|]. apply Z.eqb_neq in A.
      apply K; lia.
    + now destruct (Z.of_nat d <? c).
    + apply others_rest; assumption.
Qed.

(** With the data stored, the network predicts what row reduction predicts. *)
Theorem stored_predicts : forall n, (n >= worst_case_steps m d + m + d + 2)%nat ->
  predict net n (stored m d (data ++ [(repeat false d, false)])) (with_one test)
  = Some (sign (row_reduction data test)).
Proof.
  intros n N. unfold predict. rewrite length_with_one. fold d.
  change (work_columns net) with l.
  assert (G : memory_grid net (stored m d (data ++ [(repeat false d, false)])) (with_one test)
    = States.codes code height width (masks 0)).
  { exact (first_grid data test examples features formed net code known correct work). }
  rewrite G. clear G.
  replace (length (stored m d (data ++ [(repeat false d, false)]))) with height
    by (unfold stored; rewrite length_tabulate; reflexivity).
  fold height width.
  replace n with (m + d + 1 + 1 + (n - (m + d + 2)))%nat by lia.
  rewrite run_more with (h := grid_of height width (Config start 0%nat 0%nat (data_tape rows))).
  - replace height with (S m) by (unfold height; lia).
    replace width with (S d + l)%nat by (unfold width; lia).
    apply unmasked_network_is_row_reduction;
      [exact formed|exact features|exact work|].
    change (worst_case_steps m d <= n - (m + d + 2))%nat. lia.
  - replace (m + d + 1 + 1)%nat with (S (m + d + 1)) by lia. cbn [Network.run].
    assert (R := run_masks data test examples features formed net code known correct
      work (m + d + 1) ltac:(fold m d; lia)).
    change (work_columns net) with l in R. fold m d height width in R. rewrite R. cbn [bind].
    replace (Z.of_nat (m + d + 1)) with (Z.of_nat m + Z.of_nat d + 1) by lia. exact birth.
Qed.

End Birth.

(** For every number [m >= 1] of examples, every number [d >= 1] of features, every number [l >= 1] of
    work columns, all data and every depth [n] from the machine's step bound plus [m + d + 2] on:
    Algorithm 1 goes through, from [W = 0] to a memory with which the network outputs, for every test
    example [x], the label that row reduction predicts; and that is the value of one parity, which
    explains the data if any parity does. *)
Theorem lemma_1 : forall (data : list (list bool * bool)) (d l n : nat),
  let m := length data in
  let net := with_work_columns l network in
  (m >= 1)%nat -> (d >= 1)%nat -> (l >= 1)%nat -> (n >= worst_case_steps m d + m + d + 2)%nat ->
  (forall x y, In (x, y) data -> length x = d) ->
  exists (memory : grid) (theta : list bool),
    algorithm_1 net n d data = Some memory /\
    (forall x, length x = d ->
       predict net n memory (with_one x) = Some (sign (row_reduction data x)) /\
       row_reduction data x = parity theta x) /\
    ((exists other, explains other data) -> explains theta data).
Proof.
  intros data d l n m net Hm Hd Hl Hn F.
  destruct (row_reduction_parity data d F) as [theta [_ [P E]]].
  exists (stored m d (data ++ [(repeat false d, false)])), theta. split; [|split].
  - apply (algorithm_1_stores net code known (implements_columns l _ _ _ network_implements));
      [exact Hl|lia|lia|reflexivity|exact F].
  - intros x X. split; [|apply P, X]. subst d. apply stored_predicts; assumption.
  - intros [other O]. apply (E other); [|exact O].
    destruct data as [|[x y] data]; [simpl in m; lia|].
    destruct (O x y (or_introl eq_refl)) as [L _]. rewrite L. apply (F x y), or_introl, eq_refl.
Qed.

Print Assumptions lemma_1.
