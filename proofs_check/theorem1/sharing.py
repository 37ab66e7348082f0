"""The remark on weight sharing: how many parameters there are with and without each kind."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from proofs_check.statement import Found, about_networks, about_the_construction
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError


def parameters(per_pixel: sp.Expr, pixels: sp.Expr, layers: sp.Expr) -> dict[str, sp.Expr]:
    """Parameters of the convolutional part, by which weights are shared."""
    return {
        "shared in space and time": per_pixel,
        "shared in space": per_pixel * layers,
        "shared in time": per_pixel * pixels,
        "not shared": per_pixel * pixels * layers,
    }


@about_networks(
    "Remark",
    "without both kinds of weight sharing the parameter count depends on sizes or depth",
    "symbolic",
)
def check_sharing(subject: Subject) -> Found:
    """Only with both kinds of sharing does the count depend on neither sizes nor depth."""
    network = subject.network
    d_in, d_mem, columns, depth = sp.symbols("d_in d_mem l L")
    per_pixel = sp.Integer(network.weight_counts()["dense"])
    found = parameters(per_pixel, d_mem * (d_in + columns), depth)
    free = {model: count.free_symbols for model, count in found.items()}
    if {model for model, symbols in free.items() if not symbols} != {"shared in space and time"}:
        raise RefutedError(f"the counts depend on {free}")
    return Found("4 ways of sharing", {model: str(count) for model, count in found.items()})


@about_the_construction(
    "Theorem 1, depth",
    "L <= c1 (t + m + d)",
    "symbolic",
)
def check_depth_constant() -> Found:
    """``L = t + m + d + 2 <= 2 (t + m + d)`` for machines, and ``L = 2 m + 3 d + 2 <= 7/2 (t + m + d)`` for the waves.

    Waves take no steps: for them that it holds for ``t = 0`` says the most.
    """
    t, j, k = sp.symbols("t j k", nonnegative=True)
    m, d = j + 1, k + 1
    for what, (constant, depth) in DEPTHS.items():
        if not sp.expand(constant * (t + m + d) - depth(t, m, d)).is_nonnegative:
            raise RefutedError(f"{what}: the depth is more than {constant} times t + m + d")
    return Found(
        "every t >= 0, m >= 1, d >= 1",
        {f"c1, {what}": str(constant) for what, (constant, _) in DEPTHS.items()},
    )


Depth = Callable[[sp.Expr, sp.Expr, sp.Expr], sp.Expr]
#: ``c1`` and the depth, by ``t``, ``m`` and ``d``.
DEPTHS: dict[str, tuple[sp.Expr, Depth]] = {
    "machines": (sp.Integer(2), lambda t, m, d: t + m + d + 2),
    "row-reducing waves": (sp.Rational(7, 2), lambda t, m, d: 2 * m + 3 * d + 2),
}
