"""Compiled kernels: how functions become some, and where their machine code is kept.

Numba keeps machine code in files, and takes it from there while the function's own module is unchanged. It does
not look at what the function calls in other modules; so here the folder's name is a digest of all modules
that have to do with kernels: after an upgrade everything is compiled anew. Numba also numbers the files of a kernel; two
processes that compile it for two types at once could choose the same number, and one type would get the code of the
other. So here no two files have the same name; where that cannot be done, nothing is kept.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

_PACKAGE: Final = Path(__file__).parent
#: Folders of the package whose modules have kernels, or constants that are compiled into them.
WITH_KERNELS: Final = ("executors", "fast_weights", "search")
_PREFIX: Final = "kernels-"

Told = Callable[[bool], object]
_TOLD: list[Told] = []


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, to run without the interpreter's lock; keep the result.

    Importing a module with kernels loads Numba, which takes as long as some small runs.
    """
    return _compiled(function)


def inner_kernel(function: Callable[..., Any]) -> Any:
    """A kernel that makes no array: without counts of references to arrays, which took half of a search's time."""
    return _compiled(function, _nrt=False)


def inlined_kernel(function: Callable[..., Any]) -> Any:
    """An inner kernel that becomes a part of what calls it: handing over tuples of arrays took a third of a search's time."""
    return _compiled(function, _nrt=False, forceinline=True)


def float_kernel(function: Callable[..., Any]) -> Any:
    """A kernel that may add floats in another order, many at a time, and so may round differently."""
    return _compiled(function, fastmath=True)


def compiled_as(signature: Any, function: Callable[..., Any]) -> Any:
    """A kernel of one type, given as Numba's signature, which is compiled at once."""
    return _compiled(function, signature)


def _compiled(function: Callable[..., Any], *signature: Any, **options: bool) -> Any:
    import numba  # noqa: PLC0415

    _listen()
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder())
    try:
        njit: Any = numba.njit  # its type does not have every option
        dispatcher = njit(nogil=True, cache=True, **options)(function)
        if not config.DISABLE_JIT and not _names_files_apart(dispatcher):
            dispatcher = njit(nogil=True, **options)(function)
    finally:
        config.CACHE_DIR = before
    if not config.DISABLE_JIT:
        for each in signature:
            dispatcher.compile(each)
            dispatcher.disable_compile()
    return dispatcher


def _names_files_apart(dispatcher: Any) -> bool:
    """Give each file of a kernel a name of its own. False if this version of Numba names files in another way.

    A file that the index does not name any more is removed: Numba would have used its number again.
    """
    files: Any = getattr(dispatcher._cache, "_cache_file", None)
    needed = ("_cache_path", "_index_name", "_data_name", "_save_index")
    if not all(hasattr(files, each) for each in needed):
        return False
    index, write = files._index_name, files._save_index

    def save_index(names: dict[Any, str]) -> None:
        write(names)
        for path in Path(files._cache_path).iterdir():
            unknown = path.name not in names.values()
            if unknown and path.name.startswith(f"{index}.") and path.suffix == ".nbc":
                # Whoever has read the old index compiles anew.
                with suppress(OSError):
                    path.unlink()

    files._save_index = save_index
    files._data_name = lambda _number: f"{index}.{uuid4().hex}.nbc"
    return True


class Argument:
    """A kernel of one type, to be handed to another kernel, in whose signature it is an :func:`argument_type`.

    Numba would take the kernel itself, but it would look for its address at each call, which takes longer than a layer of a small grid,
    and an interrupt meanwhile would be lost and end in a TypeError.
    """

    def __init__(self, function: Any) -> None:
        from numba import types  # noqa: PLC0415

        (signature,) = function.nopython_signatures
        # It has to live as long as its address is in use.
        self._function = types.CompileResultWAP(function.get_compile_result(signature))
        self._numba_type_ = argument_type(signature)
        self.address = int(self._function.__wrapper_address__())


def address_of(argument: Argument) -> int:
    """What Numba asks when the other kernel is called."""
    return argument.address


def argument_type(signature: Any) -> Any:
    """The type of an :class:`Argument`, for the signature of the kernel that takes it."""
    from numba import types  # noqa: PLC0415

    return types.ExternalFunctionPointer(signature, address_of)


def as_argument(function: Any) -> Any:
    """What hands a kernel of one type to another kernel; a function in plain Python is itself."""
    return Argument(function) if hasattr(function, "get_compile_result") else function


def is_compiled(function: str) -> bool:
    """Is there machine code of a kernel, given as ``module.function``, for this Python?"""
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    return any(folder().glob(f"*/{function}-*.{version}*.nbi"))


def is_loaded(module: str, function: str) -> bool:
    """Has this process run a kernel already, so that it has nothing to wait for?"""
    found = getattr(sys.modules.get(module), function, None)
    # Its list of signatures is made anew each time, which takes as long as some small runs.
    return bool(getattr(found, "overloads", ()))


@cache
def folder() -> Path:
    """The folder for machine code: in ``NUMBA_CACHE_DIR``, else with the package, else the user's."""
    name = _PREFIX + digest()
    numba = sys.modules.get("numba")
    given = os.environ.get("NUMBA_CACHE_DIR", "") if numba is None else numba.config.CACHE_DIR
    if given:
        return Path(given) / name
    own = _PACKAGE / "__pycache__"
    with suppress(OSError):
        (own / name).mkdir(parents=True, exist_ok=True)
        if os.access(own / name, os.W_OK):
            for other in own.glob(f"{_PREFIX}*"):
                # Of modules that are not there any more.
                if other.name != name:
                    shutil.rmtree(other, ignore_errors=True)
            return own / name
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "rcnn-construction" / name


def digest() -> str:
    """A digest of all modules that have to do with kernels."""
    found = sha256()
    # This module has the options of compiling.
    for pattern in ("kernels.py", *(f"{part}/**/*.py" for part in WITH_KERNELS)):
        for path in sorted(_PACKAGE.glob(pattern)):
            found.update(str(path.relative_to(_PACKAGE)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def told_of_compiling(tell: Told) -> Iterator[None]:
    """Within it, ``tell(True)`` is called when compiling begins, and ``tell(False)`` when it ends."""
    _TOLD.append(tell)
    try:
        yield
    finally:
        _TOLD.remove(tell)


@cache
def _listen() -> None:
    """Have Numba say when it compiles."""
    from numba.core import event  # noqa: PLC0415

    class Listener(event.Listener):
        """One kernel's compilation may begin within that of another."""

        depth = 0

        def on_start(self, _: object) -> None:
            self.depth += 1
            if self.depth == 1:
                for tell in _TOLD:
                    tell(True)

        def on_end(self, _: object) -> None:
            self.depth -= 1
            if self.depth == 0:
                for tell in _TOLD:
                    tell(False)

    event.register("numba:compile", Listener())  # type: ignore[no-untyped-call]
