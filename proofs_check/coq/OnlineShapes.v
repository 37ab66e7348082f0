(** The layers of the network of the online learner's file fit together, so that [gradient_is_derivative] holds for
    it. *)

From Coq Require Import ZArith List.
From RCNN Require Import Network Algorithm1 Derivative GridDerivative OnlineWeights.

Lemma network_shaped : shaped 9 (convolution network) /\ shaped 1 (head network).
Proof. split; apply shapes_fit_shaped; vm_compute; reflexivity. Qed.

Theorem network_gradient_is_derivative : forall rows columns n f E G y,
  gradient network rows columns n (at_codes rows columns f) = Some G ->
  bind (run network rows columns n (at_codes rows columns f)) (output network) = Some y ->
  exists least, forall N, (least <= N)%Z ->
    bind (run (finer_network N network) rows columns n (away rows columns N f E))
      (output (finer_network N network)) =
    Some (N * y + over_grid rows columns (fun a c => pixel G a c * E a c))%Z.
Proof.
  destruct network_shaped as [S9 S1]. intros rows columns. apply gradient_is_derivative; assumption.
Qed.

Print Assumptions network_gradient_is_derivative.
