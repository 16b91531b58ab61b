"""Whatever an editor does to the folder comes out as settled batches, and nothing else does."""

from __future__ import annotations

import gc
import json
import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.intake import notices, ways
from markwire.intake import watch as watching
from markwire.intake.folder import look, scan
from markwire.intake.settle import (
    Change,
    Delays,
    Settler,
    Stamp,
    delays_where_closing_is_not_told,
    delays_where_closing_is_told,
)
from markwire.intake.watch import Batch, watch
from markwire.intake.ways import Choice, Way

DEADLINE = 10.0  # seconds; a test that waits so long has failed
QUIET = 0.08
GRACE = 0.06
TEXT = "# Title\n\n" + "words " * 500

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells when a file is closed"
)


class Watch:
    """A watch in a thread of its own; ``content`` is what readers of its batches found."""

    def __init__(self, root: Path, **options: object) -> None:
        self.root = root
        self.stop = threading.Event()
        self.batches: queue.Queue[Batch] = queue.Queue()
        self.content: dict[str, list[str]] = {}
        settings: dict[str, object] = {"quiet": QUIET, "grace": GRACE, "way": None} | options
        self._watch = watch(root, stop=self.stop, **settings)  # type: ignore[arg-type]
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        for batch in self._watch:
            for path in batch.paths - batch.unsettled:
                file = self.root / path
                if file.is_file():
                    self.content.setdefault(path, []).append(file.read_text())
            self.batches.put(batch)

    def next(self) -> Batch:
        return self.batches.get(timeout=DEADLINE)

    def whole(self) -> Batch:
        """Wait for a batch that asks for a look at everything."""
        while not (batch := self.next()).everything:
            pass
        return batch

    def until(self, *paths: str) -> list[Batch]:
        """Wait until each of ``paths`` was in a batch; give all batches up to then."""
        missing = set(paths)
        batches: list[Batch] = []
        while missing:
            batches.append(self.next())
            missing -= batches[-1].paths
        return batches

    def rest(self) -> list[Batch]:
        """Give all that comes until a change made now has gone the slowest way through."""
        slow = self.root / "zz-last.md"
        slow.symlink_to("nowhere")  # never a file: it must be gone for a while to settle
        try:
            return self.until(slow.name)[:-1]
        finally:
            slow.unlink()

    def end(self) -> float:
        """Stop; give the seconds that it took."""
        before = time.monotonic()
        self.stop.set()
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()
        return time.monotonic() - before


@contextmanager
def watch_over(root: Path, **options: object) -> Iterator[Watch]:
    over = Watch(root, **options)
    try:
        over.whole()
        yield over
    finally:
        over.end()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


def rested(path: Path, text: str = TEXT) -> Path:
    """Write a file that was last touched a minute ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    before = time.time() - 60
    os.utime(path, (before, before))
    return path


def paths(batches: list[Batch]) -> set[str]:
    return set().union(*(batch.paths for batch in batches))


# --- how editors save ----------------------------------------------------------------------


def test_the_first_batch_is_the_whole_folder(content: Path) -> None:
    """What changed while nobody watched is found by looking."""
    rested(content / "a.md")
    over = Watch(content)
    assert over.next() == Batch(everything=True)
    over.end()


def test_a_file_written_in_place_comes_out(content: Path) -> None:
    """The plainest way to save."""
    with watch_over(content) as over:
        (content / "a.md").write_text(TEXT)
        over.until("a.md")
        assert over.content["a.md"][-1] == TEXT


@linux_only
def test_a_closed_file_comes_out_at_once(content: Path) -> None:
    """The wire is waiting: a file that its writer has closed needs no quiet period."""
    with watch_over(content, quiet=60.0, patience=60.0) as over:
        (content / "a.md").write_text(TEXT)
        assert over.until("a.md")[-1] == Batch(frozenset({"a.md"}))


@pytest.mark.parametrize("place", ["content/.a.md.tmp", "elsewhere"])
def test_a_file_renamed_into_place_comes_out(content: Path, place: str) -> None:
    """sed, rsync, LibreOffice and most sync programs write aside, then rename."""
    rested(content / "a.md", "old")
    with watch_over(content) as over:
        aside = content.parent / place
        aside.write_text(TEXT)
        aside.replace(content / "a.md")
        assert paths(over.until("a.md")) == {"a.md"}
        assert over.content["a.md"] == [TEXT]


def test_vim_never_makes_an_article_blink(content: Path) -> None:
    """Vim moves the old file away, writes a new one, then deletes the old."""
    rested(content / "a.md", "old")
    with watch_over(content) as over:
        (content / "4913").write_text("")
        (content / "4913").unlink()
        (content / "a.md").rename(content / "a.md~")
        with (content / "a.md").open("w") as file:
            file.write(TEXT)
            file.flush()
            os.fsync(file.fileno())
        (content / "a.md").chmod(0o644)
        (content / "a.md~").unlink()
        batches = over.until("a.md") + over.rest()
        assert paths(batches) == {"a.md"}
        assert set(over.content["a.md"]) == {TEXT}


def test_a_file_emptied_then_written_is_never_seen_empty(content: Path) -> None:
    """Obsidian and others empty the file, and write it a moment later."""
    rested(content / "a.md", "old")
    with watch_over(content) as over:
        (content / "a.md").open("w").close()
        (content / "a.md").write_text(TEXT)
        over.until("a.md")
        over.rest()
        assert set(over.content["a.md"]) == {TEXT}


def test_a_file_truncated_in_place_is_never_seen_in_pieces(content: Path) -> None:
    """VS Code truncates, writes and closes with one descriptor."""
    rested(content / "a.md", "old")
    with watch_over(content) as over:
        descriptor = os.open(content / "a.md", os.O_WRONLY)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, TEXT.encode())
        os.fsync(descriptor)
        os.close(descriptor)
        over.until("a.md")
        over.rest()
        assert set(over.content["a.md"]) == {TEXT}


@linux_only
def test_a_slow_writer_is_waited_for(content: Path) -> None:
    """An upload over a slow line pauses for longer than any quiet period."""
    with watch_over(content) as over:
        with (content / "slow.md").open("w") as file:
            for _ in range(3):
                file.write(TEXT)
                file.flush()
                # Another article goes through all its quiet period meanwhile.
                (content / "other.md").touch()
                assert "slow.md" not in paths(over.until("other.md"))
        assert over.until("slow.md")[-1].paths == {"slow.md"}
        assert over.content["slow.md"] == [TEXT * 3]


@linux_only
def test_a_file_in_the_making_is_named_as_unsettled(content: Path) -> None:
    """Whoever looks at the whole folder meanwhile must leave it as it is known."""
    with watch_over(content, rescan=0.2) as over:
        with (content / "slow.md").open("w") as file:
            file.write("half")
            file.flush()
            over.whole()
            assert over.whole().unsettled == {"slow.md"}
            file.write("whole")
        over.until("slow.md")
        assert over.content["slow.md"] == ["halfwhole"]


def test_a_file_written_just_before_the_watch_is_waited_for(content: Path) -> None:
    """Nobody saw whether its writer has finished."""
    rested(content / "old.md")
    (content / "new.md").write_text(TEXT)
    over = Watch(content)
    assert over.next() == Batch(everything=True, unsettled=frozenset({"new.md"}))
    assert over.next() == Batch(frozenset({"new.md"}))
    over.end()


def test_new_rights_or_times_come_out(content: Path) -> None:
    """The editor was told to correct the permissions and waits for the article."""
    rested(content / "a.md")
    with watch_over(content) as over:
        (content / "a.md").chmod(0o600)
        over.until("a.md")
        os.utime(content / "a.md")
        over.until("a.md")


# --- moving and deleting ---------------------------------------------------------------------


def test_a_renamed_file_comes_out_under_both_names_at_once(content: Path) -> None:
    """Apart, they would read as a new article and a deleted one."""
    rested(content / "a.md")
    with watch_over(content) as over:
        (content / "a.md").rename(content / "b.md")
        assert over.until("a.md")[-1] == Batch(frozenset({"a.md", "b.md"}))


def test_a_deleted_file_comes_out(content: Path) -> None:
    """Its readers get a tombstone."""
    rested(content / "a.md")
    with watch_over(content) as over:
        (content / "a.md").unlink()
        assert over.until("a.md") == [Batch(frozenset({"a.md"}))]


def test_a_file_moved_out_comes_out(content: Path, tmp_path: Path) -> None:
    """A file in the dustbin is deleted."""
    rested(content / "a.md")
    with watch_over(content) as over:
        (content / "a.md").rename(tmp_path / "a.md")
        assert over.until("a.md") == [Batch(frozenset({"a.md"}))]


def test_a_file_set_aside_comes_out_as_gone(content: Path) -> None:
    """Renamed to ``_x.md`` it is a draft: the article is no more."""
    rested(content / "a.md")
    with watch_over(content) as over:
        (content / "a.md").rename(content / "_a.md")
        assert over.until("a.md") == [Batch(frozenset({"a.md"}))]


def test_a_deletion_taken_back_is_none(content: Path) -> None:
    """Sync programs delete and write again."""
    rested(content / "a.md")
    with watch_over(content, grace=30.0) as over:
        (content / "a.md").unlink()
        (content / "a.md").write_text(TEXT)
        over.until("a.md")
        assert over.content["a.md"] == [TEXT]


def test_a_folder_moved_in_comes_out_whole(content: Path, tmp_path: Path) -> None:
    """A section prepared elsewhere is dropped into the newsroom."""
    for name in ("a.md", "deep/b.md", "deep/c.jpg", "_d.md", "e.txt"):
        rested(tmp_path / "new" / name)
    with watch_over(content) as over:
        (tmp_path / "new").rename(content / "new")
        expected = frozenset({"new/a.md", "new/deep/b.md", "new/deep/c.jpg"})
        assert over.until(*expected) == [Batch(expected)]
        # Its folders are watched from now on.
        (content / "new/deep/f.md").write_text(TEXT)
        over.until("new/deep/f.md")


def test_a_folder_moved_in_while_it_is_written_is_waited_for(content: Path, tmp_path: Path) -> None:
    """What was written a moment ago may not be finished."""
    rested(tmp_path / "new/old.md")
    (tmp_path / "new/fresh.md").write_text("half")
    with watch_over(content) as over, (tmp_path / "new/fresh.md").open("a") as file:
        (tmp_path / "new").rename(content / "new")
        assert over.next() == Batch(
            frozenset({"new/old.md"}), unsettled=frozenset({"new/fresh.md"})
        )
        file.write("whole")
        file.close()
        over.until("new/fresh.md")
        over.rest()
        assert set(over.content["new/fresh.md"]) == {"halfwhole"}


def test_a_tree_copied_in_comes_out(content: Path, tmp_path: Path) -> None:
    """Files that come before their folder is watched are told by nobody."""
    expected = {f"new/{i}/{j}.md" for i in range(10) for j in range(10)}
    for path in expected:
        rested(tmp_path / path)
    with watch_over(content) as over:
        shutil.copytree(tmp_path / "new", content / "new")
        over.until(*expected)
        over.rest()
        assert {path: set(texts) for path, texts in over.content.items()} == {
            path: {TEXT} for path in expected
        }


def test_a_folder_moved_out_comes_out(content: Path, tmp_path: Path) -> None:
    """No word comes of its files: the folder itself is named."""
    rested(content / "old/a.md")
    with watch_over(content) as over:
        (content / "old").rename(tmp_path / "old")
        assert over.until("old") == [Batch(frozenset({"old"}))]
        assert look(content, ["old"]).articles == {}


def test_a_folder_moved_out_and_in_again_is_watched(content: Path, tmp_path: Path) -> None:
    """An editor takes a mistake back."""
    rested(content / "x/a.md")
    with watch_over(content) as over:
        (content / "x").rename(tmp_path / "x")
        over.until("x")
        (tmp_path / "x").rename(content / "x")
        over.until("x/a.md")
        (content / "x/b.md").write_text(TEXT)
        over.until("x/b.md")


def test_a_renamed_folder_comes_out_with_all_names_at_once(content: Path) -> None:
    """A thousand renamed articles must not be a thousand deletions first."""
    count = 200
    for i in range(count):
        rested(content / f"old/{i % 5}/{i}.md")
    with watch_over(content) as over:
        (content / "old").rename(content / "new")
        pairs = {(f"old/{i % 5}/{i}.md", f"new/{i % 5}/{i}.md") for i in range(count)}
        assert over.next() == Batch(frozenset(path for pair in pairs for path in pair))


def test_a_folder_set_aside_comes_out_as_gone(content: Path) -> None:
    """``_2024`` is left alone, and so are its articles."""
    rested(content / "2024/a.md")
    with watch_over(content) as over:
        (content / "2024").rename(content / "_2024")
        over.until("2024")
        (content / "_2024").rename(content / "2025")
        assert over.until("2025/a.md")[-1] == Batch(frozenset({"2025/a.md"}))


def test_a_deleted_folder_comes_out_with_its_files(content: Path) -> None:
    """All its articles are gone, and the folder is too."""
    rested(content / "old/a.md")
    rested(content / "old/deep/b.md")
    with watch_over(content) as over:
        shutil.rmtree(content / "old")
        batches = over.until("old/a.md", "old/deep/b.md", "old/deep", "old")
        assert paths(batches) == {"old/a.md", "old/deep/b.md", "old/deep", "old"}


# --- what is none of ours --------------------------------------------------------------------


def test_editors_own_files_are_ignored(content: Path) -> None:
    """They come with every save, and would be a batch each."""
    (content / ".git").mkdir()
    (content / "_drafts").mkdir()
    with watch_over(content) as over:
        for name in (".a.md.swp", "a.md~", "#a.md#", "~$a.md", "a.md.tmp", "a.txt", "_a.md"):
            (content / name).write_text("x")
            (content / name).unlink()
        (content / ".git/a.md").write_text("x")
        (content / "_drafts/a.md").write_text("x")
        (content / ".git/a.md").rename(content / ".git/b.md")
        (content / ".obsidian").mkdir()
        (content / ".obsidian/a.md").write_text("x")
        assert over.rest() == []


def test_reading_is_no_change(content: Path) -> None:
    """Else every edition would be the cause of the next."""
    rested(content / "a.md")
    with watch_over(content) as over:
        for _ in range(100):
            (content / "a.md").read_bytes()
        scan(content)
        assert over.rest() == []


def test_a_conflict_copy_comes_out(content: Path) -> None:
    """It is no article, but the editor is to be told of it."""
    name = "a (conflicted copy 2026-05-01 123456).md"
    with watch_over(content) as over:
        (content / name).write_text(TEXT)
        over.until(name)
        assert [each.code for each in look(content, [name]).problems] == ["MW104"]


# --- bursts and losses -----------------------------------------------------------------------


def test_every_file_of_a_burst_comes_out(content: Path) -> None:
    """An import of an archive is one burst."""
    expected = {f"{i}.md" for i in range(2000)}
    with watch_over(content) as over:
        for name in expected:
            (content / name).write_text(TEXT)
        batches = over.until(*expected)
        assert paths(batches) == expected
        assert all(texts == [TEXT] for texts in over.content.values())


CHILD = """
import json, sys, threading
from pathlib import Path
from markwire.intake.watch import watch
for batch in watch(Path(sys.argv[1]), stop=threading.Event()):
    print(json.dumps([batch.everything, sorted(batch.paths)]), flush=True)
"""


@linux_only
def test_a_queue_that_ran_over_asks_for_a_look_at_everything(content: Path) -> None:
    """The kernel drops what a stopped watcher cannot take, and tells only that it did."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 20_000:
        pytest.skip("the queue is too long to fill in a test")
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(content)], stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            assert json.loads(child.stdout.readline()) == [True, []]
            child.send_signal(signal.SIGSTOP)
            for i in range(limit // 3):
                (content / f"{i}.md").write_text("x")
            child.send_signal(signal.SIGCONT)
            everything = False
            while not everything:
                everything = json.loads(child.stdout.readline())[0]
            # The watch stands, and goes on.
            (content / "after.md").write_text(TEXT)
            while "after.md" not in json.loads(child.stdout.readline())[1]:
                pass
        finally:
            child.kill()


def test_lost_events_are_heard_of_whatever_the_log_is_set_to(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone who silences watchdog must not silence the newsroom."""
    logger = logging.getLogger("watchdog.observers.inotify_c")
    monkeypatch.setattr(logger, "level", logging.CRITICAL)
    with watch_over(content) as over:
        logger.warning("Inotify queue overflowed; filesystem events were lost")
        assert over.next().everything


def test_the_whole_folder_is_looked_at_from_time_to_time(content: Path) -> None:
    """Some changes are told by nobody: writing through a memory map, or on another machine."""
    with watch_over(content, rescan=0.1) as over:
        assert [over.next(), over.next()] == [Batch(everything=True)] * 2


def test_a_dead_watch_is_begun_anew(content: Path) -> None:
    """A thread of watchdog can die, and nobody would say so."""
    observations: list[notices.Observation] = []
    start = notices.Observation.start

    def remember(self: notices.Observation) -> None:
        observations.append(self)
        start(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notices.Observation, "start", remember)
        with watch_over(content) as over:
            observer = observations[0]._observer
            assert observer is not None
            for emitter in list(observer.emitters):
                emitter.stop()
            over.whole()
            assert len(observations) == 2
            (content / "a.md").write_text(TEXT)
            over.until("a.md")


# --- the folder itself -----------------------------------------------------------------------


def test_a_folder_that_goes_away_is_waited_for(content: Path, tmp_path: Path) -> None:
    """An unmounted share is no deletion of every article."""
    rested(content / "a.md")
    with watch_over(content) as over:
        content.rename(tmp_path / "away")
        with pytest.raises(queue.Empty):
            over.batches.get(timeout=0.3)
        (tmp_path / "away").rename(content)
        assert over.next() == Batch(everything=True)
        (content / "b.md").write_text(TEXT)
        over.until("b.md")


def test_a_folder_that_is_replaced_is_looked_at_whole(content: Path, tmp_path: Path) -> None:
    """Deployments swap the whole folder; the watch must not stay with the old one."""
    rested(tmp_path / "next/a.md")
    with watch_over(content) as over:
        content.rename(tmp_path / "previous")
        (tmp_path / "next").rename(content)
        assert over.whole() == Batch(everything=True)
        (tmp_path / "previous/old.md").write_text(TEXT)
        (content / "new.md").write_text(TEXT)
        assert paths(over.until("new.md")) == {"new.md"}


def test_a_folder_removed_and_made_again_is_looked_at_whole(content: Path) -> None:
    """An editor starts over."""
    rested(content / "a.md")
    with watch_over(content) as over:
        shutil.rmtree(content)
        content.mkdir()
        over.whole()
        (content / "b.md").write_text(TEXT)
        over.until("b.md")


def test_a_folder_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    """The share may be mounted after the machine has started."""
    over = Watch(tmp_path / "later")
    (tmp_path / "later").mkdir()
    assert over.next() == Batch(everything=True)
    over.end()


def test_an_empty_place_on_another_disk_is_no_replacement(content: Path) -> None:
    """Where a share was mounted, the empty folder below it comes to light."""
    vigil = watching._Vigil(
        content, threading.Event(), lambda: None, QUIET, GRACE, 10.0, 60.0, 1.0, None
    )
    here = content.stat()
    vigil._identity = (here.st_dev + 1, here.st_ino)
    assert vigil._is_left_empty((here.st_dev, here.st_ino))
    rested(content / "a.md")
    assert not vigil._is_left_empty((here.st_dev, here.st_ino))


# --- waking and stopping ---------------------------------------------------------------------


def test_a_scheduled_moment_wakes(content: Path) -> None:
    """An article set for six o'clock goes out at six, though no file changes."""
    due = time.monotonic() + 0.15
    with watch_over(content, wake=lambda: due - time.monotonic()) as over:
        assert over.next() == Batch()
        assert 0.0 <= time.monotonic() - due < 0.1


def test_an_overdue_moment_does_not_spin(content: Path) -> None:
    """A publication that fails and stays due must not eat the machine."""
    with watch_over(content, wake=lambda: -1.0) as over:
        before = time.monotonic()
        assert [over.next() for _ in range(4)] == [Batch()] * 4
        assert time.monotonic() - before > 0.15


@pytest.mark.parametrize("way", [None, "polling"])
def test_a_stop_leaves_no_thread_behind(content: Path, way: Way | None) -> None:
    """The command must end when it is told to."""
    before = set(threading.enumerate())
    over = Watch(content, way=way)
    over.whole()
    (content / "a.md").write_text("half")
    assert over.end() < 0.5
    assert set(threading.enumerate()) == before


def test_a_watch_that_is_dropped_ends(content: Path) -> None:
    """Whoever leaves the loop has no generator to close."""
    before = set(threading.enumerate())
    batches = watch(content, stop=threading.Event())
    assert next(batches).everything
    del batches
    gc.collect()
    assert set(threading.enumerate()) == before


def test_the_watch_tells_what_it_does(content: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Operators search the log; names of drafts must not be in it."""
    with caplog.at_level(logging.INFO, logger="markwire.intake"), watch_over(content, way="native"):
        pass
    assert [
        record.getMessage() for record in caplog.records if record.name == "markwire.intake"
    ] == [
        "watch_started folder=content way=native reason=configured",
        "watch_ended folder=content",
    ]


# --- ways ------------------------------------------------------------------------------------


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
    monkeypatch.setattr(watching, "count_watches", lambda: 0)
    with (
        caplog.at_level(logging.INFO, logger="markwire.intake"),
        watch_over(content, poll=0.05) as over,
    ):
        (content / "a.md").write_text(TEXT)
        over.until("a.md")
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


# --- the laws of settling --------------------------------------------------------------------

NAMES = ["a", "b", "c"]
TOLD = delays_where_closing_is_told(quiet=0.5, grace=0.3, patience=10.0)
NOT_TOLD = delays_where_closing_is_not_told(quiet=0.5, grace=0.3)


class Disk:
    """A folder of a few files, the clock of the one who watches it, and what came out."""

    def __init__(self, delays: Delays) -> None:
        self.delays = delays
        self.settler = Settler(delays)
        self.now = 100.0
        self.files: dict[str, Stamp] = {}
        self.finished: dict[str, float] = {}
        self.told: set[str] = set()
        self.emitted: list[tuple[str, Stamp | None]] = []
        self.hasty: list[str] = []
        self._writes = 0

    def write(self, name: str, change: Change, size: int = 9) -> None:
        self._writes += 1
        self.files[name] = Stamp(size, self._writes, self._writes)
        self.finished[name] = self.now + self.delays[change if size else "changed"]
        self._tell(name, change)

    def create(self, name: str) -> None:
        """Create a file, or change the rights of the one that is there."""
        if name in self.files:
            self._tell(name, "changed")
        else:
            self.write(name, "changed")

    def delete(self, name: str) -> None:
        if self.files.pop(name, None):
            self._tell(name, "gone")

    def rename(self, name: str, target: str) -> None:
        if name in self.files and name != target:
            self.files[target] = self.files.pop(name)
            self.finished[target] = self.finished.pop(name)
            self.settler.move(name, target, self.now)
            self.told |= {name, target}

    def _tell(self, name: str, change: Change) -> None:
        self.settler.note(name, change, self.now)
        self.told.add(name)

    def settle(self) -> frozenset[str]:
        out = self.settler.settled(self.now, self.files.get)
        self.emitted += [(name, self.files.get(name)) for name in sorted(out)]
        self.hasty += [n for n in out if n in self.files and self.now < self.finished[n]]
        return out

    def wait(self, seconds: float) -> None:
        """Let time pass, and settle whenever something is due."""
        self.settle()
        end = self.now + seconds
        while (due := self.settler.due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.settle()
        self.now = end


NAME = st.sampled_from(NAMES)
STEP = st.one_of(
    st.tuples(st.sampled_from(["closed", "emptied", "written", "arrived"]), NAME),
    st.tuples(st.sampled_from(["create", "delete"]), NAME),
    st.tuples(st.just("rename"), NAME, NAME),
    st.tuples(st.just("wait"), st.floats(0, 1)),
)
DELAYS = st.sampled_from([TOLD, NOT_TOLD])


def step(disk: Disk, action: tuple[object, ...]) -> None:
    match action:
        case ("emptied", str(name)):
            disk.write(name, "closed", size=0)
        case ("closed" | "written" | "arrived" as change, str(name)):
            disk.write(name, change)
        case ("create", str(name)):
            disk.create(name)
        case ("delete", str(name)):
            disk.delete(name)
        case ("rename", str(name), str(target)):
            disk.rename(name, target)
        case ("wait", float(seconds)):
            disk.wait(seconds)


@given(delays=DELAYS, steps=st.lists(STEP, max_size=30))
def test_nothing_is_lost(delays: Delays, steps: list[tuple[object, ...]]) -> None:
    """Each path told of comes out, last in the state that the folder ends in."""
    disk = Disk(delays)
    for action in steps:
        step(disk, action)
    disk.wait(60.0)
    last = dict(disk.emitted)
    assert last == {name: disk.files.get(name) for name in disk.told}
    assert disk.settler.unsettled() == frozenset()
    assert disk.settler.due() is None


@given(delays=DELAYS, steps=st.lists(STEP, max_size=30))
def test_nothing_comes_out_twice(delays: Delays, steps: list[tuple[object, ...]]) -> None:
    """What has come out stays so until something new is told."""
    disk = Disk(delays)
    for action in steps:
        step(disk, action)
        disk.settle()
        assert disk.settle() == frozenset()


@given(delays=DELAYS, steps=st.lists(STEP, max_size=30))
def test_nothing_comes_out_before_its_writer_has_finished(
    delays: Delays, steps: list[tuple[object, ...]]
) -> None:
    """Half an article must never be published."""
    disk = Disk(delays)
    for action in steps:
        step(disk, action)
    disk.wait(60.0)
    assert disk.hasty == []


@given(before=st.sampled_from(["closed", "arrived", "written"]), after=st.floats(0, 0.29))
def test_a_deletion_within_the_grace_never_shows(before: Change, after: float) -> None:
    """An editor swaps two files in the blink of an eye."""
    disk = Disk(TOLD)
    disk.write("a", before)
    disk.wait(60.0)
    disk.emitted.clear()
    disk.delete("a")
    disk.wait(after)
    disk.write("a", "closed")
    disk.wait(60.0)
    assert disk.emitted == [("a", disk.files["a"])]


@given(steps=st.lists(STEP, max_size=20))
def test_both_names_of_a_rename_come_out_together(steps: list[tuple[object, ...]]) -> None:
    """Apart, they would read as a new article and a deleted one."""
    for delays in (TOLD, NOT_TOLD):
        disk = Disk(delays)
        for action in steps:
            step(disk, action)
        disk.wait(60.0)
        disk.write("d", "closed")
        disk.wait(60.0)
        disk.rename("d", "e")
        disk.emitted.clear()
        disk.wait(60.0)
        assert disk.emitted == [("d", None), ("e", disk.files["e"])]


def test_a_file_written_without_end_comes_out_when_it_pauses() -> None:
    """No close may ever come: the writer crashed, or writes through a memory map."""
    disk = Disk(TOLD)
    disk.write("a", "written")
    disk.wait(TOLD["written"] - 0.01)
    assert disk.emitted == []
    disk.wait(0.02)
    assert disk.emitted == [("a", disk.files["a"])]


def test_a_change_that_nobody_told_of_restarts_the_quiet() -> None:
    """Events are hints: the file itself must be seen to lie still."""
    disk = Disk(NOT_TOLD)
    disk.write("a", "written")
    disk.settle()
    disk.files["a"] = Stamp(10, 10, 10)
    disk.wait(0.6)
    assert disk.emitted == []
    disk.wait(0.5)
    assert disk.emitted == [("a", Stamp(10, 10, 10))]


def test_rights_set_after_the_last_write_do_not_delay() -> None:
    """Vim sets them on every save."""
    disk = Disk(TOLD)
    disk.write("a", "closed")
    disk.create("a")
    assert disk.settle() == {"a"}


def test_a_renamed_file_that_is_being_written_is_still_being_written() -> None:
    """A new name is no close."""
    disk = Disk(TOLD)
    disk.write("a", "written")
    disk.rename("a", "b")
    disk.wait(1.0)
    assert disk.emitted == []
    assert disk.settler.unsettled() == {"a", "b"}
    disk.write("b", "closed")
    assert disk.settle() == {"a", "b"}


def test_a_waiting_path_costs_little() -> None:
    """An archive of ten thousand files arrives in one burst."""
    disk = Disk(TOLD)
    for i in range(10_000):
        disk.write(str(i), "changed")
        disk.settle()
    before = time.monotonic()
    for i in range(1000):
        disk.write(f"new{i}", "closed")
        assert disk.settle() == {f"new{i}"}
    assert time.monotonic() - before < 1.0
