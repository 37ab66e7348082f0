"""Tasks of one's own: a YAML file with a class of targets, or a CSV file of labelled rows."""

from __future__ import annotations

from pathlib import Path
from reprlib import repr as shortened
from typing import Any, Final

import yaml

from construction.errors import ConstructionError, DataError
from construction.formats.text import Source, printable
from construction.formats.yaml_nodes import compose
from construction.learning.data.table import read_table
from construction.machines.bit_formula import PARTS, read_bit_formula
from construction.search.battery import Battery, battery
from construction.search.limits import check_cells, check_inputs
from construction.search.tasks import TASKS, Input, Size, Target, Task, load_task

FIELDS: Final = ("name", "targets", "sizes", "larger")


def load_battery(name: str, train: int | None) -> Battery:
    """The battery of a bundled task, of a YAML file, or of a CSV file whose first ``train`` rows train.

    Raises :class:`~construction.errors.ConstructionError` when there is none of this name, or it is none.
    """
    path = Path(name)
    if path.suffix == ".csv":
        return csv_battery(path, train)
    if train is not None:
        raise ConstructionError(
            f"{name}: --train says which rows of a CSV file train; this task has sizes instead"
        )
    return battery(load_own_task(name))


def load_own_task(name: str) -> Task:
    """The bundled task of this name, or the one in a YAML file.

    Raises :class:`~construction.errors.ConstructionError` when there is none.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return yaml_task(path)
    if name and name not in TASKS and path.exists():
        raise DataError(
            f"{name}: a task of one's own should be a file whose name ends in .yaml, .yml or .csv"
        )
    return load_task(name)


def csv_battery(path: Path, train: int | None) -> Battery:
    """Learn from the first ``train`` rows, the last column being the label; the other rows are the inputs.

    Without ``train`` it is half of the rows. Raises :class:`~construction.errors.DataError` when no row is left.
    """
    table = read_table(path)
    if len(table.bits) < 2:
        raise DataError(
            f"{path}: {len(table.bits)} row; there should be at least 2, one that trains and one that is left"
        )
    count = len(table.bits) // 2 if train is None else train
    if not 1 <= count < len(table.bits):
        raise DataError(
            f"{path}: {count} training rows of {len(table.bits)}; it should be 1 to "
            f"{len(table.bits) - 1}, so that at least one is left"
        )
    check_cells((count, table.bits.shape[1] - 1), f"{path}: ")
    rows = [tuple(row) for row in table.bits.tolist()]
    examples = tuple(row[:-1] for row in rows[:count])
    labels = tuple(row[-1] for row in rows[:count])
    return Battery(
        printable(path.stem), tuple(Input(examples, labels, r[:-1], r[-1]) for r in rows[count:])
    )


def yaml_task(path: Path) -> Task:
    """The task in a file with ``targets``, formulas in ``x1``, ``x2``, ... and ``xd``, and ``sizes``, pairs of m and d.

    Raises :class:`~construction.errors.DataError` when the file is none.
    """
    like = "targets: [x1, not x1] and sizes: [[1, 1], [2, 1]]"
    try:
        text = path.read_text(encoding="utf-8")
        root = compose(Source(text, str(path)))
        if root is not None and root.is_mapping:
            for _ in root.pairs("a task"):  # which refuses a field that is there twice
                pass
        data = yaml.safe_load(text)
    except OSError as error:
        raise DataError(
            f"{path}: {error.strerror}; it should be a YAML file with fields like {like}"
        ) from error
    # A date that there is not is a ValueError, as is text that is not UTF-8.
    except (yaml.YAMLError, ValueError) as error:
        raise DataError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict) or not {"targets", "sizes"} <= data.keys():
        raise DataError(f"{path}: a task needs the fields targets and sizes, like {like}")
    unknown = [key for key in data if key not in FIELDS]
    if unknown:
        raise DataError(
            f"{path}: unknown field {unknown[0]!r}; it should be one of {', '.join(FIELDS)}"
        )
    formulas = data["targets"]
    if not isinstance(formulas, list) or not formulas:
        raise DataError(f"{path}: targets should be a list of formulas, like {like}")
    texts = [str(text).strip() for text in formulas]
    targets = [_formula(text, path) for text in texts]
    sizes, larger = (_sizes(data.get(field, []), field, path) for field in ("sizes", "larger"))
    for what, listed in (("the target", texts), ("the size", [*map(list, (*sizes, *larger))])):
        twice = [each for number, each in enumerate(listed) if each in listed[:number]]
        if twice:
            raise DataError(
                f"{path}: {what} {twice[0]} is there twice; it should be there once, and what is larger is held back"
            )
    name = data.get("name", printable(path.stem))
    if not isinstance(name, str) or not name.isprintable() or not name:
        raise DataError(f"{path}: name is {shortened(name)}; it should be text that can be shown")
    least = max(needed for _, needed in targets)
    for m, d in (*sizes, *larger):
        if d < least:
            raise DataError(
                f"{path}: a target needs x{least}, and the size [{m}, {d}] has {d} features"
            )
        if (m, d) in sizes:
            check_inputs((m, d), f"{path}: ")
        check_cells((m, d), f"{path}: ")
    functions = [function for function, _ in targets]
    return Task(
        name,
        f"learn one of {', '.join(texts)}",
        sizes,
        larger,
        targets=lambda d: functions,
        features=least,
    )


def _sizes(given: Any, field: str, path: Path) -> tuple[Size, ...]:
    good = isinstance(given, list) and all(
        isinstance(each, list) and len(each) == 2 and all(type(n) is int and n > 0 for n in each)
        for each in given
    )
    if not good or (field == "sizes" and not given):
        raise DataError(
            f"{path}: {field} is {shortened(given)}; it should be a list of pairs [m, d] of examples and features, "
            f"like [[1, 1], [2, 1]]"
        )
    return tuple((m, d) for m, d in given)


def _formula(text: str, path: Path) -> tuple[Target, int]:
    """A formula's function, and how many features it needs."""
    try:
        return read_bit_formula(text)
    except ValueError as error:
        raise DataError(
            f"{path}: the target {shortened(text)} is no formula; it should consist of {PARTS}"
        ) from error
