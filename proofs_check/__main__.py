"""``python -m proofs_check FILE ...``: check network files. Without files: every bundled program.

The bundled programs are compiled by ``rcnn compile`` in processes of their own, so that the checker
never has the compiler in it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from construction.errors import ConstructionError
from construction.network.files import load_network
from proofs_check.readme import TABLE_FILE, replace_table
from proofs_check.subject import Subject
from proofs_check.table import report, rows

LIST = "from construction.programs.catalogue import PROGRAMS; print(*PROGRAMS, sep='\\n')"
EXIT_BAD_INPUT = 2


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m proofs_check", description=__doc__)
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--details", action="store_true", help="say what each statement is and what was covered"
    )
    parser.add_argument(
        "--only",
        metavar="ID",
        action="append",
        default=[],
        help="statements whose name has ID in it",
    )
    parser.add_argument(
        "--table", action="store_true", help=f"write the table into {TABLE_FILE} instead"
    )
    options = parser.parse_args()
    others = [f"--{name}" for name in ("json", "details", "only") if getattr(options, name)]
    if options.table and others:
        parser.error(f"--table writes every statement into a document; it has no {others[0]}")
    try:
        subjects = [_load(path) for path in options.files] or _bundled()
        if options.table:
            done = list(rows(subjects))
            replace_table(TABLE_FILE, done)
            return int(any(row.holds is False for row in done))
        code = report(subjects, as_json=options.json, details=options.details, only=options.only)
        sys.stdout.flush()
        return code
    except ConstructionError as error:
        print(f"proofs_check: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except BrokenPipeError:
        # The reader has gone; what is left in the buffer must not fail when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _load(path: Path) -> Subject:
    file = load_network(path)
    return Subject(file.network, file.certificate)


def _bundled() -> list[Subject]:
    listed = subprocess.run(
        [sys.executable, "-c", LIST], capture_output=True, text=True, check=True
    )
    subjects = []
    with TemporaryDirectory() as folder:
        for name in listed.stdout.split():
            path = Path(folder) / f"{name}.safetensors"
            command = [
                sys.executable,
                "-m",
                "construction.cli.main",
                "compile",
                name,
                "-o",
                str(path),
            ]
            subprocess.run(command, capture_output=True, check=True)
            subjects.append(_load(path))
    return subjects


if __name__ == "__main__":
    sys.exit(main())
