(** The codes of the states. Five are given by the memory layer and by the network itself; every other
    state is what the network makes of states that are known, and so is its code. Nothing depends on this
    being right but the proofs that follow: they would fail. *)

From Coq Require Import ZArith List Bool.
From RCNN Require Import Network Profiles Cells Weights.
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
Definition turned := Eval vm_compute in of_bit (fun x => after (sign x) quiet quiet quiet pad).
Definition unmasked := Eval vm_compute in
  of_bits (fun u x => after (held u) quiet quiet quiet (turned x)).
Definition bit := Eval vm_compute in
  of_bit (fun b => after (unmasked b false) quiet quiet quiet quiet).
Definition first := Eval vm_compute in of_bit (fun b => after (bit b) pad pad (bit false) quiet).
Definition deciding := Eval vm_compute in
  of_bits (fun b f => if f then after (bit b) (first true) pad (bit false) quiet else first b).
Definition decided := Eval vm_compute in after (first false) pad pad (bit false) quiet.
Definition no_pivot := Eval vm_compute in
  of_bits (fun b r => after (bit b) quiet (first r) quiet quiet).
Definition with_pivot (p : bool) := Eval vm_compute in
  let no := of_bits (fun b r => after (bit b) (no_pivot false true) (first r) quiet quiet) in
  let yes := of_bits (fun b r => after (bit b) (no_pivot true true) (first r) quiet quiet) in
  if p then yes else no.
Definition answer := Eval vm_compute in of_bit (fun b => after (bit b) quiet decided quiet pad).

End Code.

Definition code (state : cell) : Z :=
  match state with
  | Pad => Code.pad
  | Work => Code.quiet
  | Zero => 0
  | Sign r => sign r
  | Masked r y => Code.masked r y
  | Held u => Code.held u
  | Unmasking u x => Code.unmasked u x
  | Bit b => Code.bit b
  | Acting b r None => Code.no_pivot b r
  | Acting b r (Some p) => Code.with_pivot p b r
  | Deciding b f => Code.deciding b f
  | Decided => Code.decided
  | Answer b => Code.answer b
  end.
