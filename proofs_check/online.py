"""The statements of docs/online.md: the learners for which SGD is the algorithm."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from proofs_check import online_conjunction, online_row_reduction
from proofs_check.lemma1 import Lemma1
from proofs_check.schedule import part_of
from proofs_check.verdict import Found, Method, Statement


def online(lemma: Lemma1) -> list[Statement]:
    """What docs/online.md says of an online learner."""
    rows: list[tuple[str, str, Method, Callable[[], Found]]] = []
    if lemma.scheduled("online row reduction"):
        rows = [
            (
                "invariant",
                "in every layer every cell holds its variable of reducing x by the stored rows; slopes too",
                "all sizes, exact",
                partial(_row_reduction_layers, lemma),
            ),
            (
                "depth",
                "from layer L on, f is the answer, or 0 with slopes that make SGD store x reduced",
                "all sizes, exact",
                partial(_row_reduction_ends, lemma),
            ),
            (
                "A",
                "x is known just when it is a sum of stored rows, and then its label is theirs",
                "finite, exact",
                online_row_reduction.check_reduction,
            ),
        ]
    if lemma.scheduled("online conjunction"):
        rows = [
            (
                "invariant",
                "in every layer every cell knows what lies within reach; slope 1 in itself",
                "all sizes, exact",
                partial(_conjunction_layers, lemma),
            ),
            (
                "depth",
                "from layer L on, f is the prediction, with slopes that make SGD drop literals",
                "all sizes, exact",
                partial(_conjunction_ends, lemma),
            ),
            (
                "A",
                "the SGD step is elimination of literals",
                "finite, exact",
                online_conjunction.check_elimination,
            ),
        ]
    return [
        Statement(f"Online, {part}", text, method, check, lemma.network.name)
        for part, text, method, check in rows
    ]


def _row_reduction_layers(lemma: Lemma1) -> Found:
    codes = online_row_reduction.codes_of(lemma.certificate.schedule)
    work = lemma.network.work_columns
    empty = online_row_reduction.check_empty(codes, lemma.tables, lemma.head)
    covered = online_row_reduction.check_layers(codes, lemma.tables, work)
    bounds = " and ".join(str(box.bound) for box in covered.boxes)
    systems = sum(box.systems for box in covered.boxes)
    return Found(
        f"{covered.patterns} patterns, {covered.patches} patches; sizes up to {bounds} show all "
        f"patterns ({systems} systems of inequalities); an empty memory, {empty} patches"
    )


def _row_reduction_ends(lemma: Lemma1) -> Found:
    schedule = lemma.certificate.schedule
    codes = online_row_reduction.codes_of(schedule)
    depth = part_of(schedule, "online row reduction").get("depth")
    lemma.check_claimed_depths(lambda m, d: 4 * d + 4)
    return online_row_reduction.check_ends(codes, lemma.head, depth, lemma.network.work_columns)


def _conjunction_layers(lemma: Lemma1) -> Found:
    codes = online_conjunction.codes_of(lemma.certificate.schedule)
    return online_conjunction.check_layers(codes, lemma.tables, lemma.network.work_columns)


def _conjunction_ends(lemma: Lemma1) -> Found:
    schedule = lemma.certificate.schedule
    codes = online_conjunction.codes_of(schedule)
    depth = part_of(schedule, "online conjunction").get("depth")
    lemma.check_claimed_depths(lambda m, d: d + 1)
    return online_conjunction.check_ends(codes, lemma.head, depth)
