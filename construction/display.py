"""Small pieces of HTML for notebooks: tables, pictures in text, grids. No scripts, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt

#: Rows and columns of a grid that are shown; the rest is left out, and said to be.
LARGEST_SIDE: Final = 32
_CELL: Final = "min-width:1.6em;height:1.6em;padding:0;text-align:center;font-size:80%;color:#000;"


def table(rows: Iterable[Sequence[object]], head: Sequence[object] = ()) -> str:
    """A table of texts."""
    lines = []
    if head:
        lines.append("".join(f"<th>{escape(str(cell))}</th>" for cell in head))
    for row in rows:
        lines.append(
            "".join(f'<td style="text-align:left">{escape(str(cell))}</td>' for cell in row)
        )
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def fields(report: Mapping[str, object]) -> str:
    """A report's fields and their values."""
    return table([(name.replace("_", " "), value) for name, value in report.items()])


def picture(text: str) -> str:
    """A picture made of text."""
    return f'<pre style="line-height:1.2">{escape(text)}</pre>'


def folded(title: str, content: str) -> str:
    """Something that opens on a click."""
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def grid(codes: npt.NDArray[np.integer], title: str) -> str:
    """A grid of codes ``(rows, columns)``, each code in a colour of its own."""
    rows, columns = codes.shape
    lines = []
    for row in codes[:LARGEST_SIDE, :LARGEST_SIDE]:
        # Steps by the golden angle keep the colours of near codes apart.
        cells = (
            f'<td style="{_CELL}background:hsl({int(code) * 137 % 360},65%,80%)">{int(code)}</td>'
            for code in row
        )
        lines.append("<tr>" + "".join(cells) + "</tr>")
    cut = f" (of {rows} x {columns} pixels)" if max(rows, columns) > LARGEST_SIDE else ""
    return (
        '<div style="display:inline-block;margin:0.3em;vertical-align:top">'
        f"<div>{escape(title + cut)}</div>"
        f'<table style="border-collapse:collapse">{"".join(lines)}</table></div>'
    )
