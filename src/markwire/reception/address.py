"""Where the reception of a watch is, and the key to it: ``reception.json`` in the state folder.

Only whoever may read that folder's files as their owner can ask. What a watch left that was killed
is found by nobody being there, and is cleared away by the next.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE_NAME: Final = "reception.json"
_VERSION: Final = 1
_FOLDER: Final = "reception-"
_SOCKET: Final = "s"
_LONGEST: Final = 100  # bytes: macOS takes 103 for the path of a socket, Linux 107


@dataclass(frozen=True, slots=True)
class Address:
    """Where to ask, and the key that proves the right to."""

    place: str
    key: bytes


def read(state: Path) -> Address | None:
    """Give what a watch has written into a state folder; None where there is nothing readable."""
    try:
        told = json.loads((state / FILE_NAME).read_bytes())
        if told["version"] != _VERSION:
            return None
        return Address(str(told["address"]), bytes.fromhex(told["key"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(state: Path, address: Address) -> None:
    """Write it for this user alone. Raises OSError."""
    told = {"version": _VERSION, "address": address.place, "key": address.key.hex()}
    path = state / FILE_NAME
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(told, file)
    unfinished.replace(path)


def make_place(state: Path) -> str | None:
    """Make a folder that is this user's alone, and give the path of a socket in it.

    In the state folder, which whoever asks can see too; elsewhere where its path is too long for a
    socket's. None where the system has no sockets with paths. Raises OSError.
    """
    if os.name == "nt":
        return None
    beside = state.absolute()
    is_short = len(os.fsencode(beside / f"{_FOLDER}12345678" / _SOCKET)) <= _LONGEST
    folder = tempfile.mkdtemp(prefix=_FOLDER, dir=beside if is_short else None)
    return str(Path(folder) / _SOCKET)


def clear(state: Path) -> None:
    """Take away what this watch, or one that was killed, has laid down here."""
    last = read(state)
    (state / FILE_NAME).unlink(missing_ok=True)
    folders = [*state.glob(f"{_FOLDER}*/")]
    if last is not None and os.name != "nt":
        folders.append(Path(last.place).parent)
    for folder in folders:
        if folder.name.startswith(_FOLDER):
            with suppress(OSError):
                (folder / _SOCKET).unlink(missing_ok=True)
                folder.rmdir()
