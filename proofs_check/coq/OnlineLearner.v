(** Row reduction of a stream: what [online-row-reduction] computes.

    Memory is a list of rows, the label at the end. An input is reduced by one row after the other, from left
    to right: a row searches for its first 1, and there the input's bit decides whether the row is added to
    the input from there on, or skipped. If a feature is left, the input is new, and what is left is stored;
    if not, the labels of the rows that were added are the answer. This is
    [proofs_check.online.row_reduction.reduce_by_rows], line by line. *)

From Coq Require Import List Bool Arith.
From RCNN Require Import RowReduction.
Import ListNotations.

Inductive mode := Search | Add | Skip.

(** What a row does after a column, from what it did before, the input's bit there, and its own bit. *)
Definition mode_after (m : mode) (reduced own : bool) : mode :=
  match m with
  | Search => if own then if reduced then Add else Skip else Search
  | _ => m
  end.

(** The input's bit after a row; [m] is what the row does after the column. *)
Definition bit_after (above : bool) (m : mode) (own : bool) : bool :=
  match m with Add => xorb above own | _ => above end.

(** The input after one row. *)
Fixpoint pass (m : mode) (stored v : row) : row :=
  match stored, v with
  | own :: stored, above :: v =>
      let now := mode_after m above own in bit_after above now own :: pass now stored v
  | _, _ => []
  end.

Definition reduce_by (memory : list row) (v : row) : row :=
  fold_left (fun v stored => pass Search stored v) memory v.

(** An example, the label at the end. *)
Definition labelled (e : row * bool) : row := fst e ++ [snd e].

(** An input comes with label 0, which becomes the sum of the labels of the rows that are added. *)
Definition left_of (memory : list row) (x : row) : row := reduce_by memory (labelled (x, false)).

Definition something_left (memory : list row) (x : row) : bool :=
  existsb (fun b => b) (firstn (length x) (left_of memory x)).

Definition labels (memory : list row) (x : row) : bool := bit (left_of memory x) (length x).

(** The answer; none if the input is new. *)
Definition answer (memory : list row) (x : row) : option bool :=
  if something_left memory x then None else Some (labels memory x).

(** A step on an example. *)
Definition store (memory : list row) (e : row * bool) : list row :=
  let (x, y) := e in
  if something_left memory x then
    memory ++ [labelled (firstn (length x) (left_of memory x), xorb (labels memory x) y)]
  else memory.

Definition learn (stream : list (row * bool)) : list row := fold_left store stream [].

(** ** What is said of it *)

(** The sums of some of the rows, which have [width] bits. *)
Inductive sum_of (width : nat) (rows : list row) : row -> Prop :=
  | no_row : sum_of width rows (repeat false width)
  | one_more : forall r v, In r rows -> sum_of width rows v -> sum_of width rows (add r v).

(** The column of a row's first 1; the number of columns if there is none. *)
Fixpoint lead (r : row) : nat :=
  match r with false :: r => S (lead r) | _ => 0 end.

(** Rows of [d] features and a label: each has a 1 among its features, and is 0 at the first 1 of each row
    before it. *)
Definition reduced_rows (d : nat) (memory : list row) : Prop :=
  Forall (fun r => length r = d + 1 /\ lead r < d) memory /\
  ForallOrdPairs (fun r after => bit after (lead r) = false) memory.

(** The new examples of a stream: those that are no sums of earlier new ones. *)
Inductive new_examples (d : nat) : list (row * bool) -> list (row * bool) -> Prop :=
  | at_first : new_examples d [] []
  | known : forall stream news x y, new_examples d stream news ->
      sum_of d (map fst news) x -> new_examples d (stream ++ [(x, y)]) news
  | new : forall stream news x y, new_examples d stream news ->
      ~ sum_of d (map fst news) x -> new_examples d (stream ++ [(x, y)]) (news ++ [(x, y)]).
