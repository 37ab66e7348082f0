"""Found machines: what they say of the battery and of larger sizes, and as networks that SGD trains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.executors.catalogue import load_executor
from construction.formats.yaml_writer import write_yaml
from construction.machines.bit_formula import TargetClass
from construction.machines.formula import SizeFormula
from construction.machines.machine import Machine
from construction.machines.on_tape import MachineOnTape
from construction.programs.program import machine_program
from construction.search.battery import Battery, tape
from construction.search.every_m import learned
from construction.search.run import LONGEST, NO_LIMIT
from construction.search.table import plain_output
from construction.search.tasks import Bits, Input
from construction.training.memory import memory_grid, with_one
from construction.training.sgd import train

DATA_SETS_THROUGH_THE_NETWORK: Final = 6
NONE_HELD_BACK: Final = "No larger sizes were held back"


@dataclass(frozen=True)
class Verdict:
    """How many inputs a machine gets right, of how many.

    It never halts on ``loops`` of them. On ``too_long`` of them it was not waited for; these count as not right.
    """

    right: int
    inputs: int
    loops: int
    too_long: int

    @property
    def all_right(self) -> bool:
        """Is every input answered right?"""
        return self.right == self.inputs

    def __str__(self) -> str:
        loops = f", {self.loops} without an end" if self.loops else ""
        long = f", {self.too_long} too long (over {LONGEST:,} steps)" if self.too_long else ""
        return f"{self.right} of {self.inputs} right{loops}{long}"


@dataclass(frozen=True)
class Found:
    """A machine with its verdicts.

    ``network`` compares the outputs of the compiled network, its memory filled by SGD, with the machine's on
    some data sets with all test examples: equal ones, of how many. ``steps`` bounds the steps that were seen of the
    runs that halt. ``learns`` is what it learns for every number of examples, if the checker can say so.
    """

    machine: Machine
    battery: Verdict
    larger: Verdict
    network: tuple[int, int]
    steps: SizeFormula
    learns: TargetClass | None = None

    @property
    def yaml(self) -> str:
        """The machine as a file that every command takes."""
        notes = [
            f"# Found by a search, not written. Battery: {self.battery}.",
            (f"# Larger sizes: {self.larger}." if self.larger.inputs else f"# {NONE_HELD_BACK}.")
            + " The bound on steps is what was seen where it halts.",
        ]
        if self.learns is not None:
            notes.append(
                "# What it learns is claimed for every number of examples: rcnn verify checks it."
            )
        file = MachineOnTape(self.machine, steps=self.steps, learns=self.learns)
        return "\n".join([*notes, write_yaml(file)])

    def to_json(self) -> dict[str, Any]:
        """The keys of ``rcnn search --json``."""
        same, compared = self.network
        return {
            "machine": self.yaml,
            "battery": {"right": self.battery.right, "inputs": self.battery.inputs},
            "larger": {
                "right": self.larger.right,
                "inputs": self.larger.inputs,
                "too_long": self.larger.too_long,
            },
            "network": {"equal": same, "outputs": compared},
        }


def judge(machine: Machine, battery: Battery) -> Found:
    """The machine's verdicts, by the plain interpreter and by its network."""
    on_battery, first = _verdict(machine, battery.inputs)
    on_larger, second = _verdict(machine, battery.larger, LONGEST)
    factor = max(1, first, second)
    claim = learned(machine, battery.classes)
    if claim is not None:
        # So many for each cell are enough for every number of examples.
        columns = claim.targets.features + 2
        rows = claim.slope, -(-(claim.slope + claim.constant) // 2)
        factor = max(factor, *(-(-most // columns) for most in rows))
    return Found(
        machine,
        on_battery,
        on_larger,
        network_agreement(machine, _some_data_sets(battery)),
        SizeFormula("(m + 1) * (d + 2)" if factor == 1 else f"{factor} * (m + 1) * (d + 2)"),
        None if claim is None else claim.targets,
    )


def _verdict(
    machine: Machine, inputs: Sequence[Input], limit: int = NO_LIMIT
) -> tuple[Verdict, int]:
    """The verdict, and the steps of the runs that halt as a multiple of the grid's cells, rounded up."""
    right = loops = too_long = factor = 0
    for each in inputs:
        grid = tape(each)
        output, steps = plain_output(machine, grid, limit)
        right += output == 1 - 2 * each.answer
        too_long += steps == limit
        loops += output == 0 and steps < limit
        if output:
            factor = max(factor, -(-steps // (len(grid) * len(grid[0]))))
    return Verdict(right, len(inputs), loops, too_long), factor


def _some_data_sets(battery: Battery) -> list[tuple[tuple[Bits, ...], Bits]]:
    """Data sets from the battery and the larger sizes, evenly spread."""
    every = list(dict.fromkeys((i.examples, i.labels) for i in (*battery.inputs, *battery.larger)))
    stride = max(1, len(every) // DATA_SETS_THROUGH_THE_NETWORK)
    return every[::stride][:DATA_SETS_THROUGH_THE_NETWORK]


def network_agreement(
    machine: Machine, data_sets: Iterable[tuple[tuple[Bits, ...], Bits]]
) -> tuple[int, int]:
    """On how many test examples, of how many, the trained network's output is the machine's.

    The network is compiled from the machine. For each data set SGD fills its memory (Algorithm 1), and it runs
    on every test example, for as many layers as the machine takes steps until it halts, or is seen to loop. Test
    examples on which it takes more than ``LONGEST`` steps are left out.
    """
    program = machine_program(machine, lambda m, d: 0, summary="")
    executor = load_executor("auto", compile_rule(program.rule))
    same = compared = 0
    for examples, labels in data_sets:
        m, d = len(examples), len(examples[0])
        tests, runs = [], []
        for test in product((0, 1), repeat=d):
            output, steps = plain_output(machine, tape(Input(examples, labels, test, 0)), LONGEST)
            if steps < LONGEST:
                tests.append(test)
                runs.append((output, steps))
        if not tests:
            continue
        layers = max(steps for _, steps in runs) + m + d + 2
        signs = 1 - 2 * np.array(examples, dtype=np.int64)
        *_, last = train(executor, signs, 1 - 2 * np.array(labels, dtype=np.int64), layers)
        inputs = with_one(1 - 2 * np.array(tests, dtype=np.int64))
        grids = memory_grid(last.memory, inputs, executor.network.work_columns)
        outputs = executor.network.output(executor.run(grids, layers).grids)
        same += sum(a == b for a, (b, _) in zip(outputs, runs, strict=True))
        compared += len(tests)
    return same, compared
