"""The circuit of a table, what it doubts, and which executor a run in planes is left to."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from construction import kernels
from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.auto import AutoExecutor
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.planes import circuit as circuits
from construction.executors.planes import executor as planes
from construction.executors.planes import grid as planes_grid
from construction.executors.planes import kernel as planes_kernel
from construction.executors.planes import words
from construction.executors.planes.circuit import FALSE, TRUE, Circuit, circuit, numbered_codes
from construction.executors.planes.compiled import file_of, loaded, source
from construction.executors.planes.diagrams import FREE, diagram
from construction.executors.planes.executor import PlanesExecutor
from construction.executors.table.patch_table import FAILED, PatchTable, patch_table
from construction.formats.golly import parse_automaton
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.codes import Code
from construction.rules.patch import POSITIONS
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table
from construction.strategies import closed_rules, local_rules
from construction.strategies.arrays import Integers


@settings(max_examples=20)
@given(arrays(np.int8, (3, 32), elements=st.sampled_from([0, 1, FREE])))
def test_a_diagram_is_its_table_wherever_that_is_not_free(table: np.ndarray) -> None:
    found = diagram(table)
    np.testing.assert_array_equal(found.table()[table != FREE], table[table != FREE])


def network_of(name: str) -> RCNN:
    return compile_rule(load_program(name).rule)


def outputs(patches: PatchTable, numbers: Integers) -> Integers:
    """The circuit's outputs ``(outputs, patches)`` for patches of numbers ``(9, patches)``."""
    found = circuit(patches)
    assert found is not None
    values = {FALSE: np.zeros(numbers.shape[1], bool), TRUE: np.ones(numbers.shape[1], bool)}
    for position, plane in found.inputs:
        values[len(values)] = (numbers[position] >> plane & 1).astype(bool)
    for by, one, zero in found.gates:
        values[len(values)] = np.where(values[by], values[one], values[zero])
    return np.array([values[value] for value in found.outputs]).astype(int)


@pytest.mark.parametrize("name", ["systolic-row-reduction", "majority", "line-row-reduction"])
def test_a_circuit_is_right_on_every_patch_that_it_does_not_doubt(name: str) -> None:
    """All patches of classes, each by random codes of theirs; the padding is never a pixel's own code."""
    patches = patch_table(network_of(name))
    codes = numbered_codes(patches)
    words = patches.words[codes - patches.network.lowest]
    random = np.random.default_rng(0)
    kinds = []
    for position, mask in zip(POSITIONS, patches.masks, strict=True):
        fields = words & mask
        own = [number for number in range(len(codes)) if number or position != "C"]
        kinds.append([[n for n in own if fields[n] == each] for each in np.unique(fields[own])])
    choices = np.indices([len(kind) for kind in kinds]).reshape(9, -1)
    numbers = np.array(
        [
            np.array([random.choice(each) for each in kind])[chosen]
            for kind, chosen in zip(kinds, choices, strict=True)
        ]
    )
    index = np.bitwise_or.reduce(words[numbers] & patches.masks[:, None], axis=0)
    after = patches.table[index]
    expected = (after >> np.uint32(patches.code_shift)).astype(int) + patches.network.lowest
    *bits, doubt = outputs(patches, numbers)
    found = (np.array(bits) << np.arange(len(bits))[:, None]).sum(axis=0)
    right = (after != FAILED) & (found < len(codes))
    right &= codes[np.minimum(found, len(codes) - 1)] == expected
    assert (right | (doubt == 1)).all()
    # It is right on much, and not because it doubts all.
    assert 100 < (doubt == 0).sum() < doubt.size


def grids_of(network: RCNN, shape: tuple[int, int, int]) -> Integers:
    signs = np.random.default_rng(3).choice([-1, 1], shape)
    return np.concatenate([signs, np.full((*shape[:2], network.work_columns), 3)], axis=2)


@pytest.fixture
def no_circuits(tmp_path: Path) -> Iterator[Path]:
    """A place for machine code that is empty."""
    with patch("construction.executors.planes.compiled.folder", return_value=tmp_path / "new"):
        yield tmp_path / "new"


def assert_same_run(executor: PlanesExecutor, grid: Integers, layers: int, name: str) -> None:
    expected = ReferenceExecutor(executor.network).run(grid, layers, record=True)
    for record in (False, True):
        found = executor.run(grid, layers, record=record)
        assert (found.executor, found.computed) == (name, expected.computed)
        np.testing.assert_array_equal(found.grids, expected.grids)
    np.testing.assert_array_equal(found.history, expected.history)


def test_compiled_circuits_are_kept(no_circuits: Path) -> None:
    """Used in chunks of four tiles, too."""
    network = network_of("one-literal")
    grid = grids_of(network, (1, 70, 40))
    with patch.object(planes, "WORTH_COMPILING", 0):
        first = PlanesExecutor(network)
        assert_same_run(first, grid, 40, "planes")
        (kept,) = no_circuits.glob("planes_*.py")
    with patch.object(planes, "_circuit", side_effect=AssertionError("it was kept")):
        assert_same_run(PlanesExecutor(network), grid, 40, "planes")
        written = kept.read_text()
    assert "for tile in range" in written


def test_an_interrupt_while_a_circuit_is_compiled_leaves_nothing_behind(no_circuits: Path) -> None:
    executor = PlanesExecutor(network_of("majority"))
    compiling = patch.object(planes_kernel, "circuit_kernel", side_effect=KeyboardInterrupt)
    with compiling, pytest.raises(KeyboardInterrupt):
        executor.compile((20, 20))
    assert not executor.is_loaded((20, 20))
    with patch.object(planes_kernel, "circuit_kernel", lambda function: function):
        for again in (executor, PlanesExecutor(executor.network)):
            assert again.compile((20, 20))
            assert again.is_loaded((20, 20))


def test_an_interrupt_while_a_circuit_is_handed_to_the_kernel_is_not_lost() -> None:
    """Whichever function of Python's it hits: Numba took an error in one of them for a missing argument."""
    executor = PlanesExecutor(network_of("one-literal"))
    states = executor._states(grids_of(executor.network, (1, 20, 20)).astype(np.int16), 9)
    assert states
    states[0].advance(1)  # which loads the kernel
    for number in range(1000):
        calls = iter(range(number))

        def interrupt(_frame: object, event: str, _: object, calls: Iterator[int] = calls) -> None:
            if event == "call" and next(calls, None) is None:
                raise KeyboardInterrupt

        sys.setprofile(interrupt)
        try:
            states[0].advance(1)
        except KeyboardInterrupt:
            continue
        finally:
            sys.setprofile(None)
        break
    assert 3 < number < 999


def test_a_circuit_that_is_only_half_loaded_is_not_taken_for_loaded(tmp_path: Path) -> None:
    path = tmp_path / "planes_half.py"
    half = ModuleType(path.stem)
    half.__file__ = str(path)
    with patch.dict(sys.modules, {path.stem: half}):
        assert loaded(path) is None
        vars(half)["circuit"] = None
        assert loaded(path) is half


def test_executors_that_ran_are_pickled_and_copied(no_circuits: Path) -> None:
    """Without machine code, and without whom they tell of progress: neither has a place in a file."""
    network = network_of("one-literal")
    grid = grids_of(network, (1, 20, 20))
    alone, within = PlanesExecutor(network), AutoExecutor(network)
    within._planes.run(grid, 9)
    expected = alone.run(grid, 9)
    assert expected.executor == "planes"
    for executor in (alone, within):
        told: list[int] = []
        executor.progress = lambda _what, done, _all, told=told: told.append(done)
        executor.run(grid, 9)
        if isinstance(executor, AutoExecutor):
            executor._run_in_turns(grid.astype(np.int16), 9, record=False)
        assert told
        for again in (pickle.loads(pickle.dumps(executor)), copy.deepcopy(executor)):
            np.testing.assert_array_equal(again.run(grid, 9).grids, expected.grids)


def test_patches_that_no_small_run_met_are_looked_up(no_circuits: Path) -> None:
    """A circuit that is made for one patch alone doubts the others."""
    network = network_of("one-literal")

    def one_patch(patches: PatchTable) -> np.ndarray:
        met = np.zeros(patches.table.size, dtype=bool)
        met[0] = True
        return met

    with patch.object(circuits, "met_patches", one_patch):
        assert_same_run(PlanesExecutor(network), grids_of(network, (2, 5, 66)), 12, "planes")


def test_codes_without_names_are_left_to_the_event_executor(no_circuits: Path) -> None:
    network = network_of("majority")
    named = set(network.codes)
    other = next(c for c in range(network.lowest, network.highest) if c not in named)
    grid = grids_of(network, (1, 3, 4))
    executor = PlanesExecutor(network)
    assert executor.run(grid, 3).executor == "planes"
    grid[0, 1, 1] = other
    assert executor.run(grid, 0).executor == "event"


@pytest.mark.parametrize("name", ["B3/S23", "B/S", "B267/S123", "B3/S12345", "B2/SV"])
def test_the_circuit_of_an_automaton_whose_codes_are_sums_doubts_nothing(
    name: str, no_circuits: Path
) -> None:
    """Its codes are no memory's, though they are the same numbers, and where 1 lives they do something."""
    automaton = parse_automaton(name)
    network = compile_rule(automaton.rule())
    cells = np.random.default_rng(0).integers(0, 2, (1, 64, 64))
    start = automaton.codes(cells)
    with patch.object(planes_grid, "LOOKED_UP", 2**40):
        run = PlanesExecutor(network).run(start, 10)
    assert run.executor == "planes"
    assert run.evaluated <= 10 * 64 * 64
    np.testing.assert_array_equal(run.grids, ReferenceExecutor(network).run(start, 10).grids)


def test_networks_without_a_circuit_are_left_to_the_event_executor() -> None:
    network = network_of("majority")
    grid = grids_of(network, (1, 3, 4))
    assert PlanesExecutor(network, most_combinations=0).run(grid, 3).executor == "event"
    with (
        patch.object(circuits, "MOST_GATES", 3),
        patch.object(planes, "file_of", return_value=Path("no such file")),
    ):
        assert PlanesExecutor(network).run(grid, 3).executor == "event"


def test_where_nothing_can_be_written_gates_are_interpreted(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    network = network_of("majority")
    with (
        patch("construction.executors.planes.compiled.folder", return_value=tmp_path / "file"),
        patch.object(planes, "WORTH_COMPILING", 0),
    ):
        assert_same_run(PlanesExecutor(network), grids_of(network, (1, 5, 6)), 9, "planes")
    assert kernels.folder() != tmp_path


def test_more_than_256_codes() -> None:
    codes = {code: Code(f"{code}") for code in range(-1, 300)}
    count = Table({code: code + 1 for code in range(299)})
    rule = LocalRule("count", Alphabet(codes, -1), {"C": count}, (), Table({}))
    network = compile_rule(rule)
    grids = np.random.default_rng(0).choice(300, (1, 5, 70))
    found = PlanesExecutor(network).run(grids, 2, record=True)
    assert found.executor == "planes"
    expected = ReferenceExecutor(network).run(grids, 2, record=True)
    np.testing.assert_array_equal(found.history, expected.history)


@given(st.one_of(closed_rules(), local_rules()))
@settings(max_examples=15)
def test_no_gate_chooses_by_a_constant(rule: LocalRule) -> None:
    found = circuit(patch_table(compile_rule(rule)))
    assert found is None or all(gate.by not in {FALSE, TRUE} for gate in found.gates)


def test_constant_outputs_are_words() -> None:
    """Also where the file is run as plain Python, in which -1 is no word."""
    text = source(Circuit(1, (), (), (TRUE, FALSE)), turned=True)
    assert f"= {2**64 - 1}\n" in text
    assert "= 0\n" in text


def test_the_source_does_not_depend_on_what_the_network_is_called() -> None:
    network = network_of("majority")
    renamed = replace(network, name='"""; raise SystemExit #')
    files = {file_of(patch_table(each), turned=True) for each in (network, renamed)}
    assert len(files) == 1
    found = circuit(patch_table(renamed))
    assert found is not None
    assert "SystemExit" not in source(found, turned=True)


def test_a_grid_that_is_refused_is_named_by_its_number_in_the_batch() -> None:
    codes = {-1: Code("padding"), 0: Code("0"), 1: Code("1")}
    network = compile_rule(LocalRule("still", Alphabet(codes, -1), {}, (), Table({})))
    signs = np.ones((40, 2), dtype=np.int64)
    signs[37, 0] = -1
    with pytest.raises(NetworkError, match="after layer 0, grid 38, the pixel at row 1, column 1"):
        PlanesExecutor(network).outputs(np.array([[1, 0]]), signs, 0)


def test_planes_of_few_lines_that_would_not_fit_are_left_to_the_event_executor() -> None:
    network = network_of("majority")
    executor = PlanesExecutor(network)
    for shape, name in (((1, 1, 2000), "event"), ((1, 200, 200), "planes")):
        grid = grids_of(network, shape).astype(np.int16)
        with patch.object(planes, "MEMORY_LIMIT", grid.size * PlanesExecutor.bytes_per_pixel):
            assert executor.run(grid, 3).executor == name
            layers = executor.run_while(grid, 3, lambda *_: True).layers
            assert (layers > 0) == (name == "planes")


def test_compiling_a_circuit_compiles_the_kernels_around_it_too(no_circuits: Path) -> None:
    """And machine code is kept if that of all is."""
    kernels_around = [
        name
        for name, kernel in vars(words).items()
        if hasattr(kernel, "py_func") and name[0] != "_"
    ]
    executor = PlanesExecutor(network_of("majority"))
    with ExitStack() as stack:
        around = [stack.enter_context(patch.object(planes_grid, name)) for name in kernels_around]
        stack.enter_context(
            patch.object(planes_kernel, "circuit_kernel", lambda function: function)
        )
        assert executor.compile((20, 20))
        assert all(mock.called for mock in around)
        asked = stack.enter_context(patch.object(planes, "is_compiled", return_value=True))
        assert executor.is_kept((20, 20))
    assert {f"words.{name}" for name in kernels_around} < {
        name for call in asked.call_args_list for name in call.args
    }
    assert len(kernels_around) == 3
