(** The network of the row-reduction machine predicts what row reduction predicts, from the layer in
    which its grid shows the data, unmasked, and the machine's head. *)

From Coq Require Import Arith Bool Lia List ZArith.
From RCNN Require Import Machine MachineTable MachineRule LayerIsStep RowMatrix RowReductionMachine.
From RCNN Require Import Network Grids MachineWeights MachineNetwork.
From RCNN Require RowReduction.
Import ListNotations.
Local Open Scope Z_scope.

Notation config := (configuration state symbol).
Notation machine_run := (Machine.run transitions).

(** ** Layers are steps *)

Lemma run_last n rows columns (now next : config) : machine_run rows columns (S n) now = Some next ->
  exists before, machine_run rows columns n now = Some before
    /\ step transitions rows columns before = Some next.
Proof.
  revert now. induction n as [|n IH]; intros now H; cbn in H.
  - destruct (step transitions rows columns now) as [s|] eqn:S; [|discriminate]. exists now. split; [reflexivity|congruence].
  - destruct (step transitions rows columns now) as [s|] eqn:S; [|discriminate].
    destruct (IH s H) as (b & B & E). exists b. split; [|exact E]. cbn. now rewrite S.
Qed.

Lemma step_running rows columns (now next : config) :
  step transitions rows columns now = Some next -> running now.
Proof.
  destruct now as [q r c T]. unfold step, running. cbn [at_state at_row at_column on_tape].
  now destruct (transitions q (T r c)).
Qed.

Lemma halted_running (now : config) v : halted transitions now = Some v -> running now.
Proof. unfold halted, running. now destruct (transitions _ _). Qed.

Lemma halted_after rows columns (now : config) v :
  halted transitions now = Some v -> after transitions rows columns now = now.
Proof.
  destruct now as [q r c T]. unfold halted, after, step.
  cbn [at_state at_row at_column on_tape].
  now destruct (transitions q (T r c)) as [[]|].
Qed.

Lemma layers_are_steps n rows columns : forall now final : config,
  on_grid rows columns now -> machine_run rows columns n now = Some final ->
  on_grid rows columns final
  /\ run network rows columns n (grid_of rows columns now) = Some (grid_of rows columns final).
Proof.
  induction n as [|n IH]; intros now final G E.
  - injection E as <-. now split.
  - apply run_last in E as (before & E & S). destruct (IH _ _ G E) as (B & R).
    split; [exact (step_on_grid _ _ _ _ _ B S)|].
    cbn [run]. rewrite R. cbn [bind].
    rewrite network_layer_is_step; [|exact B|exact (step_running _ _ _ _ S)].
    unfold after. now rewrite S.
Qed.

Lemma halted_stays n rows columns (now : config) v :
  on_grid rows columns now -> halted transitions now = Some v ->
  run network rows columns n (grid_of rows columns now) = Some (grid_of rows columns now).
Proof.
  intros G H. induction n as [|n IH]; [reflexivity|].
  cbn [run]. rewrite IH. cbn [bind].
  rewrite network_layer_is_step; [|exact G|exact (halted_running _ _ H)].
  now rewrite (halted_after _ _ _ _ H).
Qed.

Lemma run_more net rows columns n k g h :
  run net rows columns n g = Some h ->
  run net rows columns (n + k) g = run net rows columns k h.
Proof.
  intros R. induction k as [|k IH].
  - now rewrite Nat.add_0_r.
  - rewrite Nat.add_succ_r. cbn [run]. now rewrite IH.
Qed.

(** ** The head of the network *)

Definition outputs : list (Z * Z) :=
  flat_map (fun p => match transitions (fst p) (snd p) with
                     | Some (Halt v) => [(head_on symbol_code displacement (fst p) (snd p), v)]
                     | _ => []
                     end) (pairs transitions all_states all_symbols).

Definition head_agrees (code : Z) : bool :=
  match total (head network) [code] with
  | Some t => t =? last_scale (head network) * entry outputs code
  | None => false
  end.

Lemma heads_agree : forallb head_agrees machine_codes = true.
Proof. vm_compute. reflexivity. Qed.

Lemma head_value code : In code machine_codes ->
  total (head network) [code] = Some (last_scale (head network) * entry outputs code).
Proof.
  intros I. assert (H := heads_agree). rewrite forallb_forall in H. specialize (H code I).
  unfold head_agrees in H. destruct (total (head network) [code]); [|discriminate].
  apply Z.eqb_eq in H. now rewrite H.
Qed.

Lemma outputs_symbol a : entry outputs (symbol_code a) = 0.
Proof. destruct a; vm_compute; reflexivity. Qed.

Lemma outputs_head q a : transitions q a <> None ->
  entry outputs (head_on symbol_code displacement q a)
  = match transitions q a with Some (Halt v) => v | _ => 0 end.
Proof. destruct q, a; intros H; try (now elim H); vm_compute; reflexivity. Qed.

Opaque outputs.

Theorem output_is_verdict rows columns (now : config) v :
  on_grid rows columns now -> halted transitions now = Some v ->
  output network (grid_of rows columns now) = Some v.
Proof.
  intros (R & C) H. unfold output, grid_of.
  erewrite all_map with (g := fun code => last_scale (head network) * entry outputs code).
  2: { intros x X. apply in_concat_tabulate in X as (a & c & _ & _ & <-).
       apply head_value, shown_in_codes. exact (halted_running _ _ H). }
  cbn [bind]. rewrite sum_grid.
  rewrite (sum_single rows (Z.of_nat (at_row now))).
  2: lia.
  2: { intros x X N. apply sum_zero. intros y Y. destruct now as [q r c T]. cbn [shows].
       cbn [at_row] in N. destruct (Nat.eqb_spec (Z.to_nat x) r); [lia|]. cbn [andb].
       rewrite outputs_symbol. lia. }
  rewrite (sum_single columns (Z.of_nat (at_column now))).
  2: lia.
  2: { intros x X N. destruct now as [q r c T]. cbn [shows].
       cbn [at_column] in N. destruct (Nat.eqb_spec (Z.to_nat x) c); [lia|]. rewrite andb_false_r.
       rewrite outputs_symbol. lia. }
  rewrite !Nat2Z.id. assert (RUN := halted_running _ _ H).
  destruct now as [q r c T]. cbn [shows at_row at_column]. rewrite !Nat.eqb_refl. cbn [andb].
  unfold running, halted in *. cbn [at_state at_row at_column on_tape] in *.
  rewrite outputs_head by exact RUN.
  destruct (transitions q (T r c)) as [[|w]|]; try discriminate. injection H as ->.
  apply exactly_times. vm_compute. reflexivity.
Qed.

(** ** From the unmasked data on *)

(** The grid that shows the data and, in the top-left cell, the machine's head. *)
Definition unmasked_grid (data : list (row * bool)) (test : row) (work : nat) : grid :=
  grid_of (S (length data)) (S (length test) + work)
    (Config start 0 0 (data_tape (RowReduction.data_rows data test))).

Theorem unmasked_network_is_row_reduction (data : list (row * bool)) (test : row) (work n : nat) :
  let m := length data in let d := length test in
  (forall x y, In (x, y) data -> length x = d) -> (1 <= d)%nat -> (1 <= work)%nat ->
  (worst_case_steps m d <= n)%nat ->
  bind (run network (S m) (S d + work) n (unmasked_grid data test work)) (output network)
  = Some (sign (RowReduction.row_reduction data test)).
Proof.
  intros m d X D W N.
  destruct (machine_is_row_reduction data test work X D W) as (steps & final & L & R & H).
  fold m d in L, R.
  assert (G : on_grid (S m) (S d + work)
    (Config start 0 0 (data_tape (RowReduction.data_rows data test)))) by (split; cbn; lia).
  destruct (layers_are_steps _ _ _ _ _ G R) as (F & E).
  replace n with (steps + (n - steps))%nat by lia.
  unfold unmasked_grid. fold m d. rewrite (run_more _ _ _ _ _ _ _ E).
  rewrite (halted_stays _ _ _ _ _ F H). cbn [bind]. now apply output_is_verdict.
Qed.

Print Assumptions unmasked_network_is_row_reduction.
