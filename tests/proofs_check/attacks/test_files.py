"""What the file of a machine says of its steps and its work columns is claimed, and the runs are made with it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from construction.sources.names import compilable
from proofs_check.lemma1.data_sets import SMALL_SIZES
from proofs_check.patterns.regions import ANY
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

#: It goes east to the wall and ends. ``b`` is where it is after a blank, if there is another one.
ROW = """
name: to-the-wall
bits: [0, 1]
blank: _
start state: a
{}
table:
  a:
    [0, 1]: {{R: a, wall: end}}
    _: {{R: b, wall: end}}
  b:
    [0, 1, _]: {}
  end:
    [0, 1, _]: {}
  stop:
    [0, 1, _]: {{halt: +1}}
"""
HALT = "{halt: +1}"
DOWN = "{D: stop, wall: stop}"  #: a move down makes it a machine of the grid


def subject(folder: Path, fields: str, after_blank: str = "impossible", end: str = DOWN) -> Subject:
    path = folder / "machine.yaml"
    path.write_text(ROW.format(fields, after_blank, end), encoding="utf-8")
    return Subject(*compilable(str(path)).compiled((1, 1)))


def playing(found: Subject, work: int | None) -> Subject:
    """One whose scene was shown for so many work columns."""
    outcome: Any = SimpleNamespace(work=work)
    found._outcomes["predicting"] = outcome
    return found


def test_too_few_steps_are_refuted(tmp_path: Path) -> None:
    """One that moves in one row is laid in a snake, which takes at most twice as many."""
    right = subject(tmp_path, "steps: d + 3")
    assert right.claims.steps == {(m, d): d + 3 for m, d in SMALL_SIZES}
    assert right.lost_runs == ""
    with pytest.raises(RefutedError, match="takes more than 3 steps on the data set"):
        _ = subject(tmp_path, "steps: d + 2").lost_runs
    snake = subject(tmp_path, "steps: d + 2", HALT, HALT)
    assert snake.claims.steps == {(m, d): 2 * (d + 2) for m, d in SMALL_SIZES}
    with pytest.raises(RefutedError, match="takes more than 2 steps on the data set"):
        _ = subject(tmp_path, "steps: 1", HALT, HALT).lost_runs
    assert subject(tmp_path, "").claims.steps is None


def test_bounds_that_are_too_loose_to_be_run_claim_nothing(tmp_path: Path) -> None:
    loose = subject(tmp_path, "steps: 100 * (m + 1) * (d + 1) + m // 2")
    assert set(loose.claims.steps or ()) == {(m, d) for m, d in SMALL_SIZES if m == 1}


def test_runs_have_the_work_columns_that_the_file_asks_for(tmp_path: Path) -> None:
    """With one column the machine sees no second blank; with more it is lost there."""
    alone = subject(tmp_path, "")
    assert alone.claims.work is None
    assert alone.lost_runs == ""
    more = playing(subject(tmp_path, "work columns: m"), ANY)
    assert more.claims.work == {(m, d): m for m, d in SMALL_SIZES}
    assert more.lost_runs.startswith(
        ", and it has the work columns that are claimed; on small sizes "
    )
    assert more.lost_runs.endswith("runs come to a pair that it leaves out")
    with pytest.raises(RefutedError, match="but the scene is one of 1"):
        _ = playing(subject(tmp_path, "work columns: m"), 1).lost_runs
    # As many for every size: the network has them.
    two = subject(tmp_path, "work columns: 2")
    assert two.claims.work is None
    assert two.network.work_columns == 2
    with pytest.raises(RefutedError, match="nothing is said of its output"):
        _ = two.lost_runs


def test_work_columns_are_claimed_by_machines_alone_that_compute_nothing_named(
    tmp_path: Path,
) -> None:
    whole = subject(tmp_path, "work columns: m + 1")
    learns = {"features": 1, "targets": ["01"], "steps": {"m": 3}}
    for claims, machine in (
        ({"computes": "parity of the test example"}, {}),
        ({"learns": learns}, {}),
        ({"depth": {"m": 1, "d": 1, "1": 2}}, {"machine": None}),
    ):
        data = {**whole.data, "claims": {**whole.data["claims"], **claims}, **machine}
        if machine:
            del data["machine"]
        with pytest.raises(RefutedError, match="the certificate claims work columns; only one of"):
            _ = Subject(whole.network, data).certificate
