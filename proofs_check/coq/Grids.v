(** Lemmas about lists, options and grids. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network.
Import ListNotations.
Open Scope Z_scope.

Lemma bind_some : forall A B (a : option A) (f : A -> option B) x, a = Some x -> bind a f = f x.
Proof. intros; subst; reflexivity. Qed.

Lemma all_map : forall A B (f : A -> option B) (g : A -> B) l,
  (forall x, In x l -> f x = Some (g x)) -> all (map f l) = Some (map g l).
Proof.
  induction l as [|x l IH]; intros H; simpl; [reflexivity|].
  rewrite (H x) by (left; reflexivity); simpl. rewrite IH by (intros; apply H; right; assumption).
  reflexivity.
Qed.

Lemma exactly_times : forall a b, 0 < b -> exactly (b * a) b = Some a.
Proof.
  intros a b H. unfold exactly. rewrite (Z.mul_comm b a), Z.mod_mul, Z.div_mul by lia.
  replace (0 <? b) with true by (symmetry; apply Z.ltb_lt; lia). reflexivity.
Qed.

Lemma in_indices : forall n z, In z (indices n) <-> 0 <= z < Z.of_nat n.
Proof.
  intros n z. unfold indices. rewrite in_map_iff. split.
  - intros [x [E I]]. apply in_seq in I. lia.
  - intros H. exists (Z.to_nat z). rewrite in_seq. lia.
Qed.

Lemma length_indices : forall n, length (indices n) = n.
Proof. intros; unfold indices; rewrite map_length, seq_length; reflexivity. Qed.

Lemma nth_indices : forall n z, 0 <= z < Z.of_nat n -> nth (Z.to_nat z) (indices n) 0 = z.
Proof.
  intros n z H. unfold indices. change 0 with (Z.of_nat 0). rewrite map_nth, seq_nth by lia. lia.
Qed.

Lemma insideP : forall rows columns a c,
  inside rows columns a c = true <->
  (0 <= a < Z.of_nat rows /\ 0 <= c < Z.of_nat columns).
Proof. intros. unfold inside. rewrite !andb_true_iff, !Z.leb_le, !Z.ltb_lt. lia. Qed.

Lemma nth_tabulate : forall A rows columns (f : Z -> Z -> A) a c default,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  nth (Z.to_nat c) (nth (Z.to_nat a) (tabulate rows columns f) []) default = f a c.
Proof.
  intros A rows columns f a c default Ha Hc. unfold tabulate.
  rewrite nth_indep with (d' := map (f 0) (indices columns))
    by (rewrite map_length, length_indices; lia).
  rewrite (map_nth (fun a => map (f a) (indices columns))), nth_indices by assumption.
  rewrite nth_indep with (d' := f a 0) by (rewrite map_length, length_indices; lia).
  rewrite map_nth, nth_indices by assumption. reflexivity.
Qed.

Lemma pixel_tabulate : forall rows columns f a c,
  0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns ->
  pixel (tabulate rows columns f) a c = f a c.
Proof. intros. apply nth_tabulate; assumption. Qed.

Lemma length_tabulate : forall A rows columns (f : Z -> Z -> A),
  length (tabulate rows columns f) = rows.
Proof. intros. unfold tabulate. rewrite map_length, length_indices. reflexivity. Qed.

Lemma tabulate_ext : forall A rows columns (f g : Z -> Z -> A),
  (forall a c, 0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns -> f a c = g a c) ->
  tabulate rows columns f = tabulate rows columns g.
Proof.
  intros A rows columns f g H. unfold tabulate. apply map_ext_in. intros a Ha.
  apply map_ext_in. intros c Hc. apply H; apply in_indices; assumption.
Qed.

Lemma all_tabulate : forall A rows columns (f : Z -> Z -> option A) (g : Z -> Z -> A),
  (forall a c, 0 <= a < Z.of_nat rows -> 0 <= c < Z.of_nat columns -> f a c = Some (g a c)) ->
  all (map all (tabulate rows columns f)) = Some (tabulate rows columns g).
Proof.
  intros A rows columns f g H. unfold tabulate. rewrite map_map.
  apply (all_map _ _ (fun a => all (map (f a) (indices columns)))
           (fun a => map (g a) (indices columns))).
  intros a Ha. apply all_map. intros c Hc. apply H; apply in_indices; assumption.
Qed.

Lemma shown_tabulate : forall net rows columns f a c,
  shown net rows columns (tabulate rows columns f) a c =
  if inside rows columns a c then f a c else padding net.
Proof.
  intros. unfold shown. destruct (inside rows columns a c) eqn:E; [|reflexivity].
  apply insideP in E. apply pixel_tabulate; lia.
Qed.

(** ** Sums *)

Lemma sum_app : forall u v, sum (u ++ v) = sum u + sum v.
Proof. induction u; intros; simpl; [|rewrite IHu]; lia. Qed.

Lemma sum_zero : forall A (f : A -> Z) l, (forall x, In x l -> f x = 0) -> sum (map f l) = 0.
Proof.
  induction l as [|x l IH]; intros H; simpl; [reflexivity|].
  rewrite (H x) by (left; reflexivity). rewrite IH by (intros; apply H; right; assumption).
  reflexivity.
Qed.

Lemma sum_concat_map : forall A (f : A -> list Z) l,
  sum (concat (map f l)) = sum (map (fun x => sum (f x)) l).
Proof. induction l; simpl; [reflexivity|]. rewrite sum_app, IHl. reflexivity. Qed.

(** A sum over the numbers below [n] in which one number counts. *)
Lemma sum_single : forall n z (f : Z -> Z), 0 <= z < Z.of_nat n ->
  (forall x, 0 <= x < Z.of_nat n -> x <> z -> f x = 0) -> sum (map f (indices n)) = f z.
Proof.
  induction n as [|n IH]; intros z f H O; [lia|].
  unfold indices. rewrite seq_S, !map_app, sum_app. simpl.
  fold (indices n).
  destruct (Z.eq_dec z (Z.of_nat n)) as [->|N].
  - rewrite sum_zero; [lia|]. intros x Hx. apply in_indices in Hx. apply O; lia.
  - rewrite (O (Z.of_nat n)) by lia. rewrite (IH z f); [lia|lia|]. intros; apply O; lia.
Qed.

(** The sum over a grid. *)
Lemma sum_grid : forall A rows columns (f : Z -> Z -> A) (h : A -> Z),
  sum (map h (concat (tabulate rows columns f))) =
  sum (map (fun a => sum (map (fun c => h (f a c)) (indices columns))) (indices rows)).
Proof.
  intros. unfold tabulate. rewrite concat_map, map_map, sum_concat_map. f_equal.
  apply map_ext. intros a. rewrite map_map. reflexivity.
Qed.

Lemma in_concat_tabulate : forall A rows columns (f : Z -> Z -> A) x,
  In x (concat (tabulate rows columns f)) ->
  exists a c, 0 <= a < Z.of_nat rows /\ 0 <= c < Z.of_nat columns /\ f a c = x.
Proof.
  intros A rows columns f x H. apply in_concat in H. destruct H as [l [L X]].
  unfold tabulate in L. apply in_map_iff in L. destruct L as [a [<- Ha]].
  apply in_map_iff in X. destruct X as [c [E Hc]].
  exists a, c. rewrite in_indices in Ha, Hc. auto.
Qed.
