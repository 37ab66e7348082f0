"""Headers and certificates that ask for more than a computer has: the checker says so, and does not begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from construction.network.rcnn import MOST_WORK_COLUMNS
from construction.programs.catalogue import BATCH_PROGRAMS
from proofs_check.dynamics import runs
from proofs_check.lemma1 import machine, small_sizes
from proofs_check.lemma1.data_sets import CELLS_IN_A_LAYER, CELLS_IN_ALL_LAYERS, SMALL_SIZES
from proofs_check.lemma1.machine import MOST_PATCHES, patches
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.head import head_table
from proofs_check.weights.tables import MOST_ENTRIES, unit_tables
from tests.proofs_check.subjects import bundled, refuted

#: The rows that run a network on data sets, of systolic row reduction.
RUN = ("Lemma 1, A", "Flow", "Two layers", "Circuit")
MACHINE = "row-reduction-machine"


def known(subject: Subject, name: str) -> Subject:
    """One of which it was shown that it plays its scenes, without looking at it."""
    subject._outcomes = {scene: bundled(name).outcome(scene) for scene in subject.names_of_scenes}
    return subject


def wide(name: str, work: int) -> Subject:
    network = replace(bundled(name).network, work_columns=work)
    return known(Subject(network, bundled(name).data), name)


def deep(name: str, more: Mapping[str, int]) -> Subject:
    data: dict[str, Any] = dict(bundled(name).data)
    depth = data["claims"]["depth"]
    claimed = {**depth, **{form: depth.get(form, 0) + each for form, each in more.items()}}
    data["claims"] = {**data["claims"], "depth": claimed}
    return known(Subject(bundled(name).network, data), name)


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("this is too large to be run")

    for module, name in ((small_sizes, "_next"), (runs, "next_grids")):
        monkeypatch.setattr(module, name, refuse)


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(lambda: wide("systolic-row-reduction", MOST_WORK_COLUMNS), id="wide"),
        pytest.param(lambda: deep("systolic-row-reduction", {"1": 65_000}), id="deep"),
    ],
)
def test_rows_that_run_data_sets_fail_with_a_sentence(subject: Any) -> None:
    found = refuted(subject(), *RUN)
    assert set(found) == set(RUN)
    for text in found.values():
        assert f"the checker runs at most {CELLS_IN_A_LAYER} cells in a layer" in text


@pytest.mark.usefixtures("nothing_runs")
def test_whether_it_is_too_much_is_known_before_the_first_run() -> None:
    """Depths that are moderate on the smallest data sets and not on others; none is run."""
    with pytest.raises(RefutedError, match="with m x d = 4x1 there are"):
        small_sizes.run_network(deep("majority", {"m": 1200}), small_sizes.majority)


@pytest.mark.parametrize("name", BATCH_PROGRAMS)
def test_bundled_programs_are_far_below_the_limits(name: str) -> None:
    for m, d in SMALL_SIZES:
        layers = bundled(name).layers(m, d)
        cells = (m + 1) * (d + 1 + bundled(name).network.work_columns)
        assert cells < CELLS_IN_A_LAYER / 20
        assert cells * layers < CELLS_IN_ALL_LAYERS / 20


def test_the_page_says_what_the_limits_are() -> None:
    page = (Path(__file__).parents[3] / "docs/proof.md").read_text(encoding="utf-8")
    assert f"at most {CELLS_IN_A_LAYER:,} cells in\na layer and {CELLS_IN_ALL_LAYERS:,} in" in page
    assert (MOST_PATCHES, MOST_ENTRIES) == (2**25, 2**26)
    assert "at most 2^25\npatches" in page
    assert "at most 2^26 entries" in page


def test_the_limits_themselves_are_allowed() -> None:
    work = CELLS_IN_A_LAYER // 2 - 2
    assert wide("majority", work).layers(1, 1)
    with pytest.raises(RefutedError, match=f"layers of {CELLS_IN_A_LAYER + 2} cells"):
        wide("majority", work + 1).layers(1, 1)
    subject = bundled("majority")
    cells = 6
    most = CELLS_IN_ALL_LAYERS // cells - subject.layers(1, 1)
    assert deep("majority", {"1": most}).layers(1, 1) * cells <= CELLS_IN_ALL_LAYERS
    with pytest.raises(RefutedError, match=r"at most .* in all layers"):
        deep("majority", {"1": most + 1}).layers(1, 1)


@pytest.mark.parametrize(
    ("part", "which", "table"),
    [("convolution", 0, unit_tables), ("convolution", 1, unit_tables), ("head", 0, head_table)],
)
def test_tables_of_many_codes_and_units_are_not_made(part: str, which: int, table: Any) -> None:
    """A small file: units that nothing reads, and one code that is far from the others."""
    network = bundled("majority").network
    far = replace(network, codes={**network.codes, 32_000: "far"})
    layers = list(getattr(network, part))
    before, after = layers[which : which + 2]
    count = MOST_ENTRIES // 32_000 + 1
    layers[which] = WeightLayer(
        np.concatenate([before.weights, np.zeros((count, before.inputs), dtype=np.int64)]),
        np.concatenate([before.biases, np.ones(count, dtype=np.int64)]),
        before.scale,
        (*before.names, *("idle" for _ in range(count))),
    )
    wider = np.zeros((after.width, count), dtype=np.int64)
    layers[which + 1] = replace(after, weights=np.concatenate([after.weights, wider], axis=1))
    changes: dict[str, Any] = {part: tuple(layers)}
    with pytest.raises(RefutedError, match=f"the checker holds at most {MOST_ENTRIES}"):
        table(replace(far, **changes))
    assert table(far)
    assert table(replace(network, **changes))


def test_the_steps_of_a_machine_are_counted_before_they_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject = bundled(MACHINE)
    table, tables = subject.machine, subject.tables
    symbols, heads = len(table.symbols), len(table.transitions)
    alone = symbols * (symbols + 1) ** 4
    count = alone + heads * (symbols + 1) ** 4 + 4 * heads * symbols * (symbols + 1) ** 3
    assert count < MOST_PATCHES / 20
    monkeypatch.setattr(machine, "MOST_PATCHES", count)
    whole = [each for each, _ in patches(table, tables.positions, tables)]
    monkeypatch.setattr(machine, "TOGETHER", 100)
    parts = [each for each, _ in patches(table, tables.positions, tables)]
    assert max(len(each) for each in parts) <= 100
    assert np.array_equal(np.concatenate(parts), np.concatenate(whole))
    monkeypatch.setattr(machine, "MOST_PATCHES", count - 1)
    with pytest.raises(RefutedError, match=f"show {count} patches; the checker lists at most"):
        next(patches(table, tables.positions, tables))


def test_a_machine_of_many_symbols_is_refused_at_once() -> None:
    subject = bundled(MACHINE)
    names = [f"s{number}" for number in range(1000)]
    table = replace(subject.machine, symbols={name: k for k, name in enumerate(names)})
    with pytest.raises(RefutedError, match="the checker lists at most"):
        next(patches(table, subject.tables.positions, subject.tables))
