"""The notebooks run, and show what they say."""

from __future__ import annotations

import pytest

from tests.extras import optional

for package in ("nbformat", "nbclient", "ipykernel", "matplotlib", "sklearn", "anywidget"):
    optional(package)

import nbformat  # noqa: E402

from tests.docs.notebooks import (  # noqa: E402
    BLOCK,
    FIGURE,
    PARITY,
    README,
    accuracies,
    figure,
    notebooks,
    printed,
    run,
    table,
)

GUESSING = 0.65  #: no better than this on 200 examples of two classes


@pytest.mark.slow
def test_the_parity_notebook_shows_what_it_says() -> None:
    notebook = run(PARITY)
    stored = nbformat.read(PARITY, as_version=4)
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in stored.cells]
    found = accuracies(notebook)
    assert set(found.pop("this network")) == {1.0}
    assert len(found) == 3
    for values in found.values():
        assert values[-1] < GUESSING
    # Nothing in the last cells depends on the versions of other people's learners.
    assert printed(notebook)[5:] == printed(stored)[5:]


def test_the_notebooks_are_stored_with_what_they_show() -> None:
    for path in notebooks():
        notebook = nbformat.read(path, as_version=4)
        assert len(notebook.cells) == 12
        for cell in notebook.cells:
            assert cell.cell_type == "markdown" or cell.outputs


def test_the_figure_and_the_table_are_the_notebooks() -> None:
    stored = nbformat.read(PARITY, as_version=4)
    assert FIGURE.read_text() == figure(stored)
    assert BLOCK.findall(README.read_text()) == [table(stored)]
