"""A program that learns: a local rule, and how deep its network must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from construction.display import folded, table
from construction.machines.machine import Machine
from construction.rules.machine_rule import MachineCodes, machine_rule
from construction.rules.rule import LocalRule
from construction.rules.schedule import machine_schedule

Signs = npt.NDArray[np.int64]  #: entries -1 (bit 1) and +1 (bit 0)

#: A learner in plain Python: examples ``(m, d)``, labels ``(m,)`` and test examples ``(n, d)`` to
#: predictions ``(n,)``; all are signs.
Meaning = Callable[[Signs, Signs, Signs], Signs]


#: Sizes for which a certificate says how many layers suffice; the formula is for all sizes.
CLAIMED_SIZES: Final = range(1, 7)


@dataclass(frozen=True, repr=False)
class Program:
    """A learner in the form that the compiler takes.

    ``depth(m, d)`` is the number of layers that suffice for every data set of ``m`` examples with
    ``d`` features and every test example; ``depth_formula`` says it in words. ``schedule`` says, as
    plain data, what the codes of a cell mean in each layer (:mod:`construction.rules.schedule`).
    ``machine`` is there when the rule came from one. ``meaning`` says in plain Python what the
    program predicts, and ``computes`` names it in words that the proof checker knows.

    A program that stores its training set needs ``m + 1`` rows of memory, and SGD sees the dummy
    example, all ones with the label +1, *last* (Algorithm 1). For an *online* learner neither
    ``memory_rows(m, d)`` nor ``depth(m, d)`` depends on ``m``: it takes a stream of any length. Its
    dummy example comes *first*, or *never* if it needs none.
    """

    name: str
    summary: str
    rule: LocalRule
    depth: Callable[[int, int], int]
    depth_formula: str
    machine: Machine | None = None
    schedule: Mapping[str, Any] | None = None
    computes: str = ""
    meaning: Meaning | None = None
    memory_rows: Callable[[int, int], int] = lambda m, d: m + 1
    dummy: Literal["last", "first", "never"] = "last"

    @property
    def claims(self) -> dict[str, Any]:
        """What the certificate says of the program: what it computes, and depths ``(m, d, L)``."""
        sizes = [(m, d) for m in CLAIMED_SIZES for d in CLAIMED_SIZES]
        return {
            "computes": self.computes,
            "depths": [[m, d, self.depth(m, d)] for m, d in sizes],
        }

    @property
    def online(self) -> bool:
        """Does it learn from a stream, as it goes?"""
        return self.dummy != "last"

    def __repr__(self) -> str:
        return f"<Program {self.name}: {self.summary}; {self.depth_formula} layers>"

    def _repr_html_(self) -> str:
        facts = [
            ("summary", self.summary),
            ("layers", self.depth_formula),
            ("codes", len(self.rule.codes.names)),
            ("gates", len(self.rule.gates)),
            ("learns from", "a stream" if self.online else "a training set"),
        ]
        if self.machine is not None:
            facts += [("states", len(self.machine.states)), ("symbols", len(self.machine.symbols))]
        codes = table(self.rule.codes.names.items(), ("code", "meaning"))
        gates = table([(gate.name,) for gate in self.rule.gates])
        return table(facts, (self.name, "")) + folded("codes", codes) + folded("gates", gates)


def machine_program(
    codes: MachineCodes,
    *,
    summary: str,
    depth: Callable[[int, int], int],
    depth_formula: str,
    meaning: Meaning | None = None,
    computes: str = "",
) -> Program:
    """The program of a machine that learns.

    Raises :class:`~construction.errors.MachineError` when the machine cannot read a data set.
    """
    return Program(
        name=codes.machine.name,
        summary=summary,
        rule=machine_rule(codes),
        depth=depth,
        depth_formula=depth_formula,
        machine=codes.machine,
        schedule=machine_schedule(codes),
        meaning=meaning,
        computes=computes,
    )
