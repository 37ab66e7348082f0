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
from proofs_check.weights.damage import Behaviour, Counts, sample_patches
from proofs_check.weights.equality import compare
from proofs_check.weights.head import head_table
from proofs_check.weights.readout import compare_head
from proofs_check.weights.tables import unit_tables
from tests.programs.first_label import FIRST_LABEL
from tests.proofs_check.test_tables import FIRST, LAST, SECOND, layer, network


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


# Damage.

SMALL = network(FIRST, SECOND, LAST)


def test_every_weight_is_damaged_in_three_ways() -> None:
    found = {where: other for where, _, other in damage.damaged_networks(SMALL)}
    numbers = sum(
        int(np.count_nonzero(each.weights) + np.count_nonzero(each.biases))
        for each in (*SMALL.convolution, *SMALL.head)
    )
    assert len(found) == 3 * numbers
    zeroed = found["convolution 2, weights[1, 1] set to zero"]
    assert zeroed.convolution[1].weights.tolist() == [[1, 1, 0], [0, 0, 1]]
    assert found["convolution 1, biases[1] negated"].convolution[0].biases.tolist() == [1, -3, 5]
    assert found["head 1, weights[0, 0] moved by one step"].head[0].weights.tolist() == [[2]]
    assert found["convolution 3, biases[0] moved by one step"].convolution[2].biases[0] == 8
    parts = [part for _, part, _ in damage.damaged_networks(SMALL)]
    assert parts.count("head") == 6


def test_what_a_sample_shows() -> None:
    tables = unit_tables(SMALL)
    patches = sample_patches(tables, 40)
    assert patches.shape == (40, 9)
    assert {*patches[:, 4].tolist()} == {0, 1, 3}
    assert {*patches[:, 5].tolist()} == {-1, 0, 1, 3}
    assert len(np.unique(patches, axis=0)) > 20
    before = Behaviour.of(SMALL, patches)
    assert not before.shows(before)
    louder = replace(SMALL, convolution=(FIRST, SECOND, layer([[3, -1]], [8], 8)))
    assert Behaviour.of(louder, patches, slopes=False).shows(before)
    at_kink = replace(SMALL, convolution=(FIRST, layer([[1, 1, 0], [0, -1, 1]], [2, -4], 4), LAST))
    assert Behaviour.of(at_kink, patches).shows(Behaviour.of(at_kink, patches))
    assert not Behaviour.of(at_kink, patches).same_as(Behaviour.of(at_kink, patches))
    flat = Behaviour(before.outputs, before.jacobians + 1, before.at_kink)
    assert not flat.same_as(before)
    assert not Behaviour(before.outputs + 1, before.jacobians, before.at_kink).same_as(before)


def test_floats_are_used_only_where_they_are_exact() -> None:
    def kind(number: int) -> str:
        large = replace(SMALL, convolution=(FIRST, SECOND, layer([[number, 0]], [0], 8)))
        return str(damage._exact_type(large, np.array([[0] * 8 + [3]])))

    # The largest unit: the sum of weights, 2, times the largest hinge, 9, and 2.
    assert kind((2**53 - 1) // 20) == "float64"
    assert kind(2**53 // 20 + 1) == "int64"


def toy() -> Subject:
    return Subject(compile_rule(FIRST_LABEL.rule), FIRST_LABEL.certificate)


def test_damages_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = toy()
    some = list(damage.damaged_networks(subject.network))[::5]
    monkeypatch.setattr(damage, "damaged_networks", lambda network: some)
    total = len(some)
    pattern = r"(\d+) damages of one weight or bias: (\d+) show on a sample of patches, (\d+) of the others rejected, (\d+) proved harmless"
    found = re.fullmatch(pattern, damage.check_damage(subject).covered)
    assert found
    every, shown, rejected, harmless = map(int, found.groups())
    assert every == total == shown + rejected + harmless
    assert min(shown, rejected, harmless) > 0
    monkeypatch.setattr(damage, "accepted", lambda *_: False)
    assert (
        f"{every - shown} of the others rejected, 0 proved" in damage.check_damage(subject).covered
    )
    monkeypatch.setattr(damage, "accepted", lambda *_: True)
    monkeypatch.setattr(damage, "SAMPLES", (1,))  # which shows little
    with pytest.raises(RefutedError, match="the checker accepts the damage: convolution "):
        damage.check_damage(subject)
    # Where the samples show all, nothing is left to the comparison.
    monkeypatch.setattr(Behaviour, "shows", lambda self, other: True)
    heads = sum(part == "head" for _, part, _ in damage.damaged_networks(subject.network))
    assert f"{total - heads} show on" in damage.check_damage(subject).covered


def test_certificates_are_damaged_everywhere() -> None:
    transitions = [
        {"state": "p", "symbol": "0", "move": "W", "to": "q", "code": 5},
        {"state": "q", "symbol": "1", "move": "stay", "to": "p", "blocked": "q"},
    ]
    machine = {"start": "p", "blank": "1", "symbols": {"0": 1, "1": 2}, "transitions": transitions}
    data = {"program": "x", "depth": {"m": 1}, "machine": machine}
    found = dict(damage.damaged_certificates(data))
    assert found["depth/m"]["depth"] == {"m": 2}
    assert "program" not in found
    moved = {where: each["machine"] for where, each in found.items() if where != "depth/m"}
    first, second = "machine/transitions/0", "machine/transitions/1"
    assert moved[f"{first}/to"]["transitions"][0]["to"] == "p"
    assert moved[f"{first}/state"]["transitions"][0]["state"] == "q"
    assert moved[f"{second}/move"]["transitions"][1]["move"] == "N"
    assert moved[f"{first}/move"]["transitions"][0]["move"] == "stay"
    assert moved[f"{second}/blocked"]["transitions"][1]["blocked"] == "p"
    assert moved[f"{first}/symbol"]["transitions"][0]["symbol"] == "1"
    assert moved[f"{first}/code"]["transitions"][0]["code"] == 6
    assert (moved["machine/start"]["start"], moved["machine/blank"]["blank"]) == ("q", "0")
    assert moved["machine/symbols/1"]["symbols"] == {"0": 1, "1": 3}
    assert data["depth"] == {"m": 1}
    counts, passed = damage.check_certificate_damage(data, lambda each: each["depth"]["m"] == 2)
    assert counts == Counts(len(found), 0, 1, len(found) - 1)
    assert passed == [where for where in found if where != "depth/m"]


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
