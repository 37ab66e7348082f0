"""Layouts: numbers for the codes and signals of a rule, and a search for those that need few weights.

The codes of a program are sums, and any numbers do that keep the sums apart. They decide how often the
rule's tables change from one code to the next, and every change costs weights.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.errors import RuleError
from construction.rules.symbolic import Layout, SymbolicRule

HIGHEST_CODE: Final = 127  #: codes are kept small, so that few bits hold them
HOTTEST: Final = 3.5  #: the temperature at the start, in weights; it falls to almost 0
#: Weights that one lower highest code is worth; all codes together are worth less than one weight.
CODE_PRICE: Final = 0.005


def price(source: SymbolicRule, layout: Layout) -> float:
    """Non-zero weights of the network, and a little for large codes; infinite if it is none."""
    try:
        rule = source.numbered(layout)
    except RuleError:
        return math.inf
    if rule.codes.highest > HIGHEST_CODE:
        return math.inf
    network = compile_rule(rule)
    layers = (*network.convolution, *network.head)
    nonzero = sum(np.count_nonzero(x) for layer in layers for x in (layer.weights, layer.biases))
    return float(nonzero + CODE_PRICE * rule.codes.highest)


def search(
    source: SymbolicRule,
    layout: Layout,
    seconds: float,
    rng: np.random.Generator,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[tuple[float, Layout]]:
    """Simulated annealing from a layout; after each try, the best price so far and its layout."""
    names = list(layout)
    here, here_price = dict(layout), price(source, layout)
    best, best_price = here, here_price
    began = clock()
    while (spent := (clock() - began) / seconds) < 1:
        there = dict(here)
        for _ in range(rng.integers(1, 4)):
            _move(there, names, rng)
        there_price = price(source, there)
        temperature = HOTTEST * (1 - spent) + 0.05
        if rng.random() < math.exp(min(0.0, (here_price - there_price) / temperature)):
            here, here_price = there, there_price
            if here_price < best_price:
                best, best_price = here, here_price
        yield best_price, best


def _move(numbers: dict[str, int], names: list[str], rng: np.random.Generator) -> None:
    one, other = (names[i] for i in rng.integers(len(names), size=2))
    kind = rng.random()
    if kind < 0.45:
        numbers[one] += int(rng.integers(-5, 6))
    elif kind < 0.75:
        numbers[one] = int(rng.integers(-70, HIGHEST_CODE))
    else:
        numbers[one], numbers[other] = numbers[other], numbers[one]
