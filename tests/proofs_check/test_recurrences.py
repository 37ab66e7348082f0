"""Recurrences of the checker's own, and comparing a scene's with them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.programs.catalogue import load_program
from proofs_check.lemma1 import column_scan, row_reduction
from proofs_check.lemma1.data_sets import data_sets
from proofs_check.lemma1.elimination import reduce_rows
from proofs_check.lemma1.small_sizes import DEFINITIONS
from proofs_check.patterns.recurrences import check_recurrence
from proofs_check.patterns.scene import Scene
from proofs_check.verdict import RefutedError
from tests.proofs_check.subjects import changed

SYSTOLIC = "systolic-row-reduction"


def scene(changes: dict[str, Any] | None = None, of: str = "", index: int = 0) -> Scene:
    definitions: Any = deepcopy(load_program(SYSTOLIC).certificate["scenes"])["predicting"][
        "definitions"
    ]
    place = [k for k, each in enumerate(definitions) if each["of"] == of]
    if changes is not None:
        definitions[place[index]].update(changes)
    return changed(SYSTOLIC, "scenes/predicting/definitions", definitions).scene("predicting")


def test_the_bundled_one_is_the_checkers_own() -> None:
    assert check_recurrence(scene(), row_reduction.RECURRENCE) > 0


@pytest.mark.parametrize(
    ("of", "index", "changes", "reason"),
    [
        ("D", 0, {"is": "leave"}, "it should be"),
        ("F", 1, {"is": "F[a-1, w]"}, "it should be"),
        ("H", 1, {"is": "H[a-1, b, w]"}, "it should be"),
        ("A", 4, {"is": "A[a, b, w-1]"}, "it should be"),
        ("A", 4, {"is": "A[a, b-1, w-1]"}, "should not depend on"),
        ("A", 0, {"where": [{"w": -1}]}, "apply elsewhere"),
        ("F", 0, {"where": [{"a": -1, "1": 2}]}, "apply elsewhere"),
    ],
)
def test_another_recurrence_is_refuted(
    of: str, index: int, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RefutedError, match=reason):
        check_recurrence(scene(changes, of, index), row_reduction.RECURRENCE)


def test_a_variable_that_is_missing_or_has_other_values_is_refuted() -> None:
    with pytest.raises(RefutedError, match="should have the indices"):
        check_recurrence(scene(), {"Z": row_reduction.RECURRENCE["F"]})
    with pytest.raises(RefutedError, match="should have the indices"):
        check_recurrence(scene(), {"F": row_reduction.RECURRENCE["D"]})


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**42 - 1))
def test_they_are_what_they_are_said_to_be(m: int, d: int, number: int) -> None:
    """On random data sets larger than those that the checker lists."""
    bits = [(number >> k) & 1 for k in range((m + 1) * (d + 1))]
    rows = [tuple(bits[a * (d + 1) : (a + 1) * (d + 1)]) for a in range(m + 1)]
    rows[-1] = (*rows[-1][:-1], 0)
    assert row_reduction.by_recurrence(m, d)(rows) == reduce_rows(rows)
    for name, scan in column_scan.SCANS.items():
        assert scan.predict(m, d)(rows) == DEFINITIONS[str(name)](rows)


def test_every_data_set_of_a_size_is_listed_once() -> None:
    listed = [tuple(rows) for rows in data_sets(2, 1)]
    assert len(listed) == len(set(listed)) == 2**5
    assert all(rows[-1][-1] == 0 for rows in listed)
