"""The settings of the documentation site: Markdown by MyST, docstrings by autodoc."""

from __future__ import annotations

import os
from importlib.metadata import version as installed_version
from importlib.util import find_spec

project = "rcnn-construction"
author = "the authors of rcnn-construction"
release = version = installed_version("rcnn-construction")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "notebooks"]
html_theme = "furo"
html_title = "Learning algorithms as networks"
html_static_path: list[str] = []

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
# PyTorch is too large to install for its docstrings' sake alone.
autodoc_mock_imports = [] if find_spec("torch") else ["torch"]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# The inventories come from the internet, so links to other projects are made where they can be had.
intersphinx_mapping = (
    {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "sklearn": ("https://scikit-learn.org/stable", None),
        "torch": ("https://docs.pytorch.org/docs/stable", None),
    }
    if os.environ.get("READTHEDOCS") or os.environ.get("DOCS_INTERSPHINX")
    else {}
)
