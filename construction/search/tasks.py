"""What a learner is looked for: classes of targets and functions of the labels, in one line each.

An **input** is a data set of ``m`` examples with ``d`` features and labels, and a test example, all bits. A
task says which inputs count, and what the right answer to each is. There are two kinds:

* a class of *targets*, functions of one example. An input counts if some target explains the labels and all
  that do say the same of the test example; that is the answer. If there is one target alone, nothing is to be
  learned from the labels, and every input counts, whatever they are.
* a function of the *labels*. Every input counts for which it is defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from itertools import product
from operator import xor
from types import MappingProxyType
from typing import Final

from construction.errors import ConstructionError

Bits = tuple[int, ...]
Target = Callable[[Bits], int]
Size = tuple[int, int]  #: examples m, features d


@dataclass(frozen=True)
class Input:
    """A data set, a test example, and the right answer; all are bits."""

    examples: tuple[Bits, ...]
    labels: Bits
    test: Bits
    answer: int


@dataclass(frozen=True)
class Task:
    """What is looked for: right answers on ``sizes``. ``larger`` sizes are held back for the verdict.

    ``targets(d)`` lists a class of targets; ``of_labels`` is a function of the labels, None where it is not
    defined. A task has one of them.
    """

    name: str
    summary: str
    sizes: tuple[Size, ...]
    larger: tuple[Size, ...]
    targets: Callable[[int], Sequence[Target]] | None = None
    of_labels: Callable[[Bits], int | None] | None = None
    features: int = 1  #: the fewest that the targets are defined for

    def answer(self, examples: Sequence[Bits], labels: Bits, test: Bits) -> int | None:
        """The right answer, or None if the input does not count."""
        if self.of_labels is not None:
            return self.of_labels(labels)
        assert self.targets is not None
        targets = self.targets(len(test))
        possible = {
            target(test)
            for target in targets
            if len(targets) == 1
            or all(target(x) == y for x, y in zip(examples, labels, strict=True))
        }
        return possible.pop() if len(possible) == 1 else None

    def inputs(self, size: Size) -> Iterator[Input]:
        """Every input of a size that counts, in lexicographic order."""
        m, d = size
        rows = list(product((0, 1), repeat=d))
        for examples in product(rows, repeat=m):
            for labels in product((0, 1), repeat=m):
                for test in rows:
                    answer = self.answer(examples, labels, test)
                    if answer is not None:
                        yield Input(examples, labels, test, answer)


SMALL: Final = ((1, 1), (2, 1), (1, 2), (2, 2))
WIDER: Final = ((1, 1), (2, 1), (1, 2), (2, 2), (1, 3))
LONGER: Final = ((1, 1), (2, 1), (1, 2), (3, 1), (2, 2))
ONE_FEATURE: Final = ((1, 1), (2, 1), (3, 1))
LARGER: Final = ((1, 4), (3, 2), (2, 3), (4, 3), (6, 2))
MORE_EXAMPLES: Final = ((4, 1), (5, 1), (6, 1), (7, 1))


def _majority(labels: Bits) -> int | None:
    twice = 2 * sum(labels)
    return None if twice == len(labels) else int(twice > len(labels))


def _targets(name: str, summary: str, sizes: tuple[Size, ...], *targets: Target) -> Task:
    larger = MORE_EXAMPLES if sizes == ONE_FEATURE else LARGER
    return Task(name, summary, sizes, larger, targets=lambda d: targets)


def _labels(name: str, summary: str, function: Callable[[Bits], int | None]) -> Task:
    return Task(name, summary, LONGER, LARGER, of_labels=function)


def zero(x: Bits) -> int:
    """The constant 0."""
    return 0


def one(x: Bits) -> int:
    """The constant 1."""
    return 1


def first(x: Bits) -> int:
    """The first feature."""
    return x[0]


def not_first(x: Bits) -> int:
    """The complement of the first feature."""
    return 1 - x[0]


def parity(x: Bits) -> int:
    """The exclusive or of all features."""
    return reduce(xor, x)


def literals(d: int) -> list[Target]:
    """Each feature, and each feature's complement."""
    return [lambda x, i=i, flip=flip: x[i] ^ flip for i in range(d) for flip in (0, 1)]  # type: ignore[misc]


def parities(d: int) -> list[Target]:
    """The exclusive or of each set of features; 0 for the empty set."""
    return [
        lambda x, chosen=chosen: sum(a & b for a, b in zip(x, chosen, strict=True)) % 2  # type: ignore[misc]
        for chosen in product((0, 1), repeat=d)
    ]


_ALL: Final = (
    _targets("constant-0", "the constant 0", SMALL, zero),
    _targets("x1", "the first feature", SMALL, first),
    _targets("xd", "the last feature", SMALL, lambda x: x[-1]),
    _targets("not-x1", "not the first feature", SMALL, not_first),
    _targets("parity-x", "the parity of all features", WIDER, parity),
    _targets("and-x", "the and of all features", WIDER, min),
    _labels("first-label", "the first label", lambda y: y[0]),
    _labels("last-label", "the last label", lambda y: y[-1]),
    _labels("or-labels", "the or of all labels", max),
    _labels("and-labels", "the and of all labels", min),
    _labels("parity-labels", "the parity of all labels", parity),
    _labels("majority-labels", "the label that more examples have", _majority),
    _targets("learn-constant", "learn a constant, 0 or 1", SMALL, zero, one),
    _targets("learn-x", "learn one of 0 and x", ONE_FEATURE, zero, first),
    _targets("learn-x-or-not", "learn one of x and not x", ONE_FEATURE, first, not_first),
    _targets(
        "learn-one-bit", "learn one of 0, 1, x, not x", ONE_FEATURE, zero, one, first, not_first
    ),
    Task("learn-literal", "learn a feature or its complement", SMALL, LARGER, targets=literals),
    Task("learn-parity", "learn a parity of some features", SMALL, LARGER, targets=parities),
)

TASKS: Final[Mapping[str, Task]] = MappingProxyType({task.name: task for task in _ALL})


def load_task(name: str) -> Task:
    """The bundled task of this name.

    Raises :class:`~construction.errors.ConstructionError`, listing the names, when there is none.
    """
    if name not in TASKS:
        close = get_close_matches(name, TASKS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"it should be one of {', '.join(TASKS)}"
        raise ConstructionError(f"unknown task {name!r}; {hint}")
    return TASKS[name]
