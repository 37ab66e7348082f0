"""Networks and what is said of their weights, on a small program: each entry and each weight decides something."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.network.rcnn import RCNN
from construction.rules.patch import POSITIONS
from construction.rules.rule import Gate, LocalRule
from construction.rules.tables import Table
from proofs_check.certificate import read_certificate
from proofs_check.statement import OF_NETWORKS, check
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights import damage, equality
from proofs_check.weights.damage import Behaviour, sample_patches
from proofs_check.weights.equality import compare
from proofs_check.weights.head import head_table
from proofs_check.weights.readout import compare_head
from proofs_check.weights.tables import unit_tables
from tests.programs.first_label import FIRST_LABEL


def rule() -> LocalRule:
    """The label of the first example, with a gate whose amount and slope depend on a neighbour's code."""
    own = FIRST_LABEL.rule
    numbers = sorted(set(own.codes.meanings) - {own.codes.padding})
    values = {numbers[0]: 1, numbers[1]: -1, numbers[3]: 2}
    steep = Gate(
        name="steep",
        when={"S": frozenset(numbers[2:5])},
        unless={"E": frozenset({numbers[0]})},
        position="N",
        amount=Table(values, {numbers[1]: 2}),
    )
    return replace(own, gates=(*own.gates, steep))


@cache
def compiled(which: str) -> tuple[RCNN, dict[str, Any]]:
    of = FIRST_LABEL.rule if which == "plain" else rule()
    return compile_rule(of), dict(certificate(of))


def test_what_was_compared() -> None:
    network_, data = compiled("plain")
    tables = unit_tables(network_)
    found = compare(tables, read_certificate(data))
    gates = len(data["rule"]["gates"])
    assert (found.always_on, found.gates) == (1, len(tables.units) - 1)
    assert found.combinations > gates
    patches = sample_patches(tables, 3000)
    inputs = np.abs(tables.inputs(patches))
    assert 0 < found.margin <= inputs.min()


def damaged(data: Any, path: tuple[Any, ...] = ()) -> Any:
    """Every number of plain data, moved by one."""
    entries = data.items() if isinstance(data, Mapping) else enumerate(data)
    for key, entry in entries:
        if isinstance(entry, Mapping | list):
            yield from damaged(entry, (*path, key))
        elif isinstance(entry, int):
            yield (*path, key)


@pytest.mark.parametrize("which", ["plain", "steep"])
def test_every_number_of_a_rule_decides_something(which: str) -> None:
    """But of *when* and *unless*, of which only *chosen* says what the network does."""
    network_, data = compiled(which)
    tables, head = unit_tables(network_), head_table(network_)
    compare(tables, read_certificate(data))
    compare_head(head, read_certificate(data))
    passed = []
    for path in damaged(data["rule"]):
        other: Any = deepcopy(data)
        holder = other["rule"]
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] += 1
        try:
            wrong = read_certificate(other)
            compare(tables, wrong)
            compare_head(head, wrong)
        except RefutedError:
            continue
        passed.append(path)
    assert [path for path in passed if path[2] not in ("when", "unless")] == []


def test_a_weight_is_refuted_just_if_a_run_tells() -> None:
    network_, data = compiled("steep")
    whole = read_certificate(data)
    tables = unit_tables(network_)
    patches = sample_patches(tables, 1500)
    before = Behaviour.of(network_, patches)
    for where, part, other in list(damage.damaged_networks(network_))[::7]:
        if part == "convolution" and damage.accepted(other, part, whole):
            assert Behaviour.of(other, patches).same_as(before), where
    assert damage.accepted(network_, "convolution", whole)
    assert damage.accepted(network_, "head", whole)


@pytest.mark.parametrize("place", ["bias", "outgoing", "weight"])
def test_the_patch_of_a_refutation_tells(place: str) -> None:
    """On it the network gives what the refutation says more than the rule."""
    network_, data = compiled("steep")
    first, units, last = network_.convolution
    if place == "bias":
        last = replace(last, biases=last.biases + 3)
    elif place == "outgoing":
        weights = last.weights.copy()
        weights[0, -1] += 2
        last = replace(last, weights=weights)
    else:
        weights = units.weights.copy()
        row, column = np.argwhere(weights)[5]
        weights[row, column] += 1
        units = replace(units, weights=weights)
    other = replace(network_, convolution=(first, units, last))
    tables, good = unit_tables(other), unit_tables(network_)
    with pytest.raises(RefutedError) as refuted:
        compare(tables, read_certificate(data))
    found = re.match(
        r"on the patch ({.*}), (.*) is (-?[0-9]+)/([0-9]+) more than the rule says; the units that are on: (.*)",
        str(refuted.value),
    )
    assert found
    shown = ast.literal_eval(found[1])
    patch = np.array([[shown[name] for name in POSITIONS]])
    inputs, expected = tables.inputs(patch), good.inputs(patch)
    assert int(found[4]) == tables.scale
    assert found[5].split(", ")[0] in tables.units
    if found[2] == "the next code":
        more = tables.outputs(inputs) - good.outputs(expected)
    else:
        position = POSITIONS.index(found[2].rpartition(" ")[2])
        more = (tables.jacobians(patch, inputs) - good.jacobians(patch, expected))[:, position]
    assert int(found[3]) == int(more[0])


def test_the_patch_tells_of_each_gate_that_a_rule_leaves_out() -> None:
    """On it all of the gate's conditions hold, and the rule lacks just its amount."""
    network_, data = compiled("steep")
    tables = unit_tables(network_)
    for number, gate in enumerate(read_certificate(data).gates):
        fewer: Any = deepcopy(data)
        del fewer["rule"]["gates"][number]
        with pytest.raises(RefutedError) as refuted:
            compare(tables, read_certificate(fewer))
        found = re.match(
            r"on the patch ({.*}), the next code is (.*)/([0-9]+) more", str(refuted.value)
        )
        assert found
        shown = [ast.literal_eval(found[1])[name] for name in POSITIONS]
        assert all(shown[position] in codes for position, codes in gate.when.items())
        amount = gate.amounts[shown[gate.position]] if gate.amounts else gate.amount
        assert int(found[2]) == amount * int(found[3])


def test_units_at_their_kinks_are_named() -> None:
    network_, data = compiled("plain")
    first, units, last = network_.convolution
    tables = unit_tables(network_)
    patches = sample_patches(tables, 500)
    inputs = tables.inputs(patches)
    unit = int(np.flatnonzero((inputs <= 0).any(axis=0))[0])
    reached = int(inputs[inputs[:, unit] < 0][0, unit])
    biases = units.biases.copy()
    biases[unit] -= reached
    other = replace(network_, convolution=(first, replace(units, biases=biases), last))
    kink = f"unit {re.escape(repr(units.names[unit]))} stands at its kink on the patch {{"
    with pytest.raises(RefutedError, match=kink):
        compare(unit_tables(other), read_certificate(data))
    code = next(code for code in network_.codes if code != network_.padding)
    row = np.zeros((1, 9), dtype=np.int64)
    row[0, 5] = 1
    more = replace(
        first,
        weights=np.concatenate([first.weights, row]),
        biases=np.append(first.biases, -code),
        names=(*first.names, "idle"),
    )
    wider = replace(units, weights=np.pad(units.weights, ((0, 0), (0, 1))))
    other = replace(network_, convolution=(more, wider, last))
    with pytest.raises(RefutedError, match=f"that reads E stands at its kink on code {code}"):
        compare(unit_tables(other), read_certificate(data))


def test_units_that_read_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network_, data = compiled("steep")
    tables, whole = unit_tables(network_), read_certificate(data)
    found = []
    for size in range(1, 200):
        monkeypatch.setattr(equality, "LARGEST_PRODUCT", size)
        try:
            compare(tables, whole)
        except RefutedError as refutation:
            assert "is not always on and reads" in str(refutation)  # noqa: PT017
            found.append(size)
        else:
            break
    assert found == list(range(1, size))
    assert 2 < size < 200


def test_a_head_that_is_not_the_readout() -> None:
    network_, data = compiled("plain")
    head, whole = head_table(network_), read_certificate(data)
    assert compare_head(head, whole) == len(network_.codes) - 1
    for number, code in enumerate(head.codes):
        for name in ("values", "slopes"):
            table = getattr(head, name).copy()
            table[code - head.lowest] += 1
            with pytest.raises(
                RefutedError, match=f"at code {code} is -?[0-9]+/{head.scale}; the cert"
            ):
                compare_head(replace(head, **{name: table}), whole)
        kinks = head.kinks.copy()
        kinks[code - head.lowest] = 1
        with pytest.raises(RefutedError, match=f"the head stands at its kink on code {code}"):
            compare_head(replace(head, kinks=kinks), whole)
        assert number >= 0


def test_an_amount_that_is_no_integer_is_refused() -> None:
    network_, data = compiled("steep")
    other: Any = deepcopy(data)
    steep = next(each for each in other["rule"]["gates"] if each["name"] == "steep")
    steep["amount"]["values"][0][1] = "1/2"
    with pytest.raises(
        RefutedError, match=r"the certificate's entry 1/2 at code .* fits no weights"
    ):
        compare(unit_tables(network_), read_certificate(other))


def test_the_row_about_all_patches() -> None:
    (row,) = OF_NETWORKS["Lemma 1, network = rule"].about(Subject(*compiled("plain")))
    assert row.method == "all sizes, exact"
    found = check(row)
    assert found.holds
    assert "all 10 codes" in found.covered
    assert found.constants == {
        "positions read": "N C E S",
        "least distance of a unit to its kink": "1",
    }
