(** Made by [python -m proofs_check.coq] from the certificate of row-reduction-machine: do not edit. *)

From Coq Require Import List ZArith.
From RCNN Require Import Machine.
Import ListNotations.
Local Open Scope Z_scope.

Inductive state := q_answer | q_read | q_down1 | q_down0 | q_south | q_find | q_flag | q_top | q_rise | q_west | q_peek | q_mark | q_check.

Inductive symbol := s_blank | s_0 | s_1 | s_f1 | s_f0 | s_x | s_P.

Definition all_states : list state := [q_answer; q_read; q_down1; q_down0; q_south; q_find; q_flag; q_top; q_rise; q_west; q_peek; q_mark; q_check].

Definition all_symbols : list symbol := [s_blank; s_0; s_1; s_f1; s_f0; s_x; s_P].

Definition start : state := q_find.
Definition blank : symbol := s_blank.
Definition bit (b : bool) : symbol := if b then s_1 else s_0.

Definition machine : table state symbol := fun q a =>
  match q, a with
  | q_answer, s_0 => Some (Halt (1))
  | q_answer, s_1 => Some (Halt (-1))
  | q_read, s_0 => Some (Step s_P South q_down0 q_down0)
  | q_read, s_1 => Some (Step s_P South q_down1 q_down1)
  | q_read, s_blank => Some (Step s_blank West q_south q_south)
  | q_down1, s_0 => Some (Step s_0 South q_down1 q_rise)
  | q_down1, s_1 => Some (Step s_1 South q_down1 q_rise)
  | q_down1, s_f1 => Some (Step s_f0 South q_down1 q_rise)
  | q_down1, s_f0 => Some (Step s_f1 South q_down1 q_rise)
  | q_down1, s_blank => Some (Step s_blank South q_down1 q_rise)
  | q_down0, s_0 => Some (Step s_0 South q_down0 q_rise)
  | q_down0, s_1 => Some (Step s_1 South q_down0 q_rise)
  | q_down0, s_f1 => Some (Step s_f1 South q_down0 q_rise)
  | q_down0, s_f0 => Some (Step s_f0 South q_down0 q_rise)
  | q_down0, s_blank => Some (Step s_blank South q_down0 q_rise)
  | q_south, s_0 => Some (Step s_0 South q_south q_west)
  | q_south, s_1 => Some (Step s_1 South q_south q_west)
  | q_south, s_blank => Some (Step s_blank South q_south q_west)
  | q_find, s_0 => Some (Step s_blank South q_find q_west)
  | q_find, s_1 => Some (Step s_P South q_flag q_west)
  | q_find, s_blank => Some (Step s_blank South q_find q_west)
  | q_flag, s_0 => Some (Step s_blank South q_flag q_rise)
  | q_flag, s_1 => Some (Step s_x South q_flag q_rise)
  | q_flag, s_blank => Some (Step s_blank South q_flag q_rise)
  | q_top, s_0 => Some (Step s_0 North q_top q_find)
  | q_top, s_1 => Some (Step s_1 North q_top q_find)
  | q_top, s_blank => Some (Step s_blank North q_top q_find)
  | q_rise, s_0 => Some (Step s_0 North q_rise q_rise)
  | q_rise, s_1 => Some (Step s_1 North q_rise q_rise)
  | q_rise, s_f1 => Some (Step s_1 East q_mark q_mark)
  | q_rise, s_f0 => Some (Step s_0 East q_mark q_mark)
  | q_rise, s_x => Some (Step s_blank East q_mark q_mark)
  | q_rise, s_blank => Some (Step s_blank North q_rise q_rise)
  | q_rise, s_P => Some (Step s_blank East q_read q_read)
  | q_west, s_0 => Some (Step s_0 West q_west q_west)
  | q_west, s_1 => Some (Step s_1 West q_west q_west)
  | q_west, s_blank => Some (Step s_blank East q_peek q_peek)
  | q_west, s_P => Some (Step s_blank East q_peek q_peek)
  | q_peek, s_0 => Some (Step s_0 East q_check q_check)
  | q_peek, s_1 => Some (Step s_1 East q_check q_check)
  | q_mark, s_0 => Some (Step s_f0 West q_rise q_rise)
  | q_mark, s_1 => Some (Step s_f1 West q_rise q_rise)
  | q_mark, s_blank => Some (Step s_blank West q_rise q_rise)
  | q_check, s_0 => Some (Step s_0 West q_top q_top)
  | q_check, s_1 => Some (Step s_1 West q_top q_top)
  | q_check, s_blank => Some (Step s_blank West q_answer q_answer)
  | _, _ => None
  end.

(** The code of a symbol; a head on it adds its state's displacement. *)
Definition symbol_code (a : symbol) : Z :=
  match a with
  | s_blank => 3
  | s_0 => 4
  | s_1 => 5
  | s_f1 => 6
  | s_f0 => 7
  | s_x => 8
  | s_P => 9
  end.

Definition displacement (q : state) : Z :=
  match q with
  | q_answer => 6
  | q_read => 9
  | q_down1 => 12
  | q_down0 => 17
  | q_south => 22
  | q_find => 25
  | q_flag => 28
  | q_top => 31
  | q_rise => 34
  | q_west => 41
  | q_peek => 43
  | q_mark => 48
  | q_check => 51
  end.
