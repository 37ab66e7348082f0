(** Algorithm 1: stochastic gradient descent on the memory layer, with backpropagation through every
    layer. Where a unit stands at its kink, where ReLU has no derivative, there is no result. *)

From Coq Require Import ZArith List Bool.
From RCNN Require Import Network.
Import ListNotations.
Open Scope Z_scope.

(** ** Derivatives of a ReLU network of a vector *)

Definition vector_add (u v : list Z) : list Z := map (fun p => fst p + snd p) (combine u v).

(** The sum of the rows, each times its coefficient. *)
Definition weighted (width : nat) (coefficients : list Z) (rows : list (list Z)) : list Z :=
  fold_right vector_add (repeat 0 width)
    (map (fun p => map (Z.mul (fst p)) (snd p)) (combine coefficients rows)).

(** What passes back through the ReLUs of units with these inputs. *)
Definition masked (derivatives inputs : list Z) : list Z :=
  map (fun p => if 0 <? snd p then fst p else 0) (combine derivatives inputs).

(** The derivatives of [total] by the entries of [v]; none if a unit stands at its kink. *)
Fixpoint backward (layers : list layer) (v : list Z) : option (list Z) :=
  match layers with
  | [] => None
  | [last] => match weights last with [w] => Some w | _ => None end
  | l :: rest =>
      let u := affine l v in
      if existsb (Z.eqb 0) u then None
      else bind (backward rest (map relu u))
             (fun g => Some (weighted (length v) (masked g u) (weights l)))
  end.

(** The derivatives of [factor] times the network's value. *)
Definition derivatives (factor : Z) (layers : list layer) (v : list Z) : option (list Z) :=
  bind (backward layers v)
    (fun g => all (map (fun t => exactly (factor * t) (last_scale layers)) g)).

(** ** Backpropagation through the layers of the grid *)

Section Backward.

Variables (net : network) (rows columns : nat).

(** The derivatives of the output by the pixels (code / 3) of the last grid. *)
Definition head_gradient (g : grid) : option grid :=
  all (map all (tabulate rows columns (fun a c =>
    bind (derivatives pixel_unit (head net) [pixel g a c]) (fun s => Some (hd 0 s))))).

(** The derivatives by the pixels of [g], from those by the pixels of the grid after it, [after]: the
    pixel of row [a] and column [c] is at position [k] of the patch of the pixel [offset k] before it. *)
Definition layer_gradient (g after : grid) : option grid :=
  bind (all (map all (tabulate rows columns (fun a c =>
    derivatives 1 (convolution net) (patch net rows columns g a c)))))
    (fun jacobian => Some (tabulate rows columns (fun a c =>
      sum (map (fun k =>
        let (down, right) := nth k offsets (0, 0) in
        let a' := a - down in
        let c' := c - right in
        if inside rows columns a' c' then
          pixel after a' c' * nth k (nth (Z.to_nat c') (nth (Z.to_nat a') jacobian []) []) 0
        else 0) (seq 0 9))))).

(** The derivatives, by the pixels of [g], of the output after [n] more layers. *)
Fixpoint gradient (n : nat) (g : grid) : option grid :=
  match n with
  | O => head_gradient g
  | S k =>
      bind (next net rows columns g) (fun g' =>
      bind (gradient k g') (fun after => layer_gradient g after))
  end.

End Backward.

(** ** The algorithm

    [memory] is [3 W]. With the loss [(y - f)^2 / 2] a step adds [eta (y - f) df/dW] to [W]. As [W]
    enters as [W diag(z)], [df/dW] is the gradient by the memory's pixels times [diag(z)]; and with
    [eta = 1/3], [3 W] gets [y - f] times that. *)

Definition sgd_step (net : network) (n : nat) (memory : grid) (x : list bool) (y : bool)
  : option grid :=
  let z := with_one x in
  let rows := length memory in
  let columns := (length z + work_columns net)%nat in
  bind (predict net n memory z) (fun f =>
  bind (gradient net rows columns n (memory_grid net memory z)) (fun g =>
  Some (tabulate rows (length z) (fun a c =>
    pixel memory a c + (sign y - f) * (pixel g a c * nth (Z.to_nat c) z 0))))).

Fixpoint sgd (net : network) (n : nat) (memory : grid) (stream : list (list bool * bool))
  : option grid :=
  match stream with
  | [] => Some memory
  | (x, y) :: rest => bind (sgd_step net n memory x y) (fun after => sgd net n after rest)
  end.

(** From [W = 0], a step for each example, then one for the dummy [(1_d, +1)]. *)
Definition algorithm_1 (net : network) (n d : nat) (data : list (list bool * bool)) : option grid :=
  sgd net n (tabulate (length data + 1) (d + 1) (fun _ _ => 0))
    (data ++ [(repeat false d, false)]).
