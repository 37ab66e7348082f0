"""The forms of a fast-weight layer: seconds for one query of each of 32 streams, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from time import process_time
from typing import Any, Final

from benchmarks import reporting
from benchmarks.measure import Row, seconds_of
from construction.errors import ConstructionError

SYMBOLS: Final = 60
KEY_SIZE: Final = 64
BATCH: Final = 32
GOAL: Final = 2.0


def fast_weight_rows(pairs: int, repeats: int) -> list[Row]:
    """The delta rule on DPFP keys: each other form, next to the compiled loop that trains the recall task."""
    names = ("the triangular form", "the loop in PyTorch")
    rows = [f"delta rule, {pairs} pairs, one query: {name} / the compiled loop" for name in names]
    try:
        tasks = _tasks(pairs)
    except ConstructionError as error:
        return [Row(row, None, GOAL, "at least", note=str(error)) for row in rows]
    # All threads' time is counted, and more than one would cost the forms in PyTorch more than it brings.
    with reporting.one_thread():
        compiled, *others = seconds_of(tasks, repeats, process_time)
    return [
        Row(
            row,
            seconds / compiled,
            GOAL,
            "at least",
            details={"it, s": seconds, "the compiled loop, s": compiled},
        )
        for row, seconds in zip(rows, others, strict=True)
    ]


def _tasks(pairs: int) -> list[Callable[[], Any]]:
    """The compiled loop, the triangular form, and the loop, each with its derivatives."""
    from construction.fast_weights import forms  # noqa: PLC0415

    torch = import_module("torch")
    generator = torch.Generator().manual_seed(0)
    shapes = (1, SYMBOLS, KEY_SIZE), (1, SYMBOLS, KEY_SIZE), (1, BATCH, 2 * KEY_SIZE)
    given = [torch.rand(shape, generator=generator) - 0.5 for shape in shapes]
    given = [each.requires_grad_() for each in (*given, torch.rand(1, BATCH, pairs))]
    keys, values = torch.randint(0, SYMBOLS, (2, 1, BATCH, pairs), generator=generator)

    def compiled() -> None:
        forms.CompiledAmounts.apply(*given, keys, values, "dpfp", "delta").sum().backward()

    def plain(form: Callable[..., Any]) -> Callable[[], None]:
        def task() -> None:
            by_key, by_value, queries, rates = (each[0] for each in given)
            k = forms.feature_map(by_key[keys[0]] + by_value[values[0]], "dpfp")
            form(k / k.sum(-1, keepdim=True), queries, rates, "delta").sum().backward()

        return task

    return [compiled, plain(forms.triangular_coefficients), plain(forms.loop_coefficients)]
