(** The row-reduction machine's tape between two columns, and how its flags rise.

    Rows are [0..m] and columns [0..d]: data, and labels in column [d]; row [m] is the test example.
    To the right there are [work >= 1] blank columns.  [A] says which bits the rows have now, and
    [used] which rows have been pivots: they are blank on the tape, and zero in [A]. *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine MachineTable.

Definition matrix := nat -> nat -> bool.
Notation config := (configuration state symbol).

(** Case analysis on every comparison of numbers, away with those that cannot be. *)
Ltac compare_numbers :=
  repeat match goal with
    | |- context [?a =? ?b] => destruct (Nat.eqb_spec a b); try subst; cbn [andb orb negb]; try lia
    | |- context [?a <=? ?b] => destruct (Nat.leb_spec a b); cbn [andb orb negb]; try lia
    | |- context [?a <? ?b] => destruct (Nat.ltb_spec a b); cbn [andb orb negb]; try lia
    end.

Section Column.

Variables m d work : nat.
Hypothesis work_column : 1 <= work.

Notation rows := (S m).
Notation columns := (S d + work).
Variable exact : Prop.
Notation within := (within machine rows columns exact).

(** ** Rise: every flag moves one column to the right *)

Definition is_flag (a : symbol) : bool :=
  match a with s_f0 | s_f1 | s_x => true | _ => false end.
Definition unflagged (a : symbol) : symbol :=
  match a with s_f0 => s_0 | s_f1 => s_1 | s_x | s_P => s_blank | _ => a end.
Definition marked (a : symbol) : symbol :=
  match a with s_0 => s_f0 | s_1 => s_f1 | _ => a end.
Definition plain (a : symbol) : Prop := a = s_blank \/ a = s_0 \/ a = s_1.

(** What a row holds once the head has gone up past it. *)
Definition risen (c : nat) (T : tape symbol) : tape symbol := fun i j =>
  if j =? c then unflagged (T i j)
  else if (j =? S c) && is_flag (T i c) then marked (T i j) else T i j.

Lemma rise_row r c (T T' : tape symbol) :
  r < m -> c <= d ->
  plain (T (S r) c) \/ is_flag (T (S r) c) = true /\ plain (T (S r) (S c)) ->
  (exact -> is_flag (T (S r) c) = true) ->
  (forall i j, T' i j = if i =? S r then risen c T i j else T i j) ->
  within 3 (Config q_rise (S r) c T) (Config q_rise r c T').
Proof.
  intros R C [N|(F & N)] Y H.
  - apply within_more with (n := 1);
      [lia|intros Z; apply Y in Z; destruct N as [N|[N|N]]; rewrite N in Z; discriminate|].
    apply within_move with (a := T (S r) c) (go := North) (blocked := q_rise);
      [destruct N as [-> |[-> | ->]]; reflexivity|reflexivity|].
    intros i j. rewrite H. unfold risen. compare_numbers; auto;
      destruct N as [E |[E | E]]; rewrite E; auto; now rewrite ?andb_false_r.
  - change 3 with (1 + (1 + 1)). eapply within_trans; [|eapply within_trans].
    + apply within_move with (a := unflagged (T (S r) c)) (go := East) (to := q_mark)
        (blocked := q_mark) (r' := S r) (c' := S c)
        (T' := fun i j => if (i =? S r) && (j =? c) then unflagged (T (S r) c) else T i j);
        [destruct (T (S r) c); try discriminate; reflexivity|apply target_east; lia|reflexivity].
    + apply within_move with (a := marked (T (S r) (S c))) (go := West) (to := q_rise)
        (blocked := q_rise) (r' := S r) (c' := c) (T' := T'); [|reflexivity|].
      * compare_numbers. destruct N as [-> |[-> | ->]]; reflexivity.
      * intros i j. rewrite H. unfold risen. compare_numbers; auto; now rewrite ?F.
    + eapply within_move with (go := North) (blocked := q_rise) (a := unflagged (T (S r) c)).
      * rewrite H. unfold risen. compare_numbers. destruct (T (S r) c); try discriminate; reflexivity.
      * reflexivity.
      * intros i j. rewrite H. unfold risen. compare_numbers; auto.
Qed.

Lemma rise k : forall p c bottom (T T' : tape symbol),
  bottom = p + k -> bottom <= m -> c <= d ->
  T p c = s_P ->
  (forall i, p < i <= bottom ->
     plain (T i c) \/ is_flag (T i c) = true /\ plain (T i (S c))) ->
  (exact -> forall i, p < i <= bottom -> is_flag (T i c) = true) ->
  (forall i j, T' i j = if (p <=? i) && (i <=? bottom) then risen c T i j else T i j) ->
  within (3 * k + 1) (Config q_rise bottom c T) (Config q_read p (S c) T').
Proof.
  induction k as [|k IH]; intros p c bottom T T' -> R C P F Y H.
  - rewrite Nat.add_0_r in *. eapply within_move.
    + rewrite P. reflexivity.
    + apply target_east; lia.
    + intros i j. rewrite H. unfold risen. compare_numbers; rewrite ?P; auto;
        now rewrite ?andb_false_r.
  - replace (3 * S k + 1) with (3 + (3 * k + 1)) by lia. replace (p + S k) with (S (p + k)) in * by lia.
    eapply within_trans.
    + apply rise_row; [lia|exact C|apply F; lia|intros Z; apply Y; [exact Z|lia]|reflexivity].
    + apply IH; auto; [lia| | | |].
      * compare_numbers. exact P.
      * intros i I. compare_numbers. apply F; lia.
      * intros Z i I. compare_numbers. apply Y; [exact Z|lia].
      * intros i j. rewrite H. unfold risen. compare_numbers; auto.
Qed.

(** ** The tape between columns *)

(** When column [b] begins: bits in the columns from [b] on, and blanks elsewhere. *)
Definition start_tape (b : nat) (A : matrix) (used : nat -> bool) : tape symbol := fun i j =>
  if (i <=? m) && (b <=? j) && (j <=? d) && negb (used i) then bit (A i j) else s_blank.

Definition blanked (a : symbol) : symbol := s_blank.
Definition no_one (a : symbol) : Prop := a = s_blank \/ a = s_0.

Lemma bit_plain v : plain (bit v).
Proof. destruct v; unfold plain; auto. Qed.

Lemma start_plain b A used i j : plain (start_tape b A used i j).
Proof. unfold start_tape. destruct (_ && _); [apply bit_plain|unfold plain; auto]. Qed.

End Column.
