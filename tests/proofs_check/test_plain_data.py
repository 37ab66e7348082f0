"""Entries of plain data: what is read, and the sentences about what is not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from construction.rules.patch import POSITIONS
from proofs_check import certificate as reading
from proofs_check.certificate import column, read_certificate
from proofs_check.lemma1.data_sets import SMALL_SIZES
from proofs_check.patterns.linear import Linear, variable
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError

CODES = [
    {"code": -2, "kind": "padding"},
    {"code": 0, "kind": "bit", "fields": {"sign": 1, "word": "w"}},
    {"code": 4, "kind": "bit", "fields": {"sign": -1, "word": "w"}},
    {"code": 3, "kind": "work"},
]
TABLE: dict[str, Any] = {"values": [[0, 1], [4, "-1/2"]], "slopes": [[0, 1]]}
GATE: dict[str, Any] = {
    "name": "g",
    "when": {"N": [0]},
    "unless": {"N": [3], "W": [3]},
    "chosen": {"N": [0, 4], "W": [0, 4, -2]},
    "position": "N",
    "amount": 2,
}
CLAIMS: dict[str, Any] = {
    "computes": "parity",
    "depth": {"m": 1, "d": 2, "t": 1, "m d": 3, "1": 4},
    "rows": {"m": 1, "1": 1},
    "dummy": "last",
    "steps": [[1, 2, 5], [2, 1, 6]],
}
WORK = [[m, d, 2**15 - 1 if m == d == 1 else 1] for m, d in SMALL_SIZES]
DATA: dict[str, Any] = {
    "version": 2,
    "program": "p",
    "padding": -2,
    "codes": CODES,
    "rule": {"tables": {"C": TABLE}, "gates": [GATE], "readout": TABLE},
    "scenes": {"memorising": {"some": "scene"}},
    "claims": CLAIMS,
}


def read(**changes: Any) -> reading.Certificate:
    return read_certificate({**DATA, **changes})


def gate(**changes: Any) -> reading.Gate:
    rule = {**DATA["rule"], "gates": [{**GATE, **changes}]}
    return read(rule=rule).gates[0]


def claims(**changes: Any) -> reading.Claims:
    found = read(claims={**CLAIMS, **changes}).claims
    assert found is not None
    return found


def test_a_certificate_is_read() -> None:
    found = read()
    centre, north, west = (POSITIONS.index(name) for name in "CNW")
    assert found.program == "p"
    assert found.book.padding == -2
    one, other, work = (
        ("bit", (("sign", 1), ("word", "w"))),
        ("bit", (("sign", -1), ("word", "w"))),
        ("work", ()),
    )
    assert found.book.numbers == {one: 0, other: 4, work: 3}
    assert found.values == {centre: {0: 1, 4: Fraction(-1, 2)}}
    assert found.slopes == {centre: {0: 1}}
    assert found.readout == found.values[centre]
    assert found.readout_slopes == {0: 1}
    every: Any = {0, 4, -2}
    must, may, holds = (
        {north: {0}, west: every},
        {north: every, west: every},
        {north: {0, 4}, west: every},
    )
    assert found.gates == (reading.Gate("g", must, may, holds, north, None, {}, 2),)
    assert [*found.scenes] == ["memorising"]
    assert found.machine is None
    assert read(machine={"start": 1}).machine is not None
    assert read(claims=None).claims is None
    depth = variable("m") + variable("d") * 2 + variable("t") + variable("m d") * 3 + 4
    rows = variable("m") + 1
    assert claims() == reading.Claims("parity", depth, rows, "last", {(1, 2): 5, (2, 1): 6})
    assert claims(steps=[[1, 2, 0], [2, 1, 600]]).steps == {(1, 2): 0, (2, 1): 600}
    assert claims(computes=None, steps=None) == reading.Claims(None, depth, rows, "last", None)
    assert claims().work is None
    assert claims(work=WORK).work == {**dict.fromkeys(SMALL_SIZES, 1), (1, 1): 2**15 - 1}
    of_a_table = gate(amount=TABLE)
    assert of_a_table.amounts == found.readout
    assert of_a_table.slopes == {0: 1}
    assert of_a_table.amount == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"version": 1}, "version is 1; it should be 2"),
        ({"version": 3}, "version is 3; it should be 2"),
        ({"program": 3}, "program is 3; it should be a word"),
        ({"padding": 9}, "padding is 9; it should be the number of one of the codes"),
        ({"more": 9}, "'more', which nothing reads"),
        ({"codes": [*CODES, CODES[1]]}, "its meaning or its number is given twice"),
        ({"codes": [*CODES, {**CODES[1], "code": 7}]}, "its meaning or its number is given twice"),
        ({"codes": [*CODES, {"code": 3, "kind": "new"}]}, "its meaning or its number is given twi"),
        ({"codes": [*CODES, {"code": 9, "kind": "bit"}]}, "of the same fields as other codes"),
        ({"codes": [{**CODES[0], "more": 1}]}, "'more', which nothing reads"),
        ({"codes": [{"kind": "bit"}]}, "lacks 'code'"),
        ({"codes": [{**CODES[1], "fields": {"sign": 1.5}}]}, "sign is 1.5; it should be a whole"),
        ({"claims": {**CLAIMS, "more": 1}}, "'more', which nothing reads"),
        ({"claims": {**CLAIMS, "dummy": "second"}}, "one of last, first, never"),
        ({"claims": {**CLAIMS, "depth": {"i": 1}}}, "depends on 'i'"),
        ({"claims": {**CLAIMS, "rows": {"t": 1}}}, "depends on 't'"),
        ({"claims": {**CLAIMS, "steps": [[1, 2]]}}, r"steps/0 is \[1, 2\]; it should be \[m, d"),
        ({"claims": {**CLAIMS, "steps": [[1, 2, 3, 4]]}}, r"it should be \[m, d, steps\]"),
        ({"claims": {**CLAIMS, "steps": [[1, 2, 3], [1, 2, 3]]}}, "a size that no entry before"),
        ({"claims": {**CLAIMS, "steps": [[9, -3, -7]]}}, "one of the sizes that are run: 1x1, 1x2"),
        ({"claims": {**CLAIMS, "steps": [[0, 1, 5]]}}, "one of the sizes that are run"),
        ({"claims": {**CLAIMS, "steps": [[6, 6, 0]]}}, "one of the sizes that are run"),
        ({"claims": {**CLAIMS, "steps": [[1, 2, -1]]}}, "should be of 0 to 600 steps, 100 for"),
        ({"claims": {**CLAIMS, "steps": [[1, 2, 601]]}}, "should be of 0 to 600 steps"),
        ({"claims": {**CLAIMS, "work": WORK[1:]}}, "about all sizes that are run: 1x1, 1x2"),
        ({"claims": {**CLAIMS, "work": [*WORK, WORK[0]]}}, "a size that no entry before"),
        ({"claims": {**CLAIMS, "work": [[1, 1]]}}, r"it should be \[m, d, columns\]"),
        ({"claims": {**CLAIMS, "work": [[1, 1, 0]]}}, "of 1 to 32767 work columns"),
        ({"claims": {**CLAIMS, "work": [[1, 1, 2**15]]}}, "of 1 to 32767 work columns"),
        ({"claims": {**CLAIMS, "work": None}}, "a list"),
        ({"rule": {**DATA["rule"], "more": 1}}, "'more', which nothing reads"),
        ({"rule": {**DATA["rule"], "tables": {"X": TABLE}}}, "'X' is no position of a patch"),
        ({"rule": {**DATA["rule"], "readout": {**TABLE, "more": 1}}}, "which nothing reads"),
    ],
)
def test_what_is_no_certificate(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        read(**changes)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([[0, 1], [0, 1]], "a code that no entry before it is about"),
        ([[0, 1, 2]], "a pair"),
        ([[0]], "a pair"),
        ([["0", 1]], "a whole number"),
        ([[0, "x"]], "a number"),
        ([[0, "1/0"]], "a number"),
        ([[0, "1e9999999"]], "a fraction as 'p/q'"),
        ([[0, "1/-2"]], "a fraction as 'p/q'"),
        ([[0, 1.5]], "a whole number"),
        ([[0, 2**31 + 1]], "between -2147483648 and 2147483648"),
        ([[0, -(2**31) - 1]], "between -2147483648 and 2147483648"),
        ([[0, f"{2**32 + 1}/2"]], "between -2147483648 and 2147483648"),
    ],
)
def test_what_is_no_table(entries: Any, reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        read(rule={**DATA["rule"], "readout": {**TABLE, "values": entries}})


def test_the_largest_entries() -> None:
    largest = {**TABLE, "values": [[0, 2**31], [4, -(2**31)]]}
    assert read(rule={**DATA["rule"], "readout": largest}).readout == {0: 2**31, 4: -(2**31)}
    assert gate(amount=2**31).amount == 2**31
    assert gate(amount=-(2**31)).amount == -(2**31)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"chosen": {"N": [0]}}, "about the positions of 'when' and 'unless'"),
        ({"chosen": {"N": [0], "W": [0], "S": [0]}}, "about the positions of 'when' and 'unless'"),
        ({"chosen": {"N": [4], "W": [0, 4, -2]}}, "chosen/N should contain what 'when' has"),
        ({"chosen": {"N": [0, 3], "W": [0, 4, -2]}}, "chosen/N should .* nothing of what 'unless'"),
        ({"chosen": {"N": [0], "W": [0, 4]}}, "chosen/W should .* all of what is left"),
        ({"chosen": {"N": [0], "W": [0, 4, -2, 3]}}, "chosen/W should"),
        ({"unless": {"W": [3]}}, "chosen/N should .* where only one of them is given"),
        ({"when": {"N": [9]}}, "when/N/0 is 9; it should be a code that can stand there"),
        ({"unless": {"C": [0, -2]}}, "unless/C/1 is -2; it should be a code that can stand there"),
        ({"chosen": {"N": [1]}}, "chosen/N/0 is 1; it should be a code that can stand there"),
        ({"amount": 2**31 + 1}, "between -2147483648"),
        ({"amount": -(2**31) - 1}, "between -2147483648"),
        ({"amount": 1.5}, "a whole number"),
        ({"amount": {**TABLE, "more": 1}}, "which nothing reads"),
        ({"position": "X"}, "'X' is no position"),
        ({"when": {"X": [0]}}, "'X' is no position"),
        ({"more": 1}, "which nothing reads"),
        ({"name": 1}, "a word"),
    ],
)  # fmt: skip
def test_what_is_no_gate(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        gate(**changes)


def test_a_table_as_a_column() -> None:
    entries = {-1: Fraction(1), 1: Fraction(-3, 2)}
    assert column(entries, -1, 3, 2).tolist() == [2, 0, -3]
    assert column(entries, -1, 3, 2).dtype == np.int64
    for lowest, count, scale in ((0, 3, 2), (-1, 2, 2), (-1, 3, 1), (-1, 3, 3)):
        with pytest.raises(RefutedError, match=r"the certificate's entry -?[0-9/]+ at code -?1"):
            column(entries, lowest, count, scale)


def test_places() -> None:
    place = Place({"a": {"b": [1, "x"]}, "c": True, "d": "w" * 80, "e": ("t",), "f": "w" * 58})
    assert place["a"]["b"][1].path == "the certificate/a/b/1"
    assert [each.value for each in place["a"]["b"]] == [1, "x"]
    assert [each.path for each in place["e"]] == ["the certificate/e/0"]
    assert [(name, each.path) for name, each in place["a"].items()] == [
        ("b", "the certificate/a/b")
    ]
    assert str(place["d"].fail("short")).startswith(
        f"the certificate/d is '{'w' * 56}...; it should be short"
    )
    assert str(place["f"].fail("short")).startswith(f"the certificate/f is '{'w' * 58}'; it")
    assert place["a"]["b"][0].integer() == place["a"]["b"][0].integer_or_word() == 1
    assert place["a"]["b"][1].word() == place["a"]["b"][1].integer_or_word() == "x"
    assert place["a"].mapping(("b",)) == place["a"].mapping((), ("b",)) == {"b": [1, "x"]}
    for wrong, reason in (
        (lambda: place["z"], "the certificate lacks 'z'"),
        (lambda: place["a"]["z"], "the certificate/a lacks 'z'"),
        (lambda: place["a"].mapping(("b", "z")), "lacks 'z'"),
        (lambda: place["a"].mapping(()), "'b', which nothing reads"),
        (place["c"].mapping, "a mapping"),
        (Place({1: 2}).mapping, "a mapping"),
        (lambda: list(place["d"]), "a list"),
        (place["c"].integer, "c is True; it should be a whole number"),
        (place["a"]["b"][1].integer, "a whole number"),
        (place["c"].word, "a word"),
        (Place("a\x1b[8m").word, r"is 'a\\x1b\[8m'; it should be a word of printable characters"),
        (Place("a\nb").integer_or_word, "a word of printable characters"),
        (Place({"a\nb": 1}).mapping, "a mapping with printable names"),
        (lambda: Place({"a": 1, "a\x85": 1})["a"], "a mapping with printable names"),
        (place["c"].integer_or_word, "a whole number"),
    ):
        with pytest.raises(RefutedError, match=reason):
            wrong()


def test_forms() -> None:
    form = Place({"m": 2**16, "d": -(2**16), "1": 3}).form("m", "d")
    assert form == variable("m") * 2**16 - variable("d") * 2**16 + Linear((), 3)
    for wrong, reason in (
        ({"m": 2**16 + 1}, "m is 65537; it should be between -65536 and 65536"),
        ({"m": -(2**16) - 1}, "between -65536 and 65536"),
        ({"i": 1}, "depends on 'i'; it should depend on m, d alone"),
        ({"0": 1}, "depends on '0'; it should depend on m, d alone"),
        ({"": 1}, "depends on ''; it should depend on m, d alone"),
        ({"m": "1"}, "a whole number"),
        ([1], "a mapping"),
    ):
        with pytest.raises(RefutedError, match=reason):
            Place(wrong).form("m", "d")
