(** Row reduction of a stream: memory holds a basis of the examples, and the answer is the label that every
    parity that explains them gives. For all sizes and all streams. *)

From Coq Require Import List Bool Arith Lia.
From RCNN Require Import RowReduction Recurrences Parity Prediction OnlineLearner OnlineSums OnlineReduction.
Import ListNotations.

Section Stream.

Variable d : nat.
Notation formed examples := (forall x y, In (x, y) examples -> length x = d).

Lemma labelled_width : forall examples, formed examples ->
  forall r, In r (map labelled examples) -> length r = d + 1.
Proof.
  intros examples F r I. apply in_map_iff in I as ([x y] & <- & I).
  rewrite labelled_length, (F x y I). reflexivity.
Qed.

Lemma features_width : forall examples : list (row * bool), formed examples ->
  forall r, In r (map fst examples) -> length r = d.
Proof. intros examples F r I. apply in_map_iff in I as ([x y] & <- & I). apply (F x y I). Qed.

(** A sum of inputs is a sum of examples, with one label or the other. *)
Lemma sum_of_features : forall examples x, formed examples ->
  sum_of d (map fst examples) x <-> exists p, sum_of (d + 1) (map labelled examples) (labelled (x, p)).
Proof.
  intros examples x F. split.
  - intros S. induction S as [|r v I S (p & P)].
    + exists false. rewrite labelled_zeros. apply no_row.
    + apply in_map_iff in I as ([u y] & <- & I). cbn [fst]. exists (xorb y p).
      rewrite labelled_add.
      * apply one_more; [|exact P]. apply in_map_iff. now exists (u, y).
      * rewrite (F u y I). symmetry. apply (sum_length d (map fst examples)); [|exact S].
        now apply features_width.
  - intros (p & S).
    assert (H : forall v, sum_of (d + 1) (map labelled examples) v -> sum_of d (map fst examples) (firstn d v)).
    { clear S. intros v S. induction S as [|r v I S IH].
      - rewrite <- labelled_zeros. unfold labelled. cbn [fst snd].
        rewrite firstn_app, zeros_length, Nat.sub_diag, firstn_O, app_nil_r.
        rewrite firstn_all2 by (now rewrite zeros_length). apply no_row.
      - apply in_map_iff in I as ([u y] & <- & I). assert (U := F u y I).
        assert (L : length v = d + 1)
          by (apply (sum_length _ (map labelled examples)); [now apply labelled_width|assumption]).
        assert (E : length (firstn d v) = d) by (rewrite firstn_length; lia).
        rewrite (split_label d v L), <- labelled_add by congruence. unfold labelled at 1. cbn [fst snd].
        assert (A : length (add u (firstn d v)) = d) by (rewrite add_length; congruence).
        rewrite firstn_app, A, Nat.sub_diag, firstn_O, app_nil_r, firstn_all2 by lia.
        apply one_more; [|exact IH]. apply in_map_iff. now exists (u, y). }
    specialize (H _ S). unfold labelled in H. cbn [fst snd] in H.
    assert (X : length x = d).
    { assert (L : length (labelled (x, p)) = d + 1)
        by (apply (sum_length _ (map labelled examples)); [now apply labelled_width|assumption]).
      rewrite labelled_length in L. lia. }
    rewrite firstn_app, X, Nat.sub_diag, firstn_O, app_nil_r, firstn_all2 in H by lia. exact H.
Qed.

Lemma learn_next : forall stream e, learn (stream ++ [e]) = store (learn stream) e.
Proof. intros. unfold learn. now rewrite fold_left_app. Qed.

(** What is true after every example of a stream. *)
Record learned (stream news : list (row * bool)) : Prop := {
  shape : reduced_rows d (learn stream);
  named : new_examples d stream news;
  included : incl news stream;
  counted : length (learn stream) = length news;
  same : forall v, sum_of (d + 1) (learn stream) v <-> sum_of (d + 1) (map labelled news) v;
  same_features : forall v, sum_of d (map fst news) v <-> sum_of d (map fst stream) v }.

Section One.

Variables (stream news : list (row * bool)).
Hypothesis stream_formed : formed stream.
Hypothesis state : learned stream news.

Lemma news_formed : formed news.
Proof. intros x y I. apply (stream_formed x y), (included _ _ state), I. Qed.

Lemma answer_of_news : forall x p, length x = d ->
  answer (learn stream) x = Some p <-> sum_of (d + 1) (map labelled news) (labelled (x, p)).
Proof.
  intros x p X. rewrite (answer_is_sum d) by (auto; apply (shape _ _ state)). apply (same _ _ state).
Qed.

Lemma known_features : forall x, length x = d ->
  sum_of d (map fst news) x <-> answer (learn stream) x <> None.
Proof.
  intros x X. rewrite sum_of_features by apply news_formed. split.
  - intros (p & P). apply answer_of_news in P; [congruence|exact X].
  - intros N. destruct (answer (learn stream) x) as [p|] eqn:E; [|congruence].
    exists p. now apply answer_of_news.
Qed.

Lemma known_stays : forall x y, answer (learn stream) x <> None -> learn (stream ++ [(x, y)]) = learn stream.
Proof.
  intros x y N. rewrite learn_next. unfold store. unfold answer in N.
  destruct (something_left (learn stream) x); congruence.
Qed.

Lemma formed_next : forall x y, length x = d -> formed (stream ++ [(x, y)]).
Proof. intros x y X u v I. apply in_app_or in I as [I|[[= <- <-]|[]]]; [now apply (stream_formed u v)|exact X]. Qed.

Lemma learned_known : forall x y, length x = d -> answer (learn stream) x <> None ->
  learned (stream ++ [(x, y)]) news.
Proof.
  intros x y X N. assert (K := proj2 (known_features x X) N). split; rewrite ?known_stays by exact N.
  - apply (shape _ _ state).
  - apply known; [apply (named _ _ state)|exact K].
  - apply incl_appl, (included _ _ state).
  - apply (counted _ _ state).
  - apply (same _ _ state).
  - intros v. split.
    + intros S. apply (same_features _ _ state) in S. revert S. apply sum_more.
      rewrite map_app. apply incl_appl, incl_refl.
    + apply sums_of_sums; [apply features_width, news_formed|].
      intros r I. rewrite map_app in I. apply in_app_or in I as [I|[<-|[]]]; [|exact K].
      apply (same_features _ _ state). apply row_is_sum; [apply features_width, stream_formed|exact I].
Qed.

Lemma learned_new : forall x y, length x = d -> answer (learn stream) x = None ->
  learned (stream ++ [(x, y)]) (news ++ [(x, y)]).
Proof.
  intros x y X N.
  assert (S : something_left (learn stream) x = true)
    by (unfold answer in N; destruct (something_left (learn stream) x); congruence).
  assert (L : length (labelled (x, y)) = d + 1) by (rewrite labelled_length; lia).
  assert (M := shape _ _ state). split; rewrite ?learn_next.
  - now apply store_reduced.
  - apply new; [apply (named _ _ state)|]. intros K. now apply known_features in K.
  - apply incl_app; [apply incl_appl, (included _ _ state)|apply incl_appr, incl_refl].
  - unfold store. rewrite S, !app_length, (counted _ _ state). reflexivity.
  - intros v. rewrite (store_sums d) by assumption. rewrite map_app. cbn [map].
    apply same_sums; [now apply rows_width|apply labelled_width, news_formed|exact L|apply (same _ _ state)].
  - intros v. rewrite !map_app. cbn [map fst].
    apply same_sums; [apply features_width, news_formed|apply features_width, stream_formed|exact X|].
    apply (same_features _ _ state).
Qed.

(** What is stored of a new example is the example and a sum of earlier new ones. *)
Lemma stored_row : forall x y, length x = d -> answer (learn stream) x = None ->
  exists s, sum_of (d + 1) (map labelled news) s /\
    learn (stream ++ [(x, y)]) = learn stream ++ [add (labelled (x, y)) s].
Proof.
  intros x y X N. assert (M := shape _ _ state). assert (W := rows_width d _ M).
  assert (S : something_left (learn stream) x = true)
    by (unfold answer in N; destruct (something_left (learn stream) x); congruence).
  set (u := labelled (x, y)).
  assert (L : length u = d + 1) by (unfold u; rewrite labelled_length; lia).
  assert (LR : length (reduce_by (learn stream) u) = d + 1) by (apply reduce_length; auto).
  exists (add u (reduce_by (learn stream) u)). split.
  - apply (same _ _ state). apply (added_is_sum d); auto using incl_refl.
  - rewrite learn_next. unfold store. rewrite S, X, <- (reduce_labelled d) by assumption. fold u.
    do 2 f_equal. symmetry. by_bits.
Qed.

End One.

Lemma learns : forall stream, formed stream -> exists news, learned stream news.
Proof.
  induction stream as [|[x y] stream IH] using rev_ind; intros F.
  - exists []. split; try reflexivity; [split; constructor|apply at_first|apply incl_refl].
  - assert (F' : formed stream) by (intros u v I; apply (F u v), in_or_app; auto).
    assert (X : length x = d) by (apply (F x y), in_or_app; cbn; auto).
    destruct (IH F') as (news & L). destruct (answer (learn stream) x) as [p|] eqn:E.
    + exists news. apply learned_known; auto. congruence.
    + exists (news ++ [(x, y)]). now apply learned_new.
Qed.

(** ** Parities *)

(** A parity's value on a row's features is the row's label. *)
Definition fits (theta : nat -> bool) (r : row) : Prop := product d theta (bit r) = bit r d.

Lemma fits_sum : forall theta rows v, (forall r, In r rows -> length r = d + 1) ->
  (forall r, In r rows -> fits theta r) -> sum_of (d + 1) rows v -> fits theta v.
Proof.
  intros theta rows v W F S. unfold fits in *. induction S as [|r v I S IH].
  - rewrite zeros_bit. apply product_zero. intros. rewrite zeros_bit. apply andb_false_r.
  - assert (L := sum_length _ _ _ W S).
    rewrite add_bit by (rewrite L; auto). rewrite <- IH, <- (F r I), <- product_xorb.
    apply product_ext. intros c _. apply add_bit. rewrite L. auto.
Qed.

Lemma parity_bits : forall x theta, parity theta x = product (length x) (bit theta) (bit x).
Proof.
  induction x as [|b x IH]; intros [|t theta]; try reflexivity.
  - symmetry. apply product_zero. intros [|c] _; reflexivity.
  - unfold product. cbn [length parity]. rewrite xors_shift, IH. reflexivity.
Qed.

Lemma fits_labelled : forall theta x y, length x = d ->
  fits theta (labelled (x, y)) <-> product d theta (bit x) = y.
Proof.
  intros theta x y X. unfold fits. rewrite <- X at 2. rewrite labelled_label.
  rewrite (product_ext d theta (bit (labelled (x, y))) (bit x)); [reflexivity|].
  intros c C. apply labelled_bit. lia.
Qed.

(** Some parity explains the rows of memory: its bits are found from the last row to the first. *)
Lemma memory_explained : forall memory, reduced_rows d memory ->
  exists theta, forall r, In r memory -> fits theta r.
Proof.
  induction memory as [|r memory IH]; intros [F O]; [exists (fun _ => false); intros r []|].
  inversion F as [|? ? [L D] F']; subst. inversion O as [|? ? A O']; subst.
  destruct (IH (conj F' O')) as (theta & T). rewrite Forall_forall in A.
  set (others := xors d (fun c => if c =? lead r then false else theta c && bit r c)).
  exists (fun c => if c =? lead r then xorb (bit r d) others else theta c).
  intros s [<-|I]; unfold fits, product.
  - rewrite (xors_column d _ (lead r)) by assumption. rewrite Nat.eqb_refl, lead_bit, andb_true_r by lia.
    rewrite (xors_ext d _ (fun c => if c =? lead r then false else theta c && bit r c))
      by (intros c _; destruct (c =? lead r); reflexivity).
    fold others. destruct (bit r d), others; reflexivity.
  - rewrite <- (T s I). apply xors_ext. intros c _.
    destruct (Nat.eqb_spec c (lead r)) as [->|]; [|reflexivity]. rewrite (A s I), !andb_false_r. reflexivity.
Qed.

Lemma same_value : forall stream news theta x p, formed stream -> learned stream news ->
  explains theta stream -> length x = d -> answer (learn stream) x = Some p -> parity theta x = p.
Proof.
  intros stream news theta x p F S E X A. apply (answer_of_news stream news S) in A; [|exact X].
  rewrite parity_bits, X. apply fits_labelled; [exact X|].
  refine (fits_sum _ _ _ (labelled_width news (news_formed stream news F S)) _ A).
  intros r I. apply in_map_iff in I as ([u y] & <- & I). apply (included _ _ S) in I.
  apply fits_labelled; [apply (F u y I)|]. rewrite <- (F u y I), <- parity_bits. apply (E u y I).
Qed.

(** On a new input two parities that explain the stream differ, if any does. *)
Lemma both_values : forall stream news other x y, formed stream -> learned stream news ->
  explains other stream -> length x = d -> answer (learn stream) x = None ->
  exists theta, explains theta stream /\ parity theta x = y.
Proof.
  intros stream news other x y F S O X N.
  assert (S' := learned_new stream news F S x y X N).
  assert (F' := formed_next stream F x y X).
  destruct (memory_explained _ (shape _ _ S')) as (f & T).
  set (theta := map f (seq 0 d)).
  assert (L : length theta = d) by (unfold theta; now rewrite map_length, seq_length).
  assert (V : forall u p, length u = d -> answer (learn (stream ++ [(x, y)])) u = Some p -> parity theta u = p).
  { intros u p U A. rewrite parity_bits, U.
    rewrite <- (proj1 (fits_labelled f u p U)).
    - unfold product. apply xors_ext. intros c C. f_equal. unfold bit, theta.
      rewrite nth_indep with (d' := f 0) by (now rewrite map_length, seq_length).
      now rewrite map_nth, seq_nth.
    - apply (answer_is_sum d) in A; [|apply (shape _ _ S')|exact U].
      exact (fits_sum f _ _ (rows_width d _ (shape _ _ S')) T A). }
  assert (A : forall u p, In (u, p) (stream ++ [(x, y)]) -> answer (learn (stream ++ [(x, y)])) u <> None).
  { intros u p I. apply (known_features _ _ F' S'); [apply (F' u p I)|].
    apply (same_features _ _ S'). apply row_is_sum; [now apply features_width|].
    apply in_map_iff. now exists (u, p). }
  exists theta. split.
  - intros u p I. assert (U := F u p I). split; [congruence|].
    assert (K : answer (learn stream) u <> None).
    { apply (known_features _ _ F S); [exact U|].
      apply (same_features _ _ S). apply row_is_sum; [now apply features_width|].
      apply in_map_iff. now exists (u, p). }
    destruct (answer (learn stream) u) as [q|] eqn:Q; [|congruence].
    rewrite <- (proj2 (O u p I)), (same_value stream news other u q F S O U Q). apply V; [exact U|].
    apply (answer_of_news _ _ S'); [exact U|]. rewrite map_app.
    apply (sum_more _ (map labelled news)); [apply incl_appl, incl_refl|].
    now apply (answer_of_news _ _ S).
  - apply V; [exact X|]. apply (answer_of_news _ _ S'); [exact X|].
    apply row_is_sum; [apply labelled_width, (news_formed _ _ F' S')|].
    rewrite map_app. apply in_or_app. cbn. auto.
Qed.

End Stream.
