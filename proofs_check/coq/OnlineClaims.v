(** One step of the network of [online-row-reduction], as rcnn verify puts it: its rows "Online, invariant" and
    "Online, depth", with the recurrences of proofs_check/online/row_reduction.py. [OnlineStep] proves it of the network
    of the file. *)

From Coq Require Import ZArith List Bool Arith.
From RCNN Require Import Network Algorithm1 RowReduction OnlineLearner.
Import ListNotations.
Open Scope nat_scope.

(** Rows and columns count from 1. Row 1 is the dummy's; the stored rows are below it, bits [x] and labels [y];
    [z] are the input's bits, column [d + 1] being the label's. *)
Record recurrence (d : nat) (x : nat -> nat -> bool) (y z : nat -> bool)
  (M : nat -> nat -> mode) (V W : nat -> nat -> bool) : Prop := {
  m_first : forall a b, b <= 1 -> M a b = Search;
  m_label : forall a b, d + 2 <= b -> M a b = mode_after (M a (b - 1)) (V a (b - 1)) (y a);
  m_next : forall a b, 2 <= b <= d + 1 -> M a b = mode_after (M a (b - 1)) (V a (b - 1)) (x a (b - 1));
  v_first : forall a b, a <= 2 -> V a b = z b;
  v_label : forall a b, 3 <= a -> d + 1 <= b -> V a b = bit_after (V (a - 1) b) (M (a - 1) (b + 1)) (y (a - 1));
  v_next : forall a b, 3 <= a -> b <= d -> V a b = bit_after (V (a - 1) b) (M (a - 1) (b + 1)) (x (a - 1) b);
  w_first : forall a b, b <= 1 -> W a b = false;
  w_next : forall a b, 2 <= b -> W a b = W a (b - 1) || V (a + 1) (b - 1) }.

(** [3 W]: the dummy's row, one for each stored row, its features masked by its label, and zeros. *)
Definition entry (d : nat) (rows : list row) (a c : nat) : Z :=
  if a =? 0 then 1%Z
  else if a <=? length rows then
    let r := nth (a - 1) rows [] in
    if c <? d then sign (xorb (bit r c) (bit r d)) else sign (bit r d)
  else 0%Z.

Definition memory_of (d : nat) (rows : list row) : grid :=
  tabulate (d + 1) (d + 1) (fun a c => entry d rows (Z.to_nat a) (Z.to_nat c)).

Definition empty (d : nat) : grid := tabulate (d + 1) (d + 1) (fun _ _ => 0%Z).

(** In a step on [x] from [memory] the output is [f], and its derivative by the pixel in row [a] and
    column [c] of memory, from 0 on, is [slope a c]. *)
Definition step_is (net : network) (n d : nat) (memory : grid) (x : row) (f : Z) (slope : nat -> nat -> Z) : Prop :=
  predict net n memory (with_one x) = Some f /\
  exists g, gradient net (length memory) (length (with_one x) + work_columns net) n
              (memory_grid net memory (with_one x)) = Some g /\
    forall a c, a <= d -> c <= d -> pixel g (Z.of_nat a) (Z.of_nat c) = slope a c.

(** What the rows "Online, invariant" and "Online, depth" say of a network with [n] layers and [d] features:
    the dummy's step on an empty memory, and a step from a memory with any stored rows, where [M], [V] and
    [W] are variables of the recurrence. *)
Record reduces (net : network) (n d : nat) : Prop := {
  starting : step_is net n d (empty d) (repeat false d) 0 (fun a _ => if a =? 0 then 1%Z else 0%Z);
  streaming : forall (rows : list row) (input : row) x y z M V W,
    (forall r, In r rows -> length r = d + 1) -> length rows <= d -> length input = d ->
    (forall k c, k < length rows -> c < d -> x (k + 2) (c + 1) = bit (nth k rows []) c) ->
    (forall k, k < length rows -> y (k + 2) = bit (nth k rows []) d) ->
    (forall c, c <= d -> z (c + 1) = bit (labelled (input, false)) c) ->
    recurrence d x y z M V W ->
    let left := W (length rows + 1) (d + 1) in
    let parity := V (length rows + 2) (d + 1) in
    step_is net n d (memory_of d rows) input (if left then 0 else sign parity)
      (fun a c =>
         if (a =? length rows + 1) && left then
           if c <? d then sign (xorb (xorb (z (c + 1)) (V (length rows + 2) (c + 1))) parity)
           else sign parity
         else 0%Z) }.
