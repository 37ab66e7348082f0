"""The two forms of a fast-weight layer in PyTorch, for one query: which amount of each value is in the answer.

Both are exact rewritings of each other; on 32-bit floats they add in another order and differ by rounding.
For *one* query the loop, taken backwards, is the cheaper one: ``n p`` products instead of ``n^2 p``. Where every
pair's own answer is wanted, as in a layer of a deeper network, the triangular form takes all of them together.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from construction.extras import missing_extra
from construction.fast_weights import kernel
from construction.fast_weights.rules import Rule

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    raise missing_extra("PyTorch", "torch") from None

FeatureMap = Literal["linear", "dpfp"]
MAPS: Final[tuple[FeatureMap, ...]] = ("linear", "dpfp")


def feature_map(x: Any, kind: FeatureMap) -> Any:
    """``elu + 1``, or DPFP with ``nu = 1``, of the last axis."""
    if kind == "linear":
        return torch.nn.functional.elu(x) + 1
    r = torch.relu(torch.cat([x, -x], dim=-1))
    return r * r.roll(1, dims=-1)


def triangular_coefficients(keys: Any, queries: Any, rates: Any, rule: Rule) -> Any:
    """The number by which each value enters the answer to the query, ``(..., n)``.

    ``keys`` is ``(..., n, p)``, ``queries`` ``(..., p)``, ``rates`` ``(..., n)``; the answer is the sum of the
    values by these. For one query the triangular system is solved transposed, for one vector.
    """
    shown = (keys @ queries[..., None])[..., 0]
    if rule == "sum":
        return rates * shown
    system = (rates[..., None] * (keys @ keys.mT)).tril(-1).mT
    solved = torch.linalg.solve_triangular(system, shown[..., None], upper=True, unitriangular=True)
    return rates * solved[..., 0]


def loop_coefficients(keys: Any, queries: Any, rates: Any, rule: Rule) -> Any:
    """The same, pair by pair from the last to the first: what a pair leaves of the query goes on."""
    if rule == "sum":
        return rates * (keys @ queries[..., None])[..., 0]
    left, found = queries, []
    for i in range(keys.shape[-2] - 1, -1, -1):
        amount = rates[..., i] * (keys[..., i, :] * left).sum(-1)
        left = left - amount[..., None] * keys[..., i, :]
        found.append(amount)
    return torch.stack(found[::-1], dim=-1)


class CompiledAmounts(torch.autograd.Function):
    """The loop's amounts, compiled, with keys that are sums of two looked-up rows; see :mod:`.kernel`.

    In the delta rule keys are divided by their sum, as in the public code.
    """

    @staticmethod
    def forward(
        ctx: Any,
        by_key: Any,
        by_value: Any,
        queries: Any,
        rates: Any,
        keys: Any,
        values: Any,
        kind: FeatureMap,
        rule: Rule,
    ) -> Any:
        dpfp, delta = ctx.kind = kind == "dpfp", rule == "delta"
        by_key, by_value, queries, rates = (
            each.detach().contiguous().numpy() for each in (by_key, by_value, queries, rates)
        )
        found, left = kernel.amounts(
            by_key, by_value, keys.numpy(), values.numpy(), queries, rates, dpfp, delta
        )
        ctx.kept = by_key, by_value, keys.numpy(), values.numpy(), left, rates, found
        return torch.from_numpy(found)

    @staticmethod
    def backward(ctx: Any, slopes: Any) -> Any:
        dpfp, delta = ctx.kind
        by_key, by_value, keys, values, left, rates, amounts = ctx.kept
        found = kernel.backwards(
            by_key,
            by_value,
            keys,
            values,
            left,
            rates,
            amounts,
            slopes.contiguous().numpy(),
            dpfp,
            delta,
        )
        return *map(torch.from_numpy, found), None, None, None, None
