(** Rows of bits, and sums of rows. *)

From Coq Require Import List Bool Arith Lia.
From RCNN Require Import RowReduction Recurrences OnlineLearner.
Import ListNotations.

(** ** Rows of [width] bits *)

Lemma same_bits : forall u v : row, length u = length v ->
  (forall c, c < length u -> bit u c = bit v c) -> u = v.
Proof. intros u v L E. apply (nth_ext u v false false L). exact E. Qed.

Lemma zeros_length : forall n, length (repeat false n) = n.
Proof. intros. apply repeat_length. Qed.

Lemma zeros_bit : forall n c, bit (repeat false n) c = false.
Proof. unfold bit. induction n; intros [|c]; simpl; auto. Qed.

Lemma add_length : forall u v, length u = length v -> length (add u v) = length u.
Proof. intros. rewrite length_add. lia. Qed.

Lemma add_bit : forall u v c, length u = length v -> bit (add u v) c = xorb (bit u c) (bit v c).
Proof.
  intros u v c L. destruct (Nat.lt_ge_cases c (length u)) as [H|H].
  - apply bit_add; lia.
  - unfold bit. rewrite !nth_overflow; rewrite ?add_length; auto; lia.
Qed.

Ltac widths := repeat rewrite ?add_length, ?zeros_length by widths; congruence.
Ltac bitwise :=
  apply same_bits; [widths|intros; repeat rewrite ?add_bit, ?zeros_bit by widths].
Ltac by_bits :=
  bitwise; repeat match goal with |- context [bit ?u ?c] => destruct (bit u c) end; reflexivity.

Lemma add_comm : forall u v, length u = length v -> add u v = add v u.
Proof. intros. by_bits. Qed.

Lemma add_assoc : forall u v w, length u = length v -> length v = length w ->
  add (add u v) w = add u (add v w).
Proof. intros. by_bits. Qed.

Lemma add_zeros : forall n v, length v = n -> add v (repeat false n) = v.
Proof. intros n v <-. by_bits. Qed.

Lemma add_self : forall v, add v v = repeat false (length v).
Proof. intros. by_bits. Qed.

Lemma labelled_length : forall x y, length (labelled (x, y)) = length x + 1.
Proof. intros. unfold labelled. rewrite app_length. reflexivity. Qed.

Lemma labelled_bit : forall x y c, c < length x -> bit (labelled (x, y)) c = bit x c.
Proof. intros. unfold bit, labelled. apply app_nth1. assumption. Qed.

Lemma labelled_label : forall x y, bit (labelled (x, y)) (length x) = y.
Proof. intros. unfold bit, labelled. cbn [fst snd]. rewrite app_nth2, Nat.sub_diag by lia. reflexivity. Qed.

Lemma labelled_add : forall u v p q, length u = length v ->
  labelled (add u v, xorb p q) = add (labelled (u, p)) (labelled (v, q)).
Proof.
  intros u v p q. unfold labelled, add. cbn [fst snd]. revert v.
  induction u as [|a u IH]; intros [|b v] L; try discriminate; [reflexivity|].
  cbn. f_equal. apply IH. now injection L.
Qed.

Lemma split_label : forall d v, length v = d + 1 -> v = labelled (firstn d v, bit v d).
Proof.
  intros d v L.
  assert (E : length (firstn d v) = d) by (rewrite firstn_length; lia).
  apply same_bits; [rewrite labelled_length; lia|]. intros c C.
  destruct (Nat.eq_dec c d) as [->|N].
  - rewrite <- E at 4. now rewrite labelled_label.
  - rewrite labelled_bit by lia. unfold bit. rewrite <- (firstn_skipn d v) at 1. apply app_nth1. lia.
Qed.

Lemma labelled_inj : forall u v p q, labelled (u, p) = labelled (v, q) -> u = v /\ p = q.
Proof. intros. apply app_inj_tail. assumption. Qed.

Lemma labelled_zeros : forall d, labelled (repeat false d, false) = repeat false (d + 1).
Proof. intros. unfold labelled. cbn [fst snd]. rewrite repeat_app. reflexivity. Qed.

(** ** Sums of rows *)

Section Sums.

Variable width : nat.
Notation sum_of := (sum_of width).
Notation well_formed rows := (forall r, In r rows -> length r = width).

Lemma sum_length : forall rows v, well_formed rows -> sum_of rows v -> length v = width.
Proof.
  intros rows v W S. induction S; [apply zeros_length|]. rewrite add_length; rewrite W by assumption; auto.
Qed.

Lemma row_is_sum : forall rows r, well_formed rows -> In r rows -> sum_of rows r.
Proof.
  intros rows r W I. rewrite <- (add_zeros width r (W r I)). apply one_more; [assumption|apply no_row].
Qed.

Lemma sum_add : forall rows u v, well_formed rows -> sum_of rows u -> sum_of rows v -> sum_of rows (add u v).
Proof.
  intros rows u v W U V. pose proof (sum_length rows v W V) as L.
  induction U as [|r u I U IH].
  - rewrite add_comm by (rewrite zeros_length; congruence). rewrite (add_zeros width v L). exact V.
  - pose proof (sum_length rows u W U). pose proof (W r I). rewrite add_assoc by congruence.
    apply one_more; assumption.
Qed.

(** Sums of sums are sums. *)
Lemma sums_of_sums : forall rows others v, well_formed others ->
  (forall r, In r rows -> sum_of others r) -> sum_of rows v -> sum_of others v.
Proof. intros rows others v W S V. induction V; [apply no_row|]. apply sum_add; auto. Qed.

Lemma sum_more : forall rows others v, incl rows others -> sum_of rows v -> sum_of others v.
Proof. intros rows others v I V. induction V; [apply no_row|]. apply one_more; auto. Qed.

(** Of two rows that differ by a sum of others, one is as good as the other. *)
Lemma exchange : forall rows u s v, well_formed rows -> length u = width -> sum_of rows s ->
  sum_of (rows ++ [u]) v <-> sum_of (rows ++ [add u s]) v.
Proof.
  intros rows u s v W L S. pose proof (sum_length rows s W S) as Ls.
  assert (W' : forall u, length u = width -> well_formed (rows ++ [u])).
  { intros w Lw r I. apply in_app_or in I as [I|[<-|[]]]; auto. }
  assert (LA : length (add u s) = width) by (rewrite add_length; congruence).
  assert (S' : forall w, sum_of (rows ++ [w]) s) by (intros; eapply sum_more, S; apply incl_appl, incl_refl).
  assert (R : forall w r, length w = width -> In r rows -> sum_of (rows ++ [w]) r).
  { intros. apply row_is_sum; [apply W'; assumption|]. apply in_or_app. auto. }
  assert (E : forall w, length w = width -> sum_of (rows ++ [w]) w).
  { intros. apply row_is_sum; [apply W'; assumption|]. apply in_or_app. cbn. auto. }
  split; (apply sums_of_sums; [apply W'; assumption|]); intros r I; apply in_app_or in I as [I|[<-|[]]].
  - apply R; assumption.
  - replace u with (add (add u s) s) at 2.
    + apply sum_add; [apply W'; assumption|apply E; assumption|apply S'].
    + rewrite add_assoc, add_self, Ls by congruence. now apply add_zeros.
  - apply R; assumption.
  - apply sum_add; [apply W'; assumption|apply E; assumption|apply S'].
Qed.

(** The same sums, and one more row. *)
Lemma same_sums : forall rows others u v, well_formed rows -> well_formed others -> length u = width ->
  (forall v, sum_of rows v <-> sum_of others v) ->
  sum_of (rows ++ [u]) v <-> sum_of (others ++ [u]) v.
Proof.
  assert (H : forall rows others u v, well_formed rows -> well_formed others -> length u = width ->
    (forall v, sum_of rows v -> sum_of others v) -> sum_of (rows ++ [u]) v -> sum_of (others ++ [u]) v).
  { intros rows others u v W W' L S. apply sums_of_sums.
    - intros r I. apply in_app_or in I as [I|[<-|[]]]; auto.
    - intros r I. apply in_app_or in I as [I|[<-|[]]].
      + apply (sum_more others); [apply incl_appl, incl_refl|]. apply S, row_is_sum; auto.
      + apply row_is_sum; [|apply in_or_app; cbn; auto].
        clear v. intros r I. apply in_app_or in I as [I|[<-|[]]]; auto. }
  intros rows others u v W W' L S. split; apply H; auto; intros; apply S; assumption.
Qed.

End Sums.
