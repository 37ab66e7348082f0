"""ONNX files that were tampered with: each gets a sentence, and none opens another file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from construction.cli.main import main
from construction.compiling.compiler import compile_rule
from construction.errors import NetworkError
from construction.programs.catalogue import load_program
from tests.extras import optional

onnx = optional("onnx")

from construction.exports.onnx import onnx_model  # noqa: E402
from construction.exports.onnx_reading import load_onnx  # noqa: E402

NETWORK = compile_rule(load_program("majority").rule)
WEIGHTS = "convolution 1 weights"
Change = Callable[[Any], None]


def constant(model: Any, name: str) -> Any:
    (found,) = (each for each in model.graph.initializer if each.name == name)
    return found


def put(name: str, values: object, kind: Any = np.float32) -> Change:
    def change(model: Any) -> None:
        array = np.asarray(values, dtype=kind)
        constant(model, name).CopyFrom(onnx.numpy_helper.from_array(array, name))

    return change


def say(key: str, value: str) -> Change:
    def change(model: Any) -> None:
        (entry,) = (each for each in model.metadata_props if each.key == key)
        entry.value = value

    return change


def of_type(number: int) -> Change:
    def change(model: Any) -> None:
        constant(model, WEIGHTS).data_type = number

    return change


def cut_short(model: Any) -> None:
    tensor = constant(model, WEIGHTS)
    tensor.raw_data = tensor.raw_data[:-3]


def elsewhere(model: Any) -> None:
    tensor = constant(model, WEIGHTS)
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "secret"


def without_constants(model: Any) -> None:
    del model.graph.initializer[:]


def written(folder: Path, change: Change) -> Path:
    model = onnx_model(NETWORK)
    change(model)
    path = folder / "network.onnx"
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


NO_WHOLE = "holds something else than whole numbers"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("work columns", [np.inf]), NO_WHOLE),
        (put("work columns", [1, 2], np.int64), "'work columns' has 2 numbers; it should be one"),
        (put("scale", np.inf), NO_WHOLE),
        (put("scale", np.nan), NO_WHOLE),
        (put("scale", 0), "scale"),
        (put("head scale", np.inf), NO_WHOLE),
        (put(WEIGHTS, np.full((3, 1, 3, 3), np.inf)), NO_WHOLE),
        (put(WEIGHTS, np.full((3, 1, 3, 3), 0.5)), NO_WHOLE),
        (put(WEIGHTS, np.full((3, 1, 3, 3), 1e30)), NO_WHOLE),
        (put(WEIGHTS, ["a", "b"], object), NO_WHOLE),
        (put(WEIGHTS, np.zeros((3, 1, 3, 3)), np.complex64), NO_WHOLE),
        (put(WEIGHTS, 3.0), "has no weights"),
        (put(WEIGHTS, np.zeros((0, 1, 3, 3))), "has no weights"),
        (put(WEIGHTS, np.zeros((3, 1, 3, 3))), "graph is not that of 'majority'"),
        (say("codes", "[" * 100_000 + "]" * 100_000), "the codes are no JSON"),
        (say("codes", '[[1e400, "a"]]'), "a code is listed as"),
        (say("codes", '[[0, {"a": 1}], [1, "b"]]'), "is no name"),
        (say("codes", "5"), "the codes are no list"),
        (say("padding", "9" * 5000), "it should be a whole number"),
        (say("padding", "-7"), "padding -7 is no code"),
        (cut_short, f"'{WEIGHTS}' cannot be read"),
        (of_type(999), f"'{WEIGHTS}' cannot be read"),
        (of_type(0), f"'{WEIGHTS}' cannot be read"),
        (elsewhere, f"'{WEIGHTS}' is in another file"),
        (without_constants, f"no constant '{WEIGHTS}'"),
    ],
)
def test_what_is_no_network_gets_a_sentence(change: Change, words: str, tmp_path: Path) -> None:
    with pytest.raises(
        NetworkError, match=r"network\.onnx: the graph is not that of 'majority': "
    ) as caught:
        load_onnx(written(tmp_path, change), NETWORK)
    assert words in str(caught.value)


def test_the_name_in_a_file_opens_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("name: not for others to read\n", encoding="utf-8")
    for name in (str(secret), "", "W110\n", "x" * 10_000):
        assert main(["verify", "--network", str(written(tmp_path, say("program", name)))]) == 2
        message = capsys.readouterr().err
        assert "which is no bundled program; say of which program or machine it is" in message
        assert "others" not in message
        assert len(message) < 1000
    named = written(tmp_path, lambda model: None)
    assert main(["verify", "--network", str(named), "--only", "head = readout"]) == 0


def test_a_program_that_is_named_is_the_one_that_is_compared(tmp_path: Path) -> None:
    path = written(tmp_path, say("program", "row-reduction-machine"))
    assert main(["verify", "--network", str(path), "--only", "head = readout"]) == 2
