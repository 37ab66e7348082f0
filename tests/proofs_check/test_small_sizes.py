"""What programs are said to predict, on data sets by hand, and networks that are run on all of a size."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from proofs_check.lemma1 import column_scan, memorisation, row_reduction, small_sizes
from proofs_check.lemma1.column_scan import SCANS
from proofs_check.lemma1.data_sets import SMALL_SIZES, in_words
from proofs_check.lemma1.elimination import reduce_rows
from proofs_check.lemma1.machine_runs import run_machine
from proofs_check.lemma1.prediction import Answer
from proofs_check.lemma1.row_reduction import check_parities, predicted_label
from proofs_check.patterns.linear import variable
from proofs_check.patterns.recurrences import check_recurrence
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.attacks.test_wrapping import scaled
from tests.proofs_check.subjects import bundled

ANSWER = Answer(
    variable("m") + 1,
    variable("d") + 1,
    (row_reduction.ANSWER,),
    (((0,), Fraction(1)), ((1,), Fraction(-1))),
)


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
    size = len(rows) - 1, len(rows[0]) - 1
    assert SCANS["one literal"].predict(*size)(rows) == one_literal
    assert SCANS["conjunction"].predict(*size)(rows) == conjunction


@pytest.mark.parametrize(
    ("examples", "labels", "test", "expected"),
    [
        ([(1, 0), (0, 1)], (1, 0), (1, 1), 1),
        ([(1, 1)], (1,), (0, 1), 0),  # the second column is free
        ([(1, 1)], (1,), (1, 0), 1),
        ([(0, 0)], (1,), (1, 0), None),
        ([(1, 0), (0, 1)], (1, 1), (1, 1), 0),
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


def test_where_the_answer_of_row_reduction_is() -> None:
    assert str(row_reduction.ANSWER) == "A[m + 1, d + 1, d]"


def test_the_machine_that_reduces_rows_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bundled("row-reduction-machine")
    monkeypatch.setattr(row_reduction, "SMALL_SIZES", ((1, 1), (2, 1)))
    most = {size: whole.steps(*size) for size in ((1, 1), (2, 1))}
    found = row_reduction.bounded(whole)
    assert found.covered == "every data set of 2 sizes; t is attained for 2 of them"
    assert found.constants == {"s": "13", "symbols": "7"}
    meaning = row_reduction.meaning(whole)
    assert meaning.constants == {"most steps": str(max(most.values()))}
    assert meaning.covered.startswith("every data set with m x d = 1x1, 2x1: 40, 20 of them")
    assert meaning.covered.endswith("; the machine run on all")
    real = run_machine

    def wrong(machine: Any, rows: Any, work: int, limit: int) -> tuple[int, int]:
        output, steps = real(machine, rows, work, limit)
        return (-output if list(rows) == [(1, 1), (0, 1), (1, 0)] else output), steps - 1

    monkeypatch.setattr(row_reduction, "run_machine", wrong)
    assert row_reduction.bounded(whole).covered.endswith("t is attained for 0 of them")
    with pytest.raises(
        RefutedError, match=r"the machine halts with -?1 on the data set \[\(1, 1\), \(0"
    ):
        row_reduction.meaning(whole)
    silent = Subject(whole.network, {**whole.data, "scenes": {}})
    with pytest.raises(RefutedError, match="has no scene 'predicting' that would tie"):
        row_reduction.meaning(silent)


def test_the_network_that_reduces_rows_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bundled("systolic-row-reduction")
    asked: list[Any] = []
    monkeypatch.setattr(row_reduction, "SMALL_SIZES", ((1, 1),))
    monkeypatch.setattr(row_reduction, "run_network", lambda *pair: asked.append(pair))
    assert row_reduction.meaning(whole).covered.endswith("; the network's own layers run on all")
    assert asked == [(whole, reduce_rows)]
    with pytest.raises(RefutedError, match=r"is not d . 2 or more"):
        memorisation.memorisation(
            Subject(
                bundled("line-row-reduction").network,
                {
                    **bundled("line-row-reduction").data,
                    "claims": {
                        **bundled("line-row-reduction").data["claims"],
                        "depth": {"d": 1, "1": 1},
                    },
                },
            )
        )


def test_every_definition_has_its_words() -> None:
    assert set(small_sizes.TEXTS) == set(small_sizes.DEFINITIONS)
    texts = [each.text for each in of_network(bundled("majority")) if each.id == "Lemma 1, A"]
    assert texts == [
        "from layer L on, f([x; 1]) = A(S)[x]: the label that more than half of the examples have, else 0"
    ]


def test_sizes() -> None:
    assert check_parities([(1, 1), (2, 1)]) == (6 + 14, 8 + 32)
    assert in_words([(1, 2), (3, 4)]) == "1x2, 3x4"
    assert (1, 5) in SMALL_SIZES
    assert (5, 1) in SMALL_SIZES
    assert max(m * (d + 1) + d for m, d in SMALL_SIZES) == 11


def test_a_network_is_run_on_every_data_set_of_a_size() -> None:
    whole = bundled("one-literal")
    network, defined = whole.network, small_sizes.one_literal
    assert small_sizes.check_predictions(network, 2, 2, 7, defined) == 2**8
    with pytest.raises(RefutedError, match=r"after layer 6 the output is 0; it should be"):
        small_sizes.check_predictions(network, 2, 2, 6, defined)
    with pytest.raises(RefutedError, match=r"after layer 7 the output is -?1; it should be -?1"):
        small_sizes.check_predictions(network, 2, 2, 7, lambda rows: 1 - defined(rows))
    finer = scaled(network, 3)  # the scale is that of the last layer
    assert small_sizes.check_predictions(finer, 1, 1, 5, defined) == 2**3
    hidden, last = network.head
    louder = replace(network, head=(hidden, replace(last, biases=last.biases + 1)))
    with pytest.raises(RefutedError, match="the output is"):
        small_sizes.check_predictions(louder, 1, 1, 5, defined)
    *first, last = network.convolution
    for biases in (last.biases + 1, last.biases + 99 * last.scale):
        broken = replace(network, convolution=(*first, replace(last, biases=biases)))
        with pytest.raises(RefutedError, match="to no code of a cell"):
            small_sizes.check_predictions(broken, 1, 1, 5, defined)


def test_grids_that_never_come_to_rest_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_sizes, "_next", lambda network, patches: patches[:, 4] * -1)
    nothing: Any = lambda rows: 1 / 2  # noqa: E731  # the output 0 of cells that only store
    with pytest.raises(RefutedError, match="100 layers after the last one, grids still change"):
        small_sizes.check_predictions(bundled("majority").network, 1, 1, 5, nothing)


def test_outputs_are_looked_at_until_the_grids_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Majority's grids move on after its output is final; an output of a later layer is no answer."""
    subject, run = bundled("majority"), small_sizes._run
    size = 2, 2
    layers, calls = subject.layers(*size), []

    def turned(of: Any, inputs: Any) -> Any:
        calls.extend([1] if of is subject.network.head else [])
        return run(of, inputs) * (-1 if of is subject.network.head and len(calls) == 2 else 1)

    monkeypatch.setattr(small_sizes, "_run", turned)
    with pytest.raises(RefutedError, match=f"^after layer {layers + 1} the output is"):
        small_sizes.check_predictions(subject.network, *size, layers, small_sizes.majority)


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


@pytest.mark.parametrize("name", ["one literal", "conjunction"])
def test_a_scan_is_the_bundled_programs(name: str) -> None:
    """Its recurrence, and what it holds of signs."""
    subject = bundled(name.replace(" ", "-"))
    assert check_recurrence(subject.scene("predicting"), SCANS[name].recurrence()) > 0
    holds = SCANS[name].holds
    signs = list(product((1, -1), repeat=3))
    if name == "one literal":
        assert [holds(*each) for each in signs] == ["+", "-", "-", "+", "-", "+", "+", "-"]
    else:
        expected = ["agree", "differ", "differ", "agree"]
        assert [holds(*each) for each in signs] == ["negative"] * 4 + expected


def test_the_rows_run_every_small_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recurrence or a definition that is wrong on one data set is refuted."""
    odd = [(0, 1, 1, 0), (0, 0, 1, 0)]  # m = 1, d = 3
    subject: Any = bundled("one-literal")
    defined = small_sizes.one_literal
    wrong = {"one literal": lambda rows: defined(rows) ^ (rows == odd)}
    monkeypatch.setattr(column_scan, "DEFINITIONS", wrong)
    with pytest.raises(
        RefutedError, match=r"does not predict as defined on the data set \[\(0, 1, 1"
    ):
        column_scan.recurrence(subject)
    by_recurrence = row_reduction.by_recurrence
    monkeypatch.setattr(
        row_reduction,
        "by_recurrence",
        lambda m, d: lambda rows: (by_recurrence(m, d)(rows) != 0) ^ (rows == odd),
    )
    monkeypatch.setattr(row_reduction, "answer", lambda subject: ANSWER)
    with pytest.raises(RefutedError, match=r"not row reduction on the data set \[\(0, 1, 1"):
        row_reduction.recurrence(bundled("systolic-row-reduction"))
    monkeypatch.setattr(
        row_reduction, "reduce_rows", lambda rows: reduce_rows(rows) ^ (rows == odd)
    )
    with pytest.raises(RefutedError, match=r"does not predict . on \[\(0, 1, 1"):
        check_parities([(1, 3)])


@pytest.mark.parametrize("left_out", [0, 1, 3])
def test_the_row_runs_the_recurrence_itself(left_out: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the case of the test example, of the labels, or of the last row it is another function."""
    right = row_reduction.RECURRENCE["A"]
    cases = tuple(each for number, each in enumerate(right.cases) if number != left_out)
    monkeypatch.setattr(row_reduction, "check_recurrence", lambda *_: 0)
    monkeypatch.setattr(row_reduction, "answer", lambda subject: ANSWER)
    monkeypatch.setitem(row_reduction.RECURRENCE, "A", replace(right, cases=cases))
    with pytest.raises(RefutedError, match="the recurrence is not row reduction on the data set"):
        row_reduction.recurrence(bundled("systolic-row-reduction"))


@pytest.mark.parametrize(
    ("refs", "outputs"),
    [
        ((), (((0,), 1), ((1,), -1))),
        ((row_reduction.ANSWER,), (((0,), -1), ((1,), 1))),
        ((row_reduction.ANSWER,), (((0,), 1), ((1,), 0))),
        ((row_reduction.ANSWER,), (((0,), 1),)),
    ],
)
def test_an_answer_that_is_not_the_sign_of_the_bit(
    refs: Any, outputs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(ANSWER, refs=refs, outputs=outputs)
    monkeypatch.setattr(row_reduction, "answer", lambda subject: other)
    with pytest.raises(RefutedError, match="it should be the sign of the bit"):
        row_reduction.recurrence(bundled("systolic-row-reduction"))


def test_a_line_is_run_as_a_line() -> None:
    subject = bundled("line-row-reduction")
    layers = subject.layers(1, 1)
    assert small_sizes.check_predictions(subject.network, 1, 1, layers, reduce_rows) == 2**3
    with pytest.raises(RefutedError, match="it should be"):
        small_sizes.check_predictions(subject.network, 1, 1, layers - 1, reduce_rows)


def test_the_parity_of_the_test_example_is_that_of_its_bits() -> None:
    for features in product((0, 1), repeat=3):
        rows = ((1, 1, 1, 1), (*features, 1))
        assert small_sizes.parity_of_test(rows) == features.count(1) % 2
