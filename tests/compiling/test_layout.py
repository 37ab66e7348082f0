from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import count

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.compiling.layout import price, search
from construction.errors import RuleError
from construction.programs.catalogue import PROGRAMS, load_program
from construction.rules.codes import Kind, Signal
from construction.rules.symbolic import Cell, Part, assemble


def test_the_price_is_the_number_of_weights() -> None:
    program = load_program("one-literal")
    network = compile_rule(program.rule)
    layers = (*network.convolution, *network.head)
    weights = sum((x != 0).sum() for layer in layers for x in (layer.weights, layer.biases))
    assert math.floor(price(program.source, program.layout)) == weights


def test_numbers_that_are_no_layout_have_no_price() -> None:
    program = load_program("one-literal")
    for changed in ({"verdict 0": 19}, {"search": 500}, {"unknown": 1}):
        assert price(program.source, {**program.layout, **changed}) == math.inf


def test_a_search_never_ends_worse_than_it_began() -> None:
    program = load_program("one-literal")
    start = {**program.layout, "finding all +": 44}  # far from good
    assert price(program.source, program.layout) + 10 < price(program.source, start) < math.inf
    ticks = count()
    tries = search(program.source, start, 60, np.random.default_rng(0), lambda: next(ticks))
    prices = [each for each, _ in tries]
    assert len(prices) == 59
    assert prices == sorted(prices, reverse=True)
    assert prices[-1] <= price(program.source, start)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_bundled_layout_numbers_every_code_once(name: str) -> None:
    program = load_program(name)
    meanings = program.rule.codes.meanings
    cells = {program.source.padding.code, *(cell.code for cell in program.source.cells)}
    assert set(meanings.values()) == cells
    assert len(meanings) == len(cells)
    assert sorted(program.layout) == sorted(map(str, program.source.unnumbered()))


def test_a_layout_that_does_not_fit_is_refused() -> None:
    bit = Kind("bit", {"bit": (0, 1)}, "bit {bit}")
    edge = Cell(Kind("padding")(), number=-2)
    source = assemble("r", edge, Part((Cell(bit(0)), Cell(bit(1), bit(0) + Signal("one")))))
    assert source.numbered({"bit 0": 4, "one": 3}).codes.names[7] == "bit 1"
    for layout, message in (
        ({"bit 0": 4}, "the layout has no number for 'one'"),
        ({"bit 0": 4, "one": 3, "two": 3}, "a number for 'two', which is neither"),
        ({"bit 0": 4, "one": 0}, "the number 4 would be both 'bit 0' and 'bit 1'"),
        ({"bit 0": -4, "one": 9}, "is below the padding code"),
    ):
        with pytest.raises(RuleError, match=message):
            source.numbered(layout)


def test_the_command_prints_a_layout() -> None:
    command = [sys.executable, "-m", "construction.programs.layouts", "one-literal"]
    done = subprocess.run(
        [*command, "--seconds", "0.1"], capture_output=True, text=True, check=True
    )
    program = load_program("one-literal")
    found = json.loads(done.stdout)
    assert price(program.source, found) <= price(program.source, program.layout)
    assert done.stderr.strip().endswith("weights; 199 before")
