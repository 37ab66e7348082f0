"""How many units a parity needs: what is no parity of fewer, by linear programmes in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from proofs_check.dynamics import fewest_units
from proofs_check.verdict import RefutedError
from tests.extras import optional


def test_what_a_unit_can_do_on_a_face() -> None:
    face = [(0, 0), (0, 1), (1, 0), (1, 1)]
    found = {
        inside: fewest_units._bends(frozenset(face[k] for k in inside), face)
        for inside in ((), (0,), (1,), (0, 1), (0, 1, 2), (1, 2, 3), (0, 1, 2, 3))
    }
    assert found == {
        (): (0,),
        (0,): (1,),
        (1,): (-1,),
        (0, 1): (-1, 1),
        (0, 1, 2): (1,),
        (1, 2, 3): (1,),
        (0, 1, 2, 3): (0,),
    }


def test_linear_equations_in_fractions() -> None:
    """Solutions and null spaces of random systems, and systems without a solution."""
    rng = np.random.default_rng(2)
    found = []
    for rows in rng.integers(-2, 3, (60, 3, 5)).tolist():
        solution = fewest_units._solve([list(row) for row in rows])
        rank, whole = (np.linalg.matrix_rank([row[:end] for row in rows]) for end in (4, 5))
        found.append(solution is not None)
        assert found[-1] == (rank == whole)
        if solution is not None:
            point, directions = solution
            assert len(directions) == 4 - rank
            assert not directions or np.linalg.matrix_rank(np.array(directions, float)) == len(
                directions
            )
            for row in rows:
                assert sum(a * x for a, x in zip(row, point, strict=False)) == row[-1]
                for each in directions:
                    assert sum(a * x for a, x in zip(row, each, strict=False)) == 0
    assert set(found) == {True, False}


@pytest.mark.parametrize(
    ("system", "possible"),
    [
        ([[1, -1], [-1, 1]], True),  # x = 1
        ([[1, -2], [-1, 1]], False),  # x >= 2, x <= 1
        ([[1, 1, -2], [-1, 0, 1], [0, -1, 1]], True),  # x + y >= 2, x <= 1, y <= 1
        ([[1, 1, -3], [-1, 0, 1], [0, -1, 1]], False),
        ([[3, 1, -6], [-2, 0, 2], [0, -5, 5]], False),
        ([[0, -1]], False),
        ([[0, 0]], True),
        ([[1, -5]], True),
        ([[-1, -5]], True),
        ([["1/2", -1], ["1/3", -1]], True),  # x >= 2, x >= 3
        ([["-1/2", -1], ["-1/3", -1]], True),
        ([["1/2", -1], ["-1/3", "1/2"]], False),
    ],
)
def test_linear_inequalities(system: list[list[int | str]], possible: bool) -> None:
    rows = [[Fraction(entry) for entry in row] for row in system]
    assert fewest_units._feasible(rows) == possible


@pytest.mark.parametrize(("bits", "units"), [(1, 1), (1, 2), (2, 2)])
def test_what_is_no_parity_is_none_for_a_linear_programme(bits: int, units: int) -> None:
    """Units that are on where they are said to be: the same question, asked of SciPy."""
    linprog = optional("scipy.optimize").linprog
    rng = np.random.default_rng(5)
    corners = list(product((0, 1), repeat=bits))
    spaces = fewest_units.half_spaces(corners)
    found = []
    for _ in range(60):
        chosen = [spaces[k] for k in rng.integers(0, len(spaces), units)]
        signs = rng.choice([1, -1], units).tolist()
        sums = np.zeros((len(corners), 1 + units * (1 + bits)))
        sums[:, 0] = 1
        sides = []
        for row, corner in enumerate(corners):
            for unit, (space, sign) in enumerate(zip(chosen, signs, strict=True)):
                own = slice(1 + unit * (1 + bits), 1 + (unit + 1) * (1 + bits))
                side = np.zeros(sums.shape[1])
                side[own] = (1, *corner)
                on = corner in space
                sums[row] += sign * on * side
                sides.append(-side if on else side)  # at most 0
        wanted = [(-1) ** sum(corner) for corner in corners]
        bounds = [(None, None)] * sums.shape[1]
        nothing = np.zeros(sums.shape[1])
        solved = linprog(nothing, sides, np.zeros(len(sides)), sums, wanted, bounds)
        found.append(fewest_units._is_parity(corners, chosen, signs))
        assert found[-1] == (solved.status == 0)
        assert solved.status in (0, 2)
    assert set(found) == {True, False}


@pytest.mark.parametrize(("bits", "known"), [(1, 4), (2, 14), (3, 104)])
def test_half_spaces_are_as_many_as_is_known(bits: int, known: int) -> None:
    corners = list(product((0, 1), repeat=bits))
    assert len(fewest_units.half_spaces(corners)) == known


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_just_what_is_no_half_space_has_two_and_two(bits: int) -> None:
    corners = list(product((0, 1), repeat=bits))
    spaces = set(fewest_units.half_spaces(corners))
    for size in range(len(corners) + 1):
        for inside in combinations(corners, size):
            assert fewest_units._two_and_two(inside, corners) == (frozenset(inside) not in spaces)


def test_two_units_on_at_a_corner_each_are_the_parity_of_two_bits() -> None:
    """``1 - 2 relu(x - y) - 2 relu(y - x)``."""
    corners = list(product((0, 1), repeat=2))
    apart = frozenset({(0, 1)}), frozenset({(1, 0)})
    assert fewest_units._is_parity(corners, apart, (-1, -1))
    assert not fewest_units._is_parity(corners, apart, (1, -1))


def test_half_spaces_of_each_kind_and_faces() -> None:
    """Of a cube's sets of 0 to 8 corners one of each kind, but of 4 a face, and a corner with its three neighbours."""
    corners = list(product((0, 1), repeat=3))
    kinds = fewest_units._kinds(fewest_units.half_spaces(corners), 3)
    assert sorted(map(len, kinds)) == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8]
    assert fewest_units.cannot(2, 1) == fewest_units.Enumeration(14, 5 * 2)
    assert fewest_units.cannot(3, 1) == fewest_units.Enumeration(104, 10 * 2)
    faces = {frozenset(face) for face in fewest_units._faces(corners, 3)}
    assert faces == {frozenset(c for c in corners if c[b] == v) for b in range(3) for v in (0, 1)}


def test_a_half_space_that_is_missing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fewest_units, "_two_and_two", lambda inside, corners: len(inside) != 2)
    with pytest.raises(RefutedError, match="is no half space"):
        fewest_units.half_spaces(list(product((0, 1), repeat=2)))


def test_units_of_both_signs_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = set()
    monkeypatch.setattr(fewest_units, "_is_parity", lambda corners, chosen, signs: tried.add(signs))
    fewest_units.cannot(2, 2)
    assert tried == set(product((1, -1), repeat=2))


@pytest.mark.parametrize("bits", [1, 2])
def test_a_parity_that_is_one_is_found(bits: int) -> None:
    with pytest.raises(RefutedError, match=f"can be the parity of {bits} bits"):
        fewest_units.cannot(bits, bits)
