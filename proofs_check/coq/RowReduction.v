(** Row reduction as it is done on paper: what the networks compute.

    The rows are the examples, the label at the end, and below them the test example with label 0.
    The columns are gone through from left to right. In a column the first row from the top with a 1
    is the pivot; it is added to every row below it that has a 1 there, and then emptied, unless it is
    the last row. The prediction is the label that the test example ends with. This is
    [proofs_check.row_reduction.reduce_rows], line by line. *)

From Coq Require Import List Bool Arith.
Import ListNotations.

(** A row of bits; [true] is 1. *)
Definition row := list bool.

(** The sum of two rows. *)
Definition add (u v : row) : row := map (fun p => xorb (fst p) (snd p)) (combine u v).

Definition bit (r : row) (column : nat) : bool := nth column r false.

(** One column's sweep through the rows; [pivot] is the pivot row, if one was found above. *)
Fixpoint sweep (column : nat) (pivot : option row) (rows : list row) : list row :=
  match rows with
  | [] => []
  | r :: below =>
      if bit r column then
        match pivot with
        | Some p => add r p :: sweep column pivot below
        | None =>
            let left := match below with [] => r | _ => map (fun _ => false) r end in
            left :: sweep column (Some r) below
        end
      else r :: sweep column pivot below
  end.

(** The rows after the first [columns] columns. *)
Fixpoint reduced (columns : nat) (rows : list row) : list row :=
  match columns with
  | O => rows
  | S before => sweep before None (reduced before rows)
  end.

(** The answer's bit, for examples with [d] features: the label of the last row, column [d]. *)
Definition reduce_rows (d : nat) (rows : list row) : bool :=
  bit (last (reduced d rows) []) d.

(** The rows for a data set and a test example. *)
Definition data_rows (data : list (row * bool)) (test : row) : list row :=
  map (fun e => fst e ++ [snd e]) data ++ [test ++ [false]].

(** Row reduction's prediction. *)
Definition row_reduction (data : list (row * bool)) (test : row) : bool :=
  reduce_rows (length test) (data_rows data test).

(** [<theta, x>] over GF(2): the parity [theta] of [x]. *)
Fixpoint parity (theta x : row) : bool :=
  match theta, x with
  | t :: theta, b :: x => xorb (andb t b) (parity theta x)
  | _, _ => false
  end.

(** A parity of as many bits as the examples have explains the data. *)
Definition explains (theta : row) (data : list (row * bool)) : Prop :=
  forall x y, In (x, y) data -> length theta = length x /\ parity theta x = y.
