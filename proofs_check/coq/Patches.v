(** The units of the second layer on every patch of states. This is where the weights are looked at: by
    computation, on all combinations of a state and of what its neighbours can tell it. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Tables Cells Weights Codes.
Import ListNotations.
Open Scope Z_scope.

(** ** All states, and states that stand for what neighbours tell *)

Definition bits := [false; true].
Definition handed : list (option bool) := [None; Some false; Some true].

Definition cells : list cell :=
  [Pad; Work; Zero; Decided] ++ map Sign bits ++ map Held bits ++ map Bit bits ++ map Answer bits ++
  flat_map (fun r => map (Masked r) bits ++ map (Unmasking r) bits ++ map (Deciding r) bits ++
    flat_map (fun b => map (Acting b r) handed) bits) bits.

Lemma in_cells : forall c, In c cells.
Proof.
  destruct c as [| | |[]|[] []|[]|[] []|[]|[] [] [[]|]|[] []| |[]]; vm_compute; tauto.
Qed.

Definition norths := NorthPad :: NorthZero :: map NorthBit handed ++ map NorthDecide bits.
Definition wests := [WestPad; WestQuiet; WestRow false; WestRow true; WestDone].
Definition easts :=
  [EastSign; EastWork; EastHeld; EastMasked false; EastMasked true; EastOther].
Definition souths := [SouthPad; SouthQuiet; SouthUnmasking false; SouthUnmasking true].

Lemma in_norths : forall n, In n norths. Proof. destruct n as [| |[[]|]|[]]; vm_compute; tauto. Qed.
Lemma in_wests : forall w, In w wests. Proof. destruct w as [| |[]|]; vm_compute; tauto. Qed.
Lemma in_easts : forall e, In e easts. Proof. destruct e as [| | |[]|]; vm_compute; tauto. Qed.
Lemma in_souths : forall s, In s souths. Proof. destruct s as [| |[]]; vm_compute; tauto. Qed.

Definition north_cell n : cell :=
  match n with
  | NorthPad => Pad
  | NorthZero => Zero
  | NorthBit None => Work
  | NorthBit h => Acting false false h
  | NorthDecide f => Deciding false f
  end.

Definition west_cell w : cell :=
  match w with
  | WestPad => Pad
  | WestQuiet => Work
  | WestRow r => Acting false r None
  | WestDone => Decided
  end.

Definition east_cell e : cell :=
  match e with
  | EastSign => Pad
  | EastWork => Work
  | EastHeld => Held false
  | EastMasked y => Masked false y
  | EastOther => Bit false
  end.

Definition south_cell s : cell :=
  match s with
  | SouthPad => Pad
  | SouthQuiet => Work
  | SouthUnmasking x => Unmasking false x
  end.

(** ** The weights as tables *)

Definition hs : list hinge := hinges_of convolution_1.
Definition w2 : list (list Z) := weights convolution_2.
Definition b2 : list Z := biases convolution_2.
Definition w3 : list Z := hd [] (weights convolution_3).
Definition b3 : Z := hd 0 (biases convolution_3).
Definition s3 : Z := scale convolution_3.

(** A single position is read by each unit of the first layer. *)
Lemma convolution_tables : convolution network =
  [Layer (hinge_rows hs) (map kink hs) (scale convolution_1);
   Layer w2 b2 (scale convolution_2); Layer [w3] [b3] s3].
Proof. vm_compute. reflexivity. Qed.

Lemma positions_read : forallb (fun h => (position h <? 9)%nat) hs = true.
Proof. vm_compute. reflexivity. Qed.

Lemma widths_fit : forallb (fun r => (length r =? length hs)%nat) w2 = true.
Proof. vm_compute. reflexivity. Qed.

Lemma heights_fit : (length w2 =? length b2)%nat && (length w3 =? length w2)%nat = true.
Proof. vm_compute. reflexivity. Qed.

(** No unit of the first layer is at its kink, whatever integers a patch shows. *)
Lemma hinges_off_kink : forall h v, In h hs -> slope h * v + kink h <> 0.
Proof.
  intros h v H E.
  assert (C : forallb (fun h => negb (kink h mod slope h =? 0)) hs = true)
    by (vm_compute; reflexivity).
  rewrite forallb_forall in C. specialize (C h H).
  apply negb_true_iff, Z.eqb_neq in C. apply C.
  destruct (Z.eq_dec (slope h) 0) as [S|S]; [rewrite S in *; rewrite Zmod_0_r; lia|].
  replace (kink h) with (- v * slope h) by lia. apply Z.mod_mul, S.
Qed.

(** What a position contributes to the units of the second layer. *)
Definition profile (k : nat) (v : Z) : list Z := map (fun w => value hs w k v) w2.

(** The four corners are not read. *)
Definition corner (k : nat) : bool := forallb (fun h => negb (position h =? k)%nat) hs.

Lemma corner_value : forall k w v, corner k = true -> value hs w k v = 0.
Proof.
  intros k w v C. unfold value. apply dot_zero. intros h H.
  unfold corner in C. rewrite forallb_forall in C. specialize (C h H).
  destruct (position h =? k)%nat; [discriminate|reflexivity].
Qed.

Lemma corner_incline : forall k w v, corner k = true -> incline hs w k v = 0.
Proof.
  intros k w v C. unfold incline. apply dot_zero. intros h H.
  unfold corner in C. rewrite forallb_forall in C. specialize (C h H).
  destruct (position h =? k)%nat; [discriminate|reflexivity].
Qed.

Lemma vector_add_maps : forall A (f g : A -> Z) l,
  vector_add (map f l) (map g l) = map (fun x => f x + g x) l.
Proof.
  intros. unfold vector_add. rewrite combine_map, combine_self, !map_map. reflexivity.
Qed.

Lemma units_profiles : forall nw n ne w c e sw s se,
  units hs w2 b2 [nw; n; ne; w; c; e; sw; s; se] =
  vector_add (vector_add (vector_add (vector_add (vector_add (profile 4 c) (profile 1 n))
    (profile 3 w)) (profile 5 e)) (profile 7 s)) b2.
Proof.
  intros. unfold profile. rewrite !vector_add_maps.
  transitivity (map (fun p => (value hs (fst p) 4 c + value hs (fst p) 1 n + value hs (fst p) 3 w +
    value hs (fst p) 5 e + value hs (fst p) 7 s) + snd p) (combine w2 b2)).
  - unfold units. apply map_ext. intros [r b]. cbn [map seq nth fst snd sum fold_right].
    rewrite (corner_value 0), (corner_value 2), (corner_value 6), (corner_value 8)
      by (vm_compute; reflexivity). lia.
  - unfold vector_add.
    rewrite <- (map_id b2) at 2. rewrite combine_map, map_map. reflexivity.
Qed.

(** The states that contribute something else than the state that stands for what they tell. *)
Definition mistaken (k : nat) (stands_for : cell -> cell) : list cell :=
  filter (fun c => if list_eq_dec Z.eq_dec (profile k (code c)) (profile k (code (stands_for c)))
                   then false else true) cells.

Lemma none_mistaken : forall k stands_for, mistaken k stands_for = [] ->
  forall c, profile k (code c) = profile k (code (stands_for c)).
Proof.
  intros k stands_for M c. pose proof (in_cells c) as I. unfold mistaken in M.
  destruct (list_eq_dec Z.eq_dec (profile k (code c)) (profile k (code (stands_for c)))) as [E|N];
    [exact E|].
  assert (F : In c []); [|destruct F]. rewrite <- M. apply filter_In. split; [exact I|].
  destruct (list_eq_dec Z.eq_dec (profile k (code c)) (profile k (code (stands_for c)))); auto.
Qed.

Lemma profile_north : forall c, profile 1 (code c) = profile 1 (code (north_cell (north c))).
Proof. apply (none_mistaken 1 (fun c => north_cell (north c))). vm_compute. reflexivity. Qed.

Lemma profile_west : forall c, profile 3 (code c) = profile 3 (code (west_cell (west c))).
Proof. apply (none_mistaken 3 (fun c => west_cell (west c))). vm_compute. reflexivity. Qed.

Lemma profile_east : forall c, profile 5 (code c) = profile 5 (code (east_cell (east c))).
Proof. apply (none_mistaken 5 (fun c => east_cell (east c))). vm_compute. reflexivity. Qed.

Lemma profile_south : forall c, profile 7 (code c) = profile 7 (code (south_cell (south c))).
Proof. apply (none_mistaken 7 (fun c => south_cell (south c))). vm_compute. reflexivity. Qed.

(** ** All combinations *)

(** The first unit, which carries the tables, is on; no unit is at its kink; the rule's state is next. *)
Definition ok c n w e s (u : list Z) : bool :=
  (0 <? hd 0 u) && negb (existsb (Z.eqb 0) u) &&
  match rule c n w e s with
  | Some next => dot w3 (map relu u) + b3 =? s3 * code next
  | None => true
  end.

Definition with_profile {A} (k : nat) (state : A -> cell) (l : list A) : list (A * list Z) :=
  map (fun x => (x, profile k (code (state x)))) l.

(** A state and what its neighbours tell it, each with its profile. *)
Definition combination : Type :=
  (cell * list Z) * ((from_north * list Z) * ((from_west * list Z) * ((from_east * list Z) *
    (from_south * list Z)))).

Definition combination_ok (p : combination) : bool :=
  let '(c, (n, (w, (e, s)))) := p in
  ok (fst c) (fst n) (fst w) (fst e) (fst s)
    (vector_add (vector_add (vector_add (vector_add (vector_add (snd c) (snd n)) (snd w)) (snd e))
      (snd s)) b2).

Definition combinations : list combination :=
  list_prod (with_profile 4 (fun c => c) cells) (list_prod (with_profile 1 north_cell norths)
    (list_prod (with_profile 3 west_cell wests) (list_prod (with_profile 5 east_cell easts)
      (with_profile 7 south_cell souths)))).

(** The first combination that is not as it should be; without its profiles, to be read. *)
Definition wrong : option (cell * from_north * from_west * from_east * from_south) :=
  option_map (fun p : combination => let '(c, (n, (w, (e, s)))) := p in
                (fst c, fst n, fst w, fst e, fst s))
    (find (fun p => negb (combination_ok p)) combinations).

Lemma none_wrong : wrong = None.
Proof. vm_compute. reflexivity. Qed.

Local Opaque hs w2 b2 w3 b3 profile ok.

Lemma all_ok : forall p, In p combinations -> combination_ok p = true.
Proof.
  intros p I. destruct (find (fun p => negb (combination_ok p)) combinations) as [q|] eqn:E.
  - pose proof none_wrong as W. unfold wrong in W. rewrite E in W.
    destruct q as [c [n [w [e s]]]]. discriminate W.
  - apply negb_false_iff, (find_none _ _ E p I).
Qed.

Lemma in_profiles : forall A k (state : A -> cell) l x, In x l ->
  In (x, profile k (code (state x))) (with_profile k state l).
Proof. intros. unfold with_profile. apply (in_map (fun x => (x, profile k (code (state x))))), H. Qed.

Lemma combinations_ok : forall c n w e s,
  ok c n w e s
    (vector_add (vector_add (vector_add (vector_add (vector_add (profile 4 (code c))
      (profile 1 (code (north_cell n)))) (profile 3 (code (west_cell w))))
      (profile 5 (code (east_cell e)))) (profile 7 (code (south_cell s)))) b2) = true.
Proof.
  intros c n w e s.
  assert (I : In ((c, profile 4 (code c)), ((n, profile 1 (code (north_cell n))),
      ((w, profile 3 (code (west_cell w))), ((e, profile 5 (code (east_cell e))),
        (s, profile 7 (code (south_cell s))))))) combinations).
  { apply in_prod; [apply (in_profiles _ 4 (fun c => c)), in_cells|].
    apply in_prod; [apply in_profiles, in_norths|].
    apply in_prod; [apply in_profiles, in_wests|].
    apply in_prod; [apply in_profiles, in_easts|apply in_profiles, in_souths]. }
  pose proof (all_ok _ I) as H. unfold combination_ok in H. cbn [fst snd] in H. exact H.
Qed.

(** The patch with these states. *)
Definition shows nw n ne w c e sw s se : list Z :=
  [nw; code n; ne; code w; code c; code e; sw; code s; se].

Lemma units_ok : forall nw n ne w c e sw s se,
  ok c (north n) (west w) (east e) (south s) (units hs w2 b2 (shows nw n ne w c e sw s se)) = true.
Proof.
  intros. unfold shows.
  rewrite units_profiles, profile_north, profile_west, profile_east, profile_south.
  apply combinations_ok.
Qed.
