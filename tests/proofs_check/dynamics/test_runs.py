"""Runs of all data sets to rest, and what is read off them: each condition refutes what only it would see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from proofs_check.dynamics import runs, settling
from proofs_check.lemma1.machine_runs import run_machine
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers, UnitTables
from tests.proofs_check.subjects import bundled, refuted

NAME, MACHINE, LINE = "one-literal", "row-reduction-machine", "line-row-reduction"


def test_the_last_layer_that_changes_a_grid() -> None:
    """Against a run of each grid on its own."""
    subject = bundled(NAME)
    run = runs.runs(subject)[2, 1]
    assert len(run.rows) == len(run.rest) == len(run.answers) == 2**5
    for number, grid in enumerate(runs.first_grids(subject, 2, 1)):
        seen = [grid]
        for _ in range(40):
            seen.append(runs.next_grids(subject, seen[-1][None])[0])
        changes = [k for k in range(1, 41) if (seen[k] != seen[k - 1]).any()]
        assert run.rest[number] == max(changes, default=0)
        assert np.array_equal(run.grids[number], seen[-1])
        assert runs.output(subject, seen[-1][None])[0] == run.answers[number] * subject.head.scale


@pytest.mark.parametrize(("times", "more"), [(2, 0), (0, 0), (1, 1)])
def test_an_output_that_is_no_sign_is_refuted(
    times: int, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = runs.output
    monkeypatch.setattr(runs, "output", lambda *given: right(*given) * times + more)
    with pytest.raises(RefutedError, match="is neither 1 nor -1"):
        runs._run(bundled(NAME), 1, 1)


def test_an_output_that_changes_after_the_depth_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    right, calls = runs.output, []

    def turned(subject: Any, grids: Integers) -> Integers:
        calls.append(1)
        return right(subject, grids) * (-1 if len(calls) == 2 else 1)

    step = runs.next_grids
    monkeypatch.setattr(runs, "output", turned)
    monkeypatch.setattr(runs, "next_grids", lambda s, g: turned_cell(step(s, g)))
    layers = bundled(NAME).layers(1, 1)
    with pytest.raises(RefutedError, match=f"changes in layer {layers + 1}, after layer {layers}"):
        runs._run(bundled(NAME), 1, 1)


def turned_cell(grids: Integers) -> Integers:
    """So that they never rest: a work column shows the padding's code or not, in turn."""
    grids = grids.copy()
    turned_cell.state = not getattr(turned_cell, "state", False)  # type: ignore[attr-defined]
    grids[:, 0, -1] = 3 if turned_cell.state else 0  # type: ignore[attr-defined]
    return grids


def test_patience_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    step = runs.next_grids
    calls: list[int] = []

    def restless(subject: Any, grids: Integers) -> Integers:
        calls.append(1)
        after = step(subject, grids)
        after[:, 0, -1] = 3 * (len(calls) % 2)
        return after

    monkeypatch.setattr(runs, "next_grids", restless)
    monkeypatch.setattr(runs, "output", lambda s, g: np.full(len(g), s.head.scale))
    layers = bundled(NAME).layers(1, 1)
    with pytest.raises(RefutedError, match=f"^100 layers after layer {layers} some grids"):
        runs._run(bundled(NAME), 1, 1)
    assert len(calls) == layers + 99


@pytest.mark.parametrize(("times", "more"), [(1, 1), (10**6, 0)])
def test_a_patch_that_leads_to_no_code_is_refuted(
    times: int, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fraction of a code, and a number that is none."""
    right = UnitTables.outputs
    monkeypatch.setattr(UnitTables, "outputs", lambda *given: right(*given) * times + more)
    with pytest.raises(RefutedError, match="to no code of a cell"):
        runs.next_grids(bundled(NAME), runs.first_grids(bundled(NAME), 1, 1))


def test_what_majority_and_the_line_rest_on() -> None:
    found = {
        (name, each.id): check(each)
        for name in ("majority", LINE)
        for each in of_network(bundled(name))
        if each.id in ("Settling", "Spectrum")
    }
    sizes = "every data set with m x d = 1x1, 1x2, 1x3, 2x1, 3x1, 2x2, 584"
    for name, moving in (("majority", 444), (LINE, 0)):
        assert found[name, "Settling"].covered == (
            f"{sizes}: the output is final from layer L on; {moving} grids still move after it, and all come to rest"
        )
        assert found[name, "Settling"].constants == {
            "at rest while SGD writes": "from layer d + 2 on, all sizes"
        }
    assert found[LINE, "Spectrum"].covered.endswith(
        "584 grids at rest with m x d = 1x1, 1x2, 1x3, 2x1, 3x1, 2x2"
    )


@pytest.mark.parametrize("name", [NAME, MACHINE, LINE])
def test_a_code_at_rest_that_passes_noise_on_is_refuted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    padding = bundled(name).network.padding
    for code in (3, padding):  # a work column's, and the padding's
        monkeypatch.setattr(settling, "live_codes", lambda tables, code=code: [(0, code)])
        assert f"the codes [{code}] pass on" in refuted(bundled(name), "Spectrum")["Spectrum"]
    monkeypatch.setattr(settling, "live_codes", lambda tables: [(0, 10**6)])
    assert "Spectrum" not in refuted(bundled(name), "Spectrum")


@pytest.mark.parametrize("more", [-1, 1])
def test_a_machine_that_halts_elsewhere_is_refuted(
    more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*given: Any) -> Any:
        answer, steps = run_machine(*given)
        return answer, steps + more

    monkeypatch.setattr(settling, "run_machine", other)
    assert "is the last that changes a cell" in refuted(bundled(MACHINE), "Settling")["Settling"]


@pytest.mark.parametrize(
    "name", ["online-conjunction", "online-associative-memory", "online-row-reduction"]
)
def test_a_scene_without_the_cells_that_a_row_is_about_is_refuted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "check_slopes", lambda *_: 0)
    monkeypatch.setattr(settling, "check_recurrence", lambda *_: 1)
    bundled(name)
    assert "has no cell" in refuted(bundled(name), "Spectrum, online")["Spectrum, online"]
