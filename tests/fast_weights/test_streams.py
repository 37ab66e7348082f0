"""Streams of examples, what is known of them, and what learners answer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.errors import DataError
from construction.fast_weights.features import monomials
from construction.fast_weights.online import CompiledLearner, fast_weight_answers
from construction.fast_weights.rules import RULES, Rule
from construction.fast_weights.streams import Streams, conjunctions, parities
from construction.learning.row_reduction import row_reduction


def rank(rows: list[list[int]]) -> int:
    bits = np.array(rows, dtype=np.uint8).reshape(len(rows), -1)
    return row_reduction(bits, np.zeros(len(rows), dtype=np.uint8)).rank


@given(st.integers(1, 4), st.data())
@settings(max_examples=40)
def test_what_is_known(d: int, data: st.DataObject) -> None:
    rows = st.lists(st.integers(0, 1), min_size=d, max_size=d)
    one = data.draw(st.lists(rows, min_size=1, max_size=8))
    streams = Streams(np.array([one], dtype=np.uint8), np.zeros((1, len(one)), dtype=np.uint8))
    for i, row in enumerate(one):
        known = any(row) and rank(one[: i + 1]) == (rank(one[:i]) if i else 0)
        assert streams.known[0, i] == known
        assert streams.sums[0, i] == (known and row not in one[:i])


@pytest.mark.parametrize("d", [49, 62])
def test_an_example_of_many_ones_that_comes_again_is_known(d: int) -> None:
    """A float rounds ``2^d - 1`` up."""
    streams = Streams(np.ones((1, 2, d), dtype=np.uint8), np.zeros((1, 2), dtype=np.uint8))
    assert streams.known.tolist() == [[False, True]]


def test_labels_are_those_of_a_parity_or_a_conjunction() -> None:
    rng = np.random.default_rng(0)
    streams = parities(rng, 5, 30, 6, relevant=3)
    for bits, labels in zip(streams.examples, streams.labels, strict=True):
        found = row_reduction(bits, labels)
        assert found.consistent
        assert found.mask.sum() == 3
    streams = conjunctions(rng, 5, 40, 5, 2)
    for bits, labels in zip(streams.examples, streams.labels, strict=True):
        true = bits[labels == 1]
        fixed = [b for b in range(5) if len(set(true[:, b])) == 1]
        wanted = np.all(bits[:, fixed] == true[0, fixed], axis=1)
        assert (wanted <= (labels == 1)).all()


def test_the_compiled_learners_answer_what_is_known() -> None:
    streams = parities(np.random.default_rng(1), 3, 12, 4)
    learner = CompiledLearner("online-row-reduction")
    zero = np.asarray(streams.examples.sum(axis=2) == 0)
    for i, (bits, labels) in enumerate(zip(streams.examples, streams.labels, strict=True)):
        outputs, memory = learner.answers(bits, labels)
        known = streams.known[i] | zero[i]
        assert outputs.tolist() == np.where(known, 1 - 2 * labels.astype(int), 0).tolist()
        assert (memory[:, 0] != 0).sum() == 1 + (~known).sum()


def test_a_conjunction_is_learned_with_at_most_d_plus_1_mistakes() -> None:
    streams = conjunctions(np.random.default_rng(2), 3, 30, 5, 2)
    learner = CompiledLearner("online-conjunction")
    for bits, labels in zip(streams.examples, streams.labels, strict=True):
        outputs, _ = learner.answers(bits, labels)
        assert (outputs == 2 * labels.astype(int) - 1).sum() <= 6


def test_a_compiled_learner_has_the_rows_that_were_asked_for() -> None:
    learner = CompiledLearner("online-associative-memory")
    bits, labels = np.eye(3, dtype=np.uint8), np.array([1, 1, 1], dtype=np.uint8)
    twice = np.concatenate([bits, bits]), np.concatenate([labels, labels])
    for rows in (1, 2, 3):
        outputs, memory = learner.answers(*twice, rows=rows)
        assert len(memory) == rows
        assert (outputs[3:] < 0).sum() == rows
    with pytest.raises(DataError, match="0 rows of memory; it should be 1 or more"):
        learner.answers(bits, labels, rows=0)


def test_a_compiled_learner_is_online() -> None:
    with pytest.raises(DataError, match="majority learns from a training set; it should be"):
        CompiledLearner("majority")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("degree", [1, 2])
def test_fast_weights_have_no_correlation_with_parities(rule: Rule, degree: int) -> None:
    """The proposition, over all parities of 3 bits, on streams of 3 examples that are not 0."""
    masks = np.array([*product((0, 1), repeat=3)])
    for chosen in [(1, 2, 3), (1, 2, 1), (3, 5, 6), (7, 7, 4), (4, 1, 5), (6, 2, 2)]:
        bits = masks[list(chosen)]
        total = np.zeros(3, dtype=object)
        for labels in (bits @ masks.T % 2).T:
            answers = fast_weight_answers(monomials(1 - 2 * bits, degree), labels, rule)
            total = total + answers * (1 - 2 * labels.astype(object))
        stored = [row in chosen[:i] for i, row in enumerate(chosen)]
        assert all(total[i] == 0 for i in range(3) if not stored[i])
        assert all(total[i] != 0 for i in range(3) if stored[i] and rule == "sum")


def test_all_monomials_answer_nothing_but_what_is_stored() -> None:
    streams = parities(np.random.default_rng(3), 1, 14, 4)
    bits, labels = streams.examples[0], streams.labels[0]
    answers = fast_weight_answers(monomials(1 - 2 * bits.astype(np.int64)), labels)
    for i, row in enumerate(bits.tolist()):
        seen = row in bits[:i].tolist()
        assert answers[i] == (1 - 2 * int(labels[i]) if seen else 0)


def test_bad_streams() -> None:
    bits = np.zeros((1, 2, 3), dtype=np.uint8)
    with pytest.raises(DataError, match=r"labels: entry \[0, 1\] is 2; it should be 0 or 1"):
        Streams(bits, np.array([[0, 2]]))
    with pytest.raises(DataError, match="a label for each example of each stream"):
        Streams(bits, np.zeros((2, 2), dtype=np.uint8))
    with pytest.raises(DataError, match="63 features; it should be at most 62"):
        _ = Streams(np.zeros((1, 1, 63), dtype=np.uint8), np.zeros((1, 1), dtype=np.uint8)).known
    rng = np.random.default_rng(0)
    with pytest.raises(DataError, match=r"a parity of 4 features of 3; it should be 0 \.\. 3"):
        parities(rng, 1, 1, 3, relevant=4)
    with pytest.raises(DataError, match="a conjunction of 4 literals of 3 features"):
        conjunctions(rng, 1, 1, 3, literals=4)
