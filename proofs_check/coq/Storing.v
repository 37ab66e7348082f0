(** One step of SGD, on states: what the network shows while row [k] of the memory is being written. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids LocalRule States Cells.
Import ListNotations.
Open Scope Z_scope.

Section Storing.

Variables (net : network) (code : cell -> Z) (known : cell -> bool).
Hypothesis correct : implements net code known.

(** [m] examples with [d] features, [l] work columns; rows before [k] are stored. [r a c] is the sign that
    the memory layer shows there, [y a] the label of row [a]. *)
Variables (m d l : nat) (k : Z) (r : Z -> Z -> bool) (y : Z -> bool).
Hypotheses (features : (1 <= d)%nat) (work : (1 <= l)%nat) (row_k : 0 <= k <= Z.of_nat m).
Hypothesis label : forall a, r a (Z.of_nat d) = y a.

Let M := Z.of_nat m.
Let D := Z.of_nat d.
Let rows := (m + 1)%nat.
Let columns := (d + 1 + l)%nat.

(** The states in layer [n]. The west wave passes column [c] in layer [d + 1 - c]. *)
Definition storing (n a c : Z) : cell :=
  if D <? c then Work
  else if a <? k then
    if n <? D + 1 - c then Sign (r a c)
    else if n =? D + 1 - c then Masked (if c =? D then false else r a c) (y a)
    else Held (xorb (if c =? D then false else r a c) (y a))
  else if a =? k then Zero
  else if n =? 0 then Zero
  else Work.

Lemma storing_step : forall n, 0 <= n -> steps_to rows columns (storing n) (storing (n + 1)).
Proof.
  intros n Hn a c Ha Hc.
  rewrite framed_north, framed_west, framed_east, framed_south by assumption.
  replace (Z.of_nat rows - 1) with M by lia.
  replace (Z.of_nat columns - 1) with (D + Z.of_nat l) by lia.
  assert (Ra : 0 <= a <= M) by lia. assert (Rc : 0 <= c <= D + Z.of_nat l) by lia.
  unfold storing, D, M in *. clear rows columns Ha Hc.
  compare; subst; rewrite ?label; reflexivity.
Qed.

Lemma storing_known : forall n, all_known known rows columns (storing n).
Proof.
  intros n a c _ _. apply (knows _ _ _ correct). unfold storing.
  repeat match goal with |- context [if ?b then _ else _] => destruct b end;
    generalize (r a c) (y a); intros [] []; vm_compute; tauto.
Qed.

Lemma run_storing : forall n,
  run net rows columns n (codes code rows columns (storing 0)) =
  Some (codes code rows columns (storing (Z.of_nat n))).
Proof.
  induction n as [|n IH]; [reflexivity|].
  cbn [run]. rewrite IH. cbn [bind].
  replace (Z.of_nat (S n)) with (Z.of_nat n + 1) by lia.
  apply (next_states _ _ _ correct); [apply storing_known|apply storing_known|apply storing_step; lia].
Qed.

(** The output is 0. *)
Lemma output_storing : forall n, output net (codes code rows columns (storing n)) = Some 0.
Proof.
  intros n. rewrite (output_states _ _ _ correct) by apply storing_known. f_equal. apply sum_zero. intros a _.
  apply sum_zero. intros c _. unfold storing. compare; reflexivity.
Qed.

(** The gradient is 1 on row [k] and 0 elsewhere. *)
Definition row_gradient (a c : Z) : Z := if (a =? k) && (c <=? D) then 1 else 0.

Lemma gradient_storing : forall n j, 0 <= j -> 1 <= Z.of_nat n + j ->
  gradient net rows columns n (codes code rows columns (storing j)) =
  Some (tabulate rows columns row_gradient).
Proof.
  induction n as [|n IH]; intros j Hj Hn; cbn [gradient].
  - rewrite (head_gradient_states _ _ _ correct) by apply storing_known. f_equal. apply tabulate_ext. intros a c _ _.
    unfold storing, row_gradient. destruct (Z.leb_spec c D); compare; reflexivity.
  - rewrite (next_states _ _ _ correct _ _ _ _ (storing_known j) (storing_known (j + 1)) (storing_step j Hj)). cbn [bind].
    rewrite IH by lia. cbn [bind]. rewrite (layer_gradient_states _ _ _ correct) by apply storing_known. f_equal.
    apply tabulate_ext. intros a c _ _.
    unfold storing, row_gradient. destruct (Z.leb_spec c D); compare; reflexivity.
Qed.

End Storing.
