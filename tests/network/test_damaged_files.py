"""Files of networks that are cut off, damaged or of something else: each is refused with a clear error."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from construction.errors import NetworkError
from construction.network.container import FORMAT_VERSION, HEADER_KEY
from construction.network.files import load_network, save_network
from construction.network.rcnn import RCNN


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
