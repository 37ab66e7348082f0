"""The flow with small steps: where it ends, and when its rest is sure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from proofs_check.dynamics import flow, runs
from proofs_check.subject import Subject
from proofs_check.theorem1 import precision
from proofs_check.verdict import RefutedError
from tests.proofs_check.attacks.test_wrapping import scaled
from tests.proofs_check.subjects import bundled


def test_the_first_grids_are_those_of_training() -> None:
    """Against the memory that SGD writes, for every data set of a size."""
    grids = runs.first_grids(bundled("one-literal"), 1, 1)
    # x y of the example, then the test example: bits, 1 is -1; layer 0 is W diag(z) in thirds.
    assert grids.shape == (8, 2, 3)
    assert grids[0].tolist() == [[1, 1, 3], [1, 1, 3]]
    assert grids[5].tolist() == [[1, 1, 3], [-1, 1, 3]]  # x, y, test: 1, 0, 1
    assert grids[6].tolist() == [[1, -1, 3], [1, 1, 3]]  # 1, 1, 0


def test_the_flow_with_steps_of_1_is_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the row says something of small steps, and the check can fail."""
    monkeypatch.setattr(flow, "PART", 1)
    monkeypatch.setattr(flow, "SIZES", ((1, 1),))
    with pytest.raises(RefutedError, match="the flow gives the network's answer"):
        flow.check_flow(bundled("systolic-row-reduction"))


def test_the_sizes_of_the_flow() -> None:
    assert flow.SIZES == ((1, 1), (1, 2))


def test_the_flow_ends_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "SIZES", ((1, 1),))
    found = flow.check_flow(bundled("systolic-row-reduction")).covered
    assert "8: the answer is another on all of them; at most 14 steps" in found


NOTHING_QUIET: Any = lambda tables, around: np.zeros(len(around), dtype=bool)  # noqa: E731


ONE_MOVES: Any = lambda subject, grids: grids + (np.arange(grids.size) == 0).reshape(grids.shape)  # noqa: E731


@pytest.mark.parametrize(
    ("name", "other"), [("", None), ("is_quiet", NOTHING_QUIET), ("next_grids", ONE_MOVES)]
)
def test_when_the_rest_of_a_flow_is_sure(
    name: str, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every patch is flat, a layer changes nothing, and every cell is within the margin."""
    subject = bundled("systolic-row-reduction")
    monkeypatch.setattr(flow, "LONGEST", 16)
    grid, quarter = runs.first_grids(subject, 1, 1)[3], Fraction(1, 4)
    if not name:
        rest, steps = flow.rest_of_flow(subject, grid, quarter)
        finer = Subject(scaled(subject.network, 3), subject.data)
        again, as_many = flow.rest_of_flow(finer, grid, quarter)
        assert (again.tolist(), as_many) == (rest.tolist(), steps)
        assert np.array_equal(runs.next_grids(subject, rest[None])[0], rest)
        monkeypatch.setattr(flow, "LONGEST", steps + 1)
        assert flow.rest_of_flow(subject, grid, quarter)[1] == steps
        for longest, least in ((steps, quarter), (steps + 1, quarter / 2), (steps, Fraction(0))):
            monkeypatch.setattr(flow, "LONGEST", longest)
            with pytest.raises(RefutedError, match=f"after {longest} steps the flow is near no"):
                flow.rest_of_flow(subject, grid, least)
        return
    monkeypatch.setattr(flow, name, other)
    with pytest.raises(RefutedError, match="after 16 steps the flow is near no grid at rest"):
        flow.rest_of_flow(subject, grid, quarter)


def test_a_layer_of_a_flow_half_way_between_codes() -> None:
    """Where a hinge is on and the next is not: against all weights as they stand; also of one with a negative weight."""
    subject = bundled("systolic-row-reduction")
    first, *others = subject.network.convolution
    weights = first.weights.copy()
    weights[0] *= -1
    turned = replace(subject.network, convolution=(replace(first, weights=weights), *others))
    subject = Subject(turned, subject.data)
    grid, under = runs.first_grids(subject, 1, 2)[3], precision.NOISE_SCALE
    around = runs.patches(subject, grid[None])
    off = np.where(around == subject.network.padding, 0, under // 2)
    expected = precision._noisy(subject.network.convolution, around, off)
    found = flow._layer(subject, grid.astype(object) * under + under // 2, under)
    assert found.reshape(-1).tolist() == expected.tolist()


def test_a_flow_that_leaves_every_bound_is_near_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers are not those of 64 bits."""
    subject = bundled("systolic-row-reduction")
    scale = int(subject.network.convolution[-1].scale)

    def far(_: Any, state: Any, under: int) -> Any:
        return np.full(state.shape, 2**80 * under * scale, dtype=object)

    monkeypatch.setattr(flow, "_layer", far)
    with pytest.raises(RefutedError, match="near no grid at rest"):
        flow.rest_of_flow(subject, runs.first_grids(subject, 1, 1)[0], Fraction(1, 4))
