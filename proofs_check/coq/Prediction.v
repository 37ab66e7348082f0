(** Row reduction's prediction, for all data: it is the value of one parity, whatever the test example, and
    this parity explains the data if any does. *)

From Coq Require Import List Bool Arith Lia.
From RCNN Require Import RowReduction Recurrences Parity.
Import ListNotations.

(** ** The examples' rows do not depend on the test example *)

Lemma sweep_examples : forall column rows pivot t t',
  firstn (length rows) (sweep column pivot (rows ++ [t])) =
  firstn (length rows) (sweep column pivot (rows ++ [t'])).
Proof.
  induction rows as [|r rows IH]; intros pivot t t'; [reflexivity|].
  cbn [app sweep length].
  assert (E : forall u, match rows ++ [u] with [] => r | _ => map (fun _ => false) r end =
                        map (fun _ => false) r) by (intros; destruct rows; reflexivity).
  destruct (bit r column); [destruct pivot|]; cbn [firstn]; rewrite ?E; f_equal; apply IH.
Qed.

Lemma split_last : forall n (l : list row), length l = n + 1 -> exists t, l = firstn n l ++ [t].
Proof.
  intros n l L. exists (nth n l []). rewrite <- (firstn_skipn n l) at 1. f_equal.
  assert (S : length (skipn n l) = 1) by (rewrite skipn_length; lia).
  destruct (skipn n l) as [|t [|? ?]] eqn:E; try discriminate S.
  f_equal. rewrite <- (firstn_skipn n l), E, app_nth2; rewrite firstn_length; [|lia].
  replace (n - Nat.min n (length l)) with 0 by lia. reflexivity.
Qed.

Lemma reduced_examples : forall rows t t' w,
  firstn (length rows) (reduced w (rows ++ [t])) = firstn (length rows) (reduced w (rows ++ [t'])).
Proof.
  intros rows t t' w.
  assert (H : forall u, length (rows ++ [u]) = length rows + 1)
    by (intros; rewrite app_length; reflexivity).
  induction w as [|w IH]; cbn [reduced].
  - rewrite !firstn_app, !Nat.sub_diag. reflexivity.
  - destruct (split_last (length rows) _ (reduced_height (length rows) _ (H t) w)) as [u U].
    destruct (split_last (length rows) _ (reduced_height (length rows) _ (H t') w)) as [u' U'].
    rewrite U, U', IH.
    set (V := firstn (length rows) (reduced w (rows ++ [t']))).
    assert (L : length V = length rows).
    { unfold V. rewrite firstn_length, (reduced_height (length rows)) by apply H. lia. }
    rewrite <- L. apply sweep_examples.
Qed.

(** ** The parity *)

Section Data.

Variables (data : list (list bool * bool)) (d : nat).
Hypothesis formed : forall x y, In (x, y) data -> length x = d.

Let m := length data.
Let example (e : list bool * bool) : list bool := fst e ++ [snd e].

Lemma data_height : forall test, length (data_rows data test) = m + 1.
Proof. intros. unfold data_rows. rewrite app_length, map_length. reflexivity. Qed.

Lemma data_width : forall test, length test = d ->
  Forall (fun r => length r = d + 1) (data_rows data test).
Proof.
  intros test T. apply Forall_forall. intros r R. unfold data_rows in R. apply in_app_or in R.
  destruct R as [R|[<-|[]]].
  - apply in_map_iff in R. destruct R as [[x y] [<- I]]. rewrite app_length. simpl.
    rewrite (formed x y I). reflexivity.
  - rewrite app_length, T. reflexivity.
Qed.

Lemma same_pivots : forall test test' w,
  pivot_row (data_rows data test) w m = pivot_row (data_rows data test') w m.
Proof.
  intros. unfold pivot_row, data_rows.
  pose proof (reduced_examples (map example data) (test ++ [false]) (test' ++ [false]) w) as E.
  rewrite map_length in E. fold m in E. exact (f_equal (find (has w)) E).
Qed.

Lemma nth_example : forall test a, a < m ->
  nth a (data_rows data test) [] = example (nth a data ([], false)).
Proof.
  intros test a H. unfold data_rows. rewrite app_nth1 by (rewrite map_length; assumption).
  rewrite nth_indep with (d' := example ([], false)) by (rewrite map_length; assumption).
  apply (map_nth example).
Qed.

Lemma nth_test : forall test, nth m (data_rows data test) [] = test ++ [false].
Proof.
  intros. unfold data_rows. rewrite app_nth2 by (rewrite map_length; fold m; lia).
  rewrite map_length. fold m. rewrite Nat.sub_diag. reflexivity.
Qed.

(** Whether a parity explains an example, in terms of the first rows. *)
Lemma defect_example : forall test theta x y a, a < m -> nth a data ([], false) = (x, y) ->
  length theta = d ->
  (defect d (data_rows data test) (bit theta) 0 a = false <-> parity theta x = y).
Proof.
  intros test theta x y a H E L.
  assert (X : length x = d) by (apply (formed x y); rewrite <- E; apply nth_In, H).
  unfold defect, bits. cbn [reduced]. rewrite nth_example, E by assumption. unfold example. cbn [fst snd].
  rewrite (product_ext d _ _ (bit x)).
  - rewrite parity_product by lia. rewrite X. unfold bit at 1.
    rewrite app_nth2, X, Nat.sub_diag by lia. cbn [nth].
    destruct y, (product d (bit theta) (bit x)); split; intros; try reflexivity; discriminate.
  - intros c Hc. unfold bit. apply app_nth1. lia.
Qed.

Theorem row_reduction_parity :
  exists theta, length theta = d /\
    (forall x, length x = d -> row_reduction data x = parity theta x) /\
    (forall other, length other = d -> explains other data -> explains theta data).
Proof.
  set (x0 := repeat false d).
  assert (L0 : length x0 = d) by apply repeat_length.
  destruct (back_substitution m d (data_rows data x0) (data_height x0) (data_width x0 L0))
    as [f F].
  exists (map f (seq 0 d)).
  assert (L : length (map f (seq 0 d)) = d) by (rewrite map_length, seq_length; reflexivity).
  assert (B : forall c, c < d -> bit (map f (seq 0 d)) c = f c).
  { intros c Hc. unfold bit. rewrite nth_indep with (d' := f 0) by (rewrite L; assumption).
    rewrite map_nth, seq_nth by assumption. reflexivity. }
  assert (P : forall x y, product d (bit (map f (seq 0 d))) (bits x 0 y) = product d f (bits x 0 y)).
  { intros. apply xors_ext. intros c Hc. rewrite B by assumption. reflexivity. }
  assert (T : forall x w, w < d ->
    if found (data_rows data x) w m then pivot_defect m d (data_rows data x) f w = false
    else f w = false).
  { intros x w Hw. specialize (F w Hw). unfold found, pivot_defect, pivot in *.
    rewrite (same_pivots x x0). exact F. }
  split; [exact L|]. split.
  - intros x X. unfold row_reduction. rewrite X.
    rewrite (reduce_rows_bits m d _ (data_height x)).
    rewrite (answer_is_parity m d _ (data_height x) (data_width x X) f (T x)).
    + rewrite parity_product by lia. rewrite X. rewrite <- P. apply product_ext. intros c Hc.
      unfold bits. cbn [reduced]. rewrite nth_test. unfold bit. apply app_nth1. lia.
    + unfold bits. cbn [reduced]. rewrite nth_test. unfold bit.
      rewrite app_nth2, X, Nat.sub_diag by lia. reflexivity.
  - intros other O E x y I. split; [rewrite L; symmetry; apply (formed x y I)|].
    apply (In_nth _ _ ([], false)) in I. destruct I as [a [Ha N]]. fold m in Ha.
    apply (defect_example x0 _ x y a Ha N L).
    pose proof (parity_explains m d _ (data_height x0) (data_width x0 L0) f (bit other) (T x0)) as H.
    unfold defect in *. rewrite P. apply H; [|assumption].
    intros b Hb. destruct (nth b data ([], false)) as [u v] eqn:N'.
    apply (defect_example x0 other u v b Hb N' O).
    pose proof (nth_In data ([], false) Hb) as K. rewrite N' in K. apply E, K.
Qed.

End Data.
