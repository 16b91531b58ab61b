"""``markwire.toml`` → ``Site``, once; unknown keys are refused with the nearest known one.

At the I/O rim: reads one file. Nothing else in Markwire reads configuration.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from markwire.config.reader import FILE_NAME, Reader
from markwire.config.site import read_site
from markwire.errors import ConfigurationError
from markwire.model import Site

__all__ = ["FILE_NAME", "find_site", "load_site"]


def find_site(start: Path) -> Path:
    """Give the nearest folder, from ``start`` upwards, that holds a ``markwire.toml``.

    Raises ConfigurationError where there is none.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigurationError(
        f"no {FILE_NAME} in {start} or any folder above it; make one with 'markwire init'"
    )


def load_site(folder: Path) -> Site:
    """Read the ``markwire.toml`` of a folder.

    Raises ConfigurationError, naming the key and the remedy, where it cannot be read or asks
    for something that cannot be.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigurationError(
            f"no {FILE_NAME} in {folder}; make one with 'markwire init'"
        ) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigurationError(f"{path} cannot be read: {fault}") from fault
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise ConfigurationError(f"{path} is not TOML: {fault}") from fault
    return read_site(Reader(text), tables, folder.absolute())
