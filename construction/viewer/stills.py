"""Layers as one vector picture: side by side for a slide, or one after the other, animated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

import numpy as np

from construction.errors import ConstructionError
from construction.viewer.meanings import PALETTE
from construction.viewer.runs import Grids, grids

Content = dict[str, Any]

TILE: Final = 38
GAP: Final = 26  #: between pictures, and around them
HEADING: Final = 24
LEGEND: Final = 24  #: a line of the legend
SHOWN: Final = 6  #: layers of a still, unless said otherwise
WIDEST: Final = 1000
SECONDS: Final = 0.8  #: for a layer of an animation
HELD: Final = 4  #: times as long for the last one
LEFT: Final = 40  #: for the names of rows

_PROTOCOL: Final = ("stored", "unwritten", "masked", "held", "unmasking")
_INK: Final = "#1b2733"
_FAINT: Final = "#5a6672"
_FONT: Final = "ui-sans-serif,system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif"


def still(content: Content, layers: Sequence[int] | None = None) -> str:
    """The grids of these layers side by side; without a choice, six from the first to the last.

    Raises :class:`~construction.errors.ConstructionError` for a layer that the run does not have.
    """
    run = grids(content)
    last = len(run) - 1
    chosen = [*dict.fromkeys(np.linspace(0, last, SHOWN).round().astype(int).tolist())]
    for layer in layers or ():
        if not 0 <= layer <= last:
            raise ConstructionError(
                f"{content['name']}: there is no layer {layer}; the run has the layers 0 to {last}"
            )
    shown = list(layers) if layers else chosen
    wide, high = _size(run)
    columns = max(1, min(len(shown), (WIDEST - GAP) // (wide + GAP)))
    rows = -(-len(shown) // columns)
    parts = []
    for index, layer in enumerate(shown):
        x = GAP + (index % columns) * (wide + GAP)
        y = GAP + (index // columns) * (high + HEADING + GAP)
        caption = _text(wide / 2, 14, f"layer {layer}", _INK, 14, anchor="middle")
        grid = f'<g transform="translate(0 {HEADING})">{"".join(_uses(run[layer]))}</g>'
        parts.append(f'<g transform="translate({x} {y})">{caption}{grid}</g>')
    width = GAP + columns * (wide + GAP)
    top = GAP + rows * (high + HEADING + GAP)
    legend, lines = _legend(content, run[shown], width)
    parts.append(f'<g transform="translate({GAP} {top})">{legend}</g>')
    title = f"{content['name']}: layers {', '.join(map(str, shown))}"
    height = top + lines * LEGEND + GAP // 2
    return _picture(content, run[shown], width, height, title, "", "\n".join(parts))


def animation(content: Content) -> str:
    """All layers one after the other, again and again; for those who want no motion, the last one."""
    run = grids(content)
    wide, high = _size(run)
    rows, columns = _headings(content, run)
    left, top = GAP + (LEFT if rows else 0), GAP + HEADING + (20 if columns else 0)
    slots = len(run) - 1 + HELD
    style = (
        f"<style>.f,.l{{visibility:hidden;animation:f {slots * SECONDS:g}s step-end infinite}}"
        f".l{{animation-name:l}}"
        f"@keyframes f{{0%{{visibility:visible}}{100 / slots:.4f}%,100%{{visibility:hidden}}}}"
        f"@keyframes l{{0%{{visibility:visible}}{100 * HELD / slots:.4f}%,100%{{visibility:hidden}}}}"
        f"@media (prefers-reduced-motion:reduce){{.f,.l{{animation:none}}.l{{visibility:visible}}}}"
        f"</style>"
    )
    parts = [
        _text(left - 8, top + TILE * (row + 0.62), name, _FAINT, 13, anchor="end")
        for row, name in enumerate(rows)
    ]
    parts += [
        _text(left + TILE * (column + 0.5), top - 7, name, _FAINT, 13, anchor="middle")
        for column, name in enumerate(columns)
    ]
    for layer, grid in enumerate(run):
        kind = "l" if layer == len(run) - 1 else "f"
        caption = _text(left, GAP + 2, _caption(content, run, layer), _INK, 15, weight=600)
        cells = f'<g transform="translate({left} {top})">{"".join(_uses(grid))}</g>'
        delay = f"animation-delay:{layer * SECONDS:g}s"
        parts.append(f'<g class="{kind}" style="{delay}">{caption}{cells}</g>')
    beside = left + wide + GAP
    legend, lines = _legend(content, run, 0)
    parts.append(f'<g transform="translate({beside} {top})">{legend}</g>')
    title = f"{content['name']}, layer by layer"
    height = top + max(high, lines * LEGEND) + GAP // 2
    return _picture(content, run, beside + 240, height, title, style, "\n".join(parts))


def _picture(
    content: Content, shown: Grids, width: int, height: int, title: str, style: str, body: str
) -> str:
    tiles = "\n".join(_tile(content, int(code)) for code in np.unique(shown))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" font-family="{_FONT}">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(content['summary'])}</desc>\n{style}"
        f'<defs>\n{tiles}\n</defs>\n<rect width="{width}" height="{height}" rx="12" fill="#fff"/>\n'
        f"{body}\n</svg>\n"
    )


def _tile(content: Content, code: int) -> str:
    meaning = content["meanings"][str(code)]
    fill0, fill1, ink = PALETTE[meaning["colour"]].light
    size = 15 if len(meaning["text"]) < len("abc") else 11
    parts = [
        f'<rect x="1" y="1" width="{TILE - 2}" height="{TILE - 2}" rx="4" '
        f'fill="{fill1 if meaning["shade"] else fill0}" stroke="#d5dbe1"/>'
    ]
    if meaning["text"].strip():
        parts.append(
            _text(TILE / 2, TILE / 2 + 5, meaning["text"], ink, size, anchor="middle", weight=600)
        )
    if meaning["mark"]:
        parts.append(_text(TILE - 4, 11, meaning["mark"], ink, 10, anchor="end", weight=600))
    return f'<g id="c{code}">{"".join(parts)}</g>'


def _uses(grid: Grids) -> Iterator[str]:
    for (row, column), code in np.ndenumerate(grid):
        yield f'<use href="#c{code}" x="{column * TILE}" y="{row * TILE}"/>'


def _legend(content: Content, shown: Grids, width: int) -> tuple[str, int]:
    """The titles of the codes that are shown, and the number of lines that they take."""
    entries: dict[str, Any] = {}
    for code in np.unique(shown):
        meaning = content["meanings"][str(int(code))]
        known = entries.get(meaning["title"])
        if known is None or known["shade"] < meaning["shade"]:
            entries[meaning["title"]] = meaning
    x, line, parts = 0, 0, []
    for title, meaning in entries.items():
        wide = 34 + 7 * len(title)
        if x and x + wide > width - 2 * GAP:
            x, line = 0, line + 1
        _, fill, ink = PALETTE[meaning["colour"]].light
        y = line * LEGEND
        parts.append(
            f'<rect x="{x}" y="{y}" width="17" height="17" rx="4" fill="{fill}" stroke="#d5dbe1"/>'
        )
        sign = meaning["mark"] or meaning["text"]
        if sign.strip():
            parts.append(_text(x + 8.5, y + 13, sign, ink, 11, anchor="middle", weight=600))
        parts.append(_text(x + 22, y + 13, title, _FAINT, 12.5))
        x += wide
    return "".join(parts), line + 1


def _caption(content: Content, run: Grids, layer: int) -> str:
    """The layer, and what the network is doing."""
    roles = {content["meanings"][str(int(code))]["role"] for code in np.unique(run[layer])}
    if content["kind"] != "learner":
        return f"layer {layer}"
    if layer == 0:
        what = "what SGD has stored, times the test example"
    elif roles & set(_PROTOCOL):
        what = "the masks come off"
    else:
        what = "the answer" if layer == len(run) - 1 else content["summary"].split(",")[0]
    return f"layer {layer}: {what}"


def _headings(content: Content, run: Grids) -> tuple[list[str], list[str]]:
    """What rows and columns are called."""
    if content["kind"] != "learner":
        return [], []
    _, rows, _ = run.shape
    names = [*map(str, range(1, rows + 1))]
    if not content["learner"]["online"]:
        names[-1] = "test"
    return names, [name for name, _, _ in content["columns"]]


def _size(run: Grids) -> tuple[int, int]:
    _, rows, columns = run.shape
    return columns * TILE, rows * TILE


def _text(
    x: float,
    y: float,
    text: str,
    fill: str,
    size: float,
    *,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{fill}" font-size="{size:g}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
