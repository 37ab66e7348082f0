"""Tasks of one's own, in YAML and CSV, and what is said of those that are none."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from construction.errors import ConstructionError, DataError
from construction.search.battery import battery
from construction.search.exact import Problem
from construction.search.own_task import load_battery, yaml_task
from construction.search.tasks import load_task
from tests.search.test_exact import in_turn


def write(tmp_path: Path, text: str, name: str = "own.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_bundled_task_written_as_yaml(tmp_path: Path) -> None:
    path = write(tmp_path, "name: learn-x\ntargets: ['0', x1]\nsizes: [[1, 1], [2, 1], [3, 1]]\n")
    assert load_battery(str(path), None).inputs == battery(load_task("learn-x")).inputs


def test_formulas(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "targets: [x1 and not x2 or xd, 'x1 ^ (x2 | x3) & 1']\nsizes: [[1, 3]]\nlarger: [[2, 3]]\n",
    )
    task = yaml_task(path)
    assert task.targets is not None
    one, two = task.targets(3)
    for a, b, c in product((0, 1), repeat=3):
        assert one((a, b, c)) == (a & (1 - b)) | c
        assert two((a, b, c)) == a ^ ((b | c) & 1)
    assert task.larger == ((2, 3),)


def test_a_csv_file(tmp_path: Path) -> None:
    path = write(tmp_path, "x,label\n0,0\n1,1\n0,0\n1,1\n", "own.csv")
    of = load_battery(str(path), 2)
    assert [(each.examples, each.labels, each.test, each.answer) for each in of.inputs] == [
        (((0,), (1,)), (0, 1), (0,), 0),
        (((0,), (1,)), (0, 1), (1,), 1),
    ]
    assert in_turn(Problem(of, 2, 3)).probability > Fraction(321, 15625000000)


def test_a_name_that_steers_the_terminal_is_shown_with_escapes(tmp_path: Path) -> None:
    rows = "x,label\n0,0\n1,1\n"
    assert load_battery(str(write(tmp_path, rows, "a\x1bb.csv")), 1).task == "a\\x1bb"
    task = "targets: [x1]\nsizes: [[1, 1]]\n"
    assert yaml_task(write(tmp_path, task, "a\x1bb.yaml")).name == "a\\x1bb"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sizes: [[1, 1]]", "needs the fields targets and sizes"),
        ("- x1", "needs the fields"),
        ("targets: [x1]\nsizes: [[1, 1]]\nsize: 1", "unknown field 'size'"),
        ("targets: []\nsizes: [[1, 1]]", "targets should be a list of formulas"),
        ("targets: [x1 +]\nsizes: [[1, 1]]", "the target 'x1 \\+' is no formula"),
        ("targets: [y1]\nsizes: [[1, 1]]", "is no formula"),
        ("targets: ['2']\nsizes: [[1, 1]]", "is no formula"),
        ("targets: [__import__('os')]\nsizes: [[1, 1]]", "is no formula"),
        ("targets: [x1]\nsizes: [1, 1]", "it should be a list of pairs"),
        ("targets: [x1]\nsizes: []", "it should be a list of pairs"),
        ("targets: [x3]\nsizes: [[1, 2]]", "a target needs x3, and the size \\[1, 2\\] has 2"),
        ("targets: [x1]\nsizes: [[9, 9]]", "more than 2,000,000 inputs"),
        ("targets: [x1]\nsizes: [[30000, 30000]]", "more than 2,000,000 inputs"),
        (
            "targets: [x1]\nsizes: [[1, 1]]\nlarger: [[200, 200]]",
            "a grid of 40,602 cells; it should",
        ),
        ("targets: [x1\nsizes", "is not YAML"),
        ("targets: [x1]\ntargets: [x2]\nsizes: [[1, 2]]", "a task has 'targets' twice"),
        ("? [a]\n: b", "is no YAML"),
        ("targets: [x1]\nsizes: [[1, 1]]\nname: 2020-13-45", "is no YAML: month"),
        ("targets: [x1, ' x1']\nsizes: [[1, 1]]", "the target x1 is there twice"),
        ("targets: [x1]\nsizes: [[1, 1], [1, 1]]", "the size \\[1, 1\\] is there twice"),
        ("targets: [x1]\nsizes: [[1, 1]]\nlarger: [[1, 1]]", "what is larger is held back"),
        ("targets: [x1]\nsizes: [[1, 1]]\nname: 5", "name is 5; it should be text"),
        ("targets: [x1]\nsizes: [[1, 1]]\nname: ''", "name is ''; it should be text"),
        ('targets: [x1]\nsizes: [[1, 1]]\nname: "\\e"', "name is '.x1b'; it should be text"),
        (f"targets: ['{'(' * 999}x1{')' * 999}']\nsizes: [[1, 1]]", "target '[(]+[.]+[)]+' is no"),
    ],
)
def test_what_is_no_task(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConstructionError, match=words):
        load_battery(str(write(tmp_path, text)), None)


def test_a_task_without_inputs(tmp_path: Path) -> None:
    path = write(tmp_path, "targets: [x1, not x1]\nsizes: [[1, 1]]\n")
    assert load_battery(str(path), None).inputs
    path = write(tmp_path, "targets: [x1 and x2, x1, x2, '0', '1', x1 or x2]\nsizes: [[1, 2]]\n")
    inputs = load_battery(str(path), None).inputs
    assert inputs
    with pytest.raises(DataError, match="No such file or directory; it should be a YAML file"):
        load_battery(str(tmp_path / "none.yaml"), None)
    with pytest.raises(DataError, match="a file whose name ends in"):
        load_battery(str(tmp_path), None)
    with pytest.raises(ConstructionError, match="unknown task ''"):
        load_battery("", None)
    with pytest.raises(ConstructionError, match="--train says which rows"):
        load_battery("x1", 3)
    with pytest.raises(DataError, match="1 row; there should be at least 2"):
        load_battery(str(write(tmp_path, "x,y\n0,1\n", "one.csv")), None)
    wide = ",".join(f"x{i}" for i in range(10_000))
    rows = "\n".join(",".join("01"[i % 2] for _ in range(10_000)) for i in range(8))
    with pytest.raises(DataError, match="4 examples with 9,999 features make a grid of 50,005"):
        load_battery(str(write(tmp_path, f"{wide}\n{rows}\n", "wide.csv")), None)
    with pytest.raises(DataError, match="5 training rows of 2; it should be 1 to 1"):
        load_battery(str(write(tmp_path, "x,y\n0,1\n1,0\n", "a.csv")), 5)
