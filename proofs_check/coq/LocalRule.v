(** The network's convolution is the rule of [Cells], on every patch of states; its only derivative is 1,
    by the cell itself, if that is memory that is not written; and no unit is ever at its kink. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Tables Cells Weights Codes Patches.
Import ListNotations.
Open Scope Z_scope.

(** ** The convolution *)

Local Opaque hs w2 b2 w3 b3 profile.

Theorem local_value : forall nw n ne w c e sw s se next,
  rule c (north n) (west w) (east e) (south s) = Some next ->
  perceptron (convolution network) (shows nw n ne w c e sw s se) = Some (code next).
Proof.
  intros nw n ne w c e sw s se next R.
  pose proof (units_ok nw n ne w c e sw s se) as K. unfold ok in K. rewrite R in K.
  apply andb_prop in K. destruct K as [_ K]. apply Z.eqb_eq in K.
  unfold perceptron. rewrite convolution_tables.
  rewrite (total_units hs w2 b2 w3 b3 _ _ _ positions_read) by reflexivity.
  cbn [bind]. rewrite K. apply exactly_times. vm_compute. reflexivity.
Qed.

(** The tables are flat at every state but one. *)
Definition flat (k : nat) (v : Z) : bool := forallb (fun w => incline hs w k v =? 0) w2.

Lemma flat_corner : forall k v, corner k = true -> flat k v = true.
Proof.
  intros k v C. unfold flat. apply forallb_forall. intros w _.
  rewrite corner_incline by assumption. reflexivity.
Qed.

Lemma flat_states : forall c,
  (flat 1 (code c) && flat 3 (code c) && flat 5 (code c) && flat 7 (code c) &&
   (flat 4 (code c) || match c with Zero => true | _ => false end)) = true.
Proof.
  destruct c as [| | |[]|[] []|[]|[] []|[]|[] [] [[]|]|[] []| |[]]; vm_compute; reflexivity.
Qed.

(** At memory that is not written the first unit's table has slope 1, and it is flat for the others. *)
Lemma slope_zero : exists r rest x xs, w2 = r :: rest /\ w3 = x :: xs /\
  x * incline hs r 4 (code Zero) = s3 /\
  forallb (fun w => incline hs w 4 (code Zero) =? 0) rest = true.
Proof.
  exists (hd [] w2), (tl w2), (hd 0 w3), (tl w3). vm_compute. auto.
Qed.

Lemma incline_flat : forall v k, flat k (nth k v 0) = true -> incline_total hs w2 b2 w3 v k = 0.
Proof.
  intros v k F. unfold incline_total. apply sum_zero. intros [g w] I.
  apply in_combine_r in I. unfold flat in F. rewrite forallb_forall in F.
  specialize (F w I). apply Z.eqb_eq in F. cbn [fst snd]. rewrite F. lia.
Qed.

Definition slope_at (c : cell) : Z := match c with Zero => 1 | _ => 0 end.

Lemma incline_center : forall nw n ne w c e sw s se,
  incline_total hs w2 b2 w3 (shows nw n ne w c e sw s se) 4 = s3 * slope_at c.
Proof.
  intros.
  pose proof (units_ok nw n ne w c e sw s se) as K. unfold ok in K.
  pose proof (flat_states c) as F.
  apply andb_prop in K. destruct K as [K _]. apply andb_prop in K. destruct K as [On _].
  apply andb_prop in F. destruct F as [_ F].
  destruct (flat 4 (code c)) eqn:E.
  - rewrite incline_flat by exact E. destruct c; try (unfold slope_at; lia).
    exfalso. revert E. vm_compute. discriminate.
  - destruct c; try discriminate F.
    destruct slope_zero as [r [rest [x [xs [W2 [W3 [S Z]]]]]]].
    unfold incline_total. set (v := shows _ _ _ _ _ _ _ _ _) in *.
    change (nth 4 v 0) with (code Zero).
    destruct (units hs w2 b2 v) as [|u us] eqn:U; [discriminate On|].
    rewrite W2, W3. unfold masked. cbn [combine map fst snd sum fold_right].
    fold (masked xs us). cbn [hd] in On. rewrite On, S.
    fold (sum (map (fun p => fst p * incline hs (snd p) 4 (code Zero)) (combine (masked xs us) rest))).
    rewrite sum_zero; [unfold slope_at; lia|].
    intros [g q] I. apply in_combine_r in I. rewrite forallb_forall in Z.
    specialize (Z q I). apply Z.eqb_eq in Z. cbn [fst snd]. rewrite Z. lia.
Qed.

(** The derivatives by the nine codes of the patch exist, and are 0 but for memory that is not written. *)
Theorem local_derivatives : forall nw n ne w c e sw s se,
  derivatives 1 (convolution network) (shows nw n ne w c e sw s se) =
  Some [0; 0; 0; 0; slope_at c; 0; 0; 0; 0].
Proof.
  intros. unfold derivatives. rewrite convolution_tables.
  rewrite (backward_units hs w2 b2 w3 b3 _ _ _ positions_read widths_fit heights_fit).
  2: reflexivity.
  2: intros; apply hinges_off_kink; assumption.
  2:{ pose proof (units_ok nw n ne w c e sw s se) as K. unfold ok in K.
      apply andb_prop in K. destruct K as [K _]. apply andb_prop in K. destruct K as [_ K].
      apply negb_true_iff in K. intros I. apply Bool.not_true_iff_false in K. apply K.
      apply existsb_exists. exists 0. split; [assumption|reflexivity]. }
  cbn [bind seq map last_scale last scale].
  rewrite incline_center.
  pose proof (flat_states n) as Fn. pose proof (flat_states w) as Fw.
  pose proof (flat_states e) as Fe. pose proof (flat_states s) as Fs.
  rewrite !andb_true_iff in Fn, Fw, Fe, Fs.
  rewrite (incline_flat _ 0), (incline_flat _ 1), (incline_flat _ 2), (incline_flat _ 3),
    (incline_flat _ 5), (incline_flat _ 6), (incline_flat _ 7), (incline_flat _ 8);
    try (apply flat_corner; vm_compute; reflexivity).
  2: apply Fs.
  2: apply Fe.
  2: apply Fw.
  2: apply Fn.
  assert (S3 : 0 < s3) by (vm_compute; reflexivity).
  unfold last_scale. cbn [last scale].
  replace (exactly (1 * 0) s3) with (Some 0) by (vm_compute; reflexivity).
  replace (1 * (s3 * slope_at c)) with (s3 * slope_at c) by lia.
  rewrite exactly_times by assumption. reflexivity.
Qed.

(** ** The head *)

Definition answer_value (c : cell) : Z :=
  match c with Answer b => sign b | _ => 0 end.

Theorem head_value : forall c,
  total (head network) [code c] = Some (last_scale (head network) * answer_value c).
Proof.
  destruct c as [| | |[]|[] []|[]|[] []|[]|[] [] [[]|]|[] []| |[]]; vm_compute; reflexivity.
Qed.

Theorem head_derivative : forall c,
  derivatives pixel_unit (head network) [code c] = Some [slope_at c].
Proof.
  destruct c as [| | |[]|[] []|[]|[] []|[]|[] [] [[]|]|[] []| |[]]; vm_compute; reflexivity.
Qed.

(** ** What the memory layer shows *)

Lemma code_sign : forall b, code (Sign b) = sign b.
Proof. destruct b; vm_compute; reflexivity. Qed.

Lemma code_zero : code Zero = 0.
Proof. vm_compute. reflexivity. Qed.

Lemma code_work : code Work = pixel_unit.
Proof. vm_compute. reflexivity. Qed.
