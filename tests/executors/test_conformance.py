"""All executors do what an executor must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, settings

from construction.executors.catalogue import EXECUTORS
from construction.executors.conformance import CHECKS, values
from construction.executors.definition.reference import ReferenceExecutor
from construction.executors.event.executor import EventExecutor
from construction.executors.executor import Executor, ForwardBackward, Run
from construction.executors.sweep.tabulated import TabulatedExecutor
from construction.executors.vectorised.executor import VectorisedExecutor
from construction.network.layers import Integers
from construction.network.rcnn import RCNN

MAKERS: dict[str, Callable[[RCNN], Executor]] = {
    **EXECUTORS,
    # As if there were too many combinations of classes for a table.
    "tabulated, by sums": lambda network: TabulatedExecutor(network, most_combinations=0),
    "event, by sums": lambda network: EventExecutor(network, most_combinations=0),
}


@pytest.mark.parametrize("check", ["values", "refusals", "gradients"])
def test_the_vectorised_executor_without_a_table(check: str) -> None:
    CHECKS[check](lambda network: VectorisedExecutor(network, most_combinations=0))


#: These decide for themselves which pixels are looked up, and which executor runs.
THOROUGHLY = ("event", "auto")
#: What the planes executor leaves to the event executor.
PASSES = ("gradients", "memories_in_part")


CASES = [
    pytest.param(
        name, check, marks=[pytest.mark.long] if name == "planes" and check in PASSES else []
    )
    for name in MAKERS
    for check in CHECKS
    if name != "reference"
]


@pytest.mark.parametrize(("executor", "check"), CASES)
def test_conformance(executor: str, check: str) -> None:
    with nullcontext() if executor in THOROUGHLY else fewer_examples():
        CHECKS[check](MAKERS[executor])


@contextmanager
def fewer_examples() -> Iterator[None]:
    """For the others: a circuit is made for each network, or their lookups are those of the first ones."""
    usual = settings.get_current_profile_name()
    settings.register_profile("fewer", settings(), max_examples=12)
    settings.load_profile("fewer")
    try:
        yield
    finally:
        settings.load_profile(usual)


def test_the_reference_is_the_rule() -> None:
    values(ReferenceExecutor)


class OneLayerShort(ReferenceExecutor):
    """An executor with a mistake."""

    def run(self, grids: object, layers: int, *, record: bool = False) -> Run:
        return super().run(grids, max(0, layers - 1), record=record)  # type: ignore[arg-type]


class AnotherOutput(ReferenceExecutor):
    """An executor with a mistake in what it adds up."""

    def totals(self, *arguments: Any) -> list[Integers]:
        return [total + 1 for total in super().totals(*arguments)]


class NoGradient(ReferenceExecutor):
    """Another."""

    def forward_backward(self, grid: object, layers: int) -> ForwardBackward:
        right = super().forward_backward(grid, layers)  # type: ignore[arg-type]
        return replace(right, slopes=right.slopes * 0)


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        (OneLayerShort, "values"),
        (OneLayerShort, "shapes"),
        (AnotherOutput, "outputs"),
        (NoGradient, "memories_in_part"),
    ],
)
def test_a_wrong_executor_is_found(wrong: Callable[[RCNN], Executor], check: str) -> None:
    usual = settings.get_current_profile_name()
    # The smallest example is not asked for.
    settings.register_profile("found", settings(), phases=[Phase.generate])
    settings.load_profile("found")
    try:
        with pytest.raises(AssertionError):
            CHECKS[check](wrong)
    finally:
        settings.load_profile(usual)


def test_the_catalogue_loads_an_executor_when_it_is_asked_for() -> None:
    assert len(EXECUTORS) == len(list(EXECUTORS))
    assert {EXECUTORS[name].name for name in EXECUTORS} == set(EXECUTORS)
