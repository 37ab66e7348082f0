(** What the row-reduction machine does to a column with a pivot: the pivot row is added to every row
    below that has a 1 there, column after column, and is then used up.

    [A] says which bits the rows have now, and [used] which rows have been pivots: they are blank on
    the tape, and zero in [A]. *)

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

Variables (A : matrix) (used : nat -> bool) (b p : nat).
Hypothesis column : b < d.
Hypothesis pivot_row : p < m.
Hypothesis pivot : A p b = true.
Hypothesis first : forall i, i < p -> A i b = false.
Hypothesis used_zero : forall i j, used i = true -> A i j = false.
Hypothesis last_unused : used m = false.
Hypothesis all_below : exact -> forall i, p < i <= m -> A i b = true.

(** The rows to which the pivot row is added. *)
Definition flagged (i : nat) : bool := (p <? i) && (i <=? m) && A i b.

Definition added : matrix := fun i j =>
  if flagged i then xorb (A i j) (A p j) else if i =? p then false else A i j.

Definition used_now (i : nat) : bool := used i || (i =? p).

Notation before := (start_tape b A used).
Notation after := (start_tape (S b) added used_now).

Definition flag (v : bool) : symbol := if v then s_f1 else s_f0.

(** The head is about to rise in column [c]. *)
Definition rising (c : nat) : tape symbol := fun i j =>
  if j <? c then after i j
  else if j =? c then
    if i =? p then s_P
    else if flagged i then if c =? b then s_x else flag (added i c)
    else after i j
  else before i j.

(** The head is about to read the pivot row's bit in column [c]. *)
Definition reading (c : nat) : tape symbol := fun i j =>
  if j <? c then after i j
  else if (j =? c) && flagged i && (c <=? d) then flag (A i c)
  else before i j.

Lemma pivot_unused : used p = false.
Proof.
  destruct (used p) eqn:U; auto. rewrite (used_zero _ b U) in pivot. discriminate.
Qed.

Lemma flagged_unused i : flagged i = true -> used i = false.
Proof.
  unfold flagged. intros F. destruct (used i) eqn:U; auto.
  rewrite (used_zero _ b U), andb_false_r in F. discriminate.
Qed.

Lemma used_now_flagged i : flagged i = true -> used_now i = false.
Proof.
  intros F. unfold used_now. rewrite (flagged_unused _ F). unfold flagged in F.
  destruct (Nat.eqb_spec i p); auto. subst. now rewrite Nat.ltb_irrefl in F.
Qed.

(** Rows that are not flagged, other than the pivot row, stay as they are. *)
Lemma unflagged_same i j : flagged i = false -> i <> p -> b < j -> after i j = before i j.
Proof.
  intros F N J. unfold start_tape, added, used_now. rewrite F.
  destruct (Nat.eqb_spec i p); [easy|]. rewrite orb_false_r.
  destruct (Nat.leb_spec b j), (Nat.leb_spec (S b) j); try lia; auto.
Qed.

Lemma outside_blank i j : d < j -> before i j = s_blank /\ after i j = s_blank.
Proof.
  intros J. unfold start_tape.
  destruct (Nat.leb_spec j d); [lia|]. now rewrite !andb_false_r.
Qed.

Lemma find_and_flag :
  within (p + 1 + (m - p)) (Config q_find 0 b before) (Config q_rise m b (rising b)).
Proof.
  eapply within_trans; [eapply within_trans|].
  - apply sweep_south with (q := q_find) (blocked := q_west) (f := blanked) (passes := no_one)
      (k := p); [|lia| |reflexivity].
    + intros a [-> | ->]; reflexivity.
    + intros i I. unfold start_tape, no_one. rewrite first by lia.
      destruct (_ && _); cbn; auto.
  - apply within_move with (a := s_P) (go := South) (blocked := q_west) (to := q_flag)
      (r' := S p) (c' := b)
      (T' := fun i j => if j =? b then if i =? p then s_P else if i <? p then s_blank
                                       else before i j else before i j).
    + cbn [Nat.add]. rewrite Nat.ltb_irrefl, !andb_false_r. unfold start_tape.
      rewrite pivot, pivot_unused. compare_numbers. reflexivity.
    + apply target_south; lia.
    + intros i j. unfold blanked. compare_numbers; auto.
  - replace (m - p) with (S (m - p - 1)) by lia.
    apply sweep_south_wall with (q := q_flag) (blocked := q_rise) (passes := plain)
      (f := fun a => match a with s_1 => s_x | _ => s_blank end); [|lia|lia| |].
    + intros a [-> |[-> | ->]]; reflexivity.
    + intros i I. compare_numbers. apply (start_plain m d).
    + intros i j. unfold rising. rewrite Nat.eqb_refl.
      destruct (Nat.ltb_spec j b).
      { unfold start_tape. compare_numbers; rewrite ?andb_false_r; auto. }
      destruct (Nat.eqb_spec j b); [subst j|].
      2: { compare_numbers; auto. }
      cbn [andb]. destruct (Nat.eqb_spec i p).
      { compare_numbers. auto. }
      assert (B : after i b = s_blank).
      { unfold start_tape. compare_numbers; auto. }
      rewrite B. unfold flagged. compare_numbers; auto.
      * destruct (A i b) eqn:E; unfold start_tape; rewrite E; compare_numbers;
          destruct (used i) eqn:U; auto. now rewrite (used_zero _ b U) in E.
      * unfold start_tape. compare_numbers. auto.
Qed.

Lemma rising_left c i j : j < c -> rising c i j = after i j.
Proof. intros. unfold rising. now destruct (Nat.ltb_spec j c); [|lia]. Qed.

Lemma rising_right c i j : c < j -> rising c i j = before i j.
Proof.
  intros. unfold rising.
  destruct (Nat.ltb_spec j c); [lia|]. now destruct (Nat.eqb_spec j c); [lia|].
Qed.

Lemma rising_pivot c : rising c p c = s_P.
Proof. unfold rising. now rewrite Nat.ltb_irrefl, !Nat.eqb_refl. Qed.

Lemma rising_at c i : i <> p ->
  rising c i c = if flagged i then if c =? b then s_x else flag (added i c) else after i c.
Proof.
  intros. unfold rising. rewrite Nat.ltb_irrefl, Nat.eqb_refl.
  now destruct (Nat.eqb_spec i p).
Qed.

Lemma reading_left c i j : j < c -> reading c i j = after i j.
Proof. intros. unfold reading. now destruct (Nat.ltb_spec j c); [|lia]. Qed.

Lemma reading_right c i j : c < j -> reading c i j = before i j.
Proof.
  intros. unfold reading.
  destruct (Nat.ltb_spec j c); [lia|]. now destruct (Nat.eqb_spec j c); [lia|].
Qed.

Lemma reading_at c i : reading c i c = if flagged i && (c <=? d) then flag (A i c) else before i c.
Proof. unfold reading. now rewrite Nat.ltb_irrefl, Nat.eqb_refl. Qed.

Lemma flagged_pivot : flagged p = false.
Proof. unfold flagged. now rewrite Nat.ltb_irrefl. Qed.

Lemma flagged_above i : i <= p -> flagged i = false.
Proof. intros. unfold flagged. now destruct (Nat.ltb_spec p i); [lia|]. Qed.

Lemma flagged_below i : m < i -> flagged i = false.
Proof. intros. unfold flagged. destruct (Nat.leb_spec i m); [lia|]. now rewrite andb_false_r. Qed.

Lemma after_pivot j : after p j = s_blank.
Proof.
  unfold start_tape, used_now. rewrite Nat.eqb_refl, orb_true_r. cbn.
  now rewrite andb_false_r.
Qed.

Lemma after_column i j : j <= b -> after i j = s_blank.
Proof.
  intros. unfold start_tape. destruct (Nat.leb_spec (S b) j); [lia|]. now rewrite andb_false_r.
Qed.

Lemma before_flagged i j : flagged i = true -> b <= j <= d -> before i j = bit (A i j).
Proof.
  intros F J. unfold start_tape. rewrite (flagged_unused _ F).
  destruct (Nat.leb_spec i m).
  - compare_numbers. auto.
  - now rewrite flagged_below in F.
Qed.

Lemma after_flagged i j : flagged i = true -> b < j <= d -> after i j = bit (added i j).
Proof.
  intros F J. unfold start_tape. rewrite (used_now_flagged _ F).
  destruct (Nat.leb_spec i m).
  - compare_numbers. auto.
  - now rewrite flagged_below in F.
Qed.

Lemma before_pivot j : b <= j <= d -> before p j = bit (A p j).
Proof. intros J. unfold start_tape. rewrite pivot_unused. compare_numbers. auto. Qed.

Lemma rise_column c : b <= c <= d ->
  within (3 * (m - p) + 1) (Config q_rise m c (rising c)) (Config q_read p (S c) (reading (S c))).
Proof.
  intros C. apply (rise m d work work_column); [lia|lia|lia| | | |].
  - apply rising_pivot.
  - intros i I. rewrite rising_at by lia. destruct (flagged i) eqn:F.
    + right. rewrite rising_right by lia.
      split; [destruct (c =? b), (added i c); auto|apply (start_plain m d)].
    + left. apply (start_plain m d).
  - intros Z i I. rewrite rising_at by lia. unfold flagged at 1. rewrite (all_below Z) by lia.
    compare_numbers; try reflexivity; now destruct (added _ _).
  - intros i j. unfold risen.
    destruct (Nat.lt_trichotomy j c) as [J|[->|J]].
    + rewrite reading_left, rising_left by lia.
      destruct (Nat.eqb_spec j c), (Nat.eqb_spec j (S c)); try lia. now destruct (_ && _).
    + rewrite reading_left, Nat.eqb_refl by lia.
      destruct (Nat.eq_dec i p) as [->|P].
      { rewrite rising_pivot, after_pivot. compare_numbers. auto. }
      rewrite rising_at by exact P. destruct (flagged i) eqn:F.
      * destruct (Nat.leb_spec p i); [|now rewrite flagged_above in F by lia].
        destruct (Nat.leb_spec i m); [|now rewrite flagged_below in F by lia].
        cbn [andb]. destruct (Nat.eqb_spec c b) as [->|B]; [now rewrite after_column|].
        rewrite after_flagged by (auto; lia). now destruct (added i c).
      * destruct (start_plain m d (S b) added used_now i c) as [->|[->| ->]]; now destruct (_ && _).
    + rewrite rising_right by lia. destruct (Nat.eqb_spec j c); [lia|].
      destruct (Nat.eqb_spec j (S c)) as [->|J'].
      2: { rewrite reading_right by lia. now destruct (_ && _). }
      rewrite reading_at. cbn [andb]. destruct (Nat.eq_dec i p) as [->|P].
      { rewrite rising_pivot, flagged_pivot. cbn. now destruct (_ && _). }
      rewrite rising_at by exact P. destruct (flagged i) eqn:F.
      * destruct (Nat.leb_spec p i); [|now rewrite flagged_above in F by lia].
        destruct (Nat.leb_spec i m); [|now rewrite flagged_below in F by lia].
        replace (is_flag _) with true by (destruct (c =? b), (added i c); reflexivity).
        cbn [andb]. destruct (Nat.leb_spec (S c) d).
        -- rewrite before_flagged by (auto; lia). now destruct (A i (S c)).
        -- now rewrite (proj1 (outside_blank i (S c) ltac:(lia))).
      * replace (is_flag _) with false; [cbn [andb]; now destruct ((p <=? i) && (i <=? m))|].
        now destruct (start_plain m d (S b) added used_now i c) as [->|[->| ->]].
Qed.

(** Down: with a pivot row's bit 1, every flagged bit is flipped. *)
Definition down (v : bool) : state := if v then q_down1 else q_down0.
Definition flipped (v : bool) (a : symbol) : symbol :=
  match v, a with true, s_f1 => s_f0 | true, s_f0 => s_f1 | _, _ => a end.
Definition unpivoted (a : symbol) : Prop := a <> s_x /\ a <> s_P.

Lemma plain_unpivoted a : plain a -> unpivoted a.
Proof. intros [->|[->| ->]]; split; discriminate. Qed.

Lemma down_column c : b < c <= d ->
  within (1 + (m - p)) (Config q_read p c (reading c)) (Config q_rise m c (rising c)).
Proof.
  intros C.
  assert (AT : forall i, i <> p -> i <= m ->
    rising c i c = if p <? i then flipped (A p c) (reading c i c) else reading c i c).
  { intros i P M. rewrite rising_at, reading_at by exact P.
    destruct (Nat.eqb_spec c b); [lia|]. destruct (Nat.leb_spec c d); [|lia]. rewrite andb_true_r.
    destruct (flagged i) eqn:F.
    - unfold added. rewrite F. destruct (Nat.ltb_spec p i); [|now rewrite flagged_above in F by lia].
      now destruct (A i c), (A p c).
    - rewrite unflagged_same by (auto; lia).
      destruct (p <? i); [|reflexivity].
      now destruct (start_plain m d b A used i c) as [->|[->| ->]], (A p c). }
  eapply within_trans.
  - apply within_move with (a := s_P) (go := South) (to := down (A p c)) (blocked := down (A p c))
      (r' := S p) (c' := c)
      (T' := fun i j => if (i =? p) && (j =? c) then s_P else reading c i j).
    + rewrite reading_at, flagged_pivot. cbn [andb]. rewrite before_pivot by lia.
      now destruct (A p c).
    + apply target_south; lia.
    + reflexivity.
  - replace (m - p) with (S (m - p - 1)) by lia.
    apply sweep_south_wall with (q := down (A p c)) (blocked := q_rise) (passes := unpivoted)
      (f := flipped (A p c)); [|lia|lia| |].
    + intros a [X P]. destruct (A p c), a; try easy.
    + intros i I. destruct (Nat.eqb_spec i p); [lia|]. cbn [andb]. rewrite reading_at.
      destruct (_ && _); [destruct (A i c); split; discriminate|].
      apply plain_unpivoted, (start_plain m d).
    + intros i j. destruct (Nat.lt_trichotomy j c) as [J|[->|J]].
      * rewrite rising_left, reading_left by lia. compare_numbers; auto.
      * rewrite Nat.eqb_refl, andb_true_r. cbn [andb].
        destruct (Nat.eqb_spec i p) as [->|P].
        { rewrite rising_pivot. compare_numbers. auto. }
        destruct (Nat.leb_spec i m).
        -- rewrite AT by auto. compare_numbers; auto.
        -- rewrite rising_at, reading_at, flagged_below by lia. cbn [andb].
           replace (i <? S m) with false by (symmetry; apply Nat.ltb_ge; lia).
           rewrite andb_false_r. rewrite unflagged_same; auto; [apply flagged_below|]; lia.
      * rewrite rising_right, reading_right by lia. compare_numbers; auto.
Qed.

(** From the pivot's column through the label column. *)
Lemma columns_done n : forall c, b <= c -> c + n = d ->
  within (3 * (m - p) + 1 + n * (4 * (m - p) + 2))
    (Config q_rise m c (rising c)) (Config q_read p (S d) (reading (S d))).
Proof.
  induction n as [|n IH]; intros c C D.
  - replace c with d by lia. rewrite Nat.add_0_r. apply rise_column; lia.
  - replace (3 * (m - p) + 1 + S n * (4 * (m - p) + 2))
      with (3 * (m - p) + 1 + (1 + (m - p) + (3 * (m - p) + 1 + n * (4 * (m - p) + 2)))) by ring.
    eapply within_trans; [|eapply within_trans].
    + apply rise_column; lia.
    + apply down_column; lia.
    + apply IH; lia.
Qed.

(** The pivot row is used up: south, and west along the last row. *)
Lemma back_to_the_column :
  within (1 + (m - p + 1) + (d - b))
    (Config q_read p (S d) (reading (S d))) (Config q_west m b after).
Proof.
  assert (R : forall i j, reading (S d) i j = after i j).
  { intros i j. destruct (Nat.lt_trichotomy j (S d)) as [J|[->|J]].
    - apply reading_left; lia.
    - rewrite reading_at. destruct (Nat.leb_spec (S d) d); [lia|]. rewrite andb_false_r.
      now destruct (outside_blank i (S d) ltac:(lia)) as [-> ->].
    - rewrite reading_right by lia. now destruct (outside_blank i j ltac:(lia)) as [-> ->]. }
  eapply within_trans; [eapply within_trans|].
  - apply within_move with (a := s_blank) (go := West) (to := q_south) (blocked := q_south)
      (r' := p) (c' := d) (T' := after).
    + rewrite R, after_pivot. reflexivity.
    + reflexivity.
    + intros i j. rewrite R. destruct (Nat.eqb_spec i p) as [->|]; [|reflexivity].
      destruct (j =? S d); [apply after_pivot|reflexivity].
  - replace (m - p + 1) with (S (m - p)) by lia.
    apply sweep_south_wall with (q := q_south) (blocked := q_west) (passes := plain) (bottom := m)
      (T' := after) (f := fun a => a); [|lia|lia| |].
    + intros a [->|[->| ->]]; reflexivity.
    + intros; apply (start_plain m d).
    + intros. now destruct (_ && _).
  - apply sweep_west with (q := q_west) (blocked := q_west)
      (passes := fun a => a = s_0 \/ a = s_1); [lia| |].
    + intros a [-> | ->]; reflexivity.
    + intros j J. unfold start_tape, used_now. rewrite last_unused.
      compare_numbers. destruct (added m j); cbn; auto.
Qed.

(** All of it, and a step east. *)
Lemma column_with_pivot :
  within (m + 2 + (4 * (m - p) + 3) * (d + 1 - b))
    (Config q_find 0 b before) (Config q_peek m (S b) after).
Proof.
  eapply within_more; [| |eapply within_trans; [eapply within_trans; [eapply within_trans|]|]].
  3: apply find_and_flag.
  3: apply columns_done with (n := d - b); lia.
  3: apply back_to_the_column.
  3: { apply within_move with (a := s_blank) (go := East) (blocked := q_peek).
       - now rewrite after_column by lia.
       - apply target_east; lia.
       - intros i j. destruct (Nat.eqb_spec j b) as [->|]; [|now rewrite andb_false_r].
         rewrite after_column by lia. now destruct (_ && _). }
  all: replace (d + 1 - b) with (S (d - b)) by lia; generalize (d - b); intros n.
  all: assert (p + (m - p) = m) by lia; nia.
Qed.

End Column.
