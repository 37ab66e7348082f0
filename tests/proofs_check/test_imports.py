"""The checker shares no code with the compiler, nor with the programs."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import pkgutil, sys, importlib, proofs_check
for module in pkgutil.walk_packages(proofs_check.__path__, "proofs_check."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print("\\n".join(name for name in sys.modules if name.startswith("construction")))
"""


def test_the_checker_imports_no_compiler() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    allowed = {"construction", "construction.display", "construction.errors", "construction.rules"}
    # What refuses values of another kind than hints say: networks use it.
    allowed |= {"construction.rules.patch", "construction.arguments"}
    # Corollary 2's numbers: the checker checks those that a search takes. They import nothing.
    allowed |= {"construction.search", "construction.search.restarts"}
    extra = {name for name in imported - allowed if not name.startswith("construction.network")}
    assert extra == set()
