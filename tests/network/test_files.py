"""Files: what is written is read back, and what cannot be written is refused with a clear error."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.errors import KindError, NetworkError
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.sweep.dense import DenseExecutor
from construction.learning.training import Training
from construction.network.comparison import difference
from construction.network.definition5 import five_layer_form
from construction.network.files import load_memory, load_network, save_memory, save_network
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from tests.network.conftest import CERTIFICATE

VECTORS = Path(__file__).parent.parent / "vectors"


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("form", [lambda network: network, five_layer_form])
def test_a_network_comes_back_as_it_was(
    program: str, form: Callable[[RCNN], RCNN], tmp_path: Path
) -> None:
    network = form(compile_rule(load_program(program).rule))
    path = tmp_path / "network.safetensors"
    save_network(path, network, CERTIFICATE)
    found = load_network(path)
    assert difference(found.network, network) is None
    assert found.certificate == CERTIFICATE
    first = path.read_bytes()
    save_network(path, found.network, found.certificate)
    assert path.read_bytes() == first
    assert os.listdir(tmp_path) == [path.name]


def test_reading_needs_no_compiler(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "network.safetensors"
    path.write_bytes(good)
    program = (
        "import sys; from construction.network.files import load_network;"
        f"load_network({str(path)!r});"
        "print([m for m in sys.modules if m.startswith(('construction.compiling',"
        " 'construction.rules', 'construction.programs'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    # The nine positions of a patch are the network's too.
    assert done.stdout.decode().strip() == "['construction.rules', 'construction.rules.patch']"


def test_a_file_of_format_version_1_still_runs() -> None:
    network = load_network(VECTORS / "rule-110.v1.safetensors").network
    alive = [code for code, name in network.codes.items() if name.endswith("alive")]
    (alive_at_start,) = (c for c, name in network.codes.items() if name == "alive at the start")
    (dead_at_start,) = (c for c, name in network.codes.items() if name == "dead at the start")
    cells = np.random.default_rng(0).integers(0, 2, size=20)
    start = np.where(cells, alive_at_start, dead_at_start)[None, None]
    run = ReferenceExecutor(network).run(start, 30, record=True)
    for generation in range(1, 31):
        around = np.pad(cells, 1)
        number = 4 * around[:-2] + 2 * around[1:-1] + around[2:]
        cells = 110 >> number & 1
        assert np.isin(run.at(generation)[0, 0], alive).tolist() == (cells == 1).tolist()


def test_a_memory_comes_back_as_it_was(network: RCNN, tmp_path: Path) -> None:
    memory = np.array([[1, -1, 1], [-1, 1, 1], [0, 0, 0]])
    save_memory(tmp_path / "memory", network, memory)
    found = load_memory(tmp_path / "memory", network).memory
    assert found.dtype == np.int64
    assert np.array_equal(found, memory)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_memory_of_every_program_saves_and_loads(name: str, tmp_path: Path) -> None:
    program = load_program(name)
    executor = DenseExecutor(compile_rule(program.rule))
    rng = np.random.default_rng(0)
    examples, labels = rng.choice([-1, 1], size=(5, 2)), rng.choice([-1, 1], size=5)
    for step in Training(program, executor, *examples.shape).steps(
        zip(examples, labels.tolist(), strict=True)
    ):
        save_memory(tmp_path / "memory", executor.network, step.memory)
        assert np.array_equal(
            load_memory(tmp_path / "memory", executor.network).memory, step.memory
        )


def test_a_memory_belongs_to_its_program(network: RCNN, tmp_path: Path) -> None:
    other = compile_rule(load_program("row-reduction-machine").rule)
    save_memory(tmp_path / "memory", network, np.zeros((2, 2), dtype=np.int64))
    with pytest.raises(NetworkError, match="the memory of program 'systolic-row-reduction'"):
        load_memory(tmp_path / "memory", other)
    with pytest.raises(NetworkError, match="holds 'memory'; it should hold a 'network'"):
        load_network(tmp_path / "memory")


def test_a_memory_holds_signs(network: RCNN, tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="row 1, column 2 is 2 thirds"):
        save_memory(tmp_path / "memory", network, np.array([[1, 2]]))
    with pytest.raises(NetworkError, match=r"shape \(0, 3\)"):
        save_memory(tmp_path / "memory", network, np.zeros((0, 3), dtype=np.int64))
    others: list[Any] = [np.array([[1, -1]]) / 3, np.array([[np.nan]]), np.array([[True]])]
    for no_integers in others:
        with pytest.raises(NetworkError, match="it should be integers, the weights W times 3"):
            save_memory(tmp_path / "memory", network, no_integers)
    assert not os.listdir(tmp_path)


def test_a_write_that_fails_leaves_the_old_file(
    good: bytes, network: RCNN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "network"
    path.write_bytes(good)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NetworkError, match="cannot be written: No space left"):
        save_network(path, network, {})
    assert path.read_bytes() == good
    assert os.listdir(tmp_path) == ["network"]


def test_a_certificate_is_json(network: RCNN, tmp_path: Path) -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    for certificate in ({"a": object()}, {"a": float("nan")}, {"a": deep}):
        with pytest.raises(NetworkError, match="no JSON"):
            save_network(tmp_path / "network", network, certificate)
    with pytest.raises(KindError, match="certificate: of type list; it should be a dict"):
        save_network(tmp_path / "network", network, [1])  # type: ignore[arg-type]
    assert not os.listdir(tmp_path)


def test_a_device_or_a_pipe_is_not_replaced(network: RCNN, tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for target in (pipe, link):
        with pytest.raises(NetworkError, match="it is a device or a pipe"):
            save_network(target, network, {})
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["link", "pipe"]


def test_a_link_is_followed(network: RCNN, tmp_path: Path) -> None:
    link, real = tmp_path / "link", tmp_path / "real"
    link.symlink_to(real)
    save_network(link, network, {})
    assert link.is_symlink()
    assert load_network(real).network.name == network.name


@pytest.mark.parametrize("path", ["", ".", "/", "a\0b", "x" * 300])
def test_what_is_no_place_for_a_file_is_refused(
    path: str, network: RCNN, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NetworkError, match="cannot be written"):
        save_network(path, network, {})
    assert not os.listdir(tmp_path)
