"""Tables of units, on networks of a few units made by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from construction.network.layers import WeightLayer
from construction.network.rcnn import RCNN
from proofs_check.verdict import RefutedError
from proofs_check.weights.damage import Behaviour, sample_patches
from proofs_check.weights.head import head_table
from proofs_check.weights.tables import LARGEST, UnitTables, unit_tables

C, E, SE = 4, 5, 8


def layer(weights: Any, biases: list[int], scale: int = 1) -> WeightLayer:
    names = tuple(f"unit {k}" for k in range(len(biases)))
    return WeightLayer(np.array(weights), np.array(biases), scale, names)


def reading(*positions: tuple[int, int]) -> list[list[int]]:
    """Rows of weights of units that read one position each, with a weight; weight 0 reads nothing."""
    rows = []
    for position, weight in positions:
        row = [0] * 9
        row[position] = weight
        rows.append(row)
    return rows


def network(*convolution: WeightLayer, head: tuple[WeightLayer, ...] = ()) -> RCNN:
    """Codes -1 (padding), 0, 1 and 3."""
    silent = layer([[1]], [1]), layer([[0]], [0])
    codes = {code: str(code) for code in (-1, 0, 1, 3)}
    return RCNN("small", convolution, head or silent, -1, codes)


FIRST = layer(reading((C, 2), (E, -2), (C, 0)), [1, 3, 5], 2)
SECOND = layer([[1, 1, 0], [0, -1, 1]], [2, -1], 4)
LAST = layer([[3, -1]], [7], 8)
SMALL = network(FIRST, SECOND, LAST)


def values_of(tables: UnitTables, patch: list[int]) -> tuple[list[int], int, list[int], bool]:
    patches = np.array([patch])
    inputs = tables.inputs(patches)
    return (
        inputs[0].tolist(),
        int(tables.outputs(inputs)[0]),
        tables.jacobians(patches, inputs)[0].tolist(),
        bool(tables.at_kink(patches, inputs)[0]),
    )


def shows(c: int, e: int) -> list[int]:
    patch = [0] * 9
    patch[C], patch[E] = c, e
    return patch


def test_a_unit_at_its_kink_passes_nothing_back_in_a_run() -> None:
    """relu(2 c - 2) at c = 1, and a unit of the second layer at -1: both have the slope 0 there."""
    first = layer(reading((C, 2), (E, 2)), [-2, 3], 2)
    kinks = network(first, layer([[1, 0], [0, 1]], [1, -1], 4), layer([[3, 5]], [0], 8))
    found = Behaviour.of(kinks, np.array([shows(1, 1), shows(3, -1), shows(3, 3)]))
    assert found.at_kink.tolist() == [True, True, False]
    assert found.jacobians[:, [C, E]].tolist() == [[0, 10], [6, 0], [6, 10]]


def test_units_by_hand() -> None:
    """Hinges relu(2 c + 1), relu(3 - 2 e) and the constant 5; then 2 + both, and -1 - the second + 5."""
    tables = unit_tables(SMALL)
    assert tables.scale == 8
    assert tables.positions == (C, E)
    assert tables.lowest == tables.padding == -1
    assert (tables.at(C), tables.at(E)) == ((0, 1, 3), (-1, 0, 1, 3))
    # c = 1, e = 1: hinges 3, 1, 5; units 6, 3; output 18 - 3 + 7.
    assert values_of(tables, shows(1, 1)) == ([6, 3], 22, [0, 0, 0, 0, 6, -8, 0, 0, 0], False)
    # c = 0, e = 0: hinges 1, 3, 5; units 6, 1; output 18 - 1 + 7.
    assert values_of(tables, shows(0, 0)) == ([6, 1], 24, [0, 0, 0, 0, 6, -8, 0, 0, 0], False)
    # c = 3, e = 3: hinges 7, 0, 5; units 9, 4; the slope by e is 0.
    assert values_of(tables, shows(3, 3)) == ([9, 4], 30, [0, 0, 0, 0, 6, 0, 0, 0, 0], False)
    # e = -1: the second unit is off, -1 - 5 + 5.
    assert values_of(tables, shows(1, -1)) == ([10, -1], 37, [0, 0, 0, 0, 6, -6, 0, 0, 0], False)


def test_they_are_what_a_plain_run_gives() -> None:
    tables = unit_tables(SMALL)
    patches = sample_patches(tables, 50)
    inputs = tables.inputs(patches)
    plain = Behaviour.of(SMALL, patches)
    assert plain.outputs.tolist() == tables.outputs(inputs).tolist()
    assert plain.jacobians.tolist() == tables.jacobians(patches, inputs).tolist()
    assert not plain.at_kink.any()
    assert plain.same_as(Behaviour.of(SMALL, patches))
    other = replace(SMALL, convolution=(FIRST, SECOND, replace(LAST, biases=np.array([8]))))
    assert not plain.same_as(Behaviour.of(other, patches))
    steeper = replace(SMALL, convolution=(FIRST, SECOND, layer([[4, -1]], [7], 8)))
    assert not plain.same_as(Behaviour.of(steeper, patches))


@pytest.mark.parametrize(
    ("position", "weight", "bias", "code", "seen"),
    [
        (C, 1, -1, 1, True),
        (C, 1, -2, 1, False),  # 2 is no code
        (C, -1, 3, 3, True),
        (C, 0, 0, 0, True),  # a constant 0
        (SE, 1, 0, 0, True),
        (SE, 1, 1, -1, True),
    ],
)
def test_first_units_at_their_kinks(
    position: int, weight: int, bias: int, code: int, seen: bool
) -> None:
    """Also of a unit that nothing reads, and at positions that no other unit reads."""
    first = layer([*FIRST.weights.tolist(), *reading((position, weight))], [1, 3, 5, bias], 2)
    second = layer([[1, 1, 0, 0], [0, -1, 1, 0]], [2, -1], 4)
    tables = unit_tables(network(first, second, LAST))
    patch = shows(1, 1)
    patch[position] = code
    assert values_of(tables, patch)[3] is seen
    assert (position in tables.positions) is (seen or position == C)
    patch[position] = 3 if code != 3 else 1
    assert values_of(tables, patch)[3] is (weight == 0)


def test_a_first_unit_has_no_slope_at_its_kink() -> None:
    """relu(c - 1), for c from -1 to 3."""
    first = layer(reading((C, 1)), [-1], 2)
    tables = unit_tables(network(first, layer([[1]], [1], 4), layer([[1]], [0], 8)))
    assert tables.slopes[C, :, 0].tolist() == [0, 0, 0, 1, 1]
    both = unit_tables(network(first, layer([[1]], [0], 4), layer([[1]], [0], 8)))
    assert values_of(both, shows(1, 0))[3]


def test_second_units_at_their_kinks() -> None:
    second = layer([[1, 1, 0], [0, -1, 1]], [2, -4], 4)  # -4 - 1 + 5 is 0
    tables = unit_tables(network(FIRST, second, LAST))
    assert values_of(tables, shows(1, 1))[3]
    assert not values_of(tables, shows(1, 3))[3]


def test_middle_layers_are_folded() -> None:
    """2 u + 1 and 3 u + 2, before the last: 3 (2 u1 + 1) - (3 u2 + 2) + 7."""
    middle = layer([[2, 0], [0, 3]], [1, 2], 4)
    tables = unit_tables(network(FIRST, SECOND, middle, LAST))
    assert (tables.outgoing.tolist(), tables.constant) == ([6, -3], 8)
    again = layer([[1, 0], [0, 1]], [1, 1], 4)
    tables = unit_tables(network(FIRST, SECOND, middle, again, LAST))
    assert (tables.outgoing.tolist(), tables.constant) == ([6, -3], 10)


@pytest.mark.parametrize(
    ("weights", "biases", "reason"),
    [
        ([[2, 0], [0, -3]], [1, 2], "unit 'unit 1' of a middle layer does not hand on"),
        ([[2, 1], [0, 3]], [1, 2], "unit 'unit 0' of a middle layer does not hand on"),
        ([[2, 0], [0, 0]], [1, 2], "unit 'unit 1' of a middle layer does not hand on"),
        ([[2, 0], [0, 3]], [1, -2], "unit 'unit 1' of a middle layer does not hand on"),
        ([[2, 1], [0, -3]], [1, 2], "unit 'unit 0' of a middle layer does not hand on"),
        ([[2, 0], [0, 3]], [0, 0], "unit 'unit 0' of a middle layer stands at its kink"),
        ([[2, 0], [0, 3]], [1, 0], "unit 'unit 1' of a middle layer stands at its kink"),
        ([[2, 0], [0, 3]], [0, 1], "unit 'unit 0' of a middle layer stands at its kink"),
    ],
)
def test_middle_layers_that_do_more_are_refused(
    weights: list[list[int]], biases: list[int], reason: str
) -> None:
    with pytest.raises(RefutedError, match=reason):
        unit_tables(network(FIRST, SECOND, layer(weights, biases, 4), LAST))


def test_networks_of_another_form_are_refused() -> None:
    with pytest.raises(RefutedError, match="has 2 weight layers"):
        unit_tables(network(FIRST, layer([[1, 1, 1]], [0])))
    both = layer([[0, 0, 0, 0, 1, 1, 0, 0, 0], *reading((E, 1), (C, 1))], [1, 5, 5], 2)
    with pytest.raises(RefutedError, match="first-layer unit 'unit 0' reads 2 positions"):
        unit_tables(network(both, SECOND, LAST))
    with pytest.raises(RefutedError, match="sums can reach"):
        unit_tables(network(FIRST, SECOND, layer([[LARGEST, 0]], [0], 8)))


def test_a_head_by_hand() -> None:
    """relu(2 k - 3) and relu(5 - k), the first twice and minus the second, over 4; a pixel is three codes."""
    head = layer([[2], [-1]], [-3, 5]), layer([[2, -1]], [1], 4)
    table = head_table(network(FIRST, SECOND, LAST, head=head))
    assert table.codes == (0, 1, 3)
    assert [table.value(code) for code in (0, 1, 3)] == [-1, Fraction(-3, 4), Fraction(5, 4)]
    assert [table.slope(code) for code in (0, 1, 3)] == [
        Fraction(3, 4),
        Fraction(3, 4),
        Fraction(15, 4),
    ]
    for wrong in (2, -1, 4):
        with pytest.raises(RefutedError, match=f"{wrong} is no code of a cell"):
            table.value(wrong)


def test_a_head_at_its_kink_says_nothing() -> None:
    head = layer([[1], [1]], [-1, 1]), layer([[1, 1]], [0])
    table = head_table(network(FIRST, SECOND, LAST, head=head))
    assert table.value(0) == 1
    assert table.slopes.tolist() == [0, 3, 3, 6, 6]
    for ask in (table.value, table.slope):
        with pytest.raises(RefutedError, match="a unit of the head stands at its kink on code 1"):
            ask(1)
