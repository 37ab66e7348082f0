"""Files: what is written is read back, and everything else is refused with a clear error."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import KindError, NetworkError
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.sweep.dense import DenseExecutor
from construction.learning.training import Training
from construction.network.comparison import difference
from construction.network.container import FORMAT_VERSION, HEADER_KEY
from construction.network.definition5 import five_layer_form
from construction.network.files import load_memory, load_network, save_memory, save_network
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program

VECTORS = Path(__file__).parent.parent / "vectors"
CERTIFICATE = {"waves": [1, 2, {"deep": None}], "name": "ä"}


@pytest.fixture(scope="module")
def network() -> RCNN:
    return compile_rule(load_program("systolic-row-reduction").rule)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def good(network: RCNN, folder: Path) -> bytes:
    path = folder / "network.safetensors"
    save_network(path, network, CERTIFICATE)
    return path.read_bytes()


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


@pytest.mark.parametrize("part", [0, 7, 8, 100, -9, -1])
def test_a_truncated_file_is_refused(good: bytes, part: int, tmp_path: Path) -> None:
    refused(good[:part], tmp_path)


@given(data=st.data())
def test_a_damaged_file_is_refused_or_is_another_network(
    data: st.DataObject, good: bytes, folder: Path
) -> None:
    """No damage leads to anything but a NetworkError or a network that is valid in itself."""
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    path = folder / "damaged"
    path.write_bytes(damaged)
    with contextlib.suppress(NetworkError):
        assert load_network(path).network.hidden_widths


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04" * 9, b"\xff" * 64])
def test_a_foreign_file_is_refused(content: bytes, tmp_path: Path) -> None:
    assert "not a safetensors file" in refused(content, tmp_path)


def test_someone_elses_safetensors_is_refused(tmp_path: Path) -> None:
    other = safetensors.numpy.save({"x": np.zeros(3)}, {"format": "pt"})
    assert "not of this project" in refused(other, tmp_path)
    assert "not of this project" in refused(safetensors.numpy.save({"x": np.zeros(3)}), tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": FORMAT_VERSION + 1}, "written in format version"),
        ({"version": "1"}, "no format version"),
        ({"version": True}, "no format version"),
        ({"version": None}, "no format version"),
        ({"kind": "memory"}, "it should hold a 'network'"),
        ({"kind": None}, "it should hold a 'network'"),
        ({"extra": 1}, "unknown entry 'extra'"),
        ({"program": None}, "'program' is a NoneType; it should be a str"),
        ({"program": ""}, "no name"),
        ({"program": "\x1b[2J"}, "no name"),
        ({"padding": True}, "'padding' is a bool"),
        ({"padding": 1}, "the padding 1 should be the smallest"),
        ({"padding": 10**6}, "no code"),
        ({"work_columns": -1}, "-1 work columns"),
        ({"work_columns": 10**30}, "0 work columns; there should be 0 to 32767"),
        ({"certificate": []}, "'certificate' is a list; it should be a dict"),
        ({"codes": [[-2, "a"], [-2, "b"]]}, "listed twice"),
        ({"codes": [[-2, "a"], [0.5, "b"]]}, "it should be \\[number, name\\]"),
        ({"codes": [[-2, "a"], [True, "b"]]}, "it should be \\[number, name\\]"),
        ({"codes": [[-2, "a"]]}, "two codes or more"),
        ({"codes": [[-2, "a"], [10**9, "b"]]}, "16 bits"),
        ({"codes": [[-2, "a"], [32766, "b"]]}, "at most 32767 more than the smallest"),
        ({"codes": [[-2, "a"], [3, 4]]}, "no name"),
        ({"units": {}}, "a list for each layer"),
        ({"units": {"convolution": "abc", "head": []}}, "a list for each layer"),
        ({"units": {"convolution": [], "head": []}}, "should end in one number"),
        ({"units": {"convolution": [["a"]], "head": []}}, "outputs but 1 names"),
    ],
)
def test_a_header_that_lies_is_refused(
    good: bytes, change: dict[str, Any], message: str, tmp_path: Path
) -> None:
    tensors, header = opened(good)
    assert_refused(tensors, header | change, message, tmp_path)


@pytest.mark.parametrize("key", ["program", "padding", "codes", "units", "certificate", "version"])
def test_a_header_without_an_entry_is_refused(good: bytes, key: str, tmp_path: Path) -> None:
    tensors, header = opened(good)
    del header[key]
    assert_refused(tensors, header, key if key != "version" else "format version", tmp_path)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("convolution.1.weights", None, "'convolution.1.weights' is missing"),
        ("convolution.4.weights", np.zeros((1, 1), dtype=np.int64), "10 tensors|16 tensors"),
        ("evil", np.zeros(1, dtype=np.int64), "unknown tensor 'evil'"),
        ("head.2.scale", np.zeros((), dtype=np.int64), "scale is 0"),
        ("head.2.scale", np.ones(2, dtype=np.int64), "shape"),
        ("head.2.weights", np.zeros(3, dtype=np.int64), "weights have shape"),
        ("head.2.weights", np.zeros((1, 1), dtype=np.int64), "takes 1 inputs"),
        ("head.2.weights", np.full((1, 4), 0.5), "has type F64"),
        ("head.2.weights", np.full((1, 4), np.nan, dtype=np.float32), "has type F32"),
        ("convolution.1.biases", np.full(132, -(2**63)), "64-bit integers hold"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(
    good: bytes, name: str, array: Any, message: str, tmp_path: Path
) -> None:
    tensors, header = opened(good)
    if array is None:
        del tensors[name]
    else:
        if name == "convolution.1.biases":
            array = np.full_like(tensors[name], -(2**63))
        tensors[name] = array
    assert_refused(tensors, header, message, tmp_path)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[]", "{", '{"a": NaN}', '{"a": 1e999}', '{"a": 1, "a": 1}', "9" * 5000]
)
def test_a_header_that_is_no_json_is_refused(good: bytes, text: str, tmp_path: Path) -> None:
    tensors, _ = opened(good)
    data = safetensors.numpy.save(tensors, {HEADER_KEY: text})
    assert "no JSON object" in refused(data, tmp_path)


def test_what_is_no_file_is_refused(tmp_path: Path, network: RCNN) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(NetworkError, match="not a regular file"):
            load_network(path)
    with pytest.raises(NetworkError, match="cannot be read: No such file"):
        load_network(tmp_path / "absent")
    with pytest.raises(NetworkError, match="cannot be read"):
        load_network("\0")
    with pytest.raises(NetworkError, match="cannot be written: No such file"):
        save_network(tmp_path / "absent" / "file", network, {})


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(2**31 + 1)  # a hole: it takes no space
    with pytest.raises(NetworkError, match="the limit is"):
        load_network(path)


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


def opened(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    size = int.from_bytes(data[:8], "little")
    header = json.loads(json.loads(data[8 : 8 + size])["__metadata__"][HEADER_KEY])
    return safetensors.numpy.load(data), header


def refused(content: bytes, folder: Path) -> str:
    path = folder / "network"
    path.write_bytes(content)
    with pytest.raises(NetworkError) as caught:
        load_network(path)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value)


def assert_refused(
    tensors: dict[str, Any], header: dict[str, Any], message: str, folder: Path
) -> None:
    data = safetensors.numpy.save(tensors, {HEADER_KEY: json.dumps(header)})
    path = folder / "network"
    path.write_bytes(data)
    with pytest.raises(NetworkError, match=message):
        load_network(path)


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
