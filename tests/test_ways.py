"""How the folder is watched: the way that fits the disk, and what is done where none does."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from markwire.intake import lookout, notices, ways
from markwire.intake.ways import Choice, Way
from watching import (
    TEXT,
    linux_only,
    paths,
    rested,
    watch_over,
)
from watching import content as content


@pytest.mark.parametrize("way", ["native", "polling"])
def test_where_closing_is_not_told_files_must_lie_still(content: Path, way: Way) -> None:
    """macOS, Windows and network shares only tell that something changed."""
    rested(content / "renamed.md")
    rested(content / "deleted.md")
    with watch_over(content, way=way, poll=0.05) as over:
        with (content / "a.md").open("w") as file:
            file.write("half")
            file.flush()
            file.write(TEXT)
        over.until("a.md")
        (content / "renamed.md").rename(content / "new.md")
        assert {"renamed.md", "new.md"} <= over.until("new.md")[-1].paths
        (content / "deleted.md").unlink()
        over.until("deleted.md")
        assert set(over.content["a.md"]) == {"half" + TEXT}


def test_polling_follows_no_link(content: Path) -> None:
    """A link to the folder above would be walked round and round."""
    (content / "loop").symlink_to(content)
    with watch_over(content, way="polling", poll=0.05) as over:
        (content / "a.md").write_text(TEXT)
        assert paths(over.until("a.md")) == {"a.md"}


@linux_only
def test_past_the_limit_on_watches_the_folder_is_polled(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Watchdog would leave the folders out that are too many, without a word."""
    (content / "a/b").mkdir(parents=True)
    limit = tmp_path / "limit"
    monkeypatch.setattr(ways, "_MAX_WATCHES", limit)
    limit.write_text("3\n")
    assert ways.choose(content) == Choice("inotify", "local_file_system")
    limit.write_text("2\n")
    assert ways.choose(content) == Choice("polling", "watch_limit")


@linux_only
def test_a_watch_with_holes_is_not_trusted(
    content: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Other programs of the same user take watches too."""
    monkeypatch.setattr(lookout, "count_watches", lambda: 0)
    with (
        caplog.at_level(logging.INFO, logger="markwire.intake"),
        watch_over(content, poll=0.05) as over,
    ):
        (content / "a.md").write_text(TEXT)
        over.until("a.md")
    assert "watch_started folder=content way=polling reason=watch_limit" in caplog.messages


@linux_only
def test_folders_that_come_past_the_limit_are_polled(
    content: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A watch that began whole can get holes."""
    with (
        caplog.at_level(logging.INFO, logger="markwire.intake"),
        watch_over(content, poll=0.05) as over,
    ):
        (content / "new").mkdir()
        (content / "new/a.md").write_text(TEXT)
        over.until("new/a.md")
        over.rest()
        assert "way=polling" not in caplog.text
        monkeypatch.setattr(lookout, "count_watches", lambda: 0)
        (content / "newer").mkdir()
        over.whole()
    assert "watch_started folder=content way=polling reason=watch_limit" in caplog.messages


@linux_only
def test_a_watch_that_is_refused_is_replaced(
    content: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A machine may have no inotify instance left."""
    make = notices._observer

    def refuse(way: Way, poll: float) -> object:
        if way == "inotify":
            raise OSError(24, "inotify instance limit reached")
        return make(way, poll)

    monkeypatch.setattr(notices, "_observer", refuse)
    with caplog.at_level(logging.INFO, logger="markwire.intake"), watch_over(content):
        pass
    assert "watch_started folder=content way=polling reason=watch_refused" in caplog.messages


@linux_only
def test_watches_are_counted(content: Path) -> None:
    """By this it is known whether every folder is watched."""
    for i in range(20):
        (content / f"{i}").mkdir()
    before = ways.count_watches()
    with watch_over(content):
        assert ways.count_watches() - before == ways.count_folders(content) == 21
    assert ways.count_watches() == before


MOUNTS = r"""
22 28 0:20 / /proc rw - proc proc rw
28 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
40 28 0:40 / /srv/news rw - nfs4 server:/news rw
41 28 0:41 / /srv/news/local rw - xfs /dev/sdb rw
42 28 0:42 / /srv/a\040b rw master:3 propagate_from:2 - fuse.sshfs x rw
43 28 0:43 / /srv/twice rw - ext4 /dev/sdc rw
44 43 0:44 / /srv/twice rw - cifs //x/y rw
"""


@pytest.mark.parametrize(
    ("path", "kind", "shared"),
    [
        ("/home/anna/content", "ext4", False),
        ("/srv/news", "nfs4", True),
        ("/srv/news/content", "nfs4", True),
        ("/srv/newspaper", "ext4", False),
        ("/srv/news/local/content", "xfs", False),
        ("/srv/a b/content", "fuse.sshfs", True),
        ("/srv/twice/content", "cifs", True),
        ("/", "ext4", False),
    ],
)
def test_a_shared_file_system_is_known(path: str, kind: str, shared: bool) -> None:
    """What another machine writes there, this kernel never tells."""
    assert ways.file_system(MOUNTS, path) == kind
    assert ways.is_shared(kind) is shared


def test_a_local_fuse_disk_is_not_shared() -> None:
    """NTFS on a stick goes through fuse, and only this machine writes it."""
    assert not ways.is_shared("fuseblk")
