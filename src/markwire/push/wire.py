"""One POST to one address: the only import of urllib3.

At the I/O rim. The name is resolved once, and the connection made to just the address that was
judged, with the name for its certificate. Redirects are not followed, nor is any proxy asked; no
part may take longer than its time, and all together no longer than ``TOTAL``; of the answer only
the status counts, and of its body no more than ``MOST`` bytes are read.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPException
from ssl import SSLError
from threading import Event, Timer
from typing import Final
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as LateError

from markwire.errors import PushError
from markwire.push.hosts import addresses
from markwire.push.requests import Reply

CONNECT: Final = 5.0  # seconds
READ: Final = 10.0
TOTAL: Final = 15.0
MOST: Final = 4096  # bytes
_TRIES: Final = 3  # addresses of one host

# It writes what a server sent, and the address to which it was asked, into the log.
logging.getLogger("urllib3.connection").setLevel(logging.CRITICAL)

_REFUSED: Final = "no connection"
_SILENT: Final = "no answer in time"
_BROKEN: Final = "no answer that is HTTP"
_UNTRUSTED: Final = "a certificate that is not to be trusted"


def send(
    url: str, body: bytes, headers: Mapping[str, str], *, private: Container[str] = ()
) -> Reply:
    """POST to an address of a host that may be gone to; see ``hosts.addresses``.

    Raises PushError where there is no answer, saying why in words of ours.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # Of the host as it is written: what lies before it is no part of a request (RFC 9110 7.2).
    named = {"Host": parts.netloc.rpartition("@")[2], **headers}
    connection = _connected(host, port, addresses(host, port, private), is_secure=is_secure)
    try:
        with _in_time(connection, _BROKEN) as is_cut:
            # Else urllib3 reads the whole body, however long it is.
            connection.request("POST", path, body, named, preload_content=False)
            response = connection.getresponse()
            if is_cut.is_set():  # Headers that are cut off look as if they were at their end.
                raise PushError(_SILENT)
            reply = Reply(response.status, response.headers.get("Retry-After", ""))
            with suppress(HTTPError, HTTPException, OSError):
                response.read(MOST, decode_content=False)
    finally:
        connection.close()
    return reply


def _connected(host: str, port: int, places: tuple[str, ...], *, is_secure: bool) -> HTTPConnection:
    """Connect to the first of a host's addresses that lets us."""
    last = PushError(_REFUSED)
    for place in places[:_TRIES]:
        connection = (
            HTTPSConnection(place, port, timeout=CONNECT, server_hostname=host)
            if is_secure
            else HTTPConnection(place, port, timeout=CONNECT)
        )
        try:
            with _in_time(connection, _REFUSED):
                connection.connect()
        except PushError as fault:
            connection.close()
            last = fault
            continue
        connection.timeout = READ  # from the first byte of the request on
        return connection
    raise last


@contextmanager
def _in_time(connection: HTTPConnection, otherwise: str) -> Iterator[Event]:
    """Cut a connection off that is still busy when its time is over; tell faults in our words.

    A server that sends a byte now and then is never late for any single one. Gives whether the
    connection was cut off.
    """
    is_cut = Event()
    # A response that is to end the connection takes its socket with it.
    held = connection.sock

    def cut() -> None:
        is_cut.set()
        busy = held or connection.sock
        if busy is not None:
            with suppress(OSError):
                busy.shutdown(socket.SHUT_RDWR)

    timer = Timer(TOTAL, cut)
    timer.daemon = True
    timer.start()
    try:
        yield is_cut
    except NewConnectionError as fault:  # which is a LateError, too
        raise PushError(otherwise) from fault
    except (TimeoutError, LateError) as fault:
        raise PushError(_SILENT) from fault
    except SSLError as fault:
        raise PushError(_SILENT if is_cut.is_set() else _UNTRUSTED) from fault
    except (HTTPError, HTTPException, OSError, ValueError) as fault:
        raise PushError(_SILENT if is_cut.is_set() else otherwise) from fault
    finally:
        timer.cancel()
