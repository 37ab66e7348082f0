(** What a cell of the grid holds in [online-row-reduction], and how a cell's state follows from its own and its
    neighbours'. Bits are [bool]; a sign is the bit of which it is the sign, [true] for -1. *)

From Coq Require Import ZArith Bool List.
From RCNN Require Import Network LocalRule OnlineLearner.
Import ListNotations.

Inductive cell :=
| Pad  (* outside the grid *)
| Work  (* a work column, and rows that SGD has not come to *)
| Zero  (* memory that is not written *)
| Minus  (* the same, with slope -1 at the head *)
| Sign (r : bool)  (* as the memory layer shows it *)
| Masked (r y : bool)  (* the west wave of the label [y] is passing *)
| Held (u : bool)  (* what it leaves: the row's bit, masked by the input's *)
| Showing (x : bool)  (* the reduction is passing the dummy's row: the input's bit [x] *)
| Reducing (u : bool) (m : mode) (x v : bool)
    (* the reduction is passing a row that does [m] so far: the input's bit [x] and its reduced bit [v] *)
| Reduced (c l w : bool)
    (* what it leaves: do the input's bit and its reduced bit differ, is the reduced bit 1, is any to the west? *)
| Resting (c : bool)
| Verdict (p l : bool)  (* the last row's label cell: the labels' sum, and is anything left? *)
| Answer (p : bool)
| Told (c : bool) (t : option bool)  (* a cell that hears: something is left, and the labels' sum; or nothing is *)
| Spent.

(** What a row does after a cell that holds [u], and the input's reduced bit there. *)
Definition mode_here (u : bool) (m : mode) (x v : bool) : mode := mode_after m v (xorb u x).
Definition bit_below (u : bool) (m : mode) (x v : bool) : bool := bit_after v (mode_here u m x v) (xorb u x).

(** ** What neighbours tell a cell *)

Inductive from_north := NorthPad | NorthZero | NorthInput (x v : bool) | NorthMinus | NorthWork | NorthQuiet.
Inductive from_west := WestPad | WestStart | WestMode (m : mode) | WestLeft | WestQuiet.
Inductive from_east :=
  EastSign | EastWork | EastHeld | EastMasked (y : bool) | EastActing | EastNews (t : option bool) | EastOther.
Inductive from_south := SouthEnd | SouthActing | SouthQuiet.

Definition north (c : cell) : from_north :=
  match c with
  | Pad => NorthPad
  | Zero => NorthZero
  | Showing x => NorthInput x x
  | Reducing u m x v => NorthInput x (bit_below u m x v)
  | Verdict p true => if p then NorthMinus else NorthQuiet
  | Verdict _ false | Told _ None => NorthWork
  | Told c (Some p) => if xorb c p then NorthMinus else NorthQuiet
  | _ => NorthQuiet
  end.

Definition west (c : cell) : from_west :=
  match c with
  | Pad => WestPad
  | Showing _ => WestStart
  | Reducing u m x v => match mode_here u m x v with Search => WestQuiet | now => WestMode now end
  | Reduced _ l w => if l || w then WestLeft else WestQuiet
  | _ => WestQuiet
  end.

Definition east (c : cell) : from_east :=
  match c with
  | Sign _ => EastSign
  | Work => EastWork
  | Held _ => EastHeld
  | Masked _ y => EastMasked y
  | Showing _ | Reducing _ _ _ _ => EastActing
  | Verdict p true => EastNews (Some p)
  | Verdict _ false => EastNews None
  | Told _ t => EastNews t
  | _ => EastOther
  end.

Definition south (c : cell) : from_south :=
  match c with
  | Pad | Zero => SouthEnd
  | Showing _ | Reducing _ _ _ _ => SouthActing
  | _ => SouthQuiet
  end.

(** ** The rule; [None] where it says nothing *)

Definition quiet_north n : bool := match n with NorthPad | NorthQuiet => true | _ => false end.
Definition quiet_west w : bool := match w with WestPad | WestQuiet => true | _ => false end.
Definition quiet_east e : bool := match e with EastWork | EastOther => true | _ => false end.

(** The cell to the east waits for the reduction, or is a work column. *)
Definition waiting_east e : bool := match e with EastWork | EastHeld => true | _ => false end.

Definition only (condition : bool) (c : cell) : option cell := if condition then Some c else None.

Definition rule (c : cell) n w e s : option cell :=
  match c with
  | Pad => None
  | Work => match n with
      | NorthPad | NorthQuiet | NorthZero => only (quiet_east e) Work
      | _ => None
      end
  | Zero => if quiet_west w && quiet_east e then
        Some match n with NorthZero | NorthWork => Work | NorthMinus => Minus | _ => Zero end
      else None
  | Minus => only (quiet_north n && quiet_west w && quiet_east e) Minus
  | Sign r => match e, s with
      | _, SouthActing => None
      | EastSign, _ => only (quiet_north n && quiet_west w) (Sign r)
      | EastWork, _ => only (quiet_north n && quiet_west w) (Masked false r)
      | EastMasked y, _ => only (quiet_north n && quiet_west w) (Masked r y)
      | _, _ => None
      end
  | Masked r y => match n, w with
      | NorthPad, WestPad => only (waiting_east e && negb y) (Showing r)
      | _, _ => only (quiet_north n && quiet_west w && waiting_east e) (Held (xorb r y))
      end
  | Held u => match n, w with
      | NorthPad, WestStart => only (waiting_east e) (Showing u)
      | NorthPad, WestQuiet | NorthQuiet, (WestPad | WestQuiet) => only (waiting_east e) (Held u)
      | NorthInput x v, (WestPad | WestQuiet) => only (waiting_east e) (Reducing u Search x v)
      | NorthInput x v, WestMode m => only (waiting_east e) (Reducing u m x v)
      | _, _ => None
      end
  | Showing x => match w with
      | WestPad | WestQuiet => only (quiet_north n && waiting_east e) (Reduced false x false)
      | WestLeft => only (quiet_north n && waiting_east e) (Reduced false x true)
      | _ => None
      end
  | Reducing u m x v =>
      let after := bit_below u m x v in
      match w with
      | WestPad | WestQuiet => only (quiet_north n && waiting_east e) (Reduced (xorb x after) after false)
      | WestLeft => only (quiet_north n && waiting_east e) (Reduced (xorb x after) after true)
      | _ => None
      end
  | Reduced c l to_west => match e, s with
      | EastWork, SouthEnd => only (quiet_north n && quiet_west w && eqb c l) (Verdict l to_west)
      | EastWork, SouthActing | EastActing, _ => only (quiet_north n && quiet_west w) (Resting c)
      | _, _ => None
      end
  | Resting c => match e with
      | EastNews t => only (quiet_north n && quiet_west w) (Told c t)
      | _ => only (quiet_north n && quiet_west w && quiet_east e) (Resting c)
      end
  | Verdict p l => only (quiet_north n && quiet_west w && quiet_east e) (if l then Spent else Answer p)
  | Answer p => only (quiet_north n && quiet_west w && quiet_east e) (Answer p)
  | Told _ _ | Spent => only (quiet_north n && quiet_west w && quiet_east e) Spent
  end.

(** ** All of it *)

Definition bits := [false; true].
Definition modes := [Search; Add; Skip].

Definition cells : list cell :=
  [Pad; Work; Zero; Minus; Spent] ++ map Sign bits ++ map Held bits ++ map Showing bits ++ map Resting bits ++
  map Answer bits ++ flat_map (fun a => map (Masked a) bits ++ map (Verdict a) bits ++
    map (Told a) [None; Some false; Some true] ++
    flat_map (fun b => map (Reduced a b) bits ++ flat_map (fun m => map (Reducing a m b) bits) modes) bits) bits.

Definition same_cell (u v : cell) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.

Lemma in_cells : forall c, In c cells.
Proof.
  intros c. assert (F : (if in_dec same_cell c cells then true else false) = true)
    by (destruct c as [| | | |[]|[] []|[]|[]|[] [] [] []|[] [] []|[]|[] []|[]|[] [[]|]|]; vm_compute; reflexivity).
  destruct (in_dec same_cell c cells); [assumption|discriminate F].
Qed.

Definition same_north (u v : from_north) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.
Definition same_west (u v : from_west) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.
Definition same_east (u v : from_east) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.
Definition same_south (u v : from_south) : {u = v} + {u <> v}.
Proof. repeat decide equality. Defined.

Definition cell_slope (c : cell) : Z := match c with Zero | Minus => 1 | _ => 0 end.
Definition cell_answer (c : cell) : Z := match c with Answer p | Verdict p false => sign p | _ => 0 end.
Definition cell_answer_slope (c : cell) : Z := match c with Zero => 1 | Minus => -1 | _ => 0 end.

Canonical Structure online_rule : local_rule :=
  {| state := cell; states := cells; in_states := in_cells;
     LocalRule.from_north := View _ _ same_north north; LocalRule.from_west := View _ _ same_west west;
     LocalRule.from_east := View _ _ same_east east; LocalRule.from_south := View _ _ same_south south;
     follows := rule; slope_at := cell_slope; answer_value := cell_answer; answer_slope := cell_answer_slope;
     outside := Pad; work := Work; unwritten := Zero; stored_sign := Sign; memory_states := cells |}.
