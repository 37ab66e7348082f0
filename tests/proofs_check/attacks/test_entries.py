"""Every entry of a certificate is read, and one that is missing or of another kind is refuted."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.network.definition5 import five_layer_form
from construction.programs.catalogue import load_program
from proofs_check.certificate import read_certificate
from proofs_check.statement import check
from proofs_check.statements import of_network
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from tests.proofs_check.attacks.test_end_to_end import says
from tests.proofs_check.subjects import CHECKED, bundled, changed, known_to_play, refuted


def places(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place of plain data, with one entry of each long list."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key)
            yield from places(value, (*path, key))
    elif isinstance(data, list) and data:
        yield (*path, "0")
        yield from places(data[0], (*path, "0"))


def reading(subject: Subject) -> None:
    """Read everything that a certificate has, without checking the network."""
    certificate = subject.certificate
    for name in certificate.scenes:
        subject.scene(name)
    _ = subject.depth
    if subject.has_machine:
        _ = subject.machine


#: Entries of a table that may be left out: a gate, a transition, a code's entry, a field's condition.
LISTS = (
    "gates",
    "transitions",
    "values",
    "slopes",
    "where",
    "stages",
    "definitions",
    "steps",
    "codes",
)
#: What need not be there.
OPTIONAL = ("where", "slope", "fields", "machine")


@pytest.mark.parametrize("name", ["row-reduction-machine", "one-literal", "online-row-reduction"])
def test_an_entry_that_is_missing_is_refuted_with_its_place(name: str) -> None:
    reading(Subject(bundled(name).network, load_program(name).certificate))
    for path in places(load_program(name).certificate):
        in_list = path[-1] == "0" or (len(path) > 1 and path[-2] in ("values", "index"))
        free = path[-1] in OPTIONAL or path[-2:-1] == ("symbols",) or path[-2:-1] == ("scenes",)
        form = path[-2:-1] in (("depth",), ("rows",)) or "where" in path or "rank" in path[-2:-1]
        table = path[-2:-1] in (("tables",), ("when",), ("unless",), ("chosen",))
        if in_list or free or form or table:
            continue
        with pytest.raises(RefutedError, match=r"certificate|codes|code|kind|definition|network"):
            reading(changed(name, "/".join(path)))


@pytest.mark.parametrize("name", ["row-reduction-machine", "conjunction"])
def test_an_entry_of_another_kind_is_refuted(name: str) -> None:
    for path in places(load_program(name).certificate):
        if path[-1] in ("steps", "claims", "computes"):
            continue  # null says that nothing is claimed
        with pytest.raises(RefutedError):
            reading(changed(name, "/".join(path), None))


@pytest.mark.parametrize(
    "place",
    ["", "rule", "claims", "scenes/memorising", "scenes/predicting/stages/0", "codes/0", "machine"],
)
def test_an_entry_that_nothing_reads_is_refuted(place: str) -> None:
    subject = changed("row-reduction-machine", f"{place}/more".strip("/"), 1)
    with pytest.raises(RefutedError, match="'more', which nothing reads"):
        reading(subject)


SLOW = ("line-row-reduction", "online-row-reduction")


@pytest.mark.parametrize(
    "name",
    # A scene of these takes long, and other attacks refute depths of theirs.
    [pytest.param(name, marks=pytest.mark.long) if name in SLOW else name for name in CHECKED],
)
def test_a_depth_that_is_too_small_is_refuted(name: str) -> None:
    depth = dict(load_program(name).certificate["claims"]["depth"])
    subject = changed(name, "claims/depth", {**depth, "1": depth.get("1", 0) - 1})
    # What was worked out of the scene does not depend on it, but for a machine.
    about = ["Lemma 1, depth", "Online, depth"]
    if name == "row-reduction-machine":
        about = ["Lemma 1, prediction"]
    if subject.online or name in ("line-row-reduction", "systolic-row-reduction"):
        known_to_play(subject, name)
    assert refuted(subject, *about)


@pytest.mark.parametrize(
    ("name", "depth", "reason"),
    [
        ("one-literal", {"m": 1, "d": 1, "1": -1}, "not at least 1"),
        ("one-literal", {"m": -1, "d": 9, "1": 9}, "not at least 1"),
        ("online-conjunction", {"m": 1, "d": 1, "1": 1}, "number of examples"),
    ],
)
def test_a_depth_that_is_none(name: str, depth: dict[str, int], reason: str) -> None:
    with pytest.raises(RefutedError, match=reason):
        _ = changed(name, "claims/depth", depth).depth


def test_claims_that_are_not_made_are_shown() -> None:
    """Without scenes and claims there is nothing to refute; the statements are there all the same."""
    data: dict[str, Any] = deepcopy(load_program("one-literal").certificate)
    data["scenes"], data["claims"] = {}, None
    subject = Subject(bundled("one-literal").network, data)
    done = [check(each) for each in of_network(subject) if each.id.startswith("Lemma 1")]
    shown = {row.statement.id: row.holds for row in done}
    assert [name for name, holds in shown.items() if holds is None] == [
        "Lemma 1, memorisation",
        "Lemma 1, prediction",
        "Lemma 1, depth",
        "Lemma 1, A",
    ]
    assert False not in shown.values()


@pytest.mark.parametrize("data", [{}, {"version": 1}])
def test_what_cannot_be_read_does_not_count_as_not_claimed(
    data: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked for one row alone, an empty certificate was good enough: the row was *not claimed*."""
    subject = Subject(bundled("majority").network, data)
    for name in ("memorisation", "Lemma 1, A", "Settling"):
        code, printed = says(subject, tmp_path, capsys, name)
        assert code == 1
        assert "the certificate" in printed
        assert "1 fail, 0 not claimed" in printed


def test_a_certificate_that_is_none() -> None:
    wrong: tuple[Any, ...] = (
        {},
        {"version": 1},
        [],
        None,
        3,
        {**load_program("majority").certificate, "version": 1},
    )
    for data in wrong:
        with pytest.raises(RefutedError, match="the certificate"):
            read_certificate(data)


def test_a_unit_of_a_middle_layer_at_its_kink_is_refuted() -> None:
    """The five-layer form adds 1 to every value, so that no identity unit stands at its kink."""
    whole = bundled("one-literal")
    five = five_layer_form(whole.network)
    first, second, lifted, again, last = five.convolution
    flat = replace(lifted, biases=np.zeros_like(lifted.biases))
    back = replace(last, biases=last.biases + last.weights @ lifted.biases)
    broken = replace(five, convolution=(first, second, flat, again, back))
    about = "Lemma 1, network = rule"
    assert about not in refuted(Subject(five, whole.data), about)
    assert "kink" in refuted(Subject(broken, whole.data), about)[about]


def test_a_prediction_whose_depth_is_no_linear_form_is_refuted() -> None:
    """Scenes are linear in m and d; such a depth ended in a traceback."""
    scene = load_program("line-row-reduction").certificate["scenes"]["memorising"]
    subject = changed("line-row-reduction", "scenes/predicting", scene)
    with pytest.raises(RefutedError, match="a scene is linear"):
        reading(subject)


def test_a_stage_cannot_be_called_a_verdict() -> None:
    """Texts of a certificate are printed: one with line ends or escapes could write rows of its own."""
    forged = "x\n  holds        Lemma 1, A                finite, exact        1.7 s\n\x1b[8m"
    for place, entry in (
        ("scenes/predicting/stages/0/stage", forged),
        ("scenes/predicting/stages/0/kind", {"is": repr(forged)}),
        ("scenes/predicting/stages/0/kind", {"is": f"'x' {forged[1:]}"}),
        ("claims/computes", forged),
    ):
        found = refuted(changed("one-literal", place, entry), "Lemma 1, depth")
        assert "printable" in found["Lemma 1, depth"]
        assert found["Lemma 1, depth"].isprintable()
