"""The table of docs/proof.md: rows, files, tests and theorems that it names are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import proofs_check.statements  # noqa: F401  # it fills the two
from proofs_check.statement import OF_NETWORKS, OF_THE_CONSTRUCTION

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
STEPS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in PAGE.split("|---|---|---|---|---|\n")[1].split("\n\n")[0].splitlines()
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[0])
def test_what_carries_a_step_is_there(step: list[str]) -> None:
    _, checked, names, tests, coq = step
    known = [*(each.id for each in OF_NETWORKS.values()), *OF_THE_CONSTRUCTION]
    for name in re.findall(r"\*([^*]+)\*", names):
        assert [each for each in known if name in each], name
    for cell in (checked, tests):
        paths = re.findall(r"\]\(\.\./([^)]+)\)|`([^`]+)`", cell)
        assert paths
        assert [
            path for both in paths for path in both if path and not (ROOT / path).exists()
        ] == []
    text = ""
    for file, name in re.findall(r"\]\(\.\./([^)]+)\)|`([^`]+)`", coq):
        text += (ROOT / file).read_text(encoding="utf-8") if file else ""
        assert not name or re.search(rf"^(Theorem|Lemma) {name}\b", text, re.MULTILINE), name
