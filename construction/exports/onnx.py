"""The network as one ONNX file, whatever the depth and the size of the grid.

The graph is the network of Definition 5: memory layer, a ``Loop`` around the convolution and its
padding, head and sum. Its inputs are

* ``memory``: ``W``, float32 ``(rows, d + 1)``, a stored sign being a third;
* ``inputs``: ``z = [x; 1]`` for each example, float32 ``(batch, d + 1)``, signs;
* ``layers``: the depth ``L``, an int64 scalar;

and its outputs

* ``grid``: the last grid, codes, int16 ``(batch, rows, d + 1 + work columns)``, or all rows in one on a line;
* ``output``: ``f``, float32 ``(batch,)``.

Inside, a pixel is its code, three times its value: an integer, so float32 rounds nothing. What each
channel is for stands in the ``doc_string`` of the convolution that computes it, and all names stand
in the model's metadata.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

import numpy as np

from construction.arguments import checked
from construction.extras import missing_extra
from construction.network.bounds import check_float
from construction.network.container import PathLike, write_atomically
from construction.network.layers import PIXEL_UNIT, WeightLayer
from construction.network.rcnn import RCNN

try:
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ModuleNotFoundError as error:
    if error.name != "onnx":
        raise
    raise missing_extra("ONNX", "onnx") from None

OPSET: Final = 17
IR_VERSION: Final = 8
FORMAT_VERSION: Final = 1


def onnx_model(network: RCNN) -> onnx.ModelProto:
    """The network as an ONNX model. See the module's docstring.

    Raises :class:`~construction.errors.NetworkError` when the sums can leave the integers that
    float32 holds.
    """
    check_float(network, 24, "float32")
    graph = _Graph()
    grid = graph.memory_layer(network.work_columns, line=network.line)
    grid = graph.loop(grid, network)
    graph.node("Cast", [graph.node("Squeeze", [grid, "axis 1"])], "grid", to=TensorProto.INT16)
    shares = graph.layers("head", grid, network.head, kernel=(1, 1))
    total = graph.node(
        "Squeeze", [graph.node("ReduceSum", [shares, "pixels"], keepdims=0), "axis 1"]
    )
    graph.node(
        "Div", [total, graph.constant("head scale", float(network.head[-1].scale))], "output"
    )
    model = helper.make_model(
        graph.finish(network.name),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="rcnn-construction",
        doc_string=__doc__,
    )
    helper.set_model_props(
        model,
        {
            "rcnn-construction format": str(FORMAT_VERSION),
            "program": network.name,
            "padding": str(network.padding),
            "codes": json.dumps(list(network.codes.items())),
            "units": json.dumps(
                {
                    part: [layer.names for layer in layers]
                    for part, layers in (
                        ("convolution", network.convolution),
                        ("head", network.head),
                    )
                }
            ),
        },
    )
    onnx.checker.check_model(model, full_check=True)
    return model


@checked
def save_onnx(path: PathLike, network: RCNN) -> None:
    """Write the network to an ONNX file.

    Raises :class:`~construction.errors.NetworkError` when float32 does not suffice, or the file
    cannot be written.
    """
    data = onnx_model(network).SerializeToString(deterministic=True)
    write_atomically(path, data)


class _Graph:
    """Nodes and constants in the making; the loop's body has its own."""

    def __init__(self, outer: _Graph | None = None) -> None:
        self.nodes: list[onnx.NodeProto] = []
        # The body of a loop sees the constants of the graph around it.
        self.constants: dict[str, onnx.TensorProto] = outer.constants if outer else {}
        self.prefix = "layer: " if outer else ""
        self.constant("axis 1", np.array([1]))
        self.constant("pixels", np.array([2, 3]))

    def constant(self, name: str, value: Any) -> str:
        array = np.asarray(value)
        if array.dtype.kind == "f":
            array = array.astype(np.float32)
        self.constants[name] = numpy_helper.from_array(array, name)
        return name

    def node(
        self, kind: str, inputs: list[str], output: str | None = None, **attributes: Any
    ) -> str:
        name = output or f"{self.prefix}{kind} {len(self.nodes) + 1}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def memory_layer(self, work_columns: int, *, line: bool) -> str:
        """``3 [W diag(z) | 1]``, with a channel axis; on a line, its rows one after the other."""
        rows = self.node("Unsqueeze", ["inputs", self.constant("axes 1, 2", np.array([1, 2]))])
        signs = self.node("Mul", ["memory", rows])
        unit = self.constant("codes in a pixel", float(PIXEL_UNIT))
        memory = self.node("Mul", [signs, unit])
        shape = self.node("Shape", [memory], end=3)
        columns = self.constant("work columns", np.array([work_columns]))
        work = self.node("Expand", [unit, self.node("Concat", [shape, columns], axis=0)])
        if not line:
            return self.node("Concat", [memory, work], "first grid", axis=3)
        grid = self.node("Concat", [memory, work], axis=3)
        shape = self.constant("one line", np.array([0, 1, 1, -1]))
        return self.node("Reshape", [grid, shape], "first grid")

    def loop(self, grid: str, network: RCNN) -> str:
        """The convolution, applied ``layers`` times."""
        body = _Graph(self)
        up = 0 if network.line else 1
        pads = body.constant("pads", np.array([0, 0, up, 1, 0, 0, up, 1]))
        padding = body.constant("padding", float(network.padding))
        framed = body.node("Pad", ["codes", pads, padding], mode="constant")
        total = body.layers("convolution", framed, network.kernel, kernel=(2 * up + 1, 3))
        scale = body.constant("scale", float(network.convolution[-1].scale))
        body.node("Div", [total, scale], "next codes")
        body.node("Identity", ["go on"], "still go on")
        shape = ["batch", 1, "rows", "columns"]
        codes = [helper.make_tensor_value_info("codes", TensorProto.FLOAT, shape)]
        after = [helper.make_tensor_value_info("next codes", TensorProto.FLOAT, shape)]
        number = helper.make_tensor_value_info("number", TensorProto.INT64, [])
        on = helper.make_tensor_value_info("go on", TensorProto.BOOL, [])
        still = helper.make_tensor_value_info("still go on", TensorProto.BOOL, [])
        return self.node(
            "Loop",
            ["layers", "", grid],
            "last grid",
            body=helper.make_graph(body.nodes, "one layer", [number, on, *codes], [still, *after]),
        )

    def layers(
        self, part: str, values: str, layers: tuple[WeightLayer, ...], *, kernel: tuple[int, int]
    ) -> str:
        """Convolutions with integer weights, the first with this kernel, and ReLU in between."""
        for depth, layer in enumerate(layers, 1):
            size = kernel if depth == 1 else (1, 1)
            if depth > 1:
                values = self.node("Relu", [values])
            shape = (layer.width, layer.inputs // math.prod(size), *size)
            name = f"{part} {depth}"
            weights = self.constant(f"{name} weights", layer.weights.reshape(shape).astype(float))
            biases = self.constant(f"{name} biases", layer.biases.astype(float))
            values = self.node("Conv", [values, weights, biases], f"{self.prefix}{name}")
            self.nodes[-1].doc_string = "\n".join(
                f"channel {index}: {own}" for index, own in enumerate(layer.names)
            )
        return values

    def finish(self, name: str) -> onnx.GraphProto:
        grid = ["batch", "rows", "columns"]
        return helper.make_graph(
            self.nodes,
            name,
            [
                helper.make_tensor_value_info("memory", TensorProto.FLOAT, ["rows", "inputs"]),
                helper.make_tensor_value_info("inputs", TensorProto.FLOAT, ["batch", "inputs"]),
                helper.make_tensor_value_info("layers", TensorProto.INT64, []),
            ],
            [
                helper.make_tensor_value_info("grid", TensorProto.INT16, grid),
                helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch"]),
            ],
            initializer=list(self.constants.values()),
        )
