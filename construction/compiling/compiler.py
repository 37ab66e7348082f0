"""From a local rule to the weights of a network. The stages of the construction, one a line.

Three weight layers (Definition 5 has five: :mod:`construction.network.definition5` inserts the two
identity layers):

1. **hinges**, each reading one position of the patch;
2. **units**, one for the rule's tables and one for each gate;
3. **the next code**, one linear output.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from construction.arguments import checked
from construction.compiling.free_codes import with_chosen_codes
from construction.compiling.gadgets import HINGE_WEIGHT, hinges
from construction.compiling.units import Unit, gate_units, linear_unit
from construction.network.layers import PIXEL_UNIT, WeightLayer
from construction.network.rcnn import RCNN
from construction.rules.patch import POSITIONS, Position
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table

#: A hinge is known by the position that it reads and the odd ``j`` of ``relu(4 v - j)``.
Hinge = tuple[Position, int]


@dataclass(frozen=True)
class HingeSum:
    """A second-layer unit's input: ``bias + sum of coefficients[h] * hinge h``."""

    coefficients: dict[Hinge, Fraction]
    bias: Fraction


@checked
def compile_rule(rule: LocalRule, *, work_columns: int = 1) -> RCNN:
    """The network of Definition 5 that runs ``rule``: equal to it on every patch of codes.

    >>> from construction import load_program
    >>> network = compile_rule(load_program("systolic-row-reduction").rule)
    >>> len(network.convolution), network.padding, network.codes[1]
    (3, -2, 'stored +')
    """
    rule = with_chosen_codes(rule)
    linear, shift = linear_unit(rule)
    units = [linear, *(unit for each in rule.gates for unit in gate_units(each, rule.codes))]
    sums = [hinge_sum(unit, rule.codes) for unit in units]
    first, second = hidden_layers(sums, [unit.name for unit in units])
    third = output_layer([unit.outgoing for unit in units], shift, second.scale)
    return RCNN(
        name=rule.name,
        convolution=(first, second, third),
        head=head_layers(rule),
        padding=rule.codes.padding,
        codes=rule.codes.names,
        work_columns=work_columns,
        line=rule.line,
    )


def hinge_sum(unit: Unit, codes: Alphabet) -> HingeSum:
    """A unit's tables as one sum of hinges."""
    coefficients: dict[Hinge, Fraction] = {}
    bias = Fraction(unit.bias)
    for position, table in unit.tables.items():
        own, base = hinges(table, codes.at(position))
        bias += base
        coefficients |= {(position, kink): value for kink, value in own.items()}
    return HingeSum(coefficients, bias)


def hidden_layers(sums: list[HingeSum], names: list[str]) -> tuple[WeightLayer, WeightLayer]:
    """The hinges that any unit needs, each once, and the units on top of them."""
    needed = {hinge for each in sums for hinge in each.coefficients}
    order = sorted(needed, key=lambda hinge: (POSITIONS.index(hinge[0]), hinge[1]))
    column = {hinge: index for index, hinge in enumerate(order)}
    scale = lcm(
        *(value.denominator for each in sums for value in (*each.coefficients.values(), each.bias))
    )
    first = np.zeros((len(order), len(POSITIONS)), dtype=np.int64)
    for (position, _), index in column.items():
        first[index, POSITIONS.index(position)] = HINGE_WEIGHT
    second = np.zeros((len(sums), len(order)), dtype=np.int64)
    for row, each in enumerate(sums):
        for hinge, value in each.coefficients.items():
            second[row, column[hinge]] = int(value * scale)
    return (
        WeightLayer(
            first,
            np.array([-kink for _, kink in order]),
            scale=1,
            names=tuple(f"{position} above {Fraction(kink, 4)}" for position, kink in order),
        ),
        WeightLayer(
            second, np.array([int(each.bias * scale) for each in sums]), scale, tuple(names)
        ),
    )


def output_layer(outgoing: list[int], shift: int, scale: int) -> WeightLayer:
    """The linear output: the units' sum, without the shift that kept the tables' unit positive."""
    return WeightLayer(np.array([outgoing]), np.array([-shift * scale]), scale, ("next code",))


def head_layers(rule: LocalRule) -> tuple[WeightLayer, WeightLayer]:
    """The pixel-wise two-layer head: the rule's readout, with slopes per pixel unit."""
    slopes = {code: Fraction(slope) / PIXEL_UNIT for code, slope in rule.readout.slopes.items()}
    coefficients, base = hinges(Table(rule.readout.values, slopes), rule.codes.cells)
    kinks = sorted(coefficients)
    scale = lcm(*(value.denominator for value in (*coefficients.values(), base)))
    hidden = WeightLayer(
        np.full((len(kinks), 1), HINGE_WEIGHT),
        np.array([-kink for kink in kinks], dtype=np.int64),
        scale=1,
        names=tuple(f"above {Fraction(kink, 4)}" for kink in kinks),
    )
    weights = np.array([[int(coefficients[kink] * scale) for kink in kinks]], dtype=np.int64)
    return hidden, WeightLayer(weights, np.array([int(base * scale)]), scale, ("output",))
