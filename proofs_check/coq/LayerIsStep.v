(** A layer is a step: a grid that shows a machine's configuration shows the next one in the next layer,
    by the rule of [MachineRule].  The table is any table, and the numbering any in which codes differ. *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine MachineRule.
Import ListNotations.
Local Open Scope Z_scope.

Section Layer.

Context {state symbol : Type}.
Variables (transitions : table state symbol) (states : list state) (symbols : list symbol).
Variables (symbol_code : symbol -> Z) (displacement : state -> Z) (padding : Z).
Hypothesis every_state : forall q, In q states.
Hypothesis every_symbol : forall a, In a symbols.
Hypothesis numbers : numbered transitions states symbols symbol_code displacement padding = true.

Notation head_on := (head_on symbol_code displacement).
Notation codes := (codes transitions states symbols symbol_code displacement).
Notation own := (own transitions states symbols symbol_code displacement).
Notation arriving := (arriving transitions states symbols symbol_code displacement).
Notation blocked := (blocked transitions states symbols symbol_code displacement).
Notation heads := (heads transitions states symbols symbol_code displacement).
Notation local_rule := (local_rule transitions states symbols symbol_code displacement padding).
Notation sends := (sends displacement).
Notation turns := (turns displacement).
Notation entry_heads_symbol := (
  entry_heads_symbol transitions states symbols symbol_code displacement padding every_state every_symbol numbers).
Notation entry_heads_padding := (
  entry_heads_padding transitions states symbols symbol_code displacement padding every_state every_symbol numbers).
Notation entry_heads_head := (
  entry_heads_head transitions states symbols symbol_code displacement padding every_state every_symbol numbers).
Notation own_symbol := (
  own_symbol transitions states symbols symbol_code displacement padding every_state every_symbol numbers).
Notation own_head := (
  own_head transitions states symbols symbol_code displacement padding every_state every_symbol numbers).
Notation no_padding := (
  no_padding transitions states symbols symbol_code displacement padding numbers).
Notation symbol_in_codes := (
  symbol_in_codes transitions states symbols symbol_code displacement every_symbol).
Notation head_in_codes := (
  head_in_codes transitions states symbols symbol_code displacement every_state every_symbol).

Variables rows columns : nat.

(** The code that a cell shows in a configuration, and what it sees of a neighbour or a wall. *)
Definition shows (now : configuration state symbol) (i j : nat) : Z :=
  let '(Config q r c T) := now in
  if ((i =? r)%nat && (j =? c)%nat)%bool then head_on q (T i j) else symbol_code (T i j).

Definition sees (now : configuration state symbol) (i j : nat) (side : move) : Z :=
  match target rows columns side i j with
  | Some (i', j') => shows now i' j'
  | None => padding
  end.

Definition on_grid (now : configuration state symbol) : Prop :=
  (at_row now < rows)%nat /\ (at_column now < columns)%nat.

Lemma target_back go i j r c : (i < rows)%nat -> (j < columns)%nat ->
  target rows columns go i j = Some (r, c) -> target rows columns (opposite go) r c = Some (i, j).
Proof.
  intros I J. destruct go; cbn [target opposite].
  - destruct i; [discriminate|]. intros E; injection E as <- <-.
    now destruct (Nat.ltb_spec (S i) rows); [|lia].
  - destruct (Nat.ltb_spec (S i) rows); [|discriminate]. intros E; now injection E as <- <-.
  - destruct (Nat.ltb_spec (S j) columns); [|discriminate]. intros E; now injection E as <- <-.
  - destruct j; [discriminate|]. intros E; injection E as <- <-.
    now destruct (Nat.ltb_spec (S j) columns); [|lia].
  - intros E; now injection E as <- <-.
Qed.

Lemma target_on_grid go i j r c : (i < rows)%nat -> (j < columns)%nat ->
  target rows columns go i j = Some (r, c) -> (r < rows)%nat /\ (c < columns)%nat.
Proof.
  intros I J. destruct go; cbn [target].
  - destruct i; [discriminate|]. intros E; injection E as <- <-. lia.
  - destruct (Nat.ltb_spec (S i) rows); [|discriminate]. intros E; injection E as <- <-. lia.
  - destruct (Nat.ltb_spec (S j) columns); [|discriminate]. intros E; injection E as <- <-. lia.
  - destruct j; [discriminate|]. intros E; injection E as <- <-. lia.
  - intros E; injection E as <- <-. lia.
Qed.

(** Only a stay leads to the cell itself. *)
Lemma target_elsewhere go i j : go <> Stay -> target rows columns go i j <> Some (i, j).
Proof.
  intros G E. destruct go; cbn [target] in E; try easy.
  - destruct i; [discriminate|]. injection E as E. lia.
  - destruct (_ <? _)%nat; [|discriminate]. injection E as E. lia.
  - destruct (_ <? _)%nat; [|discriminate]. injection E as E. lia.
  - destruct j; [discriminate|]. injection E as E. lia.
Qed.

Lemma step_on_grid now next : on_grid now -> step transitions rows columns now = Some next ->
  on_grid next.
Proof.
  destruct now as [q r c T]. intros [R C] E. unfold step in E.
  destruct (transitions q (T r c)) as [[a go to bl|]|]; try discriminate.
  injection E as <-. destruct (target rows columns go r c) as [[r' c']|] eqn:TG.
  - exact (target_on_grid _ _ _ _ _ R C TG).
  - split; assumption.
Qed.

(** In a cell without the head no wall matters, and in the head's cell nothing arrives. *)
Lemma no_arrival q r c T act side : transitions q (T r c) = Some act -> In side sides ->
  entry (arriving side) (sees (Config q r c T) r c side) = 0.
Proof.
  intros E S. unfold sees, arriving.
  destruct (target rows columns side r c) as [[i j]|] eqn:TG; [|apply entry_heads_padding].
  cbn [shows]. destruct (Nat.eqb_spec i r), (Nat.eqb_spec j c); cbn [andb]; subst;
    try apply entry_heads_symbol.
  exfalso. revert TG. apply target_elsewhere. now intros ->; repeat destruct S as [S|S].
Qed.

Lemma arrival q r c T act i j side : transitions q (T r c) = Some act ->
  (i, j) <> (r, c) ->
  entry (arriving side) (sees (Config q r c T) i j side) =
    match target rows columns side i j with
    | Some (r', c') =>
        if ((r' =? r)%nat && (c' =? c)%nat)%bool
        then match sends (opposite side) act with Some v => v | None => 0 end else 0
    | None => 0
    end.
Proof.
  intros E N. unfold sees, arriving.
  destruct (target rows columns side i j) as [[r' c']|]; [|apply entry_heads_padding].
  cbn [shows]. destruct (Nat.eqb_spec r' r), (Nat.eqb_spec c' c); cbn [andb]; subst;
    try apply entry_heads_symbol.
  now apply entry_heads_head.
Qed.

Lemma sees_padding q r c T act side : transitions q (T r c) = Some act ->
  (sees (Config q r c T) r c side =? padding)
  = match target rows columns side r c with Some _ => false | None => true end.
Proof.
  intros E. unfold sees. destruct (target rows columns side r c) as [[i j]|].
  - apply Z.eqb_neq. apply no_padding. cbn [shows].
    destruct (Nat.eqb_spec i r), (Nat.eqb_spec j c); cbn [andb]; subst;
      try apply symbol_in_codes. apply head_in_codes. congruence.
  - apply Z.eqb_refl.
Qed.

Definition after (now : configuration state symbol) : configuration state symbol :=
  match step transitions rows columns now with Some next => next | None => now end.

(** Walls matter to the head alone, and to it only the one that it runs against. *)
Lemma walls_head q r c T act : transitions q (T r c) = Some act ->
  sum_of (fun side => if sees (Config q r c T) r c side =? padding
                      then entry (blocked side) (head_on q (T r c)) else 0)
  = match act with
    | Step _ go _ bl =>
        match target rows columns go r c with Some _ => 0 | None => displacement bl end
    | Halt _ => 0
    end.
Proof.
  intros E. unfold sum_of, blocked. cbn [fold_right sides].
  rewrite !(sees_padding _ _ _ _ _ _ E), !(entry_heads_head _ _ _ _ E).
  destruct act as [a [] to bl|out]; cbn [turns move_eqb];
    destruct (target rows columns North r c), (target rows columns South r c),
      (target rows columns East r c), (target rows columns West r c); cbn [target]; lia.
Qed.

Lemma walls_symbol a seen :
  sum_of (fun side => if seen side =? padding then entry (blocked side) (symbol_code a) else 0) = 0.
Proof.
  unfold sum_of, blocked. cbn [fold_right sides]. rewrite !entry_heads_symbol.
  now destruct (_ =? _), (_ =? _), (_ =? _), (_ =? _).
Qed.

Definition leads (go : move) (r c i j : nat) : bool :=
  match target rows columns go r c with
  | Some (r', c') => ((r' =? i)%nat && (c' =? j)%nat)%bool
  | None => false
  end.

Lemma leads_spec go r c i j : leads go r c i j = true <-> target rows columns go r c = Some (i, j).
Proof.
  unfold leads. destruct (target rows columns go r c) as [[r' c']|]; [|easy].
  rewrite andb_true_iff, !Nat.eqb_eq. split; [now intros (-> & ->)|].
  intros E. now injection E as -> ->.
Qed.

Lemma leads_back go r c i j : (r < rows)%nat -> (c < columns)%nat -> (i < rows)%nat ->
  (j < columns)%nat -> leads (opposite go) i j r c = leads go r c i j.
Proof.
  intros R C I J. apply eq_true_iff_eq. rewrite !leads_spec. split; intros E.
  - apply target_back in E; auto. now destruct go.
  - now apply target_back.
Qed.

Lemma arrivals q r c T act i j : transitions q (T r c) = Some act -> (i, j) <> (r, c) ->
  sum_of (fun side => entry (arriving side) (sees (Config q r c T) i j side))
  = match act with
    | Step _ Stay _ _ | Halt _ => 0
    | Step _ go to _ => if leads (opposite go) i j r c then displacement to else 0
    end.
Proof.
  intros E N. unfold sum_of. cbn [fold_right sides]. rewrite !(arrival _ _ _ _ _ _ _ _ E N).
  fold (leads North i j r c) (leads South i j r c) (leads East i j r c) (leads West i j r c).
  unfold leads.
  destruct act as [a [] to bl|out]; cbn [sends opposite move_eqb];
    destruct (target rows columns North i j) as [[]|], (target rows columns South i j) as [[]|],
      (target rows columns East i j) as [[]|], (target rows columns West i j) as [[]|];
    repeat destruct (_ && _)%bool; lia.
Qed.

(** One layer does one step of the machine; on a halting pair it does nothing. *)
Theorem layer_is_step now i j :
  on_grid now -> transitions (at_state now) (on_tape now (at_row now) (at_column now)) <> None ->
  (i < rows)%nat -> (j < columns)%nat ->
  local_rule (shows now i j) (sees now i j) = shows (after now) i j.
Proof.
  destruct now as [q r c T]. cbn [at_state at_row at_column on_tape]. intros [R C] H I J.
  cbn in R, C. destruct (transitions q (T r c)) as [act|] eqn:E; [clear H|easy].
  unfold after, step. rewrite E.
  destruct ((i =? r)%nat && (j =? c)%nat)%bool eqn:HERE.
  - apply andb_prop in HERE as [A B]. apply Nat.eqb_eq in A, B. subst i j.
    unfold local_rule. unfold sum_of at 1. cbn [fold_right sides].
    rewrite !(no_arrival _ _ _ _ _ _ E) by (cbn; tauto).
    cbn [shows]. rewrite !Nat.eqb_refl. cbn [andb].
    rewrite (walls_head _ _ _ _ _ E), (own_head _ _ _ E).
    destruct act as [a go to bl|out].
    2: { cbn [leaves shows]. rewrite !Nat.eqb_refl. cbn [andb]. lia. }
    destruct (target rows columns go r c) as [[r' c']|] eqn:TG.
    + cbn [shows]. unfold write_at. rewrite !Nat.eqb_refl. cbn [andb].
      destruct (Nat.eqb_spec r r'), (Nat.eqb_spec c c'); cbn [andb]; subst.
      { destruct go; try (exfalso; revert TG; apply target_elsewhere; discriminate).
        cbn [leaves]. lia. }
      all: destruct go; cbn [leaves]; try lia; cbn in TG; congruence.
    + cbn [shows]. unfold write_at, head_on. rewrite !Nat.eqb_refl. cbn [andb].
      destruct go; cbn [leaves]; try lia. discriminate.
  - assert (N : (i, j) <> (r, c)).
    { intros X. injection X as -> ->. now rewrite !Nat.eqb_refl in HERE. }
    unfold local_rule. rewrite (arrivals _ _ _ _ _ _ _ E N).
    cbn [shows]. rewrite HERE, walls_symbol, own_symbol.
    destruct act as [a go to bl|out].
    2: { cbn [shows]. rewrite HERE. lia. }
    rewrite (leads_back go r c i j) by assumption.
    unfold leads. destruct (target rows columns go r c) as [[r' c']|] eqn:TG.
    + cbn [shows]. unfold write_at, head_on. rewrite HERE.
      rewrite (Nat.eqb_sym i r'), (Nat.eqb_sym j c').
      destruct go, ((r' =? i)%nat && (c' =? j)%nat)%bool eqn:K; try lia.
      exfalso. cbn in TG. injection TG as -> ->.
      rewrite Nat.eqb_sym, (Nat.eqb_sym c') in K. congruence.
    + cbn [shows]. unfold write_at. rewrite HERE. destruct go; lia.
Qed.

End Layer.
