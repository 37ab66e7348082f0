"""What networks, programs, runs and reports show of themselves, in text and in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from construction.compiling.compiler import compile_rule
from construction.display import LARGEST_SIDE, grid, table
from construction.executors.definition.reference import ReferenceExecutor
from construction.learning.data.data_set import Columns, DataSet, Examples
from construction.learning.data.values import Column
from construction.learning.report import learn, report
from construction.learning.training import Training
from construction.programs.catalogue import PROGRAMS, load_program
from construction.training.memory import expected_memory, memory_grid, with_one

VOID = {"br", "hr", "img"}


class Reader(HTMLParser):
    """Checks that tags are closed in order and that nothing is fetched or run; keeps the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"table", "tr", "th", "td", "pre", "div", "details", "summary"}
        assert {name for name, _ in attrs} <= {"style"}
        assert not any("url" in (value or "") for _, value in attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_network_shows_its_own_numbers(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    program = load_program(name)
    network = compile_rule(program.rule)
    rows, features, layers = program.memory_rows(5, 3), 3, program.depth(5, 3)
    network.describe(rows=rows, features=features, layers=layers)
    shown = capsys.readouterr().out
    counts = network.weight_counts()
    for number, what in (
        (counts["nonzero"], "non-zero weights and biases"),
        (counts["distinct"], "distinct values"),
        (network.nodes(rows * 5, layers), "nodes in one forward pass"),
        (layers, "layers, same weights"),
    ):
        assert f"{number:,} {what}" in shown
    size = f"{rows * 5} pixels on one line" if network.line else f"{rows} x 5 pixels"
    assert size in shown
    for depth, layer in enumerate((*network.convolution, *network.head), 1):
        own = depth if depth <= len(network.convolution) else depth - len(network.convolution)
        assert f"layer {own}: {layer.width:,} unit" in shown
    listed = re.findall(r"([\d,]+) non-zero weights *\|", shown)
    assert sum(int(number.replace(",", "")) for number in listed) == counts["nonzero"]
    assert len({len(line) for line in shown.splitlines() if line.startswith(("|", "+"))}) == 1
    assert repr(network).startswith(f"<RCNN {name}: {len(network.codes)} codes, ")


def test_without_sizes_the_picture_has_the_papers_letters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    compile_rule(load_program("systolic-row-reduction").rule).describe()
    shown = capsys.readouterr().out
    for letters in ("W: (m+1) x (d+1)", "(m+1) x (d+2) pixels", "x L layers"):
        assert letters in shown


@pytest.mark.parametrize("name", PROGRAMS)
def test_networks_and_programs_show_every_name_in_a_notebook(name: str) -> None:
    program = load_program(name)
    network = compile_rule(program.rule)
    text = Reader(network._repr_html_()).text
    for own in (
        *network.codes.values(),
        *(n for layer in network.convolution for n in layer.names),
    ):
        assert own in text
    text = Reader(program._repr_html_()).text
    for own in (*program.rule.codes.names.values(), *(gate.name for gate in program.rule.gates)):
        assert own in text
    assert program.summary in text
    assert repr(program) == f"<Program {name}: {program.summary}; {program.depth_formula} layers>"


def test_names_cannot_bring_markup_with_them() -> None:
    network = compile_rule(load_program("majority").rule)
    codes = dict(network.codes) | {network.highest: "<script>alert(1)</script>"}
    page = replace(network, name="<b>x", codes=codes)._repr_html_()
    assert "<script>alert(1)</script>" in Reader(page).text
    assert "<b>x" in Reader(table([["<b>x"]])).text


def test_a_run_shows_its_grids() -> None:
    program = load_program("systolic-row-reduction")
    executor = ReferenceExecutor(compile_rule(program.rule))
    signs = np.array([[1, -1], [-1, -1]])
    memory = expected_memory(signs, np.array([1, -1]), 2)
    start = memory_grid(memory, with_one(signs), 1)
    run = executor.run(start, 20, record=True)
    assert repr(run) == (
        f"<Run of 20 layers, {run.computed} of them computed: 2 grids of 2 x 4 pixels, with history>"
    )
    text = Reader(run._repr_html_()).text
    assert "layer 0" in text
    assert f"layer {run.computed}" in text
    last = executor.run(start, 20)
    words = Reader(last._repr_html_()).text.split()
    assert words == ["after", "20", "layers", *(str(code) for code in last.grids[0].flat)]


def test_a_large_grid_is_cut_and_says_so() -> None:
    text = Reader(grid(np.zeros((100, 3), dtype=np.int16), "grid")).text
    assert "grid (of 100 x 3 pixels)" in text
    assert text.split().count("0") == 3 * LARGEST_SIDE


def test_a_report_shows_its_fields() -> None:
    bits = np.array([[0, 1], [1, 0], [1, 1]], dtype=np.uint8)
    own = Examples(bits, bits[:, 0])
    columns = (Column("a", ("0", "1")), Column("b", ("0", "1")))
    data = DataSet(Columns(columns, Column("y", ("0", "1"))), train=own, test=own)
    shown = learn(data, load_program("systolic-row-reduction"), "reference")
    text = Reader(shown._repr_html_()).text
    assert "memorised exactly\nTrue" in text
    assert "test accuracy\n1.0" in text


def test_a_report_of_a_stream_shows_its_fields() -> None:
    program = load_program("online-row-reduction")
    training = Training(program, ReferenceExecutor(compile_rule(program.rule)), 0, 2)
    columns = Columns((Column("a", ("0", "1")),) * 2, Column("y", ("0", "1")))
    text = Reader(report(training, columns, None, 0.0)._repr_html_()).text
    assert "sgd steps\n0" in text
    assert "test accuracy\nNone" in text
