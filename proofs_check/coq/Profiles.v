(** What the positions of a patch contribute to the units of a network's convolution, whose first units
    each read one position, and none of the corners. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Tables.
Import ListNotations.
Open Scope Z_scope.

Section Profiles.

Variable net : network.

(** ** The weights as tables *)

Definition layer_number (k : nat) : layer := nth k (convolution net) (Layer [] [] 0).

Definition hs : list hinge := hinges_of (layer_number 0).
Definition w2 : list (list Z) := weights (layer_number 1).
Definition b2 : list Z := biases (layer_number 1).
Definition w3 : list Z := hd [] (weights (layer_number 2)).
Definition b3 : Z := hd 0 (biases (layer_number 2)).
Definition s3 : Z := scale (layer_number 2).

(** A single position is read by each unit of the first layer. *)
Definition is_tables : Prop := convolution net =
  [Layer (hinge_rows hs) (map kink hs) (scale (layer_number 0));
   Layer w2 b2 (scale (layer_number 1)); Layer [w3] [b3] s3].

(** The corners are not read. *)
Definition corner (k : nat) : bool := forallb (fun h => negb (position h =? k)%nat) hs.

(** Numbers fit, and no unit of the first layer is at its kink, whatever integers a patch shows. *)
Definition fits : bool :=
  forallb (fun h => (position h <? 9)%nat) hs &&
  forallb (fun r => (length r =? length hs)%nat) w2 &&
  ((length w2 =? length b2)%nat && (length w3 =? length w2)%nat) &&
  forallb (fun h => negb (kink h mod slope h =? 0)) hs &&
  forallb corner [0; 2; 6; 8]%nat && (0 <? s3).

Hypothesis tables : is_tables.
Hypothesis fit : fits = true.

Lemma positions_read : forallb (fun h => (position h <? 9)%nat) hs = true.
Proof. unfold fits in fit. rewrite !andb_true_iff in fit. apply fit. Qed.

Lemma widths_fit : forallb (fun r => (length r =? length hs)%nat) w2 = true.
Proof. unfold fits in fit. rewrite !andb_true_iff in fit. apply fit. Qed.

Lemma heights_fit : (length w2 =? length b2)%nat && (length w3 =? length w2)%nat = true.
Proof. unfold fits in fit. rewrite !andb_true_iff in fit. rewrite andb_true_iff. apply fit. Qed.

Lemma scale_positive : 0 < s3.
Proof. unfold fits in fit. rewrite !andb_true_iff in fit. apply Z.ltb_lt, fit. Qed.

Lemma corners_unread : forall k, In k [0; 2; 6; 8]%nat -> corner k = true.
Proof.
  intros k. unfold fits in fit. rewrite !andb_true_iff in fit.
  destruct fit as [[_ C] _]. rewrite forallb_forall in C. apply C.
Qed.

Lemma hinges_off_kink : forall h v, In h hs -> slope h * v + kink h <> 0.
Proof.
  intros h v H E.
  assert (C : forallb (fun h => negb (kink h mod slope h =? 0)) hs = true).
  { unfold fits in fit. rewrite !andb_true_iff in fit. apply fit. }
  rewrite forallb_forall in C. specialize (C h H).
  apply negb_true_iff, Z.eqb_neq in C. apply C.
  destruct (Z.eq_dec (slope h) 0) as [S|S]; [rewrite S in *; rewrite Zmod_0_r; lia|].
  replace (kink h) with (- v * slope h) by lia. apply Z.mod_mul, S.
Qed.

(** ** Values *)

(** What a position contributes to the units of the second layer. *)
Definition profile (k : nat) (v : Z) : list Z := map (fun w => value hs w k v) w2.

Lemma corner_value : forall k w v, corner k = true -> value hs w k v = 0.
Proof.
  intros k w v C. unfold value. apply dot_zero. intros h H.
  unfold corner in C. rewrite forallb_forall in C. specialize (C h H).
  destruct (position h =? k)%nat; [discriminate|reflexivity].
Qed.

Lemma vector_add_maps : forall A (f g : A -> Z) l,
  vector_add (map f l) (map g l) = map (fun x => f x + g x) l.
Proof.
  intros. unfold vector_add. rewrite combine_map, combine_self, !map_map. reflexivity.
Qed.

(** The inputs of the units, from what each position contributes. *)
Definition inputs (c n w e s : list Z) : list Z :=
  vector_add (vector_add (vector_add (vector_add (vector_add c n) w) e) s) b2.

Lemma units_profiles : forall nw n ne w c e sw s se,
  units hs w2 b2 [nw; n; ne; w; c; e; sw; s; se] =
  inputs (profile 4 c) (profile 1 n) (profile 3 w) (profile 5 e) (profile 7 s).
Proof.
  intros. unfold inputs, profile. rewrite !vector_add_maps.
  transitivity (map (fun p => (value hs (fst p) 4 c + value hs (fst p) 1 n + value hs (fst p) 3 w +
    value hs (fst p) 5 e + value hs (fst p) 7 s) + snd p) (combine w2 b2)).
  - unfold units. apply map_ext. intros [r b]. cbn [map seq nth fst snd sum fold_right].
    rewrite (corner_value 0), (corner_value 2), (corner_value 6), (corner_value 8)
      by (apply corners_unread; cbn; tauto). lia.
  - unfold vector_add.
    rewrite <- (map_id b2) at 2. rewrite combine_map, map_map. reflexivity.
Qed.

(** The network's value, times its scale, from the inputs of its units. *)
Definition value_of (u : list Z) : Z := dot w3 (map relu u) + b3.

Lemma perceptron_units : forall v next, length v = 9%nat ->
  value_of (units hs w2 b2 v) = s3 * next -> perceptron (convolution net) v = Some next.
Proof.
  intros v next L E. unfold perceptron. rewrite tables.
  rewrite (total_units hs w2 b2 w3 b3 _ _ _ positions_read) by exact L.
  cbn [bind]. unfold value_of in E. rewrite E. apply exactly_times, scale_positive.
Qed.

(** ** Slopes *)

(** No unit's table has a slope there. *)
Definition flat (k : nat) (v : Z) : bool := forallb (fun w => incline hs w k v =? 0) w2.

Lemma flat_corner : forall k v, In k [0; 2; 6; 8]%nat -> flat k v = true.
Proof.
  intros k v I. unfold flat. apply forallb_forall. intros w _. apply Z.eqb_eq.
  unfold incline. apply dot_zero. intros h H. pose proof (corners_unread k I) as C.
  unfold corner in C. rewrite forallb_forall in C. specialize (C h H).
  destruct (position h =? k)%nat; [discriminate|reflexivity].
Qed.

Lemma incline_flat : forall v k, flat k (nth k v 0) = true -> incline_total hs w2 b2 w3 v k = 0.
Proof.
  intros v k F. unfold incline_total. apply sum_zero. intros [g w] I.
  apply in_combine_r in I. unfold flat in F. rewrite forallb_forall in F.
  specialize (F w I). apply Z.eqb_eq in F. cbn [fst snd]. rewrite F. lia.
Qed.

(** Only the first unit's table has a slope there, and with it the network's slope is 1. *)
Definition slope_one (k : nat) (v : Z) : bool :=
  match w2, w3 with
  | r :: rest, x :: _ =>
      (x * incline hs r k v =? s3) && forallb (fun w => incline hs w k v =? 0) rest
  | _, _ => false
  end.

Lemma incline_one : forall v k, slope_one k (nth k v 0) = true ->
  0 < hd 0 (units hs w2 b2 v) -> incline_total hs w2 b2 w3 v k = s3.
Proof.
  intros v k S On. unfold slope_one in S. unfold incline_total.
  destruct w2 as [|r rest]; [discriminate|]. destruct w3 as [|x xs]; [discriminate|].
  apply andb_prop in S. destruct S as [S Z]. apply Z.eqb_eq in S.
  destruct (units hs (r :: rest) b2 v) as [|u us]; [cbn in On; lia|].
  unfold masked. cbn [combine map fst snd sum fold_right]. cbn [hd] in On.
  fold (masked xs us). apply Z.ltb_lt in On. rewrite On, S.
  fold (sum (map (fun p => fst p * incline hs (snd p) k (nth k v 0)) (combine (masked xs us) rest))).
  rewrite sum_zero; [lia|].
  intros [g q] I. apply in_combine_r in I. rewrite forallb_forall in Z.
  specialize (Z q I). apply Z.eqb_eq in Z. cbn [fst snd]. rewrite Z. lia.
Qed.

(** The derivatives exist if no unit is at its kink. *)
Lemma derivatives_units : forall v, length v = 9%nat ->
  existsb (Z.eqb 0) (units hs w2 b2 v) = false ->
  derivatives 1 (convolution net) v =
  all (map (fun k => exactly (incline_total hs w2 b2 w3 v k) s3) (seq 0 9)).
Proof.
  intros v L K. unfold derivatives. rewrite tables.
  rewrite (backward_units hs w2 b2 w3 b3 _ _ _ positions_read widths_fit heights_fit).
  2: exact L.
  2: intros; apply hinges_off_kink; assumption.
  2:{ intros I. apply Bool.not_true_iff_false in K. apply K.
      apply existsb_exists. exists 0. split; [assumption|reflexivity]. }
  cbn [bind last_scale last scale]. rewrite map_map. f_equal. apply map_ext. intros k.
  unfold last_scale. cbn [last scale]. now rewrite Z.mul_1_l.
Qed.

End Profiles.

(** ** Codes that the network itself gives *)

(** The next code of a cell with these codes in it and to its north, west, east and south. *)
Definition next_code (net : network) (c n w e s : Z) : Z :=
  match perceptron (convolution net) [0; n; 0; w; c; e; 0; s; 0] with
  | Some next => next
  | None => 0
  end.

(** Functions of bits as tables, so that they are computed once. *)
Definition of_bit (f : bool -> Z) : bool -> Z :=
  let no := f false in let yes := f true in fun a => if a then yes else no.
Definition of_bits (f : bool -> bool -> Z) : bool -> bool -> Z :=
  let no := of_bit (f false) in let yes := of_bit (f true) in fun a => if a then yes else no.
