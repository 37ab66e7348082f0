"""The page's ES modules as one script, and its style.

The modules need no build tool: their names are distinct, so that without its import and export lines a
module can stand behind those that it imports. What does not follow that convention is refused.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

from construction.errors import ConstructionError

#: The style sheets, in their order: later ones change what earlier ones say.
SHEETS: Final = ("base", "bars", "algorithm", "inside", "neurons", "media")
#: The modules' own convention for imports: named, from a file beside it, without new names.
_IMPORT: Final = re.compile(r'^import \{[\w\s,]*\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_TOP: Final = re.compile(r"^(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
_DOC: Final = re.compile(r"^ *(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)


def asset(name: str) -> str:
    """The text of a file of the page."""
    return (files("construction.viewer") / "page" / name).read_text(encoding="utf-8")


def style_sheet() -> str:
    """All style sheets of the view."""
    return "".join(asset(f"{name}.css") for name in SHEETS)


@cache
def script(entry: str) -> str:
    """The module ``entry`` with everything that it imports, in one module without imports.

    Raises :class:`~construction.errors.ConstructionError` when two modules use the same name.
    """
    order: list[str] = []
    _visit(entry, order, ())
    parts, owner = [], dict[str, str]()
    for name in order:
        text = _EXPORT.sub("", _IMPORT.sub("", asset(f"{name}.js")))
        left = re.search(r"^(import|export (?!default\b))", text, re.MULTILINE)
        if left or (name != entry and "\nexport default" in text):
            raise ConstructionError(f"{name}.js: an import or export that cannot be bundled")
        for own in _TOP.findall(text):
            if own in owner:
                raise ConstructionError(f"{own!r} is defined in {owner[own]}.js and in {name}.js")
            owner[own] = name
        parts.append(_DOC.sub("", text).strip())
    return "\n".join(parts) + "\n"


def _visit(name: str, order: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ConstructionError(f"modules import each other: {' -> '.join((*above, name))}")
    if name in order:
        return
    for needed in _IMPORT.findall(asset(f"{name}.js")):
        _visit(needed, order, (*above, name))
    order.append(name)
