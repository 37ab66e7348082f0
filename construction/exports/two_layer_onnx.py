"""A two-layer network as an ONNX file: inputs ``x`` ``(batch, d)``, signs in float32; output ``f`` ``(batch,)``.

The integers are exact in float32 as long as every sum is below 2^24, which is checked.
"""

from __future__ import annotations

import numpy as np

from construction.dynamics.two_layer import TwoLayerNetwork
from construction.errors import NetworkError
from construction.extras import missing_extra
from construction.network.container import PathLike, write_atomically
from construction.network.layers import WeightLayer

try:
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ModuleNotFoundError as error:
    if error.name != "onnx":
        raise
    raise missing_extra("ONNX", "onnx") from None

OPSET = 17
IR_VERSION = 8
LARGEST_SUM = 2**24


def save_two_layer_onnx(path: PathLike, network: TwoLayerNetwork) -> None:
    """Write the network, atomically.

    Raises :class:`~construction.errors.NetworkError` when a sum could leave float32's integers.
    """
    bound = np.ones(network.features)
    for layer in (network.hidden, network.output):
        bound = np.abs(layer.weights) @ bound + np.abs(layer.biases)
        if bound.size and bound.max() >= LARGEST_SUM:
            raise NetworkError(
                f"{path}: two-layer network {network.name!r}: a sum can reach {int(bound.max())}, more "
                f"than the integers that float32 holds; write a .safetensors file instead"
            )
    constants, nodes, values = [], [], "x"
    for part, layer in (("hidden", network.hidden), ("output", network.output)):
        constants += [_constant(f"{part} {what}", array) for what, array in _arrays(layer)]
        names = [values, f"{part} weights", f"{part} biases"]
        nodes.append(helper.make_node("Gemm", names, [f"{part} sums"]))
        nodes[-1].doc_string = "\n".join(layer.names)
        values = f"{part} sums"
        if part == "hidden":
            nodes.append(helper.make_node("Relu", [values], ["hidden"]))
            values = "hidden"
    constants.append(_constant("scale", np.array(network.output.scale)))
    constants.append(numpy_helper.from_array(np.array([1]), "axis 1"))
    nodes.append(helper.make_node("Squeeze", [values, "axis 1"], ["sums"]))
    nodes.append(helper.make_node("Div", ["sums", "scale"], ["f"]))
    graph = helper.make_graph(
        nodes,
        network.name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", network.features])],
        [helper.make_tensor_value_info("f", TensorProto.FLOAT, ["batch"])],
        initializer=constants,
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="rcnn-construction",
        doc_string=__doc__,
    )
    onnx.checker.check_model(model)
    write_atomically(path, model.SerializeToString())


def _arrays(layer: WeightLayer) -> list[tuple[str, np.ndarray]]:
    # A layer without outputs would be no matrix to ONNX; a unit that is always 0 says the same.
    weights, biases = layer.weights, layer.biases
    if not layer.width:
        weights, biases = np.zeros((1, layer.inputs), dtype=np.int64), np.zeros(1, dtype=np.int64)
    if not layer.inputs:
        weights = np.zeros((layer.width, 1), dtype=np.int64)
    return [("weights", weights.T), ("biases", biases)]


def _constant(name: str, array: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(array.astype(np.float32), name)
