"""A machine may leave pairs of state and symbol out. If all of its runs meet one, nothing is proved."""

from __future__ import annotations

from construction.compiling.compiler import compile_rule
from construction.machines.machine import Halt, Machine, Step
from construction.programs.program import machine_program
from proofs_check.subject import Subject
from tests.proofs_check.subjects import refuted


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
