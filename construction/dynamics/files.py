"""Threshold-linear networks in files: a small JSON, or NumPy's own.

JSON holds one object with ``weights``, a list of rows, one for each receiving neuron, and ``input``, a
list; numbers, or text such as ``"-1/3"`` where a fraction should be exact. A ``.npz`` file holds arrays
of these two names, a ``.npy`` file the weights alone, with input 1 to every neuron.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from construction.dynamics.threshold_linear import ThresholdLinearNetwork
from construction.errors import NetworkError
from construction.network.container import parse_object

SUFFIXES: Final = (".json", ".npz", ".npy")
FIELDS: Final = ("weights", "input")


def read_threshold_linear(path: Path) -> ThresholdLinearNetwork:
    """The network in a file.

    Raises :class:`~construction.errors.NetworkError` when it cannot be read or holds none.
    """
    try:
        found = _read_json(path) if path.suffix == ".json" else _read_numpy(path)
        return ThresholdLinearNetwork.of(found["weights"], found["input"])
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise NetworkError(f"{path}: {reason}") from None
    except UnicodeDecodeError:
        raise NetworkError(f"{path}: the file is no text; it should be JSON in UTF-8") from None
    except NetworkError as error:
        raise NetworkError(f"{path}: {str(error).removeprefix(f'{path}: ')}") from None


def _read_json(path: Path) -> dict[str, Any]:
    found = parse_object(path.read_text(encoding="utf-8"), str(path))
    _check_fields(found)
    rows = found["weights"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise NetworkError("'weights' should be a list of rows, each a list of numbers")
    if len({len(row) for row in rows}) > 1:
        raise NetworkError("the rows of 'weights' differ in length; the matrix should be square")
    if not isinstance(found["input"], list):
        raise NetworkError("'input' should be a list of numbers, one for each neuron")
    return found


def _read_numpy(path: Path) -> dict[str, Any]:
    try:
        loaded = np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise NetworkError(f"not a NumPy file with numbers: {error}") from None
    if isinstance(loaded, np.ndarray):
        return {
            "weights": _numbers(loaded),
            "input": np.ones(len(np.atleast_1d(loaded)), dtype=int),
        }
    with loaded:
        _check_fields(dict.fromkeys(loaded.files))
        return {name: _numbers(loaded[name]) for name in FIELDS}


def _numbers(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.dtype.kind not in "iuf":
        raise NetworkError(f"an array of type {array.dtype}; it should hold real numbers")
    return array


def _check_fields(found: dict[str, Any]) -> None:
    missing = [name for name in FIELDS if name not in found]
    unknown = sorted(set(found) - set(FIELDS))
    if missing or unknown:
        what = f"no {missing[0]!r}" if missing else f"an unknown entry {unknown[0]!r}"
        raise NetworkError(f"there is {what}; the entries should be 'weights' and 'input'")
