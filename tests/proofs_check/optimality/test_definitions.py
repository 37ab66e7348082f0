"""Definitions and claims on finite worlds: against sums by hand, and refuted by one wrong part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import log
from typing import Any

import pytest

from proofs_check.optimality import definitions, worlds
from proofs_check.optimality.definitions import (
    combine,
    hoeffding_examples,
    one_state_machines,
    pac_learner,
    pao_failure,
    validation_learner,
)
from proofs_check.optimality.worlds import FAMILIES, World, constant, majority, memorise, multisets
from proofs_check.verdict import RefutedError

HALF, QUARTER, EIGHTH = Fraction(1, 2), Fraction(1, 4), Fraction(1, 8)
NOISY = World({(0, 1): Fraction(3, 4), (0, -1): QUARTER})
Classifier = Callable[[int], int]


def plus(_: int) -> int:
    return 1


def minus(_: int) -> int:
    return -1


# Worlds.


def test_samples_and_their_probabilities() -> None:
    found = dict(NOISY.samples(2))
    assert len(found) == 4
    assert found[(0, 1), (0, -1)] == Fraction(3, 16)
    assert sum(found.values()) == 1
    assert not World({(0, 1): Fraction(0), (1, 1): Fraction(1)}).samples(1)[1:]
    assert World({(0, 1): Fraction(1)}).samples(0) == [((), Fraction(1))]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_multisets_are_sequences_whose_order_is_forgotten(count: int) -> None:
    probability = {"a": HALF, "b": Fraction(1, 3), "c": Fraction(1, 6)}
    wanted: dict[tuple[str, ...], Fraction] = {}
    for drawn in product(probability, repeat=count):
        weight = Fraction(1)
        for each in drawn:
            weight *= probability[each]
        sorted_ = tuple(sorted(drawn))
        wanted[sorted_] = wanted.get(sorted_, Fraction(0)) + weight
    found = [(tuple(drawn), weight) for drawn, weight in multisets(probability, count)]
    assert len(found) == len(wanted)
    assert dict(found) == wanted
    two = dict(NOISY.validation_samples(2))
    assert two[(0, 1), (0, -1)] == Fraction(3, 8)


def test_errors_and_learners() -> None:
    assert NOISY.error(plus) == QUARTER
    assert NOISY.error(minus) == Fraction(3, 4)
    assert constant(-1)(())(7) == -1
    assert [memorise(((0, -1), (1, -1), (0, 1)))(x) for x in (0, 1, 2)] == [1, -1, 1]
    assert [majority(data)(0) for data in ((), ((0, -1),), ((0, 1), (1, -1)))] == [1, -1, 1]
    assert [len(family) for family in FAMILIES] == [1, 2, 4]
    assert [[learn(())(0) for learn in family] for family in FAMILIES] == [
        [1],
        [1, -1],
        [1, -1, 1, 1],
    ]


def test_the_worlds_are_all_in_quarters_but_constants_of_one_point() -> None:
    found = [world.probability for world in worlds.worlds()]
    assert len({tuple(each.items()) for each in found}) == len(found) == 31
    for each in found:
        assert sum(each.values()) == 1
        assert all(0 < p < 1 and (4 * p).denominator == 1 for p in each.values())
        assert set(each) <= {(x, y) for x in (0, 1) for y in (1, -1)}


# Definition 2.


def first_only(data: Any, validation: Any, epsilon: Fraction, delta: Fraction) -> Classifier:
    """Says -1 if the first validation example does."""
    return minus if validation and validation[0][1] == -1 else plus


def test_a_failure_by_hand() -> None:
    """It fails just where the one validation example has the rarer label."""
    family = [constant(1), constant(-1)]

    def failure(epsilon: Fraction, learner: Any = first_only) -> Fraction:
        return pao_failure(learner, family, NOISY, (1, 1), epsilon, HALF)

    assert failure(QUARTER) == QUARTER
    assert failure(HALF) == 0  # an error of just eps more is no failure
    assert failure(QUARTER, validation_learner(family)) == QUARTER
    three = pao_failure(validation_learner(family), family, NOISY, (1, 3), QUARTER, HALF)
    assert three == Fraction(1, 64) + 3 * Fraction(3, 64)


def test_the_best_of_a_family_is_chosen() -> None:
    learn = validation_learner([constant(1), constant(-1)])
    assert learn((), ((0, -1), (0, -1), (0, 1)), HALF, HALF)(0) == -1
    assert learn((), ((0, -1), (0, 1)), HALF, HALF)(0) == 1


@pytest.mark.parametrize(("count", "epsilon", "delta"), [(1, HALF, HALF), (6, QUARTER, EIGHTH)])
def test_hoeffdings_number(count: int, epsilon: Fraction, delta: Fraction) -> None:
    found = hoeffding_examples(count, epsilon, delta)
    bound = 2 / float(epsilon) ** 2 * log(2 * count / float(delta))
    assert bound <= found < bound + 1
    assert hoeffding_examples(1, HALF, HALF) == 12  # 8 ln 4 = 11.09


def test_a_learner_that_does_not_look_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_looks(family: Sequence[Any]) -> Any:
        return lambda data, validation, epsilon, delta: family[-1](data)

    monkeypatch.setattr(definitions, "validation_learner", never_looks)
    for check in (definitions.check_definition2, definitions.check_definition3):
        with pytest.raises(RefutedError, match="failure"):
            check()
    with pytest.raises(RefutedError, match="M = "):
        definitions.check_claim1()


def test_a_check_that_one_example_passes_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "pao_failure", lambda *_: Fraction(0))
    with pytest.raises(RefutedError, match="the check says nothing"):
        definitions.check_definition2()


@pytest.mark.parametrize("failure", [HALF, HALF + Fraction(1, 1000)])
def test_a_failure_may_be_delta_and_not_more(
    failure: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "pao_failure", lambda *_: failure)
    for check in (
        definitions.check_definition2,
        definitions.check_definition3,
        definitions.check_claim1,
    ):
        if failure == HALF:
            check()
        else:
            with pytest.raises(RefutedError):
                check()


def test_which_failures_each_definition_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Families by how many learners they have, the sizes of both samples, and how many worlds."""
    asked: dict[tuple[Any, ...], int] = {}
    combined: Any = "combined"

    def note(learner: Any, family: Sequence[Any], world: World, *given: Any) -> Fraction:
        assert learner in (("best of", family), combined)
        key = (len(family), *given)
        asked[key] = asked.get(key, 0) + 1
        return HALF

    def combine(learners: Any, enough: Any) -> Any:
        assert learners == [("best of", family) for family in FAMILIES]
        assert [needs(1, HALF, HALF) for needs in enough] == [0, two, four]
        return combined

    monkeypatch.setattr(definitions, "pao_failure", note)
    monkeypatch.setattr(definitions, "validation_learner", lambda family: ("best of", family))
    monkeypatch.setattr(definitions, "combine", combine)
    two, four, six = (hoeffding_examples(count, HALF, HALF) for count in (2, 4, 6))
    definitions.check_definition2()
    assert asked == {
        (2, (1, two), HALF, HALF): 16,
        (4, (1, four), HALF, HALF): 16,
        (2, (1, 1), QUARTER, HALF): 31,
    }
    asked.clear()
    definitions.check_definition3()
    assert asked == {(6, (1, six), HALF, HALF): 6}
    asked.clear()
    definitions.check_claim1()
    # One learner needs no validation example.
    assert asked == {
        (count, (1, size), HALF, HALF): 7
        for count, least in ((1, 0), (2, two), (4, four))
        for size in (0, two, four)
        if size >= least
    }


# Definition 3.


def test_the_machines_of_one_state() -> None:
    """Each by hand: on its first symbol a machine says something, or goes on to the test feature."""
    found = set()
    for on_plus, on_minus in product(("+", "-", "on"), repeat=2):
        table = {1: on_plus, -1: on_minus}

        def run(label: int, feature: int, table: dict[int, str] = table) -> int:
            for symbol in (label, -1 if feature else 1):
                if table[symbol] != "on":
                    return 1 if table[symbol] == "+" else -1
            return 1

        found.add(tuple(run(y, x) for y in (1, -1) for x in (0, 1)))
    machines = one_state_machines()
    assert {
        tuple(learn(((0, y),))(x) for y in (1, -1) for x in (0, 1)) for learn in machines
    } == found
    assert len(machines) == len(found) == 6


# Claims 1 and 2.


def test_the_largest_learner_that_can_be_afforded_runs() -> None:
    asked: list[tuple[Any, ...]] = []

    def needs(bound: int) -> Any:
        def enough(m: int, e: Fraction, d: Fraction) -> int:
            asked.append((m, e, d))
            return bound

        return enough

    def says(number: int) -> Any:
        return lambda data, validation, epsilon, delta: lambda x: number

    combined = combine([says(1), says(2), says(3)], [needs(1), needs(2), needs(2)])
    found = [combined(((0, 1),), ((0, 1),) * size, HALF, QUARTER)(0) for size in range(4)]
    assert found == [1, 1, 3, 3]
    assert set(asked) == {(1, Fraction(2), Fraction(4))}


def test_a_pac_learner_asks_for_half_of_everything() -> None:
    asked: list[tuple[Any, ...]] = []

    def needs(*given: Any) -> int:
        asked.append(("needs", *given))
        return 2

    def competes(*given: Any) -> int:
        asked.append(("competes", *given))
        return 3

    def optimal(data: Any, validation: Any, epsilon: Fraction, delta: Fraction) -> Classifier:
        asked.append((data, validation, epsilon, delta))
        return plus

    learn = pac_learner(optimal, needs, competes)
    data = tuple((k, 1) for k in range(6))
    with pytest.raises(ValueError, match="too few"):
        learn(data[:4], (), HALF, QUARTER)
    asked.clear()
    for size in (5, 6):
        assert learn(data[:size], (), HALF, QUARTER) is plus
        assert asked == [
            ("needs", 0, 4, 8),
            ("competes", 2, 4, 8),
            (data[:2], data[2:size], QUARTER, EIGHTH),
        ]
        asked.clear()


def test_a_learner_that_fails_is_no_pac_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "pac_learner", lambda *_: lambda *given: minus)
    with pytest.raises(RefutedError, match="failure 1 on"):
        definitions.check_claim2()


def test_which_worlds_a_class_explains() -> None:
    """Each feature has one label: 4 functions with 3 ways to share the quarters."""
    explained = [
        w for w in worlds.worlds() if len({x for x, _ in w.probability}) == len(w.probability)
    ]
    assert len(explained) == 12
    assert definitions.check_claim2().covered.startswith("12 distributions, 3 + 4 examples")


# Section 5.


def test_reuse_with_one_problem_fails_so_the_check_can_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(definitions, "_mean_error", lambda learner, world: HALF)
    with pytest.raises(RefutedError, match=r"failure 0 with .* problems, 0 with one"):
        definitions.check_reuse()


@pytest.mark.parametrize(
    ("other", "excess"), [(Fraction(9, 16), Fraction(7, 48)), (Fraction(5, 8), EIGHTH)]
)
def test_one_problem_misleads_by_more_than_an_eighth(
    other: Fraction, excess: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first learner is best on the first problem, and worse than the others by ``excess`` in the mean."""
    pool, family = worlds.worlds()[::14], FAMILIES[2]
    assert HALF * Fraction(2, 3) - other / 3 == excess

    def error(learner: Any, world: World) -> Fraction:
        first = world is pool[0]
        if learner is family[0]:
            return Fraction(0) if first else HALF
        return other if first else Fraction(0)

    monkeypatch.setattr(definitions, "worlds", lambda: [each for each in pool for _ in range(14)])
    monkeypatch.setattr(definitions, "_mean_error", error)
    if excess > EIGHTH:
        constants = definitions.check_reuse().constants
        assert constants["failure with one problem, eps = 1/8"] == "1/3"
    else:
        with pytest.raises(RefutedError, match="0 with one"):
            definitions.check_reuse()


def test_the_mean_error_of_what_one_example_teaches() -> None:
    """Memorising is right with probability 3/4 on a 3/4 of the draws."""
    found = definitions._mean_error(memorise, NOISY)
    assert found == Fraction(3, 4) * QUARTER + QUARTER * Fraction(3, 4)
