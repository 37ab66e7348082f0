"""The benchmarks of learners run, print, and write what they found."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import fast_weights, recall, reporting, transfer
from benchmarks.fast_weights import fast_weight_rows
from construction.fast_weights.recall import Protocol
from tests.extras import optional

BENCHMARKS = {
    "feedforward": ["random, N = 8, g = 0.5 0 of 300", "4 bits 3 1.000"],
    "recall": [
        "online-associative-memory, compiled 6 0.000 1.000",
        "online-row-reduction, compiled 6 1.000 0.000",
    ],
    "streams": ["delta rule, all monomials 0.000", "online-row-reduction, compiled 1.000"],
    "transfer": ["online-row-reduction 611 1.000 1.000", "local rule"],
}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_trial_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if name != "streams":
        optional("torch")
    module = import_module(f"benchmarks.{name}")
    file = tmp_path / "results.json"
    monkeypatch.setattr("sys.argv", [name, "--quick", "--json", str(file)])
    assert module.main() == 0
    printed = capsys.readouterr().out
    for part in BENCHMARKS[name]:
        assert part in " ".join(printed.split())
    assert json.loads(file.read_text())["results"]
    optional("matplotlib")
    picture = tmp_path / "results.svg"
    monkeypatch.setattr("sys.argv", [name, "--show", str(file), "--picture", str(picture)])
    assert module.main() == 0
    assert capsys.readouterr().out == printed
    assert picture.read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--json", "nowhere/a.json"], "nowhere/a.json: cannot be written: No such file"),
        (["--json", "."], "it is a directory"),
        (["--picture", "a.bmp"], "should end in one of .svg, .png, .pdf"),
        (["--show", "missing.json"], "there is no such file"),
    ],
)
def test_files_that_cannot_be_used_are_refused_at_once(
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["recall", *arguments])
    with pytest.raises(SystemExit) as stopped:
        reporting.options("recall", None)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_what_was_stopped_does_not_take_a_file_s_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "results.json"
    file.write_text("complete")
    monkeypatch.setattr(transfer, "measure", stop)
    monkeypatch.setattr("sys.argv", ["transfer", "--json", str(file)])
    assert transfer.main() == 130
    assert file.read_text() == "complete"


def test_the_forms_are_timed_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    optional("torch")
    torch = import_module("torch")
    threads = []

    def seconds_of(tasks: list[object], *_: object) -> list[float]:
        threads.append(torch.get_num_threads())
        return [1.0] * len(tasks)

    monkeypatch.setattr(fast_weights, "seconds_of", seconds_of)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        fast_weights.fast_weight_rows(5, 1)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert threads == [1]


def test_the_forms_are_timed() -> None:
    optional("torch")
    for row in fast_weight_rows(5, 1):
        assert row.value == pytest.approx(
            row.details["it, s"] / row.details["the compiled loop, s"]
        )


def test_when_a_loss_counts_as_reproduced() -> None:
    assert recall.reproduced(0.0009, [0.0005, 0.001]) == "yes: all solved"
    assert recall.reproduced(0.0009, [0.0005, 0.0011]) == "yes: within"
    assert recall.reproduced(0.02, [0.01, 0.03]) == "yes: within"
    assert recall.reproduced(0.02, [0.021, 0.03]) == "no: below"
    assert recall.reproduced(0.02, [0.01, 0.015]) == "no: above"


def test_confused_pairs_of_keys_and_what_they_cost() -> None:
    """Of 60 keys those of 2 pairs share their values: each answer is half of both."""
    optional("torch")
    torch = import_module("torch")
    from construction.fast_weights.recall_network import confused_pairs  # noqa: PLC0415

    task = Protocol(60, replacement=False).evaluation(np.random.default_rng(0))
    pairs = {3: 7, 7: 3, 10: 59, 59: 10}
    answers = np.zeros((len(task.queries), 60))
    for row, (query, keys) in enumerate(zip(task.queries.tolist(), task.keys, strict=True)):
        both = [query, pairs.get(query, query)]
        answers[row, task.values[row, np.isin(keys, both)]] = 1 / len(set(both))

    class Network:
        n = 60

        def __call__(self, *_: object) -> object:
            return torch.tensor(answers)[None]

    network: Any = Network()
    assert confused_pairs(network, task) == [(3, 7), (10, 59)]
    errors = 0.5 * np.square(np.eye(60)[task.wanted] - answers).sum(axis=1)
    assert recall.pairs_of(float(errors @ task.weights), 60) == [2]
    assert recall.pairs_of(0.0249, 60) == [3]
