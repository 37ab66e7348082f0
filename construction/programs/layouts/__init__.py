"""The numbers of the bundled programs' codes and signals, one JSON file a program.

Any numbers do that keep the sums apart. They decide how often the tables of a rule change from one code
to the next, which is what weights are spent on; ``rcnn layout`` searches for good ones.
"""

from __future__ import annotations

import json
from importlib.resources import files

from construction.rules.symbolic import Layout


def bundled_layout(name: str) -> Layout:
    """The layout of the bundled program of this name."""
    text = files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    layout: dict[str, int] = json.loads(text)
    return layout
