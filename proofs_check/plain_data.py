"""Reading plain data with care: every entry has a place, a type, and is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from proofs_check.patterns.linear import ONE, Linear
from proofs_check.verdict import RefutedError

LARGEST = 2**16  #: a coefficient; ours are below ten


class Place:
    """A value in a certificate and the path to it, for sentences about it."""

    def __init__(self, value: Any, path: str = "the certificate") -> None:
        self.value = value
        self.path = path

    def fail(self, should: str) -> RefutedError:
        """The refutation that says what this should be."""
        return RefutedError(f"{self.path} is {_shown(self.value)}; it should be {should}")

    def __getitem__(self, key: str | int) -> Place:
        if isinstance(key, str):
            value = self.mapping()
            if key not in value:
                raise RefutedError(f"{self.path} lacks {key!r}")
            return Place(value[key], f"{self.path}/{key}")
        return Place(self.value[key], f"{self.path}/{key}")

    def mapping(
        self, required: tuple[str, ...] | None = None, optional: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The value as a mapping; with names given, with exactly those entries."""
        value = self.value
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise self.fail("a mapping")
        if not all(key.isprintable() for key in value):
            raise self.fail("a mapping with printable names")
        if required is not None:
            for key in required:
                if key not in value:
                    raise RefutedError(f"{self.path} lacks {key!r}")
            for key in value:
                if key not in (*required, *optional):
                    raise RefutedError(f"{self.path} has the entry {key!r}, which nothing reads")
        return dict(value)

    def items(self) -> Iterator[tuple[str, Place]]:
        for key, value in self.mapping().items():
            yield key, Place(value, f"{self.path}/{key}")

    def __iter__(self) -> Iterator[Place]:
        if not isinstance(self.value, list | tuple):
            raise self.fail("a list")
        for index, value in enumerate(self.value):
            yield Place(value, f"{self.path}/{index}")

    def integer(self) -> int:
        if type(self.value) is not int:
            raise self.fail("a whole number")
        return self.value

    def word(self) -> str:
        if not isinstance(self.value, str):
            raise self.fail("a word")
        # Words are printed: one that steers a terminal could write a verdict of its own.
        if not self.value.isprintable():
            raise self.fail("a word of printable characters")
        return self.value

    def integer_or_word(self) -> int | str:
        return self.word() if isinstance(self.value, str) else self.integer()

    def form(self, *names: str) -> Linear:
        """A linear form in these names."""
        for name, each in self.items():
            if abs(each.integer()) > LARGEST:
                raise each.fail(f"between -{LARGEST} and {LARGEST}")
            if name != ONE and name not in names:
                raise RefutedError(
                    f"{self.path} depends on {name!r}; it should depend on {', '.join(names)} alone"
                )
        return Linear.of(self.mapping())


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
