"""The bundled networks are, bit for bit, those of the files in ``tests/vectors/programs``."""

from __future__ import annotations

import json

import numpy as np
import pytest

from construction.programs.catalogue import PROGRAMS
from tests.vectors.freeze import frozen, vectors


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_network_is_the_frozen_one(name: str) -> None:
    tensors, header = vectors(name)
    kept, kept_header = frozen(name)
    assert tensors.keys() == kept.keys()
    for key, values in tensors.items():
        assert np.array_equal(values, kept[key]), key
    now = json.loads(json.dumps(header))
    assert now["padding"] == kept_header["padding"]
    # The numbers; what they mean is said in better words since.
    assert [number for number, _ in now["codes"]] == [number for number, _ in kept_header["codes"]]
