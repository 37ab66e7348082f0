"""The networks as Transformers, next to their convolutions: ``python -m benchmarks.transformer``."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import PROGRAMS, load_program

PIXELS: Final = 16 * 16


def main() -> None:
    """Print heads, widths and parameters, and the multiplications for a pixel and a layer.

    Attention with a mask multiplies each of the heads' values of all tokens by a share, most of them 0.
    """
    table = Table(
        "program", "heads", "feed-forward", "weights", "convolution", "Transformer", box=None
    )
    for name in PROGRAMS:
        network = compile_rule(load_program(name).rule)
        heads = len(network.positions)
        first, *others = network.kernel
        rest = sum(layer.weights.size for layer in others)
        table.add_row(
            name,
            str(heads),
            " + ".join(map(str, network.hidden_widths)),
            str(first.width * heads + rest + sum(x.width for x in network.convolution)),
            str(first.weights.size + rest),
            str(first.width * heads + rest + 2 * heads * (PIXELS + 1)),
        )
    console = Console(highlight=False, width=100)
    console.print(table)
    console.print(
        f"weights: of the block, dense. The last two columns: multiplications for a pixel and a layer, "
        f"{PIXELS} pixels."
    )


if __name__ == "__main__":
    main()
