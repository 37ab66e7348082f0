"""The parts of the induction one by one: boxes, instances, expressions and forms, with known answers."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from proofs_check.patterns import coverage, expressions
from proofs_check.patterns import given as scenes
from proofs_check.patterns.coverage import Form, Space, Windowed, prove_box, solvable
from proofs_check.patterns.expressions import Expression, parse
from proofs_check.patterns.instances import Instances
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Own, case, check_formula, check_recurrence
from proofs_check.patterns.scene import Given, Scene, read_scene
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError

NAMES = ("x", "y", "t")
POSITIVE: tuple[Form, ...] = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0))


def space(*atoms: tuple[Form, int, int], pairs: bool = False, more: tuple[Form, ...] = ()) -> Space:
    windowed = tuple(Windowed(*atom) for atom in atoms)
    return Space(NAMES, (*POSITIVE, *more), windowed, (0, 1), (2,), pairs)


def at(form: Form, point: tuple[int, ...]) -> int:
    return sum(c * v for c, v in zip(form[:-1], point, strict=True)) + form[-1]


@pytest.mark.parametrize(
    ("atoms", "back", "bound"),
    [
        ([((1, 0, 0, 0), 3, 3)], 0, 3),
        ([((1, 0, 0, 0), 3, 5)], 0, 5),
        ([((0, -1, 0, 0), -4, -4)], 0, 5),
        ([((1, 0, 0, 2), 7, 7)], 0, 5),
        ([((1, 0, -1, 0), 0, 0)], 1, 1),
        ([((1, 0, -1, 0), -2, 2)], 1, 2),
        ([((2, 0, -1, 0), 0, 0)], 2, 1),
        ([((1, 1, -1, 0), 0, 0)], 1, 1),
        ([((1, 1, -1, 0), 0, 0), ((1, 0, 0, 0), 2, 2)], 1, 2),
    ],
)
def test_the_smallest_box(atoms: Any, back: int, bound: int) -> None:
    box = prove_box(space(*atoms), back)
    assert box.bound == bound
    assert box.systems > 0


@pytest.mark.parametrize(
    ("atoms", "back", "pairs"),
    [
        ([((1, 0, -1, 0), 0, 0)], 0, False),
        ([((2, 0, -1, 0), 0, 0)], 1, False),
        ([((1, -1, 0, 0), 0, 0)], 0, False),
        ([((1, 1, -1, 0), 0, 0), ((1, -1, 0, 0), 0, 0)], 1, True),
        ([((1, 0, 0, 0), 40, 40)], 0, False),
    ],
)
def test_no_box_is_proved(atoms: Any, back: int, pairs: bool) -> None:
    with pytest.raises(RefutedError, match="no box with sizes up to 40 could be shown"):
        prove_box(space(*atoms, pairs=pairs), back)


@pytest.mark.parametrize(
    ("atoms", "back"),
    [
        ([((1, -1, 0, 0), 0, 0)], 0),
        ([((1, -1, 0, 0), -1, 2)], 0),
        ([((1, -1, 0, 0), 0, 0), ((1, 1, -1, 0), 0, 0)], 2),
        ([((1, -1, 0, 0), 0, 1), ((1, 1, -1, 0), -1, 1), ((0, 1, 0, 0), 2, 2)], 2),
        ([((1, -1, 0, 0), 0, 0), ((2, 0, -1, 0), 0, 0)], 2),
    ],
)
def test_boxes_along_a_diagonal_show_every_pattern(atoms: Any, back: int) -> None:
    box = prove_box(space(*atoms, pairs=True), back)
    assert box.bound in (4, 8, 12)

    def pattern(point: tuple[int, ...]) -> tuple[bool, ...]:
        return tuple(
            at(form, point) >= c for form, low, high in atoms for c in range(low, high + 1)
        )

    late = range(2 * box.bound + 8)
    sizes = range(box.bound + 1)
    known = {pattern(point) for point in product(sizes, sizes, late)}
    beyond = range(box.bound + 6)
    assert all(pattern(point) in known for point in product(beyond, beyond, range(60)))


def test_a_step_does_not_leave_the_domain() -> None:
    """x is at least y + 3, so where y is 0 and x is 3 nothing is smaller; and x has no pattern beyond that."""
    assert prove_box(space(more=((1, -1, 0, -3),), pairs=True), 0).bound >= 4
    assert prove_box(space(((0, 1, 0, 0), 2, 2)), 0).bound == 2
    with pytest.raises(RefutedError, match="no box"):
        prove_box(space(more=((1, -1, 0, -3),)), 0)


def test_how_many_systems_are_tried() -> None:
    """Outside of the box one step changes nothing: that is seen from the start, and in each change of an atom."""
    proof = coverage._Descent(space(((1, 0, 0, 0), 3, 3)), 3)
    assert proof.size_descends(0, 0)
    assert proof.systems == 3  # outside, f >= 3 changes, the domain changes
    proof = coverage._Descent(space(((1, 0, 0, 0), 3, 3)), 2)
    assert not proof.size_descends(0, 0)


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ([(0, 0, -1)], False),
        ([(0, 0, 0)], True),
        ([(3, 0, -1), (-3, 0, 2)], False),  # 1 <= 3 x <= 2
        ([(3, 0, -1), (-3, 0, 3)], True),
        ([(1, 0, -5), (1, 0, -2), (-1, 0, 4)], False),  # the tightest counts
        ([(1, 0, -2), (1, 0, -5), (-1, 0, 4)], False),
        ([(2, 3, -1), (-2, -3, 0)], False),
        ([(2, -3, 0), (-2, 3, 0), (0, 1, -2), (0, -1, 2)], True),  # x = 3, y = 2
        ([(1, 2, -9), (-1, 0, 2), (0, -1, 3)], False),  # x + 2 y >= 9
        ([(1, 2, -8), (-1, 0, 2), (0, -1, 3)], True),
        ([(5, -3, -4), (-1, 1, 0), (0, -1, 1)], False),
        ([(5, -3, -2), (-1, 1, 0), (0, -1, 1)], True),
    ],
)
def test_systems_of_two_variables(system: list[Form], expected: bool) -> None:
    assert solvable(system) is expected


# Instances.


def scene(*, of: Any = scenes.PREDICTING, where: Any = (), value: str = "Q[k-1]") -> Scene:
    data: dict[str, Any] = {
        "variables": {"Q": {"index": ["k"], "values": [-1, 1]}},
        "definitions": [{"of": "Q", "where": list(where), "is": value}],
        "rank": {"Q": {"k": 1}},
        "stages": [{"stage": "bit", "kind": "bit", "fields": {"sign": "Q[b+2*a]"}}],
    }
    return read_scene(Place(data), of, {"bit": ("sign",)})


PLACE = {"a": 3, "b": 4, "n": 5, "m": 6, "d": 2}


def named(instances: Instances) -> list[tuple[object, ...]]:
    return [relation.names for relation in instances.relations]


def test_definitions_of_what_is_known() -> None:
    one = Instances(scene(), PLACE)
    ref = one.scene.stages[0].refs[0]
    assert one.key(ref, (0, 0, 0)) == ("Q", (10,))
    one.expand()
    assert list(one.known) == [("Q", (10,)), ("Q", (9,))]
    assert named(one) == [(("Q", (10,)), ("Q", (9,)))]
    two = Instances(scene(), PLACE)
    for shift in ((0, 0, 0), (-1, 0, 0)):
        two.key(ref, shift)
    two.expand()
    # 10 speaks of 9 and 8 of 7; 9 speaks of 8, which is known; 7 of 6, which is not.
    assert {each[0][1][0]: each[1][1][0] for each in named(two)} == {10: 9, 8: 7, 9: 8}  # type: ignore[index]
    assert two.relations[0].rows.tolist() == [[0, 0], [1, 1]]


def test_where_a_definition_applies() -> None:
    from_9 = Instances(scene(where=[{"k": 1, "d": -1, "1": -7}]), PLACE)
    ref = from_9.scene.stages[0].refs[0]
    for shift, key in (((0, -1, 0), 9), ((0, 0, 9), 10), ((0, 1, 0), 11)):
        assert from_9.key(ref, shift) == ("Q", (key,))
    from_9.expand()
    # 9 speaks of 8, of which nothing is said, and which is not one that a cell stands for.
    assert sorted(each[0][1][0] for each in named(from_9)) == [9, 10, 11]  # type: ignore[index]
    from_9.key(ref, (0, -2, 0))
    with pytest.raises(RefutedError, match=r"no definition says what Q\[8\] is \(a = 3, b = 4"):
        from_9.expand()


def test_on_a_line_a_neighbour_is_in_another_row() -> None:
    line = scene(of=Given("line", (), {}, (), line=True))
    instances = Instances(line, {**PLACE, "d": 3, "a": 3, "b": 5})  # the work column
    ref = line.stages[0].refs[0]
    assert instances.key(ref, (0, 1, 0)) == ("Q", (1 + 2 * 4,))
    assert instances.key(ref, (0, 0, 0)) == ("Q", (5 + 2 * 3,))
    first = Instances(line, {**PLACE, "d": 3, "a": 3, "b": 1})
    assert first.key(ref, (0, -1, 0)) == ("Q", (5 + 2 * 2,))


def test_structures_tell_patterns_apart() -> None:
    ref = scene().stages[0].refs[0]

    def structure(*shifts: tuple[int, int, int], place: dict[str, int] | None = None) -> object:
        instances = Instances(scene(), place or PLACE)
        table: Any = instances.relations
        for number, shift in enumerate(shifts):
            instances.add_stage([number, None], np_rows(), 0, shift)
        instances.expand()
        assert table is instances.relations
        assert ref == instances.scene.stages[0].refs[0]
        return instances.structure()

    apart = structure((0, 0, 0), (0, 5, 0))
    assert apart == structure((0, 0, 0), (0, 5, 0), place={**PLACE, "a": 5})
    assert apart != structure((0, 0, 0), (0, 1, 0))
    assert structure((1, -2, 0), (0, 0, 0)) != apart  # the same instance twice


def np_rows() -> Any:
    """A code, a slope, and the place of the sign among its values."""
    return np.array([[5, 0, 0], [6, 0, 1]], dtype=np.int64)


# Expressions and forms.


def test_the_limits_of_expressions(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x[a] + " * 85 + "x[a] "
    assert len(long) == 600
    assert parse(long, "here").refs == parse("x[a]", "here").refs
    with pytest.raises(RefutedError, match="here: an expression of 601 characters is too long"):
        parse(f"{long} ", "here")
    largest = expressions.LARGEST_NUMBER
    assert largest == 2**31
    for text in (f"{largest}", f"-{largest}", f"1 - {largest}"):
        parse(text, "here").value({})
    for text, reason in (
        (f"{largest + 1}", "a number that is too large"),
        (f"-({largest} + 1) + 1", "computes with numbers that are too large"),
        (f"(0 - {largest} - 1) * 1", "computes with numbers that are too large"),
    ):
        with pytest.raises(RefutedError, match=reason):
            parse(text, "here").value({})
    deep = expressions.DEEPEST
    assert deep == 100
    assert parse("-" * (deep - 1) + "a", "here").refs == ()
    for text in ("-" * 590 + "1", "not " * 140 + "a", f"x[{'-' * 590}a]", "-" * deep + "a"):
        with pytest.raises(RefutedError, match="here: an expression with more than 100 levels"):
            parse(text, "here")
    assert expressions.LARGEST_TABLE == 2**16
    monkeypatch.setattr(expressions, "LARGEST_TABLE", 8)
    assert len(parse("x[0] + x[1] + x[2]", "here").table([(0, 1)] * 3)) == 8
    with pytest.raises(RefutedError, match="speaks of too many instances to list"):
        parse("x[0] + x[1]", "here").table([(0, 1, 2)] * 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", 1),
        ("False + 2", 2),
        ("'two words'", "two words"),
        ("word", "word"),
        ("5 and 7", 1),
        ("5 and 0 and 3", 0),
        ("0 or 5", 1),
        ("0 or 0", 0),
        ("not 5", 0),
        ("-3 * 2 + 1", -5),
        ("6 ^ 3", 5),
        ("7 - 2 - 1", 4),
        ("'a' == a", 1),
        ("'a' != a", 0),
        ("1 != 2", 1),
        ("4 if 2 == 2 else 5", 4),
        ("4 if 2 == 3 else 5", 5),
    ],
)
def test_values(text: str, value: object) -> None:
    found = parse(text, "here").value({})
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("x[a]", "a"),
        ("x[-a + 3]", "- a + 3"),
        ("x[2 * a - 3 * b]", "2 a - 3 b"),
        ("x[a - (b - 1)]", "a - b + 1"),
        ("x[7]", "+ 7"),
    ],
)
def test_indices(text: str, index: str) -> None:
    (ref,) = parse(text, "here").refs
    (form,) = ref.index
    assert str(form) == index.removeprefix("+ ")
    assert str(ref) == f"x[{index.removeprefix('+ ')}]"


@pytest.mark.parametrize(
    "text", ["x[True]", "x[a * 2]", "x['a']", "x[a // 2]", "x[+a]", "1[a]", "x[a][b]"]
)
def test_what_is_no_index(text: str) -> None:
    with pytest.raises(RefutedError, match=r"is not linear|is no instance of a variable"):
        parse(text, "here")


def test_words_and_instances() -> None:
    found: Expression = parse("leave if x[a] == 1 else 'add' if y[b, 2] else 3", "here")
    assert found.words == {"leave", "add"}
    assert [str(ref) for ref in found.refs] == ["x[a]", "y[b, 2]"]
    assert [str(ref.put({"a": variable("c") * 2})) for ref in found.refs] == ["x[2 c]", "y[b, 2]"]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (Linear(), "0"),
        (Linear((), -3), "- 3"),
        (variable("a") * -1 + variable("b") * 2 + 1, "- a + 2 b + 1"),
        (variable("a") - variable("a"), "0"),
        (variable("a") * -3 - 4, "- 3 a - 4"),
    ],
)
def test_forms_in_words(form: Linear, text: str) -> None:
    assert str(form) == text
    assert form == Linear.of({**form.coefficients, "1": form.constant})
    assert (form["a"], form.names) == (form.coefficients.get("a", 0), frozenset(form.coefficients))


def test_a_recurrence_is_compared() -> None:
    whole = scene(where=[{"k": 1, "1": -2}])
    own = {"Q": Own(("k",), (1, -1), (case("Q[k-1]", lambda before: before, variable("k") - 2),))}
    assert check_recurrence(whole, own) == 2
    for index, values in ((("j",), (1, -1)), (("k",), (1, 0)), (("k",), (1,))):
        wrong = {"Q": Own(index, values, own["Q"].cases)}
        with pytest.raises(RefutedError, match="the scene's Q should have the indices"):
            check_recurrence(whole, wrong)
    with pytest.raises(RefutedError, match="the scene's P should have the indices"):
        check_recurrence(whole, {"P": own["Q"]})
    for cases in ((), (case("Q[k-1]", lambda before: before),), own["Q"].cases * 2):
        with pytest.raises(RefutedError, match="the definitions of Q apply elsewhere"):
            check_recurrence(whole, {"Q": Own(("k",), (1, -1), cases)})
    refs = parse("Q[k-1] + Q[k-2]", "here").refs
    one, both = parse("Q[k-1]", "here"), parse("Q[k-1] == Q[k-2]", "here")
    assert check_formula(whole, one, refs, lambda x, y: x, "f") == 4
    assert check_formula(whole, both, refs, lambda x, y: x == y, "f") == 4
    with pytest.raises(RefutedError, match=r"f should not depend on Q\[k - 2\]"):
        check_formula(whole, both, refs[:1], lambda x: x, "f")
    with pytest.raises(RefutedError, match=r"f is 1 for Q\[k - 1\] = 1; it should be 0"):
        check_formula(whole, parse("1", "here"), refs[:1], lambda x: x != 1, "f")
