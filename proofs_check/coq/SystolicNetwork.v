(** The compiled network of [systolic-row-reduction] runs the rule of [Cells], on every state. *)

From Coq Require Import ZArith List Bool.
From RCNN Require Import Network Profiles LocalRule Cells Codes Weights.
Import ListNotations.
Open Scope Z_scope.

Definition known (c : cell) : bool := true.

Lemma tables : is_tables network.
Proof. vm_compute. reflexivity. Qed.

Lemma fit : fits network = true.
Proof. vm_compute. reflexivity. Qed.

Lemma memory_right : memory_ok network code known = true.
Proof. vm_compute. reflexivity. Qed.

Lemma none_wrong : wrong network code known = None.
Proof. vm_compute. reflexivity. Qed.

Lemma no_state_wrong : wrong_state network code known = None.
Proof. vm_compute. reflexivity. Qed.

Lemma network_implements : implements network code known.
Proof. exact (checked _ _ _ tables fit memory_right none_wrong no_state_wrong). Qed.

(** From here on the weights are not looked at any more. *)
Global Opaque network code.
