"""The notebooks, run from the top.

``python -m tests.docs.notebooks`` runs them all, stores what they show, and puts the figure and the
table of the parity notebook into ``docs/parity.svg`` and the README.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

from tests.docs.documents import ROOT

FOLDER: Final = ROOT / "docs" / "notebooks"
PARITY: Final = FOLDER / "parity.ipynb"
FIGURE: Final = ROOT / "docs" / "parity.svg"
README: Final = ROOT / "README.md"
#: Where the README shows the table.
BLOCK: Final = re.compile(r"(?<=<!-- parity -->\n```text\n)[^`]+(?=```\n)")
TIME_LIMIT: Final = 300  #: seconds for a cell


def notebooks() -> list[Path]:
    """Every notebook of the project."""
    return sorted(FOLDER.glob("*.ipynb"))


def run(path: Path) -> Any:
    """The notebook with what its cells show now; an error in a cell is an error."""
    notebook = nbformat.read(path, as_version=4)
    os.environ["PYTHONPATH"] = str(ROOT)
    client = NotebookClient(
        notebook,
        timeout=TIME_LIMIT,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran, to the microsecond
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def printed(notebook: Any) -> list[str]:
    """What each cell printed."""
    return [
        "".join(out.text for out in cell.get("outputs", ()) if out.output_type == "stream")
        for cell in notebook.cells
    ]


def figure(notebook: Any) -> str:
    """The first figure, as SVG, without the date on which it was made."""
    pictures = (
        output.data["image/svg+xml"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/svg+xml" in output.get("data", {})
    )
    return re.sub(r"\n *<dc:date>.*?</dc:date>", "", next(pictures))


def accuracies(notebook: Any) -> dict[str, list[float]]:
    """The table of test accuracies: a row for each learner, a number for each dimension."""
    rows = (re.split(r" {2,}", line.strip()) for line in table(notebook).splitlines()[1:])
    return {name: [float(value) for value in values] for name, *values in rows}


def table(notebook: Any) -> str:
    """The table of test accuracies, as printed."""
    (text,) = (text for text in printed(notebook) if text.startswith("test accuracy"))
    lines = text.partition("\n\n")[0].splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def main() -> None:
    """Run every notebook and store what it shows."""
    for path in notebooks():
        notebook = run(path)
        nbformat.write(notebook, path)
        if path == PARITY:
            FIGURE.write_text(figure(notebook))
            README.write_text(BLOCK.sub(table(notebook), README.read_text()))


if __name__ == "__main__":
    main()
