"""The recall task: pairs of a key and a value, and then a key whose latest value is wanted.

Two protocols, those of the public code of Schlag, Irie and Schmidhuber (*Linear Transformers Are Secretly
Fast Weight Programmers*, ICML 2021). Keys and values are symbols ``0 .. n - 1``.

* *Without replacement*: ``n`` pairs, every key once and every value once. A test of capacity.
* *With replacement*: keys repeat, so values must be overwritten. Training shows ``2 n`` pairs; evaluation only ``n``.

The query is the key of a random pair. An evaluation asks for every key of 20 sequences. As there, it takes the
mean over groups of at most 32 queries of a sequence, not over queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from construction.errors import DataError

Symbols = npt.NDArray[np.int64]

BATCH: Final = 32
TEST_SEQUENCES: Final = 20


@dataclass(frozen=True, eq=False)
class Recall:
    """Pairs ``(count, length)``, queries ``(count,)``, their latest values, and each one's weight in a mean."""

    keys: Symbols
    values: Symbols
    queries: Symbols
    wanted: Symbols
    weights: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Protocol:
    """``n`` symbols, drawn with replacement or without."""

    n: int
    replacement: bool

    def __post_init__(self) -> None:
        if self.n < 1:
            raise DataError(f"{self.n} symbols; it should be at least 1")

    def training_batch(self, rng: np.random.Generator, count: int = BATCH) -> Recall:
        """Sequences with one query each."""
        length = 2 * self.n if self.replacement else self.n
        keys, values = self._pairs(rng, count, length)
        queries = keys[np.arange(count), rng.integers(length, size=count)]
        wanted = latest(keys, values, queries)
        return Recall(keys, values, queries, wanted, np.full(count, 1 / count))

    def evaluation(self, rng: np.random.Generator, sequences: int = TEST_SEQUENCES) -> Recall:
        """Sequences of ``n`` pairs, each as often as it has keys, with a query for each."""
        keys, values = self._pairs(rng, sequences, self.n)
        queries = [np.unique(each) for each in keys]
        repeats = [len(each) for each in queries]
        keys, values = np.repeat(keys, repeats, axis=0), np.repeat(values, repeats, axis=0)
        asked = np.concatenate(queries)
        weights = np.concatenate([_group_weights(size) for size in repeats])
        return Recall(keys, values, asked, latest(keys, values, asked), weights / weights.sum())

    def _pairs(self, rng: np.random.Generator, count: int, length: int) -> tuple[Symbols, Symbols]:
        if self.replacement:
            keys, values = rng.integers(self.n, size=(2, count, length))
            return keys, values
        all_of_them = np.broadcast_to(np.arange(self.n), (count, self.n))
        return rng.permuted(all_of_them, axis=1), rng.permuted(all_of_them, axis=1)


def latest(keys: Symbols, values: Symbols, queries: Symbols) -> Symbols:
    """The value of the last pair with each query's key, ``(count,)``."""
    backwards = (keys == queries[:, None])[:, ::-1]
    if not backwards.any(axis=1).all():
        row = int(np.flatnonzero(~backwards.any(axis=1))[0])
        raise DataError(f"query {row}: no pair has the key {queries[row]}")
    places = keys.shape[1] - 1 - backwards.argmax(axis=1)
    found: Symbols = values[np.arange(len(keys)), places]
    return found


def _group_weights(size: int) -> npt.NDArray[np.float64]:
    """The weight of each of ``size`` queries when the mean is one over groups of up to :data:`BATCH`."""
    first = np.arange(size) // BATCH * BATCH
    return 1 / np.minimum(BATCH, size - first)
