"""The README's table is what ``rcnn verify`` says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from construction.programs.catalogue import PROGRAMS
from construction.sources.names import compilable
from proofs_check.readme import BEGIN, END, replace_table, table
from proofs_check.report import Subject, rows

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.slow
def test_the_table_is_not_stale() -> None:
    done = list(rows([Subject(*compilable(name).compiled()) for name in PROGRAMS]))
    shown = README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert shown.strip() == table(done), "run: python -m proofs_check --readme README.md"
    assert all(row.holds for row in done)


def test_only_the_table_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    replace_table(path, [])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
