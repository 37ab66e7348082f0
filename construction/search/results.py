"""A directory of results, so that interrupted work goes on where it stopped.

Each job's result is a file of its own, named after the job, and holds the digest of what it says. A file that
does not match its digest is ignored, and its job is done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from construction.errors import DataError

KEY_FILE: Final = "search.json"


def digest(content: Any) -> str:
    """The SHA-256 of plain data, in hexadecimal digits."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Results:
    """The results of one search in a directory, which is made if it is not there.

    ``key`` says what is searched. ``corrupted`` counts the files that did not match their digests.

    Raises :class:`~construction.errors.DataError` when the directory holds another search's results, or
    cannot be used.
    """

    def __init__(self, directory: Path, key: Mapping[str, Any]) -> None:
        self.directory = directory
        self.key = dict(key)
        self.corrupted = 0
        path = directory / KEY_FILE
        try:
            directory.mkdir(parents=True, exist_ok=True)
            if path.exists():
                self._check_key(path)
            elif any(directory.iterdir()):
                raise DataError(
                    f"{directory} holds files, but no search ({KEY_FILE}); give an empty or a new directory"
                )
            else:
                _write(path, self.key)
        except OSError as error:
            raise DataError(
                f"{directory}: {error.strerror}; give a directory to write to"
            ) from error

    def _check_key(self, path: Path) -> None:
        found = _read(path)
        if found is None:
            raise DataError(f"{path} is damaged; give an empty or a new directory")
        other = [name for name in self.key if found.get(name) != self.key[name]]
        if other:
            name = other[0]
            raise DataError(
                f"{self.directory} holds another search: its {name} is {found.get(name)!r}, and here it is "
                f"{self.key[name]!r}; give the directory of this search, or a new one"
            )

    def load(self, job: Any) -> dict[str, Any] | None:
        """The result of a job, None if there is none that can be trusted."""
        path = self._path(job)
        if not path.exists():
            return None
        found = _read(path)
        if found is None:
            self.corrupted += 1
        return found

    def save(self, job: Any, result: Mapping[str, Any]) -> None:
        """Keep the result of a job."""
        _write(self._path(job), result)

    def _path(self, job: Any) -> Path:
        return self.directory / f"{digest([self.key, job])[:32]}.json"


def _write(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps({"digest": digest(content), "content": content})
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_text(text)
    beside.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    """What the file says, or None if it is damaged."""
    try:
        data = json.loads(path.read_text())
        content: dict[str, Any] = data["content"]
    except (ValueError, KeyError, TypeError, OSError):
        return None
    return content if digest(content) == data.get("digest") else None
