(** [backward] computes the derivatives: near a point where no unit is at its kink, a ReLU network of a
    vector is the affine map that has them. As everything is in integers, a small step [e / N] away from
    [v] is the point [N v + e] of the network with its biases times [N]. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Tables.
Import ListNotations.
Open Scope Z_scope.

(** The same layer for values over [N]. *)
Definition finer (N : Z) (l : layer) : layer :=
  Layer (weights l) (map (Z.mul N) (biases l)) (scale l).

(** [N v + e]. *)
Definition moved (N : Z) (v e : list Z) : list Z := vector_add (map (Z.mul N) v) e.

(** The shapes fit: each layer takes as many values as the one before it gives. *)
Fixpoint shaped (inputs : nat) (layers : list layer) : Prop :=
  match layers with
  | [] => True
  | l :: rest =>
      Forall (fun r => length r = inputs) (weights l) /\ length (biases l) = length (weights l) /\
      shaped (length (weights l)) rest
  end.

Fixpoint shapes_fit (inputs : nat) (layers : list layer) : bool :=
  match layers with
  | [] => true
  | l :: rest =>
      forallb (fun r => (length r =? inputs)%nat) (weights l) && (length (biases l) =? length (weights l))%nat &&
      shapes_fit (length (weights l)) rest
  end.

Lemma shapes_fit_shaped : forall layers inputs, shapes_fit inputs layers = true -> shaped inputs layers.
Proof.
  induction layers as [|l rest IH]; intros inputs F; [exact I|]. cbn [shapes_fit] in F. rewrite !andb_true_iff in F.
  destruct F as [[R B] F]. split; [|split; [apply Nat.eqb_eq, B|apply IH, F]].
  apply Forall_forall. intros r H. rewrite forallb_forall in R. apply Nat.eqb_eq, R, H.
Qed.

Lemma dot_moved : forall N r v e, length v = length e ->
  dot r (moved N v e) = N * dot r v + dot r e.
Proof.
  unfold moved, vector_add.
  induction r as [|w r IH]; intros [|x v] [|y e] L; try discriminate L; try (unfold dot; simpl; lia).
  simpl in L. cbn [map combine]. rewrite !dot_cons, IH by lia. cbn [fst snd]. lia.
Qed.

Lemma length_moved : forall N v e, length v = length e -> length (moved N v e) = length v.
Proof. intros. unfold moved. rewrite length_vector_add, map_length. lia. Qed.

(** How the inputs of a layer's units move. *)
Definition movement (l : layer) (e : list Z) : list Z := map (fun r => dot r e) (weights l).

Lemma affine_moved : forall N l v e, length v = length e -> length (biases l) = length (weights l) ->
  affine (finer N l) (moved N v e) = moved N (affine l v) (movement l e).
Proof.
  intros N [ws bs s] v e L B. unfold affine, movement, finer. cbn [weights biases] in *.
  revert bs B. induction ws as [|r ws IH]; intros [|b bs] B; try discriminate B; [reflexivity|].
  unfold moved, vector_add in *. cbn [map combine fst snd] in *. f_equal.
  - fold (vector_add (map (Z.mul N) v) e). fold (moved N v e). rewrite dot_moved by assumption. lia.
  - apply IH. simpl in B. lia.
Qed.

(** A number that is larger than the absolute values. *)
Definition bound (u : list Z) : Z := 1 + sum (map Z.abs u).

Lemma bound_in : forall u x, In x u -> Z.abs x < bound u.
Proof.
  unfold bound. induction u as [|y u IH]; intros x I; [destruct I|].
  change (sum (map Z.abs (y :: u))) with (Z.abs y + sum (map Z.abs u)).
  assert (P : 0 <= sum (map Z.abs u)) by (clear; unfold sum; induction u; simpl; lia).
  destruct I as [->|I]; [lia|]. specialize (IH x I). lia.
Qed.

Lemma relu_moved : forall N u e, length u = length e -> bound e <= N ->
  existsb (Z.eqb 0) u = false ->
  map relu (moved N u e) = moved N (map relu u) (masked e u).
Proof.
  intros N u e L B K.
  assert (S : forall x, In x e -> Z.abs x < N) by (intros x I; pose proof (bound_in e x I); lia).
  clear B. revert u L K. induction e as [|y e IH]; intros [|x u] L K; try discriminate L; [reflexivity|].
  cbn [existsb] in K. apply orb_false_iff in K. destruct K as [K1 K2]. apply Z.eqb_neq in K1.
  unfold moved, vector_add, masked in *. cbn [map combine fst snd] in *. f_equal.
  - pose proof (S y (or_introl eq_refl)). unfold relu.
    destruct (Z.ltb_spec 0 x); nia.
  - apply IH; [intros z I; apply S; right; exact I|simpl in L; lia|exact K2].
Qed.

Lemma dot_comm : forall u v, dot u v = dot v u.
Proof.
  induction u as [|x u IH]; intros [|y v]; try reflexivity. rewrite !dot_cons, IH. lia.
Qed.

(** What passes back is what passes forward, seen from the other side. *)
Lemma dot_masked_both : forall g u e, length g = length u -> length e = length u ->
  dot (masked g u) e = dot g (masked e u).
Proof.
  induction g as [|x g IH]; intros [|y u] [|z e] L M; try discriminate; try reflexivity.
  unfold masked in *. cbn [combine map fst snd] in *. rewrite !dot_cons.
  rewrite IH by (simpl in L, M; lia). destruct (0 <? y); lia.
Qed.

Lemma length_affine : forall l v, length (biases l) = length (weights l) ->
  length (affine l v) = length (weights l).
Proof. intros. unfold affine. rewrite map_length, combine_length. lia. Qed.

Lemma backward_step : forall l l' rest v,
  backward (l :: l' :: rest) v =
  if existsb (Z.eqb 0) (affine l v) then None
  else bind (backward (l' :: rest) (map relu (affine l v)))
         (fun g => Some (weighted (length v) (masked g (affine l v)) (weights l))).
Proof. reflexivity. Qed.

Lemma total_step : forall l l' rest v,
  total (l :: l' :: rest) v = total (l' :: rest) (map relu (affine l v)).
Proof. reflexivity. Qed.

Lemma backward_length : forall layers v g, shaped (length v) layers ->
  backward layers v = Some g -> length g = length v.
Proof.
  intros [|l [|l' rest]] v g S B; [discriminate B| |].
  - cbn [backward] in B. destruct S as [F _].
    destruct (weights l) as [|w [|]]; try discriminate B. injection B as <-. inversion F; assumption.
  - destruct S as [F _]. rewrite backward_step in B.
    destruct (existsb (Z.eqb 0) (affine l v)); [discriminate B|].
    destruct (backward (l' :: rest) (map relu (affine l v))); [|discriminate B].
    cbn [bind] in B. injection B as <-. apply length_weighted. assumption.
Qed.

Theorem backward_is_derivative : forall layers v g e t,
  shaped (length v) layers -> length e = length v ->
  backward layers v = Some g -> total layers v = Some t ->
  exists least, forall N, least <= N ->
    total (map (finer N) layers) (moved N v e) = Some (N * t + dot g e).
Proof.
  induction layers as [|l rest IH]; intros v g e t S L B T; [discriminate B|].
  destruct S as [F [Hb S]].
  destruct rest as [|l' rest].
  - exists 0. intros N _. cbn [map total backward] in *.
    rewrite affine_moved by auto. destruct l as [ws bs s]. unfold affine, movement in *.
    cbn [weights biases] in *. destruct ws as [|w [|]]; try discriminate B.
    destruct bs as [|b [|]]; try discriminate Hb. injection B as <-.
    cbn [combine map fst snd] in T. injection T as <-. reflexivity.
  - rewrite total_step in T. rewrite backward_step in B. set (u := affine l v) in *.
    destruct (existsb (Z.eqb 0) u) eqn:K; [discriminate B|].
    destruct (backward (l' :: rest) (map relu u)) as [g'|] eqn:B'; [|discriminate B].
    cbn [bind] in B. injection B as <-.
    assert (Lu : length u = length (weights l)) by (apply length_affine; assumption).
    assert (Lm : length (movement l e) = length u) by (unfold movement; rewrite map_length; lia).
    assert (Le : length (masked (movement l e) u) = length (map relu u)).
    { rewrite length_masked, map_length. lia. }
    rewrite <- Lu in S. rewrite <- (map_length relu u) in S.
    destruct (IH (map relu u) g' (masked (movement l e) u) t S Le B' T) as [least H].
    exists (Z.max least (bound (movement l e))). intros N HN.
    change (map (finer N) (l :: l' :: rest)) with (finer N l :: finer N l' :: map (finer N) rest).
    rewrite total_step. change (finer N l' :: map (finer N) rest) with (map (finer N) (l' :: rest)).
    rewrite affine_moved by auto. fold u. rewrite relu_moved; [|lia|lia|exact K].
    rewrite H by lia. f_equal. f_equal.
    pose proof (backward_length _ _ _ S B') as Lg. rewrite map_length in Lg.
    rewrite dot_weighted by assumption. rewrite <- dot_masked_both by lia.
    unfold dot at 1, movement. f_equal.
    rewrite <- (map_id (masked g' u)) at 1. rewrite combine_map, map_map. reflexivity.
Qed.
