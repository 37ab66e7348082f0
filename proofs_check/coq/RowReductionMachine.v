(** The row-reduction machine is row reduction, for all sizes, and its step bound.

    [MachineColumn] says what the machine does to one column, and [RowMatrix] that the list program does
    the same; here the columns are put together and the steps are counted. *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine MachineTable MachineRise MachineColumn MachineTurns RowMatrix.
From RCNN Require RowReduction Network.
Import ListNotations.

(** The first of [n] rows that has a property, if there is one. *)
Lemma first_row (f : nat -> bool) n :
  (exists p, p < n /\ f p = true /\ forall i, i < p -> f i = false) \/ (forall i, i < n -> f i = false).
Proof.
  induction n as [|n [(p & P & F & B)|N]].
  - right. lia.
  - left. exists p. repeat split; auto.
  - destruct (f n) eqn:E.
    + left. exists n. repeat split; auto.
    + right. intros i I. destruct (Nat.eq_dec i n) as [->|]; auto. apply N. lia.
Qed.

(** ** The count of steps *)

Fixpoint total (f : nat -> nat) (n : nat) : nat :=
  match n with 0 => 0 | S n => total f n + f n end.

(** What a pivot in row [p] costs in each column from its own on. *)
Definition price (m p : nat) : nat := 4 * (m - p) + 3.

Definition paid (m : nat) (used : nat -> bool) (n : nat) : nat :=
  total (fun i => if used i then price m i else 0) n.
Definition number (used : nat -> bool) (n : nat) : nat := total (fun i => if used i then 1 else 0) n.

(** The most steps on [m] examples with [d >= 1] features: column [b] has its pivot in row [b]. *)
Definition worst_case_steps (m d : nat) : nat :=
  d * (m + 2) + (d - 1) * (m + 3) + 2
  + total (fun b => if b <? m then price m b * (d + 1 - b) else 0) d.

Lemma number_le used n : number used n <= n.
Proof. unfold number. induction n; cbn; [lia|]. destruct (used n); lia. Qed.

(** Pivots cost most in the first rows. *)
Lemma paid_most m used n : paid m used n <= total (price m) (number used n).
Proof.
  induction n as [|n IH]; [reflexivity|]. assert (L := number_le used n).
  unfold paid, number in *. cbn [total].
  set (k := total (fun i => if used i then 1 else 0) n) in *.
  destruct (used n); [|now rewrite !Nat.add_0_r].
  rewrite Nat.add_1_r. cbn [total]. assert (price m n <= price m k) by (unfold price; lia). lia.
Qed.

Lemma total_mono f a b : a <= b -> total f a <= total f b.
Proof. induction 1; cbn; lia. Qed.

Lemma total_cut m n : total (fun b => if b <? m then price m b else 0) n = total (price m) (min n m).
Proof.
  induction n as [|n IH]; [reflexivity|]. cbn [total]. rewrite IH.
  destruct (Nat.ltb_spec n m).
  - now rewrite !Nat.min_l by lia.
  - rewrite !Nat.min_r by lia. lia.
Qed.

Lemma total_add f g p n : p < n -> (forall i, i <> p -> g i = f i) ->
  total g n + f p = total f n + g p.
Proof.
  intros P E. induction n as [|n IH]; [lia|]. cbn.
  assert (SAME : forall k, k <= p -> total g k = total f k).
  { induction k as [|k IHk]; intros K; [reflexivity|]. cbn. rewrite IHk, E by lia. reflexivity. }
  destruct (Nat.eq_dec p n) as [->|].
  - rewrite SAME by lia. lia.
  - rewrite (E n) by lia. specialize (IH ltac:(lia)). lia.
Qed.

Lemma number_next used p n : p < n -> used p = false ->
  number (used_now used p) n = S (number used n).
Proof.
  intros P U. unfold number.
  assert (A := total_add (fun i => if used i then 1 else 0)
    (fun i => if used_now used p i then 1 else 0) p n P).
  cbv beta in A. unfold used_now at 1 3 in A. rewrite U, Nat.eqb_refl in A. cbn in A.
  rewrite Nat.add_0_r, Nat.add_1_r in A. apply A.
  intros i I. unfold used_now. apply Nat.eqb_neq in I. now rewrite I, orb_false_r.
Qed.

Lemma paid_next m used p n : p < n -> used p = false ->
  paid m (used_now used p) n = paid m used n + price m p.
Proof.
  intros P U. unfold paid.
  assert (A := total_add (fun i => if used i then price m i else 0)
    (fun i => if used_now used p i then price m i else 0) p n P).
  cbv beta in A. unfold used_now at 1 3 in A. rewrite U, Nat.eqb_refl in A. cbn in A.
  rewrite Nat.add_0_r in A. apply A.
  intros i I. unfold used_now. apply Nat.eqb_neq in I. now rewrite I, orb_false_r.
Qed.

(** ** All columns *)

Section AllColumns.

Variables (m d work : nat) (rows : list row).
Hypothesis work_column : 1 <= work.
Hypothesis features : 1 <= d.
Hypothesis shape : rectangle (S m) (S d) rows.

Notation within := (within machine (S m) (S d + work) False).
Notation bits b := (matrix_of (RowReduction.reduced b rows)).
Notation nobody := (fun _ : nat => false).

(** [used] are the rows that were pivots before column [b], and [spent] is what they cost so far. *)
Record pivots (b : nat) (used : nat -> bool) (spent : nat) : Prop := {
  zero : forall i j, used i = true -> bits b i j = false;
  last_row : used m = false;
  at_most : number used m <= b;
  bound : spent + (d + 1 - b) * total (price m) (min b m)
    <= total (fun b => if b <? m then price m b * (d + 1 - b) else 0) b
       + (d + 1 - b) * paid m used m }.

Lemma start_tape_same b A A' used used' :
  (forall i j, A i j = A' i j) -> (forall i, used i = used' i) ->
  forall i j, start_tape m d b A used i j = start_tape m d b A' used' i j.
Proof. intros E U i j. unfold start_tape. now rewrite E, U. Qed.

Lemma bound_next b used used' spent price_now :
  b < d ->
  spent + (d + 1 - b) * total (price m) (min b m)
    <= total (fun b => if b <? m then price m b * (d + 1 - b) else 0) b
       + (d + 1 - b) * paid m used m ->
  paid m used' m = paid m used m + price_now ->
  number used' m <= S b ->
  spent + price_now * (d + 1 - b) + (d + 1 - S b) * total (price m) (min (S b) m)
    <= total (fun b => if b <? m then price m b * (d + 1 - b) else 0) (S b)
       + (d + 1 - S b) * paid m used' m.
Proof.
  intros D B E N.
  assert (MOST : paid m used' m <= total (price m) (min (S b) m)).
  { etransitivity; [apply paid_most|]. apply total_mono.
    assert (L := number_le used' m). lia. }
  rewrite E in *. cbn [total].
  assert (NEXT : total (price m) (min (S b) m)
    = total (price m) (min b m) + (if b <? m then price m b else 0)).
  { rewrite <- !total_cut. reflexivity. }
  rewrite NEXT in *.
  replace (if b <? m then price m b * (d + 1 - b) else 0)
    with ((if b <? m then price m b else 0) * (d + 1 - b)) by (now destruct (b <? m)).
  replace (d + 1 - b) with (S (d - b)) in * by lia.
  replace (d + 1 - S b) with (d - b) in * by lia.
  revert B MOST.
  generalize (d - b) (total (price m) (min b m)) (if b <? m then price m b else 0)
    (total (fun b => if b <? m then price m b * (d + 1 - b) else 0) b) (paid m used m).
  intros e gamma h W G B MOST. nia.
Qed.

(** One column, wherever its pivot is. *)
Lemma one_column b used spent : b < d -> pivots b used spent ->
  exists used' now, pivots (S b) used' (spent + now)
    /\ within (m + 2 + now) (Config q_find 0 b (start_tape m d b (bits b) used))
         (Config q_peek m (S b) (start_tape m d (S b) (bits (S b)) used')).
Proof.
  intros D P. assert (R := reduced_rectangle _ _ b _ shape).
  destruct (first_row (fun i => bits b i b) m) as [(p & L & B & F)|N].
  - assert (U : used p = false).
    { destruct (used p) eqn:U; auto. rewrite (zero _ _ _ P _ b U) in B. discriminate. }
    assert (E : forall i j, bits (S b) i j = added m (bits b) b p i j).
    { intros i j. apply (sweep_added m (S d)); auto. }
    exists (used_now used p), (price m p * (d + 1 - b)). split; [split|].
    + intros i j I. rewrite E. unfold added, used_now in *.
      destruct (flagged m (bits b) b p i) eqn:FL.
      * unfold flagged in FL. apply orb_prop in I as [I|I].
        -- rewrite (zero _ _ _ P _ b I), andb_false_r in FL. discriminate.
        -- apply Nat.eqb_eq in I as ->. now rewrite Nat.ltb_irrefl in FL.
      * destruct (Nat.eqb_spec i p); auto. rewrite orb_false_r in I. now apply (zero _ _ _ P).
    + unfold used_now. rewrite (last_row _ _ _ P). cbn. apply Nat.eqb_neq. lia.
    + rewrite number_next by auto. assert (M := at_most _ _ _ P). lia.
    + apply bound_next with (used := used); auto; [apply (bound _ _ _ P)|now apply paid_next|].
      rewrite number_next by auto. assert (M := at_most _ _ _ P). lia.
    + replace (m + 2 + price m p * (d + 1 - b))
        with (m + 2 + (4 * (m - p) + 3) * (d + 1 - b) + 0) by (unfold price; lia).
      eapply within_trans.
      { apply column_with_pivot with (p := p); auto; [apply (zero _ _ _ P)|apply (last_row _ _ _ P)]. }
      apply within_same. repeat split.
      intros i j. apply start_tape_same; auto.
  - assert (E : RowReduction.reduced (S b) rows = RowReduction.reduced b rows).
    { cbn [RowReduction.reduced]. apply sweep_nothing. intros i I.
      destruct R as (H & _). apply N. lia. }
    exists used, 0. split; [split|].
    + rewrite E. apply (zero _ _ _ P).
    + apply (last_row _ _ _ P).
    + assert (M := at_most _ _ _ P). lia.
    + apply (bound_next b used used spent 0); auto; [apply (bound _ _ _ P)|].
      assert (M := at_most _ _ _ P). lia.
    + rewrite E, Nat.add_0_r. apply column_without_pivot; auto. apply (last_row _ _ _ P).
Qed.

Lemma start_pivots : pivots 0 nobody 0.
Proof. split; [discriminate|reflexivity| |]; unfold number, paid.
  - clear. induction m; cbn; lia.
  - replace (total (fun i => 0) m) with 0 by (clear; induction m; cbn; lia). cbn. lia.
Qed.

(** After [b >= 1] columns the head peeks at the next one. *)
Lemma some_columns b : b < d -> exists used spent, pivots (S b) used spent
  /\ within (S b * (m + 2) + b * (m + 3) + spent)
       (Config q_find 0 0 (start_tape m d 0 (bits 0) nobody))
       (Config q_peek m (S b) (start_tape m d (S b) (bits (S b)) used)).
Proof.
  induction b as [|b IH]; intros D.
  - destruct (one_column 0 nobody 0 D start_pivots) as (used & now & P & R).
    exists used, now. split; [exact P|].
    replace (1 * (m + 2) + 0 * (m + 3) + now) with (m + 2 + now) by lia. exact R.
  - destruct IH as (used & spent & P & R); [lia|].
    destruct (one_column (S b) used spent D P) as (used' & now & P' & R').
    exists used', (spent + now). split; [exact P'|].
    replace (S (S b) * (m + 2) + S b * (m + 3) + (spent + now))
      with (S b * (m + 2) + b * (m + 3) + spent + (m + 3) + (m + 2 + now)) by ring.
    eapply within_trans; [eapply within_trans; [exact R|]|exact R'].
    apply next_column; auto. apply (last_row _ _ _ P).
Qed.

Lemma to_the_answer : exists used, used m = false
  /\ within (worst_case_steps m d)
       (Config q_find 0 0 (start_tape m d 0 (bits 0) nobody))
       (Config q_answer m d (start_tape m d d (bits d) used)).
Proof.
  destruct (some_columns (d - 1)) as (used & spent & P & R); [lia|].
  replace (S (d - 1)) with d in P by lia. exists used. split; [apply (last_row _ _ _ P)|].
  assert (B := bound _ _ _ P). assert (M := paid_most m used m).
  assert (L := number_le used m). assert (N := at_most _ _ _ P).
  assert (T := total_mono (price m) (number used m) (min d m) ltac:(lia)).
  replace (d + 1 - d) with 1 in B by lia.
  eapply within_more; [|intros []|eapply within_trans; [exact R|]].
  2: { assert (E := label_column m d work work_column False
         (bits (S (d - 1))) used (d - 1) (last_row _ _ _ P) ltac:(lia)).
       replace (start_tape m d d (bits d)) with (start_tape m d d (bits (S (d - 1))))
         by (do 3 f_equal; lia). exact E. }
  unfold worst_case_steps. replace (S (d - 1)) with d by lia. lia.
Qed.

End AllColumns.

(** ** The theorem *)

(** The tape for rows of bits; what is not given is blank. *)
Definition data_tape (rows : list row) : tape symbol := fun i j =>
  match nth_error rows i with
  | Some r => match nth_error r j with Some b => bit b | None => blank end
  | None => blank
  end.

Lemma data_tape_start m d rows : rectangle (S m) (S d) rows -> forall i j,
  data_tape rows i j = start_tape m d 0 (matrix_of rows) (fun _ => false) i j.
Proof.
  intros (H & W) i j. unfold data_tape, start_tape, matrix_of. cbn [negb]. rewrite andb_true_r.
  destruct (Nat.leb_spec i m) as [I|I].
  - destruct (nth_error rows i) as [r|] eqn:E; [|apply nth_error_None in E; lia].
    assert (R := W r (nth_error_In _ _ E)). rewrite (nth_error_nth _ _ _ E).
    destruct (Nat.leb_spec j d) as [J|J].
    + destruct (nth_error r j) as [b|] eqn:F; [|apply nth_error_None in F; lia].
      unfold row_bit. now rewrite (nth_error_nth _ _ _ F).
    + destruct (nth_error r j) as [b|] eqn:F; [|reflexivity].
      assert (j < length r) by (apply nth_error_Some; congruence). lia.
  - destruct (nth_error rows i) as [r|] eqn:E; [|reflexivity].
    assert (i < length rows) by (apply nth_error_Some; congruence). lia.
Qed.

(** On every data set of [m] examples with [d >= 1] features and every test example, with any number
    of blank columns from 1 on, the machine halts after at most [worst_case_steps m d] steps, with the
    sign of row reduction's prediction as its verdict. *)
Theorem machine_is_row_reduction (data : list (row * bool)) (test : row) (work : nat) :
  let m := length data in let d := length test in
  (forall x y, In (x, y) data -> length x = d) -> 1 <= d -> 1 <= work ->
  exists steps final,
    steps <= worst_case_steps m d
    /\ run machine (S m) (S d + work) steps
         (Config start 0 0 (data_tape (RowReduction.data_rows data test))) = Some final
    /\ halted machine final = Some (Network.sign (RowReduction.row_reduction data test)).
Proof.
  intros m d X D W. set (rows := RowReduction.data_rows data test).
  assert (R : rectangle (S m) (S d) rows).
  { unfold rows, RowReduction.data_rows. split.
    - rewrite app_length, map_length. apply Nat.add_1_r.
    - intros r I. apply in_app_or in I as [I|[<-|[]]].
      + apply in_map_iff in I as ([x y] & <- & I). rewrite app_length. cbn.
        rewrite (X x y I). lia.
      + rewrite app_length. cbn. subst d. lia. }
  destruct (to_the_answer m d work rows W D R) as (used & L & H).
  assert (H' : within machine (S m) (S d + work) False (worst_case_steps m d)
    (Config start 0 0 (data_tape rows))
    (Config q_answer m d (start_tape m d d (matrix_of (RowReduction.reduced d rows)) used))).
  { apply (within_trans _ _ _ _ 0 _ _ (Config q_find 0 0 (start_tape m d 0 (matrix_of rows) (fun _ => false))));
      [|exact H].
    apply within_same. repeat split. now apply data_tape_start. }
  apply within_run in H' as (steps & final & N & _ & E & S).
  exists steps, final. repeat split; auto.
  rewrite (halted_same _ _ _ S), (answer_halts m d work) by assumption.
  unfold Network.sign, RowReduction.row_reduction, RowReduction.reduce_rows. fold d rows.
  do 2 f_equal. unfold matrix_of.
  assert (Q := reduced_rectangle _ _ d _ R). destruct Q as (Q & _).
  set (reduced := RowReduction.reduced d rows) in *. clearbody reduced.
  destruct reduced as [|r reduced] using rev_ind; [discriminate|].
  rewrite last_last. rewrite app_length in Q. cbn in Q.
  replace m with (length reduced) by lia. now rewrite nth_middle.
Qed.

Print Assumptions machine_is_row_reduction.
