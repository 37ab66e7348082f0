"""Where compiled code is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import config
from numba.core.caching import IndexDataCacheFile

from construction import kernels
from construction.executors.event import kernel

PLACE = Path(kernels.__file__).parent


@pytest.fixture(autouse=True)
def no_folder_is_remembered() -> Iterator[None]:
    kernels.folder.cache_clear()
    yield
    kernels.folder.cache_clear()


def test_another_source_is_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "executors").mkdir()
    module = tmp_path / "executors" / "called.py"
    module.write_text("ONE = 1\n")
    monkeypatch.setattr(kernels, "_PACKAGE", tmp_path)
    before = kernels.digest()
    assert kernels.digest() == before
    module.write_text("ONE = 2\n")
    assert kernels.digest() != before


def test_the_options_of_compiling_are_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "_PACKAGE", tmp_path)
    found = {kernels.digest()}
    (tmp_path / "kernels.py").write_text("OPTION = True\n")
    found.add(kernels.digest())
    (tmp_path / "kernels.py").write_text("OPTION = False\n")
    found.add(kernels.digest())
    assert len(found) == 3


def test_all_modules_with_kernels_are_part_of_it() -> None:
    for path in PLACE.rglob("*.py"):
        text = path.read_text()
        part = path.relative_to(PLACE).parts[0]
        assert "numba.njit" not in text or part == "kernels.py"
        assert "import kernel" not in text or part in kernels.WITH_KERNELS


def test_kernels_are_kept_there_and_found() -> None:
    # Any run of the event executor has loaded it, or compiled it.
    kept = Path(kernel.mark.stats.cache_path)
    assert kernels.folder() in kept.parents
    assert not kernels.is_compiled("kernel.no_such_function")


def total(numbers: Any) -> Any:
    found = numbers[0]
    for each in numbers[1:]:
        found += each
    return found


def test_two_processes_that_compile_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Numba's own names of files both would write the same, and the third would add floats as integers."""
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    first, second, third = (kernels.kernel(total) for _ in range(3))
    files, others = first._cache._cache_file, second._cache._cache_file
    write = files._save_data

    def write_last(*entry: Any) -> None:
        assert second(np.arange(3.0)) == 3.0
        write(*entry)

    monkeypatch.setattr(files, "_save_data", write_last)
    monkeypatch.setattr(others, "_load_index", dict)  # it looked before the first had written
    assert first(np.arange(3)) == 3
    assert third(np.arange(3.0) + 0.5) == 4.5
    assert third.stats.cache_hits


def test_files_that_no_index_names_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    for version in ("one", "other", "one"):
        found = kernels.kernel(total)
        found._cache._cache_file._version = version  # an index of another one is not read
        assert found(np.arange(3)) == 3
        assert found(np.arange(3.0)) == 3.0
        assert len([*tmp_path.rglob("*.nbc")]) == 2


def test_a_numba_that_names_files_in_another_way_keeps_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    monkeypatch.delattr(IndexDataCacheFile, "_data_name")
    assert kernels.kernel(total)(np.arange(3)) == 3
    assert not [*tmp_path.rglob("*.nb*")]


def test_code_of_modules_that_are_gone_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "_PACKAGE", tmp_path)
    monkeypatch.setattr(config, "CACHE_DIR", "")
    old = tmp_path / "__pycache__" / "kernels-0123456789abcdef" / "event_0"
    old.mkdir(parents=True)
    (old / "kernel.advance-1.py311.nbi").touch()
    own = kernels.folder()
    assert own.is_dir()
    assert own.parent == tmp_path / "__pycache__"
    assert not old.exists()


def test_a_package_that_cannot_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__pycache__").touch()  # not a folder
    monkeypatch.setattr(kernels, "_PACKAGE", tmp_path)
    monkeypatch.setattr(config, "CACHE_DIR", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert kernels.folder().parent == tmp_path / "home" / "rcnn-construction"


def test_compiling_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    told: list[bool] = []

    @kernels.kernel
    def one_more(number):  # type: ignore[no-untyped-def]
        return number + 1

    with kernels.told_of_compiling(told.append):
        assert one_more(1) == 2
    assert told == [True, False]
    one_more(1.0)
    assert told == [True, False]
