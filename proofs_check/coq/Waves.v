(** Row reduction by waves: what a cell holds in each layer once the data are there, and that the rule
    makes it so, for any bits that satisfy the recurrences of row reduction. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Grids LocalRule States Cells.
Import ListNotations.
Open Scope Z_scope.

Section Waves.

(** Rows [0..m], the last one the test example; columns [0..d], the last one the labels; then [l] work
    columns, at least one. *)
Variables m d l : Z.
Hypotheses (examples : 1 <= m) (features : 1 <= d) (work : 1 <= l).
Variable bit : Z -> Z -> bool.

(** [reduced w a c] is the bit of row [a] in column [c] after the waves of the columns before [w];
    [found w a] says whether a pivot of wave [w] lies above row [a], and [pivot w a c] is the pivot row's
    bit, if one does. The recurrences are all that is used of them. *)
Variables (reduced : Z -> Z -> Z -> bool) (found : Z -> Z -> bool) (pivot : Z -> Z -> Z -> bool).

Hypothesis reduced_0 : forall a c, 0 <= a <= m -> 0 <= c <= d -> reduced 0 a c = bit a c.
Hypothesis found_0 : forall w, found w 0 = false.
Hypothesis found_next : forall w a, 0 <= w < d -> 0 <= a < m ->
  found w (a + 1) = reduced w a w || found w a.
Hypothesis pivot_next : forall w a c, 0 <= w < d -> 0 <= a < m -> 0 <= c <= d ->
  pivot w (a + 1) c = if reduced w a w && negb (found w a) then reduced w a c else pivot w a c.
Hypothesis reduced_next : forall w a c, 0 <= w < d -> 0 <= a <= m -> 0 <= c <= d ->
  reduced (w + 1) a c =
  if reduced w a w then
    if found w a then xorb (reduced w a c) (pivot w a c)
    else if a =? m then reduced w a c else false
  else reduced w a c.

Definition handed (w a c : Z) : option bool :=
  if found w a then Some (pivot w a c) else None.

(** A cell [w] layers after the first wave has come to it. *)
Definition reducing (w a c : Z) : cell :=
  if d <? c then Work
  else if w <? 0 then Bit (bit a c)
  else if w <? c then Acting (reduced w a c) (reduced w a w) (handed w a c)
  else if c =? d then if a =? m then Answer (reduced d a d) else Bit (reduced d a d)
  else if w =? c then Deciding (reduced w a w) (found w a)
  else Decided.

(** In layer [n]: the first wave starts in the top left corner, in layer [m + d + 2]. *)
Definition waving (n a c : Z) : cell := reducing (n - (m + d + 2) - a - c) a c.

Lemma found_north : forall w a, 0 <= w < d -> 0 < a <= m ->
  found w a = reduced w (a - 1) w || found w (a - 1).
Proof. intros. rewrite <- found_next by lia. f_equal. lia. Qed.

Lemma pivot_north : forall w a c, 0 <= w < d -> 0 < a <= m -> 0 <= c <= d ->
  pivot w a c =
  if reduced w (a - 1) w && negb (found w (a - 1)) then reduced w (a - 1) c else pivot w (a - 1) c.
Proof. intros. rewrite <- pivot_next by lia. f_equal. lia. Qed.

Ltac cases :=
  unfold handed;
  repeat match goal with
         | |- context [found ?w ?a] => destruct (found w a)
         | |- context [reduced ?w ?a ?c] => destruct (reduced w a c)
         | |- context [pivot ?w ?a ?c] => destruct (pivot w a c)
         end; reflexivity.

(** What the north hands down. *)
Lemma north_handed : forall w a c, 0 <= w < d -> 0 < a <= m -> 0 <= c <= d ->
  north (Acting (reduced w (a - 1) c) (reduced w (a - 1) w) (handed w (a - 1) c)) =
  NorthBit (handed w a c).
Proof.
  intros. unfold handed. rewrite (found_north w a), (pivot_north w a c) by lia. cases.
Qed.

Lemma north_found : forall w a, 0 <= w < d -> 0 < a <= m ->
  north (Deciding (reduced w (a - 1) w) (found w (a - 1))) = NorthDecide (found w a).
Proof. intros. rewrite (found_north w a) by lia. reflexivity. Qed.

Lemma handed_top : forall w c, handed w 0 c = None.
Proof. intros. unfold handed. rewrite found_0. reflexivity. Qed.

(** What a wave leaves. *)
Lemma wave_leaves : forall w a c s, 0 <= w < d -> 0 <= a <= m -> 0 <= c <= d ->
  (s = SouthPad <-> a = m) ->
  after_wave (reduced w a c) (reduced w a w) (handed w a c) s = reduced (w + 1) a c.
Proof.
  intros w a c s Hw Ha Hc S. rewrite reduced_next by assumption. unfold after_wave, handed.
  destruct (reduced w a w); [|reflexivity]. destruct (found w a); [reflexivity|].
  destruct (Z.eqb_spec a m) as [E|E].
  - rewrite (proj2 S E). reflexivity.
  - destruct s; try reflexivity. elim E. apply S. reflexivity.
Qed.

Lemma acting_rule : forall w a c n ww e s next, 0 <= w < d -> 0 <= a <= m -> 0 <= c <= d ->
  (s = SouthPad <-> a = m) -> bit_rule (reduced (w + 1) a c) n ww e s = Some next ->
  rule (Acting (reduced w a c) (reduced w a w) (handed w a c)) n ww e s = Some next.
Proof.
  intros w a c n ww e s next Hw Ha Hc S H. cbn [rule]. rewrite wave_leaves by assumption. exact H.
Qed.

Lemma reducing_step : forall w a c, 0 <= w + a + c -> 0 <= a <= m -> 0 <= c <= d + l ->
  rule (reducing w a c)
    (north (if a =? 0 then Pad else reducing (w + 1) (a - 1) c))
    (west (if c =? 0 then Pad else reducing (w + 1) a (c - 1)))
    (east (if c =? d + l then Pad else reducing (w - 1) a (c + 1)))
    (south (if a =? m then Pad else reducing (w - 1) (a + 1) c)) = Some (reducing (w + 1) a c).
Proof.
  intros w a c Hw Ha Hc. unfold reducing. compare.
  all: try reflexivity.
  all: try (replace w with (-1) in * by lia; change (-1 + 1) with 0 in *;
            rewrite <- (reduced_0 a c) by lia).
  all: try (rewrite north_handed by lia).
  all: try (rewrite north_found by lia).
  all: try (apply acting_rule; [lia|lia|lia|split; [discriminate || lia|reflexivity || lia]|]).
  all: try (replace a with 0 in * by lia; rewrite ?handed_top, ?found_0).
  all: try reflexivity.
  all: try (repeat match goal with
                   | |- context [handed ?w ?a ?c] => destruct (handed w a c)
                   end; reflexivity).
  all: try (replace c with (w + 1) by lia; reflexivity).
  all: try (replace c with d by lia; replace (w + 1) with d by lia; reflexivity).
  all: replace c with 0 by lia; reflexivity.
Qed.

End Waves.
