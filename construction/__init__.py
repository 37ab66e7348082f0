"""Programs compiled into a recurrent convolutional network that plain SGD trains, exactly.

The folders follow the construction:

* :mod:`construction.machines`: what a program is: a Turing machine on a walled grid;
* :mod:`construction.rules`: the local rule that every program becomes;
* :mod:`construction.programs`: the bundled programs;
* :mod:`construction.compiling`: how a rule becomes weights;
* :mod:`construction.network`: the network of Definition 5;
* :mod:`construction.executors`: how it runs, exactly;
* :mod:`construction.training`: how SGD fills its memory (Algorithm 1);
* :mod:`construction.learning`: data in, predictions out;
* :mod:`construction.formats`: what people write: YAML, busy-beaver text, Golly's notations;
* :mod:`construction.sources`: from a name or a file to a program, a machine or an automaton;
* :mod:`construction.running`: machines, automata and programs as networks, and their frames;
* :mod:`construction.exports`: the network in PyTorch and ONNX;
* :mod:`construction.cli`: the ``rcnn`` command.

The public names are in ``construction`` itself. Each is imported when it is first used, so that what
one of them needs is not loaded for another.

>>> from construction import compile_rule, load_executor, load_program, predict, train
>>> program = load_program("systolic-row-reduction")
>>> network = compile_rule(program.rule)
>>> executor = load_executor("reference", network)
>>> import numpy as np
>>> examples = np.array([[-1, 1, 1], [-1, -1, 1], [1, 1, -1]])  # bit 1 is -1
>>> labels = np.array([-1, 1, -1])  # here: the parity of all three bits
>>> layers = program.depth(3, 3)
>>> *_, last = train(executor, examples, labels, layers)  # SGD, one example a step
>>> last.memory  # the trained weights, times 3
array([[ 1, -1, -1, -1],
       [-1, -1,  1,  1],
       [-1, -1,  1, -1],
       [ 1,  1,  1,  1]])
>>> predict(executor, last.memory, np.array([[-1, -1, -1], [-1, 1, -1]]), layers).signs
array([-1,  1])
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from construction.compiling.compiler import compile_rule as compile_rule
    from construction.errors import ConstructionError as ConstructionError
    from construction.executors.catalogue import EXECUTORS as EXECUTORS
    from construction.executors.catalogue import load_executor as load_executor
    from construction.executors.executor import Executor as Executor
    from construction.exports.onnx import save_onnx as save_onnx
    from construction.exports.pytorch import TorchRCNN as TorchRCNN
    from construction.learning.estimator import RCNNClassifier as RCNNClassifier
    from construction.learning.prediction import predict as predict
    from construction.learning.row_reduction import row_reduction as row_reduction
    from construction.machines.machine import Halt as Halt
    from construction.machines.machine import Machine as Machine
    from construction.machines.machine import Step as Step
    from construction.network.comparison import difference as difference
    from construction.network.definition5 import five_layer_form as five_layer_form
    from construction.network.files import load_memory as load_memory
    from construction.network.files import load_network as load_network
    from construction.network.files import save_memory as save_memory
    from construction.network.files import save_network as save_network
    from construction.network.rcnn import RCNN as RCNN
    from construction.programs.catalogue import PROGRAMS as PROGRAMS
    from construction.programs.catalogue import load_program as load_program
    from construction.programs.program import Program as Program
    from construction.rules.codes import Code as Code
    from construction.rules.codes import Kind as Kind
    from construction.rules.machine_rule import machine_rule as machine_rule
    from construction.rules.rule import Alphabet as Alphabet
    from construction.rules.rule import Gate as Gate
    from construction.rules.rule import LocalRule as LocalRule
    from construction.rules.symbolic import SymbolicRule as SymbolicRule
    from construction.rules.tables import Table as Table
    from construction.training.sgd import sgd_step as sgd_step
    from construction.training.sgd import train as train

#: The public names, and the module that each comes from.
PUBLIC: Final = MappingProxyType(
    {
        "Machine": "construction.machines.machine",
        "Step": "construction.machines.machine",
        "Halt": "construction.machines.machine",
        "Code": "construction.rules.codes",
        "Kind": "construction.rules.codes",
        "SymbolicRule": "construction.rules.symbolic",
        "LocalRule": "construction.rules.rule",
        "Alphabet": "construction.rules.rule",
        "Gate": "construction.rules.rule",
        "Table": "construction.rules.tables",
        "machine_rule": "construction.rules.machine_rule",
        "PROGRAMS": "construction.programs.catalogue",
        "Program": "construction.programs.program",
        "load_program": "construction.programs.catalogue",
        "compile_rule": "construction.compiling.compiler",
        "RCNN": "construction.network.rcnn",
        "five_layer_form": "construction.network.definition5",
        "difference": "construction.network.comparison",
        "save_network": "construction.network.files",
        "load_network": "construction.network.files",
        "save_memory": "construction.network.files",
        "load_memory": "construction.network.files",
        "EXECUTORS": "construction.executors.catalogue",
        "Executor": "construction.executors.executor",
        "load_executor": "construction.executors.catalogue",
        "train": "construction.training.sgd",
        "sgd_step": "construction.training.sgd",
        "predict": "construction.learning.prediction",
        "row_reduction": "construction.learning.row_reduction",
        "RCNNClassifier": "construction.learning.estimator",
        "TorchRCNN": "construction.exports.pytorch",
        "save_onnx": "construction.exports.onnx",
        "ConstructionError": "construction.errors",
    }
)

#: The names that need an extra, and the package that comes with it.
NEEDS: Final = MappingProxyType(
    {"RCNNClassifier": "sklearn", "TorchRCNN": "torch", "save_onnx": "onnx"}
)


def __getattr__(name: str) -> Any:
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PUBLIC[name]), name)


def __dir__() -> list[str]:
    """The public names, without those whose extra is missing: ``help`` looks at all of them."""
    missing = {name for name, package in NEEDS.items() if find_spec(package) is None}
    return sorted({*globals(), *PUBLIC} - missing)
