"""YAML as a tree of nodes that know where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from reprlib import repr as shortened

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from construction.formats.text import FormatError, Place, Source

_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"

#: What to do about a text that is not YAML, by a word of the parser's message.
_HINTS = {
    "\\t": "indent with spaces, not with tabs",
    "another document": "keep one document in a file",
}
_HINT = (
    "close all brackets and quotes, and quote symbols such as # * & ! % @ and the space, like '#'"
)


@dataclass(frozen=True)
class Node:
    """A node of a YAML document."""

    node: yaml.Node
    source: Source

    @property
    def place(self) -> Place:
        mark = self.node.start_mark
        return self.source.at(mark.line, mark.column)

    @property
    def is_null(self) -> bool:
        """Nothing stands here (or a null)."""
        return isinstance(self.node, ScalarNode) and self.node.tag == _NULL

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, SequenceNode)

    @property
    def kind(self) -> str:
        """What stands here, in words."""
        if self.is_null:
            return "nothing"
        if isinstance(self.node, ScalarNode):
            return shortened(self.node.value)
        return "a mapping" if self.is_mapping else "a list"

    def fail(self, problem: str, suggestion: str) -> FormatError:
        """The error to raise about this node."""
        return FormatError(self.place, problem, suggestion)

    def text(self, what: str) -> str:
        """The characters of a scalar, as they were written."""
        if not isinstance(self.node, ScalarNode) or self.is_null:
            raise self.fail(f"{what} is {self.kind}", "it should be text; quote it if in doubt")
        return str(self.node.value)

    def shown(self, what: str) -> str:
        """The same for a name, which is printed: without characters that a terminal would obey."""
        text = self.text(what)
        if not text.isprintable():
            strange = next(each for each in text if not each.isprintable())
            raise self.fail(
                f"{what} holds the character {strange!r}", "it should hold only what can be shown"
            )
        return text

    def items(self, what: str) -> list[Node]:
        """The entries of a list."""
        if not isinstance(self.node, SequenceNode):
            raise self.fail(f"{what} is {self.kind}", "it should be a list, like [a, b]")
        return [Node(each, self.source) for each in self.node.value]

    def pairs(self, what: str) -> Iterator[tuple[str, Node, Node]]:
        """The entries of a mapping: key, the key's node, the value's node.

        A list as a key stands for an entry with each of its elements. Nothing is an empty mapping.
        """
        if self.is_null:
            return
        if not isinstance(self.node, MappingNode):
            raise self.fail(f"{what} is {self.kind}", "it should be a mapping, like {key: value}")
        seen: set[str] = set()
        own, merged = _entries(self.node)
        for key_node, value_node, is_own in [*((*each, True) for each in own), *merged]:
            key = Node(key_node, self.source)
            for each in key.items(what) if key.is_list else [key]:
                name = each.shown(f"a key of {what}")
                if name in seen and is_own:
                    raise each.fail(f"{what} has {name!r} twice", "leave one of them")
                if name not in seen:
                    seen.add(name)
                    yield name, each, Node(value_node, self.source)


_Entry = tuple[yaml.Node, yaml.Node]


def _entries(node: MappingNode) -> tuple[list[_Entry], list[tuple[yaml.Node, yaml.Node, bool]]]:
    """A mapping's own entries, and those that it merges in (``<<``), which give way to its own."""
    own: list[_Entry] = []
    merged: list[tuple[yaml.Node, yaml.Node, bool]] = []
    for key, value in node.value:
        if key.tag != _MERGE:
            own.append((key, value))
            continue
        for each in value.value if isinstance(value, SequenceNode) else [value]:
            if isinstance(each, MappingNode):
                inner, outer = _entries(each)
                merged += [(k, v, False) for k, v in inner] + outer
    return own, merged


def compose(source: Source) -> Node | None:
    """The document of a source; None when there is nothing in it."""
    try:
        root = yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = source.at(mark.line, mark.column) if mark else source.at(0, 0)
        hint = next((_HINTS[word] for word in _HINTS if word in str(error.problem)), _HINT)
        raise FormatError(place, f"this is not YAML: {error.problem}", hint) from None
    except yaml.reader.ReaderError as error:
        before = source.text[: error.position]
        place = source.at(before.count("\n"), len(before) - before.rfind("\n") - 1)
        raise FormatError(
            place, f"the character #x{error.character:04x} cannot stand here", "leave it out"
        ) from None
    except RecursionError:
        raise FormatError(
            source.at(0, 0), "the document is nested too deeply", "a machine needs four levels"
        ) from None
    return None if root is None else Node(root, source)
