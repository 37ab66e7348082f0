"""Row reduction: the recurrence of the waves, what it means in plain Python, and parities.

:data:`RECURRENCE` says what :mod:`proofs_check.lemma1.elimination` does, of single bits: ``A[a, b, w]`` after ``w`` columns, and for column
``w`` whether a pivot is above (``F``), what the row does (``D``) and the pivot row's bit (``H``).

:func:`predicted_label` says what comes out without any elimination, for labels that some parity explains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Final

from proofs_check.lemma1.data_sets import SMALL_SIZES, Bits, data_sets, in_words
from proofs_check.lemma1.elimination import reduce_rows
from proofs_check.lemma1.machine_runs import run_machine
from proofs_check.lemma1.on_data_sets import bits_where, compare_on_data_sets, on_data_sets
from proofs_check.lemma1.prediction import answer
from proofs_check.lemma1.small_sizes import run_network
from proofs_check.patterns.expressions import Ref, Value
from proofs_check.patterns.linear import variable
from proofs_check.patterns.recurrences import Own, case, check_recurrence
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError

A, B, D, M, W = (variable(name) for name in ("a", "b", "d", "m", "w"))
BITS = (0, 1)
START, LAST_ROW, TOP = W * -1, A - M - 1, A * -1 + 1


def _added(bit: int, decision: str, handed: int) -> int:
    return bit ^ handed if decision == "add" else bit


def _row_after(bit: int, decision: str, handed: int) -> int:
    return 0 if decision == "pivot" else _added(bit, decision, handed)


def _decide(bit: int, found: int) -> str:
    if not bit:
        return "leave"
    return "add" if found else "pivot"


WAVE = "A[a, b, w-1]; D[a, w]; H[a, b, w]"
RECURRENCE: Final = {
    "A": Own(
        ("a", "b", "w"),
        BITS,
        (
            *bits_where(START),
            case(WAVE, _added, LAST_ROW),
            case(WAVE, _row_after),
        ),
    ),
    "D": Own(("a", "w"), ("leave", "add", "pivot"), (case("A[a, w, w-1]; F[a, w]", _decide),)),
    "F": Own(
        ("a", "w"),
        BITS,
        (
            case("", lambda: 0, TOP),
            case("F[a-1, w]; D[a-1, w]", lambda above, row: above or row == "pivot"),
        ),
    ),
    "H": Own(
        ("a", "b", "w"),
        BITS,
        (
            case("", lambda: 0, TOP),
            case(
                "A[a-1, b, w-1]; D[a-1, w]; H[a-1, b, w]",
                lambda bit, row, above: bit if row == "pivot" else above,
            ),
        ),
    ),
}
ANSWER: Final = Ref("A", (M + 1, D + 1, D))


def predicted_label(examples: Sequence[Bits], labels: Bits, test: Bits) -> int | None:
    """``<theta, test>`` for the parity ``theta`` that explains all labels and is 0 on the free columns.

    A column is free if it is a sum of columns to its left. None when no parity explains the labels.
    """
    features = len(test)
    columns = [[row[c] for row in examples] for c in range(features)]
    spanned = {tuple([0] * len(examples))}
    free = set()
    for index, column in enumerate(columns):
        if tuple(column) in spanned:
            free.add(index)
        spanned |= {tuple(a ^ b for a, b in zip(column, each, strict=True)) for each in spanned}
    for theta in product((0, 1), repeat=features):
        explains = all(_parity(theta, row) == y for row, y in zip(examples, labels, strict=True))
        if explains and not any(theta[index] for index in free):
            return _parity(theta, test)
    return None


def _parity(theta: Bits, row: Bits) -> int:
    return sum(t & x for t, x in zip(theta, row, strict=True)) % 2


def by_recurrence(m: int, d: int) -> Callable[[Sequence[Bits]], Value]:
    """The answer's bit by :data:`RECURRENCE` itself, as a function of data sets of this size."""
    run = on_data_sets(RECURRENCE, m, d, ANSWER)
    return lambda rows: run(rows)[0]


def check_parities(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Compare row reduction with the parity of free columns 0 on every data set of these sizes.

    Returns how many data sets a parity explains, and how many there are.
    """
    explained = total = 0
    for examples, features in sizes:
        for rows in data_sets(examples, features):
            *stored, test = rows
            expected = predicted_label(
                [row[:-1] for row in stored], [row[-1] for row in stored], test[:-1]
            )
            total += 1
            if expected is None:
                continue
            explained += 1
            if reduce_rows(rows) != expected:
                raise RefutedError(f"row reduction does not predict {expected} on {rows}")
    return explained, total


def _waves(subject: Subject) -> bool:
    return subject.computes == "row reduction" and not subject.has_machine


@about_networks(
    "Lemma 1, recurrence",
    "the checker's own recurrence of row reduction says what the cells hold, and f from layer L on",
    "all sizes, exact",
    _waves,
    key="recurrence of row reduction",
)
def recurrence(subject: Subject) -> Found:
    """The definitions, the answer, and on small sizes that they are row reduction line by line."""
    count = check_recurrence(subject.scene("predicting"), RECURRENCE)
    found = answer(subject)
    if found.refs != (ANSWER,) or dict(found.outputs) != {(0,): 1, (1,): -1}:
        raise RefutedError(f"the output is {found}; it should be the sign of the bit {ANSWER}")
    covered = compare_on_data_sets(by_recurrence, reduce_rows, "is not row reduction")
    return Found(f"{count} values of 4 variables; {covered}")


@about_networks(
    "Lemma 1, A",
    "A is row reduction: the parity whose free features are 0, if one explains S",
    "finite, exact",
    lambda subject: subject.computes == "row reduction",
    key="row reduction",
)
def meaning(subject: Subject) -> Found:
    """On every data set of small sizes, on which the network is run, or its machine."""
    if not subject.has_scene("predicting"):
        raise RefutedError(
            "the certificate has no scene 'predicting' that would tie what is said to be row reduction to "
            "the network"
        )
    explained, total = check_parities(SMALL_SIZES)
    covered = (
        f"every data set with m x d = {in_words(SMALL_SIZES)}: {total}, {explained} of them explained by a "
        f"parity"
    )
    if not subject.has_machine:
        run_network(subject, reduce_rows)
        return Found(f"{covered}; the network's own layers run on all")
    subject.check_prediction()
    most = 0
    for m, d in SMALL_SIZES:
        limit = subject.steps(m, d)
        for rows in data_sets(m, d):
            output, steps = run_machine(subject.machine, rows, subject.network.work_columns, limit)
            if output != 1 - 2 * reduce_rows(rows):
                raise RefutedError(f"the machine halts with {output} on the data set {rows}")
            most = max(most, steps)
    return Found(f"{covered}; the machine run on all", {"most steps": str(most)})


@about_networks(
    "Definition 1",
    "an (s, m, t)-bounded learner: s states, at most t steps on m examples",
    "finite, exact",
    lambda subject: subject.computes == "row reduction" and subject.has_machine,
)
def bounded(subject: Subject) -> Found:
    """The states, and the steps on every data set of small sizes, within ``t``; the network makes them."""
    subject.check_prediction()
    attained = 0
    for m, d in SMALL_SIZES:
        limit = subject.steps(m, d)
        attained += limit == max(
            run_machine(subject.machine, rows, subject.network.work_columns, limit)[1]
            for rows in data_sets(m, d)
        )
    return Found(
        f"every data set of {len(SMALL_SIZES)} sizes; t is attained for {attained} of them",
        {"s": str(len(subject.machine.states)), "symbols": str(len(subject.machine.symbols))},
    )
