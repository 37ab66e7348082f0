"""Reading back an ONNX file that :mod:`construction.exports.onnx` wrote: the weights in it, and no other graph."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Final

import numpy as np

from construction.errors import NetworkError
from construction.exports.onnx import onnx_model
from construction.extras import missing_extra
from construction.network.container import PathLike, read_file
from construction.network.files import listed_codes
from construction.network.layers import Integers, WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.patch import LINE, POSITIONS

try:
    import onnx
    from onnx import numpy_helper
    from onnx.external_data_helper import uses_external_data
except ModuleNotFoundError as error:
    if error.name != "onnx":
        raise
    raise missing_extra("ONNX", "onnx") from None

LIMIT: Final = 2**53  #: a weight's amount; whole numbers below are floats of their own
TYPES: Final = (np.dtype(np.float32), np.dtype(np.int64))  #: those that are written


def program_of(path: PathLike) -> str:
    """The name of the program that an ONNX file says it holds.

    Raises :class:`~construction.errors.NetworkError` when it is no ONNX file of ours.
    """
    return _properties(_model(read_file(path), path), path)["program"]


def load_onnx(path: PathLike, like: RCNN) -> RCNN:
    """The network in an ONNX file, which is ``like`` another one but for its weights.

    The weights are the file's. The scales of hidden layers are not in it; they are those of ``like``.
    Raises :class:`~construction.errors.NetworkError` when the file's graph is not, byte for byte, the one that
    is written for a network with these weights.
    """
    data = read_file(path)
    model = _model(data, path)
    properties = _properties(model, path)
    try:
        constants = _Constants(model)
        network = replace(
            like,
            name=properties["program"],
            convolution=_whole(_layers("convolution", like.kernel, constants), like),
            head=_layers("head", like.head, constants),
            padding=_number(properties["padding"]),
            codes=_codes(properties["codes"]),
            work_columns=constants.number("work columns"),
        )
        written = onnx_model(network).SerializeToString(deterministic=True)
    except NetworkError as error:
        raise NetworkError(f"{path}: the graph is not that of {like.name!r}: {error}") from None
    if written != data:
        raise NetworkError(
            f"{path}: the graph is not the one that `rcnn compile` writes for {like.name!r} with these "
            f"weights; only such a file can be checked"
        )
    return network


class _Constants:
    """The whole numbers in a graph, by name. What is none, or not there, is a :class:`NetworkError`."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._tensors = {each.name: each for each in model.graph.initializer}

    def __getitem__(self, name: str) -> Integers:
        if name not in self._tensors:
            raise NetworkError(f"it has no constant {name!r}")
        tensor = self._tensors[name]
        if uses_external_data(tensor):
            raise NetworkError(f"the constant {name!r} is in another file")
        try:
            found = numpy_helper.to_array(tensor)
        except Exception as error:  # whatever the parser meets in a tensor that contradicts itself
            raise NetworkError(
                f"the constant {name!r} cannot be read ({type(error).__name__}: {error})"
            ) from None
        # Infinities and NaN are not below the limit either.
        if found.dtype not in TYPES or not (np.abs(found) < LIMIT).all():
            raise NetworkError(f"the constant {name!r} holds something else than whole numbers")
        whole: Integers = found.astype(np.int64)
        if not np.array_equal(whole, found):
            raise NetworkError(f"the constant {name!r} holds something else than whole numbers")
        return whole

    def number(self, name: str) -> int:
        """The only number of a constant."""
        found = self[name]
        if found.size != 1:
            raise NetworkError(f"the constant {name!r} has {found.size} numbers; it should be one")
        return int(found.item())


def _layers(
    part: str, like: tuple[WeightLayer, ...], constants: _Constants
) -> tuple[WeightLayer, ...]:
    read = []
    for depth, layer in enumerate(like, 1):
        weights, biases = (constants[f"{part} {depth} {what}"] for what in ("weights", "biases"))
        if not weights.ndim or not weights.size:
            raise NetworkError(f"the constant '{part} {depth} weights' has no weights")
        read.append(replace(layer, weights=weights.reshape(len(weights), -1), biases=biases))
    scale = constants.number("scale" if part == "convolution" else "head scale")
    return (*read[:-1], replace(read[-1], scale=scale))


def _whole(layers: tuple[WeightLayer, ...], like: RCNN) -> tuple[WeightLayer, ...]:
    """The layers with the nine inputs of a patch, of which a line's kernel has three."""
    first, *others = layers
    if not like.line:
        return layers
    if first.inputs != len(LINE):
        raise NetworkError(f"the kernel has {first.inputs} weights; it should be {len(LINE)}")
    weights = np.zeros((first.width, len(POSITIONS)), dtype=np.int64)
    weights[:, [POSITIONS.index(position) for position in LINE]] = first.weights
    return replace(first, weights=weights), *others


def _number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise NetworkError(f"the padding is {text[:40]!r}; it should be a whole number")
    return int(text)


def _codes(text: str) -> dict[int, str]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"the codes are no JSON: {error}") from None
    if not isinstance(entries, list):
        raise NetworkError("the codes are no list")
    return listed_codes(entries)


def _model(data: bytes, path: PathLike) -> onnx.ModelProto:
    try:
        return onnx.load_model_from_string(data)
    except Exception as error:  # the parser's own errors have no common class
        raise NetworkError(f"{path} cannot be read as an ONNX file: {error}") from None


def _properties(model: onnx.ModelProto, path: PathLike) -> dict[str, str]:
    properties = {each.key: each.value for each in model.metadata_props}
    for name in ("program", "padding", "codes"):
        if name not in properties:
            raise NetworkError(
                f"{path}: the graph is not ours: its metadata has no {name!r}, which `rcnn compile` writes"
            )
    return properties
