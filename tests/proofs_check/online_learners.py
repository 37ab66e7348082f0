"""The learners of streams: their depths, which hold or are refused, with scenes that are changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from proofs_check.online import associative_memory, conjunction, row_reduction, triangular
from proofs_check.statement import Found
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.ends import fresh, with_outputs, with_scene

REDUCTION, LITERALS = "online-row-reduction", "online-conjunction"
MEMORY, PIVOTS = "online-associative-memory", "triangular-row-reduction"
LEARNERS: dict[str, Any] = {
    REDUCTION: row_reduction,
    LITERALS: conjunction,
    MEMORY: associative_memory,
    PIVOTS: triangular,
}
Change = Callable[[Any], object]


@cache
def whole(name: str) -> Subject:
    return fresh(name)


def depth(name: str, subject: Subject | None = None) -> Found:
    found: Found = LEARNERS[name].depth(subject or whole(name))
    return found


def refuse(name: str, change: Change, words: str, outputs: dict[int, int] | None = None) -> None:
    """The depth of a learner whose scene is changed, and perhaps outputs of its codes, is refuted in these words."""
    other = with_scene(whole(name), change)
    with pytest.raises(RefutedError, match=words):
        depth(name, with_outputs(other, outputs or {}))


def stage(scene: Any, name: str) -> Any:
    return next(each for each in scene["stages"] if each["stage"] == name)
