from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from construction.errors import RuleError
from construction.rules.codes import Code
from construction.rules.rule import Alphabet, Gate, LocalRule, gate
from construction.rules.tables import Table

CODES = Alphabet({-2: Code("padding"), 0: Code("zero"), 1: Code("one"), 4: Code("four")}, -2)


def rule_with(**changes: Any) -> LocalRule:
    parts: dict[str, Any] = {
        "name": "r",
        "codes": CODES,
        "tables": {"C": Table({1: 4})},
        "gates": (),
        "readout": Table({}),
    }
    return LocalRule(**(parts | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tables": {"C": Table({2: 1})}}, "the table of C: code 2 does not exist"),
        ({"tables": {"C": Table({-2: 1})}}, "the table of C: code -2 is the padding"),
        (
            {"tables": {"N": Table({1: Fraction(1, 2)})}},
            "value at code 1: Fraction(1, 2) should be",
        ),
        ({"tables": {"N": Table({1: Fraction(2)})}}, "value at code 1: Fraction(2, 1) should be"),
        ({"tables": {"N": Table({1: 1.0})}}, "value at code 1: 1.0 should be an integer"),  # type: ignore[dict-item]
        ({"tables": {"N": Table({}, {1: Fraction(1, 3)})}}, "the slope at code 1: Fraction(1, 3)"),
        ({"readout": Table({9: 1})}, "the readout: code 9 does not exist"),
        ({"readout": Table({1: 2})}, "the readout: code 1 has the value 2; it should be -1, 0 or"),
        ({"readout": Table({1: Fraction(1)})}, "has the value Fraction(1, 1); it should be -1, 0"),
        ({"readout": Table({}, {1: 0.5})}, "code 1 has the slope 0.5; it should be an integer or"),  # type: ignore[dict-item]
        ({"gates": [gate("g", 1), gate("g", 2)]}, "two gates are named 'g'"),
        (
            {"gates": [gate("g", 1, C=[])]},
            "gate 'g': no code meets the condition on C, so the gate",
        ),
        (
            {"gates": [gate("g", 1, unless={"C": [0, 1, 4]})]},
            "no code meets the condition on C, so",
        ),
        ({"gates": [gate("g", 1, C=1, unless={"C": 1})]}, "no code meets the condition on C, so"),
        ({"gates": [gate("g", 1, unless={"S": 3})]}, "condition on S: code 3 does not exist; the"),
        ({"gates": [gate("g", 1, C=-2)]}, "gate 'g', condition on C: code -2 is the padding"),
        (
            {"gates": [gate("g", 1, S=[0, 3])]},
            "condition on S: code 3 does not exist; the codes of",
        ),
        ({"gates": [gate("g", Table({3: 1}))]}, "gate 'g', amount: code 3 does not exist"),
        (
            {"gates": [gate("g", Table({1: Fraction(1, 2)}))]},
            "gate 'g', amount, the value at code 1",
        ),
        ({"gates": [Gate("g", {}, Fraction(1, 2))]}, "gate 'g', amount: Fraction(1, 2) should be"),  # type: ignore[arg-type]
        ({"gates": [gate("g", -(2**40))]}, f"amount: {-(2**40)} is beyond -2147483648..2147483648"),
        ({"gates": [gate("g", True)]}, "gate 'g', amount: True should be an integer"),
        ({"gates": [gate("g", Table({0: 1}, {1: 1}))]}, "code 1 has the slope 1 but the amount 0"),
    ],
)
def test_a_rule_that_contradicts_itself(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RuleError, match=re.escape(message)) as caught:
        rule_with(**changes)
    assert str(caught.value).startswith("rule 'r', ") or message == "two gates are named 'g'"


@pytest.mark.parametrize(
    ("names", "padding", "message"),
    [
        ({-1: "padding", 0: "a", 1: "a"}, -1, "code name 'a' is given to two numbers"),
        ({0: "a"}, -1, "the padding code -1 has no name"),
        ({-1: "padding", -3: "a"}, -1, "code -3 (a) is below the padding code -1"),
    ],
)
def test_codes_that_contradict_themselves(
    names: dict[int, str], padding: int, message: str
) -> None:
    with pytest.raises(RuleError, match=re.escape(message)):
        Alphabet({number: Code(name) for number, name in names.items()}, padding)


def test_a_readout_has_any_exact_slope() -> None:
    readout = Table({1: -1, 4: 1}, {0: Fraction(5, 7)})
    assert rule_with(readout=readout).readout is readout


def test_codes() -> None:
    assert CODES.cells == (0, 1, 4)
    assert CODES.seen == (-2, 0, 1, 4)
    assert CODES.at("C") == CODES.cells
    assert CODES.at("NE") == CODES.seen
    assert (CODES.lowest, CODES.highest) == (-2, 4)
    assert CODES.names[4] == "four"
    assert CODES.numbers[Code("four")] == 4


def test_tables_hold_no_zeros_and_do_not_overlap() -> None:
    table = Table({3: 0, 1: 5}, {4: 0, 2: -1})
    assert dict(table.values) == {1: 5}
    assert dict(table.slopes) == {2: -1}
    assert table.codes == {1, 2}
    assert (table.value(1), table.value(9), table.slope(2), table.slope(9)) == (5, 0, -1, 0)
    union = Table.union(table, Table({7: 1}))
    assert union == Table({1: 5, 7: 1}, {2: -1})
    with pytest.raises(ValueError, match="two tables both prescribe code 1"):
        Table.union(table, Table({1: 1}))
