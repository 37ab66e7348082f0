"""What documents say that commands print is what they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.documents import BLOCK, ROOT, Command, commands, documents
from tests.extras import optional

COMMANDS = [command for document in documents() for command in commands(document)]


@pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda c: f"{c.document.relative_to(ROOT)}: {c.line}"
)
def test_the_document_shows_what_the_command_prints(command: Command) -> None:
    printed = command.run()
    assert command.holds(printed), f"{command.document} shows\n{command.shown}\nbut now\n{printed}"


def test_every_console_block_begins_with_a_command() -> None:
    for document in documents():
        for block in BLOCK.findall(document.read_text()):
            assert block.startswith("$ "), f"{document}: {block}"


def test_local_links_lead_somewhere() -> None:
    for document in documents():
        text = re.sub(r"^ {4}.*$", "", document.read_text(), flags=re.MULTILINE)  # code
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (document.parent / target).exists(), f"{document}: no {target}"


def test_the_python_of_the_readme_runs_as_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("sklearn", "torch", "onnx"):
        optional(package)
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    assert blocks
    monkeypatch.chdir(tmp_path)
    for block in blocks:
        exec(block, {})
    assert (tmp_path / "network.onnx").exists()
