"""The widget: what anywidget gets, run in a browser with a model in the notebook's place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.errors import DataError
from construction.programs.catalogue import load_program
from tests.extras import optional
from tests.viewer.browser import Opened

optional("anywidget")

HOST = """<!doctype html><meta charset="utf-8"><title>notebook</title><style>{css}</style><div id="cell"></div>
<script type="application/json" id="content">{content}</script>
<script type="module">{esm}</script>
"""
#: The module's default export, and a model that only remembers.
MODEL = """
const view = { render };
const values = { content: JSON.parse(document.getElementById("content").textContent), state: "" };
window.saved = values;
view.render({ el: document.getElementById("cell"), model: {
  get: (name) => values[name], set: (name, value) => { values[name] = value; }, save_changes: () => {} } });
"""


def test_it_runs_and_keeps_its_state_in_the_model(browser: Any, tmp_path: Path) -> None:
    widget = load_program("systolic-row-reduction").view([[1, 0], [1, 1]], [0, 1], [0, 1])
    esm = widget._esm.replace("export default { render };", MODEL)
    assert esm != widget._esm
    host = tmp_path / "host.html"
    content = json.dumps(widget.content).replace("<", "\\u003c")
    host.write_text(HOST.format(css=widget._css, content=content, esm=esm))
    page = Opened(browser, host)
    tab = page.goto()
    assert tab.locator(".rv-pass").count() == 4
    tab.locator(".rv-canvas").focus()
    tab.keyboard.press("ArrowDown")
    tab.wait_for_timeout(400)
    assert "cell=1.1" in tab.evaluate("window.saved.state")
    assert tab.evaluate("location.hash") == ""
    assert tab.locator(".rv").bounding_box()["height"] > 500
    # A style such as JupyterLab's for lists stays out of it.
    tab.add_style_tag(content="dl { display: block } dl dt { float: left; font-weight: bold }")
    assert tab.evaluate("getComputedStyle(document.querySelector('.rv-cell dt')).float") == "none"
    assert tab.evaluate("getComputedStyle(document.querySelector('.rv-keys')).display") == "grid"
    # The host page keeps its own look.
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
    page.close()


def test_without_data_it_is_the_sample_with_lessons() -> None:
    widget = load_program("systolic-row-reduction").view()
    assert len(widget.content["lessons"]) == 6
    assert widget.content["data"]["test"] == [1, 0, 0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (([[1]], [1], None), "should be given together"),
        (([[1, 0]], [1], [1]), r"have the shapes \(1, 2\), \(1,\) and \(1,\)"),
        (([[1]], [1, 0], [1]), r"they should be \(m, d\), \(m,\) and \(d,\)"),
        (([[-1]], [1], [1]), "examples should be bits"),
    ],
)
def test_bad_data(data: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_program("majority").view(*data)


def test_no_examples() -> None:
    widget = load_program("majority").view(np.zeros((0, 2)), [], [1, 1])
    assert widget.content["data"]["examples"] == []
