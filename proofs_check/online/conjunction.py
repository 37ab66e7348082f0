"""The online conjunction learner, for all ``d``, all streams and all states of memory.

Memory is one row. Either it is all 0, or its label column shows 2 (thirds) and each feature's cell ``s[b]``: 2
(satisfied), -2 (violated) or 0 (does not matter). ``P[b, k]`` says whether one of the ``k`` cells to the west of
column ``b`` shows -2. The derivative of every cell's next code is 1 by itself and 0 by its neighbours, so the
gradient by a pixel is the head's slope at the cell's last code.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final

from proofs_check.online.ends import Of, check_stage_at_end
from proofs_check.online.learner import check_own_slopes, computing, own_slopes_invariant
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import Own, case, check_recurrence
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

B, D, K, N = (variable(name) for name in ("b", "d", "k", "n"))
NAME: Final = "online conjunction"
FALSE, TRUE = 1, -1  #: outputs
VIOLATED = -2
REFS = {"P[b, n]", "s[b]"}
LARGEST_D = 3  #: features up to which every state of memory is listed

RECURRENCE: Final = {
    "P": Own(
        ("b", "k"),
        (0, 1),
        (
            case("", lambda: 0, K * -1),
            case("", lambda: 0, B * -1 + 1),
            case("P[b-1, k-1]; s[b-1]", lambda west, shows: west or shows == VIOLATED),
        ),
    )
}


@about_networks(
    "Online, invariant",
    "the recurrence of what lies within reach says what every cell knows in every layer, and f at the end; slope 1 in itself",
    "all sizes, exact",
    computing(NAME),
    key="online conjunction, invariant",
)
def invariant(subject: Subject) -> Found:
    """An empty memory, and every other state of memory."""
    return own_slopes_invariant(subject, RECURRENCE, depth, ["starting"])


@about_networks(
    "Online, depth",
    "from layer L on, f is the prediction, with slopes that make SGD drop literals",
    "all sizes, exact",
    computing(NAME),
    key="online conjunction, depth",
)
def depth(subject: Subject) -> Found:
    """In layer ``d + 1`` or later: the label cell knows of all features, and they of a true example.

    The output is *false* if and only if a literal is violated, or memory is empty; the slope is -1 by every
    violated cell, by every cell if memory is empty, and 0 by the others.
    """
    check_own_slopes(subject, "starting", "streaming")
    scene = subject.outcome("streaming").scene
    check_recurrence(scene, RECURRENCE)
    if Ends(scene, (N - subject.depth, D - N - 1)).possible():
        raise RefutedError("in the last layer the label cell does not know of all features yet")
    label, features, work = (B - D - 1, D + 1 - B), (D - B,), (B - D - 2,)
    codes = _check_end(subject, "starting", label, lambda of: FALSE, lambda of: -1)
    codes += _check_end(subject, "starting", features, lambda of: 0, lambda of: -1)
    codes += _check_end(
        subject, "streaming", label, lambda of: FALSE if of["P[b, n]"] else TRUE, lambda of: 0
    )
    codes += _check_end(
        subject, "streaming", features, lambda of: 0, lambda of: -(of["s[b]"] == VIOLATED)
    )
    for name in ("starting", "streaming"):
        codes += _check_end(subject, name, work, lambda of: 0, None)
    before = subject.depth - 1
    early = Ends(scene, (N - before, before - N, D - B)).stages()
    if early == Ends(scene, (N - subject.depth, D - B)).stages():
        raise RefutedError("the last layer but one would do")
    return Found(f"{codes} codes that can be left", {"L": str(subject.claims.depth)})


def _check_end(
    subject: Subject,
    name: str,
    where: tuple[Linear, ...],
    output: Callable[[Of], int],
    slope: Callable[[Of], int] | None,
) -> int:
    """The cells there have these outputs and slopes from the claimed depth on."""
    scene = subject.outcome(name).scene
    stages = Ends(scene, (N - subject.depth, *where)).stages()
    return sum(
        check_stage_at_end(subject, scene, each, REFS, output=output, slope=slope)
        for each in stages
    )


@about_networks(
    "Online, A",
    "the SGD step is elimination of literals",
    "finite, exact",
    computing(NAME),
    key="online conjunction, A",
)
def meaning(subject: Subject) -> Found:
    """What the step then does is elimination of literals, on every state and example of small ``d``.

    That the network's outputs and slopes are those of :func:`step` is looked at first.
    """
    invariant(subject)
    cases = 0
    for d in range(1, LARGEST_D + 1):
        for state in (None, *product((-1, 0, 1), repeat=d)):
            for x, y in product(product((1, -1), repeat=d), (FALSE, TRUE)):
                cases += 1
                literals = _literals(state, d)
                violated = {(b, sign) for b, sign in literals if x[b] != sign}
                after = literals - violated if y == TRUE else literals
                if _literals(step(state, x, y), d) != after:
                    raise RefutedError(f"the step from {state} on {x}, {y} is not elimination")
    return Found(f"{cases} steps with d up to {LARGEST_D}")


def _literals(state: tuple[int, ...] | None, d: int) -> set[tuple[int, int]]:
    """The literals, as a feature and the sign that it must have; all of them for an empty memory."""
    if state is None:
        return set(product(range(d), (1, -1)))
    return {(b, sign) for b, sign in enumerate(state) if sign}


def step(state: tuple[int, ...] | None, x: tuple[int, ...], y: int) -> tuple[int, ...] | None:
    """``W + (y - f) diag(z) G / 3`` in units of two thirds, with the output and slopes that :func:`depth` checks."""
    weights = (0,) * (len(x) + 1) if state is None else (*state, 1)
    z = (*x, 1)
    shown = [w * sign for w, sign in zip(weights, z, strict=True)]
    output = FALSE if state is None or -1 in shown else TRUE
    slopes = [-(state is None or each == -1) for each in shown]
    new = [
        w + (y - output) * sign * slope // 2
        for w, sign, slope in zip(weights, z, slopes, strict=True)
    ]
    return tuple(new[:-1]) if new[-1] else None
