"""A machine's file claims what it learns for every number of examples; searches write that, and the checker decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from construction.cli.main import main
from construction.formats.text import FormatError
from construction.formats.yaml_reader import read_yaml
from construction.formats.yaml_writer import write_yaml
from construction.search.battery import battery
from construction.search.discovered import load_discovered
from construction.search.every_m import learned
from construction.search.found import judge
from construction.search.own_task import load_own_task
from construction.search.tasks import load_task
from construction.sources.names import compilable
from proofs_check.lemma1.row_by_row import check_learner
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

FOUND = {
    "found-learn-x": "learn-x",
    "found-learn-x-or-not": "learn-x-or-not",
    "found-learn-one-bit": "learn-one-bit",
    "found-learn-x1-or-x2": "examples/tasks/x1-or-x2.yaml",
    "found-learn-nonzero-parity": "examples/tasks/nonzero-parity.yaml",
    "found-learn-literal": "examples/tasks/literals.yaml",
    "found-learn-parity": "examples/tasks/parities.yaml",
}
LEARN_X = (
    Path(__file__).parents[2] / "construction/search/discovered/found-learn-x.yaml"
).read_text(encoding="utf-8")
CLAIM = "learns: {features: 1, targets: [0, x1]}"


@pytest.mark.parametrize("name", FOUND)
def test_the_files_that_a_search_writes_claim_what_the_checker_finds(
    name: str, tmp_path: Path
) -> None:
    machine = load_discovered(name).machine
    of = battery(load_own_task(FOUND[name]))
    claim = learned(machine, of.classes)
    assert claim is not None
    path = tmp_path / "found.yaml"
    path.write_text(judge(machine, of).yaml, encoding="utf-8")
    assert "What it learns is claimed for every number of examples" in path.read_text()
    written = Subject(*compilable(str(path)).compiled())
    of_catalogue = Subject(*compilable(name).compiled()).claims.learns
    learns = written.claims.learns
    assert learns is not None
    assert of_catalogue is not None
    assert (learns.features, set(learns.targets)) == (
        of_catalogue.features,
        set(of_catalogue.targets),
    )
    met = check_learner(written.machine, learns, 1)
    assert (met.slope, met.constant) == (claim.slope, claim.constant)
    assert learns.steps["m"] >= met.slope
    assert learns.steps.at({"m": 1}) >= met.slope + met.constant


def test_nothing_is_claimed_that_is_not_so() -> None:
    """Of those that compute something else, and of tasks without targets."""
    x = load_discovered("found-learn-x").machine
    assert learned(x, battery(load_task("learn-x-or-not")).classes) is None
    assert battery(load_task("or-labels")).classes == ()
    assert judge(x, battery(load_task("or-labels"))).learns is None


def test_the_row_of_a_machine_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(LEARN_X.replace("found-learn-x", "mine"), encoding="utf-8")
    assert main(["verify", str(path), "--only", "every m"]) == 0
    assert "holds        Lemma 1, A, every m" in capsys.readouterr().out
    path.write_text(LEARN_X.replace("[0, x1]", "[x1, not x1]"), encoding="utf-8")
    assert main(["verify", str(path), "--only", "every m"]) == 1
    assert "FAILS        Lemma 1, A, every m" in capsys.readouterr().out
    path.write_text(LEARN_X.replace("steps: 3 * m + 5", "steps: 2 * m + 5"), encoding="utf-8")
    assert main(["verify", str(path), "--only", "every m"]) == 1
    assert "the machine may take 3 m + 3" in capsys.readouterr().out
    path.write_text(LEARN_X.replace(f"{CLAIM}\n", ""), encoding="utf-8")
    assert main(["verify", str(path), "--only", "every m"]) == 2
    assert "there is no statement 'every m'" in capsys.readouterr().err


def test_a_claim_is_about_the_work_columns_that_the_file_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = write_yaml(load_discovered("found-learn-nonzero-parity"))
    path.write_text(f"{text}work columns: 2\n", encoding="utf-8")
    two = Subject(*compilable(str(path)).compiled())
    assert two.claims.learns is not None
    with pytest.raises(RefutedError):
        check_learner(two.machine, two.claims.learns, two.network.work_columns)


def test_a_machine_in_a_snake_may_take_twice_the_steps(tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(
        "bits: [0, 1]\nblank: _\nstart state: a\nsteps: 3 * m + 2\n"
        f"{CLAIM}\ntable:\n  a:\n    [0, 1, _]: {{halt: +1}}\n",
        encoding="utf-8",
    )
    claim = Subject(*compilable(str(path)).compiled()).claims.learns
    assert claim is not None
    assert claim.steps.at({"m": 1}) == 10
    assert claim.steps["m"] == 6


def test_a_claim_is_read_and_written() -> None:
    for name in FOUND:
        file = load_discovered(name)
        assert file.learns is not None
        assert read_yaml(write_yaml(file)) == file


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (CLAIM, "learns: x1", "the field 'learns' is 'x1'; it should be a mapping"),
        (CLAIM, "learns:", "has no 'features'; it should be like {features: 2, targets"),
        (CLAIM, "learns: {features: 1}", "has no 'targets'; it should be like"),
        (CLAIM, "learns: {feature: 1, targets: [x1]}", "has 'feature'; did you mean 'features'"),
        (
            CLAIM,
            "learns: {features: many, targets: [x1]}",
            "features is 'many'; it should be 1 to 4",
        ),
        (CLAIM, "learns: {features: 9, targets: [x1]}", "9 features; it should be 1 to 4"),
        (CLAIM, "learns: {features: 1, targets: x1}", "the targets is 'x1'; it should be a list"),
        (
            CLAIM,
            "learns: {features: 1, targets: [x2]}",
            "'x2' needs x2; there should be 2 features",
        ),
        ("bits: [0, 1]\n", "", "it should have the fields 'bits' and 'steps'"),
        ("steps: 3 * m + 5\n", "", "it should have the fields 'bits' and 'steps'"),
        ("3 \\* m + 5", "m * m", "m \\* m steps are not linear in m for d = 1; it should be"),
        ("symbols:", "work columns: m\nsymbols:", "the same number for every size of data"),
    ],
)
def test_what_is_no_claim(old: str, new: str, words: str) -> None:
    text = LEARN_X.replace(old.replace("\\", ""), new)
    assert text != LEARN_X
    with pytest.raises(FormatError, match=words):
        read_yaml(text)
