(** What row reduction predicts: on every data set the value of one parity, and if some parity explains the
    data, then this one does. *)

From Coq Require Import List Bool Arith Lia.
From RCNN Require Import RowReduction Recurrences.
Import ListNotations.

(** ** Sums over GF(2) *)

Fixpoint xors (n : nat) (f : nat -> bool) : bool :=
  match n with O => false | S k => xorb (xors k f) (f k) end.

Lemma xors_ext : forall n f g, (forall c, c < n -> f c = g c) -> xors n f = xors n g.
Proof. induction n; intros f g H; simpl; [reflexivity|]. rewrite (IHn f g), H; auto. Qed.

Lemma xors_false : forall n f, (forall c, c < n -> f c = false) -> xors n f = false.
Proof. induction n; intros f H; simpl; [reflexivity|]. rewrite IHn, H; auto. Qed.

Lemma xors_xorb : forall n f g, xors n (fun c => xorb (f c) (g c)) = xorb (xors n f) (xors n g).
Proof.
  induction n; intros f g; simpl; [reflexivity|]. rewrite IHn.
  destruct (xors n f), (xors n g), (f n), (g n); reflexivity.
Qed.

(** The column [w] apart from the others. *)
Lemma xors_column : forall n f w, w < n ->
  xors n f = xorb (f w) (xors n (fun c => if c =? w then false else f c)).
Proof.
  induction n; intros f w H; [lia|]. simpl.
  destruct (Nat.eqb_spec n w) as [->|N].
  - rewrite (xors_ext w (fun c => if c =? w then false else f c) f).
    + destruct (xors w f), (f w); reflexivity.
    + intros c Hc. destruct (Nat.eqb_spec c w); [lia|reflexivity].
  - rewrite (IHn f w) by lia.
    destruct (f w), (f n), (xors n (fun c => if c =? w then false else f c)); reflexivity.
Qed.

(** [<theta, x>]. *)
Definition product (n : nat) (theta x : nat -> bool) : bool := xors n (fun c => theta c && x c).

Lemma product_xorb : forall n theta x y,
  product n theta (fun c => xorb (x c) (y c)) = xorb (product n theta x) (product n theta y).
Proof.
  intros. unfold product. rewrite <- xors_xorb. apply xors_ext. intros c _.
  destruct (theta c), (x c), (y c); reflexivity.
Qed.

Lemma product_ext : forall n theta x y, (forall c, c < n -> x c = y c) ->
  product n theta x = product n theta y.
Proof. intros. apply xors_ext. intros c Hc. rewrite H by assumption. reflexivity. Qed.

Lemma product_zero : forall n theta x, (forall c, c < n -> theta c && x c = false) ->
  product n theta x = false.
Proof. intros. apply xors_false. assumption. Qed.

Lemma xors_shift : forall n f, xors (S n) f = xorb (f 0) (xors n (fun c => f (S c))).
Proof.
  induction n; intros f; [simpl; destruct (f 0); reflexivity|].
  change (xors (S (S n)) f) with (xorb (xors (S n) f) (f (S n))). rewrite IHn.
  simpl. destruct (f 0), (xors n (fun c => f (S c))), (f (S n)); reflexivity.
Qed.

Lemma parity_product : forall theta x, length theta = length x ->
  parity theta x = product (length x) (bit theta) (bit x).
Proof.
  induction theta as [|t theta IH]; intros [|b x] L; try discriminate; [reflexivity|].
  simpl in L. unfold product. cbn [parity length]. rewrite xors_shift, IH by lia. reflexivity.
Qed.

(** ** Row reduction *)

Section Rows.

Variables (m d : nat) (rows : list row).
Hypothesis height : length rows = m + 1.
Hypothesis width : Forall (fun r => length r = d + 1) rows.

Let bits := bits rows.
Let found := found rows.
Let pivot := pivot rows.

(** A pivot row is one of the rows above, with a 1 in the wave's column. *)
Lemma pivot_is_row : forall w a, a <= m -> found w a = true ->
  exists a', a' < a /\ bits w a' w = true /\ forall c, pivot w a c = bits w a' c.
Proof.
  intros w a Ha F. unfold found, Recurrences.found, pivot_row in F. unfold pivot, Recurrences.pivot, pivot_row.
  destruct (find (has w) (firstn a (reduced w rows))) as [p|] eqn:E; [|discriminate].
  apply find_some in E. destruct E as [I B].
  apply (In_nth _ _ []) in I. destruct I as [a' [L N]].
  rewrite firstn_length, (reduced_height m rows height) in L.
  assert (N' : nth a' (reduced w rows) [] = p).
  { rewrite <- N. rewrite <- (firstn_skipn a (reduced w rows)) at 1. apply app_nth1.
    rewrite firstn_length, (reduced_height m rows height). lia. }
  exists a'. split; [lia|]. unfold bits, Recurrences.bits. rewrite N'. auto.
Qed.

(** After the waves before [w] the examples are 0 in the columns before [w]. *)
Lemma cleared : forall w a c, w <= d -> a < m -> c < w -> bits w a c = false.
Proof.
  induction w as [|w IH]; intros a c Hw Ha Hc; [lia|].
  unfold bits. rewrite (bits_next m d rows height width) by lia. fold bits found pivot.
  replace (a =? m) with false by (symmetry; apply Nat.eqb_neq; lia).
  destruct (Nat.eq_dec c w) as [->|N].
  - destruct (bits w a w) eqn:B; [|reflexivity]. destruct (found w a) eqn:F; [|reflexivity].
    destruct (pivot_is_row w a ltac:(lia) F) as [a' [La [Ba P]]]. rewrite P, Ba. reflexivity.
  - rewrite (IH a c) by lia. destruct (bits w a w); [|reflexivity].
    destruct (found w a) eqn:F; [|reflexivity].
    destruct (pivot_is_row w a ltac:(lia) F) as [a' [La [Ba P]]]. rewrite P, (IH a' c) by lia. reflexivity.
Qed.

(** A pivot that is found above a row is the pivot. *)
Lemma pivot_row_stays : forall w a p, pivot_row rows w a = Some p -> a <= m ->
  pivot_row rows w m = Some p.
Proof.
  intros w a p H L. replace m with (a + (m - a)) at 1 by lia.
  assert (K : forall k, a + k <= m -> pivot_row rows w (a + k) = Some p).
  { induction k as [|k IH]; intros Hk; [rewrite Nat.add_0_r; assumption|].
    replace (a + S k) with (S (a + k)) by lia.
    rewrite (pivot_row_next m rows height), IH by lia. reflexivity. }
  apply K. lia.
Qed.

(** How far the parity is from explaining a row. *)
Definition defect (theta : nat -> bool) (w a : nat) : bool :=
  xorb (bits w a d) (product d theta (bits w a)).

Definition pivot_defect (theta : nat -> bool) (w : nat) : bool :=
  xorb (pivot w m d) (product d theta (pivot w m)).

(** If the parity explains all pivots, no wave changes how far it is from explaining a row. *)
Lemma defect_next : forall theta w a, w < d -> a <= m ->
  (found w m = true -> pivot_defect theta w = false) ->
  defect theta (S w) a = defect theta w a.
Proof.
  intros theta w a Hw Ha P. unfold defect.
  unfold bits at 1. rewrite (bits_next m d rows height width) by lia. fold bits found pivot.
  rewrite (product_ext d theta (bits (S w) a) (fun c =>
    if bits w a w then if found w a then xorb (bits w a c) (pivot w a c)
    else if a =? m then bits w a c else false else bits w a c)).
  2:{ intros c Hc. unfold bits at 1. rewrite (bits_next m d rows height width) by lia. reflexivity. }
  destruct (bits w a w) eqn:B; [|reflexivity].
  destruct (found w a) eqn:F.
  - assert (Stays : pivot_row rows w m = pivot_row rows w a).
    { unfold found, Recurrences.found in F. destruct (pivot_row rows w a) as [p|] eqn:E; [|discriminate].
      apply (pivot_row_stays w a); assumption. }
    assert (E : xorb (pivot w a d) (product d theta (pivot w a)) = false).
    { transitivity (pivot_defect theta w).
      - unfold pivot_defect, pivot, Recurrences.pivot. rewrite Stays. reflexivity.
      - apply P. unfold found, Recurrences.found in *. rewrite Stays. exact F. }
    rewrite product_xorb.
    destruct (pivot w a d), (product d theta (pivot w a)), (bits w a d),
      (product d theta (bits w a)); try reflexivity; discriminate E.
  - destruct (Nat.eqb_spec a m) as [->|N]; [reflexivity|].
    rewrite (product_zero d theta (fun _ => false)) by (intros; apply andb_false_r).
    assert (E : pivot_row rows w m = Some (nth a (reduced w rows) [])).
    { apply (pivot_row_stays w (S a)); [|lia]. rewrite (pivot_row_next m rows height) by lia.
      fold bits. rewrite B. unfold found, Recurrences.found in F.
      destruct (pivot_row rows w a); [discriminate|reflexivity]. }
    cbn [xorb]. symmetry. transitivity (pivot_defect theta w).
    + unfold pivot_defect, pivot, Recurrences.pivot. rewrite E. reflexivity.
    + apply P. unfold found, Recurrences.found. rewrite E. reflexivity.
Qed.

Lemma defect_all : forall theta k a, k <= d -> a <= m ->
  (forall w, w < d -> found w m = true -> pivot_defect theta w = false) ->
  defect theta k a = defect theta 0 a.
Proof.
  induction k as [|k IH]; intros a Hk Ha P; [reflexivity|].
  rewrite defect_next by (auto; lia). apply IH; auto; lia.
Qed.

(** A parity that explains the examples explains them at every stage. *)
Lemma explained : forall theta w a, w <= d -> a < m ->
  (forall a, a < m -> defect theta 0 a = false) -> defect theta w a = false.
Proof.
  induction w as [|w IH]; intros a Hw Ha H; [auto|].
  rewrite defect_next; [apply IH; auto; lia|lia|lia|].
  intros F. destruct (pivot_is_row w m (le_n m) F) as [a' [La [_ P]]].
  rewrite <- (IH a' ltac:(lia) La H). unfold pivot_defect, defect. rewrite P.
  f_equal. apply product_ext. intros. apply P.
Qed.

(** The test example is 0 in the columns that have a pivot. *)
Lemma test_cleared : forall w k, w < k -> k <= d -> found w m = true -> bits k m w = false.
Proof.
  intros w k. induction k as [|k IH]; intros Hw Hk F; [lia|].
  unfold bits. rewrite (bits_next m d rows height width) by lia. fold bits found pivot.
  rewrite Nat.eqb_refl.
  destruct (Nat.eq_dec w k) as [<-|N].
  - rewrite F. destruct (bits w m w) eqn:B; [|reflexivity].
    destruct (pivot_is_row w m (le_n m) F) as [a' [La [Ba P]]]. rewrite P, Ba. reflexivity.
  - rewrite IH by (auto; lia). destruct (bits k m k); [|reflexivity].
    destruct (found k m) eqn:Fk; [|reflexivity].
    destruct (pivot_is_row k m (le_n m) Fk) as [a' [La [_ P]]].
    rewrite P, cleared by lia. reflexivity.
Qed.

(** Back substitution: a parity that explains all pivots, and is 0 in the columns without one. *)
Lemma back_substitution : exists theta : nat -> bool,
  forall w, w < d ->
  if found w m then pivot_defect theta w = false else theta w = false.
Proof.
  assert (H : forall j, j <= d -> exists theta : nat -> bool, forall w, d - j <= w < d ->
    if found w m then pivot_defect theta w = false else theta w = false).
  2:{ destruct (H d (le_n d)) as [theta T]. exists theta. intros w Hw. apply T. lia. }
  induction j as [|j IH]; intros Hj.
  - exists (fun _ => false). intros w Hw. lia.
  - destruct (IH ltac:(lia)) as [theta T].
    set (v := d - S j) in *.
    set (others := xors d (fun c => if c =? v then false else theta c && pivot v m c)).
    set (value := if found v m then xorb (pivot v m d) others else false).
    exists (fun c => if c =? v then value else theta c). intros w Hw.
    destruct (Nat.eq_dec w v) as [->|N].
    + destruct (found v m) eqn:F.
      * destruct (pivot_is_row v m (le_n m) F) as [a' [La [Ba P]]].
        unfold pivot_defect, product. rewrite (xors_column d _ v) by lia.
        rewrite Nat.eqb_refl. rewrite (P v), Ba, andb_true_r.
        rewrite (xors_ext d _ (fun c => if c =? v then false else theta c && pivot v m c))
          by (intros c _; destruct (c =? v); reflexivity).
        fold others. unfold value. destruct (pivot v m d), others; reflexivity.
      * rewrite Nat.eqb_refl. unfold value. reflexivity.
    + specialize (T w ltac:(lia)). destruct (found w m) eqn:F.
      * rewrite <- T. unfold pivot_defect. f_equal. apply xors_ext. intros c _.
        destruct (Nat.eqb_spec c v) as [->|Nc]; [|reflexivity].
        destruct (pivot_is_row w m (le_n m) F) as [a' [La [_ P]]].
        rewrite P, cleared by lia. rewrite !andb_false_r. reflexivity.
      * destruct (Nat.eqb_spec w v); [lia|assumption].
Qed.

(** With such a parity the answer is its value on the test example, which comes with label 0. *)
Lemma answer_is_parity : forall theta,
  (forall w, w < d -> if found w m then pivot_defect theta w = false else theta w = false) ->
  bits 0 m d = false -> bits d m d = product d theta (bits 0 m).
Proof.
  intros theta T L.
  assert (D : defect theta d m = defect theta 0 m).
  { apply defect_all; auto. intros w Hw F. specialize (T w Hw). rewrite F in T. exact T. }
  unfold defect in D. rewrite L in D.
  rewrite (product_zero d theta (bits d m)) in D.
  - destruct (bits d m d), (product d theta (bits 0 m)); auto.
  - intros c Hc. specialize (T c Hc). destruct (found c m) eqn:F.
    + rewrite test_cleared by auto. apply andb_false_r.
    + rewrite T. reflexivity.
Qed.

(** If some parity explains the examples, this one does. *)
Lemma parity_explains : forall theta other,
  (forall w, w < d -> if found w m then pivot_defect theta w = false else theta w = false) ->
  (forall a, a < m -> defect other 0 a = false) ->
  forall a, a < m -> defect theta 0 a = false.
Proof.
  intros theta other T O a Ha.
  rewrite <- (defect_all theta d a); [|lia|lia|].
  2:{ intros w Hw F. specialize (T w Hw). rewrite F in T. exact T. }
  pose proof (explained other d a (le_n d) Ha O) as E. unfold defect in *.
  rewrite product_zero in *.
  - exact E.
  - intros c Hc. rewrite cleared by lia. apply andb_false_r.
  - intros c Hc. rewrite cleared by lia. apply andb_false_r.
Qed.

End Rows.
