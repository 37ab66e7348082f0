"""The Coq file of a network's weights, and the network that Coq makes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from construction.errors import NetworkError
from construction.executors.definition.patches import evaluate, jacobian
from construction.executors.definition.reference import ReferenceExecutor
from construction.network.files import load_network, save_network
from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from construction.sources.names import compilable
from construction.training.memory import memory_grid, with_one
from construction.training.sgd import sgd_step
from proofs_check.coq.generate import PROOFS, generated_files, weights_file
from tests.proofs_check.coq.compiling import FOLDER, compile_all
from tests.proofs_check.coq.compiling import evaluate as in_coq

PROGRAM = "systolic-row-reduction"
NEEDED = ["Network", "Algorithm1", "Weights"]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> RCNN:
    """The network, as its file has it."""
    path = tmp_path_factory.mktemp("network") / "network.safetensors"
    save_network(path, *compilable(PROGRAM).compiled())
    return load_network(path).network


@pytest.fixture(scope="module")
def compiled(network: RCNN, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the network's definition and weights, compiled."""
    folder = tmp_path_factory.mktemp("weights")
    (folder / "Weights.v").write_text(weights_file(network))
    compile_all(folder, NEEDED)
    return folder


@pytest.mark.parametrize("program", PROOFS)
def test_the_weights_beside_the_proofs_are_the_compilers(program: str, tmp_path: Path) -> None:
    """If not: ``rcnn compile PROGRAM -o N``, ``python -m proofs_check.coq N -o proofs_check/coq``."""
    save_network(tmp_path / "network", *compilable(program).compiled())
    file = load_network(tmp_path / "network")
    for name, text in generated_files(file.network, file.certificate).items():
        assert (FOLDER / f"{name}.v").read_text() == text


def test_the_file_is_the_same_twice(network: RCNN) -> None:
    assert weights_file(network) == weights_file(compilable(PROGRAM).compiled()[0])


@pytest.mark.parametrize("program", PROOFS)
def test_all_numbers_can_be_read_back(program: str) -> None:
    network, _ = compilable(program).compiled()
    text = weights_file(network)
    layers = re.findall(
        r"Definition \w+ : layer := Layer \[(.*?)\]\]\s+\[(.*?)\]\s+(\d+)\.", text, re.DOTALL
    )
    found = [
        ([_numbers(row) for row in rows.split("]")], _numbers(biases), int(scale))
        for rows, biases, scale in layers
    ]
    assert found == [
        (layer.weights.tolist(), layer.biases.tolist(), layer.scale)
        for layer in (*network.convolution, *network.head)
    ]
    (last,) = re.findall(r"Network \[(.*)\] \[(.*)\] \((.*)\) (\d+)\.", text)
    names = re.findall(r"Definition (\w+) : layer", text)
    assert [*last[0].split("; "), *last[1].split("; ")] == names
    assert (int(last[2]), int(last[3])) == (network.padding, network.work_columns)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", text)]


def test_another_program_is_refused() -> None:
    with pytest.raises(
        NetworkError, match="'majority'; the Coq proofs are about 'systolic-row-red"
    ):
        weights_file(compilable("majority").compiled()[0])


def test_a_unit_that_reads_two_positions_is_refused(network: RCNN) -> None:
    first, *rest = network.convolution
    weights = first.weights.copy()
    weights[3, 0] = 1
    changed = replace(network, convolution=(replace(first, weights=weights), *rest))
    with pytest.raises(
        NetworkError, match=r"first layer, unit 4 .* reads 2 positions of the patch"
    ):
        weights_file(changed)


def test_another_number_of_layers_is_refused(network: RCNN) -> None:
    first, second, third = network.convolution
    eye = np.eye(second.width, dtype=np.int64)
    same = WeightLayer(eye, 0 * eye[0], second.scale, second.names)
    with pytest.raises(NetworkError, match=r"has 4 weight layers in its convolution; .* about 3"):
        weights_file(replace(network, convolution=(first, second, same, third)))


@pytest.mark.coq
@given(st.data())
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_coqs_network_is_the_reference_on_any_patch(
    compiled: Path, network: RCNN, data: st.DataObject
) -> None:
    patch = st.lists(st.sampled_from(list(network.codes)), min_size=9, max_size=9)
    patches = data.draw(st.lists(patch, min_size=40, max_size=40))
    terms = [f"perceptron (convolution network) {_list(each)}" for each in patches]
    terms += [f"derivatives 1 (convolution network) {_list(each)}" for each in patches]
    array = np.array(patches)
    expected = [f"Some {code}" for code in evaluate(network, array)]
    expected += [f"Some {_list(row)}" for row in jacobian(network, array)]
    assert [_plain(each) for each in in_coq(compiled, NEEDED, terms)] == expected


@pytest.mark.coq
def test_coqs_head_is_the_reference(compiled: Path, network: RCNN) -> None:
    codes = range(network.lowest, network.highest + 1)
    terms = [f"total (head network) [{code}]" for code in codes]
    expected = [f"Some {total}" for total in network.head_table()]
    assert [_plain(each) for each in in_coq(compiled, NEEDED, terms)] == expected


@st.composite
def steps(draw: st.DrawFn) -> tuple[list[list[int]], list[bool], bool, int]:
    """A memory ``3 W`` of which some rows are written, an example, its label, and layers."""
    signs = st.lists(st.sampled_from([-1, 1]), min_size=3, max_size=3)
    written = draw(st.integers(0, 2))
    memory = [draw(signs) if row < written else [0, 0, 0] for row in range(2)]
    return (
        memory,
        [draw(st.booleans()), draw(st.booleans())],
        draw(st.booleans()),
        draw(st.integers(0, 12)),
    )


@pytest.mark.coq
@given(steps())
@example(([[1, -1, 1], [0, 0, 0]], [True, False], True, 10))
@example(([[1, 1, -1], [1, 1, 1]], [True, False], True, 10))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_coqs_algorithm_1_is_the_references(
    compiled: Path, network: RCNN, step: tuple[list[list[int]], list[bool], bool, int]
) -> None:
    """A step of SGD, and the prediction before it."""
    rows, x, y, layers = step
    executor, memory = ReferenceExecutor(network), np.array(rows)
    signs = np.array([-1 if bit else 1 for bit in x])
    after = sgd_step(executor, memory, signs, -1 if y else 1, layers).memory
    grid = memory_grid(memory, with_one(signs[None]), network.work_columns)
    output = network.output(executor.run(grid, layers).grids)[0]
    given = f"network {layers} {_list(map(_list, memory.tolist()))}"
    features = _list(["true" if bit else "false" for bit in x])
    terms = [
        f"predict {given} (with_one {features})",
        f"sgd_step {given} {features} {'true' if y else 'false'}",
    ]
    expected = [f"Some {output}", f"Some {_list(map(_list, after.tolist()))}"]
    assert [_plain(each) for each in in_coq(compiled, NEEDED, terms)] == expected


@pytest.mark.coq
def test_where_a_unit_is_at_its_kink_there_is_no_derivative(compiled: Path) -> None:
    layers = "[Layer [[1]] [0] 1; Layer [[1]] [0] 1]"
    terms = [f"derivatives 1 {layers} [{value}]" for value in (-1, 0, 1)]
    assert in_coq(compiled, NEEDED, terms) == ["Some [0]", "None", "Some [1]"]


def _list(items: Sequence[object] | map[str]) -> str:
    return f"[{'; '.join(map(str, items))}]"


def _plain(value: str) -> str:
    """Without the parentheses around negative numbers."""
    return re.sub(r"\((-\d+)\)", r"\1", value)
