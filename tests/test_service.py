"""What a service manager hears of a watch."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import COMMAND, DEADLINE
from markwire.pipeline.service import Service
from newsroom import SITE

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs sockets of Unix")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(DEADLINE)
        yield line


def heard(manager: socket.socket) -> list[str]:
    manager.setblocking(False)
    words = []
    try:
        while True:
            words.append(manager.recv(100).decode())
    except BlockingIOError:
        return words


def test_a_watch_says_that_it_is_ready_lives_and_ends(
    manager: socket.socket, tmp_path: Path
) -> None:
    """Systemd starts what depends on it only then, and kills what hangs."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("# A\n")
    (tmp_path / "markwire.toml").write_text(SITE, encoding="utf-8")
    told = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "300000"}
    with subprocess.Popen(
        (*COMMAND, "watch", "--serve", "127.0.0.1:0"),
        cwd=tmp_path,
        env=os.environ | told,
        stderr=subprocess.DEVNULL,
    ) as watch:
        words = []
        while "READY=1" not in words or "WATCHDOG=1" not in words[words.index("READY=1") :]:
            words.append(manager.recv(100).decode())
        assert (tmp_path / "feeds" / "rss.xml").is_file()
        watch.terminate()
        assert watch.wait(DEADLINE) == 0
    after = heard(manager)
    assert after[-1] == "STOPPING=1"
    assert (words + after).count("READY=1") == 1


def test_signs_of_life_come_as_often_as_is_asked_for(manager: socket.socket) -> None:
    """A third of the time after which it would be killed."""
    times = iter((0.0, 1.0, 9.9, 10.0, 19.0, 20.5))
    service = Service(
        {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "30000000"}, lambda: next(times)
    )
    for _ in range(6):
        service.beat()
    assert heard(manager) == ["WATCHDOG=1"] * 3


def test_nothing_is_said_where_nobody_asked(manager: socket.socket) -> None:
    """On a terminal there is no service manager; and another process's watchdog is not ours."""
    silent = Service({})
    other = Service(
        {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"}
    )
    for service in (silent, other):
        service.beat()
    silent.ready()
    assert heard(manager) == []


def test_a_manager_that_is_gone_ends_nothing(tmp_path: Path) -> None:
    """A service goes on without whoever started it."""
    Service({"NOTIFY_SOCKET": str(tmp_path / "nowhere")}).ready()
