(** Local rules in terms of states, and networks whose convolution is such a rule, on every patch of states that
    they know: the only derivative is by the cell itself, 1 or 0, and no unit is ever at its kink. Whether a
    network is one is a computation, on all combinations of a state and of what its neighbours can tell it. This
    is where weights are looked at. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 Grids Tables Profiles.
Import ListNotations.
Open Scope Z_scope.

(** What the neighbour on one side says. *)
Record view (state : Type) := View {
  word : Type;
  same_word : forall u v : word, {u = v} + {u <> v};
  says : state -> word }.

Arguments word {state}.
Arguments same_word {state}.
Arguments says {state}.

(** A rule: all states; what a cell hears from each side; what follows, [None] where the rule says nothing; the
    derivative by a cell of what it becomes; a cell's share of the output, and the derivative of that; and the states
    of the memory layer, with what stands outside the grid. *)
Record local_rule := Rule {
  state : Type;
  states : list state;
  in_states : forall c, In c states;
  from_north : view state;
  from_west : view state;
  from_east : view state;
  from_south : view state;
  follows : state -> word from_north -> word from_west -> word from_east -> word from_south -> option state;
  slope_at : state -> Z;
  answer_value : state -> Z;
  answer_slope : state -> Z;
  outside : state;
  work : state;
  unwritten : state;
  stored_sign : bool -> state;
  memory_states : list state }.

Arguments in_states {_}.
Arguments follows {_}.
Arguments slope_at {_}.
Arguments answer_value {_}.
Arguments answer_slope {_}.
Arguments outside {_}.
Arguments unwritten {_}.
Arguments stored_sign {_}.
Arguments memory_states {_}.

(** Equal words, with equal contributions. *)
Definition same_told {A} (same : forall u v : A, {u = v} + {u <> v}) (u v : A * list Z) : {u = v} + {u <> v}.
Proof. decide equality; apply list_eq_dec, Z.eq_dec. Defined.

Section Rule.

Context {R : local_rule}.

(** [code] gives the states' codes; the states that are [known] are those that count. *)
Variables (net : network) (code : state R -> Z) (known : state R -> bool).

(** The patch with these states. *)
Definition shows nw n ne w c e sw s se : list Z :=
  [nw; code n; ne; code w; code c; code e; sw; code s; se].

(** What the proofs need to know of a network. *)
Record implements : Prop := Implements {
  code_pad : padding net = code outside;
  code_sign : forall b, code (stored_sign b) = sign b;
  code_zero : code unwritten = 0;
  code_work : code (work R) = pixel_unit;
  knows_outside : known outside = true;
  knows : forall c, In c memory_states -> known c = true;
  local_value : forall nw n ne w c e sw s se next,
    known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
    known next = true -> follows c (says _ n) (says _ w) (says _ e) (says _ s) = Some next ->
    perceptron (convolution net) (shows nw n ne w c e sw s se) = Some (code next);
  local_derivatives : forall nw n ne w c e sw s se,
    known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
    derivatives 1 (convolution net) (shows nw n ne w c e sw s se) =
    Some [0; 0; 0; 0; slope_at c; 0; 0; 0; 0];
  scale_head : 0 < last_scale (head net);
  head_value : forall c, known c = true ->
    total (head net) [code c] = Some (last_scale (head net) * answer_value c);
  head_derivative : forall c, known c = true ->
    derivatives pixel_unit (head net) [code c] = Some [answer_slope c] }.

(** ** The check *)

Definition known_states : list (state R) := filter known (states R).

(** What a state says to one side, and with what contribution to the units. *)
Definition told {A} (say : state R -> A) (k : nat) (c : state R) : A * list Z :=
  (say c, profile net k (code c)).

(** What is heard from one side, which shows the state at position [k] of the patch. *)
Definition heard (side : view (state R)) (k : nat) : list (word side * list Z) :=
  nodup (fun u v => same_told (same_word side) u v) (map (told (says side) k) known_states).

Definition norths := heard (from_north R) 1.
Definition wests := heard (from_west R) 3.
Definition easts := heard (from_east R) 5.
Definition souths := heard (from_south R) 7.

(** The first unit, which carries the tables, is on; no unit is at its kink; the rule's state is next. *)
Definition ok c n w e s (u : list Z) : bool :=
  (0 <? hd 0 u) && negb (existsb (Z.eqb 0) u) &&
  match follows c n w e s with
  | Some next => if known next then value_of net u =? s3 net * code next else true
  | None => true
  end.

(** A state and what its neighbours tell it, each with its profile. *)
Definition combination : Type :=
  (state R * list Z) * ((word (from_north R) * list Z) * ((word (from_west R) * list Z) *
    ((word (from_east R) * list Z) * (word (from_south R) * list Z)))).

Definition combination_ok (p : combination) : bool :=
  let '(c, (n, (w, (e, s)))) := p in
  ok (fst c) (fst n) (fst w) (fst e) (fst s)
    (inputs net (snd c) (snd n) (snd w) (snd e) (snd s)).

Definition combinations : list combination :=
  list_prod (map (told (fun c => c) 4) known_states)
    (list_prod norths (list_prod wests (list_prod easts souths))).

(** The first combination that is not as it should be; without its profiles, to be read. *)
Definition wrong : option
  (state R * word (from_north R) * word (from_west R) * word (from_east R) * word (from_south R)) :=
  option_map (fun p : combination => let '(c, (n, (w, (e, s)))) := p in
                (fst c, fst n, fst w, fst e, fst s))
    (find (fun p => negb (combination_ok p)) combinations).

(** The tables are flat, but where the rule says that the cell's own has slope 1; the head says the answer, and has
    its slope. *)
Definition state_ok (c : state R) : bool :=
  flat net 1 (code c) && flat net 3 (code c) && flat net 5 (code c) && flat net 7 (code c) &&
  (if slope_at c =? 0 then flat net 4 (code c) else (slope_at c =? 1) && slope_one net 4 (code c)) &&
  match total (head net) [code c] with
  | Some t => t =? last_scale (head net) * answer_value c
  | None => false
  end &&
  match derivatives pixel_unit (head net) [code c] with
  | Some [s] => s =? answer_slope c
  | _ => false
  end.

(** The first state that is not as it should be. *)
Definition wrong_state : option (state R) := find (fun c => negb (state_ok c)) known_states.

(** What the memory layer and the frame show. *)
Definition memory_ok : bool :=
  (padding net =? code outside) && (code unwritten =? 0) && (code (work R) =? pixel_unit) &&
  forallb (fun b => code (stored_sign b) =? sign b) [false; true] && known outside &&
  forallb known memory_states &&
  (0 <? last_scale (head net)).

Hypothesis tables : is_tables net.
Hypothesis fit : fits net = true.
Hypothesis memory_right : memory_ok = true.
Hypothesis none_wrong : wrong = None.
Hypothesis no_state_wrong : wrong_state = None.

Lemma in_known : forall c, known c = true -> In c known_states.
Proof. intros c K. apply filter_In. split; [apply in_states|exact K]. Qed.

Lemma all_ok : forall p, In p combinations -> combination_ok p = true.
Proof.
  intros p I. destruct (find (fun p => negb (combination_ok p)) combinations) as [q|] eqn:E.
  - pose proof none_wrong as W. unfold wrong in W. rewrite E in W.
    destruct q as [c [n [w [e s]]]]. discriminate W.
  - apply negb_false_iff, (find_none _ _ E p I).
Qed.

Lemma units_ok : forall nw n ne w c e sw s se,
  known c = true -> known n = true -> known w = true -> known e = true -> known s = true ->
  ok c (says _ n) (says _ w) (says _ e) (says _ s)
    (units (hs net) (w2 net) (b2 net) (shows nw n ne w c e sw s se)) = true.
Proof.
  intros nw n ne w c e sw s se C N W E S. unfold shows. rewrite units_profiles by exact fit.
  apply in_known in C, N, W, E, S.
  assert (I : In (told (fun c => c) 4 c, (told (says _) 1 n, (told (says _) 3 w, (told (says _) 5 e,
      told (says _) 7 s)))) combinations).
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
  known next = true -> follows c (says _ n) (says _ w) (says _ e) (says _ s) = Some next ->
  perceptron (convolution net) (shows nw n ne w c e sw s se) = Some (code next).
Proof.
  intros nw n ne w c e sw s se next C N W E S X F.
  pose proof (units_ok nw n ne w c e sw s se C N W E S) as K. unfold ok in K. rewrite F, X in K.
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
  { destruct SC as [[[_ SC] _] _]. destruct (Z.eqb_spec (slope_at c) 0) as [->|_].
    - rewrite Z.mul_0_r. apply incline_flat. exact SC.
    - apply andb_prop in SC. destruct SC as [O SC]. apply Z.eqb_eq in O. rewrite O, Z.mul_1_r.
      apply incline_one; [exact SC|exact On]. }
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
  destruct M as [[[[[[P Z] W] S] Out] K] H]. rewrite forallb_forall in S, K.
  split.
  - now apply Z.eqb_eq.
  - intros b. apply Z.eqb_eq, S. destruct b; cbn; tauto.
  - now apply Z.eqb_eq.
  - now apply Z.eqb_eq.
  - exact Out.
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
Lemma implements_columns : forall {R} l net (code : state R -> Z) known,
  implements net code known -> implements (with_work_columns l net) code known.
Proof. intros R l net code known H. destruct H. split; assumption. Qed.
