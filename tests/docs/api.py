"""The page of public names, written from their docstrings.

``python -m tests.docs.api`` writes ``docs/api.md``; a test tells when that is due.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import construction
from tests.docs.documents import ROOT

PAGE: Final = ROOT / "docs" / "api.md"
LONGEST_LINE: Final = 90  #: characters of a signature; a longer one takes a line for each parameter
SEE: Final = " See the module's docstring."
INTRODUCTION: Final = """# The public names

This page is written from the docstrings by `python -m tests.docs.api`. Everything here is imported from
`construction`, for example `from construction import load_program`; a name's module is loaded when the
name is first used.
"""


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION, "| name | what it is |", "|---|---|"]
    for name in construction.PUBLIC:
        lines.append(f"| [`{name}`](#{name.lower()}) | {summary(public(name), name)} |")
    for name in construction.PUBLIC:
        lines += ["", f"## {name}", "", *section(name)]
    return "\n".join(lines) + "\n"


def public(name: str) -> Any:
    """The object of this name."""
    return getattr(construction, name)


def section(name: str) -> Iterator[str]:
    """Where it is from, how it is called, its docstring, and its methods."""
    thing, module = public(name), construction.PUBLIC[name]
    path = Path(*module.split(".")).with_suffix(".py")
    yield f"From [`{module}`](../{path.as_posix()})."
    yield ""
    if isinstance(thing, Mapping):
        yield f"{summary(thing, name)}: " + ", ".join(f"`{key}`" for key in thing) + "."
        return
    if not (inspect.isclass(thing) and issubclass(thing, Exception)):
        yield f"```python\n{name}{signature(thing)}\n```"
        yield ""
    doc = inspect.getdoc(thing) or ""
    if SEE in doc:
        doc = doc.replace(SEE, f"\n\n{inspect.getdoc(inspect.getmodule(thing))}")
    yield markdown(doc)
    for method, function in methods(thing):
        called = "" if isinstance(function, property) else signature(function, longest=1000)
        yield f"\n* `{method}{called}`: {first_paragraph(function)}"


def methods(thing: Any) -> Iterator[tuple[str, Any]]:
    """A class's own public methods and properties that have a docstring."""
    for name, member in sorted(vars(thing).items()) if inspect.isclass(thing) else ():
        function = getattr(member, "fn", member)  # what scikit-learn's available_if wraps
        function = getattr(function, "__func__", function)  # a class method
        if name.startswith("_") or not (
            inspect.isfunction(function) or isinstance(function, property)
        ):
            continue
        if inspect.getdoc(function):
            yield name, function


def summary(thing: Any, name: str) -> str:
    """The first sentence of a docstring; for a table of things, what the comment above it says."""
    if isinstance(thing, Mapping):
        return f"the bundled {name.lower()}, by name"
    return first_paragraph(thing).removesuffix(SEE).removesuffix(".").replace("|", "\\|")


def first_paragraph(thing: Any) -> str:
    return markdown((inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " "))


class _Shown:
    """Something whose representation is this text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def signature(thing: Any, *, longest: int = LONGEST_LINE) -> str:
    """How it is called; a default that has no short form is shown as dots."""
    own = inspect.signature(thing)
    parameters = []
    for each in own.parameters.values():
        if each.name in ("self", "cls"):
            continue
        shown = each
        if isinstance(each.annotation, str):
            shown = shown.replace(annotation=_Shown(each.annotation))
        if callable(each.default) and each.default is not inspect.Parameter.empty:
            shown = shown.replace(default=_Shown("..."))
        parameters.append(shown)
    result = own.return_annotation if inspect.isroutine(thing) else inspect.Signature.empty
    if isinstance(result, str):
        result = _Shown(result)
    text = str(own.replace(parameters=parameters, return_annotation=result))
    if len(text) <= longest:
        return text
    listed = "\n".join(f"    {line}," for line in _listed(parameters))
    return f"(\n{listed}\n)" + (f" -> {result}" if isinstance(result, _Shown) else "")


def _listed(parameters: list[inspect.Parameter]) -> Iterator[str]:
    before = None
    for each in parameters:
        if each.kind is inspect.Parameter.KEYWORD_ONLY and before is not each.kind:
            yield "*"
        before = each.kind
        yield str(each)


def markdown(doc: str) -> str:
    """A docstring's markup in Markdown's."""
    doc = re.sub(r":\w+:`~?(?:[\w.]+\.)?([\w]+)`", r"`\1`", doc)
    doc = doc.replace("``", "`")
    doc = re.sub(r"^(\w+)\n-{3,}$", r"**\1**\n", doc, flags=re.MULTILINE)
    doc = re.sub(r"^(\w+) : (.*)\n {4}", r"* `\1` (\2): ", doc, flags=re.MULTILINE)
    example = r"((?:^>>> .*\n?(?:^(?!>>>|$).*\n?)*)+)"
    return re.sub(example, r"```python\n\1```\n", doc + "\n", flags=re.MULTILINE).rstrip()


if __name__ == "__main__":
    PAGE.write_text(page())
