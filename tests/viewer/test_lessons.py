"""Lessons: every step of the bundled ones shows what it says; a mistake in one's own is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.formats.golly import parse_automaton
from construction.programs.catalogue import load_program
from construction.viewer.content import Content, automaton_content, learner_content
from construction.viewer.examples import ExampleData, random_data, sample_data
from construction.viewer.lessons import LessonError, read_lesson, with_lessons
from tests.viewer.browser import opened

ROOT = Path(__file__).parents[2]
CONTENT = learner_content(load_program("systolic-row-reduction"), sample_data())


def lesson(text: str) -> dict[str, Any]:
    return read_lesson(text, "mine.yaml", CONTENT)


def test_six_lessons_come_with_row_reduction() -> None:
    lessons = with_lessons(CONTENT, [])["lessons"]
    assert len(lessons) == 6
    # They bring their own data, for a page can be about others.
    assert all(each["steps"] and each["data"] for each in lessons)
    # Two minutes of reading aloud are 280 words.
    for each in lessons:
        assert sum(len(step["say"].split()) for step in each["steps"]) <= 280
    majority = learner_content(load_program("majority"), sample_data())
    assert with_lessons(majority, [])["lessons"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: [", "mine.yaml: it is no YAML"),
        ("- 1", "mine.yaml: it should have the fields title and steps"),
        ("title: a", "mine.yaml: the field 'steps' is missing"),
        ("title: a\nsteps: 3", "mine.yaml: 'steps' should be a list, not 3"),
        ("titel: a", "mine.yaml: 'titel' is no field of a lesson"),
        ("title: a\nsteps: [x]", "mine.yaml, step 1: it should have the field 'say'"),
        ("title: a\nsteps: [{say: a}, {say: b, cel: 1}]", "mine.yaml, step 2: 'cel' is no field"),
        ("title: a\nsteps: [{say: a, cell: [0, 1]}]", "step 1: 'cell' should be .row, column."),
        ("title: a\nsteps: [{say: a, pass: last}]", "the number of an SGD step, or predict"),
        ("title: a\nsteps: [{say: a, layer: -1}]", "'layer' should be a number from 0, not -1"),
        ("title: a\nsteps: [{say: a, level: deep}]", "'level' should be one of algorithm, grid"),
        ("title: a\nsteps: [{say: a, unit: me}]", "'me' is no unit of systolic-row-reduction"),
        ("title: a\nsteps: [{say: a, damage: 3}]", "step 1: 'damage' should be a list, not 3"),
        ("title: a\nsteps: [{say: a, pass: 6}]", "there is no SGD step 6; there are 5"),
        (
            "title: a\nsteps: [{say: a, cell: [6, 1]}]",
            "there is no cell .6, 1.; the grid has 5 x 5",
        ),
        (
            "title: a\nsteps: [{say: a, cell: [1, 6]}]",
            "there is no cell .1, 6.; the grid has 5 x 5",
        ),
        (
            "title: a\nsteps: [{say: a, flip: [[5, 4]]}]",
            "no bit .5, 4. to flip; there are 4 examples",
        ),
        ('title: a\ndata: "1 1"\nsteps: [{say: a, pass: 2}]', "no SGD step 2; there are 1"),
        ("title: a\nsteps: [{say: a, unit: C above 137}]", "; perhaps .*C above 137/4"),
        ("title: a\nsteps: [{say: a, flip: [1, 2]}]", "'flip' should be a list of .row, column."),
        ("title: a\nsteps: [{say: a, damage: [{unit: x}]}]", "should have unit, input and value"),
        (
            "title: a\nsteps: [{say: a, damage: [{unit: next code, input: x, value: 0}]}]",
            "'x' is no input of the unit 'next code', and not bias",
        ),
        (
            "title: a\nsteps: [{say: a, damage: [{unit: next code, input: bias, value: 0.5}]}]",
            "a damaged weight is an integer, not 0.5",
        ),
        ("title: a\ndata: 1 2\nsteps: [{say: a}]", "data: it should hold lines of bits"),
        ('title: a\ndata: "1 1"\nsteps: [{say: a}]', None),
        ('title: a\ndata: "1 0\\n1 1"\nsteps: [{say: a}]', "each line should be an example with"),
    ],
)
def test_mistakes_are_named(text: str, message: str | None) -> None:
    if message is None:
        assert lesson(text)["data"] == {"examples": [], "labels": [], "test": [1, 1]}
        return
    with pytest.raises(LessonError, match=message):
        lesson(text)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    with pytest.raises(LessonError, match=r"own.yaml: cannot be read: No such file"):
        with_lessons(CONTENT, [path])
    path.write_text("title: Mine\nprogram: majority\nsteps: [{say: a}]\n")
    with pytest.raises(LessonError, match="about majority, and the page about systolic-row-re"):
        with_lessons(CONTENT, [path])
    path.write_text("title: Break it\nsteps: [{say: a}]\n")
    with pytest.raises(LessonError, match="there is a lesson with the title 'Break it' already"):
        with_lessons(CONTENT, [path])


def test_the_lesson_of_the_documentation_and_the_example() -> None:
    page = (ROOT / "docs" / "viewer.md").read_text()
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    whole = ROOT / "examples" / "lessons" / "the-test-row.yaml"
    shown, read = lesson(block), lesson(whole.read_text())
    for field in ("title", "program", "data"):
        assert shown[field] == read[field]
    assert [step["at"] for step in shown["steps"]] == [step["at"] for step in read["steps"]][:2]
    assert len(with_lessons(CONTENT, [whole])["lessons"]) == 7


def step_states(content: Content, page: Any) -> list[dict[str, Any]]:
    """Every step of every lesson as the page shows it."""
    states = []
    for each in content["lessons"]:
        for number, step in enumerate(each["steps"]):
            state = page.evaluate(
                """([key, step]) => { const { model } = document.getElementById('view').rcnn;
                model.lesson(key, step); const view = model.view();
                return { pass: view.pass.kind, layer: view.layer, kind: view.moment.kind,
                cell: view.cell, unit: view.unit, changed: view.compared, refusal: view.refusal,
                prediction: view.prediction, sound: view.referencePrediction, next: view.next,
                center: view.patch && view.patch[4], difference: view.difference,
                change: view.pass.change, said: document.querySelector('.rv-lesson-say').textContent }; }""",
                [each["key"], number],
            )
            states.append({**state, "key": each["key"], "step": number + 1, "at": step["at"]})
            assert state["said"] == step["say"]
    return states


@pytest.mark.parametrize("data", [sample_data(), random_data(6, 5, 2)])
def test_every_step_shows_what_it_says(browser: Any, tmp_path: Path, data: ExampleData) -> None:
    own = ROOT / "examples" / "lessons" / "the-test-row.yaml"
    content = with_lessons(learner_content(load_program(CONTENT["name"]), data), [own])
    page = opened(browser, tmp_path, content)
    tab = page.goto("lesson=break-it.2")
    assert "Lesson 6: Break it" in tab.inner_text(".rv-lesson-title")
    states = {(each["key"], each["step"]): each for each in step_states(content, tab)}
    page.close()
    for state in states.values():
        assert state["refusal"] == ""
        assert (state["cell"] is None) == ("cell" not in state["at"])
        assert (state["unit"] is None) == ("unit" not in state["at"])
    # What the lessons say in numbers.
    neuron = "one-neuron-one-threshold"
    assert [states[neuron, step]["center"] for step in (1, 4)] == [37, 33]
    assert states["a-sum-of-codes-and-a-table", 2]["next"] == 37 + 16 + 6
    assert states["a-sum-of-codes-and-a-table", 3]["next"] == 33 + 54
    written = states["sgd-writes-a-row-and-nothing-else", 6]["change"]
    assert [any(row) for row in written] == [False, True, False, False, False]
    assert states["sgd-writes-a-row-and-nothing-else", 5]["next"] == 3
    masks = [states["taking-the-masks-off", step] for step in (3, 4)]
    assert [(each["center"], each["next"]) for each in masks] == [(1, 1 + 10), (11, 6)]
    assert states["a-pivot-finds-its-row", 2]["next"] == 53 + 37
    assert states["a-pivot-finds-its-row", 8]["prediction"] == 1
    # The seventh, from the examples: column 2 has no pivot, and the test row is not emptied.
    seventh = [states["the-test-row-is-never-a-pivot", step] for step in range(1, 6)]
    assert [each["layer"] for each in seventh] == [6, 10, 11, 11, 12]
    assert seventh[4]["prediction"] == 1
    broken = [states["break-it", step] for step in range(1, 8)]
    assert [each["prediction"] for each in broken[:6]] == [0, 1, 1, 1, 0, 0]
    assert {each["sound"] for each in broken} == {0}
    assert [each["changed"] for each in broken] == [False, *[True] * 5, False]
    assert broken[2]["difference"] == {"pass": 5, "layer": 12, "count": 1, "cell": [0, 2]}
    assert (broken[2]["layer"], broken[2]["cell"]) == (11, [0, 2])
    assert all(any(row) for row in broken[4]["change"])
    assert broken[5]["difference"] is None  # the damage that changes nothing


def test_data_that_a_page_cannot_show_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "lesson.yaml"
    step = "steps: [{say: a}]\n"
    path.write_text(f"title: Mine\ndata: |\n  1 0\n  1\n{step}")
    still = automaton_content(parse_automaton("B3/S23"), np.eye(3, dtype=np.int64), 2)
    with pytest.raises(LessonError, match="does not learn, so there are no data"):
        with_lessons(still, [path])
    content = learner_content(load_program("online-row-reduction"), sample_data())
    for lines, size in (("1 0\n  " * 70 + "1", "71 x 3"), ("1 " * 70, "1 x 72")):
        path.write_text(f"title: Mine\ndata: |\n  {lines}\n{step}")
        with pytest.raises(LessonError, match=f"need {size} pixels; a page shows at most 64 x 64"):
            with_lessons(content, [path])
