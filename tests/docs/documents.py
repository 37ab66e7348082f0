"""Commands in documents, and the output that the documents say they print.

In every Markdown file, a block marked ``console`` holds commands, each after ``$``, followed by what
they print. ``...`` stands for anything, as in doctest: for seconds, and for what is left out.
``python -m tests.docs.documents`` runs them all and writes the output of those that have changed.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
BLOCK: Final = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
RUNNABLE: Final = {
    "rcnn": [sys.executable, "-m", "construction.cli.main"],
    "python": [sys.executable],
}


@dataclass(frozen=True)
class Command:
    """One command of a document and the output that the document shows."""

    document: Path
    line: str
    shown: str

    def run(self) -> str:
        """What the command prints now, on a terminal of 100 columns that shows no colour."""
        program, *arguments = shlex.split(self.line)
        environment = {**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*RUNNABLE[program], *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    def holds(self, printed: str) -> bool:
        """Whether the document shows what was printed."""
        return doctest.OutputChecker().check_output(self.shown, printed, doctest.ELLIPSIS)


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")])


def commands(document: Path) -> Iterator[Command]:
    """The commands of a document, in order."""
    for block in BLOCK.findall(document.read_text()):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            yield Command(document, line, shown)


def update() -> None:
    """Run every command, and show in the documents what those print that have changed."""
    for document in documents():
        for command in commands(document):
            printed = command.run()
            if not command.holds(printed):
                before = f"$ {command.line}\n{command.shown}"
                text = document.read_text().replace(before, f"$ {command.line}\n{printed}")
                document.write_text(text)
                print(f"{document.relative_to(ROOT)}: $ {command.line}")


if __name__ == "__main__":
    update()
