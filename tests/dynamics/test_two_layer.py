"""Two-layer networks: exact on every input, as small as said, and the same after being written and read."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.dynamics.two_layer import (
    TwoLayerNetwork,
    conjunction,
    constant,
    load_two_layer,
    parity,
    save_two_layer,
)
from construction.errors import NetworkError
from construction.network.layers import WeightLayer
from proofs_check.dynamics.fewest_units import cannot
from proofs_check.verdict import RefutedError
from tests.extras import optional

FEATURES = 7
INPUTS = np.array(list(product((1, -1), repeat=FEATURES)), dtype=np.int64)
SUPPORTS = st.sets(st.integers(0, FEATURES - 1)).map(sorted)


@given(SUPPORTS)
def test_a_parity_is_exact_and_has_as_many_units_as_said(support: list[int]) -> None:
    network = parity(FEATURES, support)
    assert np.array_equal(network(INPUTS), INPUTS[:, support].prod(axis=1))
    assert network.hidden.width == len(support) - (len(support) >= 4)


@given(st.dictionaries(st.integers(0, FEATURES - 1), st.sampled_from((1, -1))))
def test_a_conjunction_is_exact_with_one_unit(literals: dict[int, int]) -> None:
    network = conjunction(FEATURES, literals)
    holds = [(INPUTS[:, b] == sign) for b, sign in literals.items()]
    true = np.all(holds, axis=0) if holds else np.ones(len(INPUTS), dtype=bool)
    assert np.array_equal(network(INPUTS), np.where(true, -1, 1))
    assert network.hidden.width == 1


@pytest.mark.parametrize("sign", [1, -1])
def test_a_constant_has_no_unit(sign: int) -> None:
    network = constant(FEATURES, sign)
    assert (network(INPUTS) == sign).all()
    assert network.hidden.width == 0
    assert network.text() == f"f = {sign}"


def test_the_text_is_the_formula() -> None:
    assert (
        parity(2, [0, 1]).text(["a", "b"])
        == "f = -h1 + 2 h2 + 1\nh1 = relu(-a - b + 2)\nh2 = relu(-a - b)"
    )


@pytest.mark.parametrize(
    "network", [parity(5, [0, 1, 3, 4]), conjunction(3, {0: 1, 2: -1}), constant(2, -1)]
)
def test_files(tmp_path: Path, network: TwoLayerNetwork) -> None:
    path = tmp_path / "two.safetensors"
    save_two_layer(path, network)
    read = load_two_layer(path)
    assert read.name == network.name
    inputs = np.array(list(product((1, -1), repeat=network.features)))
    assert np.array_equal(read(inputs), network(inputs))
    assert read.text() == network.text()


@pytest.mark.parametrize(
    "network", [parity(5, [0, 1, 3, 4]), parity(4, []), conjunction(3, {0: 1}), constant(2, -1)]
)
def test_onnx_says_the_same(tmp_path: Path, network: TwoLayerNetwork) -> None:
    optional("onnx")
    runtime = optional("onnxruntime")
    from construction.exports.two_layer_onnx import save_two_layer_onnx  # noqa: PLC0415

    path = tmp_path / "two.onnx"
    save_two_layer_onnx(path, network)
    inputs = np.array(list(product((1, -1), repeat=network.features)))
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {"x": inputs.astype(np.float32)})
    assert np.array_equal(output, network(inputs))


def test_layers_that_do_not_fit() -> None:
    one = WeightLayer(np.array([[1, 1]]), np.array([0]), 1, ("h",))
    with pytest.raises(NetworkError, match=r"the output layer is \(1, 2\); it should be \(1, 1\)"):
        TwoLayerNetwork("bad", one, one)


def test_fewer_units_do_not_do() -> None:
    assert cannot(1, 0).systems == 1
    assert cannot(2, 1).half_spaces == 14
    with pytest.raises(RefutedError, match=r"2 hidden units .* can be the parity of 2 bits"):
        cannot(2, 2)


def test_three_bits_need_three_units() -> None:
    assert cannot(3, 1).half_spaces == 104
    assert cannot(3, 2).systems == 4160
