from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.compiling.free_codes import with_chosen_codes
from construction.executors.definition.patches import evaluate, jacobian
from construction.executors.head import head_gradient
from construction.network.layers import PIXEL_UNIT
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.rules.codes import Code
from construction.rules.interpreter import RuleInterpreter
from construction.rules.patch import POSITIONS, Position
from construction.rules.rule import Alphabet, LocalRule, gate
from construction.rules.tables import Table
from construction.strategies import closed_rules, grids, local_rules, patches
from construction.strategies.arrays import Integers

CODES = Alphabet({-2: Code("padding"), 0: Code("zero"), 1: Code("one"), 4: Code("four")}, -2)

#: One rule that has every kind of term.
EVERYTHING = LocalRule(
    "everything",
    CODES,
    {
        "C": Table({0: 4, 1: -3}, {0: 1, 4: -1}),
        "NE": Table({-2: -9, 1: 20}, {1: 1}),
        "S": Table({}, {-2: -1}),
    },
    (
        gate("always", 3),
        gate("a constant", -5, C=[0, 4], N=-2),
        gate("a table of both signs", Table({-2: 2, 0: -1, 4: 7}, {0: -1, 4: 1}), "W", N=[0, 1]),
        gate("conditions on the amount's own position", Table({0: 6, 1: 2}, {1: 1}), C=[1, 4]),
        gate("exclusions", Table({1: -2}, {1: -1}), "E", unless={"E": 4, "SW": [0, -2]}),
        gate("an amount of nothing", Table({}), "E", S=-2),
    ),
    Table({0: 0, 1: -1, 4: 1}, {0: 1, 1: Fraction(-2, 5)}),
)


def distinguishable_patches(rule: LocalRule) -> Integers:
    """Patches that show all the network can tell apart, up to several thousand.

    A unit sees a sum of tables, one for each position; positions that no table or gate reads
    show one code.
    """
    read: set[Position] = {p for p, table in rule.tables.items() if table.codes}
    for each in rule.gates:
        read |= each.when.keys() | each.unless.keys() | {each.position}
    seen = [rule.codes.at(p) if p in read else rule.codes.at(p)[:1] for p in POSITIONS]
    if np.prod([len(codes) for codes in seen]) > 5000:
        return np.empty((0, 9), dtype=np.int64)
    return np.array(list(product(*seen)), dtype=np.int64)


def assert_network_is_rule(network: RCNN, rule: LocalRule, cases: Integers) -> None:
    """Value and slopes, patch by patch: the middle of a 3x3 grid sees all of it."""
    interpreter = RuleInterpreter(rule)
    patch = {p: cases[:, index] for index, p in enumerate(POSITIONS)}
    np.testing.assert_array_equal(evaluate(network, cases), interpreter.evaluate(patch))
    centre = interpreter.slopes(cases.reshape(-1, 3, 3))[:, 1, 1]
    np.testing.assert_array_equal(jacobian(network, cases), centre)


@given(st.data())
def test_the_network_is_the_rule_with_its_slopes(data: st.DataObject) -> None:
    rule = data.draw(local_rules(max_codes=5))
    network = compile_rule(rule)
    assert_network_is_rule(network, rule, data.draw(patches(rule.codes)))
    assert_network_is_rule(network, rule, distinguishable_patches(rule))


def test_a_rule_with_every_kind_of_term_on_every_patch() -> None:
    network = compile_rule(EVERYTHING)
    seen = [EVERYTHING.codes.at(p) for p in POSITIONS]
    cases = np.array(list(product(*seen)), dtype=np.int64)
    assert len(cases) == 3 * 4**8
    for part in np.array_split(cases, 20):
        assert_network_is_rule(network, EVERYTHING, part)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_bundled_programs_on_random_patches(name: str) -> None:
    rule = with_chosen_codes(load_program(name).rule)
    network = compile_rule(rule)
    rng = np.random.default_rng(7)
    for _ in range(20):
        cases = np.stack([rng.choice(rule.codes.at(p), 500) for p in POSITIONS], axis=1)
        assert_network_is_rule(network, rule, cases)


@given(local_rules())
def test_the_head_is_the_readout(rule: LocalRule) -> None:
    network = compile_rule(rule)
    cells = np.array(rule.codes.cells)
    outputs = network.output(cells[:, None, None])
    assert outputs == [rule.readout.value(code) for code in rule.codes.cells]


@given(st.data())
def test_the_head_has_the_slopes_of_the_readout_per_pixel(data: st.DataObject) -> None:
    rule = data.draw(local_rules())
    grid = data.draw(grids(rule.codes)).astype(np.int16)
    gradient = head_gradient(compile_rule(rule), grid)
    assert gradient.tolist() == [[rule.readout.slope(int(k)) for k in row] for row in grid]


def pixel_by_pixel(network: RCNN, patch: list[int]) -> Fraction:
    """The convolution on real pixels, in fractions, from what the layers say their weights are."""
    values = [Fraction(code, PIXEL_UNIT) for code in patch]
    scale = PIXEL_UNIT
    for depth, layer in enumerate(network.convolution, 1):
        values = [
            sum(
                (layer.real_weight(int(w), scale) * v for w, v in zip(row, values, strict=True)),
                layer.real_bias(int(bias)),
            )
            for row, bias in zip(layer.weights, layer.biases, strict=True)
        ]
        if depth < len(network.convolution):
            values = [max(value, Fraction(0)) for value in values]
        scale = layer.scale
    return values[0] / PIXEL_UNIT


@example(rule=EVERYTHING, seed=0)
@given(local_rules(max_codes=4, max_gates=2), st.integers(0, 2**32))
def test_real_weights_on_real_pixels_give_the_next_pixel(rule: LocalRule, seed: int) -> None:
    network = compile_rule(rule)
    rng = np.random.default_rng(seed)
    cases = np.stack([rng.choice(rule.codes.at(p), 3) for p in POSITIONS], axis=1)
    for patch, code in zip(cases.tolist(), evaluate(network, cases), strict=True):
        assert pixel_by_pixel(network, patch) == Fraction(int(code), PIXEL_UNIT)


def test_everything_has_a_name() -> None:
    network = compile_rule(EVERYTHING, work_columns=2)
    first, second, third = network.convolution
    assert second.names == (
        "the tables of all positions",
        "always",
        "a constant",
        "a table of both signs (+)",
        "a table of both signs (-)",
        "conditions on the amount's own position",
        "exclusions",
    )
    assert third.names == ("next code",)
    assert "C above 1/4" in first.names
    assert len(set(first.names)) == first.width
    assert dict(network.codes) == dict(EVERYTHING.codes.names)
    assert (network.name, network.padding, network.work_columns) == ("everything", -2, 2)


@given(closed_rules())
def test_no_two_units_of_a_layer_share_a_name(rule: LocalRule) -> None:
    for layer in compile_rule(rule).convolution:
        assert len(set(layer.names)) == layer.width
