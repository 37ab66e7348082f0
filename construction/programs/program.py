"""A program that learns: a local rule, and how deep its network must be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from numbers import Integral
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from construction.compiling.certificate import certificate
from construction.compiling.numbering import first_layout
from construction.display import folded, table
from construction.errors import SizeError
from construction.machines.machine import Machine
from construction.rules.forms import PRODUCT, Form, m, t
from construction.rules.machine_rule import learner_layout, machine_scenes, symbolic_machine_rule
from construction.rules.memory_protocol import START
from construction.rules.rule import LocalRule
from construction.rules.scenes import Scene
from construction.rules.symbolic import Layout, SymbolicRule

Signs = npt.NDArray[np.int64]  #: entries -1 (bit 1) and +1 (bit 0)

#: A learner in plain Python: examples ``(m, d)``, labels ``(m,)`` and test examples ``(n, d)`` to
#: predictions ``(n,)``; all are signs.
Meaning = Callable[[Signs, Signs, Signs], Signs]


#: Sizes ``(m, d)`` for which a certificate says how many steps a machine takes: all of so few bits that the
#: proof checker runs every data set.
CLAIMED_SIZES: Final = tuple(
    (examples, features)
    for examples in range(1, 7)
    for features in range(1, 7)
    if examples * (features + 1) + features <= 11
)
MOST_CLAIMED: Final = 100  #: steps of a machine that a certificate claims for each cell, at most


@dataclass(frozen=True)
class Learns:
    """What a machine learns for one number of ``features`` and every ``m``: one of some ``targets``.

    A target is its values on all inputs in lexicographic order, such as ``0011`` for ``x1`` of two features. The
    machine takes at most ``steps``, a form in ``m``.
    """

    features: int
    targets: tuple[str, ...]
    steps: Form

    @property
    def data(self) -> dict[str, Any]:
        """The claim in a certificate."""
        return {
            "features": self.features,
            "targets": list(self.targets),
            "steps": self.steps.data,
        }


@dataclass(frozen=True, repr=False)
class Program:
    """A learner: a rule in codes, numbers for them, and how deep the network must be.

    Without a ``layout`` codes get the first numbers that fit. ``layers`` is the number of layers that
    suffices for every data set of ``m`` examples with ``d`` features and every test example: a linear form
    in ``m``, ``d``, their product and, for a machine, the number ``t`` of its ``steps``; ``steps_formula`` says how many. ``scenes`` say what every
    cell holds in every layer (:mod:`construction.rules.scenes`). ``meaning`` says in plain Python
    what the program predicts, and ``computes`` names it in words that the proof checker knows. ``learns`` is what a machine
    learns for one ``d``.

    A program that stores its training set needs ``m + 1`` ``rows`` of memory, and SGD sees the dummy
    example, all ones with the label +1, *last* (Algorithm 1). An *online* learner takes a stream of any
    length, and neither rows nor layers depend on that: ``m`` occurs only if it works with ``any_rows``, and
    then ``m + 1`` is their number. Its dummy example comes *first*, or *never* if it needs none.

    A program is right with any number of work columns, one or more, and one of a line with one; a machine can ask for more than one
    with ``work(m, d)``, as room to write.
    """

    name: str
    summary: str
    source: SymbolicRule
    layers: Form
    layout: Layout = field(default_factory=dict)
    scenes: Mapping[str, Scene] = field(default_factory=dict)
    machine: Machine | None = None
    steps: Callable[[int, int], int] | None = None
    steps_formula: str = ""
    computes: str = ""
    learns: Learns | None = None
    meaning: Meaning | None = None
    rows: Form = m + 1
    work: Callable[[int, int], int] | None = None
    dummy: Literal["last", "first", "never"] = "last"

    def __post_init__(self) -> None:
        if not self.layout:
            object.__setattr__(self, "layout", first_layout(self.source))

    @cached_property
    def rule(self) -> LocalRule:
        """The rule of ``source`` with the numbers of ``layout``."""
        return self.source.numbered(self.layout)

    def __deepcopy__(self, _: object) -> Program:
        """Itself, for nothing of it can change; scikit-learn copies parameters."""
        return self

    def depth(self, examples: int, features: int) -> int:
        """The number of layers for so many examples and features.

        Raises :class:`~construction.errors.SizeError` when they are no whole numbers from 0 on.
        """
        for what, count in (("examples", examples), ("features", features)):
            if not isinstance(count, Integral) or isinstance(count, bool) or count < 0:
                raise SizeError(f"{count!r} {what}; it should be a whole number, 0 or more")
        steps = 0 if self.steps is None else self.steps(examples, features)
        return self.layers.at(m=examples, d=features, t=steps, **{PRODUCT: examples * features})

    @property
    def depth_formula(self) -> str:
        """The number of layers in words."""
        if self.steps is None:
            return str(self.layers)
        return f"{self.layers} {f'with t = {self.steps_formula}' if self.steps_formula else 'for t steps'}"

    def memory_rows(self, examples: int, features: int) -> int:
        """The number of rows of memory for so many examples and features."""
        return self.rows.at(m=examples, d=features)

    def work_columns(self, examples: int, features: int) -> int:
        """The number of work columns for so many examples and features, at least one."""
        return 1 if self.work is None else max(1, self.work(examples, features))

    @property
    def certificate(self) -> dict[str, Any]:
        """The certificate: what the codes mean, what cells hold, and what is claimed, as plain data."""
        claims = {
            "computes": self.computes or None,
            "depth": self.layers.data,
            "rows": self.rows.data,
            "dummy": self.dummy,
            "steps": None if self.steps is None else self._claimed_steps(self.steps),
        }
        if self.work is not None:
            claims["work"] = [[*size, self.work_columns(*size)] for size in CLAIMED_SIZES]
        if self.learns is not None:
            claims["learns"] = self.learns.data
        return certificate(self.rule, self.scenes, claims, self.machine)

    def _claimed_steps(self, steps: Callable[[int, int], int]) -> list[list[int]]:
        """Bounds that the checker can run on all data sets; a looser one claims nothing."""
        bounds = ((m, d, steps(m, d)) for m, d in CLAIMED_SIZES)
        return [[m, d, t] for m, d, t in bounds if t <= MOST_CLAIMED * (m + 1) * (d + 1)]

    @property
    def online(self) -> bool:
        """Does it learn from a stream, as it goes?"""
        return self.dummy != "last"

    @property
    def any_rows(self) -> bool:
        """Is it an online learner whose memory has as many rows as one likes?"""
        return self.online and "m" in self.rows.coefficients

    def view(
        self,
        examples: npt.ArrayLike | None = None,
        labels: npt.ArrayLike | None = None,
        test: npt.ArrayLike | None = None,
    ) -> Any:
        """The page of ``rcnn view`` as a widget in a notebook, on data in bits or on a small sample.

        ``examples`` is ``(m, d)``, ``labels`` ``(m,)`` and ``test`` one example, ``(d,)``. Needs the extra
        ``widget``. Raises :class:`~construction.errors.DataError` when the data are something else, and
        :class:`~construction.errors.SizeError` when the grid is larger than a page shows.
        """
        from construction.viewer.widget import program_widget  # noqa: PLC0415

        return program_widget(self, examples, labels, test)

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
    machine: Machine,
    steps: Callable[[int, int], int] | None,
    *,
    summary: str,
    layout: Layout | None = None,
    layers: Form = t + START,
    steps_formula: str = "",
    work: Callable[[int, int], int] | None = None,
    meaning: Meaning | None = None,
    computes: str = "",
    learns: Learns | None = None,
) -> Program:
    """The program of a machine that learns; ``steps(m, d)`` bounds its steps, if that is known.

    Raises :class:`~construction.errors.MachineError` when the machine cannot read a data set.
    """
    return Program(
        name=machine.name,
        summary=summary,
        source=symbolic_machine_rule(machine),
        layout=layout or learner_layout(machine),
        layers=layers,
        scenes=machine_scenes(machine),
        machine=machine,
        steps=steps,
        steps_formula=steps_formula,
        work=work,
        meaning=meaning,
        computes=computes,
        learns=learns,
    )
