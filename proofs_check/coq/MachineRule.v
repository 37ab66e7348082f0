(** A machine as a local rule, construction/rules/machine_rule.py, and what its tables say.

    A symbol has a code, and a head on it adds its state's displacement.  The rule is a sum of tables:
    a cell's own code says what the head on it writes, a neighbour's code which head arrives from there.
    Four gates, one for each wall, say what a blocked head does.  All that is asked of the numbering
    is that the codes differ ([numbered], a computation). *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine.
Import ListNotations.
Local Open Scope Z_scope.

Definition opposite (go : move) : move :=
  match go with North => South | South => North | East => West | West => East | Stay => Stay end.

Definition move_eqb (a b : move) : bool :=
  match a, b with
  | North, North | South, South | East, East | West, West | Stay, Stay => true
  | _, _ => false
  end.

(** The sides on which a cell has a neighbour or a wall. *)
Definition sides : list move := [North; South; East; West].

(** A table of codes: 0 where it says nothing. *)
Fixpoint entry (entries : list (Z * Z)) (code : Z) : Z :=
  match entries with
  | [] => 0
  | (key, value) :: rest => if key =? code then value else entry rest code
  end.

Section Rule.

Context {state symbol : Type}.
Variables (transitions : table state symbol) (states : list state) (symbols : list symbol).
Variables (symbol_code : symbol -> Z) (displacement : state -> Z) (padding : Z).

Definition head_on (q : state) (a : symbol) : Z := symbol_code a + displacement q.

(** The pairs that the machine has. *)
Definition pairs : list (state * symbol) :=
  filter (fun p => match transitions (fst p) (snd p) with Some _ => true | None => false end)
    (list_prod states symbols).

Definition codes : list Z := map symbol_code symbols ++ map (fun p => head_on (fst p) (snd p)) pairs.

(** What the compiler guarantees: all codes differ, also from the wall's. *)
Fixpoint distinct (l : list Z) : bool :=
  match l with [] => true | z :: l => negb (existsb (Z.eqb z) l) && distinct l end.
Definition numbered : bool := distinct (padding :: codes).

(** ** The rule *)

Definition heads (value : action state symbol -> option Z) : list (Z * Z) :=
  flat_map (fun p => match transitions (fst p) (snd p) with
                     | Some act => match value act with
                                   | Some v => [(head_on (fst p) (snd p), v)] | None => [] end
                     | None => []
                     end) pairs.

(** What a head leaves in its cell, if it does not halt there. *)
Definition leaves (act : action state symbol) : option Z :=
  match act with
  | Step a Stay to _ => Some (head_on to a)
  | Step a _ _ _ => Some (symbol_code a)
  | Halt _ => None
  end.

(** The displacement that arrives on the other side of a move, and that a wall there gives back. *)
Definition sends (go : move) (act : action state symbol) : option Z :=
  match act with
  | Step _ way to _ => if move_eqb way go then Some (displacement to) else None
  | Halt _ => None
  end.
Definition turns (go : move) (act : action state symbol) : option Z :=
  match act with
  | Step _ way _ blocked => if move_eqb way go then Some (displacement blocked) else None
  | Halt _ => None
  end.
Definition stays : list (Z * Z) :=
  flat_map (fun p => match transitions (fst p) (snd p) with
                     | Some (Halt _) => [(head_on (fst p) (snd p), head_on (fst p) (snd p))]
                     | _ => []
                     end) pairs.

Definition own : list (Z * Z) :=
  map (fun a => (symbol_code a, symbol_code a)) symbols ++ stays ++ heads leaves.
Definition arriving (side : move) : list (Z * Z) := heads (sends (opposite side)).
Definition blocked (side : move) : list (Z * Z) := heads (turns side).

Definition sum_of (f : move -> Z) : Z := fold_right (fun side total => f side + total) 0 sides.

(** The next code of a cell that shows [code], with [seen] around it. *)
Definition local_rule (code : Z) (seen : move -> Z) : Z :=
  entry own code
  + sum_of (fun side => entry (arriving side) (seen side))
  + sum_of (fun side => if seen side =? padding then entry (blocked side) code else 0).

(** ** What the tables say *)

Hypothesis every_state : forall q, In q states.
Hypothesis every_symbol : forall a, In a symbols.
Hypothesis numbers : numbered = true.

Lemma distinct_nodup l : distinct l = true -> NoDup l.
Proof.
  induction l as [|z l IH]; cbn; [constructor|].
  intros H. apply andb_prop in H as [N D]. constructor; [|auto].
  intros I. apply negb_true_iff in N.
  assert (E : existsb (Z.eqb z) l = true).
  { apply existsb_exists. exists z. split; [exact I|apply Z.eqb_refl]. }
  congruence.
Qed.

Lemma codes_nodup : NoDup (padding :: codes).
Proof. exact (distinct_nodup _ numbers). Qed.

Lemma in_pairs q a : transitions q a <> None -> In (q, a) pairs.
Proof.
  intros H. apply filter_In. split; [now apply in_prod|].
  cbn. now destruct (transitions q a).
Qed.

Lemma symbol_in_codes a : In (symbol_code a) codes.
Proof. apply in_or_app. left. now apply in_map. Qed.

Lemma head_in_codes q a : transitions q a <> None -> In (head_on q a) codes.
Proof.
  intros H. apply in_or_app. right.
  exact (in_map (fun p => head_on (fst p) (snd p)) _ _ (in_pairs _ _ H)).
Qed.

Lemma nodup_map_inj {A} (f : A -> Z) l x y :
  NoDup (map f l) -> In x l -> In y l -> f x = f y -> x = y.
Proof.
  induction l as [|z l IH]; cbn; [easy|]. intros N. inversion N as [|? ? I D]; subst.
  intros [->|X] [->|Y] E; auto; exfalso; apply I.
  - rewrite E. now apply in_map.
  - rewrite <- E. now apply in_map.
Qed.

Lemma nodup_app {A} (l k : list A) :
  NoDup (l ++ k) -> NoDup l /\ NoDup k /\ forall x, In x l -> In x k -> False.
Proof.
  induction l as [|z l IH]; cbn.
  - intros N. repeat split; auto; constructor.
  - intros N. inversion N as [|? ? I D]; subst. destruct (IH D) as (L & K & B).
    repeat split; auto.
    + constructor; auto. intros Z. apply I, in_or_app; now left.
    + intros x [->|X] Y; [apply I, in_or_app; now right|now apply (B x)].
Qed.

Lemma symbol_code_injective a b : symbol_code a = symbol_code b -> a = b.
Proof.
  intros E. assert (N := codes_nodup). inversion N as [|? ? _ D]; subst.
  apply nodup_app in D as (D & _). eapply nodup_map_inj; eauto.
Qed.

Lemma head_injective q a q' a' : transitions q a <> None -> transitions q' a' <> None ->
  head_on q a = head_on q' a' -> (q, a) = (q', a').
Proof.
  intros H H' E. assert (N := codes_nodup). inversion N as [|? ? _ D]; subst.
  apply nodup_app in D as (_ & D & _).
  eapply (nodup_map_inj (fun p => head_on (fst p) (snd p))); eauto using in_pairs.
Qed.

Lemma head_no_symbol q a b : transitions q a <> None -> head_on q a <> symbol_code b.
Proof.
  intros H E. assert (N := codes_nodup). inversion N as [|? ? _ D]; subst.
  apply nodup_app in D as (_ & _ & D). apply (D (symbol_code b)).
  - now apply in_map.
  - rewrite <- E. exact (in_map (fun p => head_on (fst p) (snd p)) _ _ (in_pairs _ _ H)).
Qed.

Lemma no_padding code : In code codes -> code <> padding.
Proof. intros I ->. assert (N := codes_nodup). now inversion N. Qed.

(** An entry is 0 if no key is the code, and [v] if every such key has the value [v]. *)
Lemma entry_none l code : (forall v, ~ In (code, v) l) -> entry l code = 0.
Proof.
  induction l as [|[key w] l IH]; intros H; cbn; [reflexivity|].
  destruct (Z.eqb_spec key code) as [->|].
  - exfalso. apply (H w). now left.
  - apply IH. intros v I. apply (H v). now right.
Qed.

Lemma entry_one l code v :
  In (code, v) l -> (forall w, In (code, w) l -> w = v) -> entry l code = v.
Proof.
  induction l as [|[key w] l IH]; intros I H; cbn; [easy|].
  destruct (Z.eqb_spec key code) as [->|].
  - apply H. now left.
  - apply IH; [destruct I as [E|]; congruence|]. intros u U. apply H. now right.
Qed.

Lemma in_heads value code v : In (code, v) (heads value) <->
  exists q a act, transitions q a = Some act /\ value act = Some v /\ code = head_on q a.
Proof.
  unfold heads. rewrite in_flat_map. split.
  - intros ([q a] & P & I). cbn in I.
    destruct (transitions q a) as [act|] eqn:E; [|easy].
    destruct (value act) as [w|] eqn:V; [|easy]. destruct I as [I|[]].
    injection I as <- <-. eauto 7.
  - intros (q & a & act & E & V & ->). exists (q, a). split; [apply in_pairs; congruence|].
    cbn. rewrite E, V. now left.
Qed.

Lemma in_stays code v : In (code, v) stays <->
  exists q a out, transitions q a = Some (Halt out) /\ code = head_on q a /\ v = head_on q a.
Proof.
  unfold stays. rewrite in_flat_map. split.
  - intros ([q a] & P & I). cbn in I.
    destruct (transitions q a) as [[|out]|] eqn:E; try easy. destruct I as [I|[]].
    injection I as <- <-. eauto 7.
  - intros (q & a & out & E & -> & ->). exists (q, a). split; [apply in_pairs; congruence|].
    cbn. rewrite E. now left.
Qed.

Lemma in_symbols code v : In (code, v) (map (fun a => (symbol_code a, symbol_code a)) symbols) <->
  exists a, code = symbol_code a /\ v = symbol_code a.
Proof.
  rewrite in_map_iff. split.
  - intros (a & E & _). injection E as <- <-. eauto.
  - intros (a & -> & ->). exists a. auto.
Qed.

Lemma entry_heads_symbol value a : entry (heads value) (symbol_code a) = 0.
Proof.
  apply entry_none. intros v I. apply in_heads in I as (q & b & act & E & _ & C).
  symmetry in C. revert C. apply head_no_symbol. congruence.
Qed.

Lemma entry_heads_padding value : entry (heads value) padding = 0.
Proof.
  apply entry_none. intros v I. apply in_heads in I as (q & b & act & E & _ & C).
  symmetry in C. revert C. apply no_padding, head_in_codes. congruence.
Qed.

Lemma entry_heads_head value q a act : transitions q a = Some act ->
  entry (heads value) (head_on q a) = match value act with Some v => v | None => 0 end.
Proof.
  intros E. destruct (value act) as [v|] eqn:V.
  - apply entry_one.
    + apply in_heads. eauto 7.
    + intros w I. apply in_heads in I as (q' & a' & act' & E' & V' & C).
      apply head_injective in C; congruence.
  - apply entry_none. intros w I. apply in_heads in I as (q' & a' & act' & E' & V' & C).
    apply head_injective in C; congruence.
Qed.

Lemma own_symbol a : entry own (symbol_code a) = symbol_code a.
Proof.
  apply entry_one.
  - apply in_or_app. left. apply in_symbols. eauto.
  - intros w I. unfold own in I. rewrite !in_app_iff, in_symbols, in_stays, in_heads in I.
    destruct I as [(b & E & ->)|[(q & b & out & E & C & _)|(q & b & act & E & _ & C)]];
      [congruence| |]; symmetry in C; exfalso; revert C; apply head_no_symbol; congruence.
Qed.

Lemma own_head q a act : transitions q a = Some act ->
  entry own (head_on q a) = match leaves act with Some v => v | None => head_on q a end.
Proof.
  intros E. apply entry_one.
  - unfold own. rewrite !in_app_iff, in_stays, in_heads. right.
    destruct (leaves act) eqn:L; [right; eauto 7|left].
    destruct act as [? [] ? ?|out]; try discriminate. eauto 7.
  - intros w I. unfold own in I. rewrite !in_app_iff, in_symbols, in_stays, in_heads in I.
    destruct I as [(b & C & _)|[(q' & b & out & E' & C & ->)|(q' & b & act' & E' & L & C)]].
    + exfalso. revert C. apply head_no_symbol. congruence.
    + apply head_injective in C; [|congruence|congruence].
      injection C as <- <-. now replace act with (Halt (state := state) (symbol := symbol) out)
        by congruence.
    + apply head_injective in C; [|congruence|congruence].
      replace act with act' by congruence. now rewrite L.
Qed.

End Rule.
