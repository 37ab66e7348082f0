"""The table: every statement of the paper, in order, with the function that checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from construction.network.rcnn import RCNN
from proofs_check.lemma1 import Lemma1
from proofs_check.small_sizes import DEFINITIONS
from proofs_check.verdict import Statement


def statements(subjects: Sequence[tuple[RCNN, Mapping[str, Any]]]) -> list[Statement]:
    """Every statement: first those about each network, then those about the construction."""
    return [row for network, certificate in subjects for row in lemma1(network, certificate)]


def lemma1(network: RCNN, certificate: Mapping[str, Any]) -> list[Statement]:
    """Lemma 1 for one network."""
    lemma = Lemma1(network, certificate)
    rows = [
        (
            "network = rule",
            "the convolution is its rule on every patch: values, Jacobians, no unit at its kink",
            lemma.network_is_rule,
        ),
        (
            "head = readout",
            "the head is the readout: values and slopes at every code",
            lemma.head_is_readout,
        ),
    ]
    memorisation = (
        "memorisation",
        "SGD step i adds (y_i/3) [x_i, 1] to row i of W, and nothing to any other row",
        lemma.memorisation,
    )
    unmasking = (
        "unmasking",
        "from the memory layer on, two waves turn every pixel into its data bit",
        lemma.unmasking,
    )
    depth = ("depth", "from layer L on, f([x; 1]) = A(S)[x]", lemma.depth)
    if lemma.scheduled("unmasking") or lemma.scheduled("storing"):
        rows.append(memorisation)
    if lemma.scheduled("machine"):
        steps = "from the head's birth on, a layer is a step of the machine"
        rows += [unmasking, ("machine = rule", steps, lemma.machine_steps), depth]
    if lemma.scheduled("row reduction"):
        holds = "in every layer every cell holds its variable of row reduction"
        rows += [unmasking, ("invariant", holds, lemma.invariant), depth]
    done = [
        Statement(f"Lemma 1, {part}", text, "all sizes, exact", check, network.name)
        for part, text, check in rows
    ]
    if lemma.computes == "row reduction":
        done.append(
            Statement(
                "Lemma 1, A",
                "A is row reduction: the parity whose free features are 0, if one explains S",
                "finite, exact",
                lemma.computes_row_reduction,
                network.name,
            )
        )
    computes = lemma.computes
    if isinstance(computes, str) and computes in DEFINITIONS:
        what = (DEFINITIONS[computes].__doc__ or "").rstrip(".")
        done.append(
            Statement(
                "Lemma 1, A",
                f"from layer L on, f([x; 1]) = A(S)[x]: {what[:1].lower()}{what[1:]}",
                "finite, exact",
                lemma.computes_on_small_sizes,
                network.name,
            )
        )
    return done
