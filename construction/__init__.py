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
    from construction.executors.executor import ForwardBackward as ForwardBackward
    from construction.executors.executor import Run as Run
    from construction.exports.onnx import save_onnx as save_onnx
    from construction.exports.pytorch import TorchRCNN as TorchRCNN
    from construction.formats.golly import Pattern as Pattern
    from construction.learning.data.bundled import load_table as load_table
    from construction.learning.data.data_set import Columns as Columns
    from construction.learning.data.data_set import DataSet as DataSet
    from construction.learning.data.data_set import Examples as Examples
    from construction.learning.data.data_set import data_set as data_set
    from construction.learning.data.data_set import split as split
    from construction.learning.data.table import BitTable as BitTable
    from construction.learning.data.table import read_table as read_table
    from construction.learning.data.values import Column as Column
    from construction.learning.estimator import RCNNClassifier as RCNNClassifier
    from construction.learning.prediction import Predictions as Predictions
    from construction.learning.prediction import predict as predict
    from construction.learning.report import Report as Report
    from construction.learning.report import learn as learn
    from construction.learning.row_reduction import Parity as Parity
    from construction.learning.row_reduction import row_reduction as row_reduction
    from construction.learning.training import Training as Training
    from construction.machines.bit_formula import TargetClass as TargetClass
    from construction.machines.formula import SizeFormula as SizeFormula
    from construction.machines.machine import Halt as Halt
    from construction.machines.machine import Machine as Machine
    from construction.machines.machine import Step as Step
    from construction.machines.on_tape import MachineOnTape as MachineOnTape
    from construction.network.comparison import difference as difference
    from construction.network.definition5 import five_layer_form as five_layer_form
    from construction.network.files import MemoryFile as MemoryFile
    from construction.network.files import NetworkFile as NetworkFile
    from construction.network.files import load_memory as load_memory
    from construction.network.files import load_network as load_network
    from construction.network.files import save_memory as save_memory
    from construction.network.files import save_network as save_network
    from construction.network.layers import WeightLayer as WeightLayer
    from construction.network.rcnn import RCNN as RCNN
    from construction.programs.catalogue import PROGRAMS as PROGRAMS
    from construction.programs.catalogue import load_program as load_program
    from construction.programs.program import Learns as Learns
    from construction.programs.program import Program as Program
    from construction.progress import Progress as Progress
    from construction.rules.cellular_automaton import CellularAutomaton as CellularAutomaton
    from construction.rules.codes import Code as Code
    from construction.rules.codes import Kind as Kind
    from construction.rules.codes import Signal as Signal
    from construction.rules.codes import Sum as Sum
    from construction.rules.forms import Form as Form
    from construction.rules.machine_rule import machine_rule as machine_rule
    from construction.rules.rule import Alphabet as Alphabet
    from construction.rules.rule import Gate as Gate
    from construction.rules.rule import LocalRule as LocalRule
    from construction.rules.scenes import Scene as Scene
    from construction.rules.scenes import Stage as Stage
    from construction.rules.scenes import Variable as Variable
    from construction.rules.symbolic import Cell as Cell
    from construction.rules.symbolic import SymbolicGate as SymbolicGate
    from construction.rules.symbolic import SymbolicRule as SymbolicRule
    from construction.rules.tables import Table as Table
    from construction.running.automaton import Evolution as Evolution
    from construction.running.automaton import evolve as evolve
    from construction.running.automaton import with_margin as with_margin
    from construction.running.frames import Frame as Frame
    from construction.running.frames import FrameCell as FrameCell
    from construction.running.frames import Head as Head
    from construction.running.frames import automaton_frames as automaton_frames
    from construction.running.frames import machine_frames as machine_frames
    from construction.running.frames import network_frames as network_frames
    from construction.running.frames import program_frames as program_frames
    from construction.running.machine import MachineReport as MachineReport
    from construction.running.machine import run_machine as run_machine
    from construction.sources.files import read_pattern as read_pattern
    from construction.sources.names import Compilable as Compilable
    from construction.sources.names import compilable as compilable
    from construction.sources.names import find as find
    from construction.sources.names import learner as learner
    from construction.training.batches import BatchStep as BatchStep
    from construction.training.sgd import SGDStep as SGDStep
    from construction.training.sgd import sgd_step as sgd_step
    from construction.training.sgd import train as train

__version__: Final = "0.1.0"

#: The public names, and the module that each comes from: the main ones, and what those take and return.
PUBLIC: Final = MappingProxyType(
    {
        "Machine": "construction.machines.machine",
        "Step": "construction.machines.machine",
        "Halt": "construction.machines.machine",
        "MachineOnTape": "construction.machines.on_tape",
        "SizeFormula": "construction.machines.formula",
        "TargetClass": "construction.machines.bit_formula",
        "Code": "construction.rules.codes",
        "Kind": "construction.rules.codes",
        "Signal": "construction.rules.codes",
        "Sum": "construction.rules.codes",
        "SymbolicRule": "construction.rules.symbolic",
        "SymbolicGate": "construction.rules.symbolic",
        "Cell": "construction.rules.symbolic",
        "LocalRule": "construction.rules.rule",
        "Alphabet": "construction.rules.rule",
        "Gate": "construction.rules.rule",
        "Table": "construction.rules.tables",
        "machine_rule": "construction.rules.machine_rule",
        "CellularAutomaton": "construction.rules.cellular_automaton",
        "Form": "construction.rules.forms",
        "Scene": "construction.rules.scenes",
        "Stage": "construction.rules.scenes",
        "Variable": "construction.rules.scenes",
        "PROGRAMS": "construction.programs.catalogue",
        "load_program": "construction.programs.catalogue",
        "Program": "construction.programs.program",
        "Learns": "construction.programs.program",
        "find": "construction.sources.names",
        "learner": "construction.sources.names",
        "compilable": "construction.sources.names",
        "Compilable": "construction.sources.names",
        "read_pattern": "construction.sources.files",
        "Pattern": "construction.formats.golly",
        "compile_rule": "construction.compiling.compiler",
        "RCNN": "construction.network.rcnn",
        "WeightLayer": "construction.network.layers",
        "five_layer_form": "construction.network.definition5",
        "difference": "construction.network.comparison",
        "save_network": "construction.network.files",
        "load_network": "construction.network.files",
        "NetworkFile": "construction.network.files",
        "save_memory": "construction.network.files",
        "load_memory": "construction.network.files",
        "MemoryFile": "construction.network.files",
        "EXECUTORS": "construction.executors.catalogue",
        "load_executor": "construction.executors.catalogue",
        "Executor": "construction.executors.executor",
        "Run": "construction.executors.executor",
        "ForwardBackward": "construction.executors.executor",
        "Progress": "construction.progress",
        "run_machine": "construction.running.machine",
        "MachineReport": "construction.running.machine",
        "evolve": "construction.running.automaton",
        "Evolution": "construction.running.automaton",
        "with_margin": "construction.running.automaton",
        "machine_frames": "construction.running.frames",
        "network_frames": "construction.running.frames",
        "automaton_frames": "construction.running.frames",
        "program_frames": "construction.running.frames",
        "Frame": "construction.running.frames",
        "FrameCell": "construction.running.frames",
        "Head": "construction.running.frames",
        "train": "construction.training.sgd",
        "sgd_step": "construction.training.sgd",
        "BatchStep": "construction.training.batches",
        "SGDStep": "construction.training.sgd",
        "Training": "construction.learning.training",
        "predict": "construction.learning.prediction",
        "Predictions": "construction.learning.prediction",
        "row_reduction": "construction.learning.row_reduction",
        "Parity": "construction.learning.row_reduction",
        "load_table": "construction.learning.data.bundled",
        "read_table": "construction.learning.data.table",
        "BitTable": "construction.learning.data.table",
        "Column": "construction.learning.data.values",
        "data_set": "construction.learning.data.data_set",
        "split": "construction.learning.data.data_set",
        "DataSet": "construction.learning.data.data_set",
        "Columns": "construction.learning.data.data_set",
        "Examples": "construction.learning.data.data_set",
        "learn": "construction.learning.report",
        "Report": "construction.learning.report",
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
