from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.arrays import signs
from construction.compiling.compiler import compile_rule
from construction.executors.definition.reference import ReferenceExecutor
from construction.learning.row_reduction import row_reduction
from construction.learning.training import Training
from construction.machines.interpreter import MachineRun
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.interpreter import RuleInterpreter
from construction.strategies import (
    Sample,
    Stream,
    closed_rules,
    grids,
    machines,
    memories,
    networks,
    samples,
    streams,
    tapes,
)
from construction.training.memory import Memory


@given(st.data())
def test_a_partial_machine_never_meets_an_impossible_pair(data: st.DataObject) -> None:
    machine = data.draw(machines(partial=True))
    MachineRun(machine, data.draw(tapes(machine))).run(200)


@given(st.data())
def test_a_closed_rule_never_leaves_its_codes(data: st.DataObject) -> None:
    rule = data.draw(closed_rules())
    grid = data.draw(grids(rule.codes))
    for _ in range(10):
        grid = RuleInterpreter(rule).step(grid)


@given(networks())
def test_a_network_never_leaves_its_codes(network: RCNN) -> None:
    cells = [code for code in network.codes if code != network.padding]
    grid = np.resize(cells, (1, 4, 5))
    ReferenceExecutor(network).run(grid, 10)


@given(samples())
def test_samples_hold_signs(sample: Sample) -> None:
    assert sample.examples.shape == (sample.m, sample.d)
    assert sample.labels.shape == (sample.m,)
    for values in (sample.examples, sample.labels, sample.tests):
        assert set(values.flat) <= {-1, 1}


def of(sample: Sample) -> tuple[int, bool]:
    """Rank and consistency, by row reduction."""
    parity = row_reduction(sample.examples == -1, sample.labels == -1)
    return parity.rank, parity.consistent


@pytest.mark.parametrize("rank", [None, 0, 1, 3])
@pytest.mark.parametrize("consistent", [True, False])
@given(st.data())
def test_a_sample_is_as_it_was_asked_for(
    rank: int | None, consistent: bool, data: st.DataObject
) -> None:
    found = of(data.draw(samples(consistent=consistent, rank=rank)))
    assert found[1] == consistent
    assert rank is None or found[0] == rank


@given(st.data())
def test_a_rank_that_cannot_be_is_refused(data: st.DataObject) -> None:
    with pytest.raises(ValueError, match="rank 4"):
        data.draw(samples(rank=4, max_m=4, consistent=False))
    with pytest.raises(ValueError, match="rank 4"):
        data.draw(samples(rank=4, max_d=3))


@given(memories())
def test_a_memory_is_what_sgd_stores(memory: Memory) -> None:
    program = load_program("systolic-row-reduction")
    rows, columns = memory.shape
    written = int(memory.any(axis=1).sum())
    executor = ReferenceExecutor(compile_rule(program.rule))
    training = Training(program, executor, rows - 1, columns - 1)
    pairs = [(row[:-1] * row[-1], int(row[-1])) for row in memory[:written]]
    stored = training.memory
    for _, step in zip(pairs, training.steps(pairs), strict=False):
        stored = step.memory
    assert np.array_equal(stored, memory)


@given(streams(consistent=True))
def test_a_consistent_stream_has_labels_of_a_parity(stream: Stream) -> None:
    bits = np.array([x for x, _ in stream.pairs]).reshape(-1, stream.d) == -1
    labels = np.array([y for _, y in stream.pairs], dtype=int) == -1
    parity = row_reduction(bits, labels)
    assert parity.consistent
    assert np.array_equal(signs(parity(bits)) == -1, labels)
