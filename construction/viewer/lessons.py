"""Lessons: YAML files that show states of the page one after the other, with a few words about each.

docs/viewer.md describes the format. What a lesson says is checked when the page is written, so that a
mistake is found by the one who makes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from construction.errors import ConstructionError
from construction.rules.patch import POSITIONS
from construction.viewer.content import columns_of
from construction.viewer.examples import LARGEST_SIDE

Content = dict[str, Any]
Lesson = dict[str, Any]

LEVELS: Final = ("algorithm", "grid", "cell", "neurons", "weights")
DIRECTIONS: Final = ("forward", "backward", "update")
_LESSON: Final = {"title": str, "program": str, "data": str, "steps": list}
_STEP: Final = ("say", "pass", "layer", "direction", "cell", "level", "unit", "flip", "damage")


class LessonError(ConstructionError):
    """A lesson's file says something that a page cannot show."""


def with_lessons(content: Content, paths: Sequence[Path]) -> Content:
    """The content of a page with the bundled lessons about its program, and those in these files.

    Raises :class:`LessonError` for a file that is no lesson, or one about another program.
    """
    folder = files("construction.viewer") / "lessons"
    texts = sorted((each.name, each.read_text(encoding="utf-8")) for each in folder.iterdir())
    lessons = [read_lesson(text, name, content) for name, text in texts if name.endswith(".yaml")]
    lessons = [lesson for lesson in lessons if lesson["program"] == content["name"]]
    for path in paths:
        try:
            lesson = read_lesson(path.read_text(encoding="utf-8"), str(path), content)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise LessonError(f"{path}: cannot be read: {reason}") from None
        if lesson["program"] not in ("", content["name"]):
            raise LessonError(
                f"{path}: the lesson is about {lesson['program']}, and the page about "
                f"{content['name']}; view {lesson['program']}"
            )
        if any(lesson["key"] == other["key"] for other in lessons):
            raise LessonError(
                f"{path}: there is a lesson with the title {lesson['title']!r} already"
            )
        lessons.append(lesson)
    return {**content, "lessons": lessons}


def read_lesson(text: str, name: str, content: Content) -> Lesson:
    """The lesson in a YAML text; ``name`` is what errors call it.

    Units, cells and steps are looked up in ``content`` if the lesson is about it. Raises
    :class:`LessonError`.
    """
    return _Reader(name, content).lesson(text)


@dataclass(frozen=True)
class _Sizes:
    """What there is on the page: SGD steps, the grid's rows and columns, examples and features."""

    passes: int
    grid: tuple[int, int]
    examples: int
    features: int

    @classmethod
    def of(cls, content: Content, data: dict[str, Any] | None) -> _Sizes:
        data = data or content.get("data")
        if data is None:
            return cls(1, (len(content["start"]), len(content["start"][0])), 0, 0)
        learner, count, features = content["learner"], len(data["examples"]), len(data["test"])
        rows = learner["memoryRows"][features] if learner["memoryRows"] else count + 1
        columns = columns_of(content, count, features)
        return cls(count + (learner["dummy"] != "never"), (rows, columns), count, features)

    def is_bit(self, row: int, column: int) -> bool:
        """Whether this is a bit of the data: the test example has no label."""
        width = self.features + (row <= self.examples)
        return bool(self.features) and row <= self.examples + 1 and column <= width

    def bits(self) -> str:
        if not self.features:
            return "this page has no data"
        return f"there are {self.examples} examples and the test example, with {self.features} features"


class _Reader:
    """Reads one lesson, and says in which step something is wrong."""

    def __init__(self, name: str, content: Content) -> None:
        self.name = name
        self.program = content["name"]
        self.layers = [layer["names"] for layer in content["network"]["convolution"]]
        self.content = content

    def lesson(self, text: str) -> Lesson:
        try:
            fields = yaml.safe_load(text)
        except yaml.YAMLError as error:
            self.fail("", f"it is no YAML: {' '.join(str(error).split())}")
        if not isinstance(fields, dict):
            self.fail("", "it should have the fields title and steps")
        for key, value in fields.items():
            if key not in _LESSON:
                self.fail(
                    "", f"{key!r} is no field of a lesson; it should be one of {_listed(_LESSON)}"
                )
            if not isinstance(value, _LESSON[key]):
                self.fail("", f"{key!r} should be {_KINDS[_LESSON[key]]}, not {value!r}")
        for needed in ("title", "steps"):
            if not fields.get(needed):
                self.fail("", f"the field {needed!r} is missing or empty")
        program = fields.get("program", "")
        own = program in ("", self.program)
        data = self.data(fields["data"]) if "data" in fields else None
        if own and data is not None:
            self.check_size(data)
        sizes = _Sizes.of(self.content, data) if own else None
        return {
            "key": re.sub(r"\W+", "-", fields["title"].lower()).strip("-"),
            "title": fields["title"],
            "program": program,
            "data": data,
            "steps": [
                self.step(f"step {number}", step, sizes)
                for number, step in enumerate(fields["steps"], 1)
            ],
        }

    def data(self, text: str) -> dict[str, Any]:
        lines = [re.sub(r"[\s|,]", "", line) for line in text.splitlines()]
        rows = [[*map(int, line)] for line in lines if line and not set(line) - {"0", "1"}]
        if len(rows) != len([*filter(None, lines)]) or not rows:
            self.fail("data", "it should hold lines of bits, 0 and 1")
        *examples, test = rows
        if not test or any(len(row) != len(test) + 1 for row in examples):
            self.fail(
                "data",
                "each line should be an example with its label behind it, and the last line the test "
                "example, without a label",
            )
        return {
            "examples": [row[:-1] for row in examples],
            "labels": [row[-1] for row in examples],
            "test": test,
        }

    def check_size(self, data: Mapping[str, Any]) -> None:
        """A page can show these data."""
        if "learner" not in self.content:
            self.fail("data", f"{self.program} does not learn, so there are no data")
        count, features = len(data["examples"]), len(data["test"])
        columns = columns_of(self.content, count, features)
        if max(count + 1, columns) > LARGEST_SIDE:
            self.fail(
                "data",
                f"{count} examples of {features} features need {count + 1} x {columns} pixels; a page shows "
                f"at most {LARGEST_SIDE} x {LARGEST_SIDE}",
            )

    def step(self, where: str, fields: Any, sizes: _Sizes | None) -> dict[str, Any]:
        if not isinstance(fields, dict) or not isinstance(fields.get("say"), str):
            self.fail(where, "it should have the field 'say', a text")
        for key in fields:
            if key not in _STEP:
                self.fail(
                    where, f"{key!r} is no field of a step; it should be one of {_listed(_STEP)}"
                )
        at = {key: value for key, value in fields.items() if key != "say"}
        number = at.get("pass", "predict")
        if number != "predict" and not _natural(number, 1):
            self.fail(
                where, f"'pass' should be the number of an SGD step, or predict; not {number!r}"
            )
        if "layer" in at and not _natural(at["layer"], 0):
            self.fail(where, f"'layer' should be a number from 0, not {at['layer']!r}")
        for key, known in (("direction", DIRECTIONS), ("level", LEVELS)):
            if key in at and at[key] not in known:
                self.fail(where, f"{key!r} should be one of {_listed(known)}, not {at[key]!r}")
        if "cell" in at and not _pair(at["cell"]):
            self.fail(where, f"'cell' should be [row, column], counted from 1, not {at['cell']!r}")
        flips = at.get("flip", [])
        if not isinstance(flips, list) or not all(map(_pair, flips)):
            self.fail(where, f"'flip' should be a list of [row, column], not {flips!r}")
        damage = at.get("damage", [])
        if not isinstance(damage, list):
            self.fail(where, f"'damage' should be a list, not {damage!r}")
        if sizes:
            self.inside(where, at, sizes)
            self.units(where, at)
        return {"say": " ".join(fields["say"].split()), "at": at}

    def inside(self, where: str, at: dict[str, Any], sizes: _Sizes) -> None:
        """Check that there are such a pass, a cell and bits, for the data that the lesson runs on."""
        if at.get("pass", "predict") != "predict" and at["pass"] > sizes.passes:
            self.fail(where, f"there is no SGD step {at['pass']}; there are {sizes.passes}")
        (row, column), (rows, columns) = at.get("cell", (1, 1)), sizes.grid
        if row > rows or column > columns:
            self.fail(where, f"there is no cell {at['cell']}; the grid has {rows} x {columns}")
        for bit in at.get("flip", []):
            if not sizes.is_bit(*bit):
                self.fail(where, f"there is no bit {bit} to flip; {sizes.bits()}")

    def units(self, where: str, at: dict[str, Any]) -> None:
        """Check the names of units and inputs, and complete the damage."""
        names = [name for layer in self.layers for name in layer]
        if "unit" in at and at["unit"] not in names:
            self.fail(where, self.unknown(at["unit"], names))
        for each in at.get("damage", []):
            if not isinstance(each, dict) or each.keys() != {"unit", "input", "value"}:
                self.fail(where, f"a damage should have unit, input and value, not {each!r}")
            if each["unit"] not in names:
                self.fail(where, self.unknown(each["unit"], names))
            depth = next(i for i, layer in enumerate(self.layers) if each["unit"] in layer)
            inputs = ("bias", *(self.layers[depth - 1] if depth else POSITIONS))
            if each["input"] not in inputs:
                self.fail(
                    where,
                    f"{each['input']!r} is no input of the unit {each['unit']!r}, and not bias",
                )
            if type(each["value"]) is not int:
                self.fail(where, f"a damaged weight is an integer, not {each['value']!r}")

    def unknown(self, name: object, names: list[str]) -> str:
        near = get_close_matches(str(name), names)
        return f"{name!r} is no unit of {self.program}" + (
            f"; perhaps {_listed(near)}" if near else ""
        )

    def fail(self, where: str, what: str) -> NoReturn:
        raise LessonError(f"{self.name}{', ' if where else ''}{where}: {what}")


_KINDS: Final = {str: "a text", list: "a list"}


def _natural(value: object, least: int) -> bool:
    return type(value) is int and value >= least


def _pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_natural(v, 1) for v in value)


def _listed(names: Any) -> str:
    return ", ".join(names)
