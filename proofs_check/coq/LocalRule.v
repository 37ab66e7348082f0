(** A network whose convolution is the rule of [Cells], on every patch of states that it knows; its only
    derivative is 1, by the cell itself, if that is memory that is not written; and no unit is ever at its
    kink. Whether a network is one is a computation, on all combinations of a state and of what its
    neighbours can tell it. This is where weights are looked at. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Tables Cells Profiles.
Import ListNotations.
Open Scope Z_scope.

(** ** All states *)

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

(** The states in which memory is written and the masks are taken off. *)
Definition memory_cells : list cell :=
  [Pad; Work; Zero] ++ map Sign bits ++ map Held bits ++ map Bit bits ++
  flat_map (fun r => map (Masked r) bits ++ map (Unmasking r) bits) bits.

(** The derivative by a cell of what it becomes. *)
Definition slope_at (c : cell) : Z := match c with Zero => 1 | _ => 0 end.

(** A cell's share of the output. *)
Definition answer_value (c : cell) : Z :=
  match c with Answer b => sign b | _ => 0 end.

Section Rule.

(** [code] gives the states' codes; the states that are [known] are those that count. *)
Variables (net : network) (code : cell -> Z) (known : cell -> bool).

(** The patch with these states. *)
Definition shows nw n ne w c e sw s se : list Z :=
  [nw; code n; ne; code w; code c; code e; sw; code s; se].

(** What the proofs need to know of a network. *)
Record implements : Prop := Implements {
  code_pad : padding net = code Pad;
  code_sign : forall b, code (Sign b) = sign b;
  code_zero : code Zero = 0;
  code_work : code Work = pixel_unit;
  knows : forall c, In c memory_cells -> known c = true;
  local_value : forall nw n ne w c e sw s se next,
    known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
    known next = true -> rule c (north n) (west w) (east e) (south s) = Some next ->
    perceptron (convolution net) (shows nw n ne w c e sw s se) = Some (code next);
  local_derivatives : forall nw n ne w c e sw s se,
    known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
    derivatives 1 (convolution net) (shows nw n ne w c e sw s se) =
    Some [0; 0; 0; 0; slope_at c; 0; 0; 0; 0];
  scale_head : 0 < last_scale (head net);
  head_value : forall c, known c = true ->
    total (head net) [code c] = Some (last_scale (head net) * answer_value c);
  head_derivative : forall c, known c = true ->
    derivatives pixel_unit (head net) [code c] = Some [slope_at c] }.

(** ** The check *)

Definition known_cells : list cell := filter known cells.

(** What the neighbours on one side can tell, and with what contribution to the units. *)
Definition same_north (u v : from_north * list Z) : {u = v} + {u <> v}.
Proof. repeat (decide equality; try apply Z.eq_dec). Defined.
Definition same_west (u v : from_west * list Z) : {u = v} + {u <> v}.
Proof. repeat (decide equality; try apply Z.eq_dec). Defined.
Definition same_east (u v : from_east * list Z) : {u = v} + {u <> v}.
Proof. repeat (decide equality; try apply Z.eq_dec). Defined.
Definition same_south (u v : from_south * list Z) : {u = v} + {u <> v}.
Proof. repeat (decide equality; try apply Z.eq_dec). Defined.

Definition told {A} (tell : cell -> A) (k : nat) (c : cell) : A * list Z :=
  (tell c, profile net k (code c)).

Definition norths := nodup same_north (map (told north 1) known_cells).
Definition wests := nodup same_west (map (told west 3) known_cells).
Definition easts := nodup same_east (map (told east 5) known_cells).
Definition souths := nodup same_south (map (told south 7) known_cells).

(** The first unit, which carries the tables, is on; no unit is at its kink; the rule's state is next. *)
Definition ok c n w e s (u : list Z) : bool :=
  (0 <? hd 0 u) && negb (existsb (Z.eqb 0) u) &&
  match rule c n w e s with
  | Some next => if known next then value_of net u =? s3 net * code next else true
  | None => true
  end.

(** A state and what its neighbours tell it, each with its profile. *)
Definition combination : Type :=
  (cell * list Z) * ((from_north * list Z) * ((from_west * list Z) * ((from_east * list Z) *
    (from_south * list Z)))).

Definition combination_ok (p : combination) : bool :=
  let '(c, (n, (w, (e, s)))) := p in
  ok (fst c) (fst n) (fst w) (fst e) (fst s)
    (inputs net (snd c) (snd n) (snd w) (snd e) (snd s)).

Definition combinations : list combination :=
  list_prod (map (told (fun c => c) 4) known_cells)
    (list_prod norths (list_prod wests (list_prod easts souths))).

(** The first combination that is not as it should be; without its profiles, to be read. *)
Definition wrong : option (cell * from_north * from_west * from_east * from_south) :=
  option_map (fun p : combination => let '(c, (n, (w, (e, s)))) := p in
                (fst c, fst n, fst w, fst e, fst s))
    (find (fun p => negb (combination_ok p)) combinations).

(** The tables are flat at every state but one; the head says the answer, and has that one's slope. *)
Definition state_ok (c : cell) : bool :=
  flat net 1 (code c) && flat net 3 (code c) && flat net 5 (code c) && flat net 7 (code c) &&
  match c with Zero => slope_one net 4 (code c) | _ => flat net 4 (code c) end &&
  match total (head net) [code c] with
  | Some t => t =? last_scale (head net) * answer_value c
  | None => false
  end &&
  match derivatives pixel_unit (head net) [code c] with
  | Some [s] => s =? slope_at c
  | _ => false
  end.

(** The first state that is not as it should be. *)
Definition wrong_state : option cell := find (fun c => negb (state_ok c)) known_cells.

(** What the memory layer and the frame show. *)
Definition memory_ok : bool :=
  (padding net =? code Pad) && (code Zero =? 0) && (code Work =? pixel_unit) &&
  forallb (fun b => code (Sign b) =? sign b) bits && forallb known memory_cells &&
  (0 <? last_scale (head net)).

Hypothesis tables : is_tables net.
Hypothesis fit : fits net = true.
Hypothesis memory_right : memory_ok = true.
Hypothesis none_wrong : wrong = None.
Hypothesis no_state_wrong : wrong_state = None.

Lemma in_known : forall c, known c = true -> In c known_cells.
Proof. intros c K. apply filter_In. split; [apply in_cells|exact K]. Qed.

Lemma all_ok : forall p, In p combinations -> combination_ok p = true.
Proof.
  intros p I. destruct (find (fun p => negb (combination_ok p)) combinations) as [q|] eqn:E.
  - pose proof none_wrong as W. unfold wrong in W. rewrite E in W.
    destruct q as [c [n [w [e s]]]]. discriminate W.
  - apply negb_false_iff, (find_none _ _ E p I).
Qed.

Lemma units_ok : forall nw n ne w c e sw s se,
  known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
  ok c (north n) (west w) (east e) (south s)
    (units (hs net) (w2 net) (b2 net) (shows nw n ne w c e sw s se)) = true.
Proof.
  intros nw n ne w c e sw s se C N W E S. unfold shows. rewrite units_profiles by exact fit.
  apply in_known in C, N, W, E, S.
  assert (I : In (told (fun c => c) 4 c, (told north 1 n, (told west 3 w, (told east 5 e,
      told south 7 s)))) combinations).
  { apply in_prod; [now apply in_map|].
    apply in_prod; [now apply nodup_In, in_map|]. apply in_prod; [now apply nodup_In, in_map|].
    apply in_prod; now apply nodup_In, in_map. }
  exact (all_ok _ I).
Qed.

Lemma states_ok : forall c, known c = true -> state_ok c = true.
Proof.
  intros c K. apply negb_false_iff. exact (find_none _ _ no_state_wrong c (in_known c K)).
Qed.

Lemma value_right : forall nw n ne w c e sw s se next,
  known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
  known next = true -> rule c (north n) (west w) (east e) (south s) = Some next ->
  perceptron (convolution net) (shows nw n ne w c e sw s se) = Some (code next).
Proof.
  intros nw n ne w c e sw s se next C N W E S X R.
  pose proof (units_ok nw n ne w c e sw s se C N W E S) as K. unfold ok in K. rewrite R, X in K.
  apply andb_prop in K. destruct K as [_ K]. apply Z.eqb_eq in K.
  apply (perceptron_units net tables fit); [reflexivity|exact K].
Qed.

Lemma derivatives_right : forall nw n ne w c e sw s se,
  known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
  derivatives 1 (convolution net) (shows nw n ne w c e sw s se) =
  Some [0; 0; 0; 0; slope_at c; 0; 0; 0; 0].
Proof.
  intros nw n ne w c e sw s se C N W E S.
  pose proof (units_ok nw n ne w c e sw s se C N W E S) as K. unfold ok in K.
  apply andb_prop in K. destruct K as [K _]. apply andb_prop in K. destruct K as [On K].
  apply negb_true_iff in K. apply Z.ltb_lt in On.
  rewrite (derivatives_units net tables fit); [|reflexivity|exact K].
  pose proof (states_ok c C) as SC. pose proof (states_ok n N) as SN.
  pose proof (states_ok w W) as SW. pose proof (states_ok e E) as SE.
  pose proof (states_ok s S) as SS.
  unfold state_ok in SC, SN, SW, SE, SS. rewrite !andb_true_iff in SC, SN, SW, SE, SS.
  assert (CENTRE : incline_total (hs net) (w2 net) (b2 net) (w3 net)
    (shows nw n ne w c e sw s se) 4 = s3 net * slope_at c).
  { destruct SC as [[[_ SC] _] _]. destruct c; unfold slope_at;
      rewrite ?Z.mul_0_r, ?Z.mul_1_r;
      (apply incline_one; [exact SC|exact On]) || (apply incline_flat; exact SC). }
  cbn [seq map]. rewrite CENTRE.
  rewrite (incline_flat net _ 0), (incline_flat net _ 1), (incline_flat net _ 2),
    (incline_flat net _ 3), (incline_flat net _ 5), (incline_flat net _ 6), (incline_flat net _ 7),
    (incline_flat net _ 8); try (apply flat_corner; [exact fit|cbn; tauto]).
  2: apply SS.
  2: apply SE.
  2: apply SW.
  2: apply SN.
  pose proof (scale_positive net fit) as P.
  assert (Z0 : exactly 0 (s3 net) = Some 0).
  { replace 0 with (s3 net * 0) at 1 by lia. apply exactly_times, P. }
  rewrite Z0, exactly_times by exact P. reflexivity.
Qed.

Theorem checked : implements.
Proof.
  pose proof memory_right as M. unfold memory_ok in M. rewrite !andb_true_iff in M.
  destruct M as [[[[[P Z] W] S] K] H]. rewrite forallb_forall in S, K.
  split.
  - now apply Z.eqb_eq.
  - intros b. apply Z.eqb_eq, S. destruct b; cbn; tauto.
  - now apply Z.eqb_eq.
  - now apply Z.eqb_eq.
  - exact K.
  - exact value_right.
  - exact derivatives_right.
  - now apply Z.ltb_lt.
  - intros c C. pose proof (states_ok c C) as O. unfold state_ok in O. rewrite !andb_true_iff in O.
    destruct O as [[_ O] _]. destruct (total _ _) as [t|]; [|discriminate].
    apply Z.eqb_eq in O. now rewrite O.
  - intros c C. pose proof (states_ok c C) as O. unfold state_ok in O. rewrite !andb_true_iff in O.
    destruct O as [_ O]. destruct (derivatives _ _ _) as [[|t []]|]; try discriminate.
    apply Z.eqb_eq in O. now rewrite O.
Qed.

End Rule.

(** The number of work columns matters for the memory layer only. *)
Lemma implements_columns : forall l net code known,
  implements net code known -> implements (with_work_columns l net) code known.
Proof. intros l net code known H. destruct H. split; assumption. Qed.
