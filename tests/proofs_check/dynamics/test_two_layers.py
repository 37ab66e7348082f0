"""Two layers: the formulas are the package's own, and wrong ones are refuted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from construction.dynamics.two_layer import parity
from construction.programs.catalogue import load_program
from construction.rules.tables import Table
from proofs_check.dynamics import fewest_units, trained, two_layers
from proofs_check.dynamics.two_layers import (
    check_fewest,
    check_parity,
    check_read_off,
    units,
    value,
)
from proofs_check.statement import OF_THE_CONSTRUCTION, Row, check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.extras import optional
from tests.proofs_check.subjects import bundled, changed, known_to_play, with_rule

NAMES = ("one-literal", "conjunction", "majority", "systolic-row-reduction")


@pytest.mark.parametrize("k", range(8))
def test_the_formula_is_the_packages(k: int) -> None:
    network = parity(k, range(k))
    assert network.hidden.width == len(units(k)[1])
    inputs = np.array(list(product((1, -1), repeat=k)), dtype=np.int64).reshape(2**k, k)
    ones = (inputs == -1).sum(axis=1)
    assert network(inputs).tolist() == [value(k, int(s)) for s in ones]


@pytest.mark.parametrize("bits", [0, 2, 4])
def test_one_unit_too_many_is_refuted(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it does nothing."""

    def other(k: int) -> tuple[int, list[two_layers.Unit]]:
        constant, own = units(k)
        return constant, [*own, (0, 1, Fraction(1))] if k == bits else own

    monkeypatch.setattr(two_layers, "units", other)
    with pytest.raises(RefutedError, match=f"units for {bits} bits"):
        check_parity()


@pytest.mark.parametrize("bits", [0, 3, 9, 16])
def test_one_wrong_value_is_refuted(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all values of the networks of all sizes; at the last one, too."""
    right = value
    monkeypatch.setattr(
        two_layers, "value", lambda k, s: right(k, s) + (k == bits and s == max(0, k - 1))
    )
    with pytest.raises(RefutedError, match=f"the network of {bits} bits is"):
        check_parity()


@pytest.mark.parametrize("bits", [1, 4, 16])
def test_another_slope_beyond_the_last_kink_is_refuted(
    bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = value
    monkeypatch.setattr(two_layers, "value", lambda k, s: right(k, s) + (k == bits and s > k))
    with pytest.raises(RefutedError, match=f"the network of {bits} bits goes on with another"):
        check_parity()


@pytest.mark.parametrize("bits", [0, 1])
def test_one_unit_more_has_to_turn_the_slope_over(
    bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For even numbers of bits as for odd ones."""
    right = two_layers.outgoing
    monkeypatch.setattr(two_layers, "outgoing", lambda k: right(k) * (1 + (k % 2 == bits)))
    with pytest.raises(RefutedError, match="one unit more does not turn the slope over"):
        check_parity()


@pytest.mark.parametrize("damage", ["slope", "kink", "constant", "one unit more"])
def test_another_formula_is_refuted(damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(k: int) -> tuple[int, list[two_layers.Unit]]:
        constant, own = units(k)
        if k < 5:
            return constant, own
        out, turn, kink = own[-1]
        return {
            "slope": (constant, [*own[:-1], (out // 2, turn, kink)]),
            "kink": (constant, [*own[:-1], (out, turn, kink + Fraction(1, 9))]),
            "constant": (constant + 2, own),
            "one unit more": (constant, [*own, (0, 1, kink)]),
        }[damage]

    monkeypatch.setattr(two_layers, "units", other)
    with pytest.raises(RefutedError):
        check_parity()


def test_a_size_that_does_is_no_size_that_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_layers, "TOO_FEW", ((2, 2),))
    with pytest.raises(RefutedError, match="2 hidden units"):
        check_fewest()


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_read_off(name: str) -> None:
    assert "172 memories" in check_read_off(bundled(name)).covered


@pytest.mark.parametrize(
    ("name", "wrong"), [("conjunction", "majority"), ("one-literal", "row reduction")]
)
def test_other_hypotheses_are_refuted(
    name: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = bundled(name)
    both = {str(subject.computes): two_layers.READ_OFF[wrong]}
    monkeypatch.setattr(two_layers, "READ_OFF", both)
    with pytest.raises(RefutedError, match="the network is not a"):
        check_read_off(subject)


def of_two_layers(subject: Subject) -> Row:
    (mine,) = [each for each in of_network(subject) if each.id == "Two layers"]
    return check(mine)


def test_a_network_with_which_sgd_stores_nothing_is_refuted() -> None:
    """Its head has no slope where memory is written; on the memory of Lemma 1 its answers are right."""
    rule = load_program("one-literal").rule
    flat = with_rule("one-literal", replace(rule, readout=Table(rule.readout.values, {})))
    found = of_two_layers(known_to_play(flat, "one-literal"))
    assert found.holds is False
    assert "the head gives code 0 the value 0 and the slope 0" in found.counterexample


def test_without_a_scene_of_training_nothing_is_claimed() -> None:
    assert of_two_layers(changed("one-literal", "scenes/memorising")).holds is None


@pytest.mark.parametrize("name", ["Two layers, training", "Two layers, learner"])
def test_a_training_says_how_it_is_repeated(name: str) -> None:
    text = OF_THE_CONSTRUCTION[name].text
    for part in ("hidden ReLU units", "squared error", "Adam", "rate 0.0", "steps", "seed 0"):
        assert part in text
    assert "proofs_check/dynamics/trained.py" in text


def test_the_row_of_two_layers_says_which_network_and_how_many_units() -> None:
    texts = {
        name: next(each.text for each in of_network(bundled(name)) if each.id == "Two layers")
        for name in NAMES
    }
    for text in texts.values():
        assert "Lemma 1's training" in text
    assert "two layers of no unit," in texts["majority"]
    assert "a conjunction: two layers of at most 1 unit" in texts["conjunction"]


def test_training_that_is_easy_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bit is learned by all: so that none learns four says something, and the row can fail."""
    monkeypatch.setattr(trained, "BITS", 1)
    with pytest.raises(RefutedError, match="trained networks are right on all inputs"):
        trained.check_training()


@pytest.mark.parametrize(("name", "size"), [("HARD", (1, 1)), ("EASY", (9, 6))])
def test_a_learner_that_is_replaced_or_not_as_said(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trained, name, size)
    with pytest.raises(RefutedError, match="right on"):
        trained.check_learner()


@pytest.mark.parametrize(("m", "d"), [(1, 1), (3, 2)])
def test_the_learners_examples(m: int, d: int) -> None:
    """Signs that some parity explains; that of the test example is decided if all of these parities agree."""
    seen, labels, decided = trained.learner_examples(np.random.default_rng(1), m, d)
    assert seen.shape == (trained.EXAMPLES, (m + 1) * d + m)
    assert set(np.unique(seen)) == set(np.unique(labels)) == {1.0, -1.0}
    assert len(decided) == trained.HELD
    bits = ((1 - seen) // 2).astype(int)
    for row, label, known in zip(bits, (labels < 0).astype(int), decided, strict=False):
        examples, given = row[: (m + 1) * d].reshape(m + 1, d), row[(m + 1) * d :]
        answers = {
            int(examples[-1] @ chosen) % 2
            for chosen in product((0, 1), repeat=d)
            if not ((examples[:-1] @ chosen - given) % 2).any()
        }
        assert label in answers
        assert known == (len(answers) == 1)
    assert 0 < decided.mean() < 1


def test_a_unit_at_its_kink_learns_nothing() -> None:
    networks = trained.Networks(np.random.default_rng(3), 2, 3, 4)
    networks.weights[0][:] = 0
    networks.train(np.ones((5, 3)), np.ones(5), 0.1)
    assert not networks.weights[0].any()
    assert not networks.weights[1].any()
    assert networks.weights[3].all()


def test_training_is_adam() -> None:
    """Against the rule written for one weight at a time, with gradients by differences of the loss."""
    rng = np.random.default_rng(3)
    networks = trained.Networks(rng, 2, 3, 4)
    inputs, targets = rng.normal(size=(5, 3)), rng.normal(size=5)
    known = [each.copy() for each in networks.weights]
    means, squares = ([np.zeros_like(each) for each in known] for _ in range(2))

    def loss(weights: list[np.ndarray]) -> np.ndarray:
        hidden = np.maximum(inputs @ weights[0] + weights[1], 0)
        return np.asarray(
            (((hidden @ weights[2] + weights[3])[..., 0] - targets) ** 2 / 2).sum(axis=1)
        )

    assert np.allclose(known[0].std(), 1 / 3**0.5, rtol=0.5)
    assert not known[1].any()
    assert not known[3].any()
    for step in (1, 2, 3):
        networks.train(inputs, targets, 0.1)
        gradients = [np.zeros_like(each) for each in known]
        for number, each in enumerate(known):
            for place in np.ndindex(each.shape[1:]):
                ends = []
                for off in (1e-6, -1e-6):
                    moved = [w.copy() for w in known]
                    moved[number][(slice(None), *place)] += off
                    ends.append(loss(moved))
                gradients[number][(slice(None), *place)] = (ends[0] - ends[1]) / 2e-6
        for number, (mean, square, gradient) in enumerate(
            zip(means, squares, gradients, strict=True)
        ):
            mean[:] = 0.9 * mean + 0.1 * gradient
            square[:] = 0.999 * square + 0.001 * gradient**2
            size = np.sqrt(square / (1 - 0.999**step)) + 1e-8
            known[number] -= 0.1 * mean / (1 - 0.9**step) / size
        for mine, theirs in zip(known, networks.weights, strict=True):
            assert np.allclose(mine, theirs, atol=1e-5)
    hidden = np.maximum(inputs @ known[0] + known[1], 0)
    assert np.allclose(networks(inputs), (hidden @ known[2] + known[3])[..., 0], atol=1e-4)
    assert networks(inputs).shape == (2, 5)


def test_what_a_unit_can_do_on_a_face() -> None:
    face = [(0, 0), (0, 1), (1, 0), (1, 1)]
    found = {
        inside: fewest_units._bends(frozenset(face[k] for k in inside), face)
        for inside in ((), (0,), (1,), (0, 1), (0, 1, 2), (1, 2, 3), (0, 1, 2, 3))
    }
    assert found == {
        (): (0,),
        (0,): (1,),
        (1,): (-1,),
        (0, 1): (-1, 1),
        (0, 1, 2): (1,),
        (1, 2, 3): (1,),
        (0, 1, 2, 3): (0,),
    }


def test_linear_equations_in_fractions() -> None:
    """Solutions and null spaces of random systems, and systems without a solution."""
    rng = np.random.default_rng(2)
    found = []
    for rows in rng.integers(-2, 3, (60, 3, 5)).tolist():
        solution = fewest_units._solve([list(row) for row in rows])
        rank, whole = (np.linalg.matrix_rank([row[:end] for row in rows]) for end in (4, 5))
        found.append(solution is not None)
        assert found[-1] == (rank == whole)
        if solution is not None:
            point, directions = solution
            assert len(directions) == 4 - rank
            assert not directions or np.linalg.matrix_rank(np.array(directions, float)) == len(
                directions
            )
            for row in rows:
                assert sum(a * x for a, x in zip(row, point, strict=False)) == row[-1]
                for each in directions:
                    assert sum(a * x for a, x in zip(row, each, strict=False)) == 0
    assert set(found) == {True, False}


@pytest.mark.parametrize(
    ("system", "possible"),
    [
        ([[1, -1], [-1, 1]], True),  # x = 1
        ([[1, -2], [-1, 1]], False),  # x >= 2, x <= 1
        ([[1, 1, -2], [-1, 0, 1], [0, -1, 1]], True),  # x + y >= 2, x <= 1, y <= 1
        ([[1, 1, -3], [-1, 0, 1], [0, -1, 1]], False),
        ([[3, 1, -6], [-2, 0, 2], [0, -5, 5]], False),
        ([[0, -1]], False),
        ([[0, 0]], True),
        ([[1, -5]], True),
        ([[-1, -5]], True),
        ([["1/2", -1], ["1/3", -1]], True),  # x >= 2, x >= 3
        ([["-1/2", -1], ["-1/3", -1]], True),
        ([["1/2", -1], ["-1/3", "1/2"]], False),
    ],
)
def test_linear_inequalities(system: list[list[int | str]], possible: bool) -> None:
    rows = [[Fraction(entry) for entry in row] for row in system]
    assert fewest_units._feasible(rows) == possible


@pytest.mark.parametrize(("bits", "units"), [(1, 1), (1, 2), (2, 2)])
def test_what_is_no_parity_is_none_for_a_linear_programme(bits: int, units: int) -> None:
    """Units that are on where they are said to be: the same question, asked of SciPy."""
    linprog = optional("scipy.optimize").linprog
    rng = np.random.default_rng(5)
    corners = list(product((0, 1), repeat=bits))
    spaces = fewest_units.half_spaces(corners)
    found = []
    for _ in range(60):
        chosen = [spaces[k] for k in rng.integers(0, len(spaces), units)]
        signs = rng.choice([1, -1], units).tolist()
        sums = np.zeros((len(corners), 1 + units * (1 + bits)))
        sums[:, 0] = 1
        sides = []
        for row, corner in enumerate(corners):
            for unit, (space, sign) in enumerate(zip(chosen, signs, strict=True)):
                own = slice(1 + unit * (1 + bits), 1 + (unit + 1) * (1 + bits))
                side = np.zeros(sums.shape[1])
                side[own] = (1, *corner)
                on = corner in space
                sums[row] += sign * on * side
                sides.append(-side if on else side)  # at most 0
        wanted = [(-1) ** sum(corner) for corner in corners]
        bounds = [(None, None)] * sums.shape[1]
        nothing = np.zeros(sums.shape[1])
        solved = linprog(nothing, sides, np.zeros(len(sides)), sums, wanted, bounds)
        found.append(fewest_units._is_parity(corners, chosen, signs))
        assert found[-1] == (solved.status == 0)
        assert solved.status in (0, 2)
    assert set(found) == {True, False}


@pytest.mark.parametrize(("bits", "known"), [(1, 4), (2, 14), (3, 104)])
def test_half_spaces_are_as_many_as_is_known(bits: int, known: int) -> None:
    corners = list(product((0, 1), repeat=bits))
    assert len(fewest_units.half_spaces(corners)) == known


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_just_what_is_no_half_space_has_two_and_two(bits: int) -> None:
    corners = list(product((0, 1), repeat=bits))
    spaces = set(fewest_units.half_spaces(corners))
    for size in range(len(corners) + 1):
        for inside in combinations(corners, size):
            assert fewest_units._two_and_two(inside, corners) == (frozenset(inside) not in spaces)


def test_two_units_on_at_a_corner_each_are_the_parity_of_two_bits() -> None:
    """``1 - 2 relu(x - y) - 2 relu(y - x)``."""
    corners = list(product((0, 1), repeat=2))
    apart = frozenset({(0, 1)}), frozenset({(1, 0)})
    assert fewest_units._is_parity(corners, apart, (-1, -1))
    assert not fewest_units._is_parity(corners, apart, (1, -1))


def test_half_spaces_of_each_kind_and_faces() -> None:
    """Of a cube's sets of 0 to 8 corners one of each kind, but of 4 a face, and a corner with its three neighbours."""
    corners = list(product((0, 1), repeat=3))
    kinds = fewest_units._kinds(fewest_units.half_spaces(corners), 3)
    assert sorted(map(len, kinds)) == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8]
    assert fewest_units.cannot(2, 1) == fewest_units.Enumeration(14, 5 * 2)
    assert fewest_units.cannot(3, 1) == fewest_units.Enumeration(104, 10 * 2)
    faces = {frozenset(face) for face in fewest_units._faces(corners, 3)}
    assert faces == {frozenset(c for c in corners if c[b] == v) for b in range(3) for v in (0, 1)}


def test_a_half_space_that_is_missing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fewest_units, "_two_and_two", lambda inside, corners: len(inside) != 2)
    with pytest.raises(RefutedError, match="is no half space"):
        fewest_units.half_spaces(list(product((0, 1), repeat=2)))


def test_units_of_both_signs_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = set()
    monkeypatch.setattr(fewest_units, "_is_parity", lambda corners, chosen, signs: tried.add(signs))
    fewest_units.cannot(2, 2)
    assert tried == set(product((1, -1), repeat=2))


@pytest.mark.parametrize("bits", [1, 2])
def test_a_parity_that_is_one_is_found(bits: int) -> None:
    with pytest.raises(RefutedError, match=f"can be the parity of {bits} bits"):
        fewest_units.cannot(bits, bits)


def test_data_decide_what_is_a_sum() -> None:
    """Against a search through all sums."""
    rng = np.random.default_rng(0)
    for numbers in rng.integers(0, 16, (60, 4)).tolist():
        sums = {0}
        for chosen in product((0, 1), repeat=3):
            total = 0
            for take, number in zip(chosen, numbers[:-1], strict=True):
                total ^= number * take
            sums.add(total)
        assert trained._is_sum(*numbers) == (numbers[-1] in sums)
