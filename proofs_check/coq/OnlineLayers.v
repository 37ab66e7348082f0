(** The rule of [OnlineCells] takes what [OnlineScene] says of one layer to what it says of the next. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids LocalRule States OnlineLearner OnlineCells OnlineScene.
Import ListNotations.
Open Scope Z_scope.

Section Layers.

Variables (d l : nat) (k : Z).
Variables (X : Z -> Z -> bool) (z : Z -> bool) (M : Z -> Z -> mode) (V W : Z -> Z -> bool).
Hypothesis holds : reduction d k X z M V W.
Hypothesis work : (1 <= l)%nat.

Notation D := (Z.of_nat d).
Let few : 0 <= k <= D := stored holds.
Let last_one : z D = false := appended_one holds.
Let rows := (d + 1)%nat.
Let columns := (d + 1 + l)%nat.

Notation something := (something d k W).
Notation parity := (parity d k V).
Notation changed := (changed z V).
Notation decided := (decided d k z V W).
Notation live_row := (live_row d k z V W).
Notation scene := (scene d k X z M V W).
Notation in_live := (in_live d l k X z M V W work).

Ltac booleans := repeat match goal with |- context [if ?b then _ else _] => destruct b end; try reflexivity.

(** The row that is written next, and those below it. *)
Lemma scene_step : forall n, 0 <= n -> steps_to rows columns (scene n) (scene (n + 1)).
Proof.
  intros n N a c A C. rewrite framed_north, framed_west, framed_east, framed_south by assumption.
  replace (Z.of_nat rows - 1) with D by lia.
  replace (Z.of_nat columns - 1) with (D + Z.of_nat l) by lia.
  assert (Ra : 0 <= a <= D) by lia. assert (Rc : 0 <= c <= D + Z.of_nat l) by lia.
  clear A C.
  change (rule (scene n a c)
    (north (if a =? 0 then Pad else scene n (a - 1) c))
    (west (if c =? 0 then Pad else scene n a (c - 1)))
    (east (if c =? D + Z.of_nat l then Pad else scene n a (c + 1)))
    (south (if a =? D then Pad else scene n (a + 1) c)) = Some (scene (n + 1) a c)).
  destruct (Z_lt_ge_dec D c).
  { unfold OnlineScene.scene. compare; reflexivity. }
  destruct (Z_lt_ge_dec a (k + 1)).
  { apply stored_step; lia || assumption. }
  destruct (Z.eq_dec a (k + 1)) as [->|].
  - destruct (Z.eqb_spec (k + 1) 0); [lia|]. replace (k + 1 - 1) with k by lia.
    rewrite (live_north d l k X z M V W holds work), heard_north, (in_live n c), (in_live (n + 1) c) by lia.
    set (sw := south _). clearbody sw.
    assert (W0 : quiet_west (west (if c =? 0 then Pad else scene n (k + 1) (c - 1))) = true).
    { destruct (Z.eqb_spec c 0); [reflexivity|]. rewrite in_live by lia.
      unfold OnlineScene.live_row, OnlineScene.decided. booleans. }
    assert (E0 : quiet_east (east (if c =? D + Z.of_nat l then Pad else scene n (k + 1) (c + 1))) = true).
    { destruct (Z.eqb_spec c (D + Z.of_nat l)); [reflexivity|]. destruct (Z.eqb_spec c D).
      - unfold OnlineScene.scene. compare. reflexivity.
      - rewrite in_live by lia. unfold OnlineScene.live_row, OnlineScene.decided. booleans. }
    set (ww := west _) in *. set (ew := east _) in *. clearbody ww ew.
    unfold OnlineScene.live_row. destruct (Z_lt_ge_dec n (3 * D + k + 4 - c)).
    { compare; cbn [rule]; rewrite W0, E0; reflexivity. }
    destruct (Z.eq_dec n (3 * D + k + 4 - c)).
    + compare; cbn [rule]; rewrite W0, E0; cbn [andb]; unfold OnlineScene.decided; compare; booleans.
    + replace (n =? D + k + c + 2) with false by (symmetry; apply Z.eqb_neq; lia).
      replace (n =? 3 * D + k + 4 - c) with false by (symmetry; apply Z.eqb_neq; lia).
      replace (n <? 3 * D + k + 5 - c) with false by (symmetry; apply Z.ltb_ge; lia).
      replace (n + 1 <? 3 * D + k + 5 - c) with false by (symmetry; apply Z.ltb_ge; lia).
      unfold OnlineScene.decided. destruct something; [destruct (if c =? D then _ else _)|];
        cbn [rule quiet_north]; rewrite ?W0, E0; reflexivity.
  - unfold OnlineScene.scene, OnlineScene.live_row, OnlineScene.decided.
    destruct (Z.eqb_spec n 0) as [->|].
    + compare; try reflexivity.
    + compare; booleans.
Qed.

(** ** Layers, output and gradient *)

Variables (net : network) (code : cell -> Z).
Notation known := (fun _ : cell => true).
Hypothesis correct : implements net code known.

Lemma all_are_known : forall n, all_known known rows columns (scene n).
Proof. intros n a c _ _. reflexivity. Qed.

Lemma run_scene : forall n,
  run net rows columns n (codes code rows columns (scene 0)) = Some (codes code rows columns (scene (Z.of_nat n))).
Proof.
  induction n as [|n IH]; [reflexivity|].
  cbn [run]. rewrite IH. cbn [bind].
  replace (Z.of_nat (S n)) with (Z.of_nat n + 1) by lia.
  apply (next_states _ _ _ correct); [apply all_are_known|apply all_are_known|apply scene_step; lia].
Qed.

(** From layer [4 d + 4] on only the last row's label cell has an output: the answer. *)
Lemma answer_scene : forall n a c, 4 * D + 4 <= n -> 0 <= a <= D -> 0 <= c <= D + Z.of_nat l ->
  cell_answer (scene n a c) = if (a =? k) && (c =? D) && negb something then sign parity else 0.
Proof.
  intros n a c N A C. unfold OnlineScene.scene, OnlineScene.stored_row, OnlineScene.live_row, OnlineScene.decided.
  destruct (Z.eqb_spec a k), (Z.eqb_spec c D); cbn [andb]; compare; try reflexivity.
  all: unfold OnlineScene.heard, OnlineScene.ended; compare; destruct something; cbn [andb negb]; booleans.
Qed.

Lemma output_scene : forall n, 4 * D + 4 <= n ->
  output net (codes code rows columns (scene n)) = Some (if something then 0 else sign parity).
Proof.
  intros n N. rewrite (output_states _ _ _ correct) by apply all_are_known. f_equal.
  change (answer_value (l := online_rule)) with cell_answer.
  rewrite (sum_single _ k) by (try lia; intros a Ha Na; apply sum_zero; intros c Hc; apply in_indices in Hc;
    rewrite answer_scene by lia; apply Z.eqb_neq in Na; now rewrite Na).
  rewrite (sum_single _ D) by (try lia; intros c Hc Nc; rewrite answer_scene by lia;
    apply Z.eqb_neq in Nc; now rewrite Nc, andb_false_r).
  rewrite answer_scene by lia. rewrite !Z.eqb_refl. cbn [andb]. now destruct something.
Qed.

(** The head's slope at the row that is written next. *)
Definition row_slope (a c : Z) : Z :=
  if (a =? k + 1) && (c <=? D) && something then sign (if c =? D then parity else xorb (changed k c) parity) else 0.

Lemma gradient_scene : forall n j, 0 <= j -> 4 * D + 4 <= Z.of_nat n + j ->
  gradient net rows columns n (codes code rows columns (scene j)) = Some (tabulate rows columns row_slope).
Proof.
  induction n as [|n IH]; intros j J N; cbn [gradient].
  - rewrite (head_gradient_states _ _ _ correct) by apply all_are_known. f_equal. apply tabulate_ext. intros a c A C.
    cbn [answer_slope online_rule].
    unfold row_slope, OnlineScene.scene, OnlineScene.stored_row, OnlineScene.live_row, OnlineScene.decided.
    destruct (Z.leb_spec c D), (Z.eqb_spec a (k + 1)); cbn [andb].
    all: compare; try reflexivity.
    all: unfold OnlineScene.heard, OnlineScene.ended; booleans.
  - rewrite (next_states _ _ _ correct _ _ _ _ (all_are_known j) (all_are_known (j + 1)) (scene_step j J)).
    cbn [bind]. rewrite IH by lia. cbn [bind].
    rewrite (layer_gradient_states _ _ _ correct) by apply all_are_known. f_equal.
    apply tabulate_ext. intros a c A C. cbn [slope_at online_rule].
    unfold row_slope. destruct (Z.eqb_spec a (k + 1)) as [->|]; [|apply Z.mul_0_r].
    destruct (Z.leb_spec c D); [|apply Z.mul_0_r]. destruct something eqn:S; [|apply Z.mul_0_r].
    rewrite in_live by lia. unfold OnlineScene.live_row, OnlineScene.decided. rewrite S.
    destruct (j <? _); [|destruct (if c =? D then _ else _)]; apply Z.mul_1_l.
Qed.

End Layers.
