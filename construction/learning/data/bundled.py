"""The bundled data sets: parities that nobody made up for this purpose.

``cache-slice``
    Which slice of an Intel processor's last-level cache a physical address goes to. Each bit of the
    slice's number is the exclusive or of some address bits; the masks are those published by
    Maurice, Le Scouarnec, Neumann, Heen and Francillon, *Reverse Engineering Intel Last-Level Cache
    Complex Addressing Using Performance Counters* (RAID 2015). The features are the bits 6 to 37 of
    random addresses. ``cache-slice:1`` and ``cache-slice:2`` are the slice's other two bits;
    ``cache-slice`` is ``cache-slice:0``.

``smooth-legendre``
    The integers up to 20,000 whose prime factors are all at most 47. The features are the parities
    of the exponents of the 15 primes, the target is the Legendre symbol modulo 1000003. It is a
    parity because the symbol is multiplicative.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from construction.arguments import checked
from construction.errors import DataError
from construction.learning.data.table import BitTable, read_table
from construction.learning.data.values import Column

SLICE_MASKS: Final = (0x1B5F575440, 0x2EB5FAA880, 0x3CCCC93100)
ADDRESS_BITS: Final = range(6, 38)
ADDRESSES: Final = 512

PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
LARGEST_INTEGER: Final = 20_000
MODULUS: Final = 1_000_003


def cache_slice(which: int, rng: np.random.Generator) -> BitTable:
    """One bit of the cache slice of :data:`ADDRESSES` random addresses."""
    features = rng.integers(0, 2, size=(ADDRESSES, len(ADDRESS_BITS)), dtype=np.uint8)
    mask = np.array([SLICE_MASKS[which] >> bit & 1 for bit in ADDRESS_BITS])
    target = (features @ mask % 2).astype(np.uint8)
    names = [*(f"bit{bit}" for bit in ADDRESS_BITS), f"slice{which}"]
    columns = tuple(Column(name, ("0", "1")) for name in names)
    return BitTable(f"cache-slice:{which}", columns, np.column_stack([features, target]))


def smooth_legendre(_: np.random.Generator) -> BitTable:
    """Every smooth integer, in ascending order."""
    rows = []
    for integer in range(1, LARGEST_INTEGER + 1):
        rest, parities = integer, []
        for prime in PRIMES:
            exponent = 0
            while rest % prime == 0:
                rest //= prime
                exponent += 1
            parities.append(exponent % 2)
        if rest == 1:
            rows.append([*parities, 0 if legendre_symbol(integer) == 1 else 1])
    columns = tuple(Column(f"exponent of {prime}", ("0", "1")) for prime in PRIMES)
    target = Column(f"symbol mod {MODULUS}", ("1", "-1"))
    return BitTable("smooth-legendre", (*columns, target), np.array(rows, dtype=np.uint8))


def legendre_symbol(integer: int) -> int:
    """+1 when ``integer`` is a square modulo :data:`MODULUS`, -1 when not, by Euler's criterion."""
    return 1 if pow(integer, (MODULUS - 1) // 2, MODULUS) == 1 else -1


DATA_SETS: Final[Mapping[str, Callable[[np.random.Generator], BitTable]]] = MappingProxyType(
    {
        "cache-slice": partial(cache_slice, 0),
        **{f"cache-slice:{which}": partial(cache_slice, which) for which in range(3)},
        "smooth-legendre": smooth_legendre,
    }
)


@checked
def load_table(name: str, rng: np.random.Generator) -> BitTable:
    """The bundled data set of this name, or else the CSV file.

    Raises :class:`~construction.errors.DataError` when there is neither.
    """
    if name in DATA_SETS:
        return DATA_SETS[name](rng)
    if not os.path.exists(name):
        close = get_close_matches(name, DATA_SETS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"bundled are {', '.join(DATA_SETS)}"
        raise DataError(
            f"{name}: there is no such file, and no bundled data set of this name; {hint}"
        )
    return read_table(Path(name))
