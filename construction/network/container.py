"""The container of the project's files: safetensors, and one JSON object in its header.

A file is read whole, checked, and only then believed; nothing in it is ever executed. Whatever is
wrong with it, the reader gets a :class:`~construction.errors.NetworkError` that says what.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Mapping
from math import isinf
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from construction.errors import NetworkError

FORMAT_VERSION: Final = 1
HEADER_KEY: Final = "rcnn-construction"  #: the entry of the header's metadata that is ours
SIZE_LIMIT: Final = 2**31  #: bytes; a larger file is refused before it is read

Tensors = dict[str, npt.NDArray[np.int64]]
PathLike = str | os.PathLike[str]

#: The integer types that a file may hold, by their safetensors names.
_TYPES: Final = {"I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8"}


def write_container(
    path: PathLike,
    kind: str,
    tensors: Mapping[str, npt.NDArray[np.integer]],
    header: Mapping[str, Any],
) -> None:
    """Write tensors and header to ``path``, atomically: a reader sees the old file or the new one.

    Raises :class:`~construction.errors.NetworkError` when the header is no JSON, or when the file
    cannot be written.
    """
    target = Path(path)
    try:
        text = json.dumps(
            {"kind": kind, "version": FORMAT_VERSION, **header}, allow_nan=False, sort_keys=True
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise NetworkError(
            f"{target}: what should go into the header is no JSON: {error}"
        ) from None
    arrays = {name: np.asarray(array, order="C") for name, array in tensors.items()}
    data = safetensors.numpy.save(arrays, {HEADER_KEY: text})
    write_atomically(target, data)


def write_atomically(path: PathLike, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    The new file takes the old one's place, or that of the file that a link leads to; so a directory,
    a device or a pipe is refused: it would be lost.

    Raises :class:`~construction.errors.NetworkError` when it cannot be written.
    """
    target = check_writable(path)
    try:
        temporary = target.with_name(f".{secrets.token_hex(8)}")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be written: {error.strerror}") from None


def check_writable(path: PathLike) -> Path:
    """Where the file goes that :func:`write_atomically` writes; to be asked before long work.

    Raises :class:`~construction.errors.NetworkError` when there is no such place.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            kind = "a directory" if target.is_dir() else "a device or a pipe"
            raise NetworkError(
                f"{path}: cannot be written: it is {kind}; it should be a regular file"
            )
        os.stat(target.parent)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be written: {error.strerror}") from None
    except ValueError as error:  # a NUL in the path
        raise NetworkError(f"{path!r}: cannot be written: {error}") from None
    return target


def read_container(path: PathLike, kind: str) -> tuple[Tensors, dict[str, Any]]:
    """The tensors, as int64, and the header of a file of this kind, without kind and version.

    Raises :class:`~construction.errors.NetworkError` when the file cannot be read, is damaged or
    foreign, is of another kind, or was written by a version that this one does not know.
    """
    data = read_file(path)
    try:
        entries = safetensors.deserialize(data)  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise NetworkError(f"{path}: not a safetensors file, or a damaged one: {error}") from None
    size = int.from_bytes(data[:8], "little")
    metadata = parse_object(data[8 : 8 + size], f"{path}: the safetensors header")
    own = metadata.get("__metadata__", {})
    if not isinstance(own, dict) or not isinstance(own.get(HEADER_KEY), str):
        raise NetworkError(
            f"{path}: a safetensors file, but not of this project: its metadata has no entry "
            f"{HEADER_KEY!r}"
        )
    header = parse_object(own[HEADER_KEY], f"{path}: the header")
    _check_version(path, header.pop("version", None))
    found = header.pop("kind", None)
    if found != kind:
        raise NetworkError(f"{path}: holds {str(found)[:40]!r}; it should hold a {kind!r}")
    return {name: _tensor(path, name, entry) for name, entry in entries}, header


def parse_object(text: str | bytes, what: str) -> dict[str, Any]:
    """A JSON object without repeated keys and without NaN or infinities."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            raise ValueError("a key is repeated")
        return result

    def refuse(number: str) -> NoReturn:
        raise ValueError(f"{number} is no JSON number")

    def finite(number: str) -> float:
        value = float(number)
        if isinf(value):
            raise ValueError(f"{number[:40]} is too large for a number")
        return value

    try:
        value = json.loads(
            text, object_pairs_hook=unique, parse_constant=refuse, parse_float=finite
        )
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"{what} is no JSON object: {error}") from None
    if not isinstance(value, dict):
        raise NetworkError(f"{what} is no JSON object but a {type(value).__name__}")
    return value


def read_file(path: PathLike) -> bytes:
    """The bytes of a regular file. Raises :class:`~construction.errors.NetworkError` when it cannot be read."""
    try:
        # Opening a pipe or a device could block for ever, so look before opening.
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise NetworkError(f"{path}: not a regular file")
        if status.st_size > SIZE_LIMIT:
            raise NetworkError(f"{path}: {status.st_size} bytes; the limit is {SIZE_LIMIT}")
        return Path(path).read_bytes()
    except OSError as error:
        raise NetworkError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # a NUL in the path
        raise NetworkError(f"{path!r}: cannot be read: {error}") from None


def _check_version(path: PathLike, version: object) -> None:
    if type(version) is not int or version < 1:
        raise NetworkError(f"{path}: the header has no format version")
    if version > FORMAT_VERSION:
        raise NetworkError(
            f"{path}: written in format version {version}; this version of the project reads up "
            f"to {FORMAT_VERSION}. Install a newer one to read it"
        )


def _tensor(path: PathLike, name: str, entry: Mapping[str, Any]) -> npt.NDArray[np.int64]:
    if entry["dtype"] not in _TYPES:
        raise NetworkError(
            f"{path}: tensor {name!r} has type {entry['dtype']}; it should be one of the integers "
            f"{', '.join(_TYPES)}"
        )
    array = np.frombuffer(entry["data"], dtype=_TYPES[entry["dtype"]])
    return array.reshape(entry["shape"]).astype(np.int64)
