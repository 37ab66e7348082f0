"""``rcnn search``: what it prints, and what it says of bad input."""

from __future__ import annotations

import json
from _thread import interrupt_main
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from construction.cli.main import main
from construction.formats.yaml_reader import read_yaml
from construction.machines.machine import Halt
from construction.search import anneal, draws
from construction.search.anneal import RISE
from construction.search.battery import battery, tape
from construction.search.table import plain_output
from construction.search.tasks import load_task

COROLLARY_2 = ("--method", "restarts", "--epsilon", "0.1", "--delta", "0.1")


def test_exact_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "or-labels", "--states", "2", "--symbols", "3", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["task"], data["states"], data["symbols"]) == ("or-labels", 2, 3)
    assert (data["method"], data["complete"]) == ("exact", True)
    assert data["probability"] == data["probability_on_larger"] == "89/7812500000"
    assert sum(map(Fraction, data["masses"].values())) == 1
    assert data["masses"]["correct"] == data["probability"]
    assert data["found"]
    for found in data["found"]:
        machine = read_yaml(found["machine"]).machine
        for each in battery(load_task("or-labels")).inputs:
            assert plain_output(machine, tape(each))[0] == 1 - 2 * each.answer
        for part in ("battery", "larger"):
            assert found[part]["right"] == found[part]["inputs"] > 0
        assert found["network"]["equal"] == found["network"]["outputs"] > 0


def test_exact_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "parity-x"]) == 0
    printed = capsys.readouterr().out
    assert "9/3906250000 = 2.304e-09" in printed
    assert "steps: " in printed


def test_bounds_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "constant-0", "--states", "1", "--entries", "1"]) == 0
    printed = capsys.readouterr().out
    assert "probability at least 0\nand at most 0.7143, as some mass is" in printed


def test_nothing_found_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "learn-one-bit", "--states", "1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["probability"], data["found"], data["complete"]) == ("0", [], True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["learn-y"], "unknown task 'learn-y'; did you mean learn-x?"),
        (["learn-x", "--states", "4"], "states and 3 symbols make a tree of about"),
        (["learn-x", "--symbols", "2"], "2 symbols were asked for; it should be 3"),
        (["learn-x", "--entries", "7"], "7 entries were asked for; 2 states and 3 symbols have 6"),
        (["learn-x", "--resume", "/proc/none"], "give a directory to write to"),
    ],
)
def test_bad_input_gets_a_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_directory_of_another_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    search = ["search", "--states", "1", "--resume", str(tmp_path)]
    assert main([*search, "x1"]) == 0
    assert main([*search, "x1"]) == 0
    assert main([*search, "xd"]) == 2
    assert "holds another search: its task is 'x1'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "option", "counts"),
    [
        ("constant-0 --states 1 --method restarts", "--draws", ("100", "200")),
        ("constant-0 --states 1 --method anneal", "--runs", ("1", "3")),
    ],
)
def test_a_directory_is_gone_on_from_with_more_trials(
    words: str,
    option: str,
    counts: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(draws, "DRAWS_PER_JOB", 100)  # so that both have right tables
    search = ["search", *words.split(), "--json"]
    for count in counts:
        assert main([*search, option, count, "--resume", str(tmp_path)]) == 0
    resumed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main([*search, option, counts[-1]]) == 0
    fresh = json.loads(capsys.readouterr().out)
    assert resumed["found"] == fresh["found"]
    assert fresh["found"]


def test_restarts_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    search = ["search", "constant-0", "--states", "1", "--method", "restarts", "--draws", "20000"]
    assert main([*search, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    low, high = data["interval"]
    assert low <= data["probability"] <= high
    assert low <= 121 / 1372 <= high  # the exact probability; the seed is fixed
    assert sum(data["masses"].values()) == data["draws"] == 20000
    assert all(found["network"]["equal"] == found["network"]["outputs"] for found in data["found"])
    assert main(search) == 0
    assert "of 20,000 draws are right on the battery" in capsys.readouterr().out


def test_annealing_in_words_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    search = ["search", "learn-x", "--method", "anneal", "--runs", "1", "--changes", "200000"]
    assert main(search) == 0
    assert "of 1 runs are right on the battery" in capsys.readouterr().out
    assert main([*search, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["method"] == "anneal"
    assert not data["three_way"]
    assert data["changes_of_a_run"] == 200_000
    hot, cold = data["temperatures"]
    assert all(cold <= at <= hot for at in data["found_at_temperatures"])
    assert len(data["found_at_temperatures"]) == data["masses"]["correct"]
    assert data["masses"]["correct"] == len(data["found"]) <= data["runs"] == 1


@pytest.mark.usefixtures("interrupts")
def test_annealing_that_is_interrupted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run 0 ends, and then Ctrl-C comes while others are under way."""
    once = anneal.anneal_once
    ended = once(anneal.Annealing(battery(load_task("learn-parity")), 1, 3, changes=10), 0)

    def interrupted(problem: Any, number: int, stop: Any) -> Any:
        if number == 0:
            return ended
        if number == 1:
            interrupt_main()
        return once(problem, number, stop)

    monkeypatch.setattr(anneal, "anneal_once", interrupted)
    search = ["search", "learn-parity", "--states", "1", "--method", "anneal", "--json"]
    search += ["--resume", str(tmp_path), "--runs", "9", "--changes", "9000000"]
    assert main(search) == 130
    data = json.loads(capsys.readouterr().out)
    assert data["runs"] == 1
    assert data["interrupted_runs"] > 0
    assert 0 < data["interrupted_least_cost"] <= 1
    assert not data["complete"]
    assert main([each for each in search if each != "--json"]) == 130
    printed = capsys.readouterr().out
    assert "interrupted: 1 run had ended, and " in printed
    assert " had begun and had met a least balanced error of " in printed
    assert "so their share is too high here" in printed


def test_a_task_of_ones_own_with_every_method(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("targets: ['1']\nsizes: [[1, 1], [2, 1]]\nlarger: [[3, 1]]\n")
    exact, estimates = None, []
    for method in (["exact"], ["restarts", "--draws", "20000"], ["anneal", "--runs", "1"]):
        assert main(["search", str(path), "--states", "1", "--json", "--method", *method]) == 0
        data = json.loads(capsys.readouterr().out)
        assert data["found"]
        if method == ["exact"]:
            exact = Fraction(data["probability"])
        else:
            estimates.append(data["interval"])
    assert exact is not None
    assert estimates[0][0] <= exact <= estimates[0][1]


def test_three_way_machines_and_rising_weights(capsys: pytest.CaptureFixture[str]) -> None:
    search = ["search", "learn-x", "--states", "6", "--method", "anneal", "--changes", "30000"]
    ups = []
    for options in ([], ["--three-way", "--rising-weights"]):
        assert main([*search, "--runs", "3", "--json", *options]) == 0
        data = json.loads(capsys.readouterr().out)
        assert data["three_way"] is bool(options)
        assert data["rise"] == (RISE if options else 0)
        machines = [read_yaml(found["machine"]).machine for found in data["found"]]
        assert len(machines) == 3
        steps = [step for machine in machines for step in machine.transitions.values()]
        ups.append(sum(not isinstance(step, Halt) and step.move == "N" for step in steps))
    assert ups[0] > ups[1] == 0


def test_corollary_2_on_a_task_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "two.yaml").write_text("targets: [x1, x2]\nsizes: [[1, 2]]\n")
    assert main(["search", str(tmp_path / "two.yaml"), *COROLLARY_2]) == 2
    assert "a target needs x2, and the size [1, 1] has 1" in capsys.readouterr().err
    assert main(["search", "none.csv", *COROLLARY_2[:4]]) == 2
    assert "none.csv: a CSV file has no class of targets" in capsys.readouterr().err


@pytest.mark.parametrize("larger", ["", "larger: [[3, 1], [3, 2]]\n"])
@pytest.mark.parametrize("method", ["exact", "restarts --draws 9999", "anneal --runs 1"])
def test_where_nothing_was_held_back(
    method: str, larger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f"targets: ['0']\nsizes: [[1, 1], [2, 1]]\n{larger}")
    search = ["search", str(path), "--states", "1", "--method", *method.split()]
    assert main(search) == 0
    printed = capsys.readouterr().out
    assert ("no larger sizes were held back" in printed) == (not larger)
    assert ("# No larger sizes were held back" in printed) == (not larger)
    assert ("on larger sizes" in printed) == bool(larger)
    assert main([*search, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    figures = {name: data[name] for name in data if name.endswith("_on_larger")}
    assert figures
    assert all((value is None) == (not larger) for value in figures.values())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--draws", "5"], "--draws says nothing to the method exact; it belongs to restarts"),
        (["--rising-weights"], "--rising-weights says nothing to the method exact"),
        (["--three-way"], "--three-way says nothing to the method exact; it belongs to anneal"),
        (["--method", "anneal", "--entries", "3"], "--entries says nothing to the method anneal"),
        (["--method", "restarts", "--epsilon", "0.1"], "--epsilon needs --delta"),
        ([*COROLLARY_2, "--size", "30", "1"], "the size [30, 1] has more than 2,000,000 inputs"),
        ([*COROLLARY_2, "--size", "5", "5"], "the size [5, 5] has more than 2,000,000 inputs"),
        ([*COROLLARY_2, "--states", "5"], "states and 3 symbols make a tree of about"),
        (["--method", "restarts", "--delta", "0.1"], "--delta says nothing to the method restarts"),
        (["--method", "restarts", "--epsilon", "2", "--delta", "0.1"], "epsilon is 2.0; it should"),
        ([*COROLLARY_2, "--epsilon", "1e-300"], "more than 10,000,000 validation examples"),
        ([*COROLLARY_2, "--epsilon", "1e-3"], "more than 10,000,000 validation examples"),
        ([*COROLLARY_2, "--noise", "-0.1"], "noise is -0.1; it should be at least 0 and less"),
        ([*COROLLARY_2, "--noise", "nan"], "noise is nan; it should be at least 0 and less"),
        ([*COROLLARY_2, "--noise", "0.5"], "noise is 0.5; it should be at least 0 and less"),
        ([*COROLLARY_2, "--draws", "5"], "to the method restarts with --epsilon and --delta; it"),
        (["--method", "restarts", "--draws", f"{10**20}"], f"--draws is {10**20}; it should be"),
        (["--method", "anneal", "--runs", f"{10**20}"], f"--runs is {10**20}; it should be"),
        (["--method", "anneal", "--changes", f"{10**20}"], f"--changes is {10**20}; it should be"),
        (["--method", "restarts", "--seed", f"{10**20}"], f"--seed is {10**20}; it should be"),
        (["--train", "3"], "--train says which rows of a CSV file train"),
    ],
)
def test_no_option_is_ignored(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "x1", *arguments]) == 2
    assert words in capsys.readouterr().err
