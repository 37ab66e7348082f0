"""Prints what came of having Coq check the proofs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from proofs_check.console import Console
from proofs_check.coq.proof import Outcome
from proofs_check.table import EXIT_REFUTED


def report(outcomes: Sequence[Outcome], *, as_json: bool = False) -> int:
    """Print them; the exit code is 1 when a network has no proof."""
    if as_json:
        print(json.dumps({"proofs": [outcome.as_json() for outcome in outcomes]}, indent=2))
    else:
        console = Console()
        for outcome in outcomes:
            for line in (*outcome.statement.splitlines(), ""):
                console.print(line)
            for line in f"{outcome.program}: {_verdict(outcome)}".splitlines():
                console.print(line)
    return 0 if all(outcome.holds for outcome in outcomes) else EXIT_REFUTED


def _verdict(outcome: Outcome) -> str:
    if not outcome.holds:
        rests_on = outcome.assumptions or "assumptions that coqc did not print"
        reason = outcome.failure or f"the proof rests on {rests_on}"
        return f"not proved for these weights: {reason}"
    return (
        f"Coq {outcome.coq} proves it for these weights, without axioms "
        f"({outcome.assumptions}), in {outcome.seconds:.1f} s"
    )
