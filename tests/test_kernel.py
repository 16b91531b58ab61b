"""What the kernel does to a watch: it grants too little, and it takes the folder away.

Each test has namespaces of its own, where limits can be small and disks come and go without
rights on the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands import DEADLINE
from namespaces import UNSHARE, namespaces
from watching import content, linux_only, rested

__all__ = ["content"]

# A watch in a thread, and what a test says to do: each line is one wish, each answer one line.
CHILD = """
import json, queue, subprocess, sys, threading
from pathlib import Path
from markwire.intake.watch import watch

root, told = Path(sys.argv[1]), queue.Queue()
def health(each):
    told.put([each.state, each.way, each.reason])
def run():
    way = sys.argv[2] if len(sys.argv) > 2 else None
    for batch in watch(root, stop=threading.Event(), health=health, quiet=0.08, grace=0.06,
                       poll=0.05, way=way):
        told.put("everything" if batch.everything else sorted(batch.paths))
for line in sys.stdin:
    word, *rest = json.loads(line)
    if word == "limit":
        Path("/proc/sys/user", rest[0]).write_text(rest[1])
    elif word == "start":
        threading.Thread(target=run, daemon=True).start()
    elif word == "run":
        subprocess.run(rest, check=True)
    elif word == "wait":
        while (got := told.get(timeout=20)) != rest[0]:
            pass
    elif word == "silent":
        try:
            print(json.dumps(told.get(timeout=rest[0])), flush=True)
            continue
        except queue.Empty:
            pass
    print("done", flush=True)
"""


class Child:
    """A watch where the test is the kernel's master."""

    def __init__(self, root: Path, *way: str) -> None:
        self._process = subprocess.Popen(
            (*UNSHARE, sys.executable, "-c", CHILD, str(root), *way),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate(timeout=DEADLINE)

    def do(self, *wish: Any) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wish) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n", wish


def health(state: str, way: str | None, reason: str) -> list[str | None]:
    return [state, way, reason]


@namespaces
@linux_only
@pytest.mark.parametrize(
    ("limit", "number", "reason"),
    [("max_inotify_instances", "0", "watch_refused"), ("max_inotify_watches", "2", "watch_limit")],
)
def test_what_the_kernel_does_not_grant_is_polled(
    content: Path, limit: str, number: str, reason: str
) -> None:
    """A machine full of sync programs has nothing left; articles appear all the same."""
    rested(content / "a/b/c/x.md")
    with Child(content) as child:
        child.do("limit", limit, number)
        child.do("start")
        child.do("wait", health("watching", "polling", reason))
        child.do("wait", "everything")
        child.do("run", "touch", str(content / "a/b/c/y.md"))
        child.do("wait", ["a/b/c/y.md"])


@namespaces
@linux_only
def test_a_limit_that_new_folders_reach_is_noticed(content: Path) -> None:
    """Watchdog leaves out the folder that is one too many, without a word."""
    with Child(content) as child:
        child.do("limit", "max_inotify_watches", "2")
        child.do("start")
        child.do("wait", health("watching", "inotify", "local_file_system"))
        child.do("run", "mkdir", "-p", str(content / "a/b/c"))
        child.do("wait", health("watching", "polling", "watch_limit"))
        child.do("wait", "everything")
        child.do("run", "touch", str(content / "a/b/c/y.md"))
        child.do("wait", ["a/b/c/y.md"])


@namespaces
@linux_only
@pytest.mark.parametrize("kind", ["another disk", "a folder of this disk"])
@pytest.mark.parametrize("way", ["inotify", "polling"])
def test_a_folder_that_is_unmounted_is_held_until_it_is_back(
    content: Path, tmp_path: Path, kind: str, way: str
) -> None:
    """The empty place below comes to light; who took it for the folder would withdraw it all.

    Under polling, watchdog tells of every file as deleted; under inotify, of nothing.
    """
    share = tmp_path / "share"
    watching = health("watching", way, "configured")
    with Child(content, way) as child:
        share.mkdir()
        if kind == "another disk":
            child.do("run", "mount", "-t", "tmpfs", "none", str(share))
        for number in range(20):
            child.do("run", "touch", "-d", "2026-01-01", str(share / f"{number}.md"))
        child.do("run", "mount", "--bind", str(share), str(content))
        child.do("start")
        child.do("wait", watching)
        child.do("wait", "everything")
        child.do("run", "umount", "-l", str(content))
        child.do("wait", health("away", None, "unmounted"))
        child.do("silent", 0.5)
        child.do("run", "mount", "--bind", str(share), str(content))
        child.do("wait", watching)
        child.do("wait", "everything")
        child.do("run", "touch", str(content / "b.md"))
        child.do("wait", ["b.md"])
