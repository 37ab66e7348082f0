"""The table in the documents is what ``rcnn verify`` says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from construction.programs.catalogue import PROGRAMS, load_program
from proofs_check.readme import BEGIN, END, TABLE_FILE, replace_table, table
from proofs_check.statement import check
from proofs_check.statements import of_network, of_the_construction
from tests.proofs_check.subjects import LONG, bundled, rows

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_table_is_not_stale() -> None:
    done = [row for name in PROGRAMS if name != LONG for row in rows(name)]
    # Of the rows of this one the table shows no other.
    done += [check(each) for each in of_network(bundled(LONG)) if each.id == "Mini-batches"]
    done += [check(each) for each in of_the_construction()]
    shown = (ROOT / TABLE_FILE).read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert shown.strip() == table(done), "run: python -m proofs_check --table"
    assert [row.counterexample for row in done] == [""] * len(done)
    assert [row.statement.id for row in done if row.holds is None] == []
    for name in set(PROGRAMS) - {LONG}:
        columns = {row.constants.get("work columns") for row in rows(name)} - {None}
        assert columns == {"1" if load_program(name).rule.line else "any number"}


def test_only_the_table_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    replace_table(path, [])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
