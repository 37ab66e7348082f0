(** Lemma 1, memorisation: step [i] of SGD adds [(y_i / 3) [x_i, 1]] to row [i] of [W], and nothing to any
    other row, in a network of any depth [n >= 1], with any number of work columns. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids LocalRule States Cells Storing.
Import ListNotations.
Open Scope Z_scope.

Lemma nth_with_one : forall x c, (c <= length x)%nat ->
  nth c (with_one x) 0 = sign (nth c x false).
Proof.
  intros x c H. unfold with_one. destruct (Nat.eq_dec c (length x)) as [->|N].
  - rewrite app_nth2, map_length, Nat.sub_diag by (rewrite map_length; lia).
    rewrite (nth_overflow x) by lia. reflexivity.
  - rewrite app_nth1 by (rewrite map_length; lia).
    rewrite nth_indep with (d' := sign false) by (rewrite map_length; lia).
    apply map_nth.
Qed.

Lemma length_with_one : forall x, length (with_one x) = (length x + 1)%nat.
Proof. intros. unfold with_one. rewrite app_length, map_length. reflexivity. Qed.

Lemma sign_xorb : forall a b, sign (xorb a b) = sign a * sign b.
Proof. destruct a, b; reflexivity. Qed.

Section Memorisation.

Variables (net : network) (code : cell -> Z) (known : cell -> bool).
Hypothesis correct : implements net code known.
Hypothesis work : (1 <= work_columns net)%nat.

Variables m d : nat.
Hypothesis features : (1 <= d)%nat.

Definition no_example : list bool * bool := ([], false).

(** [3 W] with these examples stored: [y [x, 1]] in each row, then zeros. *)
Definition stored (examples : list (list bool * bool)) : grid :=
  tabulate (m + 1) (d + 1) (fun a c =>
    if a <? Z.of_nat (length examples) then
      let (x, y) := nth (Z.to_nat a) examples no_example in
      sign y * nth (Z.to_nat c) (with_one x) 0
    else 0).

Definition well_formed (examples : list (list bool * bool)) : Prop :=
  forall x y, In (x, y) examples -> length x = d.

Section Step.

Variables (examples : list (list bool * bool)) (x : list bool) (y : bool).
Hypothesis formed : well_formed examples.
Hypothesis formed_x : length x = d.
Hypothesis room : (length examples <= m)%nat.

Let label_of (a : Z) : bool := snd (nth (Z.to_nat a) examples no_example).
Let sign_at (a c : Z) : bool :=
  xorb (label_of a)
    (xorb (nth (Z.to_nat c) (fst (nth (Z.to_nat a) examples no_example)) false)
       (nth (Z.to_nat c) x false)).

Lemma length_stored_row : forall a, (a < length examples)%nat ->
  length (fst (nth a examples no_example)) = d.
Proof.
  intros a H. destruct (nth a examples no_example) as [u v] eqn:E.
  apply (formed u v). rewrite <- E. apply nth_In, H.
Qed.

Lemma first_grid : memory_grid net (stored examples) (with_one x) =
  codes code (m + 1) (d + 1 + work_columns net)
    (storing d (Z.of_nat (length examples)) sign_at label_of 0).
Proof.
  unfold memory_grid. rewrite length_with_one, formed_x.
  replace (length (stored examples)) with (m + 1)%nat
    by (unfold stored; rewrite length_tabulate; reflexivity).
  apply tabulate_ext. intros a c Ha Hc. unfold storing.
  destruct (Z.ltb_spec c (Z.of_nat (d + 1))).
  - replace (Z.of_nat d <? c) with false by (symmetry; apply Z.ltb_ge; lia).
    unfold stored. rewrite pixel_tabulate by lia.
    destruct (Z.ltb_spec a (Z.of_nat (length examples))).
    + replace (0 <? Z.of_nat d + 1 - c) with true by (symmetry; apply Z.ltb_lt; lia).
      rewrite (code_sign _ _ _ correct). unfold sign_at, label_of.
      destruct (nth (Z.to_nat a) examples no_example) as [u v] eqn:E.
      assert (L : length u = d).
      { pose proof (length_stored_row (Z.to_nat a)) as L. rewrite E in L. apply L. lia. }
      cbn [fst snd]. rewrite !nth_with_one by lia. rewrite !sign_xorb. lia.
    + rewrite Z.eqb_refl. destruct (a =? Z.of_nat (length examples));
        rewrite (code_zero _ _ _ correct : code Zero = 0); reflexivity.
  - replace (Z.of_nat d <? c) with true by (symmetry; apply Z.ltb_lt; lia).
    rewrite (code_work _ _ _ correct : code Work = pixel_unit). reflexivity.
Qed.

Lemma label_sign : forall a, sign_at a (Z.of_nat d) = label_of a.
Proof.
  intros a. unfold sign_at. rewrite Nat2Z.id.
  rewrite (nth_overflow x) by lia.
  rewrite nth_overflow; [destruct (label_of a); reflexivity|].
  destruct (Nat.lt_ge_cases (Z.to_nat a) (length examples)) as [H|H].
  - rewrite length_stored_row by assumption. lia.
  - rewrite (nth_overflow examples) by assumption. simpl. lia.
Qed.

Theorem sgd_step_stores : forall n, (1 <= n)%nat ->
  sgd_step net n (stored examples) x y = Some (stored (examples ++ [(x, y)])).
Proof.
  intros n Hn. unfold sgd_step, predict.
  rewrite first_grid, length_with_one, formed_x.
  replace (length (stored examples)) with (m + 1)%nat
    by (unfold stored; rewrite length_tabulate; reflexivity).
  set (k := Z.of_nat (length examples)) in *.
  assert (K : 0 <= k <= Z.of_nat m) by lia.
  rewrite (run_storing net code known correct m d _ k sign_at label_of features work K label_sign). cbn [bind].
  rewrite (output_storing net code known correct m d _ k sign_at label_of K). cbn [bind].
  rewrite (gradient_storing net code known correct m d _ k sign_at label_of features work K label_sign) by lia.
  cbn [bind]. f_equal. unfold stored at 2. apply tabulate_ext. intros a c Ha Hc.
  rewrite pixel_tabulate by lia. unfold stored. rewrite pixel_tabulate by lia.
  rewrite app_length. cbn [length]. fold k. unfold row_gradient.
  replace (c <=? Z.of_nat d) with true by (symmetry; apply Z.leb_le; lia).
  rewrite andb_true_r. replace (Z.of_nat (length examples + 1)) with (k + 1) by lia.
  destruct (Z.ltb_spec a k), (Z.eqb_spec a k), (Z.ltb_spec a (k + 1)); try (exfalso; lia); try lia.
  - rewrite app_nth1 by lia. lia.
  - rewrite app_nth2 by lia. subst a. unfold k. rewrite Nat2Z.id, Nat.sub_diag. cbn [nth]. lia.
Qed.

End Step.

Theorem sgd_stores : forall n stream examples, (1 <= n)%nat ->
  well_formed (examples ++ stream) -> (length examples + length stream <= m + 1)%nat ->
  sgd net n (stored examples) stream = Some (stored (examples ++ stream)).
Proof.
  intros n stream. induction stream as [|[x y] stream IH]; intros examples Hn F L.
  - rewrite app_nil_r. reflexivity.
  - cbn [sgd]. cbn [length] in L. rewrite sgd_step_stores.
    + cbn [bind]. replace (examples ++ (x, y) :: stream) with ((examples ++ [(x, y)]) ++ stream) in *
        by (rewrite <- app_assoc; reflexivity).
      apply IH; [assumption|assumption|]. rewrite app_length. cbn [length]. lia.
    + intros u v I. apply (F u v), in_or_app. left. assumption.
    + apply (F x y), in_or_app. right. left. reflexivity.
    + lia.
    + assumption.
Qed.

(** Algorithm 1 stores the data and the dummy. *)
Theorem algorithm_1_stores : forall n data, (1 <= n)%nat -> length data = m -> well_formed data ->
  algorithm_1 net n d data = Some (stored (data ++ [(repeat false d, false)])).
Proof.
  intros n data Hn L F. unfold algorithm_1. rewrite L.
  replace (tabulate (m + 1) (d + 1) (fun _ _ => 0)) with (stored []).
  - apply (sgd_stores n _ []); [assumption| |rewrite app_length; cbn [length]; lia].
    intros u v I. cbn [app] in I. apply in_app_or in I. destruct I as [I|[I|[]]]; [apply (F u v I)|].
    injection I as <- _. apply repeat_length.
  - apply tabulate_ext. intros a c Ha _. cbn [length].
    destruct (Z.ltb_spec a (Z.of_nat 0)); [lia|reflexivity].
Qed.

End Memorisation.
