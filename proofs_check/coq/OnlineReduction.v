(** Reducing an input by the rows of memory: what is left is 0 just when the input is a sum of the rows. *)

From Coq Require Import List Bool Arith Lia.
From RCNN Require Import RowReduction Recurrences OnlineLearner OnlineSums.
Import ListNotations.

(** ** One row *)

Lemma lead_bit : forall r, lead r < length r -> bit r (lead r) = true.
Proof. induction r as [|[] r IH]; cbn; intros H; [lia|reflexivity|]. apply IH. lia. Qed.

Lemma before_lead : forall r c, c < lead r -> bit r c = false.
Proof.
  induction r as [|[] r IH]; cbn; intros c H; [lia|lia|]. destruct c; [reflexivity|]. apply IH. lia.
Qed.

Lemma lead_least : forall r c, bit r c = true -> lead r <= c.
Proof.
  intros r c B. destruct (Nat.le_gt_cases (lead r) c); auto. rewrite before_lead in B by lia. discriminate.
Qed.

Lemma pass_add : forall r v, length r = length v -> pass Add r v = add v r.
Proof.
  induction r as [|a r IH]; intros [|b v] L; try discriminate; [reflexivity|].
  cbn. f_equal. apply IH. now injection L.
Qed.

Lemma pass_skip : forall r v, length r = length v -> pass Skip r v = v.
Proof.
  induction r as [|a r IH]; intros [|b v] L; try discriminate; [reflexivity|].
  cbn. f_equal. apply IH. now injection L.
Qed.

(** A row is added just when the input has a 1 where the row has its first. *)
Lemma pass_row : forall r v, length r = length v ->
  pass Search r v = if bit v (lead r) then add v r else v.
Proof.
  induction r as [|[] r IH]; intros [|b v] L; try discriminate; [reflexivity| |]; injection L as L.
  - destruct b; cbn; f_equal; [now rewrite pass_add|now rewrite pass_skip].
  - cbn [pass mode_after bit_after lead]. rewrite IH by assumption.
    change (bit (b :: v) (S (lead r))) with (bit v (lead r)).
    destruct (bit v (lead r)); cbn; now destruct b.
Qed.

Lemma pass_length : forall r v, length r = length v -> length (pass Search r v) = length v.
Proof. intros. rewrite pass_row by assumption. destruct (bit v (lead r)); [now apply add_length|reflexivity]. Qed.

(** ** All rows *)

Section Memory.

Variable d : nat.

Notation sum_of := (sum_of (d + 1)).
Notation reduced_rows := (reduced_rows d).

Lemma rows_width : forall memory, reduced_rows memory -> forall r, In r memory -> length r = d + 1.
Proof. intros memory [F _] r I. rewrite Forall_forall in F. apply F, I. Qed.

Lemma reduce_cons : forall r memory v, reduce_by (r :: memory) v = reduce_by memory (pass Search r v).
Proof. reflexivity. Qed.

Lemma reduce_length : forall memory v, (forall r, In r memory -> length r = d + 1) -> length v = d + 1 ->
  length (reduce_by memory v) = d + 1.
Proof.
  induction memory as [|r memory IH]; intros v W L; [exact L|].
  rewrite reduce_cons. assert (length r = d + 1) by (apply W; now left).
  apply IH; [intros; apply W; now right|]. rewrite pass_length; congruence.
Qed.

(** A column in which all is 0 stays 0. *)
Lemma column_stays : forall memory v c, (forall r, In r memory -> length r = d + 1) -> length v = d + 1 ->
  (forall r, In r memory -> bit r c = false) -> bit (reduce_by memory v) c = bit v c.
Proof.
  induction memory as [|r memory IH]; intros v c W L Z; [reflexivity|].
  rewrite reduce_cons. assert (Lr : length r = d + 1) by (apply W; now left).
  rewrite IH; [|intros; apply W; now right|rewrite pass_length; congruence|intros; apply Z; now right].
  rewrite pass_row by congruence. destruct (bit v (lead r)); [|reflexivity].
  rewrite add_bit by congruence. rewrite (Z r) by now left. apply xorb_false_r.
Qed.

(** What is left is 0 at the first 1 of every row. *)
Lemma left_is_reduced : forall memory v, reduced_rows memory -> length v = d + 1 ->
  forall r, In r memory -> bit (reduce_by memory v) (lead r) = false.
Proof.
  induction memory as [|r memory IH]; intros v [F O] L s I; [destruct I|].
  inversion F as [|? ? [Lr Dr] F']; subst. inversion O as [|? ? R O']; subst.
  assert (W := rows_width memory (conj F' O')). rewrite reduce_cons. destruct I as [->|I].
  - rewrite column_stays; auto; [|rewrite pass_length; congruence|now apply Forall_forall].
    rewrite pass_row by congruence. destruct (bit v (lead s)) eqn:B; [|exact B].
    rewrite add_bit, B, lead_bit by (congruence || lia). reflexivity.
  - apply IH; [split; assumption|rewrite pass_length; congruence|exact I].
Qed.

(** What has been added is a sum of rows. *)
Lemma added_is_sum : forall memory all v, (forall r, In r all -> length r = d + 1) -> incl memory all ->
  length v = d + 1 -> sum_of all (add v (reduce_by memory v)).
Proof.
  induction memory as [|r memory IH]; intros all v W I L.
  - cbn. rewrite add_self, L. apply no_row.
  - assert (R : In r all) by (apply I; now left). assert (Lr := W r R).
    assert (I' : incl memory all) by (intros s H; apply I; now right).
    rewrite reduce_cons, pass_row by congruence. destruct (bit v (lead r)); [|now apply IH].
    assert (LA : length (add v r) = d + 1) by (rewrite add_length; congruence).
    specialize (IH all (add v r) W I' LA).
    assert (LR : length (reduce_by memory (add v r)) = d + 1) by (apply reduce_length; auto).
    replace (add v (reduce_by memory (add v r))) with (add r (add (add v r) (reduce_by memory (add v r)))).
    + apply one_more; assumption.
    + set (u := reduce_by memory (add v r)) in *. by_bits.
Qed.

Lemma reduce_add : forall memory u v, (forall r, In r memory -> length r = d + 1) ->
  length u = d + 1 -> length v = d + 1 ->
  reduce_by memory (add u v) = add (reduce_by memory u) (reduce_by memory v).
Proof.
  induction memory as [|r memory IH]; intros u v W U V; [reflexivity|].
  assert (Lr : length r = d + 1) by (apply W; now left).
  rewrite !reduce_cons, <- IH; [|intros; apply W; now right|rewrite pass_length; congruence..].
  f_equal. rewrite !pass_row by (rewrite ?add_length; congruence). rewrite add_bit by congruence.
  destruct (bit u (lead r)), (bit v (lead r)); cbn [xorb]; try reflexivity; by_bits.
Qed.

(** An input without features stays as it is. *)
Lemma no_features : forall memory v, reduced_rows memory -> length v = d + 1 ->
  (forall c, c < d -> bit v c = false) -> reduce_by memory v = v.
Proof.
  induction memory as [|r memory IH]; intros v [F O] L Z; [reflexivity|].
  inversion F as [|? ? [Lr Dr] F']; subst. inversion O; subst.
  rewrite reduce_cons, pass_row, Z by (congruence || assumption). apply IH; auto. split; assumption.
Qed.

Lemma row_to_nothing : forall memory r, reduced_rows memory -> In r memory ->
  reduce_by memory r = repeat false (d + 1).
Proof.
  induction memory as [|s memory IH]; intros r [F O] I; [destruct I|].
  inversion F as [|? ? [Ls Ds] F']; subst. inversion O as [|? ? R O']; subst.
  assert (M : reduced_rows memory) by (split; assumption). rewrite reduce_cons. destruct I as [->|I].
  - rewrite pass_row, lead_bit, add_self, Ls by lia.
    apply no_features; [exact M|apply zeros_length|]. intros. apply zeros_bit.
  - rewrite pass_row by (rewrite (rows_width memory M r I); congruence).
    rewrite Forall_forall in R. rewrite (R r I). now apply IH.
Qed.

(** Nothing is left just of the sums of rows. *)
Theorem nothing_left : forall memory v, reduced_rows memory -> length v = d + 1 ->
  reduce_by memory v = repeat false (d + 1) <-> sum_of memory v.
Proof.
  intros memory v M L. assert (W := rows_width memory M). split.
  - intros E. pose proof (added_is_sum memory memory v W (incl_refl _) L) as S.
    rewrite E, (add_zeros (d + 1) v L) in S. exact S.
  - intros S. clear L. induction S as [|r v I S IH].
    + apply no_features; auto using zeros_length. intros. apply zeros_bit.
    + rewrite reduce_add, row_to_nothing, IH; auto; [|now apply (sum_length _ memory)].
      by_bits.
Qed.

(** The label takes part in the reduction only at the end. *)
Lemma reduce_labelled : forall memory x y, reduced_rows memory -> length x = d ->
  reduce_by memory (labelled (x, y)) =
  labelled (firstn d (left_of memory x), xorb (labels memory x) y).
Proof.
  intros memory x y M X. assert (W := rows_width memory M).
  replace (labelled (x, y)) with (add (labelled (x, false)) (labelled (repeat false d, y))).
  2:{ rewrite <- labelled_add by (rewrite zeros_length; exact X).
      now rewrite (add_zeros d x X), xorb_false_l. }
  assert (Z : length (labelled (repeat false d, y)) = d + 1) by (now rewrite labelled_length, zeros_length).
  rewrite reduce_add by (auto; rewrite labelled_length; lia).
  rewrite (no_features memory (labelled (repeat false d, y))); auto.
  2:{ intros c C. rewrite labelled_bit by (now rewrite zeros_length). apply zeros_bit. }
  unfold labels. fold (left_of memory x). rewrite X.
  assert (L : length (left_of memory x) = d + 1).
  { apply reduce_length; auto. rewrite labelled_length. lia. }
  set (w := left_of memory x) in *.
  assert (E : length (firstn d w) = d) by (rewrite firstn_length; lia).
  transitivity (add (labelled (firstn d w, bit w d)) (labelled (repeat false d, y)));
    [now rewrite <- (split_label d w L)|].
  rewrite <- labelled_add by (rewrite zeros_length; exact E). f_equal. f_equal.
  now apply add_zeros.
Qed.

Lemma something_left_zeros : forall memory x, reduced_rows memory -> length x = d ->
  something_left memory x = false <-> firstn d (left_of memory x) = repeat false d.
Proof.
  intros memory x M X. unfold something_left. rewrite X.
  assert (L : length (firstn d (left_of memory x)) = d).
  { rewrite firstn_length, Nat.min_l; auto. unfold left_of.
    rewrite reduce_length; [lia|now apply rows_width|rewrite labelled_length; lia]. }
  revert L. generalize (firstn d (left_of memory x)). clear. intros u L. split.
  - revert d L. induction u as [|b u IH]; intros n <- E; [reflexivity|].
    cbn in *. apply orb_false_iff in E as [-> E]. f_equal. now apply IH.
  - intros ->. clear. induction d; auto.
Qed.

(** The answer is the sum of the labels of the rows that sum to the input. *)
Theorem answer_is_sum : forall memory x p, reduced_rows memory -> length x = d ->
  answer memory x = Some p <-> sum_of memory (labelled (x, p)).
Proof.
  intros memory x p M X.
  rewrite <- nothing_left by (auto; rewrite labelled_length; lia).
  rewrite reduce_labelled, <- labelled_zeros by assumption. unfold answer.
  pose proof (something_left_zeros memory x M X) as Z. split.
  - destruct (something_left memory x); [discriminate|]. intros [= <-].
    rewrite (proj1 Z eq_refl), xorb_nilpotent. reflexivity.
  - intros E. apply labelled_inj in E as [E P]. rewrite (proj2 Z E).
    destruct (labels memory x), p; congruence || discriminate P.
Qed.

(** A step keeps memory as it is, and adds no more than the example to its sums. *)
Theorem store_reduced : forall memory x y, reduced_rows memory -> length x = d ->
  reduced_rows (store memory (x, y)).
Proof.
  intros memory x y M X. unfold store. destruct (something_left memory x) eqn:S; [|exact M].
  rewrite X, <- reduce_labelled by assumption. assert (W := rows_width memory M).
  set (v := labelled (x, y)). assert (L : length v = d + 1) by (unfold v; rewrite labelled_length; lia).
  assert (LR : length (reduce_by memory v) = d + 1) by (apply reduce_length; auto).
  destruct M as [F O]. split.
  - apply Forall_app. split; [exact F|]. constructor; [|constructor]. split; [exact LR|].
    unfold v. rewrite reduce_labelled by (auto; split; assumption).
    unfold something_left in S. apply existsb_exists in S as (b & I & ->). rewrite X in I.
    apply (In_nth _ _ false) in I as (c & C & B).
    assert (c < d) by (rewrite firstn_length in C; lia).
    apply Nat.le_lt_trans with c; [|assumption]. apply lead_least.
    rewrite labelled_bit by exact C. exact B.
  - assert (R := left_is_reduced memory v (conj F O) L). revert R. generalize (reduce_by memory v). clear - O.
    intros u R. induction O as [|r memory A O IH]; [repeat constructor|].
    cbn. constructor.
    + apply Forall_app. split; [exact A|]. constructor; [|constructor]. apply R. now left.
    + apply IH. intros s I. apply R. now right.
Qed.

Theorem store_sums : forall memory x y v, reduced_rows memory -> length x = d ->
  something_left memory x = true ->
  sum_of (store memory (x, y)) v <-> sum_of (memory ++ [labelled (x, y)]) v.
Proof.
  intros memory x y v M X S. unfold store. rewrite S, X, <- reduce_labelled by assumption.
  assert (W := rows_width memory M). set (u := labelled (x, y)).
  assert (L : length u = d + 1) by (unfold u; rewrite labelled_length; lia).
  assert (LR : length (reduce_by memory u) = d + 1) by (apply reduce_length; auto).
  replace (reduce_by memory u) with (add u (add u (reduce_by memory u))) by by_bits.
  symmetry. apply exchange; auto. apply added_is_sum; auto using incl_refl.
Qed.

(** No two rows have their first 1 in the same column, so there are no more rows than features. *)
Theorem rows_at_most : forall memory, reduced_rows memory -> length memory <= d.
Proof.
  intros memory [F O]. rewrite <- (seq_length d 0), <- (map_length lead).
  apply NoDup_incl_length.
  - induction O as [|r memory A O IH]; [constructor|].
    inversion F as [|? ? _ F']; subst. cbn. constructor; [|now apply IH].
    intros I. apply in_map_iff in I as (s & E & I). rewrite Forall_forall in A, F'.
    assert (B := A s I). rewrite <- E, lead_bit in B; [discriminate|].
    destruct (F' s I). lia.
  - intros c I. apply in_map_iff in I as (r & <- & I). rewrite Forall_forall in F.
    apply in_seq. destruct (F r I). lia.
Qed.

End Memory.
