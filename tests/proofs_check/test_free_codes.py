"""Codes that a gate's author leaves open: none of them stands there when it matters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from construction.programs.catalogue import load_program
from construction.rules.patch import POSITIONS
from proofs_check.certificate import Gate
from proofs_check.verdict import RefutedError
from proofs_check.weights.free_codes import check_decided
from tests.proofs_check.subjects import changed, refuted

N, C = POSITIONS.index("N"), POSITIONS.index("C")


def gate(**changes: Any) -> Gate:
    """It must hold with 1 to the north of 5; of 2 to the north, and of a 6, nothing is said."""
    given: dict[str, Any] = {
        "must": {N: {1}, C: {5}},
        "may": {N: {1, 2}, C: {5, 6}},
        "when": {N: {1}, C: {5, 6}},
        "amounts": None,
        "slopes": {},
    }
    return Gate(name="g", position=N, amount=1, **{**given, **changes})


def decided(given: Gate, *shown: tuple[int, int]) -> bool:
    """Of patches that show two codes to the north and in the middle."""
    patches = np.zeros((len(shown), 9), dtype=np.int16)
    patches[:, [N, C]] = np.array(shown).reshape(-1, 2)
    gates = [gate(must={N: {1}}, may={N: {1}}, when={N: {1}}), given]
    try:
        check_decided(gates, patches)
    except RefutedError:
        with pytest.raises(RefutedError, match=rf"neither .* the patch {{.*'N': {shown[-1][0]}, "):
            check_decided(gates, patches)
        return False
    return True


@pytest.mark.parametrize(
    ("north", "middle", "says"),
    [
        (1, 5, True),
        (1, 6, False),
        (2, 5, False),
        (2, 6, False),
        (1, 7, True),
        (3, 5, True),
        (3, 6, True),
    ],
)
def test_what_is_left_open(north: int, middle: int, says: bool) -> None:
    assert decided(gate()) is True
    assert decided(gate(), (1, 5), (north, middle)) is says


def test_two_open_codes_at_which_a_gate_does_not_hold() -> None:
    """Neither of them decides alone."""
    neither = gate(when={N: {1}, C: {5}})
    assert decided(neither, (2, 6))
    assert not decided(neither, (1, 6))
    assert not decided(neither, (2, 5))


def test_a_gate_that_adds_nothing_there_is_not_asked() -> None:
    def table(amounts: dict[int, int], slopes: dict[int, int]) -> Gate:
        return gate(
            amounts={code: Fraction(entry) for code, entry in amounts.items()},
            slopes={code: Fraction(entry) for code, entry in slopes.items()},
        )

    assert not decided(table({2: -1}, {}), (2, 5))
    assert not decided(table({}, {2: 1}), (2, 5))
    assert decided(table({2: 0, 1: 1}, {1: 1}), (2, 5))
    assert not decided(table({2: 0, 1: 1}, {1: 1}), (1, 6))


def test_a_code_that_stands_there_is_not_left_open() -> None:
    """The gate is said to hold on no code for sure; the network is as it was."""
    gates = load_program("one-literal").certificate["rule"]["gates"]
    (number,) = (k for k, each in enumerate(gates) if each["when"].keys() & each["unless"].keys())
    subject = changed("one-literal", f"rule/gates/{number}/when/C", [])
    (counterexample,) = refuted(subject, "Lemma 1, memorisation").values()
    assert "says neither that it holds on the patch" in counterexample
