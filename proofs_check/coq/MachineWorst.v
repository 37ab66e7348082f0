(** The machine's step bound is attained: a triangle of ones takes exactly so many steps. *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine MachineTable MachineRise MachineColumn MachineTurns RowMatrix RowReductionMachine.
From RCNN Require RowReduction.
Import ListNotations.

Section Triangle.

Variables m d work : nat.
Hypotheses (features : 1 <= d) (work_column : 1 <= work).

Notation takes := (within machine (S m) (S d + work) True).
Notation tape_of b A used := (start_tape m d b A used).

(** Column [j] is 1 from row [j] on, and the labels are 0; the rows before [b] have been pivots. *)
Definition triangle (b : nat) : matrix := fun i j => (i <=? m) && (b <=? j) && (j <=? i) && (j <? d).
Definition pivoted (b i : nat) : bool := i <? min b m.

Lemma pivoted_zero b i j : pivoted b i = true -> triangle b i j = false.
Proof. unfold pivoted, triangle. intros U. apply Nat.ltb_lt in U. compare_numbers; reflexivity. Qed.

Lemma pivoted_last b : pivoted b m = false.
Proof. apply Nat.ltb_ge. lia. Qed.

(** Each column clears itself, in all rows below its pivot row. *)
Lemma next_triangle b i j : b < m -> b < d -> added m (triangle b) b b i j = triangle (S b) i j.
Proof.
  intros M D. unfold added, flagged, triangle. compare_numbers; try reflexivity.
Qed.

Lemma same_tape b A A' used used' : (forall i j, i <= m -> b <= j <= d -> A i j = A' i j) ->
  (forall i, used i = used' i) -> forall i j, tape_of b A used i j = tape_of b A' used' i j.
Proof.
  intros E U i j. unfold start_tape. rewrite U.
  destruct (Nat.leb_spec i m), (Nat.leb_spec b j), (Nat.leb_spec j d); auto.
  cbn [andb]. now rewrite E by lia.
Qed.

Definition cost (b : nat) : nat := if b <? m then price m b * (d + 1 - b) else 0.

Lemma triangle_column b : b < d ->
  takes (m + 2 + cost b) (Config q_find 0 b (tape_of b (triangle b) (pivoted b)))
    (Config q_peek m (S b) (tape_of (S b) (triangle (S b)) (pivoted (S b)))).
Proof.
  intros D. unfold cost.
  replace (m + 2 + _) with (m + 2 + (if b <? m then price m b * (d + 1 - b) else 0) + 0) by lia.
  destruct (Nat.ltb_spec b m).
  - eapply within_trans.
    { apply column_with_pivot with (p := b); auto.
      - unfold triangle. compare_numbers; reflexivity.
      - intros i I. unfold triangle. compare_numbers; reflexivity.
      - apply pivoted_zero.
      - apply pivoted_last.
      - intros _ i I. unfold triangle. compare_numbers; reflexivity. }
    apply within_same. repeat split. apply same_tape.
    + intros. now apply next_triangle.
    + intros i. unfold used_now, pivoted. compare_numbers; reflexivity.
  - eapply within_trans.
    { rewrite Nat.add_0_r. apply column_without_pivot; auto; [apply pivoted_last|].
      intros i I. unfold triangle. compare_numbers; reflexivity. }
    apply within_same. repeat split. apply same_tape.
    + intros i j I J. unfold triangle. compare_numbers; reflexivity.
    + intros i. unfold pivoted. now rewrite !Nat.min_r by lia.
Qed.

Lemma triangle_columns b : b < d ->
  takes (S b * (m + 2) + b * (m + 3) + total cost (S b))
    (Config q_find 0 0 (tape_of 0 (triangle 0) (pivoted 0)))
    (Config q_peek m (S b) (tape_of (S b) (triangle (S b)) (pivoted (S b)))).
Proof.
  induction b as [|b IH]; intros D.
  - replace (1 * (m + 2) + 0 * (m + 3) + total cost 1) with (m + 2 + cost 0) by (cbn [total]; lia).
    now apply triangle_column.
  - replace (S (S b) * (m + 2) + S b * (m + 3) + total cost (S (S b)))
      with (S b * (m + 2) + b * (m + 3) + total cost (S b) + (m + 3) + (m + 2 + cost (S b)))
      by (cbn [total]; ring).
    eapply within_trans; [eapply within_trans; [apply IH; lia|]|now apply triangle_column].
    apply next_column; auto. apply pivoted_last.
Qed.

Lemma triangle_takes : exists final,
  run machine (S m) (S d + work) (worst_case_steps m d)
    (Config q_find 0 0 (tape_of 0 (triangle 0) (pivoted 0))) = Some final
  /\ halted machine final <> None.
Proof.
  assert (T : takes (worst_case_steps m d) (Config q_find 0 0 (tape_of 0 (triangle 0) (pivoted 0)))
    (Config q_answer m d (tape_of d (triangle d) (pivoted d)))).
  { replace (worst_case_steps m d) with (d * (m + 2) + (d - 1) * (m + 3) + total cost d + 2)
      by (unfold worst_case_steps, cost; lia).
    assert (C := triangle_columns (d - 1) ltac:(lia)). replace (S (d - 1)) with d in C by lia.
    eapply within_trans; [exact C|]. replace d with (S (d - 1)) at 1 by lia.
    assert (L := label_column m d work work_column True (triangle d) (pivoted d) (d - 1)
      (pivoted_last d) ltac:(lia)).
    now replace (S (d - 1)) with d in * by lia. }
  apply within_run in T as (steps & final & _ & E & R & S). rewrite E in R by exact I.
  exists final. split; [exact R|].
  rewrite (halted_same _ _ _ S), (answer_halts m d work work_column) by apply pivoted_last.
  discriminate.
Qed.

End Triangle.

(** Row [i] of the triangle. *)
Definition triangle_row (d i : nat) : row := map (fun j => j <=? i) (seq 0 d).

(** For all sizes there are data and a test example on which the machine takes [worst_case_steps m d] steps
    until it halts: the triangle, with labels 0. *)
Theorem worst_case_is_attained (m d work : nat) :
  1 <= d -> 1 <= work ->
  let data := map (fun i => (triangle_row d i, false)) (seq 0 m) in
  let test := triangle_row d m in
  exists final,
    run machine (S m) (S d + work) (worst_case_steps m d)
      (Config start 0 0 (data_tape (RowReduction.data_rows data test))) = Some final
    /\ halted machine final <> None.
Proof.
  intros D W data test. set (rows := RowReduction.data_rows data test).
  assert (E : rows = map (fun i => triangle_row d i ++ [false]) (seq 0 (S m))).
  { unfold rows, RowReduction.data_rows, data, test. rewrite map_map, seq_S, map_app. reflexivity. }
  assert (R : rectangle (S m) (S d) rows).
  { rewrite E. split; [now rewrite map_length, seq_length|].
    intros r I. apply in_map_iff in I as (i & <- & _). unfold triangle_row.
    rewrite app_length, map_length, seq_length. cbn. lia. }
  assert (B : forall i j, i <= m -> matrix_of rows i j = triangle m d 0 i j).
  { intros i j I. unfold matrix_of. rewrite E.
    rewrite nth_indep with (d' := triangle_row d 0 ++ [false]) by (rewrite map_length, seq_length; lia).
    rewrite (map_nth (fun i => triangle_row d i ++ [false])), seq_nth by lia. cbn [Nat.add].
    unfold row_bit, triangle_row, triangle.
    destruct (Nat.lt_ge_cases j d) as [J|J].
    - rewrite app_nth1 by (rewrite map_length, seq_length; exact J).
      rewrite nth_indep with (d' := (fun j => j <=? i) 0) by (rewrite map_length, seq_length; exact J).
      rewrite (map_nth (fun j => j <=? i)), seq_nth by exact J. compare_numbers; reflexivity.
    - rewrite app_nth2; rewrite map_length, seq_length; [|exact J].
      replace (nth (j - d) [false] false) with false by (now destruct (j - d) as [|[|k]]).
      compare_numbers; reflexivity. }
  destruct (triangle_takes m d work D W) as (final & F & H).
  destruct (run_same machine (S m) (S d + work) (worst_case_steps m d)
    (Config q_find 0 0 (start_tape m d 0 (triangle m d 0) (pivoted m 0)))
    (Config start 0 0 (data_tape rows)) final) as (final' & F' & S).
  - repeat split. intros i j. cbn [on_tape]. rewrite (data_tape_start m d) by exact R. symmetry.
    apply (same_tape m d work D W); [intros; now apply B|reflexivity].
  - exact F.
  - exists final'. split; [exact F'|]. now rewrite <- (halted_same _ _ _ S).
Qed.

Print Assumptions worst_case_is_attained.
