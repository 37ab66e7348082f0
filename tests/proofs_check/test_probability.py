"""Weights and probabilities: counts by hand, and what each row refuses."""

from __future__ import annotations

from fractions import Fraction
from math import isclose, log10
from types import SimpleNamespace
from typing import Any

import pytest
import sympy as sp

from construction.network.layers import WeightLayer
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.theorem1 import sampling, sharing, weight_set
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled
from tests.proofs_check.test_tables import FIRST, LAST, SECOND, SMALL, layer
from tests.proofs_check.test_toy import subject as toy

MACHINE = "row-reduction-machine"


def rows(whole: Subject, name: str) -> Any:
    (mine,) = [each for each in of_network(whole) if each.id == name]
    return check(mine)


def test_the_set_of_weights() -> None:
    assert weight_set.highest_code(2, 3) == 9 * 3 + 3 + 3 + 60
    found = weight_set.weight_set(2, 3)
    assert (found.s, found.bound, len(found), found.bits) == (2, 490, 2 * 24 * 490 + 1, 15)
    assert weight_set.weight_set(2) == weight_set.weight_set(2, 12)
    for weight, inside in ((490, True), (-490, True), (491, False), (-491, False)):
        assert (Fraction(weight) in found) is inside
    assert Fraction(1, 24) in found
    assert Fraction(1, 48) not in found
    assert Fraction(1, 25) not in found
    assert weight_set.most_hinges(2, 3) == 2 * (6 + 3) + 4 * 6 + 120
    assert weight_set.most_weights(2, 3) == 3 * 162 + 24 + 14 * 16 + 32


def test_rows_about_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bundled(MACHINE)
    found = rows(whole, "Lemma 1, weights")
    assert found.constants == {"s": "13", "|U_s|": "503041", "bits": "19"}
    assert found.covered == "697 weights and biases, 201 different ones"
    assert rows(toy(), "Lemma 1, weights").constants["s"] == "1"
    assert rows(toy(), "Definition 5").constants["s"] == "1"
    found = rows(whole, "Definition 5")
    assert found.covered == "5 weight layers of widths 194, 9, 9, 9, 1; head of width 10"
    assert found.constants == {"s": "13", "non-zero weights": "697"}
    monkeypatch.setattr(weight_set, "weight_set", lambda s: weight_set.WeightSet(s, 1))
    with pytest.raises(RefutedError, match=r"the weight .* is not in U_13"):
        weight_set.check_weights(whole)


def wide(count: int) -> WeightLayer:
    return layer([[1]] * count, [1] * count)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"convolution": (FIRST, SECOND, LAST)}, "the convolution has weight layers of shapes"),
        (
            {"convolution": (SECOND, SECOND, SECOND, SECOND, LAST)},
            "the convolution has weight layers",
        ),
        (
            {"convolution": (FIRST, SECOND, SECOND, SECOND, SECOND)},
            "the convolution has weight lay",
        ),
        ({"head": (wide(101), layer([[1] * 101], [1]))}, "the head has weight layers of shapes"),
        ({"head": (wide(1), wide(1), wide(1))}, "the head has weight layers of shapes"),
        ({"head": (layer([[1, 1]], [1]), wide(1))}, "the head has weight layers of shapes"),
        ({"head": (wide(2), layer([[1, 1]] * 2, [1, 1]))}, "the head has weight layers of shapes"),
        ({"hidden_widths": (201, 8, 8, 8)}, "the width 201 is more than 100 s = 200"),
        ({"hidden_widths": (200, 8, 8, 8)}, ""),
        ({"hidden_widths": (201, 8, 8, 8), "states": None}, ""),
        ({"head": (wide(100), layer([[1] * 100], [1]))}, ""),
    ],
)
def test_networks_of_other_shapes(
    changes: dict[str, Any], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = layer([[1, 0], [0, 1]], [1, 1], 4)
    shape = {
        "convolution": (FIRST, SECOND, middle, middle, LAST),
        "hidden_widths": (3, 2, 2, 2),
        "head": SMALL.head,
        "weight_counts": lambda: {"nonzero": 1},
        **changes,
    }
    five = SimpleNamespace(**shape)
    monkeypatch.setattr(weight_set, "five_layer_form", lambda network: five)
    compared = []
    monkeypatch.setattr(weight_set, "unit_tables", lambda network: network)
    monkeypatch.setattr(weight_set, "compare", lambda *pair: compared.append(pair))
    states = changes.get("states", 2)
    subject: Any = SimpleNamespace(network=five, states=states, certificate="certificate")
    check_definition5: Any = weight_set.check_definition5
    if reason:
        with pytest.raises(RefutedError, match=reason):
            check_definition5(subject)
    else:
        assert check_definition5(subject).constants["s"] == (
            "2" if states else "3" if changes.get("hidden_widths") else "1"
        )
    assert compared == [(five, "certificate")]


def test_how_many_weights_have_to_match() -> None:
    """Width 200; three layers between the first and the last; a head of 3 * 100 + 1 numbers."""
    found = sampling.weights_to_match(2, 30, 7)
    assert found == {
        "square, every weight": 10 * 200 + 3 * 201 * 200 + 201 + 301,
        "square, weights that matter": 10 * 30 + 3 * 7 * 201 + 201 + 301,
        "bottleneck": 10 * 30 + 16 * 31 + 2 * 16 * 17 + 16 + 1 + 301,
    }
    each = log10(len(weight_set.weight_set(2)))
    logs = sampling.log10_probabilities(2, 3, 30, 7)
    assert isclose(logs["bottleneck"], -found["bottleneck"] * each)
    assert isclose(logs["transitions"], -2 * 3 * log10(3 * 8 * 4))
    exponents = sampling.exponents(2)
    hinges = weight_set.most_hinges(2, 12)
    largest = sampling.log10_probabilities(2, 12, hinges, 16)
    assert all(isclose(-largest[model], c * 2 * log10(2)) for model, c in exponents.items())
    assert sampling.exponents(3)["bottleneck"] < exponents["bottleneck"]


def test_constants_of_the_probability(monkeypatch: pytest.MonkeyPatch) -> None:
    models = ("square, weights that matter", "bottleneck", "transitions")
    assert [sampling.constant(model) for model in models] == [110_149, 70_722, 104]
    assert [sampling.degree(model) for model in models] == [1, 1, 1]
    assert sampling.degree("square, every weight") == 2
    with pytest.raises(RefutedError, match="is not linear in s with coefficients of 0 or more"):
        sampling.constant("square, every weight")
    s = sp.Symbol("s")
    monkeypatch.setattr(sampling, "exponents", lambda _: {"bottleneck": 7})
    for count in (5 * s - 1, -s + 5, sp.Integer(5), s**2, s**2 + s + 1):
        monkeypatch.setattr(sampling, "weights_to_match", lambda *_, c=count: {"bottleneck": c})
        with pytest.raises(RefutedError, match="is not linear in s"):
            sampling.constant("bottleneck")
    for count in (5 * s, s + 5):
        monkeypatch.setattr(sampling, "weights_to_match", lambda *_, c=count: {"bottleneck": c})
        assert sampling.constant("bottleneck") == 7


@pytest.mark.parametrize("model", ["bottleneck", "transitions"])
@pytest.mark.parametrize(
    ("slope", "good"), [(sp.Rational(1, 48), True), (sp.Rational(1, 49), False), (0, False)]
)
def test_the_set_of_weights_grows_by_one_for_each_state(
    model: str, slope: Any, good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the exponent need not be largest at s = 2."""
    known = sampling.weights_to_match(2, 3, 4)
    monkeypatch.setattr(sampling, "exponents", lambda _: dict.fromkeys((*known, model), 7))
    monkeypatch.setattr(sampling, "weight_set", lambda s: weight_set.WeightSet(s, slope * s + 2))
    if good:
        assert sampling.constant(model) == 7
    else:
        with pytest.raises(RefutedError, match="is not linear in s"):
            sampling.constant(model)


def test_the_row_about_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bundled(MACHINE)
    found = rows(whole, "Theorem 1, probability")
    assert found.covered == "4 models of sampling, s = 13, g = 7"
    assert found.constants["log10 P, bottleneck"] == "-33765"
    assert found.constants["log10 P, square, every weight"] == "-29012620 (no s^(-c2 s))"
    assert found.constants["c2, transitions"] == "104 for all s >= 2"
    monkeypatch.setattr(sampling, "degree", lambda model: 1)
    with pytest.raises(RefutedError, match="the growth of the counts is not what"):
        sampling.check_probability(whole)
    monkeypatch.undo()
    # 10^-33765 is 13^(-c 13) for c = 2331.6.
    constant = sampling.constant
    for c2, holds in ((2332, True), (2331, False)):
        monkeypatch.setattr(
            sampling,
            "constant",
            lambda model, c2=c2: c2 if model == "bottleneck" else constant(model),
        )
        if holds:
            sampling.check_probability(whole)
        else:
            with pytest.raises(
                RefutedError, match=r"bottleneck: the probability is less than 13\^"
            ):
                sampling.check_probability(whole)
    # At s = 13 the bound is asked for if it is said to hold from s = 13 on.
    monkeypatch.setattr(sampling, "LEAST_STATES", 13)
    with pytest.raises(RefutedError, match=r"bottleneck: the probability is less than 13\^"):
        sampling.check_probability(whole)
    monkeypatch.setattr(sampling, "LEAST_STATES", 14)
    sampling.check_probability(whole)


def test_rows_that_are_symbolic(monkeypatch: pytest.MonkeyPatch) -> None:
    size, widths = weight_set.check_size(), weight_set.check_definition5_widths()
    assert size.covered == "|U_s| = 34560*s + 53761 for every s"
    assert size.constants == {"c3": "17", "alphabet": "up to 12 symbols"}
    assert widths.covered.startswith("width at most 6*g*s + 2*g + 120, weights at most 264*s + 688")
    assert widths.constants == {"width at most 100 s for s at least": "6"}
    highest, hinges, weights = (
        weight_set.highest_code,
        weight_set.most_hinges,
        weight_set.most_weights,
    )
    monkeypatch.setattr(weight_set, "most_hinges", lambda s, g: 90 * s)
    assert [*weight_set.check_definition5_widths().constants.values()] == ["1"]
    monkeypatch.setattr(weight_set, "most_hinges", hinges)
    monkeypatch.setattr(weight_set, "highest_code", lambda s, g=12: highest(s, g) * s)
    with pytest.raises(RefutedError, match="is not linear in s"):
        weight_set.check_size()
    monkeypatch.setattr(weight_set, "highest_code", lambda s, g=12: 5 * s - 8)
    with pytest.raises(RefutedError, match="is not at most"):
        weight_set.check_size()
    monkeypatch.setattr(weight_set, "most_weights", lambda s, g: weights(s, g) * s)
    with pytest.raises(RefutedError, match="weights are not O"):
        weight_set.check_definition5_widths()
    monkeypatch.setattr(weight_set, "most_weights", lambda s, g: 5 * s)
    monkeypatch.setattr(weight_set, "most_hinges", lambda s, g: hinges(s, g) + (s - 6) * 99 * s)
    with pytest.raises(RefutedError, match="the width grows faster than 100 s"):
        weight_set.check_definition5_widths()
    monkeypatch.setattr(weight_set, "most_hinges", lambda s, g: 101 * s - 6)
    with pytest.raises(RefutedError, match="the width grows faster than 100 s"):
        weight_set.check_definition5_widths()


def test_the_rows_about_sharing_and_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sharing.check_sharing(bundled(MACHINE))
    assert found.constants == {
        "shared in space and time": "3736",
        "shared in space": "3736*L",
        "shared in time": "3736*d_mem*(d_in + l)",
        "not shared": "3736*L*d_mem*(d_in + l)",
    }
    one = sp.Integer(1)
    for free in ("shared in space", "not shared"):
        counts = {**sharing.parameters(one, sp.Symbol("p"), sp.Symbol("L")), free: one}
        monkeypatch.setattr(sharing, "parameters", lambda *_, counts=counts: counts)
        with pytest.raises(RefutedError, match="the counts depend on"):
            sharing.check_sharing(bundled(MACHINE))
    depth = sharing.check_depth_constant()
    assert depth.constants == {"c1, machines": "2", "c1, row-reducing waves": "7/2"}
    assert [each(5, 2, 3) for _, each in sharing.DEPTHS.values()] == [12, 15]
    constant, formula = sharing.DEPTHS["machines"]
    steeper = constant, lambda t, m, d: formula(t, m, d) + 2 * t
    monkeypatch.setitem(sharing.DEPTHS, "machines", steeper)
    with pytest.raises(RefutedError, match="machines: the depth is more than"):
        sharing.check_depth_constant()
    monkeypatch.setitem(sharing.DEPTHS, "machines", (constant, formula))
    for what in sharing.DEPTHS:
        for less in (1, sp.Rational(1, 100)):
            constant, formula = sharing.DEPTHS[what]
            monkeypatch.setitem(sharing.DEPTHS, what, (constant - less, formula))
            with pytest.raises(RefutedError, match=f"{what}: the depth is more than"):
                sharing.check_depth_constant()
            monkeypatch.setitem(sharing.DEPTHS, what, (constant, formula))
