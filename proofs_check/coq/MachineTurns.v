(** What the row-reduction machine does to a column without a pivot, and between columns. *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine MachineTable MachineRise.

Section Column.

Variables m d work : nat.
Hypothesis work_column : 1 <= work.

Notation rows := (S m).
Notation columns := (S d + work).
Variable exact : Prop.
Notation within := (within machine rows columns exact).
Notation start_tape := (start_tape m d).

(** ** A column without a pivot: the first 1 is in the test example's row, or there is none *)

Lemma column_without_pivot A used b :
  b < d -> used m = false -> (forall i, i < m -> A i b = false) ->
  within (m + 2) (Config q_find 0 b (start_tape b A used))
    (Config q_peek m (S b) (start_tape (S b) A used)).
Proof.
  intros B L N. replace (m + 2) with (m + (1 + 1)) by lia.
  set (here := fun v : bool => fun i j =>
    if j =? b then if (i =? m) && v then s_P else s_blank else start_tape b A used i j).
  eapply within_trans; [|eapply within_trans].
  - apply sweep_south with (q := q_find) (blocked := q_west) (f := blanked) (passes := no_one)
      (k := m); [|lia| |reflexivity].
    + intros a [-> | ->]; reflexivity.
    + intros i I. unfold start_tape, no_one. rewrite N by lia. destruct (_ && _); cbn; auto.
  - apply within_blocked with (a := if A m b then s_P else s_blank) (go := South)
      (to := if A m b then q_flag else q_find) (T' := here (A m b)).
    + cbn [Nat.add]. rewrite Nat.ltb_irrefl, !andb_false_r. unfold start_tape.
      rewrite L. compare_numbers. now destruct (A m b).
    + apply target_south_wall. lia.
    + intros i j. unfold here, blanked, start_tape. compare_numbers; auto; now destruct (A m b).
  - apply within_move with (a := s_blank) (go := East) (blocked := q_peek).
    + unfold here. rewrite !Nat.eqb_refl. now destruct (A m b).
    + apply target_east; lia.
    + intros i j. unfold here, start_tape. compare_numbers; auto.
Qed.

(** ** Is the next column the label column? *)

Lemma next_column A used b :
  used m = false -> S b < d ->
  within (m + 3) (Config q_peek m (S b) (start_tape (S b) A used))
    (Config q_find 0 (S b) (start_tape (S b) A used)).
Proof.
  intros L B. replace (m + 3) with (1 + (1 + S m)) by lia.
  assert (BIT : forall j, S b <= j <= d ->
    start_tape (S b) A used m j = s_0 \/ start_tape (S b) A used m j = s_1).
  { intros j J. unfold start_tape. rewrite L. compare_numbers. destruct (A m j); auto. }
  assert (W : forall r c i j, start_tape (S b) A used i j =
    if (i =? r) && (j =? c) then start_tape (S b) A used r c else start_tape (S b) A used i j).
  { intros r c i j. compare_numbers; auto. }
  eapply within_trans; [|eapply within_trans].
  - apply within_move with (a := start_tape (S b) A used m (S b)) (go := East) (blocked := q_check)
      (to := q_check) (r' := m) (c' := S (S b)) (T' := start_tape (S b) A used); [|apply target_east; lia|apply W].
    destruct (BIT (S b)) as [-> | ->]; [lia|reflexivity|reflexivity].
  - apply within_move with (a := start_tape (S b) A used m (S (S b))) (go := West) (blocked := q_top)
      (to := q_top) (r' := m) (c' := S b) (T' := start_tape (S b) A used); [|reflexivity|apply W].
    destruct (BIT (S (S b))) as [-> | ->]; [lia|reflexivity|reflexivity].
  - apply sweep_north_wall with (passes := plain).
    + intros a [->|[->| ->]]; reflexivity.
    + intros; apply (start_plain m d).
Qed.

Lemma label_column A used b :
  used m = false -> S b = d ->
  within 2 (Config q_peek m (S b) (start_tape (S b) A used))
    (Config q_answer m d (start_tape d A used)).
Proof.
  intros L B. change 2 with (1 + 1).
  replace (Config q_answer m d (start_tape d A used))
    with (Config q_answer m (S b) (start_tape (S b) A used)) by now rewrite B.
  assert (W : forall r c i j, start_tape (S b) A used i j =
    if (i =? r) && (j =? c) then start_tape (S b) A used r c else start_tape (S b) A used i j).
  { intros r c i j. compare_numbers; auto. }
  eapply within_trans.
  - apply within_move with (a := start_tape (S b) A used m (S b)) (go := East) (blocked := q_check)
      (to := q_check) (r' := m) (c' := S (S b)) (T' := start_tape (S b) A used); [|apply target_east; lia|apply W].
    unfold start_tape. rewrite L. compare_numbers. now destruct (A m (S b)).
  - apply within_move with (a := start_tape (S b) A used m (S (S b))) (go := West) (blocked := q_answer)
      (to := q_answer) (r' := m) (c' := S b) (T' := start_tape (S b) A used); [|reflexivity|apply W].
    unfold start_tape. rewrite L. compare_numbers. reflexivity.
Qed.

Lemma answer_halts A used :
  used m = false ->
  halted machine (Config q_answer m d (start_tape d A used))
    = Some (if A m d then -1 else 1)%Z.
Proof.
  intros L. unfold halted, start_tape. cbn [at_state at_row at_column on_tape]. rewrite L.
  compare_numbers. now destruct (A m d).
Qed.

End Column.
