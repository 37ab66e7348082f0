"""No random restarts: all settings of the weights, one after the other.

Corollary 2 draws the weights ``R`` times. Whether a draw is a program's network does not depend on the data, so what the draws have
to hit can be listed: every setting of the weights that matter by numbers of ``U_s``, the others 0. There are ``N = |U_s|^n`` of
them, one is the program's network, and one is as likely as any other. So ``N = 1 / p``, for the probability ``p`` of a draw that
succeeds for sure, and Corollary 2's ``R >= ln(2 / delta) / p`` is no less than ``N`` for ``delta <= 2 / e``. Like ``R`` it is a constant in
m, d, eps and delta. Nothing else is random: SGD takes the examples in their order.

Of the failures only the validation set's is left. A setting's measured error is off by ``eps / 2`` or more with probability
``2 exp(-M eps^2 / 2)`` at most (Hoeffding), and any of ``N`` with ``N`` times that, which should be ``delta`` at most.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, log
from typing import Final

from proofs_check.optimality.restarts import ABOVE_E
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.theorem1.sampling import MATTER, can_be_drawn, of_machines, weights_to_match
from proofs_check.theorem1.weight_set import weight_set
from proofs_check.verdict import RefutedError

ABOVE_LN_2: Final = Fraction(69314719, 10**8)
ACCURACIES: Final = tuple(
    (Fraction(1, 2**a), Fraction(1, 2**b)) for a in (1, 3, 7) for b in (1, 5, 20)
)


def settings(states: int, used_first: int, used_later: int) -> int:
    """``N``: how many settings there are of the weights that matter."""
    number: int = (
        len(weight_set(states)) ** weights_to_match(states, used_first, used_later)[MATTER]
    )
    return number


def examples(count: int, epsilon: Fraction, delta: Fraction) -> int:
    """``M``: validation examples that are enough for ``count`` settings; for ``eps = 1/k`` an even square times a whole number."""
    bits = int(2 * count / delta).bit_length()
    return ceil(2 / epsilon**2) * ceil(ABOVE_LN_2 * bits)


def check_numbers(count: int, epsilon: Fraction, delta: Fraction) -> int:
    """Compare in whole numbers and fractions; returns ``M``.

    Raises :class:`~proofs_check.verdict.RefutedError` when there are more settings than restarts, or ``M`` is too small.
    """
    # ln(2 / delta) >= 1, so that R >= ln(2 / delta) / p >= 1 / p.
    if 2 / delta < ABOVE_E:
        raise RefutedError(f"with delta = {delta} there are fewer restarts than settings")
    enough = examples(count, epsilon, delta)
    # exp(M eps^2 / 2) >= 2^bits > 2 count / delta: the right side has so many bits, and ln(2^bits) is less than the bound.
    if enough * epsilon**2 / 2 < ABOVE_LN_2 * int(2 * count / delta).bit_length():
        raise RefutedError(
            f"{enough} validation examples are too few for 10^{log(count, 10):.0f} settings"
        )
    return enough


@about_networks(
    "Corollary 2, no restarts",
    "every setting of the weights that matter, in place of random draws: no more of them, and one is the program's",
    "finite, exact",
    of_machines,
)
def check_settings(subject: Subject) -> Found:
    """The network is its machine's and that of a setting, the list is no longer, and its validation set is large enough."""
    drawn = can_be_drawn(subject)
    count = settings(drawn.s, drawn.used_first, drawn.used_later)
    enough = {accuracy: check_numbers(count, *accuracy) for accuracy in ACCURACIES}
    epsilon, delta = ACCURACIES[0]
    return Found(
        f"{len(enough)} pairs of eps and delta, in fractions{subject.lost_runs}",
        {
            "settings": f"10^{log(count, 10):.0f}",
            f"validation examples, eps = {epsilon}, delta = {delta}": f"{enough[epsilon, delta]:,}",
        },
    )
