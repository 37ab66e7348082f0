"""Networks and trained memories as files.

A network file holds, as safetensors, for layer ``n = 1, 2, ...`` of the convolution and of the head:

* ``convolution.n.weights`` ``(outputs, inputs)``, ``convolution.n.biases`` ``(outputs,)`` and
  ``convolution.n.scale`` ``()``: integers; a weight's real value is given by
  :meth:`~construction.network.layers.WeightLayer.real_weight`;
* ``head.n.weights``, ``head.n.biases``, ``head.n.scale``: the same;

and in the header one JSON object with the format version, the program's name, the padding code, the
number of work columns, ``"line": true`` if the grid is one line, the codes and their names, the names of all units, and a certificate, which
the caller hands in and which is not interpreted here.

A memory file holds ``memory`` ``(m + 1, d + 1)``, the integer matrix ``3 W``, and in the header the
program's name, a digest of its network, and what the caller says of the columns that its features are.

Loading validates everything that it hands out. It does not tell whether the weights do what the
program says: :func:`construction.network.comparison.difference` compares them with the weights that
the compiler writes, and ``rcnn verify`` checks them without the compiler.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from construction.arguments import checked
from construction.errors import NetworkError
from construction.network.bounds import integer_type
from construction.network.comparison import digest
from construction.network.container import (
    PathLike,
    Tensors,
    read_container,
    write_container,
)
from construction.network.layers import Integers, WeightLayer
from construction.network.memories import checked_memory
from construction.network.rcnn import RCNN

_PARTS: Final = ("convolution", "head")
_TENSOR: Final = re.compile(r"(convolution|head)\.([1-9][0-9]{0,2})\.(weights|biases|scale)")
_HEADER: Final = {
    "program": str,
    "padding": int,
    "work_columns": int,
    "codes": list,
    "units": dict,
    "certificate": dict,
}


@dataclass(frozen=True, eq=False)
class NetworkFile:
    """What a network file holds: the network, and the certificate as it was handed in."""

    network: RCNN
    certificate: Mapping[str, Any]


@checked
def save_network(path: PathLike, network: RCNN, certificate: Mapping[str, Any]) -> None:
    """Write a network and its certificate (any JSON object) to ``path``, atomically.

    Raises :class:`~construction.errors.NetworkError` when the certificate is no JSON or the file cannot be
    written.
    """
    tensors: Tensors = {}
    units: dict[str, list[list[str]]] = {}
    for part, layers in zip(_PARTS, (network.convolution, network.head), strict=True):
        for number, layer in enumerate(layers, 1):
            tensors[f"{part}.{number}.weights"] = layer.weights
            tensors[f"{part}.{number}.biases"] = layer.biases
            tensors[f"{part}.{number}.scale"] = np.array(layer.scale, dtype=np.int64)
        units[part] = [[_name(name) for name in layer.names] for layer in layers]
    header = {
        "program": _name(network.name),
        "padding": network.padding,
        "work_columns": network.work_columns,
        "codes": [(code, _name(name)) for code, name in network.codes.items()],
        "units": units,
        "certificate": dict(certificate),
        **({"line": True} if network.line else {}),
    }
    write_container(path, "network", tensors, header)


@checked
def load_network(path: PathLike) -> NetworkFile:
    """Read a network file.

    Raises :class:`~construction.errors.NetworkError` when the file cannot be read, is damaged,
    foreign or written by a later version, or when what it holds is not a network that runs in exact
    integers.

    >>> import tempfile
    >>> from construction import compile_rule, load_program
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_network(f"{folder}/network", compile_rule(load_program("majority").rule), {"by": "me"})
    ...     file = load_network(f"{folder}/network")
    >>> file.network.name, file.certificate
    ('majority', {'by': 'me'})
    """
    tensors, header = read_container(path, "network")
    line = header.pop("line", False)
    if type(line) is not bool:
        raise NetworkError(
            f"{path}: the header's entry 'line' is {line!r}; it should be true or false"
        )
    _check_header(path, header, _HEADER)
    try:
        network = RCNN(
            name=_name(header["program"]),
            convolution=_layers("convolution", tensors, header["units"]),
            head=_layers("head", tensors, header["units"]),
            padding=header["padding"],
            codes=listed_codes(header["codes"]),
            work_columns=header["work_columns"],
            line=line,
        )
        unknown = sorted(name for name in tensors if not _TENSOR.fullmatch(name))
        expected = 3 * (len(network.convolution) + len(network.head))
        if unknown or len(tensors) != expected or set(header["units"]) != set(_PARTS):
            raise NetworkError(
                f"there are {len(tensors)} tensors for {expected // 3} layers of three each"
                + (f"; unknown tensor {unknown[0]!r}" if unknown else "")
            )
        integer_type(network)
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from None
    return NetworkFile(network, header["certificate"])


@dataclass(frozen=True, eq=False)
class MemoryFile:
    """What a memory file holds: ``3 W``, ``(rows, d + 1)``, and what was said of its columns."""

    memory: Integers
    columns: Mapping[str, Any]


@checked
def save_memory(
    path: PathLike, network: RCNN, memory: Integers, columns: Mapping[str, Any] | None = None
) -> None:
    """Write a trained memory ``3 W`` of ``network`` to ``path``, atomically.

    ``columns`` says, as JSON, what the features and the label are
    (:meth:`construction.learning.data.data_set.Columns.as_json`).

    Raises :class:`~construction.errors.NetworkError` when it is no memory of the network, or the
    file cannot be written.
    """
    checked = checked_memory(network, memory)
    header = {"program": network.name, "digest": digest(network), "columns": dict(columns or {})}
    write_container(path, "memory", {"memory": checked.astype(np.int16)}, header)


@checked
def load_memory(path: PathLike, network: RCNN) -> MemoryFile:
    """Read a memory ``3 W`` ``(m + 1, d + 1)`` that ``network`` has been trained to hold.

    Raises :class:`~construction.errors.NetworkError` when the file cannot be read, is damaged,
    foreign or written by a later version, or belongs to another program or to other weights.
    """
    tensors, header = read_container(path, "memory")
    _check_header(path, header, {"program": str, "digest": str, "columns": dict})
    if header["program"] != network.name:
        raise NetworkError(
            f"{path}: the memory of program {header['program'][:80]!r}; it should be one of "
            f"{network.name!r}"
        )
    if header["digest"] != digest(network):
        raise NetworkError(
            f"{path}: the memory of another network of {network.name!r}, with other weights; train "
            f"again"
        )
    if set(tensors) != {"memory"}:
        raise NetworkError(f"{path}: there should be one tensor, 'memory'")
    try:
        return MemoryFile(checked_memory(network, tensors["memory"]), header["columns"])
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from None


def _check_header(path: PathLike, header: Mapping[str, Any], known: Mapping[str, type]) -> None:
    unknown = sorted(set(header) - set(known))
    if unknown:
        raise NetworkError(f"{path}: unknown entry {unknown[0][:80]!r} in the header")
    for key, kind in known.items():
        if key not in header:
            raise NetworkError(f"{path}: the header has no entry {key!r}")
        if type(header[key]) is not kind:
            raise NetworkError(
                f"{path}: the header's entry {key!r} is a {type(header[key]).__name__}; it should "
                f"be a {kind.__name__}"
            )


def _layers(part: str, tensors: Tensors, units: Mapping[str, Any]) -> tuple[WeightLayer, ...]:
    names = units.get(part)
    if not isinstance(names, list) or not all(isinstance(each, list) for each in names):
        raise NetworkError(f"the names of the {part}'s units should be a list for each layer")
    layers = []
    for number, own in enumerate(names, 1):
        key = f"{part}.{number}"
        try:
            weights, biases, scale = (
                tensors[f"{key}.{what}"] for what in ("weights", "biases", "scale")
            )
        except KeyError as error:
            raise NetworkError(f"tensor {error} is missing") from None
        if scale.shape != ():
            raise NetworkError(f"tensor '{key}.scale' has shape {scale.shape}; it should be ()")
        layers.append(WeightLayer(weights, biases, int(scale), tuple(_name(name) for name in own)))
    return tuple(layers)


def listed_codes(entries: list[Any]) -> dict[int, str]:
    """The codes of a file, ``[number, name]`` each. Raises :class:`~construction.errors.NetworkError` when they are none."""
    codes: dict[int, str] = {}
    for entry in entries:
        if not isinstance(entry, list) or len(entry) != 2 or type(entry[0]) is not int:
            raise NetworkError(
                f"a code is listed as {str(entry)[:80]!r}; it should be [number, name]"
            )
        if entry[0] in codes:
            raise NetworkError(f"code {entry[0]} is listed twice")
        codes[entry[0]] = _name(entry[1])
    return codes


def _name(value: object) -> str:
    # Names go to terminals and pages, so control characters have no place in them.
    if not isinstance(value, str) or not value or not value.isprintable():
        raise NetworkError(f"{str(value)[:80]!r} is no name; it should be printable text")
    return value
