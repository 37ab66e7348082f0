(** From the memory layer on two waves take the masks off: what a cell holds in each layer until it shows
    its bit of the data, and that the rule makes it so. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Grids LocalRule States Cells.
Import ListNotations.
Open Scope Z_scope.

Section Masks.

(** Rows [0..m], the last one the test example; columns [0..d], the last one the labels; then [l] work
    columns. *)
Variables m d l : Z.
Hypotheses (examples : 1 <= m) (features : 1 <= d) (work : 1 <= l).

(** The data's bits; the label of each row, and the test example's bit of each column. *)
Variables (bit : Z -> Z -> bool) (y x : Z -> bool).
Hypothesis label_column : forall a, 0 <= a <= m -> bit a d = y a.
Hypothesis last_row : forall c, 0 <= c <= d -> bit m c = x c.
Hypothesis dummy_label : y m = false.
Hypothesis appended_one : x d = false.

(** In layer [n]. The west wave passes column [c] in layer [d + 1 - c], and the north wave [m - a] layers
    later. The label column shows the row's label, the last row the test example. *)
Definition unmasking (n a c : Z) : cell :=
  if d <? c then Work
  else if n <? d + 1 - c then
    Sign (if a =? m then xorb (y a) (x c) else if c =? d then xorb (y a) (x c)
          else xorb (bit a c) (xorb (y a) (x c)))
  else if n <? d + 1 - c + (m - a) then
    if n =? d + 1 - c then Masked (xorb (bit a c) (xorb (y a) (x c))) (y a)
    else Held (xorb (bit a c) (x c))
  else if n =? d + 1 - c + (m - a) then Unmasking (xorb (bit a c) (x c)) (x c)
  else Bit (bit a c).

Lemma unmasking_step : forall n a c, 0 <= n <= m + d -> 0 <= a <= m -> 0 <= c <= d + l ->
  rule (unmasking n a c)
    (north (if a =? 0 then Pad else unmasking n (a - 1) c))
    (west (if c =? 0 then Pad else unmasking n a (c - 1)))
    (east (if c =? d + l then Pad else unmasking n a (c + 1)))
    (south (if a =? m then Pad else unmasking n (a + 1) c)) = Some (unmasking (n + 1) a c).
Proof.
  intros n a c Hn Ha Hc. unfold unmasking. compare; subst.
  all: try reflexivity.
  all: rewrite ?label_column, ?last_row, ?dummy_label, ?appended_one by lia.
  all: try reflexivity.
  all: cbn.
  all: repeat match goal with
              | |- context [bit ?a ?c] => destruct (bit a c)
              | |- context [y ?a] => destruct (y a)
              | |- context [x ?a] => destruct (x a)
              end; reflexivity.
Qed.

End Masks.
