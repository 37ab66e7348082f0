"""The page's own network is the reference executor's, number by number, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.arrays import Signs
from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.definition.backpropagation import layer_gradient
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.head import head_gradient
from construction.formats.golly import parse_automaton
from construction.formats.yaml_reader import read_yaml
from construction.learning.training import Training
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.programs.own_machine import machine_learner
from construction.programs.program import Program
from construction.sources.files import read_machine_file
from construction.training.memory import empty_memory, memory_grid, with_one
from construction.viewer.content import automaton_content, learner_content, machine_content
from construction.viewer.examples import random_data
from tests.programs.test_own_machine import PARITY_OF_THE_ROOM
from tests.viewer.browser import Opened, opened

MACHINES = Path(__file__).parents[2] / "examples" / "machines"
CALL = "([name, args]) => document.getElementById('view').rcnn[name](...args)"


@pytest.fixture(scope="module")
def pages(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Opened]]:
    """The page of each program, opened once."""
    found = {}
    for name in PROGRAMS:
        content = learner_content(load_program(name), random_data(2, 2, 0))
        found[name] = opened(browser, tmp_path_factory.mktemp("page"), content)
        found[name].goto()
    yield found
    for each in found.values():
        each.close()


def stream(program: Program, examples: Signs, labels: Signs) -> list[tuple[Signs, int]]:
    """What SGD sees, in order."""
    dummy = (np.ones(examples.shape[1], dtype=np.int64), 1)
    pairs = list(zip(examples, labels.tolist(), strict=True))
    return {"last": [*pairs, dummy], "first": [dummy, *pairs], "never": pairs}[program.dummy]


def expected(network: RCNN, program: Program, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Every pass by the reference executor: all grids, the output, all gradients, the memory after it."""
    executor = ReferenceExecutor(network)
    examples = 1 - 2 * np.array(data["examples"], dtype=np.int64).reshape(-1, len(data["test"]))
    labels = 1 - 2 * np.array(data["labels"], dtype=np.int64)
    layers = program.depth(*examples.shape)
    memory = empty_memory(program.memory_rows(*examples.shape), examples.shape[1])
    training = Training(program, executor, *examples.shape)
    steps = training.steps(zip(examples, labels.tolist(), strict=True))
    passes = []
    for example, _ in stream(program, examples, labels):
        before = memory_grid(
            memory, with_one(example[None]), network.work_columns, line=network.line
        )[0]
        step = next(steps)
        memory = step.memory
        passes.append(
            {**forward(executor, before, layers), "memory": memory.tolist(), "kind": "sgd"}
        )
        passes[-1]["gradients"] = gradients(executor, before, layers)
        assert passes[-1]["output"] == step.output
    test = 1 - 2 * np.array(data["test"])
    start = memory_grid(memory, with_one(test[None]), network.work_columns, line=network.line)[0]
    passes.append({**forward(executor, start, layers), "kind": "predict", "gradients": []})
    passes[-1]["memory"] = memory.tolist()
    return passes


def forward(executor: ReferenceExecutor, grid: Any, layers: int) -> dict[str, Any]:
    run = executor.run(grid[None], layers, record=True)
    assert run.history is not None
    grids = [layer[0].reshape(-1).tolist() for layer in run.history[: run.computed + 1]]
    output = executor.network.output(run.grids)[0]
    return {"layers": layers, "computed": run.computed, "grids": grids, "output": output}


def gradients(executor: ReferenceExecutor, grid: Any, layers: int) -> list[list[int]]:
    """By the pixels of every layer that changes anything; the last one's through all layers after it."""
    run = executor.run(grid[None], layers, record=True)
    assert run.history is not None
    gradient = head_gradient(executor.network, run.grids[0])
    for _ in range(layers - run.computed):
        gradient = layer_gradient(executor.network, run.grids[0], gradient)
    found = [gradient]
    for layer in reversed(range(run.computed)):
        gradient = layer_gradient(executor.network, run.history[layer, 0], gradient)
        found.insert(0, gradient)
    return [each.reshape(-1).tolist() for each in found]


def plain(passes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the browser says, with outputs as fractions."""
    found = []
    for each in passes:
        assert each.pop("failure") == ""
        found.append({**each, "output": Fraction(*each["output"])})
    return found


@st.composite
def data_sets(draw: st.DrawFn, most: int = 3) -> dict[str, Any]:
    count, features = draw(st.integers(0, most)), draw(st.integers(1, most))
    bits = st.lists(st.integers(0, 1), min_size=features, max_size=features)
    return {
        "examples": draw(st.lists(bits, min_size=count, max_size=count)),
        "labels": draw(st.lists(st.integers(0, 1), min_size=count, max_size=count)),
        "test": draw(bits),
    }


@pytest.mark.parametrize("name", PROGRAMS)
@settings(max_examples=8)
@given(data_sets())
def test_every_layer_output_gradient_and_memory(
    pages: dict[str, Opened], name: str, data: dict[str, Any]
) -> None:
    program = load_program(name)
    found = plain(pages[name].page.evaluate(CALL, ["learn", [data]]))
    assert found == expected(compile_rule(program.rule), program, data)


@pytest.mark.parametrize("name", ["systolic-row-reduction", "online-row-reduction"])
def test_a_larger_data_set(pages: dict[str, Opened], name: str) -> None:
    program, random = load_program(name), random_data(7, 6, 1)
    data = {
        key: getattr(random, key).astype(int).tolist() for key in ("examples", "labels", "test")
    }
    found = plain(pages[name].page.evaluate(CALL, ["learn", [data]]))
    assert found == expected(compile_rule(program.rule), program, data)


@pytest.mark.parametrize(("count", "features"), [(3, 1), (1, 2), (0, 1)])
def test_a_machine_has_the_room_that_it_asks_for_with_other_data_too(
    browser: Any, tmp_path: Path, count: int, features: int
) -> None:
    """The page was made for two examples, and so for four work columns."""
    file = read_yaml(PARITY_OF_THE_ROOM)
    assert file.steps is not None
    program = machine_learner(file.machine, file.steps, file.steps.text, file.work)
    page = opened(browser, tmp_path, learner_content(program, random_data(2, 2, 0)))
    page.goto()
    data = {
        "examples": [[1] * features] * count,
        "labels": [1] * count,
        "test": [0] * features,
    }
    found = plain(page.page.evaluate(CALL, ["learn", [data]]))
    network = compile_rule(program.rule, work_columns=max(1, 2 * count))
    assert found == expected(network, program, data)


@settings(max_examples=25)
@given(st.data())
def test_a_damaged_network(pages: dict[str, Opened], data: st.DataObject) -> None:
    """The same numbers, or it fails in the same step."""
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    depth = data.draw(st.integers(0, 2), "layer")
    layer = network.convolution[depth]
    unit = data.draw(st.integers(0, layer.width - 1), "unit")
    entry = data.draw(st.integers(-1, layer.inputs - 1), "input")
    value = data.draw(st.integers(-40, 40), "value")
    weights, biases = layer.weights.copy(), layer.biases.copy()
    if entry < 0:
        biases[unit] = value
    else:
        weights[unit, entry] = value
    layers = list(network.convolution)
    layers[depth] = replace(layer, weights=weights, biases=biases)
    other = replace(network, convolution=tuple(layers))
    bits = data.draw(data_sets(2), "data")
    damage = [{"layer": depth, "unit": unit, "input": entry, "value": value}]
    found = pages[program.name].page.evaluate(CALL, ["learn", [bits, damage]])
    try:
        passes = expected(other, program, bits)
    except NetworkError:
        assert found[-1]["failure"] != ""
    else:
        assert plain(found) == passes


def one_run(opened_page: Opened, start: Any, layers: int) -> dict[str, Any]:
    (found,) = plain(opened_page.page.evaluate(CALL, ["run", [np.asarray(start).tolist(), layers]]))
    return {key: found[key] for key in ("layers", "computed", "grids", "output")}


@pytest.mark.parametrize("name", ["B3/S23", "W110", "B2/S34H"])
def test_an_automaton(browser: Any, tmp_path: Path, name: str) -> None:
    automaton = parse_automaton(name)
    cells = np.random.default_rng(0).integers(0, 2, (9, 11))
    page = opened(browser, tmp_path, automaton_content(automaton, cells, 20))
    page.goto()
    executor = ReferenceExecutor(compile_rule(automaton.rule()))
    start = automaton.codes(cells)
    assert one_run(page, start, 20) == forward(executor, start, 20)
    page.close()


@pytest.mark.parametrize("name", ["binary-increment", "spiral", "balanced-brackets"])
def test_a_machine(browser: Any, tmp_path: Path, name: str) -> None:
    from construction.rules.tape_rule import tape_rule  # noqa: PLC0415

    file = read_machine_file(MACHINES / f"{name}.yaml")
    content = machine_content(file, 100)
    page = opened(browser, tmp_path, content)
    page.goto()
    executor = ReferenceExecutor(compile_rule(tape_rule(file.machine)))
    start = np.array(content["start"])
    assert one_run(page, start, 100) == forward(executor, start, 100)
    page.close()
