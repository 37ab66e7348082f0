"""Public functions refuse arrays that are not what they say, each with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction import (
    RCNN,
    compile_rule,
    load_executor,
    load_program,
    predict,
    program_frames,
    row_reduction,
    sgd_step,
    train,
)
from construction.arrays import as_bits, as_signs, signs
from construction.errors import ConstructionError, DataError, SizeError

BITS = np.array([[0, 1, 1], [1, 0, 1]])
SIGNS = 1 - 2 * BITS
LABELS = np.array([1, 0])
MEMORY = np.array([[1, -1, -1, 1], [-1, 1, -1, 1], [1, 1, 1, 1]])


@pytest.fixture(scope="module")
def network() -> RCNN:
    return compile_rule(load_program("majority").rule)


def row_reduce(features: Any, labels: Any = LABELS) -> Any:
    return row_reduction(features, labels)


WRONG_FEATURES = [
    (SIGNS, r"features: entry \[0, 1\] is -1; it should be 0 or 1; of signs, -1 is bit 1"),
    (
        np.where(BITS * [0, 0, 1] == 1, np.nan, BITS),
        r"features: entry \[0, 2\] is nan; it should be 0 or 1$",
    ),
    (BITS * 2, r"features: entry \[0, 1\] is 2; it should be 0 or 1$"),
    (BITS[0], r"features: an array of shape \(3,\); it should be \(m, d\)"),
    (BITS[None], r"features: an array of shape \(1, 2, 3\); it should be \(m, d\)"),
    ([[0, 1, 1], [1, 0]], r"features: the rows have different lengths; it should be an array"),
    (BITS.astype(str), r"features: values of type <U\d+; it should be 0 and 1"),
    ([[0, None, 1], [1, 0, 1]], "features: values of type object; it should be 0 and 1"),
    (BITS[:1], "1 examples and 2 labels"),
]


@pytest.mark.parametrize(("features", "words"), WRONG_FEATURES)
def test_row_reduction_wants_bits(features: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        row_reduction(features, LABELS)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (1 - 2 * LABELS, r"labels: entry \[0\] is -1; it should be 0 or 1; of signs"),
        (LABELS[:, None], r"labels: an array of shape \(2, 1\); it should be \(m,\)"),
        ([1, float("nan")], r"labels: entry \[1\] is nan"),
    ],
)
def test_row_reduction_wants_labels_that_are_bits(labels: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        row_reduction(BITS, labels)


def test_lists_booleans_and_whole_floats_are_bits() -> None:
    expected = row_reduction(BITS, LABELS)
    kinds: list[Callable[[Any], Any]] = [
        np.ndarray.tolist,
        lambda bits: bits.astype(bool),
        lambda bits: bits.astype(float),
    ]
    for kind in kinds:
        found = row_reduction(kind(BITS), kind(LABELS))
        assert found.mask.tolist() == expected.mask.tolist()
        assert found(kind(BITS)).tolist() == LABELS.tolist()


def test_a_parity_wants_as_many_features_as_it_has() -> None:
    parity = row_reduction(BITS, LABELS)
    with pytest.raises(DataError, match="an example has 2 features; it should have 3"):
        parity(BITS[:, :2])
    with pytest.raises(DataError, match=r"features: entry \[0, 1\] is -1"):
        parity(SIGNS)


@pytest.mark.parametrize(
    ("examples", "labels", "words"),
    [
        (BITS, SIGNS[:, 0], r"examples: entry \[0, 0\] is 0; it should be -1 or 1; of bits, 1 is"),
        (SIGNS, LABELS, r"labels: entry \[1\] is 0; it should be -1 or 1; of bits"),
        (SIGNS, SIGNS[:1, 0], "2 examples and 1 labels; one label each"),
        (SIGNS[0], SIGNS[:, 0], r"examples: an array of shape \(3,\); it should be \(m, d\)"),
        (SIGNS * np.nan, SIGNS[:, 0], r"examples: entry \[0, 0\] is nan"),
    ],
)
def test_train_wants_signs_and_says_so_at_once(
    network: RCNN, examples: Any, labels: Any, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        train(load_executor("reference", network), examples, labels, 5)


def test_an_sgd_step_wants_signs(network: RCNN) -> None:
    executor = load_executor("reference", network)
    with pytest.raises(DataError, match=r"the example: entry \[0\] is 0"):
        sgd_step(executor, MEMORY, BITS[0], 1, 5)
    with pytest.raises(DataError, match="an example has 2 features; it should have 3"):
        sgd_step(executor, MEMORY, SIGNS[0, :2], 1, 5)
    with pytest.raises(DataError, match="the label is 0; it should be -1 or 1"):
        sgd_step(executor, MEMORY, SIGNS[0], 0, 5)


@pytest.mark.parametrize(
    ("memory", "examples", "words"),
    [
        (MEMORY, BITS, r"examples: entry \[0, 0\] is 0; it should be -1 or 1; of bits"),
        (MEMORY, SIGNS[:, :2], "an example has 2 features; it should have 3"),
        (MEMORY, SIGNS[0], r"examples: an array of shape \(3,\); it should be \(n, d\)"),
        (MEMORY / 3, SIGNS, "a memory of type float64; it should be integers, the weights W times"),
        (MEMORY[0], SIGNS, r"a memory of shape \(4,\)"),
        (MEMORY * 1000, SIGNS, r"row 1, column 1 is 1000 thirds; it should lie between"),
        ([[1, 2], [1]], SIGNS, "a memory whose rows have different lengths"),
    ],
)
def test_predict_wants_signs_and_a_memory(
    network: RCNN, memory: Any, examples: Any, words: str
) -> None:
    with pytest.raises(ConstructionError, match=words):
        predict(load_executor("reference", network), memory, examples, 5)


@given(st.lists(st.lists(st.sampled_from([0, 1]), min_size=2, max_size=2), min_size=1))
def test_bits_and_signs_are_the_same_thing(rows: list[list[int]]) -> None:
    bits = as_bits(rows, "rows", "(m, d)")
    assert bits.tolist() == rows
    assert ((1 - as_signs(signs(bits), "rows", "(m, d)")) // 2).tolist() == rows


@pytest.mark.parametrize(
    ("examples", "labels", "test", "words"),
    [
        (SIGNS, [1], [1, 1, 1], "2 examples and 1 labels"),
        (SIGNS, [1, -1], [1, 1], "an example has 2 features; it should have 3"),
        (BITS, [1, -1], [1, 1, 1], r"examples: entry \[0, 0\] is 0; it should be -1 or 1; of bits"),
    ],
)
def test_frames_want_signs(examples: Any, labels: Any, test: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        next(program_frames(load_program("majority"), examples, labels, test))


@pytest.mark.parametrize(("examples", "features"), [(-1, 2), (1.5, 2), (True, 2), (3, "2")])
def test_a_depth_is_that_of_whole_numbers(examples: Any, features: Any) -> None:
    with pytest.raises(SizeError, match="it should be a whole number, 0 or more"):
        load_program("majority").depth(examples, features)
