"""Search for numbers of codes that need few weights: ``python -m benchmarks.layouts PROGRAM``.

The codes of a program are sums of displacements, and any displacements do that keep the sums apart.
They decide how often the rule's tables change from one code to the next, and every change costs
weights. This is simulated annealing over the displacements. It prints the best that it found, which
goes into the program by hand; ``--seconds`` and ``--seed`` say how long and where to look.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from construction.compiling.compiler import compile_rule
from construction.errors import ConstructionError
from construction.programs.online_row_reduction import OnlineCodes, online_rule
from construction.programs.row_reduction_machine import row_reduction_machine
from construction.programs.systolic_row_reduction import SystolicCodes, systolic_rule
from construction.rules.machine_rule import MachineCodes, machine_rule
from construction.rules.memory_protocol import MINUS, PLUS, WestWave
from construction.rules.rule import LocalRule

Numbers = dict[str, int]

HIGHEST_CODE: Final = 127  #: codes are kept small, so that few bits hold them
HOTTEST: Final = 3.5  #: the temperature at the start, in weights; it falls to almost 0
CODE_PRICE: Final = (
    0.005  #: weights that one lower highest code is worth; all codes less than one weight
)


@dataclass(frozen=True)
class Layout:
    """What to vary, and the rule that it makes."""

    numbers: Numbers
    rule: Callable[[Numbers], LocalRule]


def systolic_layout() -> Layout:
    """The displacements of systolic row reduction."""
    return Layout(asdict(SystolicCodes()), lambda numbers: systolic_rule(SystolicCodes(**numbers)))


def online_layout() -> Layout:
    """The displacements of online row reduction."""
    return Layout(asdict(OnlineCodes()), lambda numbers: online_rule(OnlineCodes(**numbers)))


def machine_layout() -> Layout:
    """The symbols' codes and the states' displacements of the row reduction machine."""
    machine = row_reduction_machine()
    codes = MachineCodes.of(machine)
    others = [symbol for symbol in machine.symbols if symbol != machine.blank]
    numbers = {f"symbol {symbol}": codes.symbols[symbol] for symbol in others}
    numbers |= {f"state {state}": codes.states[state] for state in machine.states}
    for name, signs in (
        ("west", codes.wave.west),
        ("held", codes.wave.held),
        ("north", codes.north),
    ):
        numbers |= {f"{name} +": signs[PLUS], f"{name} -": signs[MINUS]}

    def rule(given: Numbers) -> LocalRule:
        symbols = {symbol: given[f"symbol {symbol}"] for symbol in others}
        west, held, north = (
            {PLUS: given[f"{name} +"], MINUS: given[f"{name} -"]}
            for name in ("west", "held", "north")
        )
        symbols[machine.blank] = codes.symbols[machine.blank]
        states = {state: given[f"state {state}"] for state in machine.states}
        return machine_rule(MachineCodes(machine, symbols, states, WestWave(west, held), north))

    return Layout(numbers, rule)


LAYOUTS: Final = {
    "systolic-row-reduction": systolic_layout,
    "row-reduction-machine": machine_layout,
    "online-row-reduction": online_layout,
}


def price(layout: Layout, numbers: Numbers) -> float:
    """Non-zero weights of the network, and a little for large codes; infinite if it is none."""
    try:
        rule = layout.rule(numbers)
    except ConstructionError:
        return math.inf
    if rule.codes.highest > HIGHEST_CODE:
        return math.inf
    network = compile_rule(rule)
    layers = (*network.convolution, *network.head)
    nonzero = sum(np.count_nonzero(x) for layer in layers for x in (layer.weights, layer.biases))
    return float(nonzero + CODE_PRICE * rule.codes.highest)


def search(layout: Layout, seconds: float, rng: np.random.Generator) -> tuple[float, Numbers]:
    """Simulated annealing; the best price and its numbers."""
    names = list(layout.numbers)
    here, here_price = layout.numbers, price(layout, layout.numbers)
    best, best_price = here, here_price
    began = time.monotonic()
    while (spent := (time.monotonic() - began) / seconds) < 1:
        there = dict(here)
        for _ in range(rng.integers(1, 4)):
            _move(there, names, rng)
        there_price = price(layout, there)
        temperature = HOTTEST * (1 - spent) + 0.05
        if rng.random() < math.exp(min(0.0, (here_price - there_price) / temperature)):
            here, here_price = there, there_price
            if here_price < best_price:
                best, best_price = here, here_price
    return best_price, best


def _move(numbers: Numbers, names: list[str], rng: np.random.Generator) -> None:
    one, other = (names[i] for i in rng.integers(len(names), size=2))
    kind = rng.random()
    if kind < 0.45:
        numbers[one] += int(rng.integers(-5, 6))
    elif kind < 0.75:
        numbers[one] = int(rng.integers(-70, HIGHEST_CODE))
    else:
        numbers[one], numbers[other] = numbers[other], numbers[one]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("program", choices=LAYOUTS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    layout = LAYOUTS[arguments.program]()
    rng = np.random.default_rng(arguments.seed)
    print(f"{int(price(layout, layout.numbers))} weights now", flush=True)
    found, numbers = search(layout, arguments.seconds, rng)
    print(f"{int(found)} weights with", *(f"{name}={value}" for name, value in numbers.items()))


if __name__ == "__main__":
    main()
