(** The recurrences of proofs_check/online/row_reduction.py, cell by cell, are the list program. *)

From Coq Require Import List Bool Arith Lia.
From RCNN Require Import RowReduction Recurrences OnlineLearner OnlineSums OnlineReduction OnlineClaims.
Import ListNotations.

(** One row, from any column on. *)
Lemma pass_columns : forall (stored v : row) m own here below (mode_at : nat -> mode) off,
  (forall c, c < length stored -> bit stored c = own (off + c)) ->
  (forall c, c < length stored -> bit v c = here (off + c)) ->
  length stored = length v ->
  mode_at off = m ->
  (forall c, c < length stored ->
     mode_at (off + c + 1) = mode_after (mode_at (off + c)) (here (off + c)) (own (off + c))) ->
  (forall c, c < length stored ->
     below (off + c) = bit_after (here (off + c)) (mode_at (off + c + 1)) (own (off + c))) ->
  forall c, c < length stored -> bit (pass m stored v) c = below (off + c).
Proof.
  induction stored as [|o stored IH]; intros [|h v] m own here below mode_at off O H L E N B c C;
    try discriminate; [cbn in C; lia|].
  assert (O0 := O 0 ltac:(cbn; lia)). assert (H0 := H 0 ltac:(cbn; lia)).
  assert (N0 := N 0 ltac:(cbn; lia)). assert (B0 := B 0 ltac:(cbn; lia)).
  rewrite Nat.add_0_r in *. unfold bit in O0, H0. cbn [nth] in O0, H0.
  rewrite E, <- O0, <- H0 in N0. rewrite <- O0, <- H0, N0 in B0.
  destruct c as [|c]; unfold bit; cbn [pass nth].
  - rewrite Nat.add_0_r, B0. reflexivity.
  - fold (bit (pass (mode_after m h o) stored v) c).
    cbn [length] in *. replace (off + S c) with (off + 1 + c) by lia.
    apply (IH v _ own here below mode_at); try lia.
    + intros k K. replace (off + 1 + k) with (off + S k) by lia. apply (O (S k)). lia.
    + intros k K. replace (off + 1 + k) with (off + S k) by lia. apply (H (S k)). lia.
    + exact N0.
    + intros k K. replace (off + 1 + k) with (off + S k) by lia. apply (N (S k)). lia.
    + intros k K. replace (off + 1 + k) with (off + S k) by lia. apply (B (S k)). lia.
Qed.

Lemma firstn_more : forall (l : list row) k, k < length l -> firstn (S k) l = firstn k l ++ [nth k l []].
Proof.
  induction l as [|r l IH]; intros [|k] H; cbn in H; try lia; [reflexivity|].
  cbn [firstn nth app]. f_equal. apply IH. lia.
Qed.

Section Recurrence.

Variables (d : nat) (memory : list row) (input : row).
Variables (x : nat -> nat -> bool) (y z : nat -> bool) (M : nat -> nat -> mode) (V W : nat -> nat -> bool).
Hypothesis width : forall r, In r memory -> length r = d + 1.
Hypothesis input_width : length input = d.
Hypothesis rows : forall k c, k < length memory -> c < d -> x (k + 2) (c + 1) = bit (nth k memory []) c.
Hypothesis row_labels : forall k, k < length memory -> y (k + 2) = bit (nth k memory []) d.
Hypothesis shown : forall c, c <= d -> z (c + 1) = bit (labelled (input, false)) c.
Hypothesis holds : recurrence d x y z M V W.

Lemma after_rows : forall k, k <= length memory -> forall c, c <= d ->
  V (k + 2) (c + 1) = bit (reduce_by (firstn k memory) (labelled (input, false))) c.
Proof.
  induction k as [|k IH]; intros K c C.
  - rewrite (v_first _ _ _ _ _ _ _ holds) by lia. cbn. now apply shown.
  - assert (E : firstn (S k) memory = firstn k memory ++ [nth k memory []])
      by (apply firstn_more; lia).
    rewrite E. unfold reduce_by. rewrite fold_left_app. cbn [fold_left].
    fold (reduce_by (firstn k memory) (labelled (input, false))).
    set (v := reduce_by (firstn k memory) (labelled (input, false))) in *.
    set (r := nth k memory []).
    assert (R : length r = d + 1) by (apply width, nth_In; lia).
    assert (L : length v = d + 1).
    { apply reduce_length; [|rewrite labelled_length; lia].
      intros s I. apply width. rewrite <- (firstn_skipn k memory). apply in_or_app. auto. }
    set (own := fun b => if b <=? d then x (k + 2) b else y (k + 2)).
    symmetry. replace (c + 1) with (1 + c) by lia.
    apply (pass_columns r v Search own (V (k + 2)) (V (S k + 2)) (M (k + 2)) 1); rewrite ?R; try lia.
    + intros b B. unfold own. destruct (Nat.leb_spec (1 + b) d).
      * replace (1 + b) with (b + 1) by lia. symmetry. apply rows; lia.
      * replace b with d by lia. symmetry. apply row_labels. lia.
    + intros b B. replace (1 + b) with (b + 1) by lia. symmetry. apply IH; lia.
    + apply (m_first _ _ _ _ _ _ _ holds). lia.
    + intros b B. unfold own. destruct (Nat.leb_spec (1 + b) d).
      * rewrite (m_next _ _ _ _ _ _ _ holds) by lia. now replace (1 + b + 1 - 1) with (1 + b) by lia.
      * rewrite (m_label _ _ _ _ _ _ _ holds) by lia. now replace (1 + b + 1 - 1) with (1 + b) by lia.
    + intros b B. unfold own. replace (k + 2) with (S k + 2 - 1) by lia.
      destruct (Nat.leb_spec (1 + b) d).
      * apply (v_next _ _ _ _ _ _ _ holds); lia.
      * apply (v_label _ _ _ _ _ _ _ holds); lia.
Qed.

(** What the input is after all rows. *)
Lemma variable_v : forall c, c <= d -> V (length memory + 2) (c + 1) = bit (left_of memory input) c.
Proof. intros c C. rewrite after_rows by lia. now rewrite firstn_all. Qed.

Lemma variable_parity : V (length memory + 2) (d + 1) = labels memory input.
Proof. rewrite variable_v by lia. unfold labels. now rewrite input_width. Qed.

Lemma some_before : forall (r : row) n, n <= length r ->
  existsb (fun b => b) (firstn (S n) r) = existsb (fun b => b) (firstn n r) || bit r n.
Proof.
  intros r. induction r as [|b r IH]; intros [|n] N; try (cbn in N; lia); try reflexivity.
  - cbn. now destruct b.
  - change (firstn (S (S n)) (b :: r)) with (b :: firstn (S n) r).
    change (firstn (S n) (b :: r)) with (b :: firstn n r). cbn [existsb].
    cbn in N. rewrite IH by lia. unfold bit. cbn [nth]. now rewrite orb_assoc.
Qed.

(** Whether something is left. *)
Lemma variable_w : W (length memory + 1) (d + 1) = something_left memory input.
Proof.
  unfold something_left. rewrite input_width.
  assert (L : length (left_of memory input) = d + 1)
    by (apply reduce_length; [exact width|rewrite labelled_length; lia]).
  assert (H : forall n, n <= d ->
    W (length memory + 1) (n + 1) = existsb (fun b => b) (firstn n (left_of memory input))).
  { induction n as [|n IH]; intros N.
    - rewrite (w_first _ _ _ _ _ _ _ holds) by lia. reflexivity.
    - rewrite (w_next _ _ _ _ _ _ _ holds) by lia. replace (S n + 1 - 1) with (n + 1) by lia.
      rewrite IH, some_before by lia. f_equal.
      replace (length memory + 1 + 1) with (length memory + 2) by lia. apply variable_v. lia. }
  now apply H.
Qed.

End Recurrence.
