from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from construction.machines.machine import Direction, Machine, Step
from construction.rules.machine_rule import machine_rule
from construction.search.restarts import log_restarts, restarts, validation_examples
from construction.strategies import machines
from proofs_check.readme import TABLE_FILE, covered, title
from proofs_check.statement import OF_NETWORKS, OF_THE_CONSTRUCTION, Statement, check
from proofs_check.statements import OF_A_NETWORK, OF_ALL, of_the_construction
from proofs_check.theorem1.bits import needed_bits
from proofs_check.theorem1.precision import margin, to_bfloat16
from proofs_check.theorem1.sampling import constant, exponents, weights_to_match
from proofs_check.theorem1.weight_set import highest_code, most_hinges, most_weights, weight_set
from proofs_check.verdict import RefutedError
from proofs_check.weights.tables import unit_tables
from tests.proofs_check.subjects import CHECKED, LONG, bundled, rows

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("statement", of_the_construction(), ids=lambda each: each.id)
def test_every_statement_about_the_construction_holds(statement: Statement) -> None:
    row = check(statement)
    assert row.counterexample == ""
    found = f"| {title(statement)} | {statement.method} | {covered(row)} |"
    assert found in (ROOT / TABLE_FILE).read_text(encoding="utf-8").splitlines()


def test_every_row_is_in_the_table() -> None:
    """A check without its decorator is no row, and a row that the table does not name is not shown."""
    assert set(OF_NETWORKS) == set(OF_A_NETWORK)
    assert set(OF_THE_CONSTRUCTION) == set(OF_ALL)


@pytest.mark.long
def test_every_statement_about_the_program_that_takes_long_holds() -> None:
    """Those about all others are in test_readme.py."""
    assert [row.counterexample for row in rows(LONG)] == [""] * len(rows(LONG))
    assert {row.constants.get("work columns") for row in rows(LONG)} - {None} == {"any number"}


@settings(max_examples=40)
@given(machines(max_states=6, max_symbols=7))
def test_the_formulas_bound_every_machines_network(machine: Machine) -> None:
    network = compile_rule(machine_rule(machine))
    s, g = len(machine.states), len(machine.symbols)
    assert network.highest <= highest_code(s, g)
    assert network.hidden_widths[0] <= most_hinges(s, g)
    assert network.weight_counts()["nonzero"] <= most_weights(s, g)
    assert all(weight in weight_set(s, g) for _, weight in network.real_weights())


def test_hidden_units_that_nothing_reads_may_be_anything() -> None:
    """The claim behind the sampling model in which only the weights that matter have to match."""
    network = bundled("one-literal").network
    rng = np.random.default_rng(2)
    first, second, third = network.convolution
    junk = 7
    wider_first = replace(
        first,
        weights=np.concatenate([first.weights, rng.integers(-9, 9, (junk, 9))]),
        biases=np.concatenate([first.biases, rng.integers(-9, 9, junk)]),
        names=(*first.names, *(f"junk {i}" for i in range(junk))),
    )
    used = np.concatenate([second.weights, np.zeros((second.width, junk), dtype=np.int64)], axis=1)
    wider_second = replace(
        second,
        weights=np.concatenate([used, rng.integers(-9, 9, (junk, used.shape[1]))]),
        biases=np.concatenate([second.biases, rng.integers(-9, 9, junk)]),
        names=(*second.names, *(f"junk {i}" for i in range(junk))),
    )
    wider_third = replace(
        third, weights=np.concatenate([third.weights, np.zeros((1, junk), dtype=np.int64)], axis=1)
    )
    patches = rng.choice(list(network.codes), (3000, 9))
    tables = unit_tables(network)
    values = patches
    for layer in (wider_first, wider_second):
        values = np.maximum(values @ layer.weights.T + layer.biases, 0)
    got = (values @ wider_third.weights.T + wider_third.biases)[:, 0]
    assert np.array_equal(got, tables.outputs(tables.inputs(patches)))


@pytest.mark.parametrize("states", [1, 2])
def test_with_12_symbols_few_states_are_too_few_for_100_s(states: int) -> None:
    """Every head moves, each in another direction: then the tables change most often."""
    names = [f"q{i}" for i in range(states)]
    symbols = [f"s{i}" for i in range(12)]
    moves: tuple[Direction, ...] = ("N", "S", "E", "W")
    transitions = {
        (q, a): Step(symbols[(5 * i) % 12], moves[i % 4], names[i % states], names[-1])
        for q in names
        for i, a in enumerate(symbols)
    }
    machine = Machine(
        "wide", tuple(names), tuple(symbols), "q0", "s0", transitions, bits=("s1", "s2")
    )
    network = compile_rule(machine_rule(machine))
    assert network.hidden_widths[0] > 100 * states


def test_the_constant_of_the_probability_is_one_for_all_s() -> None:
    for model in ("square, weights that matter", "bottleneck", "transitions"):
        c2 = constant(model)
        assert all(exponents(s)[model] <= c2 for s in (2, 3, 4, 5, 13, 100, 10**4, 10**6))
        assert exponents(2)[model] > c2 - 1
    assert constant("square, weights that matter") == 110_149
    with pytest.raises(RefutedError, match="linear"):
        constant("square, every weight")


def test_the_square_model_has_quadratically_many_weights() -> None:
    every = [weights_to_match(s, 10, 10)["square, every weight"] for s in (10**4, 2 * 10**4)]
    assert every[1] > 3.9 * every[0]


@pytest.mark.parametrize("name", CHECKED)
def test_the_margin_is_a_quarter_of_a_code(name: str) -> None:
    subject = bundled(name)
    assert margin(subject.network, subject.tables) == Fraction(1, 4)


@pytest.mark.parametrize("name", CHECKED)
def test_float32_is_wide_enough(name: str) -> None:
    subject = bundled(name)
    assert needed_bits(subject.network, subject.tables).sums <= 24


@given(st.integers(-(2**8), 2**8))
def test_bfloat16_holds_eight_bits(number: int) -> None:
    assert to_bfloat16(np.array([number]))[0] == number


def test_bfloat16_rounds_to_even() -> None:
    assert to_bfloat16(np.array([257, 259, 258])).tolist() == [256, 260, 258]


def test_more_confidence_takes_more_restarts_and_more_examples() -> None:
    assert restarts(log(0.01), 0.01) > restarts(log(0.01), 0.1)
    assert validation_examples(10, 0.1, 0.01) > validation_examples(10, 0.1, 0.1)
    assert log_restarts(-1e6, 0.1) > 1e6
    with pytest.raises(ValueError, match="log_restarts"):
        restarts(-1e6, 0.1)
