(** A machine with one head on a walled rectangle: construction/machines/interpreter.py in Coq.

    A tape is a function, and equality of functions would need an axiom.  So two configurations
    count as the same when their tapes agree in every cell ([same]), and [within n c d] says that
    the machine goes from [c] to [d] in at most [n] steps, up to that. *)

From Coq Require Import Arith Bool Lia List ZArith.
Import ListNotations.

Inductive move := North | South | East | West | Stay.

Section Machine.

Context {state symbol : Type}.

(** What a head does: write, move, and go on in a state, or in another one at a wall. *)
Inductive action :=
| Step (write : symbol) (go : move) (to blocked : state)
| Halt (output : Z).

(** [None] is a pair that the machine's author declared impossible. *)
Definition table := state -> symbol -> option action.

Definition tape := nat -> nat -> symbol.

(** The head's state, row and column, and the tape; rows and columns count from 0. *)
Record configuration := Config { at_state : state; at_row : nat; at_column : nat; on_tape : tape }.

Definition write_at (T : tape) (r c : nat) (a : symbol) : tape :=
  fun i j => if (i =? r) && (j =? c) then a else T i j.

Variable transitions : table.
Variables rows columns : nat.

(** The cell that a move leads to; [None] at a wall. *)
Definition target (go : move) (r c : nat) : option (nat * nat) :=
  match go with
  | North => match r with 0 => None | S r' => Some (r', c) end
  | South => if S r <? rows then Some (S r, c) else None
  | East => if S c <? columns then Some (r, S c) else None
  | West => match c with 0 => None | S c' => Some (r, c') end
  | Stay => Some (r, c)
  end.

(** One step; [None] if the machine halts, or has no transition. *)
Definition step (now : configuration) : option configuration :=
  let '(Config q r c T) := now in
  match transitions q (T r c) with
  | Some (Step a go to blocked) =>
      Some (match target go r c with
            | Some (r', c') => Config to r' c' (write_at T r c a)
            | None => Config blocked r c (write_at T r c a)
            end)
  | _ => None
  end.

Definition halted (now : configuration) : option Z :=
  match transitions (at_state now) (on_tape now (at_row now) (at_column now)) with
  | Some (Halt output) => Some output
  | _ => None
  end.

Fixpoint run (n : nat) (now : configuration) : option configuration :=
  match n with
  | 0 => Some now
  | S n => match step now with Some next => run n next | None => None end
  end.

(** The machine at work: the number of steps to its halt, and where it stands then. *)
Fixpoint run_to_halt (fuel steps : nat) (now : configuration) : option (nat * configuration) :=
  match halted now with
  | Some _ => Some (steps, now)
  | None =>
      match fuel, step now with
      | S fuel, Some next => run_to_halt fuel (S steps) next
      | _, _ => None
      end
  end.

(** ** Configurations up to equality of tapes *)

Definition same (c d : configuration) : Prop :=
  at_state c = at_state d /\ at_row c = at_row d /\ at_column c = at_column d
  /\ forall i j, on_tape c i j = on_tape d i j.

Lemma same_refl c : same c c.
Proof. repeat split. Qed.

Lemma same_trans c d e : same c d -> same d e -> same c e.
Proof.
  intros (Q & R & C & T) (Q' & R' & C' & T').
  split; [congruence|]; split; [congruence|]; split; [congruence|].
  intros; rewrite T; apply T'.
Qed.

Lemma step_same c d c' :
  same c d -> step c = Some c' -> exists d', step d = Some d' /\ same c' d'.
Proof.
  destruct c as [q r k T], d as [q' r' k' T']; intros (Q & R & C & H); cbn in Q, R, C, H; subst.
  unfold step. rewrite H.
  destruct (transitions q' (T' r' k')) as [[a go to blocked|]|]; try discriminate.
  intros E; injection E as E.
  eexists; split; [reflexivity|]. subst c'.
  destruct (target go r' k') as [[]|]; repeat split; intros; cbn; unfold write_at;
    destruct (_ && _); auto.
Qed.

Lemma run_same n : forall c d c',
  same c d -> run n c = Some c' -> exists d', run n d = Some d' /\ same c' d'.
Proof.
  induction n as [|n IH]; intros c d c' H E; cbn in *.
  - injection E as <-. eauto.
  - destruct (step c) as [s|] eqn:S; [|discriminate].
    destruct (step_same _ _ _ H S) as (s' & -> & H'). eapply IH; eauto.
Qed.

Lemma run_add n m c d : run n c = Some d -> run (n + m) c = run m d.
Proof.
  revert c; induction n as [|n IH]; intros c E; cbn in *.
  - now injection E as ->.
  - destruct (step c); [auto|discriminate].
Qed.

Lemma halted_same c d : same c d -> halted c = halted d.
Proof. intros (Q & R & C & T). unfold halted. now rewrite Q, R, C, T. Qed.

(** ** Going from one configuration to another in at most [n] steps; in [n] steps, if they are [exact] *)

Variable exact : Prop.

Definition within (n : nat) (c d : configuration) : Prop :=
  exists k e, k <= n /\ (exact -> k = n) /\ run k c = Some e /\ same e d.

Lemma within_run n c d :
  within n c d -> exists k e, k <= n /\ (exact -> k = n) /\ run k c = Some e /\ same e d.
Proof. auto. Qed.

Lemma within_same c d : same c d -> within 0 c d.
Proof. intros H; exists 0, c; repeat split; try apply H; lia. Qed.

Lemma within_trans n m c d e : within n c d -> within m d e -> within (n + m) c e.
Proof.
  intros (k & d' & K & X & E & H) (k' & e' & K' & X' & E' & H').
  assert (B : same d d') by (destruct H as (? & ? & ? & ?); repeat split; auto).
  destruct (run_same _ _ _ _ B E') as (e'' & E'' & B').
  exists (k + k'), e''. split; [lia|]. split; [intros Y; now rewrite X, X'|]. split.
  - now rewrite (run_add _ _ _ _ E).
  - apply (same_trans _ e'); [|exact H'].
    destruct B' as (? & ? & ? & ?); repeat split; auto.
Qed.

Lemma within_more n m c d : n <= m -> (exact -> n = m) -> within n c d -> within m c d.
Proof.
  intros L Y (k & e & K & X & E & H). exists k, e. split; [lia|].
  split; [intros Z; now rewrite X, Y|]. now split.
Qed.

(** One step, to a neighbouring cell. *)
Lemma within_move q r c T a go to blocked r' c' T' :
  transitions q (T r c) = Some (Step a go to blocked) ->
  target go r c = Some (r', c') ->
  (forall i j, T' i j = if (i =? r) && (j =? c) then a else T i j) ->
  within 1 (Config q r c T) (Config to r' c' T').
Proof.
  intros E M H. exists 1. eexists; split; [lia|]. split; [reflexivity|].
  cbn [run step]. rewrite E, M. split; [reflexivity|].
  repeat split. intros i j; cbn; rewrite H; reflexivity.
Qed.

(** One step, at a wall. *)
Lemma within_blocked q r c T a go to blocked T' :
  transitions q (T r c) = Some (Step a go to blocked) ->
  target go r c = None ->
  (forall i j, T' i j = if (i =? r) && (j =? c) then a else T i j) ->
  within 1 (Config q r c T) (Config blocked r c T').
Proof.
  intros E M H. exists 1. eexists; split; [lia|]. split; [reflexivity|].
  cbn [run step]. rewrite E, M. split; [reflexivity|].
  repeat split. intros i j; cbn; rewrite H; reflexivity.
Qed.

Lemma target_south r c : S r < rows -> target South r c = Some (S r, c).
Proof. unfold target. now destruct (Nat.ltb_spec (S r) rows); [|lia]. Qed.

Lemma target_south_wall r c : S r = rows -> target South r c = None.
Proof. unfold target. now destruct (Nat.ltb_spec (S r) rows); [lia|]. Qed.

Lemma target_east r c : S c < columns -> target East r c = Some (r, S c).
Proof. unfold target. now destruct (Nat.ltb_spec (S c) columns); [|lia]. Qed.

(** ** Sweeps: a state that moves one way, and rewrites each symbol that it passes *)

Section Sweep.

Variables (q blocked : state) (f : symbol -> symbol) (passes : symbol -> Prop).

(** South, over [k] cells. *)
Lemma sweep_south k : forall r c T T',
  (forall a, passes a -> transitions q a = Some (Step (f a) South q blocked)) ->
  r + k < rows ->
  (forall i, r <= i < r + k -> passes (T i c)) ->
  (forall i j, T' i j = if (j =? c) && (r <=? i) && (i <? r + k) then f (T i j) else T i j) ->
  within k (Config q r c T) (Config q (r + k) c T').
Proof.
  induction k as [|k IH]; intros r c T T' A B P H.
  - rewrite Nat.add_0_r. apply within_same. repeat split. intros i j; cbn; rewrite H.
    destruct (Nat.leb_spec r i), (Nat.ltb_spec i (r + 0)); cbn; try lia;
      now rewrite ?andb_false_r.
  - change (S k) with (1 + k). eapply within_trans.
    + eapply within_move; [apply A, P; lia|apply target_south; lia|reflexivity].
    + replace (r + (1 + k)) with (S r + k) by lia. apply IH; auto; [lia| |].
      * intros i I. destruct (Nat.eqb_spec i r); [lia|]. apply P; lia.
      * intros i j. rewrite H.
        destruct (Nat.eqb_spec j c), (Nat.eqb_spec i r), (Nat.leb_spec r i),
          (Nat.leb_spec (S r) i), (Nat.ltb_spec i (r + S k)), (Nat.ltb_spec i (S r + k));
          cbn; try lia; subst; auto.
Qed.

(** South, to the wall. *)
Lemma sweep_south_wall k r c bottom T T' :
  (forall a, passes a -> transitions q a = Some (Step (f a) South q blocked)) ->
  bottom = r + k -> S bottom = rows ->
  (forall i, r <= i < rows -> passes (T i c)) ->
  (forall i j, T' i j = if (j =? c) && (r <=? i) && (i <? rows) then f (T i j) else T i j) ->
  within (S k) (Config q r c T) (Config blocked bottom c T').
Proof.
  intros A -> B P H. replace (S k) with (k + 1) by lia. eapply within_trans.
  - apply sweep_south with (k := k); [exact A|lia| |reflexivity]. intros; apply P; lia.
  - assert (L : (r + k <? r + k) = false) by (apply Nat.ltb_irrefl).
    eapply within_blocked.
    + cbn beta. rewrite L, !andb_false_r. apply A, P; lia.
    + apply target_south_wall; lia.
    + intros i j. rewrite H.
      destruct (Nat.eqb_spec j c), (Nat.eqb_spec i (r + k)), (Nat.leb_spec r i),
        (Nat.ltb_spec i (r + k)), (Nat.ltb_spec i rows); cbn; try lia; subst; auto.
Qed.

(** North, to the wall; nothing is rewritten. *)
Lemma sweep_north_wall r : forall c T,
  (forall a, passes a -> transitions q a = Some (Step a North q blocked)) ->
  (forall i, i <= r -> passes (T i c)) ->
  within (S r) (Config q r c T) (Config blocked 0 c T).
Proof.
  assert (W : forall k c' (T : tape) i j,
      T i j = if (i =? k) && (j =? c') then T k c' else T i j).
  { intros k c' T i j. destruct (Nat.eqb_spec i k), (Nat.eqb_spec j c'); subst; auto. }
  induction r as [|r IH]; intros c T A P.
  - eapply within_blocked; [apply A, P; lia|reflexivity|apply W].
  - change (S (S r)) with (1 + S r). eapply within_trans.
    + eapply within_move; [apply A, P; lia|reflexivity|apply W].
    + apply IH; auto.
Qed.

(** West, over [k] cells; nothing is rewritten. *)
Lemma sweep_west k : forall r c right T,
  right = c + k ->
  (forall a, passes a -> transitions q a = Some (Step a West q blocked)) ->
  (forall j, c < j <= right -> passes (T r j)) ->
  within k (Config q r right T) (Config q r c T).
Proof.
  induction k as [|k IH]; intros r c right T -> A P.
  - rewrite Nat.add_0_r. apply within_same, same_refl.
  - change (S k) with (1 + k). eapply within_trans.
    + eapply within_move with (T' := T) (r' := r) (c' := c + k).
      * apply A, P; lia.
      * replace (c + (1 + k)) with (S (c + k)) by lia. reflexivity.
      * intros i j. destruct (Nat.eqb_spec i r), (Nat.eqb_spec j (c + (1 + k))); subst; auto.
    + apply IH; auto. intros; apply P; lia.
Qed.

End Sweep.
End Machine.

Global Opaque within.

Arguments action : clear implicits.
Arguments table : clear implicits.
Arguments tape : clear implicits.
Arguments configuration : clear implicits.
