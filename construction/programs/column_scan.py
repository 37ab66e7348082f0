"""Looking at the columns one by one: what several learners share.

These programs ask a question about every column of the memory, all rows at once, and answer with the
first column that has something to say:

1. A **wave up each column** starts in the last row. It carries a *finding*, one of a few, and each
   cell that it passes changes the finding according to what the cell holds.
2. In the top row the finding becomes a **verdict** on the column: +1, -1, or nothing to say (0).
3. Once the top-left column has its verdict, a **search** runs along the top row from west to east.
   It stops at the first column whose verdict is not 0: that verdict is the program's output. If there
   is none, it comes to the work column, and there stands the output for that case.

A cell that a wave passes has for its code what it holds plus the finding that arrives, and the next
layer's tables say what that sum means. So a scan is two tables that a reader can check, ``change`` and
``verdict``, and two gates, at the bottom and in the top-left corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from construction.rules.codes import BITS, Code, Kind, Signal
from construction.rules.forms import Form, a, b, d, m, n
from construction.rules.memory_protocol import PADDING, WORK, WORK_COLUMNS
from construction.rules.scenes import Scene, Stage, Variable
from construction.rules.symbolic import Cell, Part, gate

VERDICTS: Final = (-1, 0, 1)

STARTING: Final = Kind("starting", words="the wave starts", mark="s")()
JUDGED: Final = Kind(
    "verdict", {"verdict": VERDICTS}, "verdict {verdict}", "{verdict}", role="done"
)
SEARCHED: Final = Kind(
    "search", {"verdict": VERDICTS}, "search, verdict {verdict}", "{verdict}", "!", role="answer"
)
AT_END: Final = Kind("end", words="search at its end", mark="!", role="answer")()

SEARCH: Final = Signal("search")


@dataclass(frozen=True)
class ColumnScan:
    """A question to every column.

    ``cells[k]`` is what a cell of code ``k`` holds when the wave comes. The wave leaves the last row
    with the finding ``start``; ``change[f, h]`` is the finding ``f`` after a cell that holds ``h``.
    ``verdict[f]`` is what ``f`` means in the top row, and ``otherwise`` the output if every column has
    verdict 0.

    The wave leaves a cell of the last row one layer after the cell's code was in ``last_row``, where
    ``last_row[k]`` is what code ``k`` would become otherwise.
    """

    cells: Mapping[Code, str]
    start: str
    change: Mapping[tuple[str, str], str]
    verdict: Mapping[str, int]
    otherwise: int
    last_row: Mapping[Code, Code]

    @property
    def asked(self) -> Kind:
        """A cell that the wave passes: the finding that arrives, and what the cell holds."""
        fields = {"finding": tuple(self.verdict), "holds": tuple(self.cells.values())}
        return Kind("asked", fields, "{finding}, then {holds}", "{holds}", mark="^")

    def part(self) -> Part:
        """The scan as a part of a rule; the codes in ``cells`` belong to another part."""
        gates = (
            gate(
                "the last row starts the wave",
                {code: STARTING - other for code, other in self.last_row.items()},
                C=self.last_row,
                S=PADDING,
            ),
            gate("the search starts", SEARCH, C=[self.asked, STARTING], N=PADDING, W=PADDING),
        )
        return Part((*self._cells(),), gates)

    def invariant(self, holds: str, starts: Form, stages: Sequence[Stage]) -> Scene:
        """What every cell holds, on the data set and on a test example.

        ``holds`` is what a cell holds when the wave comes, and ``starts`` the layer in which a cell of the
        last row sends it off; before, the cells go through ``stages``. ``P[a, b]`` is the finding that
        leaves row ``a`` to the north, ``V[a, b]`` its verdict, and ``R[b]`` says whether the search comes to
        column ``b``.
        """
        variables = (
            Variable("T", "a b", tuple(self.cells.values()), b - a, [([], holds)]),
            Variable("P", "a b", tuple(self.verdict), b - a + 1, [
                ([a >= m + 1], repr(self.start)),
                ([], chosen(self.change, "P[a+1, b]", "T[a, b]")),
            ]),
            Variable("V", "a b", VERDICTS, b - a + 2, [([], chosen(self.verdict, "P[a, b]"))]),
            Variable("R", "b", BITS, b + 1, [([b <= 1], 1), ([], "R[b-1] and V[1, b-1] == 0")]),
        )  # fmt: skip
        passes = starts + m - a + 1
        first = starts - starts.coefficients.get("b", 0) * (b - 1)
        comes = first + m + b  # the search comes to a column of the top row
        top, verdict = a <= 1, {"verdict": "V[a, b]"}
        return Scene(variables, (
            *stages,
            Stage(STARTING, [a >= m + 1, n >= starts]),
            Stage(self.asked, [a <= m, n >= passes], {"finding": "P[a+1, b]", "holds": "T[a, b]"}),
            Stage(JUDGED, [n >= passes + 1], verdict),
            Stage("'search' if R[b] else 'verdict'", [top, n >= comes], verdict, name="arriving"),
            Stage("'search' if R[b] and V[a, b] != 0 else 'verdict'", [top, n >= comes + 1], verdict,
                  name="searched"),
            WORK_COLUMNS,
            Stage("'end' if R[b] else 'work'", [top, b >= d + 2, b <= d + 2, n >= comes],
                  name="behind the last column"),
        ))  # fmt: skip

    def _cells(self) -> Iterator[Cell]:
        verdict = {finding: JUDGED(verdict) for finding, verdict in self.verdict.items()}
        yield Cell(STARTING, becomes=verdict[self.start], north=finding_signal(self.start))
        for cell, holds in self.cells.items():
            for finding in self.verdict:
                after = self.change[finding, holds]
                yield Cell(
                    self.asked(finding, holds),
                    cell + finding_signal(finding),
                    becomes=verdict[after],
                    north=finding_signal(after),
                )
        yield Cell(AT_END, WORK + SEARCH, output=self.otherwise)
        for value in sorted(set(self.verdict.values())):
            judged, searched = JUDGED(value), SEARCHED(value)
            yield Cell(judged)
            if value:
                yield Cell(searched, judged + SEARCH, output=value)
            else:
                yield Cell(searched, judged + SEARCH, becomes=judged, east=SEARCH)


def chosen(cases: Mapping[Any, Any], *instances: str) -> str:
    """A function of instances as an expression: the value of the case that their values make."""
    *others, (_, last) = cases.items()
    parts = []
    for key, value in others:
        keys = key if isinstance(key, tuple) else (key,)
        where = " and ".join(f"{one} == {k!r}" for one, k in zip(instances, keys, strict=True))
        parts.append(f"{value!r} if {where} else ")
    return "".join(parts) + repr(last)


def finding_signal(finding: str) -> Signal:
    """What a wave with this finding adds to the cell that it passes."""
    return Signal(f"finding {finding}")
