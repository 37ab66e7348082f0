"""What an executor must do, as checks that any executor can be put through.

A new executor is a folder beside the others and a line in the catalogue; then ::

    @pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
    def test_conformance(check): check(MyExecutor)

Each check takes what makes an executor from a network, draws random networks and grids, and compares
with the reference executor, or with the rule that the network comes from: at every layer, to the last
bit, and in the words of every refusal. They need the extra ``hypothesis``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.executor import Executor, ForwardBackward, Run
from construction.formats.golly import parse_automaton
from construction.machines.machine import Machine
from construction.network.definition5 import five_layer_form
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.program import Program
from construction.rules.interpreter import RuleInterpreter
from construction.rules.machine_rule import machine_rule
from construction.strategies import (
    Sample,
    closed_rules,
    first_grids,
    grids,
    local_rules,
    machines,
    networks,
    rules_with_slopes,
    samples,
)
from construction.strategies.arrays import Integers
from construction.training.memory import memory_grid

MakeExecutor = Callable[[RCNN], Executor]
Result = TypeVar("Result")

#: Batch, rows, columns: thin and wide grids, larger than what a kernel takes at a time.
SHAPES: Final = (
    (1, 1, 1),
    (1, 1, 300),
    (2, 300, 1),
    (2, 1, 9),
    (3, 2, 129),
    (1, 70, 128),
    (2, 66, 77),
)


def values(make: MakeExecutor) -> None:
    """Every layer is the rule's, and the input stays as it is."""

    @given(st.data())
    def check(data: st.DataObject) -> None:
        rule = data.draw(closed_rules())
        grid = data.draw(grids(rule.codes, max_batch=3))
        layers = data.draw(st.integers(0, 8))
        before = grid.copy()
        run = make(compile_rule(rule)).run(grid, layers, record=True)
        assert np.array_equal(grid, before)
        for layer in range(layers + 1):
            assert np.array_equal(run.at(layer), grid)
            grid = RuleInterpreter(rule).step(grid)

    check()


def random_networks(make: MakeExecutor) -> None:
    """Networks that never leave their codes, with the compiler's layers or with five."""

    @given(st.data())
    def check(data: st.DataObject) -> None:
        network = data.draw(networks())
        shape = data.draw(st.sampled_from(SHAPES[:5]))
        seed = data.draw(st.integers(0, 2**32))
        _same_run(make, network, _random_grids(network, shape, seed), 8)

    check()


def refusals(make: MakeExecutor) -> None:
    """Networks that may leave their codes are refused in the reference's words."""

    @given(st.data())
    def check(data: st.DataObject) -> None:
        rule = data.draw(local_rules())
        network = compile_rule(rule)
        if data.draw(st.booleans()):
            network = five_layer_form(network)
        _same_run(make, network, data.draw(grids(rule.codes, max_batch=3)), 5)

    check()


def random_machines(make: MakeExecutor) -> None:
    """Machines with many heads, which their networks need not make sense of."""

    @given(machines(), st.sampled_from(SHAPES[:4]), st.integers(0, 2**32))
    def check(machine: Machine, shape: tuple[int, int, int], seed: int) -> None:
        network = compile_rule(machine_rule(machine))
        _same_run(make, network, _random_grids(network, shape, seed), 15)

    check()


def programs(make: MakeExecutor) -> None:
    """The bundled programs on samples, from the trained memory to the answer."""
    for name in PROGRAMS:
        _program(make, load_program(name))


def shapes(make: MakeExecutor) -> None:
    """Life on grids of all shapes: every position counts, and nothing comes to rest soon."""
    automaton = parse_automaton("B3/S23")
    network = compile_rule(automaton.rule())
    for shape in SHAPES:
        cells = np.random.default_rng(sum(shape)).integers(0, 2, shape)
        _same_run(make, network, automaton.codes(cells), 5)


def gradients(make: MakeExecutor) -> None:
    """Output and gradient are the reference's, or both refuse."""

    @given(st.data())
    def check(data: st.DataObject) -> None:
        rule = data.draw(rules_with_slopes() | local_rules())
        network = compile_rule(rule)
        _same_passes(make, network, data.draw(grids(rule.codes)), data.draw(st.integers(0, 9)))

    check()


def memories_in_part(make: MakeExecutor) -> None:
    """Gradients of the bundled programs while their memory is being written."""
    for name in PROGRAMS:
        _memory_in_part(make, compile_rule(load_program(name).rule))


def outputs(make: MakeExecutor) -> None:
    """The output for each choice of columns that are negated, as inputs do it, is the reference's."""

    @settings(max_examples=20)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        rule = data.draw(closed_rules() | rules_with_slopes())
        network = compile_rule(rule)
        grid = data.draw(grids(rule.codes))
        batch, layers = data.draw(st.integers(1, 5)), data.draw(st.integers(0, 9))
        random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
        signs = random.choice([-1, 1], (batch, grid.shape[1]))
        right = ReferenceExecutor(network)
        for name in ("outputs", "outputs_without_gradient"):
            expected, found = (
                _outcome(partial(getattr(each, name), grid, signs, layers))
                for each in (right, make(network))
            )
            assert found == expected
        if isinstance(expected, str):
            return
        for own, output in zip(signs, expected, strict=True):
            passes = _outcome(partial(right.forward_backward, grid * own, layers))
            if output is not None:
                assert isinstance(passes, ForwardBackward)
                assert passes.output == output
                assert not passes.slopes.size

    check()


#: The checks, by name.
CHECKS: Final[Mapping[str, Callable[[MakeExecutor], None]]] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            values,
            random_networks,
            refusals,
            random_machines,
            programs,
            shapes,
            gradients,
            memories_in_part,
            outputs,
        )
    }
)


def _program(make: MakeExecutor, program: Program) -> None:
    network = compile_rule(program.rule)

    @settings(max_examples=10)
    @given(samples(max_m=5, max_d=4))
    def check(sample: Sample) -> None:
        start = first_grids(sample, work_columns=network.work_columns, line=network.line)
        _same_run(make, network, start, program.depth(sample.m, sample.d))

    check()


def _memory_in_part(make: MakeExecutor, network: RCNN) -> None:
    @settings(max_examples=10)
    @given(st.integers(0, 6), st.integers(1, 5), st.integers(0, 2**32))
    def check(written: int, features: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        memory = random.choice([-1, 1], (7, features + 1))
        memory[written:] = 0
        inputs = random.choice([-1, 1], (1, features + 1))
        grid = memory_grid(memory, inputs, network.work_columns, line=network.line)[0]
        _same_passes(make, network, grid, 40)

    check()


def _random_grids(network: RCNN, shape: tuple[int, int, int], seed: int) -> Integers:
    cells = [code for code in network.codes if code != network.padding]
    return np.random.default_rng(seed).choice(cells, shape)


def _outcome(call: Callable[[], Result]) -> Result | str:
    """What the call gives, or the words with which it refuses."""
    try:
        return call()
    except ConstructionError as error:
        return str(error)


def _same_run(make: MakeExecutor, network: RCNN, start: Integers, layers: int) -> None:
    expected = _outcome(lambda: ReferenceExecutor(network).run(start, layers, record=True))
    for record in (False, True):
        found = _outcome(lambda: make(network).run(start, layers, record=record))  # noqa: B023
        if not isinstance(expected, Run) or not isinstance(found, Run):
            assert found == expected
            continue
        assert (found.layers, found.computed) == (expected.layers, expected.computed)
        assert np.array_equal(found.grids, expected.grids)
        if record:
            assert found.history is not None
            assert expected.history is not None
            assert np.array_equal(found.history, expected.history)


def _same_passes(make: MakeExecutor, network: RCNN, grid: Integers, layers: int) -> None:
    expected = _outcome(lambda: ReferenceExecutor(network).forward_backward(grid, layers))
    executor = make(network)
    # Also as SGD asks: for the same grid, from one in which some columns are negated.
    signs = np.where(np.arange(grid.shape[1]) % 3 == 1, -1, 1)
    negated = (grid * signs).astype(np.int16)
    for call in (
        lambda: executor.forward_backward(grid, layers),
        lambda: executor.forward_backward_signs(negated, signs, layers),
    ):
        found = _outcome(call)
        if not isinstance(expected, ForwardBackward) or not isinstance(found, ForwardBackward):
            # Which patch without a slope is met first is up to the executor.
            assert isinstance(found, str) == isinstance(expected, str)
            continue
        assert found.output == expected.output
        assert np.array_equal(found.gradient, expected.gradient)
