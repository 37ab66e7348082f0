"""The terminal that commands print to."""

from __future__ import annotations

from typing import Final, NoReturn

import rich.console
from rich.table import Table

NARROWEST: Final = 90  #: columns for a table; a narrower terminal breaks its lines, not its columns


class Console(rich.console.Console):
    """Standard output; when its reader has gone, that is no failure of the command."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError

    def print_table(self, table: Table, narrowest: int = NARROWEST) -> None:
        """A table keeps its shape on a narrow terminal."""
        width = self.width
        self.width = max(width, narrowest)
        self.print(table)
        self.width = width
