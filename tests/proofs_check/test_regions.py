"""Where cells stand, what is given there, and boxes: compared with lists of all cells of small grids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest

from proofs_check.patterns import given as scenes
from proofs_check.patterns.codes import NO_CODE, CodeBook, stage_cases
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.expressions import parse
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import check_formula
from proofs_check.patterns.regions import ANY, all_points, regions
from proofs_check.patterns.relations import Relation
from proofs_check.patterns.scene import Given, read_scene
from proofs_check.plain_data import Place
from proofs_check.verdict import RefutedError

LARGE = 2  #: distances that are listed


def cells(of: Given, work: int | None) -> Iterator[dict[str, int]]:
    """Cells of all grids with small sizes, with the row that SGD writes, by definition."""
    for m, d in product(range(LARGE + 1), range(1, LARGE + 1)):
        most = of.rows.at({"d": d}) if isinstance(of.rows, Linear) else of.rows
        if most is not None and m > most:
            continue
        rows = [None] if of.boundary is None else range(of.boundary[0], m + of.boundary[1] + 1)
        for i in rows:
            for a, b in product(range(1, m + 2), range(1, d + 1 + (work or 2) + 1)):
                yield {"a": a, "b": b, "m": m, "d": d, **({} if i is None else {"i": i})}


def key(place: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((k, v) for k, v in place.items() if k != "n"))


def points(of: Given, work: int | None) -> Iterator[tuple[Any, dict[str, int], dict[str, int]]]:
    """Regions with their points of small distances, and the places that these stand for."""
    for region in regions(of, work):
        names = region.distances
        for numbers in product(range(LARGE + 2), repeat=len(names) - 1):
            point = {**dict(zip(names, numbers, strict=False)), "n": 0}
            if all(form.at(point) >= 0 for form in region.domain):
                place = {name: form.at(point) for name, form in region.put.items()}
                if max(place["m"], place["d"]) <= LARGE and place["b"] <= place["d"] + 3:
                    yield region, point, place


@pytest.mark.parametrize(
    ("of", "work"),
    [
        (scenes.MEMORISING, 1),
        (scenes.PREDICTING, 2),
        (scenes.STARTING, 1),
        (scenes.STREAMING, 1),
        (scenes.LITERALS, 2),
        (scenes.ONE_ROW, 1),
        (scenes.KEYS, 1),
        (scenes.PIVOTS, 1),
    ],
    ids=lambda of: str(getattr(of, "name", of)),
)
def test_every_cell_stands_in_one_region(of: Given, work: int) -> None:
    found = [key(place) for _, _, place in points(of, work)]
    assert sorted(found) == sorted(key(place) for place in cells(of, work))


def test_with_any_number_of_work_columns_all_are_there() -> None:
    found = {key(place) for _, _, place in points(scenes.PREDICTING, ANY)}
    assert found == {key(place) for place in cells(scenes.PREDICTING, 2)}


@pytest.mark.parametrize("of", [scenes.MEMORISING, scenes.PREDICTING], ids=lambda of: of.name)
def test_edges_are_those_of_the_grid(of: Given) -> None:
    work = 2
    for region, point, place in points(of, work):
        for down, east in product((-1, 0, 1), repeat=2):
            inside = all(form.at(point) >= 0 for form in region.edges(down, east))
            row, column = place["a"] + down, place["b"] + east
            last = place["d"] + 1 + work
            assert inside == (1 <= row <= place["m"] + 1 and 1 <= column <= last)
        moved = region.form(variable("a") * 2 - variable("b") + variable("n") * 3, 1, -1, 1)
        assert moved.at(point) == 2 * (place["a"] + 1) - (place["b"] - 1) + 3


@pytest.mark.parametrize(
    ("of", "row", "expected"),
    [
        # Two stored rows, row 3 is written; d = 2; the work column is the fourth.
        (scenes.MEMORISING, 1, ["yxz", "yxz", "y", 3]),
        (scenes.MEMORISING, 3, [0, 0, 0, 3]),
        (scenes.MEMORISING, 4, [0, 0, 0, 3]),
        (scenes.PREDICTING, 1, ["yxz", "yxz", "y", 3]),
        (scenes.PREDICTING, 4, ["z", "z", 1, 3]),
        (scenes.STARTING, 1, [0, 0, 0, 3]),
        (scenes.STREAMING, 1, ["z", "z", 1, 3]),
        (scenes.STREAMING, 2, ["yxz", "yxz", "y", 3]),
        (scenes.STREAMING, 3, [0, 0, 0, 3]),
        (scenes.LITERALS, 1, ["s", "s", 2, 3]),
        (scenes.ONE_ROW, 1, [0, 0, 0, 3]),
        (scenes.KEYS, 1, ["yxz", "yxz", "y", 3]),
        (scenes.KEYS, 3, [0, 0, 0, 3]),
        (scenes.PIVOTS, 1, ["z", "z", 1, 3]),
        (scenes.PIVOTS, 2, ["uxz", "uxz", "ux", 3]),
        (scenes.PIVOTS, 3, [0, "uxz", "ux", 3]),
        (scenes.PIVOTS, 4, [0, 0, "ux", 3]),
    ],
)
def test_what_the_memory_shows_in_layer_0(of: Given, row: int, expected: list[Any]) -> None:
    """Products of signs: of the label y, the stored example x and the one that is shown, z."""
    signs = {"y": -1, "x": 1, "z": -1, "s": -2, "u": 1}
    for column, wanted in enumerate(expected, 1):
        place = {"a": row, "b": column, "m": 3, "d": 2, "i": 3}
        shown = [each for each in of.layer0 if all(f.at(place) >= 0 for f in each.where)][-1]
        values = {}
        for ref in shown.code.refs:
            (own,) = [each for each in of.variables if each.name == ref.variable]
            at = {**place, **dict(zip(own.index, (f.at(place) for f in ref.index), strict=True))}
            facts = [f for f in of.definitions[own.name] if all(w.at(at) >= 0 for w in f.where)]
            values[ref] = facts[0].value.value({}) if facts else signs[own.name]
        number = prod(signs[each] for each in wanted) if isinstance(wanted, str) else wanted
        assert shown.code.value(values) == number, (of.name, row, column)


def test_on_a_line_rows_stand_one_after_the_other() -> None:
    """West of a row's first cell is the work column of the row above, and there is one work column."""
    line = replace(scenes.MEMORISING, line=True)
    found = []
    form = variable("a") * 5 + variable("b") * 3 - variable("m") + variable("n")
    for region, point, place in points(line, 1):
        found.append(key(place))
        m, columns = place["m"], place["d"] + 2
        for east in (-1, 0, 1):
            number = (place["a"] - 1) * columns + place["b"] - 1 + east
            inside = all(edge.at(point) >= 0 for edge in region.edges(0, east))
            assert inside == (0 <= number < (m + 1) * columns)
            down, column = divmod(number, columns)
            expected = 5 * (down + 1) + 3 * (column + 1) - m + 2
            assert region.form(form, 0, east, 2).at(point) == expected
    assert sorted(found) == sorted(key(place) for place in cells(line, 1))
    for work in (2, ANY):
        with pytest.raises(RefutedError, match="told apart by one work column"):
            list(regions(line, work))


def test_only_the_layers_that_are_asked_about() -> None:
    until = variable("m") + 1 - variable("n")
    for region in regions(scenes.PREDICTING, 1, until):
        found = all_points(region, [variable("n") - 1])
        listed = np.concatenate(list(found.parts()), axis=1)
        for column in listed.T.tolist():
            point = dict(zip(region.distances, column, strict=True))
            assert point["n"] <= region.put["m"].at(point) + 1


def test_the_facts_that_are_given() -> None:
    """Of the label column, of the dummy's row, and of rows that are there for sure."""

    def facts(of: Given, name: str, **at: int) -> list[object]:
        parts = of.definitions.get(name, ())
        place = {"a": 2, "b": 1, "m": 4, "d": 2, **at}
        return [f.value.value({}) for f in parts if all(w.at(place) >= 0 for w in f.where)]

    assert facts(scenes.MEMORISING, "x", b=3) == facts(scenes.MEMORISING, "z", b=3) == [1]
    assert facts(scenes.MEMORISING, "x", b=2) == facts(scenes.MEMORISING, "y", a=5) == []
    assert facts(scenes.PREDICTING, "x", a=5) == facts(scenes.PREDICTING, "y", a=5) == [1]
    assert facts(scenes.PREDICTING, "x", a=4) == facts(scenes.PREDICTING, "y", a=4) == []
    assert facts(scenes.STREAMING, "x", a=1) == facts(scenes.STREAMING, "y", a=1) == [1]
    assert facts(scenes.STREAMING, "x", a=2) == facts(scenes.STREAMING, "y", a=2) == []
    assert facts(scenes.KEYS, "y", a=1) == []
    assert facts(scenes.LITERALS, "s", b=3) == [2]
    assert facts(scenes.LITERALS, "s", b=2) == []
    assert facts(scenes.PIVOTS, "u", a=1) == facts(scenes.PIVOTS, "x", a=1, b=3) == [1]
    assert facts(scenes.PIVOTS, "u", a=2) == facts(scenes.PIVOTS, "x", a=2, b=3) == []
    assert facts(scenes.PIVOTS, "z", b=3) == [1]
    assert facts(scenes.PIVOTS, "z", b=2) == []
    values = {
        each.name: each.values for each in (*scenes.PIVOTS.variables, *scenes.LITERALS.variables)
    }
    assert values == {"u": (0, 1), "x": (1, -1), "z": (1, -1), "s": (-2, 0, 2)}
    assert [each.slopes for each in (scenes.MEMORISING, scenes.PREDICTING)] == [True, False]
    rows = [each.row for each in (scenes.STARTING, scenes.ONE_ROW, scenes.LITERALS)]
    assert rows == [Linear((), 1)] * 3
    own = [each.row for each in (scenes.MEMORISING, scenes.STREAMING, scenes.KEYS)]
    assert own == [variable("i")] * 3
    assert (scenes.PREDICTING.row, scenes.PIVOTS.row) == (None, None)
    assert [each.diagonal for each in (scenes.PIVOTS, scenes.KEYS)] == [True, False]


@pytest.mark.parametrize(
    ("forms", "possible"),
    [
        ([Linear((), 0) - variable("a")], False),
        ([Linear((), 1) - variable("a")], True),
        ([variable("a") - variable("m") - 2], False),
        ([variable("a") - variable("m") - 1], True),
        ([variable("b") * -1], False),
        ([variable("b") * -1 + 1], True),
        ([variable("d") * -1], False),
        ([variable("d") * -1 + 1], True),
        ([variable("n") * -1 - 1], False),
        ([variable("n") * -1, variable("m") * -1], True),
        ([variable("i") * -1 + 1], False),
        ([variable("i") * -1 + 2], True),
        ([variable("i") - variable("m") - 3], False),
        ([variable("i") - variable("m") - 2], True),
    ],
)
def test_cells_that_there_can_be(forms: list[Linear], possible: bool) -> None:
    data = {
        "variables": {},
        "definitions": [],
        "rank": {},
        "stages": [{"stage": "all", "kind": "work"}],
    }
    scene = read_scene(Place(data), scenes.STREAMING, {"work": ()})
    assert Ends(scene, ()).possible(*forms) is possible
    one = Ends(read_scene(Place(data), scenes.ONE_ROW, {"work": ()}), ())
    assert one.possible(variable("m") * -1)
    assert not one.possible(variable("m") - 1)


def test_codes_by_their_meaning() -> None:
    book = CodeBook({("bit", (("sign", 1),)): 5, ("bit", (("sign", -1),)): 6, ("work", ()): 3}, -1)
    assert book.number("bit", {"sign": -1}) == 6
    assert book.number("bit", {"sign": 0}) == book.number(1, {}) == NO_CODE
    assert NO_CODE not in range(-(2**15), 2**15)  # a code has 16 bits
    looked_at = replace(scenes.PREDICTING, slopes=True)
    data: dict[str, Any] = {
        "variables": {},
        "definitions": [],
        "rank": {},
        "stages": [
            {"stage": "own", "kind": {"is": "bit if y[a] == 1 else work"},
             "fields": {"sign": "x[a, b]"}, "slope": "y[a] + 1"},
        ],
    }  # fmt: skip
    scene = read_scene(Place(data), looked_at, {"bit": ("sign",), "work": ()})
    found = set(stage_cases(scene, scene.stages[0], book))
    assert found == {((1, 1), 5, 2), ((1, -1), 6, 2), ((-1, 1), 3, 0), ((-1, -1), 3, 0)}
    data["stages"][0]["slope"] = "leave"
    scene = read_scene(Place(data), looked_at, {"bit": ("sign",), "work": ()})
    with pytest.raises(RefutedError, match="has the slope 'leave'"):
        list(stage_cases(scene, scene.stages[0], book))
    many = " + ".join(f"y[{k}]" for k in range(17))
    data["stages"][0]["slope"] = many
    scene = read_scene(Place(data), looked_at, {"bit": ("sign",), "work": ()})
    with pytest.raises(RefutedError, match="too many instances"):
        list(stage_cases(scene, scene.stages[0], book))
    with pytest.raises(RefutedError, match="too many instances"):
        parse(many, "here").table([(1, -1)] * 17)


def test_a_formula_is_compared_on_all_values() -> None:
    data: dict[str, Any] = {"variables": {}, "definitions": [], "rank": {}, "stages": []}
    scene = read_scene(Place(data), scenes.PREDICTING, {})
    refs = parse("y[a] + x[a, b]", "here").refs
    product_of = parse("y[a] * x[a, b]", "here")
    assert check_formula(scene, product_of, refs, lambda y, x: y * x, "f") == 4
    assert check_formula(scene, parse("y[a] == 1", ""), refs, lambda y, x: y == 1, "f") == 4
    with pytest.raises(RefutedError, match=r"f is -1 for y.a. = 1, x.a, b. = -1; it should be 1"):
        check_formula(scene, product_of, refs, lambda y, x: y * x or 1 if x == 1 else y, "f")


def test_relations_have_rows_once() -> None:
    relation = Relation.of("abc", np.array([[1, 2, 3], [1, 2, 4], [5, 6, 7]]))
    assert relation.project("ab").rows.tolist() == [[1, 2], [5, 6]]
    assert relation.project("abc").rows.tolist() == relation.rows.tolist()
    other = Relation.of("bd", np.array([[2, 8], [2, 9], [3, 1]]))
    joined = relation.join(other)
    assert joined.names == ("a", "b", "c", "d")
    assert sorted(joined.rows.tolist()) == [[1, 2, 3, 8], [1, 2, 3, 9], [1, 2, 4, 8], [1, 2, 4, 9]]
    many = Relation.of("a", np.zeros((3000, 1), dtype=np.int64))
    with pytest.raises(RefutedError, match="too many combinations"):
        many.join(Relation.of("ab", np.zeros((3000, 2), dtype=np.int64)))
