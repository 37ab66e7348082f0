"""What the benchmarks of learners share: their options, where results go, and pictures."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any, Final

from rich.console import Console

from benchmarks.measure import machine
from construction.cli.report import progress_bars
from construction.errors import ConstructionError
from construction.extras import missing_extra
from construction.network.container import check_writable, write_atomically
from construction.progress import Progress

FORMATS: Final = (".svg", ".png", ".pdf")


def options(prog: str, description: str | None) -> argparse.Namespace:
    """``--quick``, ``--json``, ``--picture`` and ``--show``; files that cannot be used are refused at once."""
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument(
        "--quick", action="store_true", help="small sizes and few steps: a trial run"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all numbers to FILE")
    parser.add_argument("--picture", metavar="FILE", type=Path, help="draw it (SVG, PNG or PDF)")
    parser.add_argument(
        "--show", metavar="FILE", type=Path, help="show what --json has written; run nothing"
    )
    given = parser.parse_args()
    if given.show is not None and not given.show.is_file():
        parser.error(f"{given.show}: there is no such file")
    refuse_unwritable(parser, given.json, given.picture)
    refuse_undrawable(parser, given.picture)
    return given


def refuse_unwritable(parser: argparse.ArgumentParser, *files: Path | None) -> None:
    """End the command, before it measures anything, if one of the files that are given cannot be written."""
    try:
        for path in files:
            if path is not None:
                check_writable(path)
    except ConstructionError as error:
        parser.error(str(error))


def refuse_undrawable(parser: argparse.ArgumentParser, picture: Path | None) -> None:
    """End the command, before it measures anything, if a picture is asked for that cannot be drawn."""
    if picture is None:
        return
    if picture.suffix not in FORMATS:
        parser.error(f"{picture}: the name should end in one of {', '.join(FORMATS)}")
    try:
        pyplot()
    except ConstructionError as error:
        parser.error(str(error))


def report(
    name: str,
    description: str | None,
    measure: Callable[[bool, Progress], Any],
    show: Callable[[Any, Console], None],
    draw: Callable[[Any, Path], None],
    width: int = 130,
) -> int:
    """The command ``python -m benchmarks.NAME``: measure or read, print, write, draw; returns the exit code.

    ``measure`` is told whether it is a trial run, and gets what to tell of its progress.
    """
    given = options(f"python -m benchmarks.{name}", description)
    if given.show:
        results = read(given.show)
    else:
        try:
            with progress_bars() as tell:
                results = measure(given.quick, tell)
        except ConstructionError as error:
            print(error, file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 130
    if given.json:
        write(given.json, results)
    show(results, Console(highlight=False, width=width))
    if given.picture:
        draw(results, given.picture)
    return 0


@contextmanager
def ended_by_sigterm_too() -> Iterator[None]:
    """Being told to end (SIGTERM) is a KeyboardInterrupt within it, as Ctrl-C is."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch on one thread: for networks as small as these a second one costs more than it brings."""
    import torch  # noqa: PLC0415

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def spread(values: Sequence[float], digits: int = 3) -> str:
    """The median of some numbers, and their range."""
    middle, low, high = (
        f"{value:.{digits}f}" for value in (median(values), min(values), max(values))
    )
    return middle if low == high else f"{middle} ({low} to {high})"


def read(path: Path) -> Any:
    """The results that :func:`write` has written."""
    return json.loads(path.read_text(encoding="utf-8"))["results"]


def write(path: Path, results: Any) -> None:
    """The results, and what they were found on, as JSON; the whole file or none of it."""
    report = {"machine": machine(), "results": results}
    write_atomically(path, (json.dumps(report, indent=1) + "\n").encode())


def pyplot() -> Any:
    """Matplotlib's, without a screen."""
    try:
        import matplotlib  # noqa: PLC0415
    except ModuleNotFoundError:
        raise missing_extra("matplotlib", "bench") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot as plots  # noqa: PLC0415

    return plots


def save(figure: Any, path: Path) -> None:
    """The figure as a file, the same bytes each time; the whole file or none of it."""
    figure.tight_layout()
    drawn = BytesIO()
    metadata = {"Date": None} if path.suffix == ".svg" else None
    figure.savefig(drawn, format=path.suffix.removeprefix("."), metadata=metadata)
    write_atomically(path, drawn.getvalue())
