"""What one SGD step can do to the memory, and that it can do all of that (docs/online.md)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.executor import Executor
from construction.executors.sweep.dense import DenseExecutor
from construction.programs.catalogue import ONLINE_PROGRAMS, load_program
from construction.rules.interpreter import RuleInterpreter
from construction.rules.rule import Gate, LocalRule
from construction.rules.tables import Table
from construction.strategies import closed_rules, grids
from construction.training.memory import Memory, empty_memory
from construction.training.sgd import sgd_step


def flat(rule: LocalRule) -> LocalRule:
    """The rule without its slopes."""

    def gate(each: Gate) -> Gate:
        amount = each.amount
        return replace(each, amount=Table(amount.values) if isinstance(amount, Table) else amount)

    tables = {position: Table(table.values) for position, table in rule.tables.items()}
    return replace(rule, tables=tables, gates=tuple(gate(each) for each in rule.gates))


def carrying(rule: LocalRule) -> LocalRule:
    """The rule with slope 1 in the cell itself at every code, and flat in everything else."""
    own = flat(rule)
    centre = Table(rule.tables["C"].values, slopes=dict.fromkeys(rule.codes.cells, 1))
    return replace(own, tables={**own.tables, "C": centre})


@given(st.data())
@settings(max_examples=60)
def test_a_carrying_rule_has_any_value_and_any_slopes_that_it_computes(data: st.DataObject) -> None:
    """Sufficiency: ``f`` is the sum of the values, and the gradient the slopes, of the last codes."""
    rule = data.draw(closed_rules())
    cells = st.sampled_from(rule.codes.cells)
    values = data.draw(st.dictionaries(cells, st.sampled_from([-1, 1])))
    slopes = data.draw(st.dictionaries(cells, st.integers(-3, 3)))
    program = replace(carrying(rule), readout=Table(values, slopes))
    grid = data.draw(grids(rule.codes, max_side=4))
    layers = data.draw(st.integers(0, 5))
    last = grid
    for _ in range(layers):
        last = RuleInterpreter(rule).step(last)
    result = ReferenceExecutor(compile_rule(program)).forward_backward(grid, layers)
    assert result.output == sum(values.get(int(code), 0) for code in last.flat)
    expected = [[slopes.get(int(code), 0) for code in row] for row in last]
    assert result.gradient.tolist() == expected


@st.composite
def states(draw: DrawFn) -> tuple[Executor, int, Memory, Signs]:
    """A bundled program's network and depth, a memory as training may leave it, and an example."""
    name = draw(st.sampled_from(["systolic-row-reduction", *ONLINE_PROGRAMS]))
    program = load_program(name)
    d, rows = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    sign = st.sampled_from([-1, 1])
    memory = empty_memory(program.memory_rows(rows - 1, d), d)
    weight = sign
    if name == "online-conjunction":
        weight = st.sampled_from([-2, 0, 2])
        memory[0, d] = 2
    for row in range(draw(st.integers(0, len(memory)))):
        memory[row, :d] = draw(st.tuples(*[weight] * d))
        if name != "online-conjunction":
            memory[row, d] = draw(sign)
    if name == "triangular-row-reduction":
        memory[1:] = np.triu(memory[1:])
        memory[0, d] = memory[0].any()
    example = np.array(draw(st.tuples(*[sign] * d)), dtype=np.int64)
    return _executor(name), program.depth(len(memory) - 1, d), memory, example


@cache
def _executor(name: str) -> Executor:
    return DenseExecutor(compile_rule(load_program(name).rule))


@given(states())
@settings(max_examples=60)
def test_with_the_output_for_the_mean_of_the_label_the_memory_stays_on_average(
    state: tuple[Executor, int, Memory, Signs],
) -> None:
    """Necessity: ``(1 + f) (W+ - W) + (1 - f) (W- - W) = 0``."""
    executor, layers, memory, example = state
    plus, minus = (sgd_step(executor, memory, example, label, layers) for label in (1, -1))
    f = int(plus.output)
    assert f == minus.output
    change = (1 + f) * (plus.memory - memory) + (1 - f) * (minus.memory - memory)
    assert not change.any()


@given(states())
@settings(max_examples=60)
def test_one_of_the_labels_makes_the_memory_grow_by_the_step(
    state: tuple[Executor, int, Memory, Signs],
) -> None:
    """An end: ``|W'|^2 >= |W|^2 + |W' - W|^2`` for the label that is the sign of ``<W, G>``."""
    executor, layers, memory, example = state
    steps = [sgd_step(executor, memory, example, label, layers) for label in (1, -1)]
    assert abs(steps[0].output) <= 1
    growth = [
        int((step.memory**2).sum() - (memory**2).sum() - ((step.memory - memory) ** 2).sum())
        for step in steps
    ]
    assert max(growth) >= 0


@given(states(), st.data())
@settings(max_examples=60)
def test_a_network_cannot_tell_a_feature_from_its_negation(
    state: tuple[Executor, int, Memory, Signs], data: st.DataObject
) -> None:
    """Symmetry: flipping features in the example and in the memory flips the memory after it."""
    executor, layers, memory, example = state
    flip = np.array([*data.draw(st.tuples(*[st.sampled_from([-1, 1])] * len(example))), 1])
    label = data.draw(st.sampled_from([-1, 1]))
    plain = sgd_step(executor, memory, example, label, layers)
    flipped = sgd_step(executor, memory * flip, example * flip[:-1], label, layers)
    assert plain.output == flipped.output
    assert np.array_equal(plain.memory * flip, flipped.memory)


@given(states())
@settings(max_examples=60)
def test_a_pair_can_be_written_only_over_what_is_read(
    state: tuple[Executor, int, Memory, Signs],
) -> None:
    """If a step leaves ``y [x, 1]`` in a row for both labels, the row was ``f [x, 1]``."""
    executor, layers, memory, example = state
    inputs = np.append(example, 1)
    plus, minus = (sgd_step(executor, memory, example, label, layers) for label in (1, -1))
    stored = (plus.memory == inputs).all(axis=1) & (minus.memory == -inputs).all(axis=1)
    assert (memory[stored] == int(plus.output) * inputs).all()
