"""The page's modules: they import one way, types included, and the bundler refuses what it cannot join."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from importlib.resources import files

import pytest

from construction.errors import ConstructionError
from construction.viewer import bundle

MODULES = {
    each.name: each.read_text(encoding="utf-8")
    for each in (files("construction.viewer") / "page").iterdir()
    if each.name.endswith(".js")
}


def test_imports_run_one_way() -> None:
    """Those of types, in comments, too."""
    imported = re.compile(r'(?:from |import\()"\./([\w-]+\.js)"')
    graph = {name: set(imported.findall(text)) for name, text in MODULES.items()}
    order = list(TopologicalSorter(graph).static_order())
    assert sorted(order) == sorted(MODULES)


def test_every_module_is_used_by_the_page_and_the_widget() -> None:
    joined = bundle.script("main") + bundle.script("widget")
    for name, text in MODULES.items():
        for own in re.findall(r"^export (?:function|class|const) (\w+)", text, re.MULTILINE):
            assert re.search(rf"\b{own}\b", joined), f"{own} of {name}"


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'}, "a -> b"),
        ({"a": 'import { b } from "./b.js";\nconst x = 1;\n', "b": "const x = 2;\n"}, "'x' is def"),
        ({"a": 'import * as b from "./b.js";\n', "b": ""}, "cannot be bundled"),
    ],
)
def test_what_cannot_be_joined(
    monkeypatch: pytest.MonkeyPatch, modules: dict[str, str], message: str
) -> None:
    monkeypatch.setattr(bundle, "asset", lambda name: modules[name.removesuffix(".js")])
    with pytest.raises(ConstructionError, match=message):
        bundle.script.__wrapped__("a")
