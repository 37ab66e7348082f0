from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings

from construction.arrays import Bits, signs
from construction.compiling.compiler import compile_rule
from construction.errors import SizeError
from construction.executors.catalogue import load_executor
from construction.executors.executor import Executor
from construction.learning.data.data_set import Columns, DataSet, Examples
from construction.learning.data.values import Column
from construction.learning.prediction import predict
from construction.learning.report import Report, learn
from construction.learning.row_reduction import row_reduction
from construction.programs.catalogue import BATCH_PROGRAMS, DEFAULT_PROGRAM, load_program
from construction.programs.program import Program
from construction.progress import Progress, quiet
from construction.rules.forms import d, m
from construction.strategies import Sample, samples
from construction.training.sgd import SGDStep, sgd

TARGET = Column("y", ("even", "odd"))


def examples(features: Bits, labels: Bits) -> Examples:
    return Examples(features.astype(np.uint8), labels.astype(np.uint8))


def from_signs(data: Sample) -> DataSet:
    """The test labels are what row reduction says, so the accuracy is the agreement."""
    train = examples(data.examples == -1, data.labels == -1)
    tests = (data.tests == -1).astype(np.uint8)
    test = Examples(tests, row_reduction(train.features, train.labels)(tests))
    columns = tuple(Column(f"x{i}", ("0", "1")) for i in range(data.d))
    return DataSet(Columns(columns, TARGET), train, test)


def some_data(m: int = 6, d: int = 3, n: int = 9) -> DataSet:
    rng = np.random.default_rng(5)
    bits = rng.integers(0, 2, (m + n, d + 1), dtype=np.uint8)
    columns = tuple(Column(f"x{i}", ("0", "1")) for i in range(d))
    parts = (examples(part[:, :-1], part[:, -1]) for part in (bits[:m], bits[m:]))
    return DataSet(Columns(columns, TARGET), *parts)


def run(data: DataSet, program: Program, progress: Progress = quiet) -> Report:
    return learn(data, program, "reference", progress)


@pytest.mark.parametrize("name", ["systolic-row-reduction", "row-reduction-machine"])
@settings(max_examples=25)
@given(signed=samples(max_m=4, max_d=3))
def test_the_answer_is_row_reductions(name: str, signed: Sample) -> None:
    data = from_signs(signed)
    report = run(data, load_program(name))
    assert report.agreement_with_row_reduction == report.test_accuracy == 1
    assert report.agreement_with_meaning == 1
    assert report.predictions == [TARGET.values[bit] for bit in data.test.labels]
    assert report.memorised_exactly
    assert report.undecided == 0
    assert report.consistent == row_reduction(data.train.features, data.train.labels).consistent
    event(f"consistent: {report.consistent}")


@pytest.mark.parametrize("name", BATCH_PROGRAMS)
@settings(max_examples=10)
@given(signed=samples(max_m=4, max_d=3))
def test_the_answer_is_the_meanings(name: str, signed: Sample) -> None:
    data = from_signs(signed)
    program = load_program(name)
    report = run(data, program)
    assert program.meaning is not None
    meant = program.meaning(signed.examples, signed.labels, signed.tests)
    assert report.predictions == [TARGET.values[int(sign == -1)] for sign in meant]
    assert report.agreement_with_meaning == 1
    assert report.memorised_exactly
    assert report.undecided == 0


def test_a_program_without_a_meaning_is_compared_with_none() -> None:
    program = replace(load_program(DEFAULT_PROGRAM), meaning=None)
    assert run(some_data(), program).agreement_with_meaning is None


def test_the_report_counts() -> None:
    data = some_data(m=6, d=3, n=9)
    report = run(data, load_program(DEFAULT_PROGRAM))
    assert (report.m, report.d, report.n_test, len(report.predictions)) == (6, 3, 9, 9)
    assert report.pixels == 7 * 5
    assert report.layers == load_program(DEFAULT_PROGRAM).depth(6, 3)
    assert report.nodes == report.pixels * report.layers * (report.hidden_units + 1)
    assert report.sgd_steps == 7
    right = [
        p == TARGET.values[y] for p, y in zip(report.predictions, data.test.labels, strict=True)
    ]
    assert report.test_accuracy == sum(right) / 9


def test_another_learner_is_compared_with_row_reduction_all_the_same() -> None:
    data = some_data(m=6, d=3, n=9)
    program = load_program("majority")
    report = run(data, program)
    assert program.meaning is not None
    meant = program.meaning(
        signs(data.train.features), signs(data.train.labels), signs(data.test.features)
    )
    assert report.predictions == [TARGET.values[int(sign == -1)] for sign in meant]
    parity = row_reduction(data.train.features, data.train.labels)
    same = (meant == signs(parity(data.test.features))).sum()
    assert 0 < same < 9
    assert report.agreement_with_row_reduction == same / 9


def test_no_halting_code_is_undecided() -> None:
    shallow = replace(load_program(DEFAULT_PROGRAM), layers=m + d)
    report = run(some_data(), shallow)
    assert report.undecided == report.n_test
    assert set(report.predictions) == {None}
    assert report.test_accuracy is report.agreement_with_row_reduction is None
    assert report.memorised_exactly


def test_memory_that_sgd_does_not_fill_is_reported() -> None:
    program = load_program(DEFAULT_PROGRAM)
    cells = tuple(replace(cell, output_slope=0) for cell in program.source.cells)
    flat = replace(program.source, cells=cells)
    assert not run(some_data(), replace(program, source=flat)).memorised_exactly


def test_an_output_that_is_not_0_in_training_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def loud(*arguments: Any) -> Iterator[SGDStep]:
        return (replace(step, output=Fraction(1)) for step in sgd(*arguments))

    monkeypatch.setattr("construction.learning.training.sgd", loud)
    assert not run(some_data(), load_program(DEFAULT_PROGRAM)).memorised_exactly


def test_progress_reaches_the_end_of_both_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Executor, "together", lambda *_: 4)
    calls: list[tuple[str, int, int | None]] = []
    batched = run(some_data(), load_program(DEFAULT_PROGRAM), lambda *call: calls.append(call))
    assert calls == [
        *(("SGD steps", done, 7) for done in range(8)),
        *(("predictions", done, 9) for done in (0, 4, 8, 9)),
    ]
    monkeypatch.undo()
    whole = run(some_data(), load_program(DEFAULT_PROGRAM))
    assert replace(batched, seconds=0) == replace(whole, seconds=0)


def test_a_grid_beyond_memory_is_refused_before_it_is_allocated() -> None:
    m, d = 10**6, 500
    # One byte, seen as a million examples.
    features = np.broadcast_to(np.zeros((1, 1), dtype=np.uint8), (m, d))
    large = Examples(features, features[:, 0])
    data = DataSet(Columns((Column("x", ("0", "1")),) * d, TARGET), large, large)
    tracemalloc.start()
    try:
        with pytest.raises(SizeError, match=r"1000000 training examples with 500 features.*GiB"):
            run(data, load_program(DEFAULT_PROGRAM))
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


def test_no_examples_have_no_predictions() -> None:
    program = load_program("systolic-row-reduction")
    executor = load_executor("auto", compile_rule(program.rule))
    found = predict(executor, np.ones((3, 3), dtype=np.int64), np.zeros((0, 2), dtype=np.int64), 14)
    assert found.signs.size == found.undecided.size == 0


def test_predictions_tell_of_their_layers() -> None:
    """Many of them are one batch, which would tell of nothing until it is done."""
    program = load_program(DEFAULT_PROGRAM)
    executor = load_executor("event", compile_rule(program.rule))
    told: list[tuple[str, int, int | None]] = []
    memory, tests = np.zeros((3, 3), dtype=np.int64), np.ones((2, 2), dtype=np.int64)
    predict(executor, memory, tests, 9, lambda *what: told.append(what))
    assert [what for what, *_ in told].count("layers") >= 1
    assert (told[0], told[-1]) == (("predictions", 0, 2), ("predictions", 2, 2))
    assert executor.progress is None
