(** Theorem 1 of docs/online.md and what follows, in one statement. *)

From Coq Require Import ZArith List Bool Arith.
From RCNN Require Import Network Algorithm1 RowReduction Prediction LocalRule.
From RCNN Require Import OnlineLearner OnlineReduction OnlineRowReduction OnlineClaims OnlineNetwork.
From RCNN Require Import OnlineWeights OnlineRule OnlineStep.
Import ListNotations.
Open Scope nat_scope.

(** If some parity explains the stream, an input is answered with [p] just when every parity that explains
    the stream has the value [p] there. That is then row reduction's prediction. *)
Lemma online_prediction : forall (d : nat) (stream : list (row * bool)),
  (forall x y, In (x, y) stream -> length x = d) ->
  (exists theta, explains theta stream) ->
  forall x p, length x = d ->
    (answer (learn stream) x = Some p <->
       forall theta, explains theta stream -> parity theta x = p) /\
    (answer (learn stream) x = Some p -> row_reduction stream x = p).
Proof.
  intros d stream F (other & O) x p X. destruct (learns d stream F) as (news & S).
  assert (V : forall theta q, explains theta stream -> answer (learn stream) x = Some q -> parity theta x = q)
    by (intros; now apply (same_value d stream news)).
  split; [split|].
  - intros A theta E. now apply V.
  - intros E. destruct (answer (learn stream) x) as [q|] eqn:A.
    + rewrite <- (V other q O eq_refl). f_equal. now apply E.
    + destruct (both_values d stream news other x true F S O X A) as (theta & T & P).
      destruct (both_values d stream news other x false F S O X A) as (theta' & T' & P').
      apply E in T, T'. congruence.
  - intros A. destruct (row_reduction_parity stream d F) as (theta & L & R & E).
    rewrite (R x X). apply V; [|exact A]. destruct stream as [|[u y] stream]; [intros ? ? []|].
    apply (E other); [|exact O]. destruct (O u y (or_introl eq_refl)) as [K _]. rewrite K.
    apply (F u y). now left.
Qed.

(** After every stream of examples with [d] features: memory has a row for each new example, at most [d];
    each is 0 at the first 1 of those before it; and their sums are the sums of the new examples, labels
    included. An input is answered with [p] just when it is a sum of new examples whose labels sum to [p].
    If it is answered, it is a sum of examples, and a step changes nothing, whatever the label; if not, it is
    none, and a step adds one row: the example and a sum of earlier new ones. If some parity explains the
    stream, an input is answered with [p] just when every parity that explains the stream has the value [p]
    there, and that is then row reduction's prediction.
    And the network of the file, with any number [l >= 1] of work columns and any depth [n >= 4 d + 4], is that
    learner: SGD from [W = 0], on the dummy and then on the stream, goes through, leaves these rows in memory, and the
    output is the answer's sign, or 0 without an answer. *)
Theorem online_row_reduction : forall (d l n : nat) (stream : list (row * bool)),
  let net := with_work_columns l network in
  (l >= 1)%nat -> (n >= 4 * d + 4)%nat ->
  (forall x y, In (x, y) stream -> length x = d) ->
  exists news : list (row * bool),
    new_examples d stream news /\
    length (learn stream) = length news /\ length news <= d /\
    reduced_rows d (learn stream) /\
    (forall v, sum_of (d + 1) (learn stream) v <-> sum_of (d + 1) (map labelled news) v) /\
    (forall x p, length x = d ->
       answer (learn stream) x = Some p <-> sum_of (d + 1) (map labelled news) (labelled (x, p))) /\
    (forall x y, length x = d ->
       if answer (learn stream) x then
         sum_of d (map fst stream) x /\ learn (stream ++ [(x, y)]) = learn stream
       else
         ~ sum_of d (map fst stream) x /\
         exists s, sum_of (d + 1) (map labelled news) s /\
           learn (stream ++ [(x, y)]) = learn stream ++ [add (labelled (x, y)) s]) /\
    ((exists theta, explains theta stream) ->
     forall x p, length x = d ->
       (answer (learn stream) x = Some p <->
          forall theta, explains theta stream -> parity theta x = p) /\
       (answer (learn stream) x = Some p -> row_reduction stream x = p)) /\
    sgd net n (empty d) ((repeat false d, false) :: stream) = Some (memory_of d (learn stream)) /\
    (forall x, length x = d ->
       predict net n (memory_of d (learn stream)) (with_one x) =
       Some match answer (learn stream) x with Some p => sign p | None => 0%Z end).
Proof.
  intros d l n stream net L Depth F. destruct (learns d stream F) as (news & S). exists news.
  assert (N := counted _ _ _ S). assert (M := shape _ _ _ S).
  split; [apply (named _ _ _ S)|]. split; [exact N|]. split.
  { rewrite <- N. now apply rows_at_most. }
  split; [exact M|]. split; [apply (same _ _ _ S)|]. split.
  { intros x p X. now apply (answer_of_news d stream news S). }
  split; [|split; [intros E x p X; now apply (online_prediction d)|]].
  2:{ apply sgd_is_the_algorithm; [|exact F].
      exact (network_reduces net code n d (implements_columns l _ _ _ network_implements) L Depth). }
  intros x y X. assert (K := known_features d stream news F S x X).
  rewrite (same_features _ _ _ S) in K. destruct (answer (learn stream) x) as [p|] eqn:A.
  - split; [apply K; congruence|]. apply known_stays. congruence.
  - split; [intros Y; now apply K in Y|]. now apply (stored_row d stream news S).
Qed.

Print Assumptions online_row_reduction.
