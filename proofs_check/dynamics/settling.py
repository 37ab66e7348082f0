"""Where a prediction comes to rest, and the spectrum of a layer there.

With a scene of all layers both are shown for all sizes: from some layer on every cell stays in its stage, and the code and
the slope of a stage do not depend on the layer. The derivative of a cell's next code is its slope by the cell itself, and
0 by every other cell (:mod:`proofs_check.patterns.induction`). So a layer's Jacobian is a diagonal matrix, and its
eigenvalues are the slopes.

A machine's grid rests when its head halts, and not before: a step that changed nothing would be repeated for ever.

Without such a scene the network's layers run on every data set of some small sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from proofs_check.dynamics.runs import SIZES, patches, runs
from proofs_check.dynamics.stages import check_rest, check_slopes
from proofs_check.learners import ONLINE
from proofs_check.lemma1 import rising_bits
from proofs_check.lemma1.data_sets import in_words
from proofs_check.lemma1.machine_runs import of_covered_runs, run_machine
from proofs_check.online import associative_memory, conjunction, row_reduction, triangular
from proofs_check.patterns.ends import Ends
from proofs_check.patterns.given import WORK_CODE
from proofs_check.patterns.linear import Linear, variable
from proofs_check.patterns.recurrences import check_recurrence
from proofs_check.statement import NOT_CLAIMED, Applies, Found, Method, about_networks
from proofs_check.subject import Subject
from proofs_check.theorem1.precision import check_layers_are_quiet, live_codes, margin
from proofs_check.verdict import RefutedError

A, B, D, M, N, ROW = (variable(name) for name in ("a", "b", "d", "m", "n", "i"))
MEMORY, WORK = (D - B + 1,), (B - D - 2,)
WRITTEN = D + 2  #: the layer from which on the grid rests while SGD writes
ALWAYS = Linear((), 0)


def _proved(subject: Subject) -> bool:
    return subject.has_scene("predicting") and not subject.has_machine


def _by_scene(subject: Subject) -> bool:
    """Of majority the scene's variables count layers without end, so its rest is not read off it."""
    return _proved(subject) and subject.computes != rising_bits.COMPUTES


def _method(subject: Subject) -> Method:
    return "all sizes, exact" if _by_scene(subject) else "finite, exact"


def _method_of_spectrum(subject: Subject) -> Method:
    known = subject.has_machine or _proved(subject)
    return "all sizes, exact" if known else "finite, exact"


def prediction_is_claimed(subject: Subject) -> Applies:
    """Programs that store. Claimed where it is said what they compute, and for a machine, in how many steps."""
    steps = not subject.has_machine or subject.entry("claims", "steps") is not None
    said = bool(subject.computes) and steps and subject.has_scene("memorising")
    return not subject.online and (said or NOT_CLAIMED)


@about_networks(
    "Settling",
    "the grid of a prediction comes to rest: a fixed point of the layer",
    _method,
    prediction_is_claimed,
)
def settling(subject: Subject) -> Found:
    """In which layer; while SGD writes, in layer ``d + 2``."""
    check_rest(subject, "memorising", WRITTEN)
    shown = {"at rest while SGD writes": f"from layer {WRITTEN} on, all sizes"}
    if subject.has_machine:
        return Found(_machine_rests(subject), shown)
    if not _by_scene(subject):
        return Found(_run_to_rest(subject), shown)
    stages = check_rest(subject, "predicting", subject.depth)
    return Found(
        f"from layer L on every cell stays in one of {stages} stages; {_not_before(subject)}",
        {"L": str(subject.depth), **shown},
    )


def _not_before(subject: Subject) -> str:
    """Whether layer ``L`` changes a cell on every data set; if that is not shown, on how many of a small size.

    Raises :class:`~proofs_check.verdict.RefutedError` when it changes none.
    """
    scene = subject.outcome("predicting").scene
    a, b = M + 1, D + 1  # the last cell, where row reduction's answer stands
    here = (A - a, B - b, b - B)
    before, after = (
        Ends(scene, (N - layer, layer - N, *here)).stages()
        for layer in (subject.depth - 1, subject.depth)
    )
    old, new = (
        {code for each in stages for _, code in subject.codes_of(scene, scene.stages[each])}
        for stages in (before, after)
    )
    if not old & new:
        return f"layer L changes the cell in row {a}, column {b}, always"
    size = SIZES[-1]
    rest = runs(subject)[size].rest
    moved = int((rest == subject.layers(*size)).sum())
    if not moved:
        raise RefutedError(f"with m x d = {in_words([size])} layer {subject.depth} changes nothing")
    return f"layer L changes {moved} of {len(rest)} grids with m x d = {in_words([size])}"


def _machine_rests(subject: Subject) -> str:
    """On every data set of small sizes the network's last change is the machine's last step."""
    work = subject.network.work_columns
    found: list[int] = []
    for size, run in runs(subject).items():
        limit = subject.steps(*size)
        found = [run_machine(subject.machine, rows, work, limit)[1] for rows in run.rows]
        # The last change comes as long before layer L as the machine halts before its claimed steps are over.
        wrong = np.flatnonzero(run.rest + limit != subject.layers(*size) + np.array(found))
        if len(wrong):
            rows, layer = run.rows[wrong[0]], run.rest[wrong[0]]
            raise RefutedError(
                f"layer {layer} is the last that changes a cell, on the data set {rows}"
            )
    return (
        f"when the machine halts, in layer {subject.depth} + t, as every data set with m x d = {in_words(SIZES)} shows; "
        f"t from {min(found)} to {max(found)} with {in_words(SIZES[-1:])}"
    )


def _run_to_rest(subject: Subject) -> str:
    """The layers on every data set of small sizes: outputs from layer L on, and when grids rest."""
    total = late = 0
    for size, run in runs(subject).items():
        total += len(run.rest)
        late += int((run.rest > subject.layers(*size)).sum())
    return (
        f"every data set with m x d = {in_words(SIZES)}, {total}: the output is final from layer L on; {late} "
        f"grids still move after it, and all come to rest"
    )


@about_networks(
    "Spectrum",
    lambda subject: of_covered_runs(
        "at rest a layer's Jacobian is diagonal: d + 1 eigenvalues 1 while SGD writes a row, all 0 while predicting",
        subject,
    ),
    _method_of_spectrum,
    prediction_is_claimed,
)
def spectrum(subject: Subject) -> Found:
    """The slopes at rest; and in every layer of a prediction what is off by less than the margin is gone after one."""
    own = (A - ROW, ROW - A, *MEMORY)
    cases = check_slopes(subject, "memorising", WRITTEN, own, lambda _: 1)
    for others in ((A - ROW - 1,), (ROW - A - 1,), WORK):
        cases += check_slopes(subject, "memorising", WRITTEN, others, lambda _: 0)
    shown = {}
    if subject.of_predictions:
        check_layers_are_quiet(subject)
        erased = f"below {margin(subject.network, subject.tables)} of a code"
        shown["noise that one layer of a prediction erases"] = erased
    live = {code for _, code in live_codes(subject.tables)}
    if subject.has_machine:
        subject.check_prediction()
        codes = set(subject.machine.codes)
        where = "every code of a symbol and a head is flat"
    elif _proved(subject):
        scene = subject.outcome("predicting").scene
        late = Ends(scene, (N - subject.depth,)).stages()
        codes = {code for each in late for _, code in subject.codes_of(scene, scene.stages[each])}
        where = f"{cases} cases while SGD writes; the codes of {len(late)} stages from layer L on are flat"
    else:
        codes, count = _codes_at_rest(subject)
        where = f"{cases} cases while SGD writes, all sizes; {count} grids at rest with m x d = {in_words(SIZES)}"
    codes |= {WORK_CODE, subject.network.padding}
    if codes & live:
        raise RefutedError(f"at rest the codes {sorted(codes & live)} pass on what is next to them")
    return Found(where, shown)


def _codes_at_rest(subject: Subject) -> tuple[set[int], int]:
    """What stands in grids at rest, on small sizes; there every derivative is 0."""
    codes: set[int] = set()
    count = 0
    for (m, d), run in runs(subject).items():
        seen = patches(subject, run.grids)
        if subject.tables.jacobians(seen, subject.tables.inputs(seen)).any():
            raise RefutedError(f"at rest, with m x d = {m}x{d}, a derivative is not 0")
        codes |= set(np.unique(run.grids).tolist())
        count += len(run.grids)
    return codes, count


RECURRENCES = {
    "online row reduction": row_reduction.RECURRENCE,
    "online conjunction": conjunction.RECURRENCE,
    "online associative memory": associative_memory.RECURRENCE,
    "triangular row reduction": triangular.RECURRENCE,
}
SPECTRA = {
    "online row reduction": "d + 1 eigenvalues are 1 on a new example, all others 0; all 0 on a known one",
    "online conjunction": "all eigenvalues are 1, in every layer",
    "online associative memory": "the eigenvalues of all rows up to the first free one are 1, all others 0",
    "triangular row reduction": "the d + 1 eigenvalues of the row that takes an example are 1",
}


@about_networks(
    "Spectrum, online",
    lambda subject: f"from layer L on, of a layer's Jacobian {SPECTRA[str(subject.computes)]}",
    "all sizes, exact",
    lambda subject: subject.computes in SPECTRA,
)
def online_spectrum(subject: Subject) -> Found:
    """The slopes from the depth on, for each learner that is known; also in the first step, on an empty memory."""
    name = str(subject.computes)
    above, row, below = (ROW - A - 1,), (A - ROW, ROW - A), (A - ROW - 1,)
    depth = subject.depth
    # What the slopes are compared with is the checker's own.
    check_recurrence(subject.scene("streaming"), RECURRENCES[name])

    def check(
        *where: Linear,
        wanted: Callable[[dict[str, Any]], int | None],
        since: Linear = depth,
        scene: str = "streaming",
    ) -> int:
        count = check_slopes(subject, scene, since, where, wanted)
        if not count:
            raise RefutedError("the scene has no cell whose slope this row is about")
        return count

    first = (A * -1 + 1, *MEMORY)
    if name == "online conjunction":
        cases = check(wanted=lambda _: 1, since=ALWAYS)
        cases += check(wanted=lambda _: 1, since=ALWAYS, scene="starting")
    elif name == "online associative memory":
        cases = sum(check(*rows, *MEMORY, wanted=lambda _: 1) for rows in (above, row))
        cases += check(*below, wanted=lambda _: 0) + check(*WORK, wanted=lambda _: 0)
    elif name == "online row reduction":
        whole = (M - D, D - M)  # a memory of d + 1 rows
        cases = sum(check(*where, *whole, wanted=lambda _: 0) for where in (above, below, WORK))
        cases += check(*row, *MEMORY, *whole, wanted=lambda of: int(_value(of, "W[i - 1, d + 1]")))
        cases += check(*first, wanted=lambda _: 1, scene="starting")
        cases += sum(
            check(*where, wanted=lambda _: 0, scene="starting") for where in ((A - 2,), WORK)
        )
    else:
        cases = check(A - 2, *MEMORY, wanted=_of_taking_row)
        cases += check(*first, wanted=lambda _: 1, scene="starting")
    return Found(f"{cases} cases", {"L": str(subject.claims.depth)})


def _of_taking_row(of: dict[str, Any]) -> int | None:
    """1 in the row that takes the example: one that it comes to, as it does not come to the next."""
    if "R[a]" not in of:
        return 1
    return 1 if of["R[a]"] and not _value(of, "R[a + 1]") else None


def _value(of: Mapping[str, Any], name: str) -> Any:
    if name not in of:
        raise RefutedError(f"a cell's slope should depend on {name}")
    return of[name]


assert set(SPECTRA) == set(ONLINE) == set(RECURRENCES)
