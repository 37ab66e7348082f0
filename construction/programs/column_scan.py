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

from collections.abc import Mapping
from dataclasses import dataclass

from construction.rules.memory_protocol import PADDING, UNWRITTEN, WORK, Fragment, distinct
from construction.rules.patch import Position
from construction.rules.rule import gate
from construction.rules.tables import Table


@dataclass(frozen=True)
class ColumnScan:
    """A question to every column.

    ``cells[k]`` is what a cell of code ``k`` holds when the wave comes. ``findings[f]`` is the
    displacement of a wave that carries ``f``; it leaves the last row with ``start``.
    ``change[f, h]`` is the finding after a cell that holds ``h``. ``verdict[f]`` is what ``f`` means in
    the top row, and ``otherwise`` the output if every column has verdict 0.

    The wave leaves a cell of the last row one layer after the cell's code was in ``last_row``, where
    ``last_row[k]`` is what code ``k`` would become otherwise.

    ``judged[v]`` is the code of a cell that a wave of verdict ``v`` has passed, ``at_last_row`` the
    code of a cell that the wave starts from, and ``search`` the displacement of the search.
    """

    cells: Mapping[int, str]
    findings: Mapping[str, int]
    start: str
    change: Mapping[tuple[str, str], str]
    verdict: Mapping[str, int]
    otherwise: int
    last_row: Mapping[int, int]
    judged: Mapping[int, int]
    at_last_row: int
    search: int

    def fragment(self) -> Fragment:
        """The scan as a part of a rule; the codes in ``cells`` belong to another fragment."""
        names = [(self.at_last_row, "the wave starts"), (WORK + self.search, "search at its end")]
        own = {
            self.at_last_row: self.judged[self.verdict[self.start]],
            WORK + self.search: WORK + self.search,
        }
        to_north = {self.at_last_row: self.findings[self.start]}
        to_east: dict[int, int] = {}
        readout = {WORK + self.search: self.otherwise}
        for cell, holds in self.cells.items():
            for finding, displacement in self.findings.items():
                code, after = cell + displacement, self.change[finding, holds]
                names.append((code, f"{finding}, then {holds}"))
                to_north[code] = self.findings[after]
                own[code] = self.judged[self.verdict[after]]
        for verdict, code in self.judged.items():
            found = code + self.search
            names += [(code, f"verdict {verdict:+d}"), (found, f"search, verdict {verdict:+d}")]
            own |= {code: code, found: found if verdict else code}
            if verdict:
                readout[found] = verdict
            else:
                to_east[found] = self.search
        tables: dict[Position, Table] = {
            "C": Table(own),
            "S": Table(to_north),
            "W": Table(to_east),
        }
        gates = (
            gate(
                "the last row starts the wave",
                Table({code: self.at_last_row - other for code, other in self.last_row.items()}),
                C=self.last_row.keys(),
                S=PADDING,
            ),
            gate(
                "the search starts",
                self.search,
                C=to_north.keys(),
                N=PADDING,
                W=PADDING,
            ),
        )
        return Fragment(distinct(names), tables, gates, Table(readout, slopes={UNWRITTEN: 1}))
