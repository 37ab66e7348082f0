"""What tests of files share: a network, and the file of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from construction.compiling.compiler import compile_rule
from construction.network.files import save_network
from construction.network.rcnn import RCNN
from construction.programs.catalogue import load_program

CERTIFICATE = {"waves": [1, 2, {"deep": None}], "name": "ä"}


@pytest.fixture(scope="module")
def network() -> RCNN:
    return compile_rule(load_program("systolic-row-reduction").rule)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def good(network: RCNN, folder: Path) -> bytes:
    path = folder / "network.safetensors"
    save_network(path, network, CERTIFICATE)
    return path.read_bytes()
