"""Network = rule on every patch of codes: values and Jacobians, exactly, without sampling.

Both sides are sums of functions that each read a few positions: a second-layer unit reads the
positions that contribute to its input, a gate those of its conditions, a table one. A patch has up
to nine positions of dozens of codes, far too many combinations to list. But a function ``f`` of
positions ``S`` is in exactly one way a sum, over the subsets ``T`` of ``S``, of functions that are 0 as
soon as one position of ``T`` shows a fixed code, its *anchor*. The difference of the two sides is 0 on
every patch if and only if, for every ``T``, the parts of all its functions add up to 0; and each part
is a finite table over ``T`` alone.

A unit whose least input over all patches is positive is the sum of its contributions, one function
for each position. For any other unit the full product of the codes that it can tell apart is
listed, which also shows that none of these combinations puts the unit at its kink.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import prod

import numpy as np

from construction.rules.patch import POSITIONS
from proofs_check.certificate import Certificate, Gate, column
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import LARGEST, Integers, UnitTables

Parts = dict[tuple[int, ...], Integers]
LARGEST_PRODUCT = 2**24  #: combinations of one unit or gate; none of ours comes near


@dataclass(frozen=True)
class Equality:
    """What was compared: combinations listed, units always on, the least distance to a kink."""

    combinations: int
    always_on: int
    gates: int
    margin: float


@dataclass(frozen=True, eq=False)
class _Function:
    """A function of the codes at ``positions``, tabulated over classes of codes."""

    positions: tuple[int, ...]
    table: Integers


@dataclass(frozen=True, eq=False)
class _Classes:
    """Codes of each position that no unit that is not always on, and no gate, tells apart."""

    representatives: list[Integers]  #: by position: one code of each class, the anchor's first
    class_of: list[Integers]  #: by position: the class of each of its codes

    def sizes(self, positions: tuple[int, ...]) -> list[int]:
        return [len(self.representatives[p]) for p in positions]


@about_networks(
    "Lemma 1, network = rule",
    "the convolution is its rule on every patch: values, Jacobians, no unit at its kink",
    "all sizes, exact",
)
def network_is_rule(subject: Subject) -> Found:
    """The convolution = the certificate's rule, on every patch."""
    equality = compare(subject.tables, subject.certificate)
    scale = subject.network.convolution[1].scale
    return Found(
        f"{equality.always_on} unit always on, {equality.gates} gates, {equality.combinations} "
        f"combinations, all {len(subject.tables.codes)} codes at each position",
        {
            "positions read": " ".join(POSITIONS[p] for p in subject.tables.positions),
            "least distance of a unit to its kink": f"{equality.margin / scale:g}",
        },
    )


def compare(tables: UnitTables, certificate: Certificate) -> Equality:
    """Compare a network with its certificate's rule on all patches.

    Raises :class:`~proofs_check.verdict.RefutedError` with a smallest patch on which they differ, or on
    which a unit stands at its kink.
    """
    _check_sums(tables, certificate)
    own = [np.array(tables.at(p)) - tables.lowest for p in range(9)]
    _check_hinges(tables, own)
    least = tables.biases + sum(tables.values[p][own[p]].min(axis=0) for p in range(9))
    linear = least > 0
    classes = _classes(tables, certificate, own, ~linear)
    values: Parts = {}
    jacobians: list[Parts] = [{} for _ in range(9)]
    listed, distances = 0, least[linear].tolist()
    for unit in np.flatnonzero(~linear):
        function, inputs = _unit(tables, classes, own, int(unit))
        listed += inputs.size
        distances.append(int(np.abs(inputs).min()))
        _check_input(tables, classes, function, inputs, int(unit))
        _add(values, function, classes)
        for position in function.positions:
            slopes = tables.slopes[
                position, classes.representatives[position] - tables.lowest, unit
            ]
            if slopes.any():
                on = (inputs > 0) * tables.outgoing[unit]
                table = on * _along(slopes, function.positions, position)
                _add(jacobians[position], _Function(function.positions, table), classes)
    for gate in certificate.gates:
        gate_value, gate_slope = _gate(tables, classes, gate)
        listed += gate_value.table.size
        _add(values, gate_value, classes)
        if gate_slope is not None:
            _add(jacobians[gate.position], gate_slope, classes)
    _add_univariate(tables, certificate, own, linear, classes, values, jacobians)
    _check_zero(tables, classes, own, values, "the next code")
    for position, parts in enumerate(jacobians):
        what = f"the derivative by {POSITIONS[position]}"
        _check_zero(tables, classes, own, parts, what)
    return Equality(listed, int(linear.sum()), int((~linear).sum()), float(min(distances)))


def _check_sums(tables: UnitTables, certificate: Certificate) -> None:
    """What the rule adds up stays as small as what the network does: a multiple of 2^64 would look like 0."""
    entries = [*certificate.values.values(), *certificate.slopes.values()]
    for gate in certificate.gates:
        entries += [{0: Fraction(gate.amount)}, gate.amounts or {}, gate.slopes]
    most = sum(max(map(abs, each.values()), default=Fraction(0)) for each in entries)
    if most * tables.scale > LARGEST:
        raise RefutedError(
            f"the rule's sums can reach {most * tables.scale}, over the scale {tables.scale}; the checker computes in "
            f"64-bit integers, so they should not exceed {LARGEST}"
        )


def _check_hinges(tables: UnitTables, own: list[Integers]) -> None:
    for position in range(9):
        at_kink = own[position][tables.kinks[position, own[position]] > 0]
        if len(at_kink):
            raise RefutedError(
                f"a first-layer unit that reads {POSITIONS[position]} stands at its kink on code "
                f"{int(at_kink[0]) + tables.lowest}"
            )


def _classes(
    tables: UnitTables, certificate: Certificate, own: list[Integers], gates: Integers
) -> _Classes:
    representatives, class_of = [], []
    for position in range(9):
        codes = own[position]
        told = [tables.values[position][codes][:, gates], tables.slopes[position][codes][:, gates]]
        for gate in certificate.gates:
            if position in gate.when:
                shown = np.isin(codes + tables.lowest, list(gate.when[position]))
                told.append(shown[:, None].astype(np.int64))
            if position == gate.position and gate.amounts is not None:
                for entries in (gate.amounts, gate.slopes):
                    whole = column(entries, tables.lowest, len(tables.kinks[0]), 1)
                    told.append(whole[codes][:, None])
        rows = np.concatenate(told, axis=1)
        _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
        order = np.argsort(first)  # the class of the first code, the anchor, comes first
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        representatives.append(codes[first[order]] + tables.lowest)
        class_of.append(rank[inverse.reshape(-1)])
    return _Classes(representatives, class_of)


def _unit(
    tables: UnitTables, classes: _Classes, own: list[Integers], unit: int
) -> tuple[_Function, Integers]:
    """A unit's output over the product of the classes that it reads, and its input."""
    reads = []
    total: Integers = np.array(tables.biases[unit])
    for position in range(9):
        contributions = tables.values[position, own[position], unit]
        slopes = tables.slopes[position, own[position], unit]
        if (contributions != contributions[0]).any() or slopes.any():
            reads.append(position)
        else:
            total = total + contributions[0]
    positions = tuple(reads)
    if prod(classes.sizes(positions)) > LARGEST_PRODUCT:
        raise RefutedError(
            f"unit {tables.units[unit]!r} is not always on and reads {len(positions)} positions "
            f"with too many codes to list"
        )
    for position in positions:
        shown = classes.representatives[position] - tables.lowest
        total = total + _along(tables.values[position, shown, unit], positions, position)
    return _Function(positions, np.maximum(total, 0) * tables.outgoing[unit]), total


def _gate(tables: UnitTables, classes: _Classes, gate: Gate) -> tuple[_Function, _Function | None]:
    """A gate's amount times the truth of its conditions, and its slope, over classes."""
    wanted = set(gate.when) | ({gate.position} if gate.amounts is not None else set())
    positions = tuple(sorted(wanted))
    holds: Integers = np.array(1, dtype=np.int64)
    for position, codes in gate.when.items():
        shown = np.isin(classes.representatives[position], list(codes)).astype(np.int64)
        holds = holds * _along(shown, positions, position)
    if gate.amounts is None:
        return _Function(positions, -holds * gate.amount * tables.scale), None
    entries = []
    for source in (gate.amounts, gate.slopes):
        whole = column(source, tables.lowest, len(tables.kinks[0]), tables.scale)
        shown = whole[classes.representatives[gate.position] - tables.lowest]
        entries.append(-holds * _along(shown, positions, gate.position))
    return _Function(positions, entries[0]), _Function(positions, entries[1])


def _along(values: Integers, positions: tuple[int, ...], position: int) -> Integers:
    """``values`` as an array with one axis for each of ``positions``."""
    shape = [1] * len(positions)
    shape[positions.index(position)] = len(values)
    return values.reshape(shape)


def _add(parts: Parts, function: _Function, classes: _Classes) -> None:
    """Add a function's parts, one for each subset of its positions."""
    sizes = classes.sizes(function.positions)
    whole = np.broadcast_to(function.table, sizes)
    axes = range(len(sizes))
    for count in range(len(sizes) + 1):
        for kept in combinations(axes, count):
            part: Integers = whole
            for axis in reversed(axes):
                anchored = part.take([0] if axis in kept else 0, axis=axis)
                part = part - anchored if axis in kept else anchored
            key = tuple(function.positions[axis] for axis in kept)
            if count == 1:
                part = part[classes.class_of[key[0]]]
            parts[key] = parts[key] + part if key in parts else part


def _add_univariate(
    tables: UnitTables,
    certificate: Certificate,
    own: list[Integers],
    linear: Integers,
    classes: _Classes,
    values: Parts,
    jacobians: list[Parts],
) -> None:
    """Add what reads one position at a time: the units that are always on, and the rule's tables."""

    def add(parts: Parts, position: int, table: Integers) -> None:
        for key, part in (((), table[0]), ((position,), table - table[0])):
            parts[key] = parts[key] + part if key in parts else part

    constant = tables.constant + int(tables.biases[linear] @ tables.outgoing[linear])
    add(values, 0, np.full(len(own[0]), constant))
    for position in range(9):
        for parts, of_network, of_rule in (
            (values, tables.values, certificate.values),
            (jacobians[position], tables.slopes, certificate.slopes),
        ):
            own_part = of_network[position][own[position]][:, linear] @ tables.outgoing[linear]
            add(parts, position, own_part)
            entries = of_rule.get(position, {})
            whole = column(entries, tables.lowest, len(tables.kinks[0]), tables.scale)
            add(parts, position, -whole[own[position]])


def _check_input(
    tables: UnitTables, classes: _Classes, function: _Function, inputs: Integers, unit: int
) -> None:
    if inputs.all():
        return
    place = np.argwhere(inputs == 0)[0]
    shown = {
        POSITIONS[p]: int(classes.representatives[p][k])
        for p, k in zip(function.positions, place, strict=True)
    }
    raise RefutedError(f"unit {tables.units[unit]!r} stands at its kink on the patch {shown}")


def _check_zero(
    tables: UnitTables, classes: _Classes, own: list[Integers], parts: Parts, what: str
) -> None:
    for key in sorted(parts, key=len):
        place = next(iter(_nonzero(parts[key])), None)
        if place is None:
            continue
        patch = np.array([[codes[0] + tables.lowest for codes in own]])
        for position, index in zip(key, place, strict=True):
            codes = own[position] + tables.lowest if len(key) == 1 else None
            patch[0, position] = (
                classes.representatives[position][index] if codes is None else codes[index]
            )
        shown = dict(zip(POSITIONS, patch[0].tolist(), strict=True))
        inputs = tables.inputs(patch)
        on = [name for name, value in zip(tables.units, inputs[0], strict=True) if value > 0]
        excess = int(parts[key][place])
        raise RefutedError(
            f"on the patch {shown}, {what} is {excess}/{tables.scale} more than the rule says; the "
            f"units that are on: {', '.join(on)}"
        )


def _nonzero(table: Integers) -> Iterator[tuple[int, ...]]:
    for place in np.argwhere(table):
        yield tuple(int(i) for i in place)
