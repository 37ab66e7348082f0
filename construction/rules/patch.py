"""The 3x3 patch: the nine positions that a cell sees, in row-major order."""

from __future__ import annotations

from typing import Final, Literal

Position = Literal["NW", "N", "NE", "W", "C", "E", "SW", "S", "SE"]

POSITIONS: Final[tuple[Position, ...]] = ("NW", "N", "NE", "W", "C", "E", "SW", "S", "SE")

#: What a cell of a line sees.
LINE: Final[tuple[Position, ...]] = ("W", "C", "E")

#: (row, column) displacement of each position from the cell itself.
OFFSETS: Final[dict[Position, tuple[int, int]]] = {
    position: (index // 3 - 1, index % 3 - 1) for index, position in enumerate(POSITIONS)
}
