(** Lemma 1 for [systolic-row-reduction], memorisation and computation in one statement. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Algorithm1 RowReduction LocalRule Cells Weights SystolicNetwork.
From RCNN Require Import Memorisation Computation Prediction.
Import ListNotations.
Open Scope Z_scope.

(** For every number [m >= 1] of examples, every number [d >= 1] of features, every number [l >= 1] of
    work columns, all data and every depth [n >= 2 m + 3 d + 2]: Algorithm 1 goes through, from [W = 0] to a memory with which the network
    outputs, for every test example [x], the label that row reduction predicts. That it goes through
    says that no unit is at its kink in any layer of any step, and that every number that should be an
    integer is one. What row reduction predicts is the value of one parity, and if any parity explains
    the data, this one does. *)
Theorem lemma_1 : forall (data : list (list bool * bool)) (d l n : nat),
  let m := length data in
  let net := with_work_columns l network in
  (m >= 1)%nat -> (d >= 1)%nat -> (l >= 1)%nat -> (n >= 2 * m + 3 * d + 2)%nat ->
  (forall x y, In (x, y) data -> length x = d) ->
  exists (memory : grid) (theta : list bool),
    algorithm_1 net n d data = Some memory /\
    (forall x, length x = d ->
       predict net n memory (with_one x) = Some (sign (row_reduction data x)) /\
       row_reduction data x = parity theta x) /\
    ((exists other, explains other data) -> explains theta data).
Proof.
  intros data d l n m net Hm Hd Hl Hn F.
  destruct (row_reduction_parity data d F) as [theta [_ [P E]]].
  exists (stored m d (data ++ [(repeat false d, false)])), theta. split; [|split].
  - apply (algorithm_1_stores net Codes.code known (implements_columns l _ _ _ network_implements));
      [exact Hl|lia|lia|reflexivity|exact F].
  - intros x X. split; [|apply P, X]. subst d. apply stored_predicts; assumption.
  - intros [other O]. apply (E other); [|exact O].
    destruct data as [|[x y] data]; [simpl in m; lia|].
    destruct (O x y (or_introl eq_refl)) as [L _]. rewrite L. apply (F x y), or_introl, eq_refl.
Qed.

Print Assumptions lemma_1.
