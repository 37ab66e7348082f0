(** What every cell holds in every layer while the network of [online-row-reduction] reduces an input by the stored
    rows, and that the rule makes it so in the rows that are stored. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids LocalRule States OnlineLearner OnlineCells.
Import ListNotations.
Open Scope Z_scope.

(** [d] features; row 0 is the dummy's, and there are [k] stored rows below it. The rows' bits are [X], with the
    label in column [d], and the input's bits [z]; [M], [V] and [W] are the variables of the recurrence of
    [OnlineClaims], rows and columns from 0. *)
Record reduction (d : nat) (k : Z) (X : Z -> Z -> bool) (z : Z -> bool) (M : Z -> Z -> mode)
  (V W : Z -> Z -> bool) : Prop := {
  stored : 0 <= k <= Z.of_nat d;
  dummy : forall c, X 0 c = false;
  appended_one : z (Z.of_nat d) = false;
  mode_first : forall a, 1 <= a <= k -> M a 0 = Search;
  mode_next : forall a c, 1 <= a <= k -> 1 <= c <= Z.of_nat d + 1 ->
    M a c = mode_after (M a (c - 1)) (V a (c - 1)) (X a (c - 1));
  bit_first : forall c, 0 <= c <= Z.of_nat d -> V 1 c = z c;
  bit_next : forall a c, 2 <= a <= k + 1 -> 0 <= c <= Z.of_nat d ->
    V a c = bit_after (V (a - 1) c) (M (a - 1) (c + 1)) (X (a - 1) c);
  left_first : forall a, 0 <= a <= k -> W a 0 = false;
  left_next : forall a c, 0 <= a <= k -> 1 <= c <= Z.of_nat d -> W a c = W a (c - 1) || V (a + 1) (c - 1) }.

Arguments stored {d k X z M V W}.
Arguments dummy {d k X z M V W}.
Arguments appended_one {d k X z M V W}.
Arguments mode_first {d k X z M V W}.
Arguments mode_next {d k X z M V W}.
Arguments bit_first {d k X z M V W}.
Arguments bit_next {d k X z M V W}.
Arguments left_first {d k X z M V W}.
Arguments left_next {d k X z M V W}.

Section Scene.

Variables (d l : nat) (k : Z).
Variables (X : Z -> Z -> bool) (z : Z -> bool) (M : Z -> Z -> mode) (V W : Z -> Z -> bool).
Hypothesis holds : reduction d k X z M V W.
Hypothesis work : (1 <= l)%nat.

Notation D := (Z.of_nat d).
Let few : 0 <= k <= D := stored holds.
Let last_one : z D = false := appended_one holds.

(** ** The states *)

(** Is anything left after the last row, and the sum of the labels of the rows that were added. *)
Definition something : bool := W k D.
Definition parity : bool := V (k + 1) D.

Definition changed (a c : Z) : bool := xorb (z c) (V (a + 1) c).

(** The sign that the memory layer shows. *)
Definition first_sign (a c : Z) : bool := if c =? D then X a D else xorb (xorb (X a c) (X a D)) (z c).

Definition masked_sign (a c : Z) : bool := if c =? D then false else first_sign a c.

Definition passed (a c : Z) : cell :=
  if a =? 0 then Showing (z c) else Reducing (xorb (X a c) (z c)) (M a c) (z c) (V a c).

Definition heard (c : Z) : cell :=
  if c =? D then Verdict parity something else Told (changed k c) (if something then Some parity else None).

Definition ended (c : Z) : cell := if (c =? D) && negb something then Answer parity else Spent.

(** A row that is stored, in layer [n]. The west wave passes column [c] in layer [d + 1 - c], the reduction in layer
    [d + a + c + 2], and the verdict passes the last row. *)
Definition stored_row (n a c : Z) : cell :=
  if n <? D + 1 - c then Sign (first_sign a c)
  else if n =? D + 1 - c then Masked (masked_sign a c) (X a D)
  else if n <? D + a + c + 2 then Held (xorb (X a c) (z c))
  else if n =? D + a + c + 2 then passed a c
  else if n =? D + a + c + 3 then Reduced (changed a c) (V (a + 1) c) (W a c)
  else if a <? k then Resting (changed a c)
  else if n <? 3 * D + k + 4 - c then Resting (changed a c)
  else if n =? 3 * D + k + 4 - c then heard c
  else ended c.

(** What becomes of the first row that is not written. *)
Definition decided (c : Z) : cell :=
  if something then if (if c =? D then parity else xorb (changed k c) parity) then Minus else Zero else Work.

Definition live_row (n c : Z) : cell := if n <? 3 * D + k + 5 - c then Zero else decided c.

Definition scene (n a c : Z) : cell :=
  if D <? c then Work
  else if a <? k + 1 then stored_row n a c
  else if a =? k + 1 then live_row n c
  else if n =? 0 then Zero
  else Work.

(** ** What neighbours say *)

Ltac booleans := repeat match goal with |- context [if ?b then _ else _] => destruct b end; try reflexivity.

Lemma in_stored : forall n a c, a <= k -> c <= D -> scene n a c = stored_row n a c.
Proof. intros. unfold scene. compare. reflexivity. Qed.

Lemma in_live : forall n c, c <= D -> scene n (k + 1) c = live_row n c.
Proof. intros. unfold scene. compare. reflexivity. Qed.

Lemma passed_north : forall a c, 1 <= a <= k + 1 -> 0 <= c <= D ->
  north (passed (a - 1) c) = NorthInput (z c) (V a c).
Proof.
  intros a c A C. unfold passed. compare.
  - replace a with 1 by lia. now rewrite (bit_first holds).
  - cbn [north]. rewrite (bit_next holds a c) by lia. rewrite (mode_next holds (a - 1) (c + 1)) by lia.
    replace (c + 1 - 1) with c by lia.
    unfold bit_below, mode_here. now rewrite xorb_assoc, xorb_nilpotent, xorb_false_r.
Qed.

Definition mode_word (m : mode) : from_west := match m with Search => WestQuiet | _ => WestMode m end.

Lemma passed_west : forall a c, 0 <= a <= k -> 1 <= c <= D ->
  west (passed a (c - 1)) = if a =? 0 then WestStart else mode_word (M a c).
Proof.
  intros a c A C. unfold passed. compare; [reflexivity|].
  cbn [west]. rewrite (mode_next holds a c) by lia. unfold mode_here.
  rewrite xorb_assoc, xorb_nilpotent, xorb_false_r. now destruct (mode_after _ _ _).
Qed.

Lemma heard_north : forall c, north (heard c) =
  if something then if (if c =? D then parity else xorb (changed k c) parity) then NorthMinus else NorthQuiet
  else NorthWork.
Proof.
  intros c. unfold heard. destruct (c =? D), something; cbn [north]; try reflexivity.
Qed.

Lemma stored_north : forall n a c, 0 <= n -> 0 <= a <= k -> 0 <= c <= D ->
  north (if a =? 0 then Pad else scene n (a - 1) c) =
  if a =? 0 then NorthPad else if n =? D + a + c + 1 then NorthInput (z c) (V a c) else NorthQuiet.
Proof.
  intros n a c N A C. destruct (Z.eqb_spec a 0); [reflexivity|]. rewrite in_stored by lia. unfold stored_row.
  compare; try reflexivity.
  all: try (apply passed_north; lia).
Qed.

Lemma live_north : forall n c, 0 <= n -> 0 <= c <= D -> north (scene n k c) =
  if n =? D + k + c + 2 then NorthInput (z c) (V (k + 1) c)
  else if n =? 3 * D + k + 4 - c then north (heard c) else NorthQuiet.
Proof.
  intros n c N C. rewrite in_stored by lia. unfold stored_row. compare; try reflexivity.
  all: try (replace k with (k + 1 - 1) at 1 by lia; apply passed_north; lia).
  all: unfold ended; booleans.
Qed.

Lemma stored_west : forall n a c, 0 <= n -> 0 <= a <= k -> 0 <= c <= D ->
  west (if c =? 0 then Pad else scene n a (c - 1)) =
  if c =? 0 then WestPad
  else if n =? D + a + c + 1 then if a =? 0 then WestStart else mode_word (M a c)
  else if n =? D + a + c + 2 then if W a c then WestLeft else WestQuiet
  else WestQuiet.
Proof.
  intros n a c N A C. destruct (Z.eqb_spec c 0); [reflexivity|]. rewrite in_stored by lia. unfold stored_row.
  destruct (Z.eqb_spec n (D + a + c + 1)).
  { rewrite <- passed_west by lia. compare; reflexivity. }
  compare; try reflexivity.
  all: try (rewrite (left_next holds a c) by lia; cbn [west]; now rewrite orb_comm).
  all: unfold heard, ended; booleans.
Qed.

Lemma stored_east : forall n a c, 0 <= n -> 0 <= a <= k -> 0 <= c <= D ->
  east (if c =? D + Z.of_nat l then Pad else scene n a (c + 1)) =
  if c =? D then EastWork
  else if n <? D - c then EastSign
  else if n =? D - c then EastMasked (X a D)
  else if n <? D + a + c + 3 then EastHeld
  else if n =? D + a + c + 3 then EastActing
  else if a <? k then EastOther
  else if n =? 3 * D + k + 3 - c then EastNews (if something then Some parity else None)
  else EastOther.
Proof.
  intros n a c N A C. destruct (Z.eqb_spec c (D + Z.of_nat l)); [lia|].
  destruct (Z.eqb_spec c D).
  { unfold scene. compare. reflexivity. }
  rewrite in_stored by lia. unfold stored_row. compare; try reflexivity.
  all: unfold passed, heard, ended; booleans.
Qed.

(** To the south of a row that is stored: another one, or the row that is written next, or the wall. *)
Lemma stored_south : forall n a c, 0 <= n -> 0 <= a < k -> 0 <= c <= D ->
  south (if a =? D then Pad else scene n (a + 1) c) = if n =? D + a + c + 3 then SouthActing else SouthQuiet.
Proof.
  intros n a c N A C. destruct (Z.eqb_spec a D); [lia|]. rewrite in_stored by lia. unfold stored_row.
  compare; try reflexivity.
  all: unfold passed, heard, ended; booleans.
Qed.

Lemma last_south : forall n c, 0 <= n -> 0 <= c <= D ->
  south (if k =? D then Pad else scene n (k + 1) c) =
  if n <? 3 * D + k + 5 - c then SouthEnd
  else if k =? D then SouthEnd
  else if something then if (if c =? D then parity else xorb (changed k c) parity) then SouthQuiet else SouthEnd
  else SouthQuiet.
Proof.
  intros n c N C. destruct (Z.eqb_spec k D); [now destruct (n <? _)|]. rewrite in_live by lia.
  unfold live_row, decided. booleans.
Qed.

(** ** The rows that are stored *)

Lemma held_bit : forall a c, xorb (masked_sign a c) (X a D) = xorb (X a c) (z c).
Proof.
  intros a c. unfold masked_sign, first_sign. destruct (Z.eqb_spec c D) as [->|].
  - rewrite last_one. now destruct (X a D).
  - now destruct (X a c), (X a D), (z c).
Qed.

Lemma start_rule : forall e s, waiting_east e = true ->
  rule (Masked (masked_sign 0 0) (X 0 D)) NorthPad WestPad e s = Some (passed 0 0).
Proof.
  intros e s E. pose proof (held_bit 0 0) as H. rewrite !(dummy holds), xorb_false_r, xorb_false_l in H.
  cbn [rule]. rewrite E, H, (dummy holds). reflexivity.
Qed.

Lemma top_rule : forall c e s, waiting_east e = true ->
  rule (Held (xorb (X 0 c) (z c))) NorthPad WestStart e s = Some (passed 0 c).
Proof. intros c e s E. cbn [rule]. now rewrite E, (dummy holds), xorb_false_l. Qed.

Lemma held_rule : forall a c w e s, 1 <= a <= k -> waiting_east e = true ->
  w = (if c =? 0 then WestPad else mode_word (M a c)) ->
  rule (Held (xorb (X a c) (z c))) (NorthInput (z c) (V a c)) w e s = Some (passed a c).
Proof.
  intros a c w e s A E ->. unfold passed. compare.
  - subst c. rewrite (mode_first holds) by lia. cbn [rule]. now rewrite E.
  - destruct (M a c); cbn [mode_word rule]; now rewrite E.
Qed.

Lemma passed_rule : forall a c n w e s, 0 <= a <= k -> 0 <= c <= D -> quiet_north n = true -> waiting_east e = true ->
  w = (if c =? 0 then WestPad else if W a c then WestLeft else WestQuiet) ->
  rule (passed a c) n w e s = Some (Reduced (changed a c) (V (a + 1) c) (W a c)).
Proof.
  intros a c n w e s A C N E ->.
  assert (L : c = 0 -> W a c = false) by (intros ->; apply (left_first holds); lia).
  assert (B : 1 <= a -> bit_below (xorb (X a c) (z c)) (M a c) (z c) (V a c) = V (a + 1) c).
  { intros. rewrite (bit_next holds (a + 1) c) by lia. replace (a + 1 - 1) with a by lia.
    rewrite (mode_next holds a (c + 1)) by lia. replace (c + 1 - 1) with c by lia.
    unfold bit_below, mode_here. now rewrite xorb_assoc, xorb_nilpotent, xorb_false_r. }
  unfold passed, changed. destruct (Z.eqb_spec a 0) as [->|].
  - change (0 + 1) with 1. rewrite (bit_first holds c) by lia. rewrite xorb_nilpotent.
    destruct (Z.eqb_spec c 0); [rewrite L by assumption|destruct (W 0 c)]; cbn [rule]; now rewrite N, E.
  - destruct (Z.eqb_spec c 0); [rewrite L by assumption|destruct (W a c)]; cbn [rule]; now rewrite N, E, B by lia.
Qed.

Lemma label_rule : forall n w, quiet_north n = true -> quiet_west w = true ->
  rule (Reduced (changed k D) (V (k + 1) D) (W k D)) n w EastWork SouthEnd = Some (heard D).
Proof.
  intros n w N Q. unfold heard, changed. rewrite Z.eqb_refl, last_one, xorb_false_l. cbn [rule].
  now rewrite N, Q, eqb_reflx.
Qed.

Section Stages.

Variables n a c : Z.
Hypotheses (A : 0 <= a <= k) (C : 0 <= c <= D).

Ltac stage := intros; unfold stored_row; compare; reflexivity.

Lemma is_sign : n < D + 1 - c -> stored_row n a c = Sign (first_sign a c).
Proof. stage. Qed.
Lemma is_masked : n = D + 1 - c -> stored_row n a c = Masked (masked_sign a c) (X a D).
Proof. stage. Qed.
Lemma is_held : D + 1 - c < n < D + a + c + 2 -> stored_row n a c = Held (xorb (X a c) (z c)).
Proof. stage. Qed.
Lemma is_passed : n = D + a + c + 2 -> stored_row n a c = passed a c.
Proof. stage. Qed.
Lemma is_reduced : n = D + a + c + 3 -> stored_row n a c = Reduced (changed a c) (V (a + 1) c) (W a c).
Proof. stage. Qed.
Lemma is_resting : D + a + c + 4 <= n -> a < k \/ n < 3 * D + k + 4 - c -> stored_row n a c = Resting (changed a c).
Proof. stage. Qed.
Lemma is_heard : a = k -> n = 3 * D + k + 4 - c -> stored_row n a c = heard c.
Proof. stage. Qed.
Lemma is_ended : a = k -> 3 * D + k + 4 - c < n -> stored_row n a c = ended c.
Proof. stage. Qed.

End Stages.

Lemma stored_step : forall n a c, 0 <= n -> 0 <= a <= k -> 0 <= c <= D ->
  rule (scene n a c)
    (north (if a =? 0 then Pad else scene n (a - 1) c))
    (west (if c =? 0 then Pad else scene n a (c - 1)))
    (east (if c =? D + Z.of_nat l then Pad else scene n a (c + 1)))
    (south (if a =? D then Pad else scene n (a + 1) c)) = Some (scene (n + 1) a c).
Proof.
  intros n a c N A C.
  pose proof (stored_north n a c N A C) as EN. pose proof (stored_west n a c N A C) as EW.
  pose proof (stored_east n a c N A C) as EE.
  assert (ES : a < k -> south (if a =? D then Pad else scene n (a + 1) c) =
    if n =? D + a + c + 3 then SouthActing else SouthQuiet) by (intros; apply stored_south; lia).
  assert (LS : a = k -> n < 3 * D + k + 5 - c -> south (if a =? D then Pad else scene n (a + 1) c) = SouthEnd).
  { intros -> L. rewrite last_south by lia. apply Z.ltb_lt in L. now rewrite L. }
  set (nw := north _) in *. set (ww := west _) in *. set (ew := east _) in *. set (sw := south _) in *.
  clearbody nw ww ew sw.
  assert (QN : n <> D + a + c + 1 -> quiet_north nw = true) by (intros; rewrite EN; compare; reflexivity).
  assert (QW : n <> D + a + c + 1 -> n <> D + a + c + 2 -> quiet_west ww = true)
    by (intros; rewrite EW; compare; reflexivity).
  assert (WE : D + 1 - c <= n -> n < D + a + c + 3 -> waiting_east ew = true)
    by (intros; rewrite EE; compare; reflexivity).
  assert (QE : D + a + c + 4 <= n -> a < k \/ n <> 3 * D + k + 3 - c -> quiet_east ew = true)
    by (intros; rewrite EE; compare; reflexivity).
  rewrite (in_stored n), (in_stored (n + 1)) by lia.
  destruct (Z_lt_ge_dec n (D + 1 - c)).
  { assert (SA : sw <> SouthActing).
    { destruct (Z.eq_dec a k); [rewrite LS by lia; discriminate|]. rewrite ES by lia. compare. discriminate. }
    rewrite is_sign, EE by lia. destruct (Z.eq_dec n (D - c)).
    - rewrite (is_masked (n + 1)) by lia. unfold masked_sign, first_sign. compare; cbn [rule];
        destruct sw; try congruence; rewrite QN, QW by lia; reflexivity.
    - rewrite (is_sign (n + 1)) by lia. compare; cbn [rule];
        destruct sw; try congruence; rewrite QN, QW by lia; reflexivity. }
  destruct (Z.eq_dec n (D + 1 - c)).
  { rewrite is_masked by lia. destruct (Z.eq_dec (a + c) 0).
    - rewrite (is_passed (n + 1)) by lia. replace a with 0 in * by lia. replace c with 0 in * by lia.
      rewrite EN, EW. apply start_rule, WE; lia.
    - rewrite (is_held (n + 1)) by lia. rewrite <- held_bit, EN, EW.
      compare; cbn [rule]; rewrite WE by lia; reflexivity. }
  destruct (Z_lt_ge_dec n (D + a + c + 1)).
  { rewrite is_held, (is_held (n + 1)), EN, EW by lia. compare; cbn [rule]; rewrite WE by lia; reflexivity. }
  destruct (Z.eq_dec n (D + a + c + 1)).
  { rewrite is_held, (is_passed (n + 1)), EN by lia. destruct (Z.eqb_spec a 0).
    - rewrite EW. replace a with 0 in * by lia. compare. apply top_rule, WE; lia.
    - compare. apply held_rule; [lia|apply WE; lia|]. rewrite EW. compare; reflexivity. }
  destruct (Z.eq_dec n (D + a + c + 2)).
  { rewrite is_passed, (is_reduced (n + 1)) by lia. apply passed_rule; try lia; [apply QN; lia|apply WE; lia|].
    rewrite EW. compare; reflexivity. }
  destruct (Z.eq_dec n (D + a + c + 3)).
  { rewrite is_reduced, EE by lia. destruct (Z.eqb_spec c D) as [->|].
    - destruct (Z.eq_dec a k) as [->|].
      + rewrite (is_heard (n + 1)), LS by lia. apply label_rule; [apply QN|apply QW]; lia.
      + rewrite (is_resting (n + 1)), ES by lia. compare. cbn [rule]. rewrite QN, QW by lia. reflexivity.
    - rewrite (is_resting (n + 1)) by lia. compare; cbn [rule]; rewrite QN, QW by lia; reflexivity. }
  destruct (Z.eq_dec a k) as [->|].
  - destruct (Z_lt_ge_dec n (3 * D + k + 3 - c)).
    { rewrite is_resting, (is_resting (n + 1)) by lia. specialize (QE ltac:(lia) ltac:(lia)).
      destruct ew; try discriminate QE; cbn [rule]; rewrite QN, QW by lia; reflexivity. }
    destruct (Z.eq_dec n (3 * D + k + 3 - c)).
    { rewrite is_resting, (is_heard (n + 1)), EE by lia. unfold heard. compare; cbn [rule];
      rewrite QN, QW by lia; reflexivity. }
    specialize (QE ltac:(lia) ltac:(lia)). destruct (Z.eq_dec n (3 * D + k + 4 - c)).
    { rewrite is_heard, (is_ended (n + 1)) by lia. unfold heard, ended.
      destruct (c =? D), something; cbn [rule]; rewrite QE, QN, QW by lia; reflexivity. }
    rewrite is_ended, (is_ended (n + 1)) by lia. unfold ended.
    destruct (c =? D), something; cbn [rule andb negb]; rewrite QE, QN, QW by lia; reflexivity.
  - rewrite is_resting, (is_resting (n + 1)) by lia. specialize (QE ltac:(lia) ltac:(lia)).
    destruct ew; try discriminate QE; cbn [rule]; rewrite QN, QW by lia; reflexivity.
Qed.

End Scene.
