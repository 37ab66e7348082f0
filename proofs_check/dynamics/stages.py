"""Stages of a scene that do not change any more, and the slopes of the cells in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from proofs_check.patterns.codes import NO_CODE, stage_cases
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear, variable
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

N = variable("n")
NEXT = {"n": N + 1}
Forms = tuple[Linear, ...]


def check_rest(subject: Subject, name: str, since: Linear) -> int:
    """From layer ``since`` on no cell of the scene changes; returns in how many stages cells are.

    A cell stays in its stage, and the code of the stage does not depend on the layer. Raises
    :class:`~proofs_check.verdict.RefutedError` when that is not so.
    """
    scene = subject.outcome(name).scene
    ends = Ends(scene, (N - since,))
    late = ends.stages()
    for here in late:
        stage = scene.stages[here]
        for ref in stage.refs:
            if any("n" in form.names for form in ref.index):
                raise RefutedError(f"from layer {since} on {stage.name!r} still depends on {ref}")
        for there in range(len(scene.stages)):
            if there != here and _follows(ends, here, there):
                raise RefutedError(
                    f"after layer {since} a cell can come from {stage.name!r} to "
                    f"{scene.stages[there].name!r}"
                )
    return len(late)


def _follows(ends: Ends, here: int, there: int) -> bool:
    """Whether a cell can be in one stage, and in another in the next layer."""
    return any(True for forms in _ways(ends, here, (), {}) for _ in _ways(ends, there, forms, NEXT))


def _ways(ends: Ends, stage: int, forms: Forms, at: dict[str, Linear]) -> Iterator[Forms]:
    """How a cell can be in a stage, besides all of ``forms``: forms that are then 0 or more."""
    own = tuple(form.put(at) for form in ends.scene.stages[stage].where)
    return _undisturbed(ends, stage + 1, (*forms, *own), at)


def _undisturbed(ends: Ends, later: int, forms: Forms, at: dict[str, Linear]) -> Iterator[Forms]:
    if not ends.possible(*forms):
        return
    if later == len(ends.scene.stages):
        yield forms
        return
    for form in ends.scene.stages[later].where:
        yield from _undisturbed(ends, later + 1, (*forms, form.put(at) * -1 - 1), at)


def check_slopes(
    subject: Subject,
    name: str,
    since: Linear,
    where: Forms,
    wanted: Callable[[dict[str, Any]], int | None],
) -> int:
    """From layer ``since`` on, the slopes of the cells with all of ``where`` at least 0; returns how many cases.

    ``wanted`` takes the values of a stage's instances, by their names; None asks for nothing. Raises
    :class:`~proofs_check.verdict.RefutedError` when a slope is another.
    """
    scene = subject.outcome(name).scene
    count = 0
    for number in Ends(scene, (N - since, *where)).stages():
        stage = scene.stages[number]
        names = [str(ref) for ref in stage.refs]
        for values, code, slope in stage_cases(scene, stage, subject.certificate.book):
            should = wanted(dict(zip(names, values, strict=True)))
            if code == NO_CODE or should is None:
                continue
            count += 1
            if slope != should:
                raise RefutedError(
                    f"from layer {since} on {stage.name!r} has the slope {slope}; it should be {should}"
                )
    return count
