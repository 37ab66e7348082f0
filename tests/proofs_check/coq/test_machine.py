"""The row-reduction machine in Coq: its table, its steps, its proof, and the rule of any machine."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.machines.interpreter import MachineRun
from construction.machines.machine import Halt, Machine
from construction.programs.catalogue import load_program
from construction.programs.program import Program, machine_program
from construction.programs.row_reduction_machine import row_reduction_machine, worst_case_steps
from construction.rules.patch import Position
from construction.rules.rule import LocalRule
from construction.rules.tables import Table
from construction.strategies import machines
from proofs_check.coq.machine_table import machine_table
from proofs_check.lemma1.machine import MachineTable
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.coq.compiling import FOLDER, compile_all, compile_file, evaluate

NAME = "row-reduction-machine"
NEEDED = ["Network", "RowReduction", "Machine", "MachineTable"]
RULE = ["MachineRule", "LayerIsStep"]
SWEEPS = ["MachineRise", "MachineColumn", "MachineTurns", "RowMatrix", "RowReductionMachine"]
PROOF = [*NEEDED, *SWEEPS]


def program_of(machine: Machine) -> Program:
    return machine_program(machine, lambda m, d: 0, summary="")


def table_of(program: Program) -> MachineTable:
    """The machine of a program's certificate."""
    return Subject(compile_rule(program.rule), program.certificate).machine


def bundled() -> MachineTable:
    return table_of(load_program(NAME))


def test_the_table_is_the_one_of_the_program() -> None:
    text = (FOLDER / "MachineTable.v").read_text()
    moves = {"North": "N", "South": "S", "East": "E", "West": "W", "Stay": "stay"}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for q, a, action in re.findall(r"\| q_(\w+), s_(\w+) => Some \((.*)\)", text):
        symbol = "_" if a == "blank" else a
        if action.startswith("Halt"):
            found[q, symbol] = (action.removeprefix("Halt (").rstrip(")"),)
        else:
            _, write, move, to, blocked = action.split()
            written = "_" if write == "s_blank" else write.removeprefix("s_")
            ways = (to.removeprefix("q_"), blocked.removeprefix("q_"))
            found[q, symbol] = (written, moves[move], *ways)
    assert found == {
        pair: (str(t.output),) if isinstance(t, Halt) else (t.write, t.move, t.to, t.if_blocked)
        for pair, t in row_reduction_machine().transitions.items()
    }


def test_names_that_coq_does_not_have_are_refused() -> None:
    table = bundled()
    renamed = {
        key: replace(t, state=f"{t.state} it") if t.state == "check" else t
        for key, t in table.transitions.items()
    }
    with pytest.raises(RefutedError, match="'q_check it' is no name in Coq"):
        machine_table(replace(table, transitions=renamed), NAME)


def test_heads_that_add_two_displacements_are_refused() -> None:
    table = bundled()
    head = table.transitions["find", "1"]
    moved = {**table.transitions, ("find", "1"): replace(head, code=head.code + 1)}
    with pytest.raises(RefutedError, match=r"a head in state 'find' adds 25 .* and 26 to"):
        machine_table(replace(table, transitions=moved), NAME)


@pytest.fixture(scope="module")
def semantics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the machine and its table, compiled."""
    folder = tmp_path_factory.mktemp("semantics")
    compile_all(folder, NEEDED)
    return folder


@st.composite
def tapes(draw: st.DrawFn) -> list[list[str]]:
    rows, columns, work = draw(st.integers(1, 5)), draw(st.integers(2, 5)), draw(st.integers(1, 2))
    bits = st.lists(st.sampled_from("01"), min_size=columns, max_size=columns)
    tape = draw(st.lists(bits, min_size=rows, max_size=rows))
    tape[-1][-1] = "0"
    return [[*line, *["_"] * work] for line in tape]


@pytest.mark.coq
@given(st.lists(tapes(), min_size=12, max_size=12))
@example([[["1", "0", "_"]]])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_coqs_machine_does_what_the_interpreter_does(
    semantics: Path, examples: list[list[list[str]]]
) -> None:
    machine = row_reduction_machine()
    terms, expected = [], []
    for tape in examples:
        run = MachineRun(machine, tape)
        halt = run.run()
        assert halt is not None
        end = run.configuration()
        expected.append((end.steps, end.state, end.row, end.column, end.tape, halt.output))
        terms.append(_run(tape, run.steps))
    assert [_read(value) for value in evaluate(semantics, NEEDED, terms)] == expected


def _run(tape: list[list[str]], fuel: int) -> str:
    rows = "; ".join(
        f"[{'; '.join('s_blank' if a == '_' else f's_{a}' for a in line)}]" for line in tape
    )
    size = f"{len(tape)} {len(tape[0])}"
    return (
        f"match run_to_halt machine {size} {fuel} 0 (Config start 0 0 "
        f"(fun i j => nth j (nth i [{rows}] []) s_blank)) with Some (n, c) => Some (n, at_state c, "
        f"at_row c, at_column c, map (fun i => map (on_tape c i) (seq 0 {len(tape[0])})) "
        f"(seq 0 {len(tape)}), halted machine c) | None => None end"
    )


def _read(value: str) -> tuple[int, str, int, int, tuple[tuple[str, ...], ...], int]:
    """What Coq printed, as an interpreter's last configuration and output."""
    found = re.fullmatch(
        r"Some \((\d+), q_(\w+), (\d+), (\d+), \[\[(.*)\]\], Some \(?(-?\d+)\)?\)", value
    )
    assert found is not None, value
    lines = tuple(
        tuple(re.sub("^s_", "", a).replace("blank", "_") for a in line.split("; "))
        for line in found[5].split("]; [")
    )
    return int(found[1]), found[2], int(found[3]), int(found[4]), lines, int(found[6])


@pytest.mark.coq
@pytest.mark.slow
def test_the_machine_is_row_reduction(tmp_path: Path) -> None:
    assert "Closed under the global context" in compile_all(tmp_path, PROOF)
    sizes = [(m, d) for m in range(7) for d in range(1, 7)]
    terms = [f"worst_case_steps {m} {d}" for m, d in sizes]
    steps = evaluate(tmp_path, ["RowReductionMachine"], terms)
    assert [int(each) for each in steps] == [worst_case_steps(m, d) for m, d in sizes]


@pytest.mark.long
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("q_down1, s_f1 => Some (Step s_f0", "q_down1, s_f1 => Some (Step s_f1"),
        ("q_find, s_1 => Some (Step s_P South q_flag q_west", "q_find, s_1 => Some (Step s_P South q_flag q_rise"),
        ("q_rise, s_f0 => Some (Step s_0 East q_mark", "q_rise, s_f0 => Some (Step s_0 East q_rise"),
        ("q_answer, s_0 => Some (Halt (1))", "q_answer, s_0 => Some (Halt (-1))"),
        ("q_check, s_blank => Some (Step s_blank West", "q_check, s_blank => Some (Step s_blank Stay"),
    ],
)  # fmt: skip
def test_a_damaged_transition_has_no_proof(tmp_path: Path, right: str, wrong: str) -> None:
    text = (FOLDER / "MachineTable.v").read_text()
    assert text.count(right) == 1
    (tmp_path / "MachineTable.v").write_text(text.replace(right, wrong))
    compile_all(tmp_path, NEEDED)
    for name in SWEEPS:
        (tmp_path / f"{name}.v").write_text((FOLDER / f"{name}.v").read_text())
    assert any(compile_file(tmp_path, name).returncode for name in SWEEPS)


@pytest.fixture(scope="module")
def step_rule(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the rule of machines, compiled; it does not depend on a machine's table."""
    folder = tmp_path_factory.mktemp("rule")
    compile_all(folder, ["Machine", *RULE])
    return folder


@pytest.mark.coq
@pytest.mark.slow
@given(machines(partial=False))
@example(row_reduction_machine())
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_coqs_rule_is_the_rule_of_any_machine(step_rule: Path, machine: Machine) -> None:
    """The tables of ``LayerIsStep.v`` are the compiler's, and its hypothesis holds."""
    rule = program_of(machine).rule
    table = table_of(program_of(machine))
    (step_rule / "MachineTable.v").write_text(machine_table(table, "a test"))
    compile_all(step_rule, ["MachineTable"])
    given = "machine all_states all_symbols symbol_code displacement"
    sides: dict[Position, str] = {"N": "North", "S": "South", "E": "East", "W": "West"}
    numbered, own, *tables = evaluate(
        step_rule,
        ["Machine", "MachineTable", "MachineRule"],
        [
            f"numbered {given} ({rule.codes.padding})",
            f"own {given}",
            *(f"arriving {given} {side}" for side in sides.values()),
            *(f"blocked {given} {side}" for side in sides.values()),
        ],
    )
    assert numbered == "true"
    known = {*table.symbols.values(), *(each.code for each in table.transitions.values())}
    assert _entries(own) == _values(rule.tables.get("C"), known)
    expected = [_values(rule.tables.get(side), known) for side in sides]
    expected += [_values(_wall(rule, side), known) for side in sides]
    assert [_entries(table) for table in tables] == expected


def _entries(text: str) -> dict[int, int]:
    pairs = re.findall(r"\(\(?(-?\d+)\)?, \(?(-?\d+)\)?\)", text)
    return {int(code): int(value) for code, value in pairs}


def _values(table: Table | None, known: set[int]) -> dict[int, int]:
    return {} if table is None else {k: int(v) for k, v in table.values.items() if k in known}


def _wall(rule: LocalRule, side: str) -> Table | None:
    for gate in rule.gates:
        if gate.name == f"a wall to the {side}":
            assert isinstance(gate.amount, Table)
            return gate.amount
    return None
