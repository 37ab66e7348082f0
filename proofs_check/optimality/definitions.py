"""Definitions 2-4, Claims 1 and 2 and the reusable algorithms of Section 5, as code over finite worlds.

A *world* is small enough to enumerate: finitely many labelled examples with rational probabilities.
Every probability here is a finite sum of fractions, so the definitions are decided, not estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, lcm, log
from types import MappingProxyType

from proofs_check.optimality.worlds import (
    FAMILIES,
    Classifier,
    Enough,
    Feature,
    Learner,
    Sample,
    ValidatedLearner,
    World,
    multisets,
    worlds,
)
from proofs_check.statement import Found, about_the_construction
from proofs_check.verdict import RefutedError


def pao_failure(
    learner: ValidatedLearner,
    family: Sequence[Learner],
    world: World,
    sizes: tuple[int, int],
    epsilon: Fraction,
    delta: Fraction,
) -> Fraction:
    """Definition 2's probability of failure, exactly.

    That ``err(A(Z; Z')) > min over the family of err(B(Z)) + eps``, over ``Z`` and ``Z'`` of these sizes.
    """
    failure = Fraction(0)
    for data, p in world.samples(sizes[0]):
        best = min(world.error(each(data)) for each in family)
        for validation, q in world.validation_samples(sizes[1]):
            chosen = learner(data, validation, epsilon, delta)
            if world.error(chosen) > best + epsilon:
                failure += p * q
    return failure


def validation_learner(family: Sequence[Learner]) -> ValidatedLearner:
    """The learner that tries all of a family and takes what does best on the validation examples."""

    def learn(data: Sample, validation: Sample, epsilon: Fraction, delta: Fraction) -> Classifier:
        classifiers = [each(data) for each in family]
        return min(classifiers, key=lambda c: sum(c(x) != y for x, y in validation))

    return learn


def hoeffding_examples(count: int, epsilon: Fraction, delta: Fraction) -> int:
    """Validation examples that are enough for a family of ``count`` learners (Hoeffding, union bound)."""
    return ceil(2 / float(epsilon) ** 2 * log(2 * count / float(delta)))


def combine(learners: Sequence[ValidatedLearner], enough: Sequence[Enough]) -> ValidatedLearner:
    """Claim 1: one learner from learners that are ``(r, r)``-Turing-optimal for ``r = 1, 2, ...``.

    It runs the ``r``-th for the largest ``r`` such that there are at least ``p_r`` validation examples. A
    machine with ``s`` states and exponent ``k`` is among those of every ``r >= max(s, k)``, so it is
    competed with as soon as there are ``p_max(s, k)`` validation examples: a polynomial, for every fixed
    ``s, k``. (In a running time, ``p_r`` also bounds the steps of the ``r``-th learner.)
    """

    def learn(data: Sample, validation: Sample, epsilon: Fraction, delta: Fraction) -> Classifier:
        affordable = [
            learner
            for learner, needs in zip(learners, enough, strict=True)
            if len(validation) >= needs(len(data), 1 / epsilon, 1 / delta)
        ]
        return (affordable[-1] if affordable else learners[0])(data, validation, epsilon, delta)

    return learn


def pac_learner(optimal: ValidatedLearner, needs: Enough, competes: Enough) -> ValidatedLearner:
    """Claim 2: a PAC learner for whatever some machine of the family PAC-learns.

    The machine needs ``m = needs(., 2/eps, 2/delta)`` examples for error ``eps/2`` with probability
    ``1 - delta/2``; the optimal learner is within ``eps/2`` of it with probability ``1 - delta/2``, given
    ``competes(m, 2/eps, 2/delta)`` validation examples. Together: ``eps`` with probability ``1 - delta``.
    """

    def learn(data: Sample, _: Sample, epsilon: Fraction, delta: Fraction) -> Classifier:
        half_e, half_d = epsilon / 2, delta / 2
        m = needs(0, 1 / half_e, 1 / half_d)
        if len(data) < m + competes(m, 1 / half_e, 1 / half_d):
            raise ValueError("too few examples")
        return optimal(data[:m], data[m:], half_e, half_d)

    return learn


EPSILON = DELTA = Fraction(1, 2)


@about_the_construction(
    "Definition 2",
    "PAO learner: choosing on a validation set is one",
    "finite, exact",
)
def check_definition2() -> Found:
    """Choosing on Hoeffding's number of validation examples is PAO-learning: exact failures.

    With one validation example it is not, so the check can tell.
    """
    failures = []
    for family in FAMILIES[1:]:
        size = hoeffding_examples(len(family), EPSILON, DELTA)
        for world in worlds()[::2]:
            learner = validation_learner(family)
            failure = pao_failure(learner, family, world, (1, size), EPSILON, DELTA)
            failures.append(failure)
            if failure > DELTA:
                raise RefutedError(f"failure {failure} on {world}")
    too_few = max(
        pao_failure(
            validation_learner(FAMILIES[1]), FAMILIES[1], world, (1, 1), Fraction(1, 4), DELTA
        )
        for world in worlds()
    )
    if not too_few:
        raise RefutedError("one validation example never fails, so the check says nothing")
    return Found(
        f"{len(failures)} families and distributions, m = 1, eps = delta = 1/2, M by Hoeffding",
        {
            "worst failure": f"{float(max(failures)):.1e}",
            "worst with M = 1, eps = 1/4": str(too_few),
        },
    )


@about_the_construction(
    "Definition 3",
    "(s, k)-Turing-optimal: PAO for all machines of s states",
    "finite, exact",
)
def check_definition3() -> Found:
    """The machines of one state on a tape of two cells, all of them, as a family of learners.

    ``(s, k)``-Turing-optimal means PAO for the family of all machines with ``s`` states and time
    ``(2 d m)^k``: it is finite once the symbols are given, so trying all of them is a learner for it.
    """
    family = one_state_machines()
    size = hoeffding_examples(len(family), EPSILON, DELTA)
    cases = 0
    for world in worlds()[::6]:
        failure = pao_failure(validation_learner(family), family, world, (1, size), EPSILON, DELTA)
        if failure > DELTA:
            raise RefutedError(f"failure {failure} on {world}")
        cases += 1
    return Found(f"{len(family)} machines with s = 1, {cases} distributions, M = {size}")


def one_state_machines() -> list[Learner]:
    """All machines with one state on the tape (label, test feature), that differ as learners.

    On each of the two symbols the machine halts with an output, or moves on to the next cell, and what it
    writes before that is never read; past the end it has no verdict, which counts as +1. The head starts on
    the label of the one training example.
    """
    found: dict[tuple[int, ...], Learner] = {}
    for on_plus, on_minus in product((1, -1, None), repeat=2):

        def learn(
            data: Sample,
            table: Mapping[int, int | None] = MappingProxyType({1: on_plus, -1: on_minus}),
        ) -> Classifier:
            ((_, label),) = data

            def classify(feature: Feature) -> int:
                for symbol in (label, 1 - 2 * feature):
                    output = table[symbol]
                    if output is not None:
                        return output
                return 1

            return classify

        cases = product((1, -1), (0, 1))
        found.setdefault(tuple(learn(((0, y),))(x) for y, x in cases), learn)
    return list(found.values())


@about_the_construction(
    "Claim 1",
    "(s, k)-Turing-optimal learners combine into a Turing-optimal one",
    "finite, exact",
)
def check_claim1() -> Found:
    """The combined learner competes with each family as soon as its bound is met."""
    bounds = [hoeffding_examples(len(f), EPSILON, DELTA) if len(f) > 1 else 0 for f in FAMILIES]
    enough: list[Enough] = [lambda m, e, d, bound=bound: bound for bound in bounds]  # type: ignore[misc]
    combined = combine([validation_learner(family) for family in FAMILIES], enough)
    cases = 0
    for size in bounds:
        for bound, family in zip(bounds, FAMILIES, strict=True):
            for world in worlds()[::5] if size >= bound else ():
                failure = pao_failure(combined, family, world, (1, size), EPSILON, DELTA)
                if failure > DELTA:
                    raise RefutedError(f"M = {size} on {world}")
                cases += 1
    return Found(f"{cases} cases of family, distribution and M, exact probabilities")


@about_the_construction(
    "Definition 4, Claim 2",
    "a Turing-optimal learner PAC-learns what is PAC-learnable",
    "finite, exact",
)
def check_claim2() -> Found:
    """PAC-learning from the optimal learner, on every distribution that the class explains."""
    needed, competing = 3, 4
    learner = pac_learner(
        validation_learner(FAMILIES[2]), lambda m, e, d: needed, lambda m, e, d: competing
    )
    failures = []
    for world in worlds():
        labels = {x: {y for (f, y) in world.probability if f == x} for x, _ in world.probability}
        if any(len(found) > 1 for found in labels.values()):
            continue  # no function of the features explains it
        failure = sum(
            (
                p
                for sample, p in world.samples(needed + competing)
                if world.error(learner(sample, (), EPSILON, DELTA)) > EPSILON
            ),
            Fraction(0),
        )
        failures.append(failure)
        if failure > DELTA:
            raise RefutedError(f"failure {failure} on {world}")
    return Found(
        f"{len(failures)} distributions, {needed} + {competing} examples, exact",
        {"worst failure": f"{float(max(failures)):.1e}"},
    )


@about_the_construction(
    "Section 5",
    "what does best over several problems does well on new ones",
    "finite, exact",
)
def check_reuse() -> Found:
    """Section 5: the learner that does best over several problems does well on new ones.

    Problems are drawn from a distribution. Choosing on ``n`` problems is choosing on a validation set
    whose examples are problems, so with Hoeffding's number of them the mean error on a new problem
    is at most ``eps`` above the best, except with probability ``delta``.
    """
    pool = worlds()[::14]
    family = FAMILIES[2]
    errors = [[_mean_error(each, world) for world in pool] for each in family]
    means = [sum(row, Fraction(0)) / len(pool) for row in errors]
    scale = lcm(*(error.denominator for row in errors for error in row))
    scaled = [[int(error * scale) for error in row] for row in errors]
    problems = {index: Fraction(1, len(pool)) for index in range(len(pool))}
    count = hoeffding_examples(len(family), EPSILON / 2, DELTA)
    failure = Fraction(0)
    for drawn, weight in multisets(problems, count):
        scores = [sum(row[index] for index in drawn) for row in scaled]
        if means[scores.index(min(scores))] > min(means) + EPSILON / 2:
            failure += weight
    single = sum(
        (
            Fraction(1, len(pool))
            for index in problems
            if means[min(range(len(family)), key=lambda b: errors[b][index])]
            > min(means) + EPSILON / 4
        ),
        Fraction(0),
    )
    if failure > DELTA or not single:
        raise RefutedError(f"failure {failure} with {count} problems, {single} with one")
    return Found(
        f"{len(family)} learners, draws of {count} problems from {len(pool)}, eps = 1/4, exact",
        {"failure": f"{float(failure):.1e}", "failure with one problem, eps = 1/8": str(single)},
    )


def _mean_error(learner: Learner, world: World) -> Fraction:
    """The error of what a learner makes of one example, in the mean."""
    return sum((p * world.error(learner(sample)) for sample, p in world.samples(1)), Fraction(0))
