"""The public names: few, documented, and loaded when used."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import requires
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages

import pytest

import construction
from construction.extras import MissingExtraError

SCREEN = 40  #: lines

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


def test_the_public_names_fit_on_one_screen() -> None:
    assert len(construction.PUBLIC) <= SCREEN
    missing = {name for name, package in construction.NEEDS.items() if not find_spec(package)}
    assert set(construction.PUBLIC) - set(dir(construction)) == missing


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
        ("onnx", "construction.exports.onnx", "onnx"),
    ],
)
def test_a_missing_extra_says_what_to_install(package: str, module: str, extra: str) -> None:
    program = WITHOUT.format(packages=[package]) + f"import {module}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert f"pip install 'rcnn-construction[{extra}]'" in done.stderr.decode()


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
