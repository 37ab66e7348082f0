"""A YAML document that describes a machine: its fields, as written or inside what turingmachine.io exports."""

from __future__ import annotations

from typing import Final

from construction.formats.text import FormatError, Source
from construction.formats.yaml_nodes import Node, compose
from construction.hints import closest

FIELDS: Final = (
    "name", "input", "blank", "start state", "synonyms", "table", "symbols", "bits", "head", "steps", "work columns",
    "source code", "positions", "editor contents",
)  # fmt: skip

REQUIRED: Final = {
    "blank": "every tape has a blank symbol, like blank: ' '",
    "start state": "name the first state, like start state: begin",
    "table": "say what each state does on each symbol, like table: {begin: {0: R}}",
}


def document(source: Source) -> tuple[Source, dict[str, Node]]:
    """The text that holds the machine, with its place in the file, and its fields by name.

    An exported document has the machine as its ``source code``. Raises
    :class:`~construction.formats.text.FormatError` when it is no mapping, or a field is misspelt.
    """
    fields = _fields(source)
    if "source code" in fields:
        title = fields.get("name")
        source = _embedded(source, fields["source code"])
        fields = _fields(source)
        if title is not None:
            fields.setdefault("name", title)
    return source, fields


def _fields(source: Source) -> dict[str, Node]:
    root = compose(source)
    if root is None:
        needs = ", ".join(map(repr, REQUIRED))
        raise FormatError(source.at(0, 0), "there is nothing here", f"a machine needs {needs}")
    if not root.is_mapping:
        raise root.fail(f"a machine is {root.kind}", "it should be a mapping with a table")
    fields: dict[str, Node] = {}
    for key, key_node, value in root.pairs("the machine"):
        if key not in FIELDS:
            hint = closest(key, FIELDS)
            if hint.startswith("did you mean"):
                raise key_node.fail(f"unknown field {key!r}", hint)
        fields[key] = value
    return fields


def _embedded(source: Source, node: Node) -> Source:
    """The source code inside an exported document, with its place in the file."""
    text = node.text("the source code")
    mark = node.node.start_mark
    if source.lines[mark.line][mark.column : mark.column + 1] != "|":
        raise node.fail("the source code is on one line", "begin it with source code: |")
    line = mark.line + 1
    written = (each for each in source.lines[line:] if each.strip())
    indent = next((len(each) - len(each.lstrip()) for each in written), 0)
    return Source(text, source.name, line, indent)
