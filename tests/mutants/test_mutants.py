"""The tool itself: what it draws, what it leaves out, and that a trial sees the change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.extras import optional

optional("cosmic_ray")
optional("coverage")
optional("scipy")
draw = pytest.importorskip("tests.mutants.draw")
rooms = pytest.importorskip("tests.mutants.rooms")
session = pytest.importorskip("tests.mutants.session")
scores = pytest.importorskip("tests.mutants.score")
main = pytest.importorskip("tests.mutants.__main__")

SOURCE = """from __future__ import annotations


def bound(x: int | None, y: int) -> int | str:
    if y > 3:
        raise ValueError(f"{y + 1} is more than {2 + 1}")
    return y + 1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bound.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_places_are_where_a_change_decides_something(file: Path) -> None:
    found = {(each.start[0], each.family) for each in draw.places(file)}
    assert found == {
        (5, "AddNot"),
        (5, "NumberReplacer"),
        (5, "ReplaceComparisonOperator"),
        (6, "DropRefutation"),
        (7, "ReplaceBinaryOperator"),
        (7, "NumberReplacer"),
    }


def test_what_only_saves_work_is_no_place(file: Path) -> None:
    file.write_text("@cache\n@other\ndef f():\n    pass\n", encoding="utf-8")
    assert [(each.start, each.family) for each in draw.places(file)] == [
        ((2, 0), "RemoveDecorator")
    ]


def test_any_negative_number_is_the_size_that_is_left(file: Path) -> None:
    file.write_text("x = y.reshape(-1, 9)\nz = y[-1]\n", encoding="utf-8")
    found = {
        (each.start, name): each.mutant((name, number)).after
        for each in draw.places(file)
        for name, number in each.ways
        if "Number" in name or "Invert" in name
    }
    first, last = "x = y.reshape(", "z = y["
    assert sorted(after.replace(" ", "") for after in found.values()) == sorted(
        text.replace(" ", "")
        for text in (f"{first}-0, 9)", f"{first}-1, 8)", f"{last}~1]", f"{last}-0]")
    )
    assert {(start, name) for start, name in found if start[0] == 1} == {
        ((1, 15), "NumberReplacer"),
        ((1, 18), "NumberReplacer"),
    }


def test_a_draw_is_the_same_for_the_same_seed(file: Path) -> None:
    count, every = draw.draw([file], None, 0)
    assert count == len(every) == 6
    assert {each.function for each in every} == {"bound"}
    assert [draw.draw([file], 4, 5)[1]] == [draw.draw([file], 4, 5)[1]]
    assert all(each.source != SOURCE for each in every)
    dropped = [each for each in every if each.after == "pass"]
    assert [each.line for each in dropped] == [6]
    assert "        pass\n" in dropped[0].source


def test_every_equivalent_mutant_is_one_change_of_lines_that_there_are() -> None:
    """Else the line has changed, and the reason should be thought about again."""
    files = {str(path) for room in rooms.ROOMS.values() for path in room.files()}
    found = rooms.equivalents()
    for each in found:
        assert all((each.file, each.before, each.after, each.why)), each
        assert each.file in files, each
        assert each.before != each.after, each
        assert len(each.lines()) == 1, each
    assert len({(each.file, each.before, each.after) for each in found}) == len(found)


def test_an_equivalent_mutant_is_that_change_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "ROOT", file.parent)
    each = rooms.Equivalent("bound.py", "return y + 1", "return y + 2", "an example")
    assert each.lines() == [7]
    path, other = Path("bound.py"), Path("other.py")
    assert each.holds(draw.Mutant(path, 7, "bound", each.before, each.after, ""))
    assert not each.holds(draw.Mutant(path, 7, "bound", each.before, "return y + 0", ""))
    assert not each.holds(draw.Mutant(path, 5, "bound", "if y > 3:", each.after, ""))
    assert not each.holds(draw.Mutant(other, 7, "bound", each.before, each.after, ""))
    twice = rooms.Equivalent("bound.py", "", "", "no line")
    assert not twice.lines()


def test_the_tests_of_a_room_are_there() -> None:
    for room in rooms.ROOMS.values():
        assert room.files()
        for name in room.tests:
            assert (rooms.ROOT / name.partition("::")[0]).exists(), name


def test_the_statement_around_a_line() -> None:
    text = "X = (\n    1,\n)\n\n\n@cache\ndef f(\n    x=3,\n):\n    if (\n        x\n    ):\n        return g(\n            x,\n        )\n"
    found = {line: session.statement(text, line) for line in (2, 6, 8, 11, 14)}
    assert found == {
        2: (range(1, 4), False),
        6: (range(6, 10), False),
        8: (range(6, 10), False),
        11: (range(10, 13), True),
        14: (range(13, 16), True),
    }


def test_the_tests_that_decide_about_a_mutant(file: Path) -> None:
    path = str(file)
    slow = session.Watched("slow", 2.0, {path: [5, 7]})
    quick = session.Watched("quick", 1.0, {path: [5, 6]})
    other = session.Watched("other", 0.1, {})
    tests = [slow, quick, other]
    mutants = {line: draw.Mutant(file, line, "bound", "", "", "") for line in (4, 5, 6)}
    assert session.deciding(mutants[5], tests, {}) == ([quick, slow], True)
    assert session.deciding(mutants[6], tests, {}) == ([quick], True)
    assert session.deciding(mutants[6], tests, {path: [6]}) == ([quick, slow, other], False)
    assert session.deciding(mutants[4], tests, {}) == ([quick, slow, other], False)


def test_a_function_gets_its_changed_code(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(file.parent)
    function = pytest.importorskip("bound").bound
    assert function(2, 3) == 4
    (mutant,) = (each for each in draw.draw([file], None, 0)[1] if each.after == "pass")
    session.put(mutant)
    assert function(2, 4) == 5
    status, _, text = session.in_fork(lambda: function(2, 5))
    assert (status, text) == (0, "6")


def test_a_score() -> None:
    score = scores.Score("room", 100, killed=19)
    assert score.share == 1.0
    score.survivors.append("a.py:1: 'x' becomes 'y'")
    assert (score.counted, score.share) == (20, 0.95)
    low, high = score.interval()
    assert 0.75 < low < 0.76
    assert 0.998 < high < 1
    assert scores.Score("room", 3, killed=2, equivalent=1).interval() == (1.0, 1.0)


def test_rooms_together_weigh_their_places() -> None:
    whole = scores.Score("whole", 300, killed=30)
    half = scores.Score("half", 100, killed=5, survivors=["x"] * 5, equivalent=2)
    found = scores.Pooled.of([whole, half])
    assert (found.rooms, found.places, found.drawn, found.share) == (2, 400, 42, 0.875)
    ends = [whole.interval(), half.interval()]
    below = (0.75 * (1 - ends[0][0])) ** 2 + (0.25 * (0.5 - ends[1][0])) ** 2
    above = (0.25 * (ends[1][1] - 0.5)) ** 2
    assert (0.875 - found.low) ** 2 == pytest.approx(below)
    assert (found.high - 0.875) ** 2 == pytest.approx(above)
    assert str(found).endswith(": 87.5% (75.8% to 95.3%)")
    # One room's own interval, and all places: nothing is uncertain.
    assert (scores.Pooled.of([half]).low, scores.Pooled.of([half]).high) == pytest.approx(ends[1])
    assert scores.Pooled.of([scores.Score("all", 2, killed=2)] * 2).low == 1.0


@pytest.mark.parametrize(("survive", "code"), [(0, 0), (1, 1)])
def test_all_rooms_together_decide(
    survive: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A room of 10 places has 60 %. Beside one of 190 that has 100 % both have 98 %; if that has 95 %, 93.25 %."""
    rooms_ = {
        "patterns": scores.Score("patterns", 190, killed=20 - survive, survivors=["x"] * survive),
        "online": scores.Score("online", 10, killed=6, survivors=["x"] * 4),
    }
    monkeypatch.setattr(main, "load", lambda: None)
    monkeypatch.setattr(main, "_score", lambda name, *_: rooms_[name])
    monkeypatch.chdir(rooms.ROOT)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "argv", ["mutants", *rooms_])
    assert main.main() == code
    assert capsys.readouterr().out.startswith("2 rooms, 30 drawn of 200 places")
    monkeypatch.setattr(sys, "argv", ["mutants", "online"])
    assert main.main() == 1


def test_what_became_of_a_mutant_is_kept(tmp_path: Path, file: Path) -> None:
    path = tmp_path / "results.jsonl"
    one, other = draw.draw([file], None, 0)[1][:2]
    files = scores.digest([file])
    scores.Results(path).add(scores.key(files, one), False)
    assert scores.Results(path).get(scores.key(files, one)) is False
    assert scores.Results(path).get(scores.key(files, other)) is None
    file.write_text(SOURCE + "\n", encoding="utf-8")
    assert scores.Results(path).get(scores.key(scores.digest([file]), one)) is None
    scores.Results(None).add(scores.key(files, one), True)
    assert scores.Results(None).get(scores.key(files, one)) is None


def test_ctrl_c_keeps_what_is_known(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rooms that are done are pooled; the next time no mutant is tried twice, in the room that was not done, too."""
    path = tmp_path / "results.jsonl"
    tried: list[Any] = []
    every = draw.draw([file], None, 0)[1]

    def trying(mutants: Any, tests: Any) -> Any:
        for mutant in mutants:
            if len(tried) == 5:
                tried.append(None)
                raise KeyboardInterrupt
            tried.append(mutant)
            yield mutant, True

    def drawn(files: Any, count: Any, seed: Any) -> Any:
        start = 2 * ("patterns", "online", "batches").index(files[0].parent.name)
        return 10, every[start : start + 2]

    monkeypatch.setattr(main, "verdicts", trying)
    monkeypatch.setattr(main, "load", lambda: None)
    monkeypatch.setattr(main, "draw", drawn)
    monkeypatch.chdir(rooms.ROOT)
    command = ["mutants", "patterns", "online", "batches", "--resume", str(path)]
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert main.main() == 130
    printed = [each for each in capsys.readouterr().out.splitlines() if each]
    assert printed[2] == "interrupted; batches is not counted"
    assert printed[3].startswith("2 rooms, 4 drawn of 20 places")
    assert main.main() == 0
    assert tried == [*every[:5], None, every[5]]
    assert capsys.readouterr().out.splitlines()[-1].startswith("3 rooms, 6 drawn of 30 places")


def test_a_file_that_is_no_result_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mutants", "--resume", str(file)])
    with pytest.raises(SystemExit) as found:
        main.main()
    assert found.value.code == 2
    assert "is no file of results" in capsys.readouterr().err
