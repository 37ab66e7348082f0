"""The table: every statement of the paper, in order, with the function that checks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from construction.network.rcnn import RCNN
from proofs_check import gadgets, optimality, representation, restarts, sharing, weight_set
from proofs_check.lemma1 import Lemma1
from proofs_check.online import online
from proofs_check.small_sizes import DEFINITIONS
from proofs_check.verdict import Found, Method, Statement


def statements(subjects: Sequence[tuple[RCNN, Mapping[str, Any]]]) -> list[Statement]:
    """Every statement: first those about each network, then those about the construction."""
    of_networks = [row for network, proof in subjects for row in lemma1(network, proof)]
    return [*of_networks, *of_the_construction()]


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
    if lemma.computes == "row reduction" and lemma.scheduled("machine"):
        done.append(
            Statement(
                "Definition 1",
                "an (s, m, t)-bounded learner: s states, at most t steps on m examples",
                "finite, exact",
                lemma.bounded,
                network.name,
            )
        )
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
    elif computes := lemma.computes:
        definition = DEFINITIONS.get(str(computes))
        what = str(computes) if definition is None else (definition.__doc__ or "").rstrip(".")
        done.append(
            Statement(
                "Lemma 1, A",
                f"from layer L on, f([x; 1]) = A(S)[x]: {what[:1].lower()}{what[1:]}",
                "finite, exact",
                lemma.computes_on_small_sizes,
                network.name,
            )
        )
    return [*done, *online(lemma), *architecture(lemma)]


def architecture(lemma: Lemma1) -> list[Statement]:
    """Definition 5, Theorem 1 and the remark for one network."""
    one_patch: Method = "all sizes, exact" if lemma.complete else "property-based"
    rows: list[tuple[str, str, Method, Callable[[], Found]]] = [
        (
            "Definition 5",
            "five weight layers of width at most 100 s, a pixel-wise head of width at most 100",
            "finite, exact",
            lemma.definition5,
        ),
        (
            "Lemma 1, weights",
            "all weights lie in U_s, a set of size O(s) that depends on s alone",
            "finite, exact",
            lemma.weights,
        ),
        (
            "Theorem 1, precision",
            "the bits that the weights need; floats that have them are bit-identical to integers",
            "finite, exact",
            lemma.bits,
        ),
        (
            "Theorem 1, noise",
            "noise below the margin on every pixel of every layer changes nothing",
            one_patch,
            lemma.margin,
        ),
        (
            "Remark",
            "without both kinds of weight sharing the parameter count depends on sizes or depth",
            "symbolic",
            lemma.sharing,
        ),
    ]
    if lemma.scheduled("machine"):
        rows.append(
            (
                "Theorem 1, probability",
                "a uniform draw from U_s succeeds with probability at least s^(-c2 s)",
                "symbolic",
                lemma.probability,
            )
        )
    rows.append(
        (
            "The checker",
            "it rejects each weight that is zeroed, negated or moved, or proves it harmless",
            "finite, exact",
            lemma.damage,
        )
    )
    return [Statement(*row, lemma.network.name) for row in rows]


def of_the_construction() -> list[Statement]:
    """The statements that are about no network in particular."""
    rows: list[tuple[str, str, Method, Callable[[], Found]]] = [
        (
            "Definition 2",
            "PAO learner: choosing on a validation set is one",
            "finite, exact",
            optimality.check_definition2,
        ),
        (
            "Observation 1",
            "eps = delta = r makes a PAO learner without parameters",
            "symbolic",
            restarts.check_observation1,
        ),
        (
            "Definition 3",
            "(s, k)-Turing-optimal: PAO for all machines of s states",
            "finite, exact",
            optimality.check_definition3,
        ),
        (
            "Claim 1",
            "(s, k)-Turing-optimal learners combine into a Turing-optimal one",
            "finite, exact",
            optimality.check_claim1,
        ),
        (
            "Definition 4, Claim 2",
            "a Turing-optimal learner PAC-learns what is PAC-learnable",
            "finite, exact",
            optimality.check_claim2,
        ),
        (
            "Gadget: step",
            "0 before its threshold, 1 after it, flat near every code",
            "symbolic",
            gadgets.check_step,
        ),
        (
            "Gadget: table",
            "differences times steps add up to the table",
            "symbolic",
            gadgets.check_telescoping,
        ),
        (
            "Gadget: slope",
            "near a code with a slope the table is affine with that slope",
            "symbolic",
            gadgets.check_live,
        ),
        (
            "Gadget: gate",
            "1 when all conditions hold, else 0; at distance 1 from the kink",
            "symbolic",
            gadgets.check_gates,
        ),
        (
            "Definition 5, all s",
            "a machine's network has O(s) weights and, but for small s, width at most 100 s",
            "symbolic",
            weight_set.check_definition5_widths,
        ),
        (
            "Lemma 1, U_s",
            "|U_s| = O(s), and ceil(log2 s) + c3 bits number it",
            "symbolic",
            weight_set.check_size,
        ),
        ("Theorem 1, depth", "L <= c1 (t + m + d)", "symbolic", sharing.check_depth_constant),
        (
            "Corollary 2, numbers",
            "restarts s^(c1 s) log(1/delta), examples O(s log s log(1/delta) / eps^2)",
            "symbolic",
            restarts.check_corollary2,
        ),
        (
            "Corollary 2, functions",
            "restarts and validation_examples are enough",
            "finite, exact",
            restarts.check_restarts,
        ),
        (
            "Representation",
            "values and Jacobians at N points: a ReLU network of at most 3 n N + N units",
            "property-based",
            representation.check_representation,
        ),
        (
            "Section 5",
            "what does best over several problems does well on new ones",
            "finite, exact",
            optimality.check_reuse,
        ),
    ]
    return [Statement(*row) for row in rows]
