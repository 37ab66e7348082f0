(** The compiled network of [online-row-reduction] runs the rule of [OnlineCells], on every state.

    Five codes are given by the memory layer and by the network itself; every other state is what the network makes
    of states that are known, and so is its code. Nothing depends on this being right but the proofs that follow: they
    would fail. *)

From Coq Require Import ZArith List Bool.
From RCNN Require Import Network Profiles LocalRule OnlineLearner OnlineCells OnlineWeights.
Import ListNotations.
Open Scope Z_scope.

Notation after := (next_code network).

Module Code.

Definition pad : Z := padding network.
Definition quiet : Z := pixel_unit.  (* the work columns' code *)

Definition label := Eval vm_compute in of_bit (fun y => after (sign y) quiet quiet quiet quiet).
Definition masked := Eval vm_compute in
  of_bits (fun r y => after (sign r) quiet quiet (label y) quiet).
Definition held := Eval vm_compute in
  of_bit (fun u => after (masked u false) quiet quiet quiet quiet).
Definition showing := Eval vm_compute in of_bit (fun x => after (masked x false) pad pad quiet quiet).

(** Rows that add and skip: at a row's first 1, the input's bit is 1 and 0. *)
Definition adds := Eval vm_compute in after (held false) (showing true) quiet quiet quiet.
Definition skips := Eval vm_compute in after (held true) (showing false) quiet quiet quiet.
Definition changes := Eval vm_compute in after (held true) (showing false) adds quiet quiet.

Definition reducing := Eval vm_compute in
  let input := of_bits (fun x v => if eqb x v then showing x else if x then adds else changes) in
  let next west := let no := of_bits (fun x v => after (held false) (input x v) west quiet quiet) in
                   let yes := of_bits (fun x v => after (held true) (input x v) west quiet quiet) in
                   fun u : bool => if u then yes else no in
  let search := next quiet in let add := next adds in let skip := next skips in
  fun m => match m with Search => search | Add => add | Skip => skip end.

Definition nothing_left := Eval vm_compute in
  of_bits (fun c l => after (reducing Skip false (xorb c l) l) quiet quiet quiet quiet).
Definition some_left := Eval vm_compute in
  of_bits (fun c l => after (reducing Skip false (xorb c l) l) quiet (nothing_left false true) quiet quiet).
Definition reduced (c l w : bool) : Z := if w then some_left c l else nothing_left c l.
Definition resting := Eval vm_compute in
  of_bit (fun c => after (nothing_left c false) quiet quiet (showing false) quiet).
Definition verdict := Eval vm_compute in of_bits (fun p l => after (reduced p p l) quiet quiet quiet 0).
Definition answer := Eval vm_compute in of_bit (fun p => after (verdict p false) quiet quiet quiet 0).
Definition spent := Eval vm_compute in after (verdict false true) quiet quiet quiet 0.
Definition known := Eval vm_compute in
  of_bit (fun c => after (resting c) quiet quiet (verdict false false) quiet).
Definition news := Eval vm_compute in
  of_bits (fun c p => after (resting c) quiet quiet (verdict p true) quiet).
Definition minus := Eval vm_compute in after 0 (verdict true true) quiet quiet quiet.

End Code.

Definition code (state : cell) : Z :=
  match state with
  | Pad => Code.pad
  | Work => Code.quiet
  | Zero => 0
  | Minus => Code.minus
  | Sign r => sign r
  | Masked r y => Code.masked r y
  | Held u => Code.held u
  | Showing x => Code.showing x
  | Reducing u m x v => Code.reducing m u x v
  | Reduced c l w => Code.reduced c l w
  | Resting c => Code.resting c
  | Verdict p l => Code.verdict p l
  | Answer p => Code.answer p
  | Told c (Some p) => Code.news c p
  | Told c None => Code.known c
  | Spent => Code.spent
  end.

Definition known (c : cell) : bool := true.

Lemma tables : is_tables network.
Proof. vm_compute. reflexivity. Qed.

Lemma fit : fits network = true.
Proof. vm_compute. reflexivity. Qed.

Lemma memory_right : memory_ok network code known = true.
Proof. vm_compute. reflexivity. Qed.

Lemma no_state_wrong : wrong_state network code known = None.
Proof. vm_compute. reflexivity. Qed.

Lemma none_wrong : wrong network code known = None.
Proof. vm_compute. reflexivity. Qed.

Lemma network_implements : implements network code known.
Proof. exact (checked _ _ _ tables fit memory_right none_wrong no_state_wrong). Qed.

(** From here on the weights are not looked at any more. *)
Global Opaque network code.
