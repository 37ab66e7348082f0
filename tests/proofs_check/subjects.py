"""Networks and certificates under test, and what the checker says of them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from construction.compiling.certificate import certificate
from construction.compiling.compiler import compile_rule
from construction.compiling.free_codes import with_chosen_codes
from construction.network.rcnn import RCNN
from construction.programs.catalogue import PROGRAMS, load_program
from construction.rules.rule import LocalRule
from proofs_check.statement import Row, check
from proofs_check.statements import of_network
from proofs_check.subject import Subject

#: The bundled programs; all checks of one are long, and test_batches.py has those that say what it computes.
LONG = "triangular-row-reduction"
CHECKED = [
    pytest.param(name, marks=pytest.mark.long) if name == LONG else name for name in PROGRAMS
]


@cache
def bundled(name: str) -> Subject:
    """A bundled program's network and certificate; what was worked out of it is kept."""
    program = load_program(name)
    return Subject(compile_rule(program.rule), program.certificate)


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Every statement about a bundled program, checked once for all tests."""
    return tuple(check(each) for each in of_network(bundled(name)))


def with_rule(name: str, rule: LocalRule, **changes: Any) -> Subject:
    """The network of another rule, with the program's certificate made for it, in which gates leave nothing open.

    ``changes`` replace entries of the certificate.
    """
    program = load_program(name)
    data = certificate(
        with_chosen_codes(rule), program.scenes, program.certificate["claims"], program.machine
    )
    return Subject(compile_rule(rule), {**data, **changes})


def changed(name: str, place: str, entry: Any = ...) -> Subject:
    """The program's network with another entry at a place of the certificate; without it for ``...``."""
    data: dict[str, Any] = deepcopy(load_program(name).certificate)
    *path, last = place.split("/")
    holder: Any = data
    for step in path:
        holder = holder[int(step) if isinstance(holder, list) else step]
    key: Any = int(last) if isinstance(holder, list) else last
    if entry is ...:
        del holder[key]
    else:
        holder[key] = entry
    return Subject(bundled(name).network, data)


def known_to_play(subject: Subject, name: str) -> Subject:
    """A network whose layers do what the program's do, for its convolution is the program's.

    That was shown once; neither the head nor the claims have a say in it.
    """
    for scene in subject.names_of_scenes:
        subject._outcomes[scene] = bundled(name).outcome(scene)
    return subject


def refuted(subject: Subject, *about: str) -> dict[str, str]:
    """The statements that the checker refutes, with the counterexamples.

    ``about`` are the beginnings of the statements' names; by default, Lemma 1 and the online learners.
    """
    wanted = about or ("Lemma 1", "Online")
    done = [check(each) for each in of_network(subject) if each.id.startswith(wanted)]
    return {row.statement.id: row.counterexample for row in done if row.holds is False}


def of(network: RCNN, data: Mapping[str, Any]) -> Subject:
    """A subject that nothing is known of yet."""
    return Subject(network, data)
