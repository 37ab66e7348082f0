from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.network.definition5 import five_layer_form
from construction.network.layers import Integers
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program
from construction.rules.rule import LocalRule
from construction.strategies import local_rules
from proofs_check.certificate import read_certificate
from proofs_check.verdict import RefutedError
from proofs_check.weights import equality
from proofs_check.weights.equality import compare
from proofs_check.weights.head import head_table
from proofs_check.weights.readout import compare_head
from proofs_check.weights.tables import unit_tables


@settings(max_examples=60)
@given(local_rules())
def test_every_compiled_rule_equals_its_certificate(rule: LocalRule) -> None:
    network = compile_rule(rule)
    proof = read_certificate(certificate(rule))
    compare(unit_tables(network), proof)
    compare(unit_tables(five_layer_form(network)), proof)
    compare_head(head_table(network), proof)


@settings(max_examples=30)
@given(local_rules(), st.data())
def test_a_changed_weight_is_refuted_exactly_when_some_patch_tells(
    rule: LocalRule, data: st.DataObject
) -> None:
    network = compile_rule(rule)
    proof = read_certificate(certificate(rule))
    layer = network.convolution[1]
    places = np.argwhere(layer.weights)
    if not len(places):
        return
    row, column = data.draw(st.sampled_from(places.tolist()))
    weights = layer.weights.copy()
    weights[row, column] += data.draw(st.sampled_from([-1, 1]))
    changed = with_layer(network, 1, weights)
    before, after = unit_tables(network), unit_tables(changed)
    rng = np.random.default_rng(0)
    patches = np.stack([rng.choice(before.at(p), 2000) for p in range(9)], axis=1)
    inputs = [tables.inputs(patches) for tables in (before, after)]
    same = np.array_equal(before.outputs(inputs[0]), after.outputs(inputs[1])) and np.array_equal(
        before.jacobians(patches, inputs[0]), after.jacobians(patches, inputs[1])
    )
    # To list the 2^24 combinations that a unit may read takes minutes, and shows no more.
    with patch.object(equality, "LARGEST_PRODUCT", 2**12):
        try:
            compare(after, proof)
        except RefutedError as refutation:
            event("too many codes to list" if "to list" in str(refutation) else "refuted")
            return
    event("accepted")
    assert same


def test_the_message_names_the_patch_and_the_units() -> None:
    program = load_program("systolic-row-reduction")
    network = compile_rule(program.rule)
    proof = read_certificate(certificate(program.rule))
    biases = network.convolution[2].biases.copy()
    changed = replace(
        network,
        convolution=(*network.convolution[:2], replace(network.convolution[2], biases=biases + 1)),
    )
    with pytest.raises(
        RefutedError, match=r"on the patch .* the next code is 1/8 more than the rule"
    ):
        compare(unit_tables(changed), proof)


def with_layer(network: RCNN, index: int, weights: Integers) -> RCNN:
    layers = list(network.convolution)
    layers[index] = replace(layers[index], weights=weights)
    return replace(network, convolution=tuple(layers))
