"""The table in a document: every statement, how it is checked, and what was covered.

``python -m proofs_check --table`` writes it between two marks; a test compares it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from proofs_check.statement import Row, Statement

TABLE_FILE = Path("docs/verified.md")  #: where the table stands, from the project's root
BEGIN = "<!-- rcnn verify: begin -->"
END = "<!-- rcnn verify: end -->"


def table(rows: Sequence[Row]) -> str:
    """One line for each statement; what was covered is shown for the first program that has it."""
    lines = [
        "| statement | checked | covered |",
        "|---|---|---|",
    ]
    seen: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.holds is None:
            continue
        seen.setdefault((row.statement.id, row.statement.method), []).append(row)
    for same in seen.values():
        first = same[0]
        where = f" ({first.statement.program})" if first.statement.program else ""
        lines.append(
            f"| {title(first.statement)} | {first.statement.method} | {covered(first)}{where} |"
        )
    return "\n".join(lines)


def title(statement: Statement) -> str:
    """A statement in the table."""
    return escaped(f"{statement.id}: {statement.text}")


def covered(row: Row) -> str:
    """What was covered, and the constants that were found."""
    constants = "".join(f"; {name}: {value}" for name, value in row.constants.items())
    return escaped(f"{row.covered}{constants}")


def escaped(text: str) -> str:
    """Text as a cell of a table in Markdown."""
    return text.replace("|", r"\|").replace("*", r"\*")


def replace_table(path: Path, rows: Sequence[Row]) -> None:
    """Write the table between the marks of a file."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{table(rows)}\n{END}{after}", encoding="utf-8")
