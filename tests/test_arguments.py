"""Public functions and classes that are given a value of another kind than they take."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import construction as c
from construction.errors import KindError
from tests.extras import optional

MACHINES = Path(__file__).parents[1] / "examples" / "machines"
PROGRAM = c.load_program("majority")
NETWORK = c.compile_rule(PROGRAM.rule)
EXECUTOR = c.load_executor("reference", NETWORK)
BEAVER = c.find("1RB1LA_1LA1RZ")
LEARNER = c.find(str(MACHINES / "unanimous.yaml"))
LIFE = c.find("B3/S23")
CELLS = np.eye(3, dtype=int)
SIGNS = np.array([[1, -1], [-1, 1]])
MEMORY = np.zeros((3, 3), dtype=int)
GENERATOR = np.random.default_rng(0)
COLUMNS = tuple(c.Column(name, ("0", "1")) for name in "aby")
TABLE = c.BitTable("table", COLUMNS, np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1]], dtype=np.uint8))
DATA = c.data_set(TABLE, TABLE)
assert isinstance(BEAVER, c.MachineOnTape)
assert isinstance(LEARNER, c.MachineOnTape)
assert isinstance(LIFE, c.CellularAutomaton)

#: What each public function takes; files are in the current directory.
FUNCTIONS: dict[str, dict[str, Any]] = {
    "compile_rule": {"rule": PROGRAM.rule, "work_columns": 1},
    "load_executor": {"name": "reference", "network": NETWORK},
    "load_program": {"name": "majority"},
    "find": {"name": "majority"},
    "learner": {"name": "majority"},
    "compilable": {"name": "majority"},
    "read_pattern": {"text": ".O."},
    "machine_rule": {"machine": LEARNER.machine, "layout": None},
    "five_layer_form": {"network": NETWORK},
    "difference": {"network": NETWORK, "expected": NETWORK},
    "save_network": {"path": "network", "network": NETWORK, "certificate": {}},
    "load_network": {"path": "network"},
    "save_memory": {"path": "memory", "network": NETWORK, "memory": MEMORY, "columns": {}},
    "load_memory": {"path": "memory", "network": NETWORK},
    "run_machine": {"file": BEAVER, "executor": "reference", "max_steps": 3, "length": None},
    "evolve": {"automaton": LIFE, "cells": CELLS, "generations": 1, "executor_name": "reference"},
    "with_margin": {"automaton": LIFE, "cells": CELLS, "generations": 1, "margin": 1},
    "machine_frames": {"file": BEAVER},
    "network_frames": {"file": BEAVER, "layers": 1},
    "automaton_frames": {"automaton": LIFE, "cells": CELLS, "generations": 1},
    "program_frames": {
        "program": PROGRAM, "examples": SIGNS, "labels": SIGNS[0], "test": SIGNS[0],
    },
    "train": {"executor": EXECUTOR, "examples": SIGNS, "labels": SIGNS[0], "layers": 1},
    "sgd_step": {
        "executor": EXECUTOR, "memory": MEMORY, "example": SIGNS[0], "label": 1, "layers": 1,
    },
    "predict": {"executor": EXECUTOR, "memory": MEMORY, "examples": SIGNS, "layers": 1},
    "row_reduction": {"features": CELLS, "labels": CELLS[0]},
    "load_table": {"name": "table.csv", "rng": GENERATOR},
    "read_table": {"path": "table.csv"},
    "split": {"table": TABLE, "count": 2, "rng": GENERATOR},
    "data_set": {"train": TABLE, "test": TABLE, "target": "y", "intercept": False},
    "learn": {"data": DATA, "program": PROGRAM, "executor": "reference"},
    "save_onnx": {"path": "network.onnx", "network": NETWORK},
}  # fmt: skip
CLASSES: dict[str, dict[str, Any]] = {
    "Machine": {
        "name": "m", "states": ("A",), "symbols": ("0",), "start": "A", "blank": "0",
        "transitions": {("A", "0"): c.Halt(0)},
    },
    "MachineOnTape": {"machine": BEAVER.machine, "input": "0", "head": 0, "steps": None},
    "SizeFormula": {"text": "3 * m"},
    "RCNN": {
        "name": "n", "convolution": NETWORK.convolution, "head": NETWORK.head,
        "padding": NETWORK.padding, "codes": NETWORK.codes, "work_columns": 1, "line": False,
    },
    "WeightLayer": {"weights": [[1]], "biases": [0], "scale": 1, "names": ("a",)},
    "Training": {
        "program": PROGRAM, "executor": EXECUTOR, "m": 2, "d": 2, "memory": None, "batch": 1,
    },
    "Column": {"name": "a", "values": ("0", "1")},
    "BitTable": {"source": "table", "columns": COLUMNS, "bits": TABLE.bits},
    "TorchRCNN": {"network": NETWORK, "rows": 3, "features": 2, "layers": 1},
}  # fmt: skip
ARGUMENTS = FUNCTIONS | CLASSES
WRONG: list[Any] = [
    None, "zzz", Path("none"), "", 3, 2.5, float("nan"), True, [], [[1, 2], [3]], {}, (1, 2), b"abc",
    PROGRAM, NETWORK, PROGRAM.rule, EXECUTOR, TABLE, DATA, BEAVER, LIFE, int, np.array([1.5, 2]),
]  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    c.save_network("network", NETWORK, {})
    c.save_memory("memory", NETWORK, MEMORY)
    Path("table.csv").write_text("a,y\n0,0\n1,1\n")


def call(name: str, arguments: dict[str, Any]) -> None:
    function: Callable[..., Any] = getattr(c, name)
    result = function(**arguments)
    if inspect.isgenerator(result):
        next(result)


def test_every_public_function_is_here() -> None:
    names = set(c.PUBLIC) - set(c.NEEDS)
    functions = {name for name in names if inspect.isroutine(getattr(c, name))}
    assert functions == set(FUNCTIONS) - set(c.NEEDS)


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, each) for name in ARGUMENTS for each in ARGUMENTS[name]]
)
def test_a_value_of_another_kind_is_refused_in_words(name: str, parameter: str) -> None:
    """Or taken after all; but no other error comes of it."""
    if name in c.NEEDS:
        optional(c.NEEDS[name])
    call(name, ARGUMENTS[name])
    with pytest.raises(c.ConstructionError):
        call(name, ARGUMENTS[name] | {parameter: object()})
    for value in WRONG:
        try:
            call(name, ARGUMENTS[name] | {parameter: value})
        except c.ConstructionError as error:
            assert str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("name", "parameter", "value", "words"),
    [
        ("compile_rule", "rule", PROGRAM,
         "rule: of type Program; it should be a LocalRule, such as load_program(name).rule"),
        ("load_executor", "network", PROGRAM,
         "network: of type Program; it should be an RCNN, such as compile_rule(program.rule)"),
        ("find", "name", None, "name: None; it should be a str"),
        ("find", "name", Path("machine.yaml"), "name: of type PosixPath; it should be a str"),
        ("split", "table", [],
         "table: of type list; it should be a BitTable, such as read_table('data.csv')"),
        ("split", "count", 2.5, "count: of type float; it should be a whole number or None"),
        ("split", "rng", 0, "it should be a Generator, such as numpy.random.default_rng(0)"),
        ("load_network", "path", 3, "path: of type int; it should be a str or a path"),
        ("predict", "layers", True, "layers: of type bool; it should be a whole number"),
        ("RCNN", "head", [[1], [2]], "it should be a tuple of any number, each a WeightLayer"),
        ("Column", "values", ("0", 1), "it should be a tuple of 2, each a str"),
        ("evolve", "cells", [[0, 2]], "cells: entry [0, 1] is 2; it should be 0 or 1"),
        ("evolve", "cells", np.zeros((0, 3)), "shape (0, 3); there should be one cell or more"),
        ("evolve", "generations", -1, "-1 generations; it should be 0 or more"),
        ("with_margin", "margin", -1, "a margin of -1 cells; it should be 0 or more"),
        ("BitTable", "bits", [[0, 1]], "table: the bits have 2 columns; there are 3 names"),
        ("BitTable", "numbers", [1], "table: 1 numbers of rows; there are 3 rows"),
        ("WeightLayer", "weights", "zzz", "weights and biases should be arrays of integers"),
    ],
)  # fmt: skip
def test_the_words(name: str, parameter: str, value: object, words: str) -> None:
    with pytest.raises(c.ConstructionError) as raised:
        call(name, ARGUMENTS[name] | {parameter: value})
    assert words in str(raised.value)


def test_it_is_a_type_error_too() -> None:
    with pytest.raises(TypeError):
        c.compile_rule(PROGRAM)  # type: ignore[arg-type]
    assert issubclass(KindError, c.ConstructionError)


def test_the_numbers_of_numpy_are_numbers() -> None:
    call("predict", ARGUMENTS["predict"] | {"layers": np.int64(1)})
    call("compile_rule", ARGUMENTS["compile_rule"] | {"work_columns": np.uint8(1)})
