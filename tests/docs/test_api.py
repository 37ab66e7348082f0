"""The public names: complete, documented, and loaded when used."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
import typing
from importlib import import_module
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import construction
from construction.extras import MissingExtraError

#: A program's first lines: some packages cannot be found.
WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in {packages}:
            raise ModuleNotFoundError("absent", name=name)
sys.meta_path.insert(0, Absent())
"""

MODULES = ["construction", *(m.name for m in walk_packages(construction.__path__, "construction."))]


def test_names_whose_extra_is_missing_are_not_listed() -> None:
    missing = {name for name, package in construction.NEEDS.items() if not find_spec(package)}
    assert set(construction.PUBLIC) - set(dir(construction)) == missing


def classes_in(hint: Any) -> set[type]:
    """The project's own classes in a type."""
    inside = [*typing.get_args(hint), typing.get_origin(hint)]
    if isinstance(hint, list):  # the arguments of a Callable
        inside = hint
    own = isinstance(hint, type) and hint.__module__.startswith("construction.")
    return ({hint} if own else set()).union(*map(classes_in, filter(None, inside)))


def taken_and_returned(thing: Any) -> set[type]:
    """The project's own classes in the signatures and fields of a public name."""
    functions = [thing] if inspect.isroutine(thing) or inspect.isclass(thing) else []
    for name, member in vars(thing).items() if inspect.isclass(thing) else ():
        if not name.startswith("_") or name == "__init__":
            function = getattr(member, "fget", None) or getattr(member, "__func__", member)
            functions += [function] if inspect.isfunction(function) else []
    hints = (typing.get_type_hints(function) for function in functions)
    return set().union(*(classes_in(hint) for each in hints for hint in each.values()))


@pytest.mark.parametrize("name", sorted(set(construction.PUBLIC) - set(construction.NEEDS)))
def test_what_a_public_name_takes_or_returns_is_public(name: str) -> None:
    public = {
        getattr(construction, each)
        for each in construction.PUBLIC
        if each[0].isupper() and each not in {*construction.NEEDS, "PROGRAMS", "EXECUTORS"}
    }
    assert taken_and_returned(getattr(construction, name)) <= public


@pytest.mark.parametrize("source", ["examples/machines/spiral.yaml", "1RB1LA_1LA1RZ"])
def test_from_a_machines_file_or_text_to_its_network_and_frames(source: str) -> None:
    machine = construction.find(source)
    assert isinstance(machine, construction.MachineOnTape)
    network, certificate = construction.compilable(source).compiled()
    assert certificate["program"] == network.name
    report = construction.run_machine(machine, "reference", 1000)
    *_, last = construction.machine_frames(machine)
    *_, of_network = construction.network_frames(machine, 1000)
    assert report.halted
    assert report.steps == last.number == of_network.number


def test_from_a_rule_to_its_network_and_frames() -> None:
    automaton = construction.find("B3/S23")
    assert isinstance(automaton, construction.CellularAutomaton)
    glider = construction.read_pattern("examples/patterns/glider.cells").cells
    cells = construction.with_margin(automaton, glider, 4)
    report, _ = construction.evolve(automaton, cells, 4, "reference")
    frames = list(construction.automaton_frames(automaton, cells, 4))
    assert [frame.number for frame in frames] == [0, 1, 2, 3, 4]
    living = [sum(cell.text == "O" for line in f.cells for cell in line) for f in frames]
    assert living == report.populations


def test_type_checkers_see_the_same_names_as_users() -> None:
    tree = ast.parse(Path(construction.__file__).read_text())
    (block,) = (n for n in tree.body if isinstance(n, ast.If))
    seen = {
        (alias.asname, node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == set(construction.PUBLIC.items())


@pytest.mark.parametrize("name", construction.PUBLIC)
def test_every_public_name_is_documented(name: str) -> None:
    try:
        thing = getattr(construction, name)
    except MissingExtraError as error:
        pytest.skip(str(error))
    if inspect.isroutine(thing) or inspect.isclass(thing):
        assert inspect.getdoc(thing)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = construction.nothing


def test_importing_the_package_imports_nothing_else() -> None:
    """So that a checker that trusts no compiler can use the files without loading one."""
    program = (
        "import sys, construction;"
        "print([m for m in sys.modules if m.startswith('construction.') or m == 'numpy'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    try:
        module = import_module(name)
    except MissingExtraError as error:
        pytest.skip(str(error))
    failed, _ = doctest.testmod(module)
    assert not failed


@pytest.mark.parametrize(
    ("package", "module", "extra"),
    [
        ("sklearn", "construction.learning.estimator", "sklearn"),
        ("torch", "construction.exports.pytorch", "torch"),
        ("torch", "construction.exports.transformer", "torch"),
        ("onnx", "construction.exports.onnx", "onnx"),
        ("onnx", "construction.exports.onnx_reading", "onnx"),
        ("onnx", "construction.exports.two_layer_onnx", "onnx"),
    ],
)
def test_a_missing_extra_says_what_to_install(package: str, module: str, extra: str) -> None:
    program = WITHOUT.format(packages=[package]) + f"import {module}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert f"pip install -e '.[{extra}]' in " in done.stderr.decode()


def test_help_works_without_extras() -> None:
    program = (
        "import sys; sys.modules |= dict.fromkeys(['sklearn', 'torch', 'onnx'])\n"
        "import construction; help(construction)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert "Programs compiled into a recurrent convolutional network" in done.stdout.decode()


def test_the_extras_are_optional() -> None:
    needed = {
        re.split(r"[^\w.-]", line)[0].lower()
        for line in requires("rcnn-construction") or ()
        if "extra ==" not in line
    }
    assert not needed & {"scikit-learn", "torch", "onnx", "onnxruntime", "matplotlib", "ipykernel"}
    assert "numpy" in needed


def test_without_extras_nothing_of_them_is_imported() -> None:
    packages = ["sklearn", "torch", "onnx", "onnxruntime", "matplotlib", "pandas"]
    program = WITHOUT.format(packages=packages) + (
        "from construction.cli.main import main\n"
        "sys.exit(main(['compile', 'systolic-row-reduction', '-o', '/dev/null/network']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr.decode()
