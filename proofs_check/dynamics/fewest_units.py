"""How many hidden ReLU units a two-layer network needs for a parity of all its bits, exactly.

On the corners of the cube a hidden unit is ``relu`` of an affine function: it is on at the corners of a
*half space*, and there it is that function. So whether some network with ``h`` units is the parity is
one question of linear inequalities for each choice of ``h`` half spaces and of the units' signs. All
of them are decided, in fractions.

The half spaces are complete: a set of corners that is not listed has two corners inside and two
outside with the same sum, so no affine function separates it.

Most choices need no inequalities. On each face of the cube take the corners' values with their signs in the parity: they should
add up to 4. An affine function adds 0 there; a unit adds what has the sign of its lone corner, if one of the four is inside or
one outside, 0 if none or all are inside, and may have either sign otherwise. So some unit must have the right sign on each face.

Turning the cube, or looking at it in a mirror, takes the parity to itself or to its negative, and half
spaces to half spaces; so the first unit's may be taken from one of each kind.

A parity of ``k`` bits contains, with one bit held fixed, a parity of ``k - 1`` bits up to sign, which
needs as many units. So ``k = 3`` needing 3 means that ``k = 4`` needs at least 3, and 3 do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, permutations, product
from math import gcd

from proofs_check.verdict import RefutedError

Corner = tuple[int, ...]
Numbers = list[Fraction]


@dataclass(frozen=True)
class Enumeration:
    """What was decided: half spaces, and choices of them with signs, none of them the parity."""

    half_spaces: int
    systems: int


def cannot(bits: int, units: int) -> Enumeration:
    """Show that no network with this many hidden units is the parity of ``bits`` bits.

    Raises :class:`~proofs_check.verdict.RefutedError` when one is.
    """
    corners = list(product((0, 1), repeat=bits))
    spaces = half_spaces(corners)
    systems = 0
    choices = [_kinds(spaces, bits), *[spaces] * (units - 1)][:units]
    faces = list(_faces(corners, bits))
    bends = {space: [_bends(space, face) for face in faces] for space in spaces}
    for chosen in product(*choices):
        own = [bends[space] for space in chosen]
        for signs in product((1, -1), repeat=units):
            systems += 1
            turned = all(
                any(s in bend[face] for bend, s in zip(own, signs, strict=True))
                for face in range(len(faces))
            )
            if turned and _is_parity(corners, chosen, signs):
                raise RefutedError(
                    f"{units} hidden units that are on at {[sorted(c) for c in chosen]} can be the "
                    f"parity of {bits} bits"
                )
    return Enumeration(len(spaces), systems)


def half_spaces(corners: Sequence[Corner]) -> list[frozenset[Corner]]:
    """Every set of corners that an affine function separates from the others, for up to 3 bits.

    Raises :class:`~proofs_check.verdict.RefutedError` when the list could not be shown to be complete.
    """
    bits = len(corners[0])
    found = {frozenset(corners), frozenset[Corner]()}
    for weights in product(range(-2, 3), repeat=bits):
        value = {c: sum(w * x for w, x in zip(weights, c, strict=True)) for c in corners}
        for threshold in set(value.values()):
            found.add(frozenset(c for c in corners if value[c] >= threshold))
    for size in range(len(corners) + 1):
        for inside in combinations(corners, size):
            if frozenset(inside) not in found and not _two_and_two(inside, corners):
                raise RefutedError(f"nothing shows that {inside} is no half space")
    return sorted(found, key=sorted)


def _kinds(spaces: Sequence[frozenset[Corner]], bits: int) -> list[frozenset[Corner]]:
    """One half space of each kind, up to the cube's 2^k k! symmetries."""
    seen: set[frozenset[Corner]] = set()
    kinds = []
    for space in spaces:
        if space not in seen:
            kinds.append(space)
            for order, flip in product(permutations(range(bits)), product((0, 1), repeat=bits)):
                seen.add(frozenset(tuple(c[b] ^ flip[b] for b in order) for c in space))
    return kinds


def _two_and_two(inside: Sequence[Corner], corners: Sequence[Corner]) -> bool:
    """Whether two corners inside have the same sum as two outside."""
    outside = [c for c in corners if c not in inside]
    sums = [
        {
            tuple(a + b for a, b in zip(one, other, strict=True))
            for one, other in combinations_with_replacement(part, 2)
        }
        for part in (inside, outside)
    ]
    return not sums[0].isdisjoint(sums[1])


def _faces(corners: Sequence[Corner], bits: int) -> Iterator[list[Corner]]:
    """The faces of a cube, four corners each."""
    for pair in combinations(range(bits), 2):
        others = [b for b in range(bits) if b not in pair]
        for fixed in product((0, 1), repeat=len(others)):
            yield [c for c in corners if tuple(c[b] for b in others) == fixed]


def _bends(space: frozenset[Corner], face: Sequence[Corner]) -> tuple[int, ...]:
    """The signs that a unit's sum of signed values on a face can have."""
    inside = [c for c in face if c in space]
    if len(inside) == 2:
        return (-1, 1)
    if len(inside) in (0, 4):
        return (0,)
    lone = inside if len(inside) == 1 else [c for c in face if c not in space]
    return ((-1) ** sum(lone[0]),)


def _is_parity(
    corners: Sequence[Corner], chosen: Sequence[frozenset[Corner]], signs: Sequence[int]
) -> bool:
    """Whether units on at these corners, with these outgoing signs, can add up to the parity.

    The unknowns are the output's constant, and each unit's bias and weights, times the size of its
    outgoing weight.
    """
    width = 1 + len(corners[0])
    rows = []
    for corner in corners:
        row = [1]
        for space, sign in zip(chosen, signs, strict=True):
            row += [sign * (corner in space) * x for x in (1, *corner)]
        rows.append([*row, (-1) ** sum(corner)])
    solution = _solve(rows)
    if solution is None:
        return False
    point, directions = solution
    system = []
    for unit, space in enumerate(chosen):
        first = 1 + unit * width
        for corner in corners:
            side = 1 if corner in space else -1

            def above(numbers: Numbers, first: int = first, corner: Corner = corner) -> Fraction:
                own = numbers[first : first + width]
                return sum((a * x for a, x in zip(own, (1, *corner), strict=True)), Fraction(0))

            system.append([*(side * above(each) for each in directions), side * above(point)])
    return _feasible(system)


def _solve(rows: list[list[int]]) -> tuple[Numbers, list[Numbers]] | None:
    """A solution of linear equations, the last column the right side, and its null space."""
    unknowns = len(rows[0]) - 1
    pivots: list[int] = []
    for column in range(unknowns):
        k = len(pivots)
        pivot = next((r for r in range(k, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[k], rows[pivot] = rows[pivot], rows[k]
        lead = rows[k][column]
        for r, row in enumerate(rows):
            if r != k and row[column]:
                new = [lead * a - row[column] * b for a, b in zip(row, rows[k], strict=True)]
                common = gcd(*new) or 1
                rows[r] = [entry // common for entry in new]
        pivots.append(column)
    if any(row[-1] for row in rows[len(pivots) :]):
        return None
    point = [Fraction(0)] * unknowns
    for row, column in zip(rows, pivots, strict=False):
        point[column] = Fraction(row[-1], row[column])
    directions = []
    for free in set(range(unknowns)) - set(pivots):
        direction = [Fraction(int(c == free)) for c in range(unknowns)]
        for row, column in zip(rows, pivots, strict=False):
            direction[column] = Fraction(-row[free], row[column])
        directions.append(direction)
    return point, directions


def _feasible(system: Sequence[Numbers]) -> bool:
    """Whether affine functions, the constant last, can all be at least 0 (Fourier and Motzkin)."""
    rows = {tuple(row) for row in system}
    for variable in range(len(system[0]) - 1):
        above = [row for row in rows if row[variable] > 0]
        below = [row for row in rows if row[variable] < 0]
        rows = {row for row in rows if not row[variable]}
        rows |= set(_eliminated(above, below, variable))
    return all(row[-1] >= 0 for row in rows)


def _eliminated(
    above: list[tuple[Fraction, ...]], below: list[tuple[Fraction, ...]], variable: int
) -> Iterator[tuple[Fraction, ...]]:
    for up in above:
        for down in below:
            row = [up[variable] * d - down[variable] * u for u, d in zip(up, down, strict=True)]
            size = max(map(abs, row)) or 1
            yield tuple(entry / size for entry in row)
