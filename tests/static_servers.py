"""nginx and Caddy, started with the very configurations that docs/deployment.md gives.

Only the folder and the port are put in their place.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from commands import DEADLINE
from servers import ask

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "deployment.md"
NGINX_JS: Final = Path("/usr/lib/nginx/modules/ngx_http_js_module.so")
_PLACES: Final = os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/sbin"))
_ATTEMPTS: Final = 5  # of finding a port that nobody takes before the server does
_AROUND_NGINX: Final = """\
load_module {module};
{user}
pid {folder}/nginx.pid;
error_log stderr;
daemon off;
worker_processes 1;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/feeds.conf;
}}
"""
_AROUND_CADDY: Final = "{{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}}\n{site}"


def configuration(language: str) -> str:
    """Give the one block of this language that the page on deployment has."""
    (block,) = re.findall(
        rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(block)


@contextmanager
def nginx(feeds: Path, folder: Path) -> Iterator[str]:
    """Have nginx serve a feeds folder meanwhile; give its URL. Its own files go to ``folder``."""
    site = _put(configuration("nginx"), "/srv/news/feeds", str(feeds), 2)
    site = _put(site, "js_path /etc/nginx/;", f"js_path {ROOT}/packaging/nginx/;", 1)

    # Else it would take another user, who may not look into folders for tests.
    user = "user root;" if os.geteuid() == 0 else ""

    def prepare(port: int) -> tuple[str, ...]:
        text = _put(site, "listen 80;", f"listen 127.0.0.1:{port};", 1)
        (folder / "feeds.conf").write_text(text, encoding="utf-8")
        around = _AROUND_NGINX.format(module=NGINX_JS, folder=folder, user=user)
        (folder / "nginx.conf").write_text(around, encoding="utf-8")
        return ("nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"))

    with _serving(prepare, folder) as url:
        yield url


@contextmanager
def caddy(feeds: Path, folder: Path) -> Iterator[str]:
    """Have Caddy serve a feeds folder meanwhile; give its URL. Its own files go to ``folder``."""
    site = _put(configuration("caddyfile"), "/srv/news/feeds", str(feeds), 1)

    def prepare(port: int) -> tuple[str, ...]:
        text = _put(site, "example.org {", f"http://127.0.0.1:{port} {{", 1)
        (folder / "Caddyfile").write_text(_AROUND_CADDY.format(site=text), encoding="utf-8")
        return ("caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile")

    with _serving(prepare, folder) as url:
        yield url


def _put(text: str, old: str, new: str, times: int) -> str:
    assert text.count(old) == times, f"{old!r} stands {text.count(old)} times in docs/deployment.md"
    return text.replace(old, new)


@contextmanager
def _serving(prepare: Callable[[int], tuple[str, ...]], folder: Path) -> Iterator[str]:
    for _ in range(_ATTEMPTS):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        words = prepare(port)
        log = folder / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                (shutil.which(words[0], path=_PLACES) or words[0], *words[1:]),
                stdout=said,
                stderr=said,
                env={"PATH": _PLACES, "HOME": str(folder), "XDG_DATA_HOME": str(folder)},
            )
        try:
            if _answers(process, port):
                yield f"http://127.0.0.1:{port}/"
                return
        finally:
            process.terminate()
            process.wait(DEADLINE)
    raise AssertionError(f"{words[0]} does not start: {log.read_text(encoding='utf-8')}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until a server answers; say whether it does, and has not ended."""
    until = monotonic() + DEADLINE
    while process.poll() is None and monotonic() < until:
        with suppress(OSError):
            ask(f"http://127.0.0.1:{port}/", "/")
            return process.poll() is None
        sleep(0.02)
    return False
