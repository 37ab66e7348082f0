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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from construction.rules.codes import Code, Kind, Signal
from construction.rules.memory_protocol import PADDING, WORK
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


def finding_signal(finding: str) -> Signal:
    """What a wave with this finding adds to the cell that it passes."""
    return Signal(f"finding {finding}")
