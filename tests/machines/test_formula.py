"""Formulas in m and d that files state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.errors import MachineError
from construction.machines.formula import SizeFormula


@given(st.integers(0, 50), st.integers(1, 50))
def test_formulas(m: int, d: int) -> None:
    assert SizeFormula("(m + 1) * (d + 2) + 1")(m, d) == (m + 1) * (d + 2) + 1
    assert SizeFormula(" 3*m*d**2 - m // 2 ")(m, d) == max(0, 3 * m * d**2 - m // 2)
    assert SizeFormula("7")(m, d) == 7
    assert SizeFormula("m - 100")(m, d) == 0


@pytest.mark.parametrize(
    "text",
    [
        "", "n", "m d", "m / 2", "m ** d", "2 ** 10", "m ** -1", "1.5 * m", "m // 0", "True", "m; d",
        "print(m)", "m.real", "[m]", "-m", "m if d else 1", "'m' * d", "(" * 500, "m\n+ d", "2 ** 9 ** 9", "((9 ** 9) ** 9) ** 9",
        "m # \x1b[8m",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(MachineError, match="is no formula in m and d; it should be one like"):
        SizeFormula(text)


@given(st.text(alphabet="md0123+-*/() ", max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        bound = SizeFormula(text)
    except MachineError:
        return
    assert bound(3, 4) >= 0
