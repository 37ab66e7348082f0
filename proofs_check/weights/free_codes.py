"""What an author leaves open: codes on which it does not matter what a gate does, as they never stand there.

Where a gate says both which codes a position must show and which it must not, the compiler decides about the others.
So on a patch with one such code, on which the gate, with the compiler's choices, holds at all other positions and would add something, the choice is all
that decides. No patch of a scene or of a machine's step is one. Two such codes on a patch are not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from construction.rules.patch import POSITIONS
from proofs_check.verdict import RefutedError

if TYPE_CHECKING:
    from proofs_check.certificate import Gate


def check_decided(gates: Iterable[Gate], patches: npt.NDArray[np.integer[Any]]) -> None:
    """No single choice of the compiler's decides what a gate does on one of these patches ``(n, 9)``.

    Raises :class:`~proofs_check.verdict.RefutedError` when one does.
    """
    for gate in gates:
        holds = {p: np.isin(patches[:, p], list(codes)) for p, codes in gate.when.items()}
        opened = np.zeros(len(patches), dtype=bool)
        for position in gate.when:
            free = gate.may[position] - gate.must[position]
            others = [holds[p] for p in gate.when if p != position]
            opened |= np.isin(patches[:, position], list(free)) & np.all(others, axis=0)
        if gate.amounts is not None:
            tables = (gate.amounts, gate.slopes)
            adding = [code for table in tables for code, entry in table.items() if entry]
            opened &= np.isin(patches[:, gate.position], adding)
        (bad,) = np.nonzero(opened)
        if len(bad):
            patch = dict(zip(POSITIONS, patches[bad[0]].tolist(), strict=True))
            raise RefutedError(
                f"the gate {gate.name!r} says neither that it holds on the patch {patch}, which occurs, nor that it does "
                f"not: 'when' and 'unless' leave a code out"
            )
