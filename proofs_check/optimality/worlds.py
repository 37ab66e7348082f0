"""Finite worlds, and learners small enough to enumerate: what the definitions are decided on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import factorial, lcm
from typing import TypeVar

T = TypeVar("T")
Feature = int
Example = tuple[Feature, int]
Sample = tuple[Example, ...]
Classifier = Callable[[Feature], int]
Learner = Callable[[Sample], Classifier]
#: ``A(Z; Z', eps, delta)``: a learner with validation examples.
ValidatedLearner = Callable[[Sample, Sample, Fraction, Fraction], Classifier]
#: The validation examples that are enough: ``p(m, 1/eps, 1/delta)``.
Enough = Callable[[int, Fraction, Fraction], int]


@dataclass(frozen=True)
class World:
    """A distribution over labelled examples."""

    probability: dict[Example, Fraction]

    def samples(self, count: int) -> list[tuple[Sample, Fraction]]:
        """Every sequence of ``count`` examples, with its probability."""
        found = []
        for sample in product(self.probability, repeat=count):
            weight = Fraction(1)
            for example in sample:
                weight *= self.probability[example]
            if weight:
                found.append((sample, weight))
        return found

    def validation_samples(self, count: int) -> list[tuple[Sample, Fraction]]:
        """Every multiset of ``count`` examples, in some order, with its probability.

        For learners to whom the order of the validation examples does not matter.
        """
        return [(tuple(chosen), weight) for chosen, weight in multisets(self.probability, count)]

    def error(self, classifier: Classifier) -> Fraction:
        """``Pr[c(x) != y]``."""
        wrong = (p for (x, y), p in self.probability.items() if classifier(x) != y)
        return sum(wrong, Fraction(0))


def multisets(probability: Mapping[T, Fraction], count: int) -> Iterator[tuple[list[T], Fraction]]:
    """Every multiset of ``count`` independent draws, with its probability."""
    things = list(probability)
    # Whole numbers: with fractions, this takes most of the time of all checks.
    scale = lcm(*(each.denominator for each in probability.values()))
    numbers = [int(probability[thing] * scale) for thing in things]
    for bars in combinations(range(count + len(things) - 1), len(things) - 1):
        edges = (-1, *bars, count + len(things) - 1)
        ways, same = factorial(count), 1
        drawn: list[T] = []
        for thing, number, (low, high) in zip(things, numbers, pairwise(edges), strict=True):
            times = high - low - 1
            ways *= number**times
            same *= factorial(times)
            drawn += [thing] * times
        yield drawn, Fraction(ways, same * scale**count)


def constant(label: int) -> Learner:
    """A learner that ignores the data."""
    return lambda data: lambda x: label


def memorise(data: Sample) -> Classifier:
    """The label that was last seen with a feature, else +1."""
    seen = dict(data)
    return lambda x: seen.get(x, 1)


def majority(data: Sample) -> Classifier:
    """The label that is more frequent, +1 in a tie."""
    label = 1 if sum(y for _, y in data) >= 0 else -1
    return lambda x: label


FAMILIES: tuple[tuple[Learner, ...], ...] = (
    (constant(1),),
    (constant(1), constant(-1)),
    (constant(1), constant(-1), majority, memorise),
)


def worlds() -> list[World]:
    """Two features, labels that are certain, noisy or constant; probabilities in quarters."""
    quarter = Fraction(1, 4)
    result = []
    for counts in product(range(4), repeat=4):
        if sum(counts) == 4:
            keys = [(x, y) for x in (0, 1) for y in (1, -1)]
            result.append(World({k: c * quarter for k, c in zip(keys, counts, strict=True) if c}))
    return result
