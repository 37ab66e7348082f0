(** The recurrent convolutional network of Definition 5, in integers.

    A pixel is one real number, [code / 3]; everything here is in codes. A layer of weights is a
    matrix of integers over a scale. ReLU commutes with a positive scale, so the network on codes is
    the network on pixels. Where a result is no integer the functions give [None], never a rounded
    number. *)

From Coq Require Import ZArith List Bool.
Import ListNotations.
Open Scope Z_scope.

(** ** Options: a computation that may have no result *)

Definition bind {A B} (a : option A) (f : A -> option B) : option B :=
  match a with Some x => f x | None => None end.

(** All results of a list, if there are all. *)
Fixpoint all {A} (l : list (option A)) : option (list A) :=
  match l with
  | [] => Some []
  | a :: rest => bind a (fun x => bind (all rest) (fun xs => Some (x :: xs)))
  end.

(** [a / b], if that is an integer. *)
Definition exactly (a b : Z) : option Z :=
  if (0 <? b) && (a mod b =? 0) then Some (a / b) else None.

(** ** Weights *)

(** Row [i] of [weights] and entry [i] of [biases] belong to unit [i]; both are over [scale]. *)
Record layer := Layer { weights : list (list Z); biases : list Z; scale : Z }.

(** The convolution takes the nine codes of a patch to the next code, the head a code to its share
    of the output. [padding] is the code that stands outside the grid. *)
Record network :=
  Network { convolution : list layer; head : list layer; padding : Z; work_columns : nat }.

(** The same weights with [l] work columns. *)
Definition with_work_columns (l : nat) (net : network) : network :=
  Network (convolution net) (head net) (padding net) l.

(** Definition 5's pixels are codes over this number; the work columns' 1 is the code 3. *)
Definition pixel_unit : Z := 3.

(** ** A ReLU network of a vector *)

Definition sum (l : list Z) : Z := fold_right Z.add 0 l.
Definition dot (u v : list Z) : Z := sum (map (fun p => fst p * snd p) (combine u v)).
Definition relu (x : Z) : Z := Z.max 0 x.

(** The inputs of a layer's units: weights times values, plus bias. *)
Definition affine (l : layer) (v : list Z) : list Z :=
  map (fun p => dot (fst p) v + snd p) (combine (weights l) (biases l)).

(** What the last layer's only unit adds up, over that layer's scale. All other layers have ReLUs. *)
Fixpoint total (layers : list layer) (v : list Z) : option Z :=
  match layers with
  | [] => None
  | [last] => match affine last v with [t] => Some t | _ => None end
  | l :: rest => total rest (map relu (affine l v))
  end.

Definition last_scale (layers : list layer) : Z := scale (last layers (Layer [] [] 0)).

(** The network's value. *)
Definition perceptron (layers : list layer) (v : list Z) : option Z :=
  bind (total layers v) (fun t => exactly t (last_scale layers)).

(** ** Grids *)

(** Rows of pixels. Rows and columns count from 0. *)
Definition grid := list (list Z).

Definition indices (n : nat) : list Z := map Z.of_nat (seq 0 n).

Definition tabulate {A} (rows columns : nat) (f : Z -> Z -> A) : list (list A) :=
  map (fun a => map (f a) (indices columns)) (indices rows).

Definition inside (rows columns : nat) (a c : Z) : bool :=
  (0 <=? a) && (a <? Z.of_nat rows) && (0 <=? c) && (c <? Z.of_nat columns).

Definition pixel (g : grid) (a c : Z) : Z := nth (Z.to_nat c) (nth (Z.to_nat a) g []) 0.

(** The nine positions of a patch, in row-major order: rows down and columns to the right. *)
Definition offsets : list (Z * Z) :=
  [(-1, -1); (-1, 0); (-1, 1); (0, -1); (0, 0); (0, 1); (1, -1); (1, 0); (1, 1)].

Section Forward.

Variables (net : network) (rows columns : nat).

(** The grid with its frame of padding. *)
Definition shown (g : grid) (a c : Z) : Z :=
  if inside rows columns a c then pixel g a c else padding net.

Definition patch (g : grid) (a c : Z) : list Z :=
  map (fun o => shown g (a + fst o) (c + snd o)) offsets.

(** The grid after one layer: the convolution at every pixel. *)
Definition next (g : grid) : option grid :=
  all (map all (tabulate rows columns (fun a c => perceptron (convolution net) (patch g a c)))).

(** The grid after [n] layers. *)
Fixpoint run (n : nat) (g : grid) : option grid :=
  match n with
  | O => Some g
  | S k => bind (run k g) next
  end.

(** The head at every pixel, and the sum over the grid. *)
Definition output (g : grid) : option Z :=
  bind (all (map (fun v => total (head net) [v]) (concat g)))
    (fun shares => exactly (sum shares) (last_scale (head net))).

End Forward.

(** ** The memory layer *)

(** The first grid, [[W diag(z) | 1]]. [memory] is [3 W], with a column for each entry of [z]. *)
Definition memory_grid (net : network) (memory : grid) (z : list Z) : grid :=
  tabulate (length memory) (length z + work_columns net)
    (fun a c =>
       if c <? Z.of_nat (length z) then pixel memory a c * nth (Z.to_nat c) z 0 else pixel_unit).

(** [f(z)] after [n] layers. *)
Definition predict (net : network) (n : nat) (memory : grid) (z : list Z) : option Z :=
  let rows := length memory in
  let columns := (length z + work_columns net)%nat in
  bind (run net rows columns n (memory_grid net memory z)) (output net).

(** Bit 1 is the sign -1. *)
Definition sign (bit : bool) : Z := if bit then -1 else 1.

(** [[x; 1]] for an example of bits. *)
Definition with_one (x : list bool) : list Z := map sign x ++ [1].
