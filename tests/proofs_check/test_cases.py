"""The network on the cases of a pattern, and values that can occur together: made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from proofs_check.patterns import cases as pattern
from proofs_check.patterns import relations
from proofs_check.patterns.cases import Cases, check_network
from proofs_check.patterns.relations import Relation, joint
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import unit_tables
from tests.proofs_check.test_tables import FIRST, LAST, SMALL, layer, network, shows

#: 8 relu(2 c + 1) / 8 by the centre c, so the next code is 2 c + 1 with slope 2, whatever the neighbours.
ALONE = network(FIRST, layer([[1, 0, 0]], [0], 4), layer([[8]], [0], 8))
#: 2 relu(5 - relu(3 - 2 e)): by the eastern neighbour.
EAST = network(FIRST, layer([[0, -1, 1]], [0], 4), layer([[16]], [0], 8))


def made(
    patches: list[list[int]], slopes: list[int], expected: list[int], *, asked: bool = True
) -> Cases:
    scene: Any = SimpleNamespace(given=SimpleNamespace(name="scene", slopes=asked, clock=None))
    now: Any = SimpleNamespace(name="this")
    after: Any = SimpleNamespace(name="that")
    place = {"a": 2, "b": 3, "n": 4, "m": 5, "d": 6, "i": 1}
    numbers = (np.array(each, dtype=np.int64) for each in (patches, slopes, expected))
    return Cases(scene, place, (), now, after, *numbers)


PATCHES = [shows(0, 1), shows(1, -1), shows(3, 0)]


def test_what_a_network_does_on_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = unit_tables(ALONE)
    good = made(PATCHES, [2, 2, 2], [1, 3, 7])
    for rows in (200_000, 2, 1):
        monkeypatch.setattr(pattern, "ROWS", rows)
        check_network(good, tables)
        check_network(made(PATCHES, [0, 2, 9], [1, 3, 7], asked=False), tables)
        for place, code in enumerate((0, 1, 3)):
            slopes, expected = [2, 2, 2], [1, 3, 7]
            slopes[place] = 1
            with pytest.raises(RefutedError, match=f"'C': {code}, .* by itself it should be 1"):
                check_network(made(PATCHES, slopes, [1, 3, 7]), tables)
            expected[place] += 1
            with pytest.raises(
                RefutedError, match=f"'C': {code}, .*; it should be {expected[place]}"
            ):
                check_network(made(PATCHES, [2, 2, 2], expected), tables)


def test_derivatives_by_neighbours_are_0() -> None:
    tables = unit_tables(EAST)
    # e = 1: 2 (5 - 1) = 8, slope 4; e = 3: the hinge is off, 10, slope 0.
    check_network(made([shows(0, 3)], [0], [10]), tables)
    check_network(made([shows(0, 1)], [0], [8], asked=False), tables)
    with pytest.raises(RefutedError, match=r"with derivatives \[0, 0, 0, 0, 0, 32, 0, 0, 0\]/8"):
        check_network(made([shows(0, 1)], [0], [8]), tables)


def test_units_at_their_kinks_in_a_pattern() -> None:
    second = layer([[1, 1, 0], [0, -1, 1]], [2, -4], 4)  # the second is 0 where e is 1
    tables = unit_tables(network(FIRST, second, layer([[0, 0]], [24], 8)))
    check_network(made([shows(1, 3), shows(1, 0)], [0, 0], [3, 3]), tables)
    with pytest.raises(
        RefutedError,
        match=r"row 2, column 3: unit 'unit 1' stands at its kink on the patch .*'E': 1",
    ):
        check_network(made([shows(1, 3), shows(1, 1)], [0, 0], [3, 3]), tables)
    hinge = layer([*FIRST.weights.tolist(), [0] * 4 + [1] + [0] * 4], [1, 3, 5, -1], 2)
    first = unit_tables(network(hinge, layer([[1, 0, 0, 0]], [0], 4), layer([[8]], [0], 8)))
    with pytest.raises(RefutedError, match="unit 'of the first layer' stands at its kink"):
        check_network(made([shows(1, 3)], [2], [3]), first)


def test_the_words_of_a_counterexample() -> None:
    with pytest.raises(RefutedError) as refuted:
        check_network(made([shows(1, 1)], [5], [9]), unit_tables(SMALL))
    shown = {"NW": 0, "N": 0, "NE": 0, "W": 0, "C": 1, "E": 1, "SW": 0, "S": 0, "SE": 0}
    assert str(refuted.value) == (
        f"scene, layer 4, d = 6, i = 1, m = 5, row 2, column 3: from 'this' to 'that', on the patch {shown} "
        f"the network gives 22/8 with derivatives [0, 0, 0, 0, 6, -8, 0, 0, 0]/8; by itself it should be "
        f"5, by others 0; it should be 9; the units that are on: unit 0, unit 1"
    )
    with pytest.raises(RefutedError, match=r"on the patch .* gives 37/8; .* that are on: unit 0$"):
        check_network(made([shows(1, -1)], [5], [9], asked=False), unit_tables(SMALL))
    assert LAST.scale == 8


def relation(names: str, *rows: tuple[int, ...]) -> Relation:
    return Relation.of(names, np.array(rows, dtype=np.int64).reshape(-1, len(names)))


def rows_of(found: Relation, names: str) -> set[tuple[int, ...]]:
    columns = [found.column(name).tolist() for name in names]
    return set(zip(*columns, strict=True))


def test_columns_of_the_same_name_agree() -> None:
    found = relation("aba", (1, 2, 1), (1, 2, 3), (4, 5, 4))
    assert found.names == ("a", "b")
    assert found.rows.tolist() == [[1, 2], [4, 5]]
    assert found.column("b").tolist() == [2, 5]


def test_relations_without_a_shared_name_are_multiplied() -> None:
    found = relation("a", (1,), (2,)).join(relation("b", (5,), (6,)))
    assert sorted(found.rows.tolist()) == [[1, 5], [1, 6], [2, 5], [2, 6]]
    assert len(relation("a").join(relation("b", (5,))).rows) == 0


def test_how_many_combinations_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = relation("a", (1,), (2,)), relation("b", (5,), (6,))
    monkeypatch.setattr(relations, "LARGEST", 4)
    assert len(one.join(other).rows) == 4
    monkeypatch.setattr(relations, "LARGEST", 3)
    with pytest.raises(RefutedError, match="too many combinations to list"):
        one.join(other)


def test_values_that_are_far_apart() -> None:
    far = 2**40
    one = relation("ab", (0, 0), (far, far), (far, 0))
    assert len(one.project("ab").rows) == 3
    assert rows_of(one.join(one), "ab") == {(0, 0), (far, far), (far, 0)}
    assert rows_of(one.join(relation("abc", (far, far, 1), (0, far, 2))), "abc") == {(far, far, 1)}
    wide = relation("a", (-(2**62),), (2**62,))
    with pytest.raises(RefutedError, match="values that are too far apart to list"):
        wide.join(wide)


def test_what_all_relations_allow() -> None:
    """a = b, b + 1 = c, and d is free."""
    same = relation("ab", (0, 0), (1, 1), (2, 2))
    later = relation("bc", (0, 1), (1, 2))
    free = relation("d", (7,), (8,))
    found = joint([same, later, free], ["a", "c"])
    assert rows_of(found, "ac") == {(0, 1), (1, 2)}
    assert set(found.names) == {"a", "c"}
    assert rows_of(joint([same, later, free], ["d", "a"]), "da") == {
        (d, a) for d in (7, 8) for a in (0, 1)
    }
    assert len(joint([same, relation("b", (5,))], ["a"]).rows) == 0
    assert joint([], []).rows.shape == (1, 0)
