"""Whenever Markwire is killed, one more run makes what an undisturbed one would have made.

A child process counts its own function calls, those into C among them, and kills itself with
SIGKILL at a given one: the same moment each time, anywhere between two steps.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import pytest

from newsroom import PNG, SITE, UNCONVERTIBLE, UNREADABLE, Newsroom, png

MOMENTS = 40
SEED = 20261123

# Reads orders, one a line; for each, forks a child that makes one edition and dies on the way.
FORKS = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from newsroom import Newsroom

for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        room = Newsroom.found(Path(order["root"]), datetime.fromisoformat(order["now"]))
        calls = 0
        def count(_frame, event, _argument):
            global calls
            calls += event in ("call", "c_call")
            if calls == order["die_at"]:
                os.kill(os.getpid(), signal.SIGKILL)
        with room.press() as press:
            sys.setprofile(count)
            room.edition(press)
            sys.setprofile(None)
        print(calls, flush=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        print(-os.WTERMSIG(status), flush=True)
    elif status:
        print("failed", flush=True)
"""


class Forks:
    """Makes editions in processes that end at a given call."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin = stdin
        self._stdout = stdout

    def edition(self, room: Newsroom, *, die_at: int = 0) -> int:
        """Give how many calls an edition took; or, as a negative number, what killed it."""
        order = {"root": str(room.root), "now": room.now.isoformat(), "die_at": die_at}
        print(json.dumps(order), file=self._stdin, flush=True)
        return int(self._stdout.readline())


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    if not hasattr(__import__("os"), "fork"):
        pytest.skip("processes are killed by one that forks")
    with subprocess.Popen(
        [sys.executable, "-c", FORKS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Forks(process.stdin, process.stdout)
        process.stdin.close()


def edit(room: Newsroom) -> None:
    room.write("a.md", "Neuf. ![Carte](carte.png)", title="Un, revu", tags=["rail", "neuf"])
    room.save("carte.png", png(b"new"))
    room.write("d.md", "Voir [Un](a.md).", title="Quatre", tags=["route"])


def rename_and_delete(room: Newsroom) -> None:
    room.rename("a.md", "x.md")
    room.rename("b.md", "a.md")
    room.rename("x.md", "b.md")
    room.delete("c.md")


def refuse(room: Newsroom) -> None:
    room.save("a.md", UNREADABLE)
    room.write("b.md", UNCONVERTIBLE, title="Neuf", slug="neuf")
    room.write("c.md", title="Trois", slug="trois", draft=True)


def configure(room: Newsroom) -> None:
    room.configure(
        "[each]\ntag = false\nauthor = true\n[feeds.rail]\nwhere = { tag = 'rail' }\n",
        site=SITE.replace("example.org", "nouveau.example"),
    )


def lose(room: Newsroom) -> None:
    room.lose_catalogue()
    room.save("a.md", UNREADABLE)
    room.delete("b.md")


READ: dict[str, Callable[[bytes], object]] = {"xml": ElementTree.fromstring, "json": json.loads}
CHANGES: tuple[Callable[[Newsroom], None], ...] = (
    edit,
    rename_and_delete,
    refuse,
    configure,
    lose,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsroom with four articles out."""
    room = Newsroom(tmp_path_factory.mktemp("base") / "site")
    room.save("carte.png", PNG)
    room.write("a.md", "![Carte](carte.png)", title="Un", tags=["rail"], authors=["Aliya"])
    room.write("b.md", "Voir [Trois](c.md).", title="Deux", section="Transport")
    room.write("c.md", title="Trois", tags=["rail", "seul"], id="mon id")
    room.write("e.md", title="Cinq", expires=(room.now + timedelta(minutes=30)).isoformat())
    room.build()
    return room


def copy(base: Newsroom, target: Path) -> Newsroom:
    shutil.copytree(base.root, target)
    room = Newsroom.found(target, base.now)
    room.now += timedelta(hours=1)
    return room


@pytest.fixture(scope="module")
def expected(
    base: Newsroom, forks: Forks, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[int, dict[str, bytes]]]:
    """For each change, how many calls an undisturbed edition takes, and what it makes."""
    found = {}
    for change in CHANGES:
        room = copy(base, tmp_path_factory.mktemp("expected") / "site")
        change(room)
        calls = forks.edition(room)
        found[change.__name__] = calls, room.files()
    return found


@pytest.mark.parametrize("number", range(MOMENTS))
def test_killed_at_any_moment_one_more_run_makes_the_same(
    number: int,
    base: Newsroom,
    forks: Forks,
    expected: dict[str, tuple[int, dict[str, bytes]]],
    tmp_path: Path,
) -> None:
    """No feed is torn, no article lost or doubled, no GUID changed, and no leftovers stay."""
    chance = random.Random(SEED + number)
    change = CHANGES[number % len(CHANGES)]
    calls, files = expected[change.__name__]
    room = copy(base, tmp_path / "site")
    change(room)
    for _ in range(1 + number % 2):  # every second one dies again on its first run after
        died = forks.edition(room, die_at=chance.randrange(1, calls))
        assert died == -9 or number % 2
        # Readers never see a torn file, whenever they look.
        for path, content in room.files().items():
            if not path.rpartition("/")[2].startswith("."):
                READ.get(path.rpartition(".")[2], len)(content)
    forks.edition(room)
    assert room.files() == files
    edition = room.build()
    assert (edition.written, edition.removed) == ((), ())
