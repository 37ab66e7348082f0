"""How planes are cut up."""

from __future__ import annotations

from typing import Final

WORD: Final = 64  #: pixels of a word
LINES: Final = 8  #: lines of a tile
CHUNK: Final = 32  #: lines that are evaluated together, at most
#: Words of a region of the desk: those of a chunk, from the second on, and beside them.
REGION: Final = CHUNK + 8
MARGIN: Final = 8  #: words before the first line
#: A pixel that is looked up counts as so many that are evaluated, which take about as long: 100 to 400 nanoseconds.
LOOKED_UP: Final = 512
