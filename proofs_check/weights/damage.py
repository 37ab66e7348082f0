"""The checker, checked: every weight of a network is damaged, one at a time, in three ways.

Each non-zero weight and bias is set to zero, negated, and moved by the smallest step of its layer. Most
damage shows on a sample of patches, where the undamaged network is known to equal its rule. What the sample does not show goes
through the whole comparison of :mod:`proofs_check.weights.equality`. It must reject the damaged network, or prove the
damage harmless: then it is the same function, with the same Jacobians and no unit at its kink, on every patch of
codes, reachable or not.

Certificates are damaged too: every number, and every word of the machine's table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from construction.network.rcnn import RCNN
from proofs_check.certificate import Certificate
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.equality import compare
from proofs_check.weights.head import head_table
from proofs_check.weights.readout import compare_head
from proofs_check.weights.tables import Integers, UnitTables, unit_tables

SAMPLES = (60, 600)  #: most damage shows on few patches
LARGE_SAMPLE = 5_000
DAMAGES: Mapping[str, Callable[[int], int]] = {
    "set to zero": lambda number: 0,
    "negated": lambda number: -number,
    "moved by one step": lambda number: number + 1,
}
Part = Literal["convolution", "head"]


@dataclass
class Counts:
    """How many damages there were, and what the checker said."""

    total: int = 0
    shown: int = 0  #: it differs from the rule on a patch of a sample
    rejected: int = 0
    harmless: int = 0


def damaged_networks(network: RCNN) -> Iterator[tuple[str, Part, RCNN]]:
    """Every damaged network, with what was done and in which part."""
    parts: tuple[Part, ...] = ("convolution", "head")
    for part in parts:
        layers = getattr(network, part)
        for depth, layer in enumerate(layers):
            for what in ("weights", "biases"):
                numbers = getattr(layer, what)
                for place in np.argwhere(numbers):
                    for damage, change in DAMAGES.items():
                        changed = numbers.copy()
                        changed[tuple(place)] = change(int(numbers[tuple(place)]))
                        other = [*layers]
                        other[depth] = replace(layer, **{what: changed})
                        where = f"{part} {depth + 1}, {what}{place.tolist()} {damage}"
                        yield where, part, replace(network, **{part: tuple(other)})  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Behaviour:
    """What a convolution does on patches, run unit by unit, without any of the checker's tables."""

    outputs: npt.NDArray[Any]
    jacobians: npt.NDArray[Any]
    at_kink: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, network: RCNN, patches: Integers, *, slopes: bool = True) -> Behaviour:
        exact = _exact_type(network, patches)
        *hidden, last = (
            (each.weights.astype(exact), each.biases.astype(exact)) for each in network.convolution
        )
        values = patches.astype(exact)
        at_kink = np.zeros(len(patches), dtype=bool)
        active = []
        for weights, biases in hidden:
            inputs = values @ weights.T + biases
            at_kink |= (inputs == 0).any(axis=1)
            active.append(inputs > 0)
            values = np.maximum(inputs, 0)
        outputs = (values @ last[0].T + last[1])[:, 0]
        rates = np.broadcast_to(last[0], (len(patches), last[0].shape[1]))
        if slopes:
            for (weights, _), on in zip(reversed(hidden), reversed(active), strict=True):
                rates = (rates * on) @ weights
        return cls(outputs, rates, at_kink)

    def shows(self, other: Behaviour) -> bool:
        """Is it seen, in values alone or at a kink, that these are not the same?"""
        return bool(self.at_kink.any() or not np.array_equal(self.outputs, other.outputs))

    def same_as(self, other: Behaviour) -> bool:
        return (
            np.array_equal(self.outputs, other.outputs)
            and np.array_equal(self.jacobians, other.jacobians)
            and not self.at_kink.any()
        )


def _exact_type(network: RCNN, patches: Integers) -> np.dtype[Any]:
    """Floats, which are multiplied much faster, where no sum in them is rounded; else integers."""
    largest = max(1, int(np.abs(patches).max(initial=0)))
    for layer in network.convolution:
        rows = np.abs(layer.weights).sum(axis=1) * largest + np.abs(layer.biases)
        largest = max(1, int(rows.max()))
    return np.dtype(np.float64 if largest < 2**53 else np.int64)


@about_networks(
    "The checker",
    "a weight is zeroed, negated or moved: a run shows it, or it is rejected or proved harmless",
    "finite, exact",
)
def check_damage(subject: Subject) -> Found:
    """Every damage shows on a sample of patches, where the network is known to equal its rule, or is rejected or proved harmless.

    Where a run shows it, the whole comparison is not run; tests run it on all damages of small networks.
    Raises :class:`~proofs_check.verdict.RefutedError` when the checker accepts a damaged network that
    behaves differently on some patch of a large sample.
    """
    network, certificate = subject.network, subject.certificate
    tables = unit_tables(network)
    samples = [sample_patches(tables, count) for count in SAMPLES]
    before = [Behaviour.of(network, each, slopes=False) for each in samples]
    many = sample_patches(tables, LARGE_SAMPLE)
    before_on_many = Behaviour.of(network, many)
    counts = Counts()
    for where, part, damaged in damaged_networks(network):
        counts.total += 1
        if part == "convolution" and any(
            Behaviour.of(damaged, each, slopes=False).shows(old)
            for each, old in zip(samples, before, strict=True)
        ):
            counts.shown += 1
            continue
        if not accepted(damaged, part, certificate):
            counts.rejected += 1
            continue
        counts.harmless += 1
        if not Behaviour.of(damaged, many).same_as(before_on_many):
            raise RefutedError(f"the checker accepts the damage: {where}")
    return _found(counts, "damages of one weight or bias")


def sample_patches(tables: UnitTables, count: int) -> Integers:
    """Patches with every code at every position, combined at random."""
    rng = np.random.default_rng(0)
    return np.stack(
        [rng.permutation(np.resize(tables.at(position), count)) for position in range(9)], axis=1
    )


def accepted(network: RCNN, part: Part, certificate: Certificate) -> bool:
    """Whether the checker finds a network equal to its certificate's rule and readout."""
    try:
        if part == "head":
            compare_head(head_table(network), certificate)
        else:
            compare(unit_tables(network), certificate)
    except RefutedError:
        return False
    return True


def damaged_certificates(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every damaged certificate: a number moved by one, a word of the machine's table exchanged."""
    for place in _places(data):
        damaged = deepcopy(dict(data))
        holder: Any = damaged
        for step in place[:-1]:
            holder = holder[step]
        entry = holder[place[-1]]
        if isinstance(entry, int):
            holder[place[-1]] = entry + 1
        elif "machine" in place:
            holder[place[-1]] = _other_word(data["machine"], place[-1], entry)
        else:
            continue
        yield "/".join(str(step) for step in place), damaged


def _places(data: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = data.items() if isinstance(data, Mapping) else enumerate(data)
    for key, entry in entries:
        if isinstance(entry, Mapping | list | tuple):
            yield from _places(entry, (*before, key))
        else:
            yield (*before, key)


def _other_word(machine: Mapping[str, Any], key: Any, word: str) -> str:
    """Another word of the same kind: a symbol, a state or a move."""
    if key in ("state", "to", "blocked", "start"):
        words = sorted({entry["state"] for entry in machine["transitions"]})
    elif key == "move":
        words = ["N", "S", "E", "W", "stay"]
    else:
        words = sorted(machine["symbols"])
    return str(words[(words.index(word) + 1) % len(words)])


def check_certificate_damage(
    data: Mapping[str, Any], rejects: Callable[[Mapping[str, Any]], bool]
) -> tuple[Counts, list[str]]:
    """Damage a certificate everywhere; ``rejects`` runs the checker. Also returns what passed."""
    counts, passed = Counts(), []
    for where, damaged in damaged_certificates(data):
        counts.total += 1
        if rejects(damaged):
            counts.rejected += 1
        else:
            counts.harmless += 1
            passed.append(where)
    return counts, passed


def _found(counts: Counts, what: str) -> Found:
    return Found(
        f"{counts.total} {what}: {counts.shown} show on a sample of patches, {counts.rejected} of the others "
        f"rejected, {counts.harmless} proved harmless"
    )
