"""What a command's NAME stands for: a bundled program, a machine in a file, or an automaton."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from construction.arguments import checked
from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.formats.busy_beaver import is_busy_beaver, read_busy_beaver
from construction.formats.golly import is_automaton, parse_automaton, resembles_automaton
from construction.machines.formula import SizeFormula
from construction.machines.on_tape import MachineOnTape
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.own_machine import claimed_steps, machine_learner, on_the_grid
from construction.programs.program import Learns, Program, machine_program
from construction.rules.cellular_automaton import CellularAutomaton
from construction.rules.forms import m
from construction.rules.rule import LocalRule
from construction.rules.tape_rule import tape_rule
from construction.search.discovered import CLAIMED, DISCOVERED, load_discovered
from construction.sources.files import read_machine_file

SUFFIXES: Final = (".yaml", ".yml")
#: Of a network that is asked what does not depend on its work columns: its weights, and what is shown for every number of them.
ANY_SIZE: Final = (1, 1)
WEIGHTS: Final = (".safetensors", ".onnx")  #: endings of files that hold no program

HELP: Final = (
    f"a bundled program ({', '.join((*PROGRAMS, *DISCOVERED))}), a machine in a YAML file or in the "
    f"busy-beaver text format, such as 1RB1LA_1LA1RZ, or a cellular automaton in Golly's notation, "
    f"such as B3/S23 or W110"
)


@dataclass(frozen=True)
class Compilable:
    """A rule with the name that errors call it by, and what goes into its certificate.

    ``work`` is the number of work columns that the file of a machine asks for, if it does.
    """

    name: str
    rule: LocalRule
    certificate: dict[str, Any]
    work: SizeFormula | None = None

    @property
    def any_size(self) -> bool:
        """Is it one network for every size of data? Not if the number of work columns depends on that."""
        return self.work is None or self.work.constant

    def compiled(self, size: tuple[int, int] | None = None) -> tuple[RCNN, dict[str, Any]]:
        """The network, for data of ``size``, ``(m, d)``, and its certificate.

        Raises :class:`~construction.errors.ConstructionError` when the number of work columns depends on the
        size, and there is none.
        """
        if size is None and not self.any_size:
            assert self.work is not None
            raise ConstructionError(
                f"{self.name}: the machine asks for {self.work.text} work columns, so there is a network for "
                f"each size of data; say of which, with --examples M and --features D"
            )
        columns = 1 if self.work is None else max(1, self.work(*(size or ANY_SIZE)))
        return compile_rule(self.rule, work_columns=columns), self.certificate


@checked
def compilable(name: str) -> Compilable:
    """The rule of the program, the machine or the cellular automaton of this name.

    A machine with bits reads a data set; one without bits runs on a tape that is given.
    """
    found = find(name)
    if isinstance(found, Program):
        return Compilable(found.name, found.rule, found.certificate)
    if isinstance(found, CellularAutomaton):
        rule = found.rule()
    elif found.machine.bits is None:
        rule = tape_rule(found.machine)
    else:
        claimed = CLAIMED.get(name, "")
        bounds: Callable[[int, int], int] | None = found.steps
        if found.steps is not None and name not in DISCOVERED:
            # Whatever a file says of its machine's steps is claimed, and checked.
            bounds = claimed_steps(found.machine, found.steps)
        elif not claimed:
            bounds = None
        program = machine_program(
            on_the_grid(found.machine),
            bounds,
            summary="",
            computes=claimed,
            learns=_learns(found),
            # The network has as many as are asked for, unless that depends on the data.
            work=None if found.work is None or found.work.constant else found.work,
        )
        return Compilable(program.name, program.rule, program.certificate, found.work)
    return Compilable(rule.name, rule, certificate(rule))


def _learns(file: MachineOnTape) -> Learns | None:
    """What the file of a machine claims that it learns, for its number of features."""
    if file.learns is None:
        return None
    assert file.steps is not None
    line = file.steps.in_m(file.learns.features)
    assert line is not None
    times = claimed_steps(file.machine, lambda m, d: 1)(1, 1)
    slope, constant = line
    return Learns(file.learns.features, file.learns.values, m * (times * slope) + times * constant)


@checked
def learner(name: str) -> Program:
    """The program of this name, or the one that a machine in a file is.

    If such a machine moves only left and right, its tape lies through the grid in a snake. Raises
    :class:`~construction.errors.ConstructionError` when the file does not say what the bits are, or how
    many steps the machine takes.
    """
    found = find(name)
    if isinstance(found, Program):
        return found
    if isinstance(found, CellularAutomaton):
        raise ConstructionError(f"{name} is a cellular automaton; it reads no data set")
    for needed, given, like in (
        ("bits", found.machine.bits, "bits: [0, 1]"),
        ("steps", found.steps, "steps: 3 * m * d"),
    ):
        if given is None:
            raise ConstructionError(
                f"{name}: to learn, a machine needs the field {needed!r}, like {like}"
            )
    assert found.steps is not None
    return machine_learner(found.machine, found.steps, found.steps.text, found.work)


@checked
def find(name: str) -> Program | MachineOnTape | CellularAutomaton:
    """The program, the machine or the cellular automaton of this name.

    Raises :class:`~construction.errors.ConstructionError` when there is none.
    """
    if name in PROGRAMS:
        return load_program(name)
    if name in DISCOVERED:
        return load_discovered(name)
    if is_automaton(name):
        return parse_automaton(name)
    path = Path(name)
    if path.suffix in WEIGHTS:
        raise ConstructionError(
            f"{name}: a file of weights is no program; rcnn verify --network {name} checks a network, and "
            f"rcnn learn --resume {name} goes on from a memory"
        )
    if path.suffix in SUFFIXES or (name and path.exists()):
        return read_machine_file(path)
    if resembles_automaton(name):
        return parse_automaton(name)
    if os.sep in name:
        return read_machine_file(path)
    if is_busy_beaver(name):
        return read_busy_beaver(name)
    close = get_close_matches(name, (*PROGRAMS, *DISCOVERED), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it should be {HELP}"
    raise ConstructionError(f"there is no program {name!r} and no such file; {hint}")
