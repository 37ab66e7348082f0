"""What programs are said to predict, on data sets by hand, and networks that are run on all of a size."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from proofs_check.lemma1 import small_sizes
from proofs_check.lemma1.column_scan import SCANS
from proofs_check.lemma1.data_sets import SMALL_SIZES, in_words
from proofs_check.lemma1.row_reduction import check_parities, predicted_label, reduce_rows
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import bundled


@pytest.mark.parametrize(
    ("rows", "majority", "one_literal", "conjunction"),
    [
        # Features, label last; the last row is the test example.
        ([(0, 1), (1, 0)], 1, 0, 0),
        ([(0, 1), (0, 0)], 1, 1, 1),
        ([(0, 1), (1, 1), (1, 0)], 1, 1, 1),
        ([(0, 1), (1, 0), (1, 0)], 0, 0, 0),
        ([(0, 0), (1, 1), (1, 0)], 0, 1, 1),
        ([(0, 0), (0, 1), (0, 0)], 0, 0, 1),
        ([(0, 1, 1), (1, 1, 0), (1, 0, 0)], 0, 0, 0),
        ([(0, 1, 1), (0, 0, 0), (1, 0, 0)], 0, 0, 0),
        ([(0, 0, 0), (0, 1, 0), (1, 1, 0)], 0, 1, 0),
        ([(0, 0, 1), (1, 1, 1), (1, 0, 1), (1, 1, 0)], 1, 1, 1),
    ],
)
def test_definitions(
    rows: list[tuple[int, ...]], majority: int, one_literal: int, conjunction: int
) -> None:
    assert small_sizes.majority(rows) == majority
    assert small_sizes.one_literal(rows) == one_literal
    assert small_sizes.conjunction(rows) == conjunction
    assert SCANS["one literal"].predict(rows) == one_literal
    assert SCANS["conjunction"].predict(rows) == conjunction


@pytest.mark.parametrize(
    ("examples", "labels", "test", "expected"),
    [
        ([(1, 0), (0, 1)], (1, 0), (1, 1), 1),
        ([(1, 1)], (1,), (0, 1), 0),  # the second column is free
        ([(1, 1)], (1,), (1, 0), 1),
        ([(0, 0)], (1,), (1, 0), None),
        ([(1, 0), (1, 0)], (1, 0), (1, 0), None),
        ([(0, 1), (1, 1)], (1, 1), (1, 0), 0),
    ],
)
def test_the_parity_whose_free_features_are_0(
    examples: list[tuple[int, ...]],
    labels: tuple[int, ...],
    test: tuple[int, ...],
    expected: int | None,
) -> None:
    assert predicted_label(examples, labels, test) == expected
    if expected is not None:
        rows = [(*row, y) for row, y in zip(examples, labels, strict=True)]
        assert reduce_rows([*rows, (*test, 0)]) == expected


def test_sizes() -> None:
    assert check_parities([(1, 1), (2, 1)]) == (6 + 14, 8 + 32)
    assert in_words([(1, 2), (3, 4)]) == "1x2, 3x4"
    assert (1, 5) in SMALL_SIZES
    assert (5, 1) in SMALL_SIZES
    assert max(m * (d + 1) + d for m, d in SMALL_SIZES) == 11


def test_a_network_is_run_on_every_data_set_of_a_size() -> None:
    whole = bundled("majority")
    network, majority = whole.network, small_sizes.majority
    assert small_sizes.check_predictions(network, 2, 1, 7, majority) == 2**5
    with pytest.raises(RefutedError, match=r"after layer 6 the output is 0; it should be 1"):
        small_sizes.check_predictions(network, 2, 1, 6, majority)
    with pytest.raises(RefutedError, match="after layer 7 the output is 1; it should be -1"):
        small_sizes.check_predictions(network, 2, 1, 7, lambda rows: 1)
    hidden, last = network.head
    louder = replace(network, head=(hidden, replace(last, biases=last.biases + 1)))
    with pytest.raises(RefutedError, match="the output is"):
        small_sizes.check_predictions(louder, 1, 1, 5, majority)
    *first, last = network.convolution
    for biases in (last.biases + 1, last.biases + 99 * last.scale):
        broken = replace(network, convolution=(*first, replace(last, biases=biases)))
        with pytest.raises(RefutedError, match="to no code of a cell"):
            small_sizes.check_predictions(broken, 1, 1, 5, majority)


def test_grids_that_never_come_to_rest_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_sizes, "_next", lambda network, patches: patches[:, 4] * -1)
    nothing: Any = lambda rows: 1 / 2  # noqa: E731  # the output 0 of cells that only store
    with pytest.raises(RefutedError, match="100 layers after the last one, grids still change"):
        small_sizes.check_predictions(bundled("majority").network, 1, 1, 5, nothing)


def test_rows_that_are_equal_are_run_once_and_all_are_answered() -> None:
    layers: Any = bundled("majority").network.convolution
    rng = np.random.default_rng(0)
    patches = rng.integers(-1, 2, (60, 9))
    patches = np.concatenate([patches, patches[::-1]])
    values = patches
    for layer in layers[:-1]:
        values = np.maximum(values @ layer.weights.T + layer.biases, 0)
    expected = values @ layers[-1].weights[0] + layers[-1].biases[0]
    assert small_sizes._run(layers, patches).tolist() == expected.tolist()
