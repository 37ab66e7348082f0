(** Sums over the positions of a grid, and what follows from results that are there. *)

From Coq Require Import ZArith List Bool Lia.
From RCNN Require Import Network Grids.
Import ListNotations.
Open Scope Z_scope.

(** ** Sums over a grid *)

Definition positions (rows columns : nat) : list (Z * Z) :=
  concat (tabulate rows columns (fun a c => (a, c))).

Lemma concat_tabulate : forall A rows columns (f : Z -> Z -> A),
  concat (tabulate rows columns f) = map (fun p => f (fst p) (snd p)) (positions rows columns).
Proof.
  intros. unfold positions, tabulate. rewrite concat_map, map_map. f_equal. apply map_ext.
  intros a. rewrite map_map. reflexivity.
Qed.

Lemma in_positions : forall rows columns p,
  In p (positions rows columns) <-> inside rows columns (fst p) (snd p) = true.
Proof.
  intros rows columns [a c]. cbn [fst snd]. rewrite insideP. unfold positions. split.
  - intros I. apply in_concat_tabulate in I. destruct I as [a' [c' [Ha [Hc E]]]].
    injection E as <- <-. auto.
  - intros [Ha Hc]. apply in_concat. exists (map (fun c => (a, c)) (indices columns)). split.
    + unfold tabulate. apply (in_map (fun a => map (fun c => (a, c)) (indices columns))).
      apply in_indices. assumption.
    + apply (in_map (fun c => (a, c))), in_indices. assumption.
Qed.

Lemma sum_ext : forall A (f g : A -> Z) l, (forall x, In x l -> f x = g x) ->
  sum (map f l) = sum (map g l).
Proof. intros. f_equal. apply map_ext_in. assumption. Qed.

Lemma sum_add : forall A (f g : A -> Z) l,
  sum (map (fun x => f x + g x) l) = sum (map f l) + sum (map g l).
Proof. induction l; simpl; [reflexivity|]. unfold sum in *. simpl. rewrite IHl. lia. Qed.

Lemma sum_times : forall A (f : A -> Z) k l, sum (map (fun x => k * f x) l) = k * sum (map f l).
Proof. induction l; unfold sum in *; simpl; [lia|]. rewrite IHl. lia. Qed.

Lemma sum_exchange : forall A B (f : A -> B -> Z) l l',
  sum (map (fun x => sum (map (f x) l')) l) = sum (map (fun y => sum (map (fun x => f x y) l)) l').
Proof.
  induction l as [|x l IH]; intros l'.
  - symmetry. apply sum_zero. reflexivity.
  - change (sum (map (fun x => sum (map (f x) l')) (x :: l))) with
      (sum (map (f x) l') + sum (map (fun x => sum (map (f x) l')) l)).
    rewrite IH, <- sum_add. reflexivity.
Qed.

(** One position of a grid. *)
Lemma sum_position : forall rows columns a c (f : Z * Z -> Z),
  sum (map (fun p => if (fst p =? a) && (snd p =? c) then f p else 0) (positions rows columns)) =
  if inside rows columns a c then f (a, c) else 0.
Proof.
  intros rows columns a c f. destruct (inside rows columns a c) eqn:I.
  - apply insideP in I. destruct I as [Ha Hc]. unfold positions. rewrite sum_grid.
    rewrite (sum_single _ a); [|assumption|].
    + rewrite (sum_single _ c); [|assumption|].
      * cbn [fst snd]. rewrite !Z.eqb_refl. reflexivity.
      * intros c' _ N. cbn [fst snd]. rewrite Z.eqb_refl.
        replace (c' =? c) with false by (symmetry; apply Z.eqb_neq; lia). reflexivity.
    + intros a' _ N. apply sum_zero. intros c' _. cbn [fst snd].
      replace (a' =? a) with false by (symmetry; apply Z.eqb_neq; lia). reflexivity.
  - apply sum_zero. intros [a' c'] P. apply in_positions in P. cbn [fst snd] in *.
    destruct (Z.eqb_spec a' a) as [->|]; [|reflexivity].
    destruct (Z.eqb_spec c' c) as [->|]; [|reflexivity]. rewrite I in P. discriminate.
Qed.

(** Summing over pixels and their neighbours at an offset, from the one or from the other. *)
Lemma sum_shift : forall rows columns down right (f : Z * Z -> Z * Z -> Z),
  sum (map (fun p => if inside rows columns (fst p + down) (snd p + right)
                     then f p (fst p + down, snd p + right) else 0) (positions rows columns)) =
  sum (map (fun q => if inside rows columns (fst q - down) (snd q - right)
                     then f (fst q - down, snd q - right) q else 0) (positions rows columns)).
Proof.
  intros rows columns down right f.
  transitivity (sum (map (fun p => sum (map (fun q =>
    if (fst q =? fst p + down) && (snd q =? snd p + right) then f p q else 0)
    (positions rows columns))) (positions rows columns))).
  - apply sum_ext. intros p _. symmetry. apply (sum_position rows columns _ _ (f p)).
  - rewrite sum_exchange. apply sum_ext. intros q _.
    rewrite <- (sum_position rows columns _ _ (fun p => f p q)). apply sum_ext. intros p _.
    replace (fst q =? fst p + down) with (fst p =? fst q - down)
      by (destruct (Z.eqb_spec (fst p) (fst q - down)), (Z.eqb_spec (fst q) (fst p + down)); lia).
    replace (snd q =? snd p + right) with (snd p =? snd q - right)
      by (destruct (Z.eqb_spec (snd p) (snd q - right)), (Z.eqb_spec (snd q) (snd p + right)); lia).
    reflexivity.
Qed.

(** ** Options *)

Definition value_or {A} (default : A) (o : option A) : A :=
  match o with Some v => v | None => default end.

Lemma all_inv : forall A B (default : B) (f : A -> option B) l ys, all (map f l) = Some ys ->
  (forall x, In x l -> f x = Some (value_or default (f x))) /\
  ys = map (fun x => value_or default (f x)) l.
Proof.
  induction l as [|x l IH]; intros ys H.
  - injection H as <-. split; [intros x []|reflexivity].
  - cbn [map all] in H. destruct (f x) as [v|] eqn:E; [|discriminate H]. cbn [bind] in H.
    destruct (all (map f l)) as [vs|] eqn:E'; [|discriminate H]. injection H as <-.
    destruct (IH vs eq_refl) as [P Q]. split.
    + intros z [<-|I]; [rewrite E; reflexivity|apply P, I].
    + cbn [map]. rewrite E, Q. reflexivity.
Qed.

Lemma all_tabulate_inv : forall A (default : A) rows columns f g,
  all (map all (tabulate rows columns f)) = Some g ->
  (forall a c, inside rows columns a c = true -> f a c = Some (value_or default (f a c))) /\
  g = tabulate rows columns (fun a c => value_or default (f a c)).
Proof.
  intros A default rows columns f g H. unfold tabulate in H. rewrite map_map in H.
  destruct (all_inv _ _ [] (fun a => all (map (f a) (indices columns))) _ _ H) as [P ->].
  assert (Q : forall a, 0 <= a < Z.of_nat rows ->
    (forall c, In c (indices columns) -> f a c = Some (value_or default (f a c))) /\
    value_or [] (all (map (f a) (indices columns))) =
      map (fun c => value_or default (f a c)) (indices columns)).
  { intros a Ha. specialize (P a (proj2 (in_indices rows a) Ha)).
    destruct (all_inv _ _ default (f a) _ _ P) as [P1 P2]. split; assumption. }
  split.
  - intros a c I. apply insideP in I. apply Q; [|apply in_indices]; apply I.
  - unfold tabulate. apply map_ext_in. intros a I. apply in_indices in I. apply Q, I.
Qed.

Lemma exactly_inv : forall a b q, exactly a b = Some q -> 0 < b /\ a = b * q.
Proof.
  intros a b q H. unfold exactly in H. destruct (Z.ltb_spec 0 b); [|discriminate H].
  destruct (Z.eqb_spec (a mod b) 0) as [E|]; [|discriminate H]. injection H as <-.
  split; [assumption|]. apply Z.div_exact; lia.
Qed.

(** A number from which on something holds for all entries of a list. *)
Lemma common_least : forall A (P : A -> Z -> Prop) l,
  (forall x, In x l -> exists least, forall N, least <= N -> P x N) ->
  exists least, forall N, least <= N -> forall x, In x l -> P x N.
Proof.
  induction l as [|x l IH]; intros H; [exists 0; intros N _ x []|].
  destruct (H x (or_introl eq_refl)) as [u U].
  destruct IH as [v V]; [intros z I; apply H; right; exact I|].
  exists (Z.max u v). intros N L z [<-|I]; [apply U; lia|apply V; [lia|exact I]].
Qed.
