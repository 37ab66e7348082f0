"""How large the bundled programs' networks are: ``python -m benchmarks.sizes``."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from construction.compiling.compiler import compile_rule
from construction.network.bounds import largest_integer
from construction.network.definition5 import smallest_s
from construction.programs.catalogue import PROGRAMS, load_program


def main() -> None:
    """Print one row for each program."""
    table = Table(box=None, pad_edge=False)
    table.add_column("program")
    for heading in ("codes", "hidden widths", "non-zero", "distinct", "largest integer", "s"):
        table.add_column(heading, justify="right")
    for name in PROGRAMS:
        network = compile_rule(load_program(name).rule)
        weights = network.weight_counts()
        table.add_row(
            name,
            str(len(network.codes)),
            " + ".join(map(str, network.hidden_widths)),
            str(weights["nonzero"]),
            str(weights["distinct"]),
            f"{largest_integer(network):,}",
            str(smallest_s(network)),
        )
    Console(highlight=False).print(table)


if __name__ == "__main__":
    main()
