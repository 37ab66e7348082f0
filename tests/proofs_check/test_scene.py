"""Scenes and expressions: what is read, and what is refused."""

from __future__ import annotations

from copy import deepcopy
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.patterns.expressions import Value, parse
from proofs_check.patterns.given import PREDICTING
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.scene import Scene, read_scene
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError

KINDS = {"stored": ("sign",), "work": (), "bit": ("bit",)}
DATA: dict[str, Any] = {
    "variables": {"A": {"index": ["a", "w"], "values": [0, 1]}},
    "definitions": [
        {"of": "A", "where": [{"w": -1}], "is": "y[a] == -1"},
        {"of": "A", "is": "A[a, w-1]"},
    ],
    "rank": {"A": {"w": 1}},
    "stages": [
        {"stage": "stored", "kind": "stored", "fields": {"sign": "y[a]"}},
        {"stage": "bit", "where": [{"n": 1, "1": -1}], "kind": "bit", "fields": {"bit": "A[a, n]"}},
        {"stage": "work", "where": [{"b": 1, "d": -1, "1": -2}], "kind": "work"},
    ],
}


def read(data: dict[str, Any]) -> Scene:
    return read_scene(Place(data, "scene"), PREDICTING, KINDS)


def test_a_scene_is_read() -> None:
    scene = read(DATA)
    assert [stage.name for stage in scene.stages] == ["stored", "bit", "work"]
    assert [scene.stage("".join(name)) for name in (("stor", "ed"), ("wo", "rk"))] == [0, 2]
    assert scene.definitions["A"][0].where == (variable("w") * -1,)
    assert [str(ref) for ref in scene.stages[1].refs] == ["A[a, n]"]
    assert [stage.slope.text for stage in scene.stages] == ["0"] * 3


@pytest.mark.parametrize(
    ("path", "entry", "reason"),
    [
        ("variables/y", {"index": [], "values": [1]}, "is given with the scene"),
        ("variables/A/values", [], "with values"),
        ("variables/A/index", ["a", "a"], "distinct indices"),
        ("variables/A/index", ["a", "m"], "distinct indices"),
        ("definitions/0/of", "y", "should be one of A"),
        ("definitions/0/is", "A[a]", "should have 2 indices"),
        ("definitions/0/is", "C[a]", "no such variable"),
        ("definitions/0/is", "A[a, n]", "depends on 'n'"),
        ("definitions/0/where/0", {"n": 1}, "depends on 'n'"),
        ("definitions", [], "has no definition of A"),
        ("definitions/1/is", "A[a, w+1]", "is not smaller"),
        ("definitions/1/is", "A[a, w]", "is not smaller"),
        ("definitions/1/is", "A[a, 2*w]", "is not smaller"),
        ("rank", {}, "lacks 'A'"),
        ("stages/1/stage", "stored", "different names"),
        ("stages/1/kind", "cell", "is of the kind"),
        ("stages/1/fields", {}, "codes of that kind have"),
        ("stages/1/fields/more", 1, "codes of that kind have"),
        ("stages/1/fields/bit", "A[a, w]", "depends on 'w'"),
        ("stages/1/where/0", {"w": 1}, "depends on 'w'"),
        ("stages/1/slope", "z[w]", "depends on 'w'"),
        ("stages/1/slope", "z[b]", "should be 0, as no derivative is looked at in 'predicting'"),
        ("stages/1/slope", 1, "should be 0, as no derivative"),
        ("stages/1/more", 1, "which nothing reads"),
    ],
)
def test_what_is_no_scene_is_refused(path: str, entry: Any, reason: str) -> None:
    data: Any = deepcopy(DATA)
    *steps, last = path.split("/")
    holder = data
    for step in steps:
        holder = holder[int(step) if isinstance(holder, list) else step]
    holder[int(last) if isinstance(holder, list) else last] = entry
    with pytest.raises(RefutedError, match=reason):
        read(data)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("leave if x[a] == 0 else 'two words'", {0: "leave", 1: "two words"}),
        ("x[a] ^ 1", {0: 1, 1: 0}),
        ("not x[a] or x[a]", {0: 1, 1: 1}),
        ("x[a] and not x[a]", {0: 0, 1: 0}),
        ("-x[a] + 3 * x[a] - 1", {0: -1, 1: 1}),
        ("x[a] != 0", {0: 0, 1: 1}),
    ],
)
def test_expressions(text: str, expected: dict[int, Value]) -> None:
    table = parse(text, "here").table([(0, 1)])
    assert {given[0]: value for given, value in table} == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f(x)",
        "x.y",
        "[1]",
        "x[a][b]",
        "x[a*b]",
        "x[a] / 2",
        "1 < x[a]",
        "lambda: 0",
        "x[a:b]",
        "x[f(a)]",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(RefutedError):
        parse(text, "here").table([(0, 1)])
    for steering in ("1 # \x1b[8m", "'a\\x1b[8m' == x[a]"):
        with pytest.raises(RefutedError, match="should have printable characters alone"):
            parse(steering, "here")
    for wrong in (None, True, 1.5, ["x"]):
        with pytest.raises(RefutedError, match="should be an expression"):
            parse(wrong, "here")


def test_words_cannot_be_computed_with() -> None:
    with pytest.raises(RefutedError, match="computes with the word"):
        parse("leave ^ x[a]", "here").table([(0, 1)])


FORMS = st.dictionaries(st.sampled_from("abmn1"), st.integers(-3, 3)).map(Linear.of)


@given(FORMS, FORMS, st.integers(-3, 3))
def test_linear_forms_are_what_their_values_say(f: Linear, g: Linear, k: int) -> None:
    for numbers in product((-1, 2), repeat=4):
        at = dict(zip("abmn", numbers, strict=True))
        assert (f + g).at(at) == f.at(at) + g.at(at)
        assert (f - g).at(at) == f.at(at) - g.at(at)
        assert (f * k + 1).at(at) == k * f.at(at) + 1
        assert f.put({"a": g}).at(at) == f.at({**at, "a": g.at(at)})
    assert (f == g) == (not (f - g).terms and not (f - g).constant)
