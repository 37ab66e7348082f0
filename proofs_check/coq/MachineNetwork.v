(** The compiled network of the row-reduction machine: one of its layers is one step of the machine. *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine MachineTable MachineRule LayerIsStep.
From RCNN Require Import Network Grids Profiles MachineWeights.
Import ListNotations.
Local Open Scope Z_scope.

Notation transitions := MachineTable.machine.

(** ** The numbers of codes *)

Notation wall := (padding network).
Notation machine_codes := (codes transitions all_states all_symbols symbol_code displacement).
Notation rule := (local_rule transitions all_states all_symbols symbol_code displacement wall).
Notation shown_code := (shows symbol_code displacement).

Lemma every_state q : In q all_states.
Proof. destruct q; vm_compute; tauto. Qed.

Lemma every_symbol a : In a all_symbols.
Proof. destruct a; vm_compute; tauto. Qed.

Lemma codes_differ : numbered transitions all_states all_symbols symbol_code displacement wall = true.
Proof. vm_compute. reflexivity. Qed.

(** ** The weights as tables *)

Lemma tables : is_tables network.
Proof. vm_compute. reflexivity. Qed.

Lemma fit : fits network = true.
Proof. vm_compute. reflexivity. Qed.

(** ** All patches with one head at most

    What a neighbour shows matters only by its contribution to the units, by the displacement that
    arrives from there, and by whether it is a wall or a head.  Many codes have the same such view. *)

Notation entries_own := (own transitions all_states all_symbols symbol_code displacement).
Notation entries_blocked := (blocked transitions all_states all_symbols symbol_code displacement).
Notation entries_arriving := (arriving transitions all_states all_symbols symbol_code displacement).

Record view := View { contribution : list Z; arrives : Z; is_wall : bool; is_head : bool }.

Definition side_position (side : move) : nat :=
  match side with North => 1 | West => 3 | East => 5 | South => 7 | Stay => 4 end.

Definition head_codes : list Z :=
  map (fun p => head_on symbol_code displacement (fst p) (snd p))
    (pairs transitions all_states all_symbols).

Definition view_of (side : move) (code : Z) : view :=
  View (profile network (side_position side) code)
    (entry (entries_arriving side) code)
    (code =? wall) (existsb (Z.eqb code) head_codes).

Definition view_dec (u v : view) : {u = v} + {u <> v}.
Proof. decide equality; auto using bool_dec, Z.eq_dec, (list_eq_dec Z.eq_dec). Defined.

Definition views (side : move) : list view :=
  nodup view_dec (map (view_of side) (wall :: machine_codes)).

Definition count (b : bool) : nat := if b then 1 else 0.

(** The same for the cell itself, with what a wall on each side gives back. *)
Record centre := Centre {
  own_contribution : list Z; own_entry : Z; north_wall : Z; south_wall : Z; east_wall : Z; west_wall : Z;
  has_head : bool }.

Definition centre_of (code : Z) : centre :=
  Centre (profile network 4 code) (entry entries_own code)
    (entry (entries_blocked North) code) (entry (entries_blocked South) code)
    (entry (entries_blocked East) code) (entry (entries_blocked West) code)
    (existsb (Z.eqb code) head_codes).

(** The network's next code, times its scale, and the rule's. *)
Definition network_value (c : centre) (n s e w : view) : Z :=
  value_of network (inputs network (own_contribution c) (contribution n) (contribution w)
    (contribution e) (contribution s)).

Definition rule_value (c : centre) (n s e w : view) : Z :=
  own_entry c + arrives n + arrives s + arrives e + arrives w
  + (if is_wall n then north_wall c else 0) + (if is_wall s then south_wall c else 0)
  + (if is_wall e then east_wall c else 0) + (if is_wall w then west_wall c else 0).

Definition heads_in (c : centre) (n s e w : view) : nat :=
  count (has_head c) + count (is_head n) + count (is_head s) + count (is_head e)
  + count (is_head w).

Definition agrees (c : centre) (n s e w : view) : bool :=
  if (heads_in c n s e w <=? 1)%nat then network_value c n s e w =? s3 network * rule_value c n s e w
  else true.

Definition every (cs : list centre) (ns ss es ws : list view) : bool :=
  forallb (fun c => forallb (fun n => forallb (fun s => forallb (fun e =>
    forallb (agrees c n s e) ws) es) ss) ns) cs.

Lemma every_in cs ns ss es ws c n s e w : every cs ns ss es ws = true ->
  In c cs -> In n ns -> In s ss -> In e es -> In w ws -> agrees c n s e w = true.
Proof.
  unfold every. intros H C N S E W.
  rewrite forallb_forall in H. specialize (H c C).
  rewrite forallb_forall in H. specialize (H n N).
  rewrite forallb_forall in H. specialize (H s S).
  rewrite forallb_forall in H. specialize (H e E).
  rewrite forallb_forall in H. exact (H w W).
Qed.

Lemma every_patch :
  every (map centre_of machine_codes) (views North) (views South) (views East) (views West) = true.
Proof. vm_compute. reflexivity. Qed.

Lemma view_in side code :
  code = wall \/ In code machine_codes -> In (view_of side code) (views side).
Proof.
  intros H. apply nodup_In, in_map. destruct H as [->|H]; [now left|now right].
Qed.

Definition head_code_b (code : Z) : bool := existsb (Z.eqb code) head_codes.

(** The records' fields, as rewriting rules: nothing is to be computed here. *)
Lemma heads_in_codes c n s e w :
  heads_in (centre_of c) (view_of North n) (view_of South s) (view_of East e) (view_of West w)
  = (count (head_code_b c) + count (head_code_b n) + count (head_code_b s) + count (head_code_b e)
     + count (head_code_b w))%nat.
Proof. reflexivity. Qed.

Lemma network_value_codes c n s e w :
  network_value (centre_of c) (view_of North n) (view_of South s) (view_of East e) (view_of West w)
  = value_of network (inputs network (profile network 4 c) (profile network 1 n)
      (profile network 3 w) (profile network 5 e) (profile network 7 s)).
Proof. reflexivity. Qed.

Lemma rule_value_codes c n s e w :
  rule_value (centre_of c) (view_of North n) (view_of South s) (view_of East e) (view_of West w)
  = rule c (fun side => match side with
                        | North => n | South => s | East => e | West => w | Stay => wall end).
Proof.
  unfold rule_value, local_rule, sum_of, sides, view_of, centre_of.
  cbn [fold_right own_entry arrives is_wall north_wall south_wall east_wall west_wall]. lia.
Qed.

Opaque network_value rule_value heads_in centre_of view_of.

(** The network's value is the rule's, on every patch of codes with one head at most. *)
Lemma patch_value c n s e w nw ne sw se :
  In c machine_codes ->
  (forall code, In code [n; s; e; w] -> code = wall \/ In code machine_codes) ->
  (count (head_code_b c) + count (head_code_b n) + count (head_code_b s) + count (head_code_b e)
   + count (head_code_b w) <= 1)%nat ->
  perceptron (convolution network) [nw; n; ne; w; c; e; sw; s; se]
  = Some (rule c (fun side => match side with
                              | North => n | South => s | East => e | West => w | Stay => wall end)).
Proof.
  intros C O ONE. apply (perceptron_units network tables fit); [reflexivity|].
  rewrite units_profiles by exact fit.
  assert (A := every_in _ _ _ _ _ _ _ _ _ _ every_patch (in_map centre_of _ _ C)
    (view_in North n (O n ltac:(cbn; tauto))) (view_in South s (O s ltac:(cbn; tauto)))
    (view_in East e (O e ltac:(cbn; tauto))) (view_in West w (O w ltac:(cbn; tauto)))).
  unfold agrees in A. rewrite heads_in_codes in A. apply Nat.leb_le in ONE. rewrite ONE in A.
  apply Z.eqb_eq in A. now rewrite network_value_codes, rule_value_codes in A.
Qed.

(** ** Grids *)

Definition grid_of (rows columns : nat) (now : configuration state symbol) : grid :=
  tabulate rows columns (fun a c => shown_code now (Z.to_nat a) (Z.to_nat c)).

Definition running (now : configuration state symbol) : Prop :=
  transitions (at_state now) (on_tape now (at_row now) (at_column now)) <> None.

Lemma shown_in_codes now i j : running now -> In (shown_code now i j) machine_codes.
Proof.
  destruct now as [q r c T]. intros R. cbn [shows].
  destruct (Nat.eqb_spec i r), (Nat.eqb_spec j c); cbn [andb]; subst;
    try apply (symbol_in_codes _ _ _ _ _ every_symbol).
  now apply (head_in_codes _ _ _ _ _ every_state every_symbol).
Qed.

Lemma symbol_no_head a : head_code_b (symbol_code a) = false.
Proof. destruct a; vm_compute; reflexivity. Qed.

Lemma wall_no_head : head_code_b wall = false.
Proof. vm_compute. reflexivity. Qed.

Section Layer.

Variables rows columns : nat.

Notation seen := (sees symbol_code displacement wall rows columns).

Lemma shown_head now i j : head_code_b (shown_code now i j) = true ->
  (i, j) = (at_row now, at_column now).
Proof.
  destruct now as [q r c T]. cbn [shows at_row at_column].
  destruct (Nat.eqb_spec i r), (Nat.eqb_spec j c); cbn [andb]; subst;
    rewrite ?symbol_no_head; easy.
Qed.

Lemma seen_head now i j side : head_code_b (seen now i j side) = true ->
  target rows columns side i j = Some (at_row now, at_column now).
Proof.
  unfold sees. destruct (target rows columns side i j) as [[r c]|]; [|now rewrite wall_no_head].
  intros H. apply shown_head in H. congruence.
Qed.

Lemma targets_differ side side' i j x :
  target rows columns side i j = Some x -> target rows columns side' i j = Some x -> side = side'.
Proof.
  destruct x as [r c].
  destruct side, side'; cbn [target]; auto; destruct i, j;
    repeat match goal with |- context [if ?b then _ else _] => destruct b end;
    intros E F; try discriminate; injection E as ? ?; injection F as ? ?; lia.
Qed.

Lemma one_head now i j :
  (count (head_code_b (shown_code now i j)) + count (head_code_b (seen now i j North))
   + count (head_code_b (seen now i j South)) + count (head_code_b (seen now i j East))
   + count (head_code_b (seen now i j West)) <= 1)%nat.
Proof.
  assert (S : forall a b, a <> b ->
    head_code_b (seen now i j a) = true -> head_code_b (seen now i j b) = true -> False).
  { intros a b N A B. apply seen_head in A, B. apply N. exact (targets_differ _ _ _ _ _ A B). }
  assert (H : forall a, a <> Stay ->
    head_code_b (shown_code now i j) = true -> head_code_b (seen now i j a) = true -> False).
  { intros a N A B. change (shown_code now i j) with (seen now i j Stay) in A.
    exact (S _ _ (not_eq_sym N) A B). }
  assert (HN := H North ltac:(easy)). assert (HS := H South ltac:(easy)).
  assert (HE := H East ltac:(easy)). assert (HW := H West ltac:(easy)).
  assert (NS := S North South ltac:(easy)). assert (NE := S North East ltac:(easy)).
  assert (NW := S North West ltac:(easy)). assert (SE := S South East ltac:(easy)).
  assert (SW := S South West ltac:(easy)). assert (EW := S East West ltac:(easy)).
  destruct (head_code_b (shown_code now i j)), (head_code_b (seen now i j North)),
    (head_code_b (seen now i j South)), (head_code_b (seen now i j East)),
    (head_code_b (seen now i j West)); cbn; try lia; exfalso; auto.
Qed.

(** What the network shows around a cell. *)
Lemma shown_side now i j (side : move) : (i < rows)%nat -> (j < columns)%nat ->
  shown network rows columns (grid_of rows columns now)
    (Z.of_nat i + match side with North => -1 | South => 1 | _ => 0 end)
    (Z.of_nat j + match side with West => -1 | East => 1 | _ => 0 end)
  = seen now i j side.
Proof.
  intros I J. unfold grid_of. rewrite shown_tabulate. unfold sees.
  destruct side; cbn [target].
  - destruct i as [|i].
    + destruct (inside _ _ _ _) eqn:E; auto. apply insideP in E. lia.
    + replace (inside _ _ _ _) with true by (symmetry; apply insideP; lia).
      now replace (Z.to_nat (Z.of_nat (S i) + -1)) with i by lia;
        replace (Z.to_nat (Z.of_nat j + 0)) with j by lia.
  - destruct (Nat.ltb_spec (S i) rows).
    + replace (inside _ _ _ _) with true by (symmetry; apply insideP; lia).
      now replace (Z.to_nat (Z.of_nat i + 1)) with (S i) by lia;
        replace (Z.to_nat (Z.of_nat j + 0)) with j by lia.
    + destruct (inside _ _ _ _) eqn:E; auto. apply insideP in E. lia.
  - destruct (Nat.ltb_spec (S j) columns).
    + replace (inside _ _ _ _) with true by (symmetry; apply insideP; lia).
      now replace (Z.to_nat (Z.of_nat i + 0)) with i by lia;
        replace (Z.to_nat (Z.of_nat j + 1)) with (S j) by lia.
    + destruct (inside _ _ _ _) eqn:E; auto. apply insideP in E. lia.
  - destruct j as [|j].
    + destruct (inside _ _ _ _) eqn:E; auto. apply insideP in E. lia.
    + replace (inside _ _ _ _) with true by (symmetry; apply insideP; lia).
      now replace (Z.to_nat (Z.of_nat (S j) + -1)) with j by lia;
        replace (Z.to_nat (Z.of_nat i + 0)) with i by lia.
  - replace (inside _ _ _ _) with true by (symmetry; apply insideP; lia).
    now replace (Z.to_nat (Z.of_nat i + 0)) with i by lia;
      replace (Z.to_nat (Z.of_nat j + 0)) with j by lia.
Qed.

Lemma seen_in_codes now i j side : running now ->
  seen now i j side = wall \/ In (seen now i j side) machine_codes.
Proof.
  intros R. unfold sees. destruct (target _ _ _ _ _) as [[]|]; auto. right. now apply shown_in_codes.
Qed.

(** One layer of the network is one step of the machine. *)
Theorem network_layer_is_step now :
  on_grid rows columns now -> running now ->
  next network rows columns (grid_of rows columns now)
  = Some (grid_of rows columns (after transitions rows columns now)).
Proof.
  intros G R. unfold next, grid_of at 2. apply all_tabulate. intros a c A C.
  set (i := Z.to_nat a). set (j := Z.to_nat c).
  assert (I : (i < rows)%nat) by (unfold i; lia). assert (J : (j < columns)%nat) by (unfold j; lia).
  replace a with (Z.of_nat i) by (unfold i; lia). replace c with (Z.of_nat j) by (unfold j; lia).
  rewrite <- (layer_is_step transitions all_states all_symbols symbol_code displacement wall
    every_state every_symbol codes_differ rows columns now i j G R I J).
  unfold patch, offsets. cbn [map fst snd].
  rewrite (shown_side now i j North I J), (shown_side now i j South I J),
    (shown_side now i j East I J), (shown_side now i j West I J), (shown_side now i j Stay I J).
  change (seen now i j Stay) with (shown_code now i j).
  rewrite patch_value.
  - reflexivity.
  - now apply shown_in_codes.
  - intros code [<-|[<-|[<-|[<-|[]]]]]; now apply seen_in_codes.
  - apply one_head.
Qed.

End Layer.
