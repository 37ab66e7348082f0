"""Noise of Theorem 1: margins by hand, and what the row refuses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from proofs_check.statements import of_network
from proofs_check.theorem1 import precision
from proofs_check.theorem1.precision import is_quiet, live_codes, margin
from proofs_check.verdict import RefutedError
from proofs_check.weights.head import head_table
from proofs_check.weights.tables import unit_tables
from tests.proofs_check.subjects import bundled, changed
from tests.proofs_check.test_tables import FIRST, LAST, SECOND, SMALL, C, E, layer, network, shows
from tests.proofs_check.test_toy import subject as toy


def test_the_margin_of_a_small_network() -> None:
    """Kinks of the convolution at c = -1/2 and e = 3/2, of the head at -1: from 0 and 1 or 2, and from 0."""
    assert margin(SMALL, unit_tables(SMALL)) == Fraction(1, 2)
    head = layer([[8]], [-9]), layer([[0]], [0])
    assert margin(network(FIRST, SECOND, LAST, head=head), unit_tables(SMALL)) == Fraction(1, 8)
    wall = layer([*FIRST.weights.tolist(), [0, 4, *[0] * 7]], [1, 3, 5, 5], 2)
    second = layer([[1, 1, 0, 0], [0, -1, 1, 0]], [2, -1], 4)
    other = network(
        wall, second, LAST
    )  # -5/4, a quarter from the padding, which can stand in the north
    assert margin(other, unit_tables(other)) == Fraction(1, 4)
    centre = layer([*FIRST.weights.tolist(), [*[0] * 4, 4, *[0] * 4]], [1, 3, 5, 5], 2)
    other = network(centre, second, LAST)  # but not in the centre
    assert margin(other, unit_tables(other)) == Fraction(1, 2)
    corner = layer([*FIRST.weights.tolist(), [*[0] * 8, 4]], [1, 3, 5, 5], 2)
    other = network(corner, second, LAST)
    assert margin(other, unit_tables(other)) == Fraction(1, 4)
    kink = layer([*FIRST.weights.tolist(), [0, 4, *[0] * 7]], [1, 3, 5, 4], 2)
    with pytest.raises(RefutedError, match="a first-layer unit stands at its kink on a code"):
        margin(network(kink, second, LAST), unit_tables(network(kink, second, LAST)))


def test_codes_that_pass_noise_on() -> None:
    """The hinge of the centre is on at all codes, that of the east at codes below 3/2."""
    tables = unit_tables(SMALL)
    assert live_codes(tables) == [(C, 0), (C, 1), (C, 3), (E, -1), (E, 0), (E, 1)]
    quiet = unit_tables(network(FIRST, layer([[0, 1, 0]], [2], 4), layer([[3]], [7], 8)))
    patches = np.array([shows(1, 3), shows(0, 1), shows(3, 3)])
    assert is_quiet(quiet, patches).tolist() == [True, False, True]
    assert not is_quiet(tables, patches).any()


#: relu(7 - 4 e) - relu(5 - 4 e) is 2 up to e = 1 and 0 from 2 on; flat but between 5/4 and 7/4.
STEP = network(
    layer([[*[0] * 5, -4, *[0] * 3]] * 2, [7, 5], 2), layer([[1, -1]], [3], 4), layer([[1]], [0], 8)
)


def made(whole: Any, **changes: Any) -> Any:
    """A subject whose only scene is a prediction with these patches."""
    tables = unit_tables(whole)
    patches = np.array([shows(c, e) for c in (0, 1, 3) for e in (-1, 0, 1, 3)])
    own = {
        "network": whole,
        "tables": tables,
        "head": head_table(whole),
        "has_machine": False,
        "of_predictions": ("predicting",),
        "outcome": lambda name: SimpleNamespace(patches=patches.astype(np.int16)),
        "sample": lambda: patches,
        "complete": True,
    }
    return SimpleNamespace(**{**own, **changes})


def test_the_row_about_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    check_margin: Any = precision.check_margin
    methods = {
        name: next(each.method for each in of_network(whole) if each.id == "Theorem 1, noise")
        for name, whole in (
            ("toy", toy()),
            ("line", bundled("line-row-reduction")),
            ("part", changed("line-row-reduction", "scenes/reducing")),
        )
    }
    assert methods == dict.fromkeys(("toy", "line"), "all sizes, exact") | {
        "part": "property-based"
    }
    found = check_margin(made(STEP))
    assert found.covered == (
        "60 patches with every pixel off by 1023/4096 of a code; with twice that some change"
    )
    assert found.constants == {
        "margin": "1/4 of a code, 1/12 of a pixel",
        "codes that pass noise on": "none",
    }
    with pytest.raises(
        RefutedError, match=r"a patch of the computation has a code that passes noise on$"
    ):
        check_margin(made(SMALL))
    loud = layer([[1]], [1]), layer([[1]], [0])
    with pytest.raises(RefutedError, match="a code that passes noise on to the output"):
        check_margin(made(network(*STEP.convolution, head=loud)))
    # The layers alone are quiet.
    precision.check_layers_are_quiet(made(network(*STEP.convolution, head=loud)))
    # Without a prediction nothing is said of it.
    none = made(SMALL, of_predictions=())
    assert check_margin(none).covered == "it applies to no patch: every code passes noise on"
    assert check_margin(none).constants["codes that pass noise on"] == "-1, 0, 1, 3"
    steps = np.array([shows(0, 1)])
    machine: Any = {"has_machine": True, "machine_patches": [steps]}
    with pytest.raises(RefutedError, match="a patch of the computation"):
        check_margin(made(SMALL, of_predictions=(), **machine))


def test_margins_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    check_margin: Any = precision.check_margin
    monkeypatch.setattr(precision, "margin", lambda *_: Fraction(1, 2))
    with pytest.raises(RefutedError, match="noise below the margin changes an output"):
        check_margin(made(STEP))
    monkeypatch.setattr(precision, "margin", lambda *_: Fraction(1, 4096))
    with pytest.raises(RefutedError, match="noise twice as large changes nothing"):
        check_margin(made(STEP))
    monkeypatch.undo()
    # Two hinges that cancel everywhere, an eighth from a code: with 3/8, not with 2/8, an output changes.
    last = STEP.convolution[-1]
    east = [*[0] * 5, -4, *[0] * 3]
    twins = [2 * each for each in east]
    hinges = layer([east, east, twins, twins], [7, 5, 9, 9], 2)
    closer = network(hinges, layer([[1, -1, 1, -1]], [3], 4), last)
    with pytest.raises(RefutedError, match="noise twice as large changes nothing"):
        check_margin(made(closer))


def test_which_noise_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up, down, three times with signs at random; then twice as much, which has to change something."""
    tried: list[Any] = []
    right = precision._noisy
    check_margin: Any = precision.check_margin

    def note(layers: Any, patches: Any, noise: Any) -> Any:
        tried.append(noise)
        return right(layers, patches, noise)

    monkeypatch.setattr(precision, "check_head", lambda *_: None)
    monkeypatch.setattr(precision, "_noisy", note)
    check_margin(made(STEP))
    up, down, *random, beyond = tried
    assert {each.shape for each in tried} == {(12, 9)}
    assert [set(each.ravel()) for each in (up, down, beyond)] == [{1023}, {-1023}, {2046}]
    assert [set(each.ravel()) for each in random] == [{1023, -1023}] * 3
    assert len({each.tobytes() for each in random}) == 3
    # One that changes is enough.
    rare = made(STEP, of_predictions=(), sample=lambda: np.array([shows(0, 3)] * 5 + [shows(0, 1)]))
    check_margin(rare)


@pytest.mark.parametrize(
    ("weight", "biases", "code"), [(4, [-5, -6, -7], 1), (-4, [11, 10, 9], 3)], ids=["up", "down"]
)
def test_noise_of_either_sign_reaches_the_head(weight: int, biases: list[int], code: int) -> None:
    """A bump of the head's, a quarter above a code or below one."""
    head = layer([[weight]] * 3, biases), layer([[1, -2, 1]], [0])
    other = replace(STEP, head=head)
    precision.check_head(other, head_table(other), 1023)
    precision.check_head(other, head_table(other), 1024)
    for largest in (1025, 2000):
        with pytest.raises(RefutedError, match=f"changes the head's output at code {code}"):
            precision.check_head(other, head_table(other), largest)
    precision.check_head(STEP, head_table(STEP), 4095)
