"""Reading back an ONNX file that :mod:`construction.exports.onnx` wrote: the weights in it, and no other graph."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from construction.errors import NetworkError
from construction.exports.onnx import onnx_model
from construction.extras import missing_extra
from construction.network.container import PathLike
from construction.network.layers import Integers, WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.patch import LINE, POSITIONS

try:
    import onnx
    from onnx import numpy_helper
except ModuleNotFoundError as error:
    if error.name != "onnx":
        raise
    raise missing_extra("ONNX", "onnx") from None


def program_of(path: PathLike) -> str:
    """The name of the program that an ONNX file says it holds.

    Raises :class:`~construction.errors.NetworkError` when it is no ONNX file of ours.
    """
    return str(_properties(_model(path), path)["program"])


def load_onnx(path: PathLike, like: RCNN) -> RCNN:
    """The network in an ONNX file, which is ``like`` another one but for its weights.

    The weights are the file's. The scales of hidden layers are not in it; they are those of ``like``.
    Raises :class:`~construction.errors.NetworkError` when the file's graph is not, byte for byte, the one that
    is written for a network with these weights.
    """
    model = _model(path)
    properties = _properties(model, path)
    constants = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    try:
        network = replace(
            like,
            name=properties["program"],
            convolution=_whole(_layers("convolution", like.kernel, constants), like),
            head=_layers("head", like.head, constants),
            padding=int(properties["padding"]),
            codes={int(code): name for code, name in json.loads(properties["codes"])},
            work_columns=int(constants["work columns"][0]),
        )
    except (NetworkError, KeyError, ValueError, TypeError, IndexError) as error:
        raise NetworkError(
            f"{path}: the graph is not that of {like.name!r} ({type(error).__name__}: {error})"
        ) from None
    written = onnx_model(network).SerializeToString(deterministic=True)
    if written != Path(path).read_bytes():
        raise NetworkError(
            f"{path}: the graph is not the one that `rcnn compile` writes for {like.name!r} with these "
            f"weights; only such a file can be checked"
        )
    return network


def _layers(
    part: str, like: tuple[WeightLayer, ...], constants: dict[str, Any]
) -> tuple[WeightLayer, ...]:
    read = []
    for depth, layer in enumerate(like, 1):
        weights = _integers(constants[f"{part} {depth} weights"])
        biases = _integers(constants[f"{part} {depth} biases"])
        read.append(replace(layer, weights=weights.reshape(len(weights), -1), biases=biases))
    scale = int(constants["scale" if part == "convolution" else "head scale"])
    return (*read[:-1], replace(read[-1], scale=scale))


def _whole(layers: tuple[WeightLayer, ...], like: RCNN) -> tuple[WeightLayer, ...]:
    """The layers with the nine inputs of a patch, of which a line's kernel has three."""
    first, *others = layers
    if not like.line:
        return layers
    weights = np.zeros((first.width, len(POSITIONS)), dtype=np.int64)
    weights[:, [POSITIONS.index(position) for position in LINE]] = first.weights
    return replace(first, weights=weights), *others


def _integers(numbers: Any) -> Integers:
    whole = np.asarray(numbers).astype(np.int64)
    if not np.array_equal(whole, numbers):
        raise ValueError("a weight is no whole number")
    return whole


def _model(path: PathLike) -> onnx.ModelProto:
    try:
        return onnx.load(str(path))
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
