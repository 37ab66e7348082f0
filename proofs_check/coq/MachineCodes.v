(** The codes of the states of memory in the network of the row-reduction machine. As in [Codes], what the
    network makes of known states is a state; the unmasked bits are the machine's symbols. *)

From Coq Require Import ZArith List Bool.
From RCNN Require Import Network Profiles Cells MachineTable MachineWeights.
Import ListNotations.
Open Scope Z_scope.

Notation after := (next_code network).

Definition pad := Eval vm_compute in padding network.
Definition quiet : Z := pixel_unit.
Definition label := Eval vm_compute in of_bit (fun y => after (sign y) quiet quiet quiet quiet).
Definition masked := Eval vm_compute in
  of_bits (fun r y => after (sign r) quiet quiet (label y) quiet).
Definition held := Eval vm_compute in
  of_bit (fun u => after (masked u false) quiet quiet quiet quiet).
Definition turned := Eval vm_compute in of_bit (fun x => after (sign x) quiet quiet quiet pad).
Definition unmasked := Eval vm_compute in
  of_bits (fun u x => after (held u) quiet quiet quiet (turned x)).

(** The states of memory; the others belong to another program. *)
Definition known (state : cell) : bool :=
  match state with Acting _ _ _ | Deciding _ _ | Decided | Answer _ => false | _ => true end.

Definition code (state : cell) : Z :=
  match state with
  | Pad => pad
  | Work => quiet
  | Zero => 0
  | Sign r => sign r
  | Masked r y => masked r y
  | Held u => held u
  | Unmasking u x => unmasked u x
  | Bit b => symbol_code (bit b)
  | _ => 0
  end.
