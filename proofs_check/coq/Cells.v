(** What a cell of the grid holds, and the local rule of [systolic-row-reduction]: how a cell's state
    follows from its own and its neighbours'. Bits are [bool]; a sign is the bit of which it is the
    sign, [true] for -1. *)

From Coq Require Import ZArith Bool List.
From RCNN Require Import Network LocalRule.
Import ListNotations.

Inductive cell :=
| Pad  (* outside the grid *)
| Work  (* a work column, and rows that SGD has not come to *)
| Zero  (* memory that is not written *)
| Sign (r : bool)  (* as the memory layer shows it *)
| Masked (r y : bool)  (* the west wave of the label [y] is passing *)
| Held (u : bool)  (* what it leaves *)
| Unmasking (u x : bool)  (* the north wave of the test example's bit [x] is passing *)
| Bit (b : bool)  (* a bit at rest *)
| Acting (b r : bool) (h : option bool)
    (* a wave of row reduction is passing a cell with bit [b] in a row with bit [r] in the wave's
       column; [h] is the pivot row's bit that comes from the north, if there is a pivot above *)
| Deciding (b f : bool)  (* in the wave's own column; [f]: there is a pivot above *)
| Decided
| Answer (b : bool).

(** ** What neighbours tell a cell *)

Inductive from_north := NorthPad | NorthZero | NorthBit (h : option bool) | NorthDecide (f : bool).
Inductive from_west := WestPad | WestQuiet | WestRow (r : bool) | WestDone.
Inductive from_east := EastSign | EastWork | EastHeld | EastMasked (y : bool) | EastOther.
Inductive from_south := SouthPad | SouthQuiet | SouthUnmasking (x : bool).

Definition north (c : cell) : from_north :=
  match c with
  | Pad => NorthPad
  | Zero => NorthZero
  | Acting b true None => NorthBit (Some b)
  | Acting _ _ h => NorthBit h
  | Deciding b f => NorthDecide (b || f)
  | _ => NorthBit None
  end.

Definition west (c : cell) : from_west :=
  match c with
  | Pad => WestPad
  | Acting _ r _ => WestRow r
  | Deciding b _ => WestRow b
  | Decided | Answer _ => WestDone
  | _ => WestQuiet
  end.

(** Padding counts as [EastSign]: neither starts anything. *)
Definition east (c : cell) : from_east :=
  match c with
  | Pad | Zero | Sign _ => EastSign
  | Work => EastWork
  | Held _ => EastHeld
  | Masked _ y => EastMasked y
  | _ => EastOther
  end.

Definition south (c : cell) : from_south :=
  match c with
  | Pad => SouthPad
  | Unmasking _ x => SouthUnmasking x
  | _ => SouthQuiet
  end.

(** ** The rule; [None] where it says nothing *)

(** A bit that no wave is passing, or that the wave has left. *)
Definition bit_rule (b : bool) n w e s : option cell :=
  match n, w, e, s with
  | _, _, _, SouthUnmasking _ => None
  | NorthPad, (WestPad | WestDone), EastOther, _ => Some (Deciding b false)
  | NorthPad, WestRow r, (EastOther | EastWork), _ => Some (Acting b r None)
  | NorthBit h, WestRow r, (EastOther | EastWork), _ => Some (Acting b r h)
  | NorthDecide f, (WestPad | WestDone), EastOther, _ => Some (Deciding b f)
  | NorthBit None, WestDone, EastWork, SouthPad => Some (Answer b)
  | (NorthPad | NorthBit None), WestDone, EastWork, SouthQuiet => Some (Bit b)
  | (NorthPad | NorthBit None), WestQuiet, (EastOther | EastWork), _ => Some (Bit b)
  | NorthBit None, WestPad, EastOther, _ => Some (Bit b)
  | _, _, _, _ => None
  end.

(** What the wave leaves: the pivot bit is added; the pivot row is emptied, but not the last row. *)
Definition after_wave (b r : bool) (h : option bool) s : bool :=
  if r then
    match h with
    | Some p => xorb b p
    | None => match s with SouthPad => b | _ => false end
    end
  else b.

Definition quiet_west w : bool := match w with WestPad | WestQuiet => true | _ => false end.
Definition quiet_north n : bool :=
  match n with NorthPad | NorthBit None => true | _ => false end.

Definition rule (c : cell) n w e s : option cell :=
  match c with
  | Pad => None
  | Work =>
      match n, e, s with
      | _, _, SouthUnmasking _ => None
      | (NorthPad | NorthBit None | NorthZero), (EastSign | EastWork), _ => Some Work
      | _, _, _ => None
      end
  | Zero =>
      match n, e, s with
      | _, _, SouthUnmasking _ => None
      | NorthZero, (EastSign | EastWork), _ => if quiet_west w then Some Work else None
      | (NorthPad | NorthBit None), (EastSign | EastWork), _ =>
          if quiet_west w then Some Zero else None
      | _, _, _ => None
      end
  | Sign r =>
      if quiet_north n && quiet_west w then
        match e, s with
        | EastSign, (SouthQuiet | SouthPad) => Some (Sign r)
        | EastWork, SouthQuiet => Some (Masked false r)
        | EastMasked y, SouthQuiet => Some (Masked r y)
        | (EastWork | EastOther), SouthPad => Some (Unmasking false r)
        | _, _ => None
        end
      else None
  | Masked r y =>
      if quiet_north n && quiet_west w then
        match e, s with
        | (EastWork | EastHeld | EastOther), SouthQuiet => Some (Held (xorb r y))
        | (EastWork | EastHeld | EastOther), SouthUnmasking x => Some (Unmasking (xorb r y) x)
        | _, _ => None
        end
      else None
  | Held u =>
      if quiet_north n && quiet_west w then
        match e, s with
        | (EastWork | EastHeld | EastOther), SouthQuiet => Some (Held u)
        | (EastWork | EastHeld | EastOther), SouthUnmasking x => Some (Unmasking u x)
        | _, _ => None
        end
      else None
  | Unmasking u x => bit_rule (xorb u x) n w e s
  | Bit b => bit_rule b n w e s
  | Acting b r h => bit_rule (after_wave b r h s) n w e s
  | Deciding _ _ | Decided =>
      match n, w, e, s with
      | (NorthPad | NorthBit None), (WestPad | WestDone), EastOther, (SouthPad | SouthQuiet) =>
          Some Decided
      | _, _, _, _ => None
      end
  | Answer b =>
      match n, w, e, s with
      | NorthBit None, WestDone, EastWork, SouthPad => Some (Answer b)
      | _, _, _, _ => None
      end
  end.

(** ** All of it *)

Definition bits := [false; true].
Definition handed : list (option bool) := [None; Some false; Some true].

Definition cells : list cell :=
  [Pad; Work; Zero; Decided] ++ map Sign bits ++ map Held bits ++ map Bit bits ++ map Answer bits ++
  flat_map (fun r => map (Masked r) bits ++ map (Unmasking r) bits ++ map (Deciding r) bits ++
    flat_map (fun b => map (Acting b r) handed) bits) bits.

Lemma in_cells : forall c, In c cells.
Proof.
  destruct c as [| | |[]|[] []|[]|[] []|[]|[] [] [[]|]|[] []| |[]]; vm_compute; tauto.
Qed.

(** The states in which memory is written and the masks are taken off. *)
Definition memory_cells : list cell :=
  [Pad; Work; Zero] ++ map Sign bits ++ map Held bits ++ map Bit bits ++
  flat_map (fun r => map (Masked r) bits ++ map (Unmasking r) bits) bits.

Definition same_north (u v : from_north) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.
Definition same_west (u v : from_west) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.
Definition same_east (u v : from_east) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.
Definition same_south (u v : from_south) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.

Definition cell_slope (c : cell) : Z := match c with Zero => 1 | _ => 0 end.

Definition cell_answer (c : cell) : Z := match c with Answer b => sign b | _ => 0 end.

Canonical Structure systolic_rule : local_rule :=
  {| state := cell; states := cells; in_states := in_cells;
     LocalRule.from_north := View _ _ same_north north; LocalRule.from_west := View _ _ same_west west;
     LocalRule.from_east := View _ _ same_east east; LocalRule.from_south := View _ _ same_south south;
     follows := rule; slope_at := cell_slope; answer_slope := cell_slope;
     answer_value := cell_answer;
     outside := Pad; work := Work; unwritten := Zero; stored_sign := Sign; memory_states := memory_cells |}.
