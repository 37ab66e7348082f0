"""Which outputs the codes of a scene's stages have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from proofs_check.patterns.ends import Ends
from proofs_check.patterns.expressions import Value
from proofs_check.patterns.linear import Linear
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.subject import Subject


def stages_with_output(subject: Subject, ends: Ends) -> list[int]:
    """The stages that cells can be in there and that have a code with an output."""
    return [
        number
        for number in ends.stages()
        if any(
            subject.head.value(code)
            for _, code in subject.codes_of(ends.scene, ends.scene.stages[number])
        )
    ]


def only_stage_there(ends: Ends, *where: Linear) -> int:
    """The stage of the cells where all of ``where`` are 0 or more; it is theirs alone.

    Raises :class:`~proofs_check.verdict.RefutedError` when there can be several, or it can be elsewhere.
    """
    stages = Ends(ends.scene, (*ends.among, *where)).stages()
    if len(stages) != 1:
        names = ", ".join(ends.scene.stages[number].name for number in stages)
        raise RefutedError(
            f"the cells with an output can be in the stages {names}; it should be one"
        )
    ends.check_only(stages[0], *where)
    return stages[0]


def check_outputs(
    subject: Subject,
    number: int,
    output: Callable[[Mapping[str, Value]], Value],
    refs: set[str] | None = None,
) -> None:
    """The codes of a stage have these outputs, by its instances; with ``refs`` these are its instances.

    Raises :class:`~proofs_check.verdict.RefutedError` when one has another.
    """
    scene = subject.outcome("predicting").scene
    stage = scene.stages[number]
    names = [str(ref) for ref in stage.refs]
    if refs is not None and set(names) != refs:
        raise RefutedError(
            f"the output of {stage.name!r} should depend on {sorted(refs)}, all of them and no other"
        )
    for values, code in subject.codes_of(scene, stage):
        wanted = output(dict(zip(names, values, strict=True)))
        if subject.head.value(code) != wanted:
            raise RefutedError(
                f"{stage.name!r}: the head gives code {code} another output than {wanted}"
            )
