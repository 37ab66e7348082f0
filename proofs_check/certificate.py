"""The certificate, read from plain data: the rule that the weights are said to follow.

Nothing here is trusted: a certificate that is malformed, or that says something else than the
weights do, is refuted by one of the checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from construction.rules.patch import POSITIONS
from proofs_check.unit_tables import Integers
from proofs_check.verdict import RefutedError

VERSION = 1
Codes = Mapping[int, Fraction]


@dataclass(frozen=True)
class Gate:
    """``amount(code at position)`` where every position of ``when`` shows one of its codes."""

    name: str
    when: Mapping[int, frozenset[int]]
    position: int
    amounts: Codes | None
    slopes: Codes
    amount: int


@dataclass(frozen=True)
class Certificate:
    """The rule, with positions as indices into ``POSITIONS``, and the schedule as it came."""

    program: str
    padding: int
    values: Mapping[int, Codes]
    slopes: Mapping[int, Codes]
    gates: tuple[Gate, ...]
    readout: Codes
    readout_slopes: Codes
    schedule: Mapping[str, Any]


def read_certificate(data: Mapping[str, Any]) -> Certificate:
    """The certificate in ``data``. Raises :class:`~proofs_check.verdict.RefutedError` when it is none."""
    try:
        if data["version"] != VERSION:
            raise RefutedError(f"the certificate has version {data['version']!r}, not {VERSION}")
        rule = data["rule"]
        tables = {POSITIONS.index(p): table for p, table in rule["tables"].items()}
        return Certificate(
            program=str(data["program"]),
            padding=int(data["padding"]),
            values={p: _entries(table["values"]) for p, table in tables.items()},
            slopes={p: _entries(table["slopes"]) for p, table in tables.items()},
            gates=tuple(_gate(each) for each in rule["gates"]),
            readout=_entries(rule["readout"]["values"]),
            readout_slopes=_entries(rule["readout"]["slopes"]),
            schedule=dict(data["schedule"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefutedError(
            f"the certificate is malformed ({type(error).__name__}: {error})"
        ) from None


def _entries(pairs: Any) -> Codes:
    return {int(code): Fraction(entry) for code, entry in pairs}


def _gate(data: Mapping[str, Any]) -> Gate:
    amount = data["amount"]
    table = isinstance(amount, Mapping)
    return Gate(
        name=str(data["name"]),
        when={POSITIONS.index(p): frozenset(codes) for p, codes in data["when"].items()},
        position=POSITIONS.index(data["position"]),
        amounts=_entries(amount["values"]) if table else None,
        slopes=_entries(amount["slopes"]) if table else {},
        amount=0 if table else int(amount),
    )


def column(entries: Codes, lowest: int, count: int, scale: int) -> Integers:
    """A table as an integer array over codes, times ``scale``.

    Raises :class:`~proofs_check.verdict.RefutedError` when an entry is no integer then, or names a code
    that the network does not have.
    """
    result = np.zeros(count, dtype=np.int64)
    for code, entry in entries.items():
        scaled = entry * scale
        if not 0 <= code - lowest < count or scaled.denominator != 1:
            raise RefutedError(f"the certificate's entry {entry} at code {code} fits no weights")
        result[code - lowest] = int(scaled)
    return result
