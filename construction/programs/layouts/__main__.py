"""Search for numbers that need fewer weights: ``python -m construction.programs.layouts PROGRAM``.

The search starts from the program's layout. It prints the best that it finds as JSON; Ctrl-C ends it
early. ``--seconds`` and ``--seed`` say how long and where to look.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from construction.compiling.layout import price, search
from construction.programs.catalogue import PROGRAMS, load_program


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m construction.programs.layouts",
        description="Search for numbers of a program's codes that need fewer weights.",
    )
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("--seconds", type=float, default=60, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    arguments = parser.parse_args()
    program = load_program(arguments.program)
    found, layout = price(program.source, program.layout), program.layout
    now = int(found)
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{now} weights", total=arguments.seconds)
        tries = search(
            program.source, program.layout, arguments.seconds, np.random.default_rng(arguments.seed)
        )
        try:
            for best in tries:
                found, layout = best
                elapsed = progress.tasks[task].elapsed or 0
                progress.update(task, completed=elapsed, description=f"{int(found)} weights")
        except KeyboardInterrupt:
            pass
    print(json.dumps(dict(layout), indent=2))
    Console(stderr=True).print(f"{int(found)} weights; {now} before", highlight=False)


if __name__ == "__main__":
    main()
