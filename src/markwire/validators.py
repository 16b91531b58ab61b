"""What an answer is told by: strong ETags, from content alone. Pure.

The same on every server and machine, whatever the clock said when a file was written.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from markwire.compression import Coding

_DIGITS: Final = 32  # hexadecimal ones of SHA-256: no two contents meet by chance in 128 bits


def etag(content: bytes, coding: Coding | None = None) -> str:
    """Give the ETag of content, or of its form in a coding, quotes included (RFC 9110 8.8.3).

    What differs to the byte has another ETag, so each coding has its own: that of the content,
    and the coding's name.
    """
    digest = sha256(content).hexdigest()[:_DIGITS]
    return f'"{digest}-{coding}"' if coding else f'"{digest}"'
