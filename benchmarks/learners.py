"""The learners of parities side by side, in Markdown: ``python -m benchmarks.learners``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import load_program
from construction.programs.program import Program

LEARNERS: Final = ("row-reduction-machine", "systolic-row-reduction", "online-row-reduction")
SIZES: Final = tuple((m, d) for m in range(1, 9) for d in range(1, 9))  #: on which formulas agree
ROWS: Final[dict[str, Callable[[int, int], int]]] = {
    "m + 1": lambda m, d: m + 1,
    "d + 1": lambda m, d: d + 1,
}


def lines() -> Iterator[str]:
    """The table, for ``m`` examples with ``d`` features."""
    yield "| learner | weights | memory `W` | layers | SGD steps | what SGD does |"
    yield "|---|---|---|---|---|---|"
    for name in LEARNERS:
        program = load_program(name)
        cells = (
            name,
            str(compile_rule(program.rule).weight_counts()["nonzero"]),
            f"({_rows(program)})(d + 1)",
            program.depth_formula,
            "m" if program.dummy == "never" else "m + 1",
            "it is row reduction" if program.online else "it stores the examples",
        )
        yield f"| {' | '.join(cells)} |"


def _rows(program: Program) -> str:
    """The rows of memory, as the formula that holds for all of :data:`SIZES`."""
    return next(
        text
        for text, formula in ROWS.items()
        if all(program.memory_rows(m, d) == formula(m, d) for m, d in SIZES)
    )


if __name__ == "__main__":
    print("\n".join(lines()))
