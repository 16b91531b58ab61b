"""Whatever an editor does to the folder comes out as settled batches, and nothing else does."""

from __future__ import annotations

import gc
import json
import logging
import mmap
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from markwire.intake import notices
from markwire.intake.folder import Scan, look
from markwire.intake.watch import Batch, watch
from markwire.intake.ways import Way
from newsroom import Newsroom, newsroom
from watching import (
    TEXT,
    Watch,
    linux_only,
    paths,
    rested,
    watch_over,
)
from watching import content as content

__all__ = ["newsroom"]

# --- how editors save ----------------------------------------------------------------------


def test_the_first_batch_is_the_whole_folder(content: Path) -> None:
    """What changed while nobody watched is found by looking."""
    rested(content / "a.md")
    with Watch(content) as over:
        assert over.next() == Batch(everything=True)


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
    with Watch(content) as over:
        assert over.next() == Batch(everything=True, unsettled=frozenset({"new.md"}))
        assert over.next() == Batch(frozenset({"new.md"}))


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


@linux_only
def test_a_save_does_not_wait_behind_a_file_moved_out(content: Path, tmp_path: Path) -> None:
    """Watchdog waits for the second half of each rename, and holds back all that comes after."""
    rested(content / "a.md")
    with watch_over(content, grace=60.0) as over:
        before = time.monotonic()
        (content / "a.md").rename(tmp_path / "a.md")
        (content / "b.md").write_text(TEXT)
        over.until("b.md")
        assert time.monotonic() - before < 0.3


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


@pytest.mark.parametrize("way", [None, "native"])
def test_a_folder_moved_in_comes_out_whole(content: Path, tmp_path: Path, way: Way | None) -> None:
    """A section prepared elsewhere is dropped into the newsroom."""
    for name in ("a.md", "deep/b.md", "deep/c.jpg", "_d.md", "e.txt"):
        rested(tmp_path / "new" / name)
    with watch_over(content, way=way) as over:
        (tmp_path / "new").rename(content / "new")
        expected = frozenset({"new/a.md", "new/deep/b.md", "new/deep/c.jpg"})
        assert over.until(*expected) == [Batch(expected)]
        assert over.rest() == []
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
        assert over.rest() == []


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
        assert list(Scan(content))
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
    with watch_over(content, quiet=5.0) as over:
        for name in expected:
            (content / name).write_text(TEXT)
        batches = over.until(*expected)
        assert paths(batches) == expected
        # One that was told in two parts may come out twice, and is whole each time.
        assert {text for texts in over.content.values() for text in texts} == {TEXT}


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
    monkeypatch.setattr(logger, "level", logger.level)  # to be put back
    logger.setLevel(logging.CRITICAL)
    with watch_over(content) as over:
        logger.warning("Inotify queue overflowed; filesystem events were lost")
        assert over.next().everything


@pytest.mark.parametrize("way", [None, "native", "polling"])
def test_the_whole_folder_is_looked_at_from_time_to_time(content: Path, way: Way | None) -> None:
    """Some changes are told by nobody: writing through a memory map, or on another machine."""
    with watch_over(content, rescan=0.1, way=way, poll=0.05) as over:
        assert [over.next(), over.next()] == [Batch(everything=True)] * 2


def test_what_is_written_past_the_folder_is_found_by_a_look(newsroom: Newsroom) -> None:
    """Through another name of the file, or a memory map, no event comes."""
    body = "Le train part à 7 h."
    newsroom.write("a.md", body, title="Un")
    other = newsroom.root / "other-name.md"
    other.hardlink_to(newsroom.content / "a.md")
    newsroom.write("b.md", body, title="Deux")
    newsroom.build()
    with watch_over(newsroom.content, rescan=0.2, quiet=60.0, patience=60.0) as over:
        other.write_bytes(other.read_bytes().replace(b"part", b"file"))
        with (newsroom.content / "b.md").open("r+b") as file, mmap.mmap(file.fileno(), 0) as map_:
            start = map_.find(b"part")
            map_[start : start + 4] = b"file"
            map_.flush()
        assert over.whole().paths == frozenset()
    newsroom.build()
    assert ["Le train file" in newsroom.page(slug) for slug in ("a", "b")] == [True, True]


def test_a_folder_moved_out_tells_nothing_of_what_becomes_of_it(
    content: Path, tmp_path: Path
) -> None:
    """The kernel goes on telling of it, by the name that it had here."""
    rested(content / "old/a.md")
    with watch_over(content) as over:
        (content / "old").rename(tmp_path / "old")
        over.until("old")
        (tmp_path / "old/private.md").write_text(TEXT)
        over.rest()
        assert "old/private.md" not in over.content
        assert look(content, ["old/private.md"]).articles == {}


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
    with Watch(tmp_path / "later") as over:
        (tmp_path / "later").mkdir()
        assert over.next() == Batch(everything=True)


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
    with watch_over(content, way=way) as over:
        (content / "a.md").write_text("half")
        assert over.end() < 0.4
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
