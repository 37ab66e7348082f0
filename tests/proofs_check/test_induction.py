"""The induction, on scenes of few patterns: each of its conditions refutes what only it would see."""

from __future__ import annotations

from copy import deepcopy
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from construction.compiling.compiler import compile_rule
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.expressions import Ref, parse
from proofs_check.patterns.induction import Induction
from proofs_check.patterns.instances import Instances
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.regions import regions
from proofs_check.patterns.relations import Relation, joint
from proofs_check.patterns.scene import Layer0
from proofs_check.patterns.signatures import ShownAt
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.programs.first_label import FIRST_LABEL

M, N = variable("m"), variable("n")


def scene(change: Any) -> Subject:
    """The certificate of a small program, its scene *predicting* changed."""
    data: Any = deepcopy(FIRST_LABEL.certificate)
    change(data["scenes"]["predicting"])
    return Subject(compile_rule(FIRST_LABEL.rule), data)


def stage(scene: Any, name: str) -> Any:
    return next(each for each in scene["stages"] if each["stage"] == name)


def test_it_holds() -> None:
    assert scene(lambda whole: None).outcome("predicting").covered.patterns > 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        # A stage that is said to begin a layer late, or early.
        (
            lambda s: stage(s, "asked")["where"][1].update({"1": -3}),
            "the network gives|is in no stage",
        ),
        (lambda s: stage(s, "answer")["where"][1].update({"1": -1}), "the network gives"),
        # An edge that is not where it is said to be.
        (lambda s: stage(s, "answer")["where"].pop(), "the network gives"),
        # Another sign, or one that the cell does not have.
        (lambda s: stage(s, "answer")["fields"].update({"sign": "-y[a]"}), "the network gives"),
        (lambda s: stage(s, "asked")["fields"].update({"sign": "y[a-1]"}), "the network gives"),
        (lambda s: stage(s, "answer")["fields"].update({"sign": 0}), "there is no code"),
        # Layer 0 is not what the memory layer shows.
        (lambda s: stage(s, "stored")["fields"].update({"sign": "x[a, b] * z[b]"}), "memory layer"),
        # Some cell is in no stage.
        (lambda s: s["stages"].pop(0), "is in no stage"),
        # A wave that is not linear in anything: no box is found, or it is too large.
        (
            lambda s: stage(s, "asked")["where"][1].update({"n": 9}),
            "the network gives|box|too many",
        ),
    ],
)
def test_what_is_wrong_is_refuted(change: Any, reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        scene(change).outcome("predicting")


@pytest.mark.parametrize("name", ["stored", "asked", "answer"])
def test_the_stage_without_a_code_is_named(name: str) -> None:
    with pytest.raises(RefutedError, match=f"for some values of the fields of '{name}'"):
        scene(lambda s: stage(s, name)["fields"].update({"sign": 0})).outcome("predicting")


def with_variable(values: list[int], definitions: list[dict[str, Any]]) -> Subject:
    """The answer's sign by a variable ``Q`` of the row."""

    def change(whole: Any) -> None:
        whole["variables"] = {"Q": {"index": ["a"], "values": values}}
        whole["definitions"] = definitions
        whole["rank"] = {"Q": {"a": 1}}
        stage(whole, "answer")["fields"]["sign"] = "Q[a]"

    return scene(change)


def test_a_definition_is_used() -> None:
    same = [{"of": "Q", "is": "y[a]"}]
    assert with_variable([1, -1], same).outcome("predicting").covered.patterns > 0


@pytest.mark.parametrize(
    ("values", "definitions", "reason"),
    [
        ([1, -1], [{"of": "Q", "is": "-y[a]"}], "the network gives"),
        ([1, -1], [{"of": "Q", "is": "y[a-1]"}], "the network gives"),
        ([1], [{"of": "Q", "is": "y[a]"}], "which is no value of Q"),
        ([1, -1], [{"of": "Q", "where": [{"a": 1, "1": -2}], "is": "y[a]"}], "no definition says"),
        (
            [1, -1],
            [{"of": "Q", "where": [{"a": -1, "1": 1}], "is": 1}, {"of": "Q", "is": "y[a]"}],
            "gives",
        ),
    ],
)
def test_a_wrong_definition_is_refuted(
    values: list[int], definitions: list[dict[str, Any]], reason: str
) -> None:
    with pytest.raises(RefutedError, match=reason):
        with_variable(values, definitions).outcome("predicting")


def test_a_definition_that_is_wrong_far_from_the_walls_is_refuted() -> None:
    """No stage and no edge tells row 5 from row 4, only the definition does."""
    far = [{"of": "Q", "where": [{"a": 1, "1": -5}], "is": "-y[a]"}, {"of": "Q", "is": "y[a]"}]

    def change(whole: Any) -> None:
        whole["variables"] = {"Q": {"index": ["a"], "values": [1, -1]}}
        whole["definitions"] = far
        whole["rank"] = {"Q": {"a": 1}}
        stage(whole, "asked")["fields"]["sign"] = "Q[a]"

    with pytest.raises(RefutedError, match="the network gives"):
        scene(change).outcome("predicting")


def defining(text: str) -> Any:
    """A variable ``Q[k]`` that is ``text`` from ``k = d + 7`` on, and 1 before."""

    def change(whole: Any) -> None:
        whole["variables"] = {"Q": {"index": ["k"], "values": [1, -1]}}
        whole["definitions"] = [
            {"of": "Q", "where": [{"k": 1, "d": -1, "1": -7}], "is": text},
            {"of": "Q", "is": 1},
        ]
        whole["rank"] = {"Q": {"k": 1}}

    return change


def test_what_patterns_depend_on() -> None:
    """Which definition applies to an instance and to those in it, and which instances are the same."""
    subject = scene(defining("z[k-3]"))
    signatures = Induction(
        subject.scene("predicting"), subject.certificate.book, subject.tables
    ).signatures
    *_, memory = regions(subject.given("predicting"), 1)
    left, right = variable("left"), variable("right")
    found = signatures._tests_of(memory, {Ref("Q", (left * 5,)), Ref("Q", (right * 2,))})
    d = left + right
    ours = {left * 5 - d - 7, right * 2 - d - 7}  # where the definition applies
    inner = {left * 5 - 3 - d - 1, right * 2 - 3 - d - 1}  # where z is the label column's
    same = {left * 5 - right * 2, right * 2 - left * 5}
    assert found == ours | inner | same


def test_patterns_do_not_depend_on_what_no_case_speaks_of() -> None:
    """A case has an instance and what its definition speaks of; of that only which definition applies."""
    subject = scene(defining("Q[k-3]"))
    signatures = Induction(
        subject.scene("predicting"), subject.certificate.book, subject.tables
    ).signatures
    *_, memory = regions(subject.given("predicting"), 1)
    left, d = variable("left"), variable("left") + variable("right")
    found = signatures._tests_of(memory, {Ref("Q", (left * 5,))})
    assert found == {left * 5 - d - 7, left * 5 - 3 - d - 7}


def test_patterns_depend_on_what_cells_must_show() -> None:
    """On where it applies, and on the definitions of the instances that it speaks of."""
    subject = scene(defining("z[k]"))
    b, d = variable("b"), variable("d")
    code = parse("Q[b+2]", "a test")
    shown = ShownAt((N - 9,), (Layer0((d - b * 3,), code),))
    own = [
        Induction(
            subject.scene("predicting"), subject.certificate.book, subject.tables, shown=more
        ).signatures
        for more in ((), (shown,))
    ]
    region = list(regions(subject.given("predicting"), 1))[-1]
    before, found = (set(each.all_tests(region)) for each in own)
    asked = {region.form(form) for form in (N - 9, d - b * 3, b + 2 - d - 7)}
    assert not asked & before
    assert asked <= found


@pytest.mark.parametrize(("after", "later"), [(False, 0), (True, 1)])
def test_which_cell_in_which_layer_must_show_a_code(after: bool, later: int) -> None:
    """The cell itself, in this layer or in the next one."""

    def change(whole: Any) -> None:
        whole["variables"] = {"Q": {"index": ["a", "b", "k"], "values": [1, -1]}}
        whole["definitions"] = [{"of": "Q", "is": "-Q[a, b, k-1]"}]
        whole["rank"] = {"Q": {"k": 1}}
        stage(whole, "asked")["fields"] = {"sign": "Q[a, b, n]"}

    subject = scene(change)
    book = subject.certificate.book
    induction = Induction(subject.scene("predicting"), book, subject.tables)
    number = subject.scene("predicting").stage("asked")
    codes = [book.number("asked", {"sign": sign}) for sign in (1, -1)]
    place = {"a": 3, "b": 3, "n": 5, "m": 7, "d": 7}
    for down, east, layers in product((-1, 0, 1), repeat=3):
        ref = f"Q[a+{down}, b+{east}, n+{layers + later}]"
        code = parse(f"{codes[0]} if {ref} == 1 else {codes[1]}", "a test")
        wanted = ShownAt((), (Layer0((), code),), after)
        if (down, east, layers) == (0, 0, 0):
            induction._check_shown(place, wanted, number)
        else:
            with pytest.raises(RefutedError, match="does not show what the memory layer has there"):
                induction._check_shown(place, wanted, number)


@pytest.mark.parametrize(("sign", "good"), [("Q[a, k-1]", True), ("-Q[a, k-1]", False)])
def test_the_next_layer_is_one_layer_later(sign: str, good: bool) -> None:
    """A sign that changes in every layer is the same two layers later."""

    def change(whole: Any) -> None:
        whole["variables"] = {"Q": {"index": ["a", "k"], "values": [1, -1]}}
        whole["definitions"] = [
            {"of": "Q", "where": [{"k": -1, "m": 1, "1": 2}], "is": "y[a]"},
            {"of": "Q", "is": sign},
        ]
        whole["rank"] = {"Q": {"k": 1}}
        stage(whole, "answer")["fields"]["sign"] = "Q[a, n]"

    subject = scene(change)
    if good:
        assert subject.outcome("predicting").covered.patterns > 0
    else:
        with pytest.raises(RefutedError, match="the network gives"):
            subject.outcome("predicting")


def test_the_first_definition_that_applies_counts() -> None:
    first = [{"of": "Q", "is": "y[a]"}, {"of": "Q", "is": "-y[a]"}]
    assert with_variable([1, -1], first).outcome("predicting").covered.patterns > 0


def test_ends_are_decided_by_inequalities() -> None:
    whole = scene(lambda s: None).scene("predicting")
    late = Ends(whole, (N - M - 2,))
    answer = whole.stage("answer")
    assert late.in_stage(answer)
    assert not Ends(whole, (M + 1 - N,)).in_stage(answer)
    a, b, d = (variable(name) for name in "abd")
    late.check_only(answer, Linear((), 1) - a, b - d - 1, d + 1 - b)
    with pytest.raises(RefutedError, match="can be in 'answer' where"):
        late.check_only(answer, a - 2)
    with pytest.raises(RefutedError, match="can be in 'done' where"):
        late.check_only(answer, b - d - 1, d + 1 - b)


TABLES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=6)


@given(TABLES, TABLES, TABLES)
def test_relations_are_joined_as_sets(
    ab: list[tuple[int, int]], bc: list[tuple[int, int]], ca: list[tuple[int, int]]
) -> None:
    relations = [
        Relation.of(names, np.array(rows, dtype=np.int64).reshape(-1, 2))
        for names, rows in (("ab", ab), ("bc", bc), ("ca", ca))
    ]
    expected = {
        (a, c)
        for a, b, c in product(range(3), repeat=3)
        if (a, b) in ab and (b, c) in bc and (c, a) in ca
    }
    found = joint(relations, ["a", "c"])
    columns = [found.column(name).tolist() for name in "ac"]
    assert set(zip(*columns, strict=True)) == expected
    assert Relation.of("aa", np.array([[0, 1], [2, 2]])).rows.tolist() == [[2]]


def test_patterns_that_merge_other_columns_are_different() -> None:
    """Two instances in three places: which place is which decides what can be together."""
    scene: Any = None
    rows = np.array([[0, 0, 1], [0, 1, 1]])
    structures = []
    for names in (("V1", "V1", "V2"), ("V1", "V2", "V2")):
        each = Instances(scene, {})
        keys = [(name, ()) for name in names]
        each.known = dict.fromkeys(keys)
        each.add(keys, rows, "a stage")
        structures.append(each.structure())
    assert structures[0] != structures[1]
