(** The list program [reduce_rows] satisfies the recurrences that the waves compute. *)

From Coq Require Import List Bool Arith Lia.
From RCNN Require Import RowReduction.
Import ListNotations.

Lemma length_add : forall u v, length (add u v) = Nat.min (length u) (length v).
Proof. intros. unfold add. rewrite map_length, combine_length. reflexivity. Qed.

Lemma bit_add : forall u v c, c < length u -> c < length v ->
  bit (add u v) c = xorb (bit u c) (bit v c).
Proof.
  unfold bit, add. induction u as [|x u IH]; intros [|y v] [|c] Hu Hv; simpl in *; try lia.
  - reflexivity.
  - apply IH; lia.
Qed.

Lemma bit_zeros : forall (r : row) c, bit (map (fun _ => false) r) c = false.
Proof. unfold bit. induction r as [|x r IH]; intros [|c]; simpl; auto. Qed.

Lemma length_sweep : forall column rows pivot, length (sweep column pivot rows) = length rows.
Proof.
  induction rows as [|r rows IH]; intros pivot; [reflexivity|]. cbn [sweep].
  destruct (bit r column); [destruct pivot|]; simpl; rewrite IH; reflexivity.
Qed.

Definition has (column : nat) (r : row) : bool := bit r column.

(** One row of a sweep. *)
Lemma nth_sweep : forall column rows pivot a, a < length rows ->
  nth a (sweep column pivot rows) [] =
  let r := nth a rows [] in
  if bit r column then
    match (match pivot with Some _ => pivot | None => find (has column) (firstn a rows) end) with
    | Some p => add r p
    | None => if S a =? length rows then r else map (fun _ => false) r
    end
  else r.
Proof.
  induction rows as [|r rows IH]; intros pivot a H; [simpl in H; lia|].
  destruct a as [|a].
  - cbn [sweep nth firstn find]. destruct (bit r column); [|reflexivity].
    destruct pivot; [reflexivity|]. destruct rows; reflexivity.
  - cbn [length] in H. cbn [sweep].
    destruct (bit r column) eqn:B.
    + destruct pivot as [p|]; cbn [nth firstn find].
      * rewrite IH by lia. destruct rows; reflexivity.
      * change (has column r) with (bit r column). rewrite B. rewrite IH by lia. reflexivity.
    + cbn [nth firstn find]. change (has column r) with (bit r column). rewrite B. rewrite IH by lia. reflexivity.
Qed.

Section Rows.

(** [m + 1] rows of [d + 1] bits. *)
Variables (m d : nat) (rows : list row).
Hypothesis height : length rows = m + 1.
Hypothesis width : Forall (fun r => length r = d + 1) rows.

Definition bits (w a c : nat) : bool := bit (nth a (reduced w rows) []) c.
Definition pivot_row (w a : nat) : option row := find (has w) (firstn a (reduced w rows)).
Definition found (w a : nat) : bool := match pivot_row w a with Some _ => true | None => false end.
Definition pivot (w a c : nat) : bool :=
  match pivot_row w a with Some p => bit p c | None => false end.

Lemma reduced_height : forall w, length (reduced w rows) = m + 1.
Proof. induction w; simpl; [assumption|]. rewrite length_sweep. assumption. Qed.

Lemma sweep_width : forall column table p, Forall (fun r => length r = d + 1) table ->
  match p with Some q => length q = d + 1 | None => True end ->
  Forall (fun r => length r = d + 1) (sweep column p table).
Proof.
  induction table as [|r table IH]; intros p F P; [constructor|].
  inversion F; subst. cbn [sweep]. destruct (bit r column); [destruct p as [q|]|].
  - constructor; [rewrite length_add; lia|]. apply IH; assumption.
  - constructor; [|apply IH; assumption].
    destruct table; [assumption|rewrite map_length; assumption].
  - constructor; [assumption|]. apply IH; assumption.
Qed.

Lemma reduced_width : forall w, Forall (fun r => length r = d + 1) (reduced w rows).
Proof. induction w; simpl; [assumption|]. apply sweep_width; [assumption|exact I]. Qed.

Lemma row_width : forall w a, a < m + 1 -> length (nth a (reduced w rows) []) = d + 1.
Proof.
  intros w a H. pose proof (reduced_width w) as F. rewrite Forall_forall in F. apply F, nth_In.
  rewrite reduced_height. assumption.
Qed.

Lemma find_app : forall (f : row -> bool) u v,
  find f (u ++ v) = match find f u with Some r => Some r | None => find f v end.
Proof. induction u as [|r u IH]; intros; simpl; [reflexivity|]. destruct (f r); auto. Qed.

Lemma firstn_next : forall (l : list row) a, a < length l ->
  firstn (S a) l = firstn a l ++ [nth a l []].
Proof.
  induction l as [|r l IH]; intros [|a] H; simpl in *; try lia; [reflexivity|].
  f_equal. apply IH. lia.
Qed.

Lemma pivot_row_next : forall w a, a < m ->
  pivot_row w (S a) =
  match pivot_row w a with
  | Some p => Some p
  | None => if bits w a w then Some (nth a (reduced w rows) []) else None
  end.
Proof.
  intros w a H. unfold pivot_row. rewrite firstn_next by (rewrite reduced_height; lia).
  rewrite find_app. simpl. reflexivity.
Qed.

Lemma found_next : forall w a, a < m -> found w (S a) = bits w a w || found w a.
Proof.
  intros w a H. unfold found. rewrite pivot_row_next by assumption.
  destruct (pivot_row w a), (bits w a w); reflexivity.
Qed.

Lemma pivot_next : forall w a c, a < m ->
  pivot w (S a) c = if bits w a w && negb (found w a) then bits w a c else pivot w a c.
Proof.
  intros w a c H. unfold pivot, found. rewrite pivot_row_next by assumption.
  destruct (pivot_row w a), (bits w a w); reflexivity.
Qed.

Lemma bits_next : forall w a c, a < m + 1 -> c < d + 1 ->
  bits (S w) a c =
  if bits w a w then
    if found w a then xorb (bits w a c) (pivot w a c)
    else if a =? m then bits w a c else false
  else bits w a c.
Proof.
  intros w a c Ha Hc. unfold bits at 1. cbn [reduced].
  rewrite nth_sweep by (rewrite reduced_height; assumption).
  cbv zeta. fold (bits w a w). unfold found, pivot, pivot_row.
  destruct (bits w a w); [|reflexivity].
  destruct (find (has w) (firstn a (reduced w rows))) as [p|] eqn:E.
  - apply find_some in E. destruct E as [E _].
    assert (L : length p = d + 1).
    { pose proof (reduced_width w) as F. rewrite Forall_forall in F. apply F.
      rewrite <- (firstn_skipn a). apply in_or_app. left. assumption. }
    rewrite bit_add by (rewrite ?row_width, ?L by assumption; assumption). reflexivity.
  - rewrite reduced_height. replace (S a =? m + 1) with (a =? m).
    + destruct (a =? m); [reflexivity|apply bit_zeros].
    + destruct (Nat.eqb_spec a m), (Nat.eqb_spec (S a) (m + 1)); try reflexivity; lia.
Qed.

Lemma last_nth : forall A (l : list A) x, last l x = nth (length l - 1) l x.
Proof.
  induction l as [|y l IH]; intros x; [reflexivity|].
  destruct l as [|z l]; [reflexivity|].
  change (last (y :: z :: l) x) with (last (z :: l) x). rewrite IH. simpl.
  rewrite Nat.sub_0_r. reflexivity.
Qed.

(** The answer. *)
Lemma reduce_rows_bits : reduce_rows d rows = bits d m d.
Proof.
  unfold reduce_rows, bits. rewrite last_nth, reduced_height.
  replace (m + 1 - 1) with m by lia. reflexivity.
Qed.

End Rows.
