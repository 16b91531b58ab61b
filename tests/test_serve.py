"""The real server in a process of its own: it starts, ends, and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import COMMAND, DEADLINE, run
from newsroom import SITE
from servers import ANY, Server, serving

ARTICLE = "---\ntitle: Départ\ndate: 2024-05-04T12:00+05:00\n---\n\nLe train part.\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    (root / "content" / "depart.md").write_text(ARTICLE, encoding="utf-8")
    (root / "markwire.toml").write_text(SITE, encoding="utf-8")
    return root


def until(wanted: Callable[[], bool]) -> None:
    """Wait until something of another process is so."""
    end = time.monotonic() + DEADLINE
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_served(server: Server) -> bool:
    try:
        return server.get("/feeds/rss.xml").status == 200
    except OSError:
        return False


def children(process: int) -> list[int]:
    listed = subprocess.run(
        ("ps", "-o", "pid=,args=", "--ppid", str(process)),
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    return [int(number) for number, words in lines if "markwire.serving.child" in words]


def test_what_was_built_is_served_to_the_byte(site: Path) -> None:
    """The main job."""
    assert run("build", cwd=site).code == 0
    with serving("serve", ANY, site=site) as server:
        answer = server.get("/feeds/rss.xml")
        assert (answer.status, answer.body) == (200, (site / "feeds/rss.xml").read_bytes())
        assert server.stop(signal.SIGINT) == 0


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_beside_a_watch_ends_with_it(site: Path, how: signal.Signals) -> None:
    """A port that stays taken keeps the next start from serving."""
    with serving("watch", "--serve", ANY, site=site) as server:
        until(lambda: is_served(server))
        (child,) = children(server.process.pid)
        server.stop(how)
        until(lambda: not Path(f"/proc/{child}").exists() or not Path("/proc").exists())
        with pytest.raises(OSError, match="refused"):
            server.get("/feeds/rss.xml")


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_server_that_dies_is_started_again(site: Path) -> None:
    """Whatever kills the server, neither publication nor readers may notice for long."""
    with serving("watch", "--serve", ANY, site=site) as server:
        until(lambda: is_served(server))
        (child,) = children(server.process.pid)
        os.kill(child, signal.SIGKILL)
        until(lambda: children(server.process.pid) not in ([], [child]))
        # The socket is the watch's: no connection was refused meanwhile.
        assert server.get("/feeds/rss.xml").status == 200
        assert server.process.poll() is None


def test_a_port_that_is_taken_is_told_before_anything_is_published(site: Path) -> None:
    """Whoever starts it twice should know at once, and how to go on."""
    with serving("serve", ANY, site=site) as server:
        place = server.url.removeprefix("http://").rstrip("/")
        for words in (("serve", place), ("watch", "--serve", place)):
            done = run(*words, cwd=site)
            assert done.code == 2
            assert f"another program listens on {place}" in done.err
        assert not (site / "feeds").exists()


def test_serving_without_its_libraries_says_what_to_install(site: Path) -> None:
    """The core is installed without them."""
    code = (
        "import sys, importlib.util as util; find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'uvicorn' else find(name, *rest)\n"
        "from markwire.cli import main; main(['serve'])"
    )
    done = subprocess.run(
        (COMMAND[0], "-c", code), cwd=site, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "install 'markwire[serve]'" in done.stderr
