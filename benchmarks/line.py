"""Row reduction on a line and in two dimensions, next to each other: ``python -m benchmarks.line``."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import load_program

NAMES: Final = ("systolic-row-reduction", "row-reduction-machine", "line-row-reduction")
SIZES: Final = (4, 16, 64)  #: m and d


def main() -> None:
    """Print weights and layers."""
    table = Table("program", "reads", "codes", "gates", "weights", "layers", box=None)
    for size in SIZES:
        table.add_column(f"m = d = {size}", justify="right")
    for name in NAMES:
        program = load_program(name)
        network = compile_rule(program.rule)
        table.add_row(
            name,
            " ".join(network.positions),
            str(len(network.codes)),
            str(len(program.rule.gates)),
            str(network.weight_counts()["nonzero"]),
            str(program.layers),
            *(f"{program.depth(size, size):,}" for size in SIZES),
        )
    Console(highlight=False, width=120).print(table)


if __name__ == "__main__":
    main()
