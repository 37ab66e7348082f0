"""What a machine learns for every number of examples. The checker of ``rcnn verify`` decides that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from construction.compiling.compiler import compile_rule
from construction.machines.bit_formula import TargetClass, as_formula
from construction.machines.machine import Machine
from construction.programs.program import machine_program
from proofs_check.certificate import Learns
from proofs_check.lemma1.row_by_row import check_learner
from proofs_check.patterns.linear import variable
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError


class Learned(NamedTuple):
    """One of ``targets``, in at most ``slope`` steps for each example and ``constant`` more."""

    targets: TargetClass
    slope: int
    constant: int


def learned(machine: Machine, classes: Sequence[tuple[int, tuple[str, ...]]]) -> Learned | None:
    """What it learns for every number of examples, of these classes: ``d`` and each target's values on all inputs.

    It is that with the most features; None if there is none, or the checker cannot say.
    """
    program = machine_program(machine, None, summary="")
    network = compile_rule(program.rule)
    table = Subject(network, program.certificate).machine
    for features, values in sorted(classes, reverse=True):
        # The steps are what is asked for.
        claim = Learns(features, values, variable("m"))
        try:
            met = check_learner(table, claim, network.work_columns)
        except RefutedError:
            continue
        targets = TargetClass(features, tuple(map(as_formula, values)))
        return Learned(targets, met.slope, met.constant)
    return None
