"""Classes of targets in the file of a machine: formulas of bits, and what is none."""

from __future__ import annotations

from itertools import product

import pytest

from construction.errors import MachineError
from construction.machines.bit_formula import TargetClass, as_formula, read_bit_formula
from construction.machines.formula import SizeFormula


def test_the_values_are_in_lexicographic_order_of_the_inputs() -> None:
    of = TargetClass(2, ("0", "x1", "not x1", "x2", "xd ^ 1", "x1 ^ x2", "x1 and x2", "x1 | x2"))
    assert of.values == ("0000", "0011", "1100", "0101", "1010", "0110", "0001", "0111")


@pytest.mark.exhaustive
@pytest.mark.parametrize("features", [1, 2, 3])
def test_every_function_has_a_formula(features: int) -> None:
    inputs = list(product((0, 1), repeat=features))
    for bits in product("01", repeat=len(inputs)):
        function, needed = read_bit_formula(as_formula("".join(bits)))
        assert needed <= features
        assert [function(x) for x in inputs] == [int(bit) for bit in bits]


@pytest.mark.parametrize(
    ("features", "targets", "words"),
    [
        (0, ("x1",), "0 features; it should be 1 to 4"),
        (5, ("x1",), "5 features; it should be 1 to 4"),
        (1, (), "0 targets; there should be 1 to 16"),
        (1, ("y1",), "the target 'y1' is no formula; it should consist of x1, x2"),
        (1, ("0011",), "the target '0011' is no formula"),
        (1, ("x1 +",), "is no formula"),
        (1, ("x2",), "the target 'x2' needs x2; there should be 2 features then, not 1"),
        (1, ("x1", "xd"), "the targets x1 and xd are the same for d = 1; leave one of them"),
    ],
)
def test_what_is_no_class(features: int, targets: tuple[str, ...], words: str) -> None:
    with pytest.raises(MachineError, match=words):
        TargetClass(features, targets)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 * m + 5", (3, 5)),
        ("8 * (m + 1) * (d + 2)", (32, 32)),
        ("m * d + d**2 - 2 * m", (0, 4)),
        ("(m + 1) * (d + 2) - 7 // 2", (4, 1)),
        ("m * m", None),
        ("m**2", None),
        ("m // 2", None),
        ("3 // (d - 2) + m", None),
    ],
)
def test_formulas_that_are_linear_in_the_number_of_examples(
    text: str, expected: tuple[int, int] | None
) -> None:
    formula = SizeFormula(text)
    assert formula.in_m(2) == expected
    if expected is not None:
        slope, constant = expected
        assert all(formula(m, 2) == slope * m + constant for m in range(1, 9))
