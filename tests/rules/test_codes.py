from __future__ import annotations

import pickle

import pytest

from construction.rules.codes import NOTHING, Code, Kind, Signal, Sum

ACTING = Kind("acting", {"bit": (0, 1), "label": (-1, 1)}, shows="{bit}", mark="a")


def test_a_code_is_its_kind_and_its_fields() -> None:
    code = ACTING(1, label=-1)
    assert code == Code("acting", bit=1, label=-1)
    assert hash(code) == hash(Code("acting", bit=1, label=-1))
    assert code != ACTING(1, 1)
    assert code != "acting"
    assert repr(code) == "Code('acting', bit=1, label=-1)"
    assert pickle.loads(pickle.dumps(code)) == code
    assert (str(code), code.text, code.mark, code.role) == (
        "acting, bit 1, label -",
        "1",
        "a",
        "working",
    )
    assert str(pickle.loads(pickle.dumps(code))) == str(code)


def test_a_truth_value_is_a_bit() -> None:
    assert ACTING(True, 1).fields == {"bit": 1, "label": 1}
    assert type(ACTING(True, 1).fields["bit"]) is int


def test_a_code_that_no_kind_made_is_plain() -> None:
    code = Code("resting", bit=1)
    assert (str(code), code.text, code.mark, code.role) == ("resting, bit 1", "", "", "data")


def test_values_that_a_field_does_not_take() -> None:
    with pytest.raises(ValueError, match="2 is no value of the field 'bit' of 'acting'; it should"):
        ACTING(2, 1)
    for values, named in (((1,), {}), ((1, 1, 1), {}), ((1, 1), {"bit": 1}), ((1,), {"by": 1})):
        with pytest.raises(TypeError, match="a code of kind 'acting' has the fields bit, label"):
            ACTING(*values, **named)


def test_sums() -> None:
    code, one = ACTING(0, 1), Signal("one")
    assert code + one == one + code == Sum({code: 1, one: 1})
    assert code + one - one == Sum({code: 1})
    assert code - code == NOTHING
    assert -(code - one) == one - code
    assert (code + one) * 2 - code == code + one * 2
    assert one * 0 == NOTHING
    assert str(code + one * 2 - Signal("two")) == "[acting, bit 0, label +] + 2 [one] - [two]"
    assert str(NOTHING) == "0"
