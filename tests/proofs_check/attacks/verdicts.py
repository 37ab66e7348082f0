"""What the checker says of a network and its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from construction.network.rcnn import RCNN
from proofs_check.statements import lemma1
from proofs_check.verdict import check


def refuted(network: RCNN, certificate: Mapping[str, Any], *about: str) -> dict[str, str]:
    """The statements that the checker refutes, with the counterexamples.

    ``about`` are the beginnings of the statements' names; by default, Lemma 1 and the online learners.
    """
    wanted = about or ("Lemma 1", "Online")
    rows = [check(each) for each in lemma1(network, certificate) if each.id.startswith(wanted)]
    return {row.statement.id: row.counterexample for row in rows if not row.holds}
