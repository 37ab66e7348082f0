"""The last layer of an online learner: outputs, and the gradient that makes SGD the algorithm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proofs_check.outcome import ABOVE, BELOW, LAYER0, MEMORY
from proofs_check.patterns.given import WORK_CODE
from proofs_check.patterns.scene import Scene
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

Of = dict[str, Any]  #: values of instances, by their names


def check_live_row(subject: Subject) -> None:
    """The gradient is the head's slope at the last code in the row that SGD writes, and 0 elsewhere.

    In that row every slope is 1 until a cell is a work code; that it stays for good, and there the head is flat. A row
    above is flat in layer 0. In a row below the head is flat from layer 1 on.
    """
    for seen in subject.outcome("streaming").seen:
        above, below, memory, first = (seen.marks[mark] for mark in (ABOVE, BELOW, MEMORY, LAYER0))
        for code, slope, after in seen.steps.tolist():
            if above:
                good = not (memory and first) or slope == 0
            elif below:
                good = not subject.head.slope(after)
            else:
                stays = after == WORK_CODE and not subject.head.slope(after)
                good = not memory or (stays if code == WORK_CODE else slope == 1)
            if not good:
                raise RefutedError(
                    f"{seen.now!r}: a cell of code {code}, then {after}, has the slope {slope}: the "
                    f"gradient is not the head's slope in the row that SGD writes alone"
                )


def check_stage_at_end(
    subject: Subject,
    scene: Scene,
    number: int,
    refs: set[str] | None,
    *,
    output: Callable[[Of], int] = lambda of: 0,
    slope: Callable[[Of], int] | None = None,
) -> int:
    """A stage's codes have these outputs, and slopes if some are prescribed; returns how many."""
    stage = scene.stages[number]
    names = [str(ref) for ref in stage.refs]
    if refs is not None and not set(names) <= refs:
        raise RefutedError(f"{stage.name!r} should depend on {sorted(refs)} alone")
    cases = subject.codes_of(scene, stage)
    for values, code in cases:
        of = dict(zip(names, values, strict=True))
        try:
            wanted = output(of)
            steep = None if slope is None else slope(of)
        except KeyError as missing:
            raise RefutedError(f"{stage.name!r} should depend on {missing}, too") from None
        if subject.head.value(code) != wanted:
            raise RefutedError(
                f"{stage.name!r}: the head gives code {code} another output than {wanted}"
            )
        if steep is not None and subject.head.slope(code) != steep:
            raise RefutedError(f"{stage.name!r}: the head's slope at code {code} should be {steep}")
    return len({code for _, code in cases})
