from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.executors.definition.patches import evaluate, jacobian
from construction.network.definition5 import (
    HEAD_WIDTH,
    WEIGHT_LAYERS,
    WIDTH_PER_STATE,
    five_layer_form,
    smallest_s,
)
from construction.programs.catalogue import PROGRAMS, load_program
from construction.strategies import local_rules, patches


@given(st.data())
def test_the_five_layer_form_has_the_same_values_and_slopes(data: st.DataObject) -> None:
    rule = data.draw(local_rules())
    network = compile_rule(rule)
    five = five_layer_form(network)
    assert len(five.convolution) == WEIGHT_LAYERS
    assert max(five.hidden_widths) == max(network.hidden_widths)
    cases = data.draw(patches(rule.codes))
    np.testing.assert_array_equal(evaluate(five, cases), evaluate(network, cases))
    # This also says that no unit of the five layers stands at its kink.
    np.testing.assert_array_equal(jacobian(five, cases), jacobian(network, cases))
    assert five.head == network.head
    assert five_layer_form(five).convolution == five.convolution


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_programs_are_members_of_definition_5(name: str) -> None:
    program = load_program(name)
    five = five_layer_form(compile_rule(program.rule))
    assert len(five.convolution) == WEIGHT_LAYERS
    assert len(five.head) == 2
    assert five.head[0].width <= HEAD_WIDTH
    s = smallest_s(five)
    assert WIDTH_PER_STATE * (s - 1) < max(five.hidden_widths) <= WIDTH_PER_STATE * s
    if program.machine is not None:
        assert s <= len(program.machine.states)


def test_what_has_no_five_layer_form() -> None:
    network = compile_rule(load_program("systolic-row-reduction").rule)
    five = five_layer_form(network)
    identity = five.convolution[2]
    six = replace(five, convolution=(*five.convolution[:3], identity, *five.convolution[3:]))
    with pytest.raises(NetworkError, match="has 6 weight layers; Definition 5 has 5"):
        five_layer_form(six)
    last = replace(network.convolution[2], weights=np.ones((1, 9), dtype=np.int64))
    one = replace(network, convolution=(last,))
    with pytest.raises(NetworkError, match="has 1 weight layer and so no hidden layer; it should"):
        five_layer_form(one)
