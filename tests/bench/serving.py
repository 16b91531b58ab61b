"""Markwire's server beside nginx: answers per second, on the same files, in turn.

wrk asks, on a core of its own where there are two; the server has the other, as one process. Each
case is asked of one server after the other, round after round.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from bench.ours import Figures, Markwire
from bench.running import CommandFailedError, Running
from bench.sites import Site

Tell = Callable[[str], None]

NGINX: Final = "nginx"
CONNECTIONS: Final = 32
_SCRIPT: Final = Path(__file__).parent / "wrk.lua"
_FEED: Final = "/feeds/rss.xml"
_LIMIT: Final = 60.0  # seconds in which a server must answer
# What a distribution's nginx has, but for a log of each request, which ours has not either.
_CONFIG: Final = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    keepalive_timeout 60s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_types application/xml text/xml application/rss+xml;
    server {{
        listen 127.0.0.1:{port};
        location /feeds/ {{ alias {feeds}/; }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that clients ask for: by a name, with a coding, knowing it already or not."""

    name: str
    coding: str = ""
    is_known: bool = False
    for_nginx: bool = True


CASES: Final = (
    Case("unchanged", is_known=True),
    Case("whole"),
    Case("gzip", "gzip"),
    Case("br", "br", for_nginx=False),
    Case("zstd", "zstd", for_nginx=False),
)


def missing() -> str:
    """Say what this machine lacks for the comparison; nothing where it has all."""
    lacking = [name for name in ("wrk", NGINX) if shutil.which(name, path=_path()) is None]
    return f"this machine has no {', '.join(lacking)}" if lacking else ""


def compare(
    ours: Markwire, site: Site, *, rounds: int, seconds: float, tell: Tell
) -> dict[str, Figures]:
    """Ask both servers for the main feed in every way, in turn."""
    ours.settle(site)
    figures: dict[str, Figures] = {name: defaultdict(list) for name in ("markwire", NGINX)}
    figures["markwire"]["load"] = [os.getloadavg()[0]]
    with ExitStack() as servers:
        served = {
            "markwire": servers.enter_context(_markwire(ours, site)),
            NGINX: servers.enter_context(_nginx(ours, site)),
        }
        for turn in range(rounds):
            for case in CASES:
                for name, (running, port) in served.items():
                    if name == NGINX and not case.for_nginx:
                        continue
                    found = _measure(running, port, case, seconds)
                    for key, value in found.items():
                        figures[name][f"{case.name}_{key}"].append(value)
                    rate = found["rate"]
                    tell(f"serve {turn + 1}/{rounds}: {case.name} {name} {rate:,.0f}/s")
    return {name: dict(found) for name, found in figures.items()}


# --- one measurement -------------------------------------------------------------------------


def _measure(running: Running, port: int, case: Case, seconds: float) -> dict[str, float]:
    headers = {"Accept-Encoding": case.coding} if case.coding else {}
    status, tag, coding, size = _ask(port, headers)
    expected = case.coding or "identity"
    if status != 200 or coding != expected:
        raise CommandFailedError(f"port {port} answers {case.name} with {status} as {coding}")
    if case.is_known:
        headers["If-None-Match"] = tag
        status, _, _, size = _ask(port, headers)
        if status != 304:
            raise CommandFailedError(f"port {port} answers its own ETag with {status}")
    before = running.cpu()
    told = wrk(port, headers, seconds)
    used = running.cpu() - before
    if told["failed"]:
        raise CommandFailedError(f"port {port} failed {told['failed']:.0f} times for {case.name}")
    return {
        "rate": told["requests"] / told["seconds"],
        "cpu": used / told["requests"],
        "p50": told["p50"] / 1e6,
        "p99": told["p99"] / 1e6,
        "size": float(size),
    }


def wrk(
    port: int,
    headers: dict[str, str],
    seconds: float,
    *,
    connections: int = CONNECTIONS,
    core: int | None = 1,
) -> dict[str, float]:
    """Ask for the main feed as fast as the server answers; give what wrk tells."""
    words = [
        "wrk",
        "--threads=1",
        f"--connections={connections}",
        f"--duration={seconds:.0f}s",
        f"--timeout={_LIMIT:.0f}s",
        f"--script={_SCRIPT}",
        *(f"--header={name}: {value}" for name, value in headers.items()),
        f"http://127.0.0.1:{port}{_FEED}",
    ]
    done = subprocess.run(
        [*_on_core(core), *words], capture_output=True, text=True, check=False, timeout=seconds + 30
    )
    if done.returncode != 0:
        raise CommandFailedError(f"wrk ended with {done.returncode}: {done.stderr[-500:]}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _ask(port: int, headers: dict[str, str]) -> tuple[int, str, str, int]:
    """Give status, ETag, coding and size of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LIMIT)
    try:
        connection.putrequest("GET", _FEED, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        size = len(answer.read())
        coding = answer.getheader("Content-Encoding") or "identity"
        return answer.status, answer.getheader("ETag") or "", coding, size
    finally:
        connection.close()


# --- the servers -----------------------------------------------------------------------------


@contextmanager
def _markwire(ours: Markwire, site: Site) -> Iterator[tuple[Running, int]]:
    port = free_port()
    words = [str(ours.command), "--site", str(site.root), "serve", f"127.0.0.1:{port}"]
    with Running([*_on_core(0), *words], site.root, ours.scratch / "logs" / "serve.log") as running:
        wait_until_open(port, running.must_live)
        yield running, port


@contextmanager
def _nginx(ours: Markwire, site: Site) -> Iterator[tuple[Running, int]]:
    port, folder = free_port(), ours.scratch / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    config = folder / "nginx.conf"
    config.write_text(
        _CONFIG.format(
            folder=folder,
            port=port,
            feeds=(site.root / "feeds").resolve(),
            user="user root;" if is_root else "",
        ),
        encoding="utf-8",
    )
    program = shutil.which(NGINX, path=_path())
    assert program is not None
    words = [*_on_core(0), program, "-p", str(folder), "-c", str(config)]
    with Running(words, folder, ours.scratch / "logs" / "nginx.log") as running:
        wait_until_open(port, running.must_live)
        yield running, port


def find_version() -> str:
    """Give nginx's version, as it tells it."""
    program = shutil.which(NGINX, path=_path())
    if program is None:
        return "not there"
    done = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    return done.stderr.rpartition("/")[2].strip().split(" ")[0]


def wait_until_open(port: int, must_live: Callable[[], None]) -> None:
    """Wait until the feed is served on a port."""
    end = monotonic() + _LIMIT
    while monotonic() < end:
        must_live()
        try:
            if _ask(port, {})[0] == 200:
                return
        except OSError:
            pass
        sleep(0.05)
    raise CommandFailedError(f"nothing answers on port {port}")


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _on_core(core: int | None) -> Sequence[str]:
    """Give what keeps a command on one core, where there are several."""
    if core is None or (os.cpu_count() or 1) < 2 or shutil.which("taskset") is None:
        return ()
    return ("taskset", "-c", str(core))


def _path() -> str:
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
