"""A machine may leave pairs of state and symbol out. If all of its runs meet one, or never end, nothing is proved."""

from __future__ import annotations

from dataclasses import replace

from construction.compiling.compiler import compile_rule
from construction.machines.machine import Halt, Machine, Step
from construction.programs.program import machine_program
from proofs_check.questions.transformer import check_transformer
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from tests.proofs_check.ends import unplayed
from tests.proofs_check.subjects import bundled, refuted

OF_WHICH = "on runs that meet no pair of state and symbol which the machine leaves out"


def nowhere() -> Machine:
    """A machine that after one step is always in a pair that it leaves out."""
    return Machine(
        name="nowhere",
        states=("start", "lost"),
        symbols=("_", "0", "1"),
        start="start",
        blank="_",
        bits=("0", "1"),
        transitions={
            ("start", "0"): Step("0", "stay", "lost"),
            ("start", "1"): Step("1", "stay", "lost"),
            ("lost", "_"): Halt(1),
        },
        impossible=frozenset({("start", "_"), ("lost", "0"), ("lost", "1")}),
    )


def test_a_machine_whose_runs_all_meet_a_left_out_pair_is_refuted() -> None:
    program = machine_program(nowhere(), None, summary="")
    subject = Subject(compile_rule(program.rule), program.certificate)
    found = refuted(subject)
    assert list(found) == ["Lemma 1, depth"]
    assert "leaves out" in found["Lemma 1, depth"]
    (gap,) = check_transformer(subject).constants
    assert gap.endswith(OF_WHICH)


#: Rows that need of a machine's layers that they are its steps, on runs of every size.
OF_RUNS = [
    "Lemma 1, machine = rule",
    "Lemma 1, depth",
    "Spectrum",
    "Circuit",
    "Theorem 1, noise",
]


def test_rows_of_a_machine_say_of_which_runs_they_are() -> None:
    machine = of_network(bundled("row-reduction-machine"))
    assert [each.id for each in machine if each.text.endswith(OF_WHICH)] == OF_RUNS
    waves = of_network(bundled("systolic-row-reduction"))
    assert not [each.id for each in waves if "leaves out" in each.text]


def test_the_least_s_is_said_to_be_the_least() -> None:
    """Of a program without a machine the width cannot fail, as s is made from it."""
    for name, states in (("row-reduction-machine", True), ("systolic-row-reduction", False)):
        (text,) = (each.text for each in of_network(bundled(name)) if each.id == "Definition 5")
        assert ("s is the least with which that width is enough" in text) is not states


def test_a_machine_that_never_halts_is_refuted() -> None:
    """Its output is 0 in every layer, and there is no ``A(S)[x]`` that it would be."""
    there_and_back = {("go", bit): Step(bit, "E", "go", "go") for bit in ("0", "1")}
    there_and_back["go", "_"] = Step("_", "W", "go", "go")
    machine = replace(
        nowhere(), states=("go",), start="go", transitions=there_and_back, impossible=frozenset()
    )
    program = machine_program(machine, None, summary="")
    subject = unplayed(Subject(compile_rule(program.rule), program.certificate))
    found = refuted(subject, "Lemma 1, machine", "Lemma 1, depth")
    assert list(found) == ["Lemma 1, depth"]
    assert "9800 of 9800 runs do not halt" in found["Lemma 1, depth"]
    (depth,) = [each for each in of_network(subject) if each.id == "Lemma 1, depth"]
    assert depth.text.startswith("if the machine halts")
