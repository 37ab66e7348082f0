"""The certificate: what the weights are said to do, read from plain data, entry by entry.

Nothing here is trusted. An entry that is missing, of another type, or read by nobody is refuted with its
place; one that says something else than the weights do is refuted by a check. ``docs/proof.md`` has the
format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from construction.network.rcnn import MOST_WORK_COLUMNS
from construction.rules.patch import POSITIONS
from proofs_check.lemma1.data_sets import SMALL_SIZES, in_words
from proofs_check.patterns.codes import CodeBook
from proofs_check.patterns.expressions import Value
from proofs_check.patterns.linear import Linear
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import Integers

VERSION = 2
Codes = Mapping[int, Fraction]
Conditions = Mapping[int, frozenset[int]]  #: codes by position
DUMMIES = ("last", "first", "never")
FRACTION = re.compile(r"-?[0-9]{1,20}(/0*[1-9][0-9]{0,19})?")
#: Of a machine, for each cell of a small tape; as many layers are run on all data sets.
MOST_STEPS = 100
#: Of a class of targets: its subsets are gone through, on all inputs.
MOST_FEATURES, MOST_TARGETS = 4, 16
LARGEST = 2**31  #: a rule's numbers; ours are far smaller, and sums of these stay within 64 bits


@dataclass(frozen=True)
class Gate:
    """``amount(code at position)`` where every position of ``when`` shows one of its codes.

    As its author wrote it, it must hold on the codes of ``must`` and may on those of ``may``.
    """

    name: str
    must: Conditions
    may: Conditions
    when: Conditions
    position: int
    amounts: Codes | None
    slopes: Codes
    amount: int


@dataclass(frozen=True)
class Learns:
    """What a machine learns for one number of features and every ``m``, in ``steps``, a form in ``m``.

    A target is its values on all inputs in lexicographic order.
    """

    features: int
    targets: tuple[str, ...]
    steps: Linear


@dataclass(frozen=True)
class Claims:
    """What is said of the program as a whole.

    ``computes`` names what it predicts, ``depth`` is a form in ``m``, ``d``, on a line their product,
    and for a machine its steps ``t``; ``steps`` bounds these for sizes ``(m, d)`` of
    :data:`~proofs_check.lemma1.data_sets.SMALL_SIZES`, and ``work`` says how many work columns it has on each of them.
    ``rows`` is the number of rows of memory.
    """

    computes: str | None
    depth: Linear
    rows: Linear
    dummy: str
    steps: Mapping[tuple[int, int], int] | None
    learns: Learns | None = None
    work: Mapping[tuple[int, int], int] | None = None


@dataclass(frozen=True)
class Certificate:
    """A certificate, with positions as indices into ``POSITIONS``; scenes and machine as they came."""

    program: str
    book: CodeBook
    values: Mapping[int, Codes]
    slopes: Mapping[int, Codes]
    gates: tuple[Gate, ...]
    readout: Codes
    readout_slopes: Codes
    scenes: Mapping[str, Place]
    machine: Place | None
    claims: Claims | None


def read_certificate(data: Mapping[str, Any]) -> Certificate:
    """The certificate in ``data``. Raises :class:`~proofs_check.verdict.RefutedError` when it is none."""
    place = Place(data)
    place.mapping(
        ("version", "program", "padding", "codes", "rule", "scenes", "claims"), ("machine",)
    )
    if place["version"].integer() != VERSION:
        raise place["version"].fail(str(VERSION))
    rule = place["rule"]
    rule.mapping(("tables", "gates", "readout"))
    tables = {_position(name, each): _table(each) for name, each in rule["tables"].items()}
    values, slopes = _table(rule["readout"])
    book = _codes(place["codes"], place["padding"])
    return Certificate(
        program=place["program"].word(),
        book=book,
        values={p: table[0] for p, table in tables.items()},
        slopes={p: table[1] for p, table in tables.items()},
        gates=tuple(_gate(each, book) for each in rule["gates"]),
        readout=values,
        readout_slopes=slopes,
        scenes=dict(place["scenes"].items()),
        machine=place["machine"] if "machine" in place.value else None,
        claims=None if place["claims"].value is None else _claims(place["claims"]),
    )


def _position(name: str, place: Place) -> int:
    if name not in POSITIONS:
        raise RefutedError(f"{place.path}: {name!r} is no position of a patch")
    return POSITIONS.index(name)


def _codes(place: Place, padding: Place) -> CodeBook:
    numbers: dict[tuple[str, tuple[tuple[str, Value], ...]], int] = {}
    fields_of: dict[str, set[str]] = {}
    for each in place:
        each.mapping(("code", "kind"), ("fields",))
        fields: dict[str, Value] = {}
        if "fields" in each.value:
            fields = {name: part.integer_or_word() for name, part in each["fields"].items()}
        kind = each["kind"].word()
        if fields_of.setdefault(kind, set(fields)) != set(fields):
            raise each.fail(f"of the same fields as other codes of the kind {kind!r}")
        key = kind, tuple(sorted(fields.items()))
        if key in numbers or each["code"].integer() in numbers.values():
            raise each.fail("a code of its own: its meaning or its number is given twice")
        numbers[key] = each["code"].integer()
    if padding.integer() not in numbers.values():
        raise padding.fail("the number of one of the codes")
    # No cell holds the padding's code, so a scene cannot speak of it.
    cells = {key: code for key, code in numbers.items() if code != padding.value}
    return CodeBook(cells, padding.integer())


def _table(place: Place) -> tuple[Codes, Codes]:
    place.mapping(("values", "slopes"))
    return _entries(place["values"]), _entries(place["slopes"])


def _entries(place: Place) -> Codes:
    entries: dict[int, Fraction] = {}
    for each in place:
        code, entry = _pair(each)
        if code in entries:
            raise each.fail("about a code that no entry before it is about")
        if isinstance(entry.value, str):
            # Not all that Fraction reads: a power of ten can take all memory.
            if not FRACTION.fullmatch(entry.value):
                raise entry.fail("a number, or a fraction as 'p/q'")
            entries[code] = Fraction(entry.value)
        else:
            entries[code] = Fraction(entry.integer())
        if abs(entries[code]) > LARGEST:
            raise entry.fail(f"between -{LARGEST} and {LARGEST}")
    return entries


def _pair(place: Place) -> tuple[int, Place]:
    parts = list(place)
    if len(parts) != 2:
        raise place.fail("a pair")
    return parts[0].integer(), parts[1]


def _gate(place: Place, book: CodeBook) -> Gate:
    place.mapping(("name", "when", "unless", "chosen", "position", "amount"))
    when, unless, chosen = (_sets(place[name], book) for name in ("when", "unless", "chosen"))
    if chosen.keys() != when.keys() | unless.keys():
        raise place["chosen"].fail("about the positions of 'when' and 'unless'")
    every = {position: frozenset(book.at(position)) for position in chosen}
    must = {p: when.get(p, every[p] - unless.get(p, frozenset())) for p in chosen}
    may = {p: every[p] - unless[p] if p in unless else when[p] for p in chosen}
    for position, codes in chosen.items():
        if not must[position] <= codes <= may[position]:
            raise RefutedError(
                f"{place.path}/chosen/{POSITIONS[position]} should contain what 'when' has, and nothing "
                f"of what 'unless' has; all of what is left where only one of them is given"
            )
    amount = place["amount"]
    table = isinstance(amount.value, Mapping)
    if not table and abs(amount.integer()) > LARGEST:
        raise amount.fail(f"between -{LARGEST} and {LARGEST}")
    amounts, slopes = _table(amount) if table else (None, {})
    return Gate(
        name=place["name"].word(),
        must=must,
        may=may,
        when=chosen,
        position=_position(place["position"].word(), place["position"]),
        amounts=amounts,
        slopes=slopes,
        amount=0 if table else amount.integer(),
    )


def _sets(place: Place, book: CodeBook) -> dict[int, frozenset[int]]:
    sets = {}
    for name, each in place.items():
        position = _position(name, each)
        for code in each:
            if code.integer() not in book.at(position):
                raise code.fail("a code that can stand there")
        sets[position] = frozenset(code.integer() for code in each)
    return sets


def _claims(place: Place) -> Claims:
    place.mapping(("computes", "depth", "rows", "dummy", "steps"), ("learns", "work"))
    dummy = place["dummy"].word()
    if dummy not in DUMMIES:
        raise place["dummy"].fail(f"one of {', '.join(DUMMIES)}")
    return Claims(
        computes=None if place["computes"].value is None else place["computes"].word(),
        depth=place["depth"].form("m", "d", "t", "m d"),
        rows=place["rows"].form("m", "d"),
        dummy=dummy,
        steps=None if place["steps"].value is None else _steps(place["steps"]),
        learns=_learns(place["learns"]) if "learns" in place.value else None,
        work=_work(place["work"]) if "work" in place.value else None,
    )


def _learns(place: Place) -> Learns:
    place.mapping(("features", "targets", "steps"))
    features = place["features"].integer()
    if not 1 <= features <= MOST_FEATURES:
        raise place["features"].fail(f"a number of 1 to {MOST_FEATURES}")
    targets: list[str] = []
    for each in place["targets"]:
        if not re.fullmatch(f"[01]{{{2**features}}}", each.word()) or each.word() in targets:
            raise each.fail(f"{2**features} bits that no target before it has")
        targets.append(each.word())
    if not 1 <= len(targets) <= MOST_TARGETS:
        raise place["targets"].fail(f"a list of 1 to {MOST_TARGETS} targets")
    return Learns(features, tuple(targets), place["steps"].form("m"))


def _steps(place: Place) -> dict[tuple[int, int], int]:
    steps = {}
    for each, size, most in _by_size(place, "steps"):
        limit = MOST_STEPS * (size[0] + 1) * (size[1] + 1)
        if not 0 <= most <= limit:
            raise each.fail(f"of 0 to {limit} steps, {MOST_STEPS} for each cell")
        steps[size] = most
    return steps


def _work(place: Place) -> dict[tuple[int, int], int]:
    work = {}
    for each, size, columns in _by_size(place, "columns"):
        if not 1 <= columns <= MOST_WORK_COLUMNS:
            raise each.fail(f"of 1 to {MOST_WORK_COLUMNS} work columns")
        work[size] = columns
    if len(work) < len(SMALL_SIZES):
        raise place.fail(f"about all sizes that are run: {in_words(SMALL_SIZES)}")
    return work


def _by_size(place: Place, what: str) -> Iterator[tuple[Place, tuple[int, int], int]]:
    """Entries about the sizes that are run, each about another size."""
    sizes = set()
    for each in place:
        parts = [part.integer() for part in each]
        if len(parts) != 3:
            raise each.fail(f"[m, d, {what}]")
        m, d, number = parts
        if (m, d) not in SMALL_SIZES:
            raise each.fail(f"about one of the sizes that are run: {in_words(SMALL_SIZES)}")
        if (m, d) in sizes:
            raise each.fail("about a size that no entry before it is about")
        sizes.add((m, d))
        yield each, (m, d), number


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
