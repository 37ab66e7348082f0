"""What the checker prints, and the exit codes of its command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from construction.errors import ConstructionError
from construction.network.files import save_network
from proofs_check import __main__ as command
from proofs_check import table as reports
from proofs_check.console import Console
from proofs_check.readme import BEGIN, END, covered, replace_table, table
from proofs_check.statement import (
    NOT_CLAIMED,
    OF_NETWORKS,
    OF_THE_CONSTRUCTION,
    Found,
    Row,
    Statement,
)
from proofs_check.statements import OF_A_NETWORK, OF_ALL, statements
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.test_toy import subject as toy


def refuted() -> Found:
    raise RefutedError("because")


def statement(
    name: str, program: str = "", check: Any = None, *, claimed: bool = True
) -> Statement:
    found = Found("all of them", {"constant": "7"}) if claimed else Found(NOT_CLAIMED)
    return Statement(name, f"about {name}", "symbolic", check or (lambda: found), program, claimed)


EVERY = [
    statement("First row", "one"),
    statement("Second row", "one", refuted),
    statement("Third", "two", claimed=False),
    statement("Fourth"),
]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "statements", lambda subjects: EVERY)


def lines(text: str) -> list[str]:
    """Without the seconds."""
    return [line.split("   0.0 s")[0].rstrip() for line in text.splitlines()]


@pytest.mark.usefixtures("few")
def test_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert reports.report([]) == 1
    assert lines(capsys.readouterr().out) == [
        "one",
        "  holds        First row                 symbolic",
        "  FAILS        Second row                symbolic",
        "      because",
        "two",
        "  not claimed  Third                     symbolic",
        "the construction",
        "  holds        Fourth                    symbolic",
        "4 statements: 2 hold, 1 fail, 1 not claimed",
    ]
    assert reports.report([], only=["FOURTH"]) == 0
    assert lines(capsys.readouterr().out)[-1] == "1 statement: 1 hold, 0 fail, 0 not claimed"


@pytest.mark.usefixtures("few")
def test_what_fails_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is red, and what is not claimed is dim; the names of programs are bold."""
    shown: list[tuple[str, Any]] = []
    monkeypatch.setattr(
        Console,
        "print",
        lambda self, text, style=None: shown.append((text.split()[0], style)),
    )
    reports.report([])
    assert shown == [
        ("one", "bold"),
        ("holds", None),
        ("FAILS", "bold red"),
        ("because", "red"),
        ("two", "bold"),
        ("not", "dim"),
        ("the", "bold"),
        ("holds", None),
        ("4", None),
    ]


@pytest.mark.usefixtures("few")
def test_the_details_of_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert reports.report([], details=True, only=["first", "third"]) == 0
    assert lines(capsys.readouterr().out) == [
        "one",
        "  holds        First row                 symbolic",
        "      about First row",
        "      covered: all of them",
        "      constant: 7",
        "two",
        "  not claimed  Third                     symbolic",
        "      about Third",
        "2 statements: 1 hold, 0 fail, 1 not claimed",
    ]


@pytest.mark.usefixtures("few")
def test_a_report_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert reports.report([], as_json=True, only=["row", "fourth"]) == 1
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert [each["holds"] for each in found["statements"]] == [True, False, True]
    counts = {name: found[name] for name in ("hold", "fail", "not claimed")}
    assert counts == {"hold": 2, "fail": 1, "not claimed": 0}
    assert reports.report([], as_json=True, only=["fourth", "third"]) == 0


def test_which_statements_are_chosen() -> None:
    def names(*only: str) -> list[str]:
        return [each.id for each in reports.chosen(EVERY, only)]

    assert names() == ["First row", "Second row", "Third", "Fourth"]
    assert names("ROW") == ["First row", "Second row"]
    assert names("th", "second") == ["Second row", "Third", "Fourth"]
    with pytest.raises(ConstructionError, match="no statement 'fifth'; there are 'First row', 'S"):
        names("row", "fifth")
    assert len([*reports.rows([], ["Gadget: step", "Gadget: slope"])]) == 2


def test_statements_come_in_the_tables_order() -> None:
    found = [(each.program, each.id) for each in statements([toy(), toy()])]
    own = [name for program, name in found if program == "first-label"]
    assert own[: len(own) // 2] == own[len(own) // 2 :]
    assert own[0] == "Lemma 1, network = rule"
    assert [program for program, _ in found] == ["first-label"] * len(own) + [""] * (
        len(found) - len(own)
    )
    assert found[len(own)][1] == "Definition 2"


def test_every_statement_has_its_place_in_the_table() -> None:
    assert set(OF_A_NETWORK) == set(OF_NETWORKS)
    assert set(OF_ALL) == set(OF_THE_CONSTRUCTION)


def row(name: str, program: str, holds: bool | None = True, **constants: str) -> Row:
    return Row(statement(name, program), holds, f"{program} | all * of it", constants, "", 0.0)


def test_the_table_in_a_document(tmp_path: Path) -> None:
    rows = [row("A", "one", c="1", k="2"), row("B", "one", None), row("A", "two"), row("C", "")]
    text = table(rows)
    assert text.splitlines() == [
        "| statement | checked | covered |",
        "|---|---|---|",
        r"| A: about A | symbolic | one \| all \* of it; c: 1; k: 2 (one) |",
        r"| C: about C | symbolic |  \| all \* of it |",
    ]
    assert covered(rows[2]) == r"two \| all \* of it"
    path = tmp_path / "page.md"
    path.write_text(f"é before {BEGIN} old {END} after", encoding="utf-8")
    replace_table(path, rows)
    assert path.read_text(encoding="utf-8") == f"é before {BEGIN}\n{text}\n{END} after"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "toy.safetensors"
    save_network(path, toy().network, toy().data)
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["proofs_check", *arguments])
    return command.main()


def test_the_command(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, str(file), str(file), "--only", "head", "--only", "sampled") == 2
    assert "proofs_check: there is no statement 'sampled'" in capsys.readouterr().err
    assert run(monkeypatch, str(file), "--only", "head = read", "--details") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("first-label\n  holds        Lemma 1, head = readout")
    assert "covered:" in printed
    assert run(monkeypatch, str(file), "--only", "head = readout", "--json") == 0
    assert json.loads(capsys.readouterr().out)["hold"] == 1
    assert run(monkeypatch, str(file.with_name("none.safetensors"))) == 2
    assert "proofs_check: " in capsys.readouterr().err


def test_the_command_writes_the_table(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = file.with_name("page.md")
    page.write_text(f"{BEGIN}{END}", encoding="utf-8")
    monkeypatch.setattr(command, "TABLE_FILE", page)
    for holds, code in ((True, 0), (None, 0), (False, 1)):
        monkeypatch.setattr(command, "rows", lambda subjects, holds=holds: [row("A", "one", holds)])
        assert run(monkeypatch, str(file), "--table") == code
    assert "A: about A" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("option", [["--json"], ["--details"], ["--only", "head"]])
def test_the_table_takes_no_other_option(
    option: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as found:
        run(monkeypatch, "--table", *option)
    assert found.value.code == 2
    assert f"it has no {option[0]}" in capsys.readouterr().err


def test_without_files_the_bundled_programs_are_checked(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "LIST", "print('conjunction')")
    assert run(monkeypatch, "--only", "head = readout") == 0
    assert capsys.readouterr().out.startswith("conjunction\n  holds ")
    paths: list[Path] = []

    def load(path: Path) -> Subject:
        paths.append(path)
        return Subject(toy().network, toy().data)

    monkeypatch.setattr(command, "_load", load)
    assert run(monkeypatch, "--only", "head = readout") == 0
    assert [path.name for path in paths] == ["conjunction.safetensors"]
    capsys.readouterr()
    assert run(monkeypatch, str(file), "--only", "head = readout") == 0
    assert capsys.readouterr().out.startswith("first-label\n")


@pytest.mark.parametrize("listing", ["raise SystemExit(3)", "print('no-such-program')"])
def test_bundled_programs_that_do_not_compile_are_not_passed_over(
    listing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "LIST", listing)
    with pytest.raises(subprocess.CalledProcessError):
        run(monkeypatch)


def test_a_reader_that_has_gone_is_no_verdict(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> int:
        Console().on_broken_pipe()

    redirected: list[tuple[object, object]] = []
    system = SimpleNamespace(
        devnull="nowhere",
        O_WRONLY=1,
        open=lambda *file: file,
        dup2=lambda one, other: redirected.append((one, other)),
    )
    monkeypatch.setattr(command, "report", gone)
    monkeypatch.setattr(command, "os", system)
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(fileno=lambda: 77))
    assert run(monkeypatch, str(file)) == 0
    assert redirected == [(("nowhere", 1), 77)]


FORGED = "x\n  holds        Lemma 1, A \x1b[8m [bold]"


def test_no_text_can_look_like_a_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a check says, it is said in one line: no line begins or ends that the report does not write."""

    def fails() -> Found:
        raise RefutedError(FORGED)

    def finds() -> Found:
        return Found(FORGED, {FORGED: FORGED})

    every = [statement("One", FORGED, fails), statement("Two", FORGED, finds)]
    monkeypatch.setattr(reports, "statements", lambda subjects: every)
    assert reports.report([], details=True) == 1
    shown = r"x\n holds Lemma 1, A \x1b[8m [bold]"
    assert lines(capsys.readouterr().out) == [
        r"x\n  holds        Lemma 1, A \x1b[8m [bold]",
        "  FAILS        One                       symbolic",
        "      about One",
        "      covered: until it failed",
        f"      {shown}",
        "  holds        Two                       symbolic",
        "      about Two",
        f"      covered: {shown}",
        f"      {shown}: {shown}",
        "2 statements: 1 hold, 1 fail, 0 not claimed",
    ]


def test_a_name_on_a_terminal_is_no_markup(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line that says what is being checked shows a name as it is; ``[/x]`` closes nothing."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(reports, "statements", lambda subjects: [statement("One", "[/x]\n[b]")])
    assert reports.report([]) == 0
    assert r"checking [/x]\n[b]: One ..." in capsys.readouterr().out


def test_lines_are_plain(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    Console().print("[bold]" + "word " * 60 + "7 'x'")
    assert capsys.readouterr().out == "[bold]" + "word " * 60 + "7 'x'\n"
    Console(stderr=True).print("here")
    assert capsys.readouterr().err == "here\n"
