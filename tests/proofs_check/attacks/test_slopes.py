"""Networks whose layers pass on too much or nothing, with certificates whose own variables say that it is right."""

from __future__ import annotations

from typing import Any

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.rules.codes import Kind
from construction.rules.rule import Alphabet, LocalRule
from construction.rules.tables import Table
from proofs_check.subject import Subject
from tests.proofs_check.subjects import refuted

CODES = Alphabet(
    {
        -2: Kind("padding")(),
        -1: Kind("stored", {"sign": (-1, 1)})(-1),
        0: Kind("unwritten")(),
        1: Kind("stored", {"sign": (-1, 1)})(1),
        3: Kind("work")(),
    },
    -2,
)
STAYS = {-1: -1, 1: 1, 3: 3}
WORK = {"stage": "work", "where": [{"b": 1, "d": -1, "1": -2}], "kind": "work", "slope": 0}


def subject(
    rule: LocalRule, computes: str | None, name: str, variable: str, *stages: Any
) -> Subject:
    """A certificate with one scene and at most one variable, which is always 0."""
    online = computes is not None
    claims = {
        "computes": computes,
        "depth": {"1": 1},
        "rows": {"d": 1, "1": 1} if online else {"m": 1, "1": 1},
        "dummy": "first" if online else "last",
        "steps": None,
    }
    data = certificate(rule, {}, claims)
    index = {"R": ["a"], "W": ["a", "b"]}.get(variable)
    data["scenes"] = {
        name: {
            "variables": {variable: {"index": index, "values": [0]}} if index else {},
            "rank": {variable: {}} if index else {},
            "definitions": [{"of": variable, "is": 0}] if index else [],
            "stages": [*stages, WORK | {"fields": {}}],
        }
    }
    return Subject(compile_rule(rule), data)


FLAT = LocalRule("flat", CODES, {"C": Table(STAYS)}, (), Table({}))


def test_a_network_that_stores_nothing_has_no_eigenvalue_1() -> None:
    """Its variable says that the example comes to no row, so no cell would be asked."""
    slope = "0 * R[a] + 0 * R[a+1]"
    memory = {
        "stage": "memory",
        "where": [{"b": 1, "a": -1, "1": 1}],
        "kind": {"is": "'stored' if u[a] else 'unwritten'"},
        "fields": {"sign": "x[a, b] * z[b]"},
        "slope": slope,
    }
    below = {"stage": "below", "where": [], "kind": "unwritten", "fields": {}, "slope": slope}
    wrong = subject(FLAT, "triangular row reduction", "streaming", "R", below, memory)
    assert "the scene's R should have the" in spectrum(wrong)


def test_a_network_that_knows_every_example_has_no_eigenvalue_1() -> None:
    stages = (
        {
            "stage": "memory",
            "where": [],
            "kind": "stored",
            "fields": {"sign": "y[a] * x[a, b] * z[b]"},
            "slope": 0,
        },
        {
            "stage": "unwritten",
            "where": [{"a": 1, "i": -1}],
            "kind": "unwritten",
            "fields": {},
            "slope": "W[i-1, d+1]",
        },
    )
    wrong = subject(FLAT, "online row reduction", "streaming", "W", *stages)
    assert "the scene's X should have the" in spectrum(wrong)


def spectrum(wrong: Subject) -> str:
    return refuted(wrong, "Spectrum, online")["Spectrum, online"]


def test_soft_attention_is_not_said_to_predict_where_noise_is_passed_on() -> None:
    live = LocalRule(
        "live",
        CODES,
        {"C": Table(STAYS, {-1: 1, 1: 1})},
        (),
        Table({1: 1, -1: -1}),
    )
    memory = {
        "stage": "memory",
        "where": [],
        "kind": "stored",
        "fields": {"sign": "y[a] * x[a, b] * z[b]"},
    }
    found = refuted(subject(live, None, "predicting", "", memory), "Looped", "Theorem 1, noise")
    assert list(found) == ["Looped Transformer", "Theorem 1, noise"]
    assert "passes noise on" in found["Looped Transformer"]
