"""The loop and the triangular form of the sum and delta rule."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.errors import DataError
from construction.fast_weights.features import monomials, one_hot
from construction.fast_weights.rules import RULES, Array, Rule, loop, read, read_online, updates

FRACTIONS = st.fractions(-3, 3, max_denominator=4)
Pairs = tuple[Array, Array, Array]


@st.composite
def pairs(draw: DrawFn, numbers: st.SearchStrategy[Fraction] = FRACTIONS) -> Pairs:
    n, p, v = (draw(st.integers(low, 4)) for low in (0, 1, 1))
    keys, values, rates = (
        np.array(draw(st.lists(numbers, min_size=size, max_size=size)), dtype=object)
        for size in (n * p, n * v, n)
    )
    return keys.reshape(n, p), values.reshape(n, v), rates


@given(pairs(), st.sampled_from(RULES))
@settings(max_examples=30)
def test_the_forms_are_equal_on_fractions(given_pairs: Pairs, rule: Rule) -> None:
    keys, values, rates = given_pairs
    weights, added = loop(keys, values, rates, rule), updates(keys, values, rates, rule)
    queries = np.eye(keys.shape[1], dtype=np.int64)
    assert (read(keys, added, queries) == weights[-1].T).all()
    online = read_online(keys, added)
    for i, key in enumerate(keys):
        assert (online[i] == weights[i] @ key).all()


@given(pairs(st.integers(-2, 2).map(Fraction)), st.sampled_from(RULES))
@example((np.ones((20, 1)), np.ones((20, 1)), np.full(20, -1)), "delta")
@settings(max_examples=30)
def test_the_forms_are_equal_on_floats_that_are_small_integers(
    given_pairs: Pairs, rule: Rule
) -> None:
    keys, values, rates = (each.astype(float) for each in given_pairs)
    weights, added = loop(keys, values, rates, rule), updates(keys, values, rates, rule)
    assert (read(keys, added, np.eye(keys.shape[1])) == weights[-1].T).all()


HALF = Fraction(1, 2)


@pytest.mark.parametrize("key", [0.5, HALF])
def test_integers_next_to_other_numbers_are_not_truncated(key: float | Fraction) -> None:
    keys = np.array([[key], [key], [key]])
    values, rates = np.array([[1], [1], [1]]), np.array([1, 1, 1])
    weights, added = loop(keys, values, rates, "delta"), updates(keys, values, rates, "delta")
    assert added.ravel().tolist() == [1, 0.75, 0.5625]
    assert read(keys, added, np.ones((1, 1), dtype=int)).tolist() == weights[-1].T.tolist()
    assert read_online(keys, added).ravel().tolist() == [
        (weights[i] @ keys[i])[0] for i in range(3)
    ]
    # The sum rule's steps have no part of the keys; its answers have.
    online = read_online(keys, updates(values, values, rates, "sum"))
    assert online.ravel().tolist() == [0, 0.25, 0.5]


def test_short_integers_do_not_overflow() -> None:
    keys, ones = np.full((2, 1), 100, dtype=np.int8), np.ones((2, 1), dtype=np.int8)
    assert updates(keys, ones, ones[:, 0], "delta").tolist() == [[1], [1 - 100 * 100]]


def test_on_other_floats_they_round_differently() -> None:
    """If this fails, the floats are equal after all, and the documents say less than is true."""
    rng = np.random.default_rng(0)
    keys, values, rates = rng.normal(size=(9, 5)), rng.normal(size=(9, 2)), rng.uniform(size=9)
    queries = np.eye(5)
    by_loop = loop(keys, values, rates, "delta")[-1].T
    by_system = read(keys, updates(keys, values, rates, "delta"), queries)
    assert (by_loop != by_system).any()
    exact = np.vectorize(Fraction, otypes=[object])
    wanted = loop(exact(keys), exact(values), exact(rates), "delta")[-1].T
    # What rounding may do to sums of at most 9 * 5 products of numbers below 2^4.
    assert max(abs(each) for each in (by_loop - wanted).ravel()) < 2**-40
    assert max(abs(each) for each in (by_system - wanted).ravel()) < 2**-40


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3)), max_size=12))
def test_orthogonal_keys_and_rate_1_overwrite_or_add_up(stream: list[tuple[int, int]]) -> None:
    keys = one_hot(np.array([key for key, _ in stream], dtype=np.int64), 5)
    values = np.array([[value] for _, value in stream], dtype=np.int64).reshape(-1, 1)
    rates = np.ones(len(stream), dtype=np.int64)
    last, total = dict.fromkeys(range(5), 0), dict.fromkeys(range(5), 0)
    for key, value in stream:
        last[key] = value
        total[key] += value
    for rule, wanted in (("delta", last), ("sum", total)):
        assert loop(keys, values, rates, rule)[-1][0].tolist() == [*wanted.values()]  # type: ignore[arg-type]


def test_a_product_of_delta_steps_flips_signs() -> None:
    """``W diag(z)`` is what rate 2 and value 0 make of ``W``: the memory layer of the construction."""
    z = np.array([1, -1, -1, 1])
    weights = np.arange(8).reshape(2, 4)
    flipped = weights.copy()
    for column in np.flatnonzero(z < 0):
        key = one_hot(column, 4)
        flipped = flipped + 2 * np.outer(0 - flipped @ key, key)
    assert (flipped == weights * z).all()


def test_all_monomials_tell_examples_apart_and_nothing_else() -> None:
    signs = 1 - 2 * (np.arange(16)[:, None] >> np.arange(4) & 1)
    assert (monomials(signs) @ monomials(signs).T == 16 * np.eye(16)).all()
    assert monomials(signs, 1).tolist() == [[1, *each] for each in signs.tolist()]


@pytest.mark.parametrize(
    ("keys", "values", "rates", "rule", "message"),
    [
        ([[1, 2]], [[1]], [1], "hebb", r"unknown rule 'hebb'; it should be one of sum, delta"),
        ([[1, 2]], [[1]], [1, 1], "sum", r"1 keys, 1 values and 2 rates; .* one of each a pair"),
        ([1, 2], [[1]], [1], "sum", r"keys: an array of shape \(2,\); it should be \(n, p\)"),
        ([[1, 2], [3]], [[1]], [1], "sum", r"keys: the rows have different lengths"),
        ([[1.0]], [[np.nan]], [1], "delta", r"values: entry \[0, 0\] is nan; .* finite number"),
        ([["a"]], [[1]], [1], "sum", r"keys: values of type <U1; it should be numbers"),
    ],
)
def test_bad_input(
    keys: list[object], values: list[object], rates: list[object], rule: Rule, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        updates(keys, values, rates, rule)  # type: ignore[arg-type]


def test_bad_features() -> None:
    with pytest.raises(DataError, match=r"symbol 3; it should be one of 0 \.\. 2"):
        one_hot([0, 3], 3)
    with pytest.raises(DataError, match=r"degree 4 in 3 features; it should be 0 \.\. 3"):
        monomials(np.ones((1, 3)), 4)
