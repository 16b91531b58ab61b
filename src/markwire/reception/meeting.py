"""How two processes that both know the key prove it to each other, and wait for no one for ever.

The proof is ``multiprocessing``'s: each answers the other's challenge with an HMAC of it.
"""

from __future__ import annotations

import os
import socket
import struct
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import Any, Final

_CHALLENGE: Final = 1024  # bytes


class Patient:
    """A connection on which nothing is waited for longer than ``patience`` seconds.

    Raises TimeoutError then, EOFError where the other has gone, and OSError.
    """

    def __init__(self, connection: Connection, patience: float) -> None:
        self._connection = connection
        self._patience = patience
        _limit(connection, patience)

    def recv_bytes(self, most: int = _CHALLENGE) -> bytes:
        """Take what comes next. Raises OSError where it is longer than ``most`` bytes."""
        if not self._connection.poll(self._patience):
            raise TimeoutError
        return self._connection.recv_bytes(most)

    def send_bytes(self, content: bytes) -> None:
        """Send something."""
        self._connection.send_bytes(content)


def admit(connection: Connection, key: bytes, patience: float) -> None:
    """Let somebody in who knows the key. Raises OSError, EOFError or AuthenticationError."""
    other: Any = Patient(connection, patience)  # It has all that a challenge is made with.
    deliver_challenge(other, key)
    answer_challenge(other, key)


def enter(connection: Connection, key: bytes, patience: float) -> None:
    """Prove that one knows the key, and have it proved. Raises as ``admit`` does."""
    other: Any = Patient(connection, patience)
    answer_challenge(other, key)
    deliver_challenge(other, key)


def hang_up(connection: Connection) -> None:
    """Have whoever waits on a connection, in any thread, find that it has ended."""
    if os.name == "nt":
        connection.close()
        return
    with _socket(connection) as own:
        own.shutdown(socket.SHUT_RDWR)


def _limit(connection: Connection, seconds: float) -> None:
    """Have the system itself end a wait within a message, which ``poll`` knows nothing of.

    Windows has pipes here, and hands messages over whole.
    """
    if os.name == "nt":
        return
    whole = int(seconds)
    limit = struct.pack("@ll", whole, int((seconds - whole) * 1e6))
    with _socket(connection) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def _socket(connection: Connection) -> socket.socket:
    """Give the socket of a connection under another descriptor."""
    return socket.socket(fileno=os.dup(connection.fileno()))
