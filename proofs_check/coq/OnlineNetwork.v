(** From [reduces], what a step is: SGD stores what the algorithm stores, and the output is its answer. *)

From Coq Require Import ZArith List Bool Arith Lia.
From RCNN Require Import Network Algorithm1 Grids RowReduction.
From RCNN Require Import OnlineLearner OnlineSums OnlineReduction OnlineRowReduction OnlineClaims OnlineRecurrence.
Import ListNotations.
Open Scope nat_scope.

(** ** The recurrence has a solution *)

Section Solution.

Variables (d : nat) (x : nat -> nat -> bool) (y z : nat -> bool).

Definition own (a b : nat) : bool := if b <=? d then x a b else y a.

Fixpoint mode_of (row above : nat -> bool) (b : nat) : mode :=
  match b with
  | O => Search
  | S p => if p =? 0 then Search else mode_after (mode_of row above p) (above p) (row p)
  end.

Fixpoint bits_of (a : nat) : nat -> bool :=
  match a with
  | O => z
  | S p => if p <=? 1 then z
           else fun b => bit_after (bits_of p b) (mode_of (own p) (bits_of p) (b + 1)) (own p b)
  end.

Fixpoint left_west (v : nat -> bool) (b : nat) : bool :=
  match b with O => false | S p => if p =? 0 then false else left_west v p || v p end.

Lemma own_feature : forall a b, b <= d -> own a b = x a b.
Proof. intros. unfold own. destruct (Nat.leb_spec b d); [reflexivity|lia]. Qed.

Lemma own_label : forall a b, d + 1 <= b -> own a b = y a.
Proof. intros. unfold own. destruct (Nat.leb_spec b d); [lia|reflexivity]. Qed.

Lemma mode_next : forall row above b, 2 <= b ->
  mode_of row above b = mode_after (mode_of row above (b - 1)) (above (b - 1)) (row (b - 1)).
Proof. intros row above [|[|b]] B; try lia. reflexivity. Qed.

Lemma bits_next_row : forall a b, 3 <= a -> bits_of a b =
  bit_after (bits_of (a - 1) b) (mode_of (own (a - 1)) (bits_of (a - 1)) (b + 1)) (own (a - 1) b).
Proof. intros [|[|[|a]]] b A; try lia. reflexivity. Qed.

Lemma solution : exists M V W, recurrence d x y z M V W.
Proof.
  exists (fun a => mode_of (own a) (bits_of a)), bits_of, (fun a => left_west (bits_of (a + 1))). split.
  - intros a [|[|b]] B; [reflexivity|reflexivity|lia].
  - intros a b B. rewrite mode_next, own_label by lia. reflexivity.
  - intros a b B. rewrite mode_next, own_feature by lia. reflexivity.
  - intros [|[|[|a]]] b A; try reflexivity. lia.
  - intros a b A B. rewrite bits_next_row, own_label by lia. reflexivity.
  - intros a b A B. rewrite bits_next_row, own_feature by lia. reflexivity.
  - intros a [|[|b]] B; [reflexivity|reflexivity|lia].
  - intros a [|[|b]] B; try lia. reflexivity.
Qed.

End Solution.

(** ** Steps of SGD *)

Lemma with_one_length : forall x, length (with_one x) = length x + 1.
Proof. intros. unfold with_one. rewrite app_length, map_length. reflexivity. Qed.

Lemma with_one_entry : forall x c, c <= length x ->
  nth c (with_one x) 0%Z = if c <? length x then sign (bit x c) else 1%Z.
Proof.
  intros x c C. unfold with_one. destruct (Nat.ltb_spec c (length x)).
  - rewrite app_nth1 by (now rewrite map_length). unfold bit.
    rewrite nth_indep with (d' := sign false) by (now rewrite map_length). apply map_nth.
  - rewrite app_nth2, map_length by (rewrite map_length; lia). now replace (c - length x) with 0 by lia.
Qed.

Lemma sign_product : forall p q, (sign p * sign q)%Z = sign (xorb p q).
Proof. intros [] []; reflexivity. Qed.

Section Steps.

Variables (net : network) (n d : nat).
Hypothesis checked : reduces net n d.

(** A step of SGD, from what the step is said to be. *)
Lemma sgd_of_step : forall old new x y f slope, length x = d -> length old = d + 1 ->
  step_is net n d old x f slope ->
  (forall a c, a <= d -> c <= d ->
     (pixel old (Z.of_nat a) (Z.of_nat c) + (sign y - f) * (slope a c * nth c (with_one x) 0))%Z = new a c) ->
  sgd_step net n old x y = Some (tabulate (d + 1) (d + 1) (fun a c => new (Z.to_nat a) (Z.to_nat c))).
Proof.
  intros old new x y f slope X L (P & g & G & E) N. unfold sgd_step.
  rewrite P. cbn [bind]. rewrite G. cbn [bind]. f_equal.
  rewrite with_one_length, X, L. apply tabulate_ext. intros a c A C.
  rewrite <- (N (Z.to_nat a) (Z.to_nat c)) by lia.
  rewrite <- (E (Z.to_nat a) (Z.to_nat c)) by lia. now rewrite !Z2Nat.id by lia.
Qed.

Lemma dummy_step : sgd_step net n (empty d) (repeat false d) false = Some (memory_of d []).
Proof.
  apply (sgd_of_step _ (entry d []) _ _ _ _ (repeat_length _ _) (length_tabulate _ _ _ _) (starting _ _ _ checked)).
  intros a c A C. unfold empty. rewrite pixel_tabulate by lia.
  rewrite with_one_entry, repeat_length by (rewrite repeat_length; exact C).
  rewrite zeros_bit. unfold entry. cbn [length].
  destruct (Nat.eqb_spec a 0) as [->|N]; [now destruct (c <? d)|].
  destruct (Nat.leb_spec a 0); [lia|reflexivity].
Qed.

Section OneStep.

Variables (rows : list row) (input : row).
Hypothesis width : forall r, In r rows -> length r = d + 1.
Hypothesis few : length rows <= d.
Hypothesis input_width : length input = d.

(** A step in the algorithm's terms. *)
Lemma step_in_terms : step_is net n d (memory_of d rows) input
  (if something_left rows input then 0 else sign (labels rows input))
  (fun a c =>
     if (a =? length rows + 1) && something_left rows input then
       if c <? d then sign (xorb (xorb (bit input c) (bit (left_of rows input) c)) (labels rows input))
       else sign (labels rows input)
     else 0%Z).
Proof.
  set (x := fun a b => bit (nth (a - 2) rows []) (b - 1)).
  set (y := fun a => bit (nth (a - 2) rows []) d).
  set (z := fun b => bit (labelled (input, false)) (b - 1)).
  assert (HX : forall k c, k < length rows -> c < d -> x (k + 2) (c + 1) = bit (nth k rows []) c)
    by (intros; unfold x; now rewrite !Nat.add_sub).
  assert (HY : forall k, k < length rows -> y (k + 2) = bit (nth k rows []) d)
    by (intros; unfold y; now rewrite !Nat.add_sub).
  assert (HZ : forall c, c <= d -> z (c + 1) = bit (labelled (input, false)) c)
    by (intros; unfold z; now rewrite !Nat.add_sub).
  destruct (solution d x y z) as (M & V & W & R).
  pose proof (streaming _ _ _ checked rows input _ _ _ _ _ _ width few input_width HX HY HZ R) as C.
  cbv zeta in C.
  rewrite (variable_w d rows input _ _ _ _ _ _ width input_width HX HY HZ R) in C.
  rewrite (variable_parity d rows input _ _ _ _ _ _ width input_width HX HY HZ R) in C.
  destruct C as (P & g & G & E). split; [exact P|]. exists g. split; [exact G|].
  intros a c A B. rewrite (E a c A B).
  destruct ((a =? length rows + 1) && something_left rows input); [|reflexivity].
  destruct (Nat.ltb_spec c d); [|reflexivity].
  rewrite HZ, labelled_bit by lia.
  now rewrite (variable_v d rows input _ _ _ _ _ _ width input_width HX HY HZ R) by lia.
Qed.

Lemma one_step : forall y, sgd_step net n (memory_of d rows) input y = Some (memory_of d (store rows (input, y))).
Proof.
  intros y.
  apply (sgd_of_step _ (entry d (store rows (input, y))) _ _ _ _ input_width (length_tabulate _ _ _ _) step_in_terms).
  intros a c A C. unfold memory_of. rewrite pixel_tabulate, !Nat2Z.id by lia.
  rewrite with_one_entry, input_width by lia. unfold store.
  destruct (something_left rows input); [|now rewrite andb_false_r, Z.mul_0_l, Z.mul_0_r, Z.add_0_r].
  rewrite andb_true_r, input_width.
  assert (L : length (firstn d (left_of rows input)) = d).
  { rewrite firstn_length. unfold left_of. rewrite (reduce_length d); auto; [lia|].
    rewrite labelled_length. lia. }
  set (kept := firstn d (left_of rows input)) in *.
  assert (K : forall c, c < d -> bit kept c = bit (left_of rows input) c).
  { intros b B. unfold kept, bit. rewrite <- (firstn_skipn d (left_of rows input)) at 2.
    symmetry. apply app_nth1. fold kept. lia. }
  unfold entry. rewrite app_length. cbn [length].
  destruct (Nat.eqb_spec a 0) as [->|N0].
  { destruct (Nat.eqb_spec 0 (length rows + 1)); [lia|]. now rewrite Z.mul_0_l, Z.mul_0_r, Z.add_0_r. }
  destruct (Nat.eqb_spec a (length rows + 1)) as [->|N1].
  - destruct (Nat.leb_spec (length rows + 1) (length rows)); [lia|].
    rewrite Nat.leb_refl, Nat.add_sub, nth_middle. cbv zeta.
    pose proof (labelled_label kept (xorb (labels rows input) y)) as LL. rewrite L in LL.
    match goal with |- context [bit ?r d] =>
      replace (bit r d) with (xorb (labels rows input) y) by (symmetry; exact LL);
      replace (if c <? d then sign (xorb (bit r c) (xorb (labels rows input) y))
               else sign (xorb (labels rows input) y))
        with (if c <? d then sign (xorb (bit kept c) (xorb (labels rows input) y))
              else sign (xorb (labels rows input) y))
        by (destruct (Nat.ltb_spec c d); [|reflexivity]; do 2 f_equal; symmetry; apply labelled_bit; lia)
    end.
    rewrite Z.sub_0_r, Z.add_0_l.
    destruct (Nat.ltb_spec c d).
    + rewrite K, !sign_product by lia. f_equal.
      destruct (bit input c), (bit (left_of rows input) c), (labels rows input), y; reflexivity.
    + rewrite Z.mul_1_r, sign_product. f_equal. apply xorb_comm.
  - rewrite Z.mul_0_l, Z.mul_0_r, Z.add_0_r.
    destruct (Nat.leb_spec a (length rows)), (Nat.leb_spec a (length rows + 1)); try lia.
    rewrite app_nth1 by lia. reflexivity.
Qed.

End OneStep.

Lemma all_steps : forall stream, (forall x y, In (x, y) stream -> length x = d) ->
  forall before, (forall x y, In (x, y) before -> length x = d) ->
  sgd net n (memory_of d (learn before)) stream = Some (memory_of d (learn (before ++ stream))).
Proof.
  induction stream as [|[x y] stream IH]; intros F before B.
  - now rewrite app_nil_r.
  - destruct (learns d before B) as (news & S). assert (M := shape _ _ _ S).
    cbn [sgd]. rewrite one_step;
      [|now apply rows_width|now apply rows_at_most|apply (F x y); now left].
    cbn [bind]. rewrite <- learn_next.
    replace (before ++ (x, y) :: stream) with ((before ++ [(x, y)]) ++ stream) by (now rewrite <- app_assoc).
    apply IH; [intros u v I; apply (F u v); now right|].
    apply formed_next; [exact B|]. apply (F x y). now left.
Qed.

(** From [W = 0], a step on the dummy and one for each example: memory holds the rows that the algorithm has
    stored, and the output is its answer, or 0. *)
Theorem sgd_is_the_algorithm : forall stream, (forall x y, In (x, y) stream -> length x = d) ->
  sgd net n (empty d) ((repeat false d, false) :: stream) = Some (memory_of d (learn stream)) /\
  forall x, length x = d ->
    predict net n (memory_of d (learn stream)) (with_one x) =
    Some (match answer (learn stream) x with Some p => sign p | None => 0%Z end).
Proof.
  intros stream F. destruct (learns d stream F) as (news & S). assert (M := shape _ _ _ S). split.
  - cbn [sgd]. rewrite dummy_step. cbn [bind]. apply (all_steps stream F []). intros x y [].
  - intros x X. destruct (step_in_terms (learn stream) x) as (P & _);
      [now apply rows_width|now apply rows_at_most|exact X|].
    rewrite P. unfold answer. now destruct (something_left (learn stream) x).
Qed.

End Steps.
