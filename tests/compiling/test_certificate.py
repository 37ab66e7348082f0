from __future__ import annotations

import json

import pytest

from construction.compiling.certificate import certificate
from construction.programs.catalogue import PROGRAMS, load_program
from tests.vectors.freeze import frozen

#: Programs whose certificate was frozen in its first version.
OF_VERSION_1 = [name for name in PROGRAMS if frozen(name)[1]["certificate"]["version"] == 1]


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_is_plain_data_and_says_what_every_number_means(name: str) -> None:
    program = load_program(name)
    data = program.certificate
    assert json.loads(json.dumps(data)) == data
    assert list(data) == ["version", "program", "padding", "codes", "rule", "scenes", "claims"] + (
        ["machine"] if program.machine else []
    )
    assert [each["code"] for each in data["codes"]] == list(program.rule.codes.meanings)
    meanings = [json.dumps([each["kind"], each["fields"]]) for each in data["codes"]]
    assert len(set(meanings)) == len(meanings)
    kinds = {each["kind"]: list(each["fields"]) for each in data["codes"]}
    assert all(kinds[each["kind"]] == list(each["fields"]) for each in data["codes"])
    sizes = {"m": 3, "d": 2, "m d": 6, "1": 1}
    if program.steps is not None:
        sizes["t"] = program.steps(3, 2)
    assert sum(c * sizes[size] for size, c in data["claims"]["depth"].items()) == program.depth(
        3, 2
    )


@pytest.mark.parametrize("name", OF_VERSION_1)
def test_gates_are_the_authors_with_what_the_compiler_chose(name: str) -> None:
    program = load_program(name)
    kept = frozen(name)[1]["certificate"]["rule"]
    rule = program.certificate["rule"]
    assert (rule["tables"], rule["readout"]) == (kept["tables"], kept["readout"])
    for each, before in zip(rule["gates"], kept["gates"], strict=True):
        if "chosen" in before:
            assert each == before
        else:  # version 1 knew nothing but what was chosen
            assert {**each, "when": each["chosen"]} == {**before, "unless": each["unless"]} | {
                "chosen": each["chosen"]
            }
        for position, chosen in each["chosen"].items():
            assert set(each["when"].get(position, ())) <= set(chosen)
            assert set(each["unless"].get(position, ())).isdisjoint(chosen)


def test_a_rule_alone_claims_nothing() -> None:
    data = certificate(load_program("majority").rule)
    assert data["scenes"] == {}
    assert data["claims"] is None
