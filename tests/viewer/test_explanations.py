"""What people asked when a lesson was given, and could not find on the page (docs/viewer.md)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from construction.compiling.compiler import compile_rule
from construction.programs.catalogue import PROGRAMS, load_program
from construction.sources.files import read_machine_file
from construction.viewer.content import machine_content
from construction.viewer.lessons import with_lessons
from tests.viewer.browser import STATE, Opened, content, opened, text

EXAMPLES = Path(__file__).parents[2] / "examples"
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
PLACES = ("north", "west", "itself", "east", "south")


def test_signs_are_explained_on_the_first_screen(sample: Opened) -> None:
    words = text(sample.goto(), ".rv-now-text")
    assert f"the bit 0 is + and the bit 1 is {MINUS}" in words
    assert "⅓ is the code 1" in words


def test_what_a_hinge_adds_and_how_tables_add_up(sample: Opened) -> None:
    page = sample.goto("lesson=one-neuron-one-threshold.2")
    pinned = text(page, ".rv-pinned")
    assert f"4 {TIMES} 37 {MINUS} 137 = 11 on" in pinned
    assert f"It adds 11 {TIMES} 16 ÷ 8 = +22. The table that it belongs to gives +37." in pinned


@pytest.mark.parametrize("layer", [3, 12])
def test_a_curve_opens_as_a_table_of_all_codes(sample: Opened, layer: int) -> None:
    """What each place adds by the page's tables sums up to the next code; every code stands in one row."""
    page = sample.goto(f"pass=6&at={layer}&cell=4.2")
    codes = compile_rule(load_program("systolic-row-reduction").rule).codes
    total = 0
    for place in PLACES:
        page.click(f".rv-chart >> text={place}")
        assert page.evaluate("document.activeElement.className") == "rv-chart"
        shown = page.locator(".rv-codes small").all_inner_texts()
        assert sorted(map(int, shown)) == sorted(codes)
        row, column = (
            page.locator(each).bounding_box() for each in (".rv-codes .rv-is-now th", ".rv-right")
        )
        assert row["y"] + row["height"] <= column["y"] + column["height"] + 1
        (now,) = page.locator(".rv-codes .rv-is-now th").all_inner_texts()
        total += int(now.replace(MINUS, "-"))
        page.click(f".rv-chart >> text={place}")
        assert page.locator(".rv-codes").count() == 0
    gates = page.locator(".rv-gate-term .rv-adds").all_inner_texts()
    total += sum(int(each.replace(MINUS, "-")) for each in gates)
    assert text(page, ".rv-total .rv-adds") == f"= {total}"


def test_the_output_is_read_off_the_cells(sample: Opened) -> None:
    page = sample.goto("lesson=sgd-writes-a-row-and-nothing-else.2")
    assert "adds 0, and a small change of the cell changes f: slope 1" in text(page, ".rv-cell")
    assert "layer 5, and so on up to layer 19" in text(page, ".rv-grid .rv-caption")
    page = sample.goto("pass=6&at=999&cell=5.4")
    assert f"adds {MINUS}1" in text(page, ".rv-cell")  # the answer is the bit 1, as a sign


def test_marks_tell_apart_what_becomes_something_else() -> None:
    """Cells of row reduction that look the same have the same code."""
    shown: dict[tuple[str, ...], int] = {}
    for code, each in content()["meanings"].items():
        look = (each["colour"], each["text"], each["mark"], str(each["shade"]))
        if each["role"] in ("adding", "deciding", "unmasking", "masked", "held", "bit", "pivot"):
            assert shown.setdefault(look, int(code)) == int(code), look


@pytest.mark.parametrize("name", PROGRAMS)
def test_colour_is_not_the_only_sign(name: str) -> None:
    """Same text and mark, other title: then one cell is empty or holds the head, and tells by light and dark."""
    titles: dict[tuple[str, str], set[str]] = {}
    for each in content(name=name)["meanings"].values():
        if each["role"] not in ("padding", "head"):
            titles.setdefault((each["text"].strip(), each["mark"]), set()).add(each["title"])
    several = {look: found for look, found in titles.items() if len(found) > 1}
    assert {text for text, _ in several} <= {"", "·"}, several


def test_waves_in_words(sample: Opened) -> None:
    page = sample.goto("pass=6&at=13")
    events = page.locator(".rv-events li").all_inner_texts()
    assert events == [
        "Wave 3: row 1 is an emptied pivot row.",
        "Wave 2: row 3 has a 1.",
        "Wave 1: the test row has a 1; rows 3 and 4 get the pivot row.",
    ]
    # The waves overlap, so one chooses whose step is shown on paper.
    assert "On paper: column x1" in text(page, ".rv-figure h4")
    page.click(".rv-waves button >> nth=1")
    assert "On paper: column x2" in text(page, ".rv-figure h4")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.keyboard.press("Enter")
    assert "On paper: column x1" in text(page, ".rv-figure h4")


def test_contradictions_and_guesses_are_named(sample: Opened) -> None:
    page = sample.goto("lesson=break-it.2")
    assert "0 = 1: a contradiction" in text(page, ".rv-figure")
    page = sample.goto("data=0111.0101.0010.0111.110&pass=6&at=999")
    assert "do not determine this answer: of the test example, x1 is left over" in text(
        page, ".rv-events"
    )


def test_the_last_row_is_the_test_row_only_when_there_is_a_test_example(sample: Opened) -> None:
    page = sample.goto("pass=5&at=0&cell=5.1")
    assert "row 5, column x1" in page.get_attribute(".rv-canvas", "aria-label")
    page = sample.goto("pass=6&at=0&cell=5.1")
    assert "row test, column x1" in page.get_attribute(".rv-canvas", "aria-label")


def test_escape_closes_a_dialog_and_nothing_else(sample: Opened) -> None:
    page = sample.goto("pass=6&at=13&cell=2.2")
    for opener in ("Keys", "own data…"):
        page.click(f"text={opener}")
        assert page.locator("dialog[open]").count() == 1
        page.keyboard.press("Escape")
        assert page.locator("dialog[open]").count() == 0
    assert page.evaluate(f"{STATE}.cell") == [1, 1]


def test_a_lesson_says_when_its_words_are_about_something_else(sample: Opened) -> None:
    page = sample.goto("lesson=break-it.5")
    assert page.locator("text=Show this step again").count() == 0
    page.click("text=Back to the sound network")
    page.click("text=Show this step again")
    assert page.evaluate(f"{STATE}.damage.length") == 1
    page = sample.goto("lesson=break-it.7")
    page.click("text=Finish")
    assert page.evaluate(f"{STATE}.lesson") == ""


def test_weights_have_names_in_words(sample: Opened) -> None:
    names = content()["network"]["convolution"][0]["names"]
    page = sample.goto(f"pass=6&at=12&weight=0.{names.index('C above 137/4')}.4")
    assert text(page, ".rv-weight-read") == "the code of the cell itself (C) → “C above 137/4”: 4"
    labels = page.evaluate(
        "[...document.querySelectorAll('summary')].map((each) => each.textContent)"
    )
    assert all(re.match("Gates: |Hinges: ", each) for each in labels)


def test_the_editor_of_a_weight_is_in_sight(sample: Opened) -> None:
    page = sample.goto("lesson=one-neuron-one-threshold.5")
    box = page.locator(".rv-weights-canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    editor = page.locator(".rv-editor").bounding_box()
    column = page.locator(".rv-right").bounding_box()
    assert editor["y"] + editor["height"] <= column["y"] + column["height"] + 1


def test_on_a_phone_the_grid_stays_in_sight(browser: Any, tmp_path: Path) -> None:
    page = opened(
        browser, tmp_path, with_lessons(content(), []), viewport={"width": 390, "height": 844}
    )
    for step in ("one-neuron-one-threshold.5", "a-pivot-finds-its-row.1", "break-it.3"):
        tab = page.goto(f"lesson={step}")
        grid, outer = (tab.locator(each).bounding_box() for each in (".rv-canvas", ".rv-main"))
        assert grid["y"] >= outer["y"]
        assert tab.evaluate("document.querySelector('.rv-canvas').clientHeight") > 44 + 5 * 20
        assert grid["y"] + grid["height"] <= outer["y"] + outer["height"]
        panel = tab.locator(f"[data-level={tab.evaluate(f'{STATE}.level')}]").bounding_box()
        assert grid["y"] + grid["height"] <= panel["y"] + 1 < outer["y"] + outer["height"] - 40
    page.close()


def test_the_head_stays_in_sight_on_a_long_tape(browser: Any, tmp_path: Path) -> None:
    file = read_machine_file(EXAMPLES / "machines" / "universal.yaml")
    page = opened(browser, tmp_path, machine_content(file, 400))
    tab = page.goto()
    found = tab.evaluate(
        """() => { const { model } = document.getElementById("view").rcnn;
        const box = document.querySelector(".rv-canvas-box"); const seen = [];
        for (let at = 0; at < model.view().phases.length; at += 7) {
          model.set({ at }); const view = model.view();
          const head = view.grid.findIndex((code) => view.content.meanings[code].role === "head");
          if (head >= 0) seen.push([head, 4 + head * 28 - box.scrollLeft, box.clientWidth]); }
        return seen; }"""
    )
    page.close()
    assert len({head for head, _, _ in found}) > 5
    assert all(0 <= x <= width - 28 for _, x, width in found)


@pytest.mark.parametrize("name", ["majority", "online-row-reduction"])
def test_the_title_fits_the_words(browser: Any, tmp_path: Path, name: str) -> None:
    """Masks come off while the next thing has begun: then the words are about that."""
    page = opened(browser, tmp_path, content(name=name))
    tab = page.goto("pass=9&at=6")
    assert text(tab, ".rv-now-title") == "Computing"
    page.close()
