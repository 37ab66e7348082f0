"""Threshold-linear networks: all fixed points, exactly; whether they are stable; where the flow ends."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from construction.dynamics.exact import characteristic, is_stable, solve
from construction.dynamics.files import read_threshold_linear
from construction.dynamics.integration import respond
from construction.dynamics.threshold_linear import ThresholdLinearNetwork
from construction.errors import NetworkError
from tests.extras import optional

HALF = Fraction(1, 2)
NUMBERS = st.fractions(-3, 3, max_denominator=6)
MATRICES = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=n, max_size=n)
)
NETWORKS = MATRICES.flatmap(
    lambda rows: st.builds(
        ThresholdLinearNetwork.of,
        st.just(rows),
        st.lists(NUMBERS, min_size=len(rows), max_size=len(rows)),
    )
)


def relu(number: Fraction) -> Fraction:
    return max(number, Fraction(0))


@given(MATRICES)
def test_the_determinant_is_numpys_and_the_solution_solves(rows: list[list[Fraction]]) -> None:
    right = [Fraction(k) for k in range(len(rows))]
    determinant, solution = solve(rows, right)
    assert float(determinant) == pytest.approx(np.linalg.det(np.array(rows, dtype=float)))
    assert (solution is None) == (determinant == 0)
    if solution is not None:
        assert [sum(a * x for a, x in zip(row, solution, strict=True)) for row in rows] == right


@given(MATRICES)
def test_stability_is_that_of_the_eigenvalues(rows: list[list[Fraction]]) -> None:
    leading = np.linalg.eigvals(np.array(rows, dtype=float)).real.max()
    if abs(leading) > 1e-6:  # nearer to 0 floats cannot tell; the answer here is exact
        assert is_stable(rows) == (leading < 0)


def test_stability_at_the_border_is_exact() -> None:
    rotation = [[Fraction(0), Fraction(-1)], [Fraction(1), Fraction(0)]]
    assert characteristic(rotation) == [1, 0, 1]
    assert not is_stable(rotation)
    assert not is_stable([[Fraction(0)]])
    assert is_stable([[Fraction(-1, 10**9)]])


@given(NETWORKS)
def test_fixed_points_are_fixed_and_as_many_as_their_supports(
    network: ThresholdLinearNetwork,
) -> None:
    points = network.fixed_points
    for point in points:
        assert not any(network.drive(point.state))
    assert len({point.support for point in points}) == len(points)
    if network.always_one:
        assert len(points) == 1


def test_two_neurons_with_the_formula_of_two_layers() -> None:
    """Inhibition a onto 1 and b onto 2, a b < 1: one fixed point, which two layers write down."""
    a, b = Fraction(3, 4), Fraction(5, 4)
    cases: list[tuple[Fraction | int, int]] = [
        (1, 2),
        (2, 1),
        (-1, 3),
        (Fraction(9, 10), 1),
        (-1, -1),
    ]
    for inputs in cases:
        network = ThresholdLinearNetwork.of([[0, -a], [-b, 0]], inputs)
        assert network.always_one
        (point,) = network.fixed_points
        i1, i2 = (Fraction(value) for value in inputs)
        rates = (
            relu(relu(i1) - a / (1 - a * b) * relu(i2 - b * relu(i1))),
            relu(relu(i2) - b / (1 - a * b) * relu(i1 - a * relu(i2))),
        )
        assert tuple(map(relu, point.state)) == rates


def test_mutual_inhibition_has_two_stable_fixed_points_and_one_between_them() -> None:
    network = ThresholdLinearNetwork.of([[0, "-3/2"], ["-3/2", 0]], [1, 1])
    assert [(p.state, p.stability) for p in network.fixed_points] == [
        ((1, -HALF), "stable"),
        ((-HALF, 1), "stable"),
        ((Fraction(2, 5), Fraction(2, 5)), "not stable"),
    ]
    assert not network.always_one


def test_a_cycle_of_inhibition_never_settles() -> None:
    optional("scipy")
    w = Fraction(-9, 4)
    network = ThresholdLinearNetwork.of([[0, w, 0], [0, 0, w], [w, 0, 0]], [1, 1, 1])
    (point,) = network.fixed_points
    assert point.stability == "not stable"
    assert point.leading == pytest.approx(0.125)
    assert respond(network, [0.1, 0.2, 0.3]).outcome == "undecided"


def test_a_neuron_at_its_threshold_has_no_jacobian() -> None:
    (point,) = ThresholdLinearNetwork.of([[HALF]], [0]).fixed_points
    assert (point.state, point.stability, point.leading) == ((Fraction(0),), "at a kink", None)


def test_a_singular_support_is_counted() -> None:
    network = ThresholdLinearNetwork.of([[1]], [-1])
    assert network.singular_supports == 1
    assert [p.support for p in network.fixed_points] == [()]


@given(NETWORKS)
@example(ThresholdLinearNetwork.of([[2]], [Fraction(1, 2)]))
def test_the_flow_ends_at_an_enumerated_fixed_point(network: ThresholdLinearNetwork) -> None:
    optional("scipy")
    response = respond(network, end=100)
    if response.outcome == "fixed":
        assert response.point in network.fixed_points
    if response.outcome == "diverges":
        # Where the flow crosses a million is found by a search for a root, which stops just before or after it.
        assert np.abs(response.state).max() > 999_999


def test_more_than_enough_excitation_diverges() -> None:
    optional("scipy")
    assert respond(ThresholdLinearNetwork.of([[2]], [1])).outcome == "diverges"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "no JSON object"),
        ('{"weights": [[0]]}', "no 'input'; the entries should be 'weights' and 'input'"),
        ('{"weights": [[0]], "input": [0], "tau": 1}', "unknown entry 'tau'"),
        ('{"weights": [[0, 1]], "input": [0]}', r"weights have shape \(1, 2\); it should be"),
        ('{"weights": [[0, 1], [0]], "input": [0, 0]}', "differ in length"),
        ('{"weights": [[0]], "input": [0, 1]}', r"input has shape \(2,\); it should be \(1,\)"),
        ('{"weights": [["one"]], "input": [0]}', "weight 1, 1 is 'one'; it should be a finite"),
        ('{"weights": [[NaN]], "input": [0]}', "NaN is no JSON number"),
        ('{"weights": [[true]], "input": [0]}', "weight 1, 1 is True"),
        ('{"weights": [["1/0"]], "input": [0]}', "weight 1, 1 is '1/0'"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "network.json"
    path.write_text(text)
    with pytest.raises(NetworkError, match=message):
        read_threshold_linear(path)


def test_numpy_files(tmp_path: Path) -> None:
    weights = np.array([[0.0, -0.25], [0.5, 0.0]])
    np.savez(tmp_path / "n.npz", weights=weights, input=np.array([1, 2]))
    np.save(tmp_path / "n.npy", weights)
    network = read_threshold_linear(tmp_path / "n.npz")
    assert network.weights[0][1] == Fraction(-1, 4)
    assert list(network.input) == [1, 2]
    assert read_threshold_linear(tmp_path / "n.npy").input == (Fraction(1), Fraction(1))
    np.save(tmp_path / "nan.npy", np.array([[np.nan]]))
    with pytest.raises(NetworkError, match="weight 1, 1 is nan; it should be a finite number"):
        read_threshold_linear(tmp_path / "nan.npy")
    (tmp_path / "bad.npy").write_bytes(b"nothing")
    with pytest.raises(NetworkError, match="not a NumPy file"):
        read_threshold_linear(tmp_path / "bad.npy")
    with pytest.raises(NetworkError, match="no such file"):
        read_threshold_linear(tmp_path / "absent.json")
    np.save(tmp_path / "texts.npy", np.array([["a"]]))
    with pytest.raises(NetworkError, match="should hold real numbers"):
        read_threshold_linear(tmp_path / "texts.npy")


def test_too_many_neurons_for_all_supports() -> None:
    network = ThresholdLinearNetwork.of(np.zeros((13, 13), dtype=int), [1] * 13)
    with pytest.raises(
        NetworkError, match="13 neurons; all fixed points are listed for at most 12"
    ):
        _ = network.fixed_points
