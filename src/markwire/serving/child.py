"""The process that serves beside a watch: ``python -m markwire.serving.child FOLDER SOCKET``.

It ends when its standard input does: with the watch, however that ended.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from time import sleep
from typing import Final

from markwire.config import load_site
from markwire.serving.listening import listen, parse
from markwire.serving.server import Server

_PATIENCE: Final = 3.0  # seconds for which the loop may take to end


def main() -> None:
    """Serve the site of a folder on a socket that the parent listens on, or on an address."""
    folder, place = sys.argv[1:]
    listener = socket.socket(fileno=int(place)) if place.isdecimal() else listen(parse(place))
    server = Server(load_site(Path(folder)), listener)
    threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    server.serve_on()


def _end_with_parent(server: Server) -> None:
    while os.read(sys.stdin.fileno(), 64):
        pass
    server.stop()
    sleep(_PATIENCE)
    os._exit(0)  # The loop hangs.


if __name__ == "__main__":
    main()
