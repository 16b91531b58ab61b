"""The token that lets editors into the desk from elsewhere: of the environment, or of a file.

At the I/O rim. Knows nothing of HTTP, so that a command can look at it before it serves.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from markwire.errors import ConfigurationError

VARIABLE: Final = "MARKWIRE_DESK_TOKEN"
SHORTEST: Final = 16  # characters: 64 bits where they are hexadecimal, and nobody tries so often


def read_token(file: Path | None) -> str:
    """Give the token of the environment, else of a file, else an empty text.

    Raises ConfigurationError where the file cannot be read, or the token could be guessed.
    """
    token = os.environ.get(VARIABLE, "").strip()
    place = VARIABLE
    if not token and file is not None:
        place = str(file)
        try:
            token = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise ConfigurationError(
                f"'token_file' in [serve] cannot be read: {file}: {fault}"
            ) from fault
        if not token:
            raise ConfigurationError(f"'token_file' in [serve] is empty: {file}")
    if token and len(token) < SHORTEST:
        raise ConfigurationError(
            f"the token of {place} is shorter than {SHORTEST} characters and could be guessed; make"
            " one with: openssl rand -hex 32"
        )
    return token
