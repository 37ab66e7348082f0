(** The list program's rows, cell by cell: one of its columns is what the machine's sweeps work out. *)

From Coq Require Import Arith Bool Lia List.
From RCNN Require Import Machine MachineTable MachineRise MachineColumn.
From RCNN Require RowReduction.
Import ListNotations.

Notation row := RowReduction.row.
Notation row_bit := RowReduction.bit.

(** ** Sweeps of the list program, cell by cell *)

Definition matrix_of (rows : list row) : matrix := fun i j => row_bit (nth i rows []) j.

Definition rectangle (height width : nat) (rows : list row) : Prop :=
  length rows = height /\ forall r, In r rows -> length r = width.

Lemma add_bit u v j : length u = length v ->
  row_bit (RowReduction.add u v) j = xorb (row_bit u j) (row_bit v j).
Proof.
  unfold row_bit, RowReduction.add. revert v j.
  induction u as [|a u IH]; intros [|b v] j L; try discriminate.
  - now destruct j.
  - destruct j; [reflexivity|]. apply (IH v j). now injection L.
Qed.

Lemma add_length u v : length u = length v -> length (RowReduction.add u v) = length u.
Proof. intros L. unfold RowReduction.add. rewrite map_length, combine_length, L. apply Nat.min_id. Qed.

Lemma zeros_bit (r : row) j : row_bit (map (fun _ => false) r) j = false.
Proof. unfold row_bit. revert j. induction r as [|a r IH]; intros [|j]; cbn; auto. Qed.

Lemma empty_bit j : row_bit [] j = false.
Proof. now destruct j. Qed.

Lemma sweep_length c (rows : list row) : forall pivot, length (RowReduction.sweep c pivot rows) = length rows.
Proof.
  induction rows as [|r rows IH]; intros pivot; cbn; auto.
  destruct (row_bit r c), pivot; cbn; now rewrite IH.
Qed.

Lemma sweep_width c w (rows : list row) : forall pivot,
  (forall r, In r rows -> length r = w) ->
  match pivot with Some p => length p = w | None => True end ->
  forall r, In r (RowReduction.sweep c pivot rows) -> length r = w.
Proof.
  induction rows as [|u rows IH]; intros pivot W P r; cbn; [easy|].
  assert (U : length u = w) by (apply W; now left).
  assert (W' : forall r, In r rows -> length r = w) by (intros; apply W; now right).
  destruct (row_bit u c), pivot as [p|].
  - intros [<-|I]; [rewrite add_length; congruence|]. now apply (IH (Some p)) in I.
  - intros [<-|I]; [destruct rows; [exact U|now rewrite map_length]|]. now apply (IH (Some u)) in I.
  - intros [<-|I]; [exact U|]. now apply (IH (Some p)) in I.
  - intros [<-|I]; [exact U|]. now apply (IH None) in I.
Qed.

Lemma sweep_below c p (rows : list row) : forall i,
  nth i (RowReduction.sweep c (Some p) rows) []
  = if row_bit (nth i rows []) c then RowReduction.add (nth i rows []) p else nth i rows [].
Proof.
  induction rows as [|r rows IH]; intros i.
  - destruct i; cbn [RowReduction.sweep nth]; now rewrite empty_bit.
  - cbn [RowReduction.sweep]. destruct (row_bit r c) eqn:B, i; cbn [nth]; rewrite ?B; auto.
Qed.

Lemma sweep_nothing c (rows : list row) :
  (forall i, S i < length rows -> row_bit (nth i rows []) c = false) ->
  RowReduction.sweep c None rows = rows.
Proof.
  induction rows as [|r [|s rows] IH]; intros N; [reflexivity| |].
  - cbn. now destruct (row_bit r c).
  - cbn - [RowReduction.sweep]. change (RowReduction.sweep c None (r :: s :: rows))
      with (if row_bit r c then map (fun _ => false) r :: RowReduction.sweep c (Some r) (s :: rows)
            else r :: RowReduction.sweep c None (s :: rows)).
    assert (E := N 0 ltac:(cbn; lia)). cbn [nth] in E. rewrite E. f_equal. apply IH.
    intros i I. apply (N (S i)). cbn in *. lia.
Qed.

Lemma sweep_pivot c : forall p (rows : list row),
  S p < length rows -> row_bit (nth p rows []) c = true ->
  (forall i, i < p -> row_bit (nth i rows []) c = false) ->
  forall i, nth i (RowReduction.sweep c None rows) []
  = if i <? p then nth i rows []
    else if i =? p then map (fun _ => false) (nth p rows [])
    else if row_bit (nth i rows []) c then RowReduction.add (nth i rows []) (nth p rows [])
    else nth i rows [].
Proof.
  induction p as [|p IH]; intros [|r [|s rows]] L P F i; cbn in L; try lia.
  - cbn [nth] in P. change (RowReduction.sweep c None (r :: s :: rows))
      with (if row_bit r c then map (fun _ => false) r :: RowReduction.sweep c (Some r) (s :: rows)
            else r :: RowReduction.sweep c None (s :: rows)).
    rewrite P. destruct i; [reflexivity|]. cbn [nth]. now rewrite sweep_below.
  - assert (E := F 0 ltac:(lia)). cbn [nth] in E.
    change (RowReduction.sweep c None (r :: s :: rows))
      with (if row_bit r c then map (fun _ => false) r :: RowReduction.sweep c (Some r) (s :: rows)
            else r :: RowReduction.sweep c None (s :: rows)).
    rewrite E. destruct i; [reflexivity|]. cbn [nth].
    rewrite (IH (s :: rows)); [reflexivity|cbn; lia|exact P|].
    intros k K. apply (F (S k)). lia.
Qed.

(** One column of the list program is the column that the machine's sweeps work out. *)
Lemma sweep_added m w c p rows : rectangle (S m) w rows ->
  p < m -> matrix_of rows p c = true -> (forall i, i < p -> matrix_of rows i c = false) ->
  forall i j, matrix_of (RowReduction.sweep c None rows) i j = added m (matrix_of rows) c p i j.
Proof.
  intros (H & W) P B F i j. unfold matrix_of at 1.
  rewrite (sweep_pivot c p rows ltac:(lia) B F). unfold added, flagged.
  destruct (Nat.ltb_spec i p).
  - destruct (Nat.ltb_spec p i); [lia|]. now destruct (Nat.eqb_spec i p); [lia|].
  - destruct (Nat.eqb_spec i p) as [->|N].
    + rewrite zeros_bit. now destruct (Nat.ltb_spec p p); [lia|].
    + destruct (Nat.ltb_spec p i); [cbn [andb]|lia].
      destruct (Nat.leb_spec i m); cbn [andb].
      * unfold matrix_of. destruct (row_bit (nth i rows []) c); [|reflexivity].
        apply add_bit. rewrite !W; auto; apply nth_In; lia.
      * unfold matrix_of. rewrite (nth_overflow rows) by lia. now rewrite empty_bit.
Qed.

Lemma sweep_rectangle h w c rows :
  rectangle h w rows -> rectangle h w (RowReduction.sweep c None rows).
Proof. intros (H & W). split; [now rewrite sweep_length|]. now apply sweep_width. Qed.

Lemma reduced_rectangle h w b rows :
  rectangle h w rows -> rectangle h w (RowReduction.reduced b rows).
Proof. intros R. induction b; [exact R|]. now apply sweep_rectangle. Qed.
