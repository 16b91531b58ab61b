"""How files get below ``feeds/``: whole, durable, only where they differ, and past a gate."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import IO

import pytest

from markwire.errors import PublicationError
from markwire.intake.watch import Batch
from markwire.model import FORMATS, Format, Site
from markwire.outlet import disk
from markwire.outlet.directory import Directory
from markwire.outlet.gate import check, judge
from markwire.pipeline import pages, publishing
from newsroom import EVERYTHING, PNG, Newsroom, newsroom, png

__all__ = ["newsroom"]

# --- the folder --------------------------------------------------------------------------


class Recorder:
    """Notes each call that changes the disk, and refuses the one of a given number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, root: Path, refuse: int = 0) -> None:
        self.calls: list[str] = []
        self._root = root
        self._refuse: int | str = refuse
        open_, fsync, fdopen = os.open, os.fsync, os.fdopen
        replace, mkdir = os.replace, os.mkdir

        names: dict[int, str] = {}

        def opening(path: str, flags: int, *rest: int, **more: int) -> int:
            if flags & os.O_CREAT:
                self._note("create", path)
            descriptor = open_(path, flags, *rest, **more)
            names[descriptor] = path
            return descriptor

        def syncing(descriptor: int) -> None:
            self._note("fsync", names[descriptor])
            fsync(descriptor)

        def replacing(source: str, target: str) -> None:
            self._note("rename", target)
            replace(source, target)

        def making(path: str, *rest: int) -> None:
            self._note("mkdir", path)
            mkdir(path, *rest)

        def writing(descriptor: int, mode: str, *, closefd: bool = True) -> object:
            file = fdopen(descriptor, mode, closefd=closefd)
            if mode == "wb":
                return _Writer(file, lambda: self._note("write", names[descriptor]))
            return file

        for name, fake in {
            "open": opening, "fsync": syncing, "replace": replacing, "mkdir": making,
            "fdopen": writing,
        }.items():  # fmt: skip
            monkeypatch.setattr(os, name, fake)

    def refuse(self, call: str) -> None:
        """Refuse each call of this name."""
        self._refuse = call

    def _note(self, what: str, path: str) -> None:
        place = Path(path)
        if not place.is_relative_to(self._root):
            return
        call = f"{what} {place.relative_to(self._root).as_posix()}"
        self.calls.append(call)
        if self._refuse in (len(self.calls), call):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


class _Writer:
    """A file of which half is written when the disk is found full."""

    def __init__(self, file: IO[bytes], note: Callable[[], None]) -> None:
        self._file = file
        self._note = note

    def write(self, content: bytes) -> int:
        self._file.write(content[: len(content) // 2])
        self._file.flush()
        self._note()
        self._file.write(content[len(content) // 2 :])
        return len(content)

    def flush(self) -> None:
        self._file.flush()

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def test_each_file_is_written_aside_synced_and_renamed_and_then_its_folder_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any other order loses a feed, or empties one, when the power fails."""
    root = tmp_path / "feeds"
    outlet = Directory(root)
    recorder = Recorder(monkeypatch, tmp_path)
    large = b"x" * 100_000
    assert outlet.put("articles/a.html", b"<p>")
    assert outlet.put("rss.xml", b"<rss/>")
    assert outlet.put("tag/rail/rss.xml", large)
    outlet.publish()
    outlet.sync()
    calls = recorder.calls
    staged = [f"feeds/{place}-new" for place in ASIDE]
    assert sorted(calls) == sorted(
        [
            *(f"mkdir feeds{place}" for place in ("", "/articles", "/tag", "/tag/rail")),
            *(f"{step} {place}" for step in ("create", "write", "fsync") for place in staged),
            *(
                f"rename feeds/{place}"
                for place in ("articles/a.html", "rss.xml", "tag/rail/rss.xml")
            ),
            *(f"fsync {place}" for place in FOLDERS),
        ]
    )
    for place in staged:
        steps = [calls.index(f"{step} {place}") for step in ("create", "write", "fsync")]
        assert steps == sorted(steps)
    renamed = [number for number, call in enumerate(calls) if call.startswith("rename")]
    synced = [calls.index(f"fsync {place}") for place in staged]
    folders = [calls.index(f"fsync {place}") for place in FOLDERS]
    assert max(synced) < min(renamed)
    assert max(renamed) < min(folders)
    # A page stands before the feed that names it.
    assert calls.index("rename feeds/articles/a.html") == min(renamed)


def test_what_names_feeds_stands_after_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who is fast must not follow a link to what is not there yet."""
    outlet = Directory(tmp_path)
    recorder = Recorder(monkeypatch, tmp_path)
    for name in ("index.html", "feeds.opml", "tag/rail/index.html", "rss.xml", "articles/a.html"):
        outlet.put(name, b"x")
    outlet.publish()
    renamed = [call.split()[1] for call in recorder.calls if call.startswith("rename")]
    assert renamed[0] == "articles/a.html"
    assert sorted(renamed[1:3]) == ["rss.xml", "tag/rail/index.html"]
    assert sorted(renamed[3:]) == ["feeds.opml", "index.html"]


ASIDE = (
    "articles/.a.html.markwire",
    ".rss.xml.markwire",
    "tag/rail/.rss.xml.markwire",
)
WRITTEN = ("rss.xml", "tag/rail/rss.xml")
FOLDERS = (".", "feeds", "feeds/articles", "feeds/tag", "feeds/tag/rail")


def test_many_small_files_are_flushed_all_at_once_and_then_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive has two files an article; one by one, the disk would be most of the work."""
    outlet = Directory(tmp_path)
    recorder = Recorder(monkeypatch, tmp_path)
    monkeypatch.setattr(disk, "sync_all", lambda folder: recorder.calls.append("sync all"))
    names = [f"articles/{number:03}.html" for number in range(300)]
    for name in names:
        outlet.put(name, name.encode())
    written = outlet.publish()
    outlet.sync()
    assert list(written) == names
    assert {name: (tmp_path / name).read_bytes() for name in names} == {
        name: name.encode() for name in names
    }
    calls = recorder.calls
    writes = [number for number, call in enumerate(calls) if call.startswith("write")]
    renames = [number for number, call in enumerate(calls) if call.startswith("rename")]
    assert max(writes) < calls.index("sync all") < min(renames)
    folders = ["fsync .", "fsync articles"]
    assert sorted(call for call in calls if call.startswith("fsync")) == folders


@pytest.mark.skipif(not disk.can_sync_all(), reason="Linux alone flushes a whole file system")
def test_a_fault_of_a_whole_file_system_is_told(tmp_path: Path) -> None:
    """A disk that fails must not be taken for one that has done its work."""
    disk.sync_all(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        disk.sync_all(str(tmp_path / "not there"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(disk, "_syncfs", lambda: lambda _descriptor: -1)
        with pytest.raises(OSError):  # noqa: PT011  (the fault is whatever came last)
            disk.sync_all(str(tmp_path))


def test_many_small_files_are_flushed_one_by_one_where_there_is_nothing_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Durable on every system, if slower."""
    monkeypatch.setattr(disk, "can_sync_all", lambda: False)
    outlet = Directory(tmp_path)
    recorder = Recorder(monkeypatch, tmp_path)
    names = [f"articles/{number:03}.html" for number in range(100)]
    for name in names:
        outlet.put(name, name.encode())
    assert sorted(outlet.publish()) == names
    flushed = [call for call in recorder.calls if call.startswith("fsync articles/.")]
    assert len(flushed) == len(set(flushed)) == len(names)


def test_nothing_is_visible_before_publish(tmp_path: Path) -> None:
    """RSS, Atom and JSON of one edition appear together."""
    outlet = Directory(tmp_path)
    outlet.put("rss.xml", b"old")
    outlet.publish()
    outlet.put("rss.xml", b"new")
    outlet.put("atom.xml", b"new")
    assert outlet.read("rss.xml") == b"old"
    assert outlet.read("atom.xml") is None
    outlet.discard()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"rss.xml": b"old"}


def test_identical_bytes_are_not_written(tmp_path: Path) -> None:
    """A new time of change makes every reader fetch the same feed again."""
    outlet = Directory(tmp_path)
    outlet.put("rss.xml", b"same")
    outlet.publish()
    before = (tmp_path / "rss.xml").stat()
    assert not outlet.put("rss.xml", b"same")
    assert outlet.publish() == {}
    after = (tmp_path / "rss.xml").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_what_is_live_and_recorded_nowhere_is_flushed_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between a name and the flush of its folder: a power cut would undo that name."""
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/rss.xml").write_bytes(b"<rss/>")
    state = disk.state_at(str(tmp_path / "feeds/rss.xml"))
    outlet = Directory(tmp_path / "feeds")
    recorder = Recorder(monkeypatch, tmp_path)
    assert not outlet.put("rss.xml", b"<rss/>")
    assert not outlet.put("rss.xml", b"<rss/>", known=(6, 1))
    outlet.publish()
    outlet.sync()
    assert sorted(recorder.calls) == ["fsync feeds", "fsync feeds/rss.xml"]
    recorder.calls.clear()
    assert not outlet.put("rss.xml", b"<rss/>", known=state)
    outlet.publish()
    outlet.sync()
    assert recorder.calls == []


def test_after_a_folder_could_not_be_flushed_its_files_are_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flushing it again may say yes though the disk never got the name (fsync, Linux)."""
    outlet = Directory(tmp_path)
    with pytest.MonkeyPatch.context() as bad:
        recorder = Recorder(bad, tmp_path)
        recorder.refuse("fsync .")
        outlet.put("rss.xml", b"<rss/>")
        outlet.publish()
        with pytest.raises(PublicationError):
            outlet.sync()
    before = (tmp_path / "rss.xml").stat().st_ino
    recorder = Recorder(monkeypatch, tmp_path)
    assert outlet.put("rss.xml", b"<rss/>")
    outlet.publish()
    outlet.sync()
    assert recorder.calls[-2:] == ["rename rss.xml", "fsync ."]
    assert (tmp_path / "rss.xml").stat().st_ino != before
    assert not outlet.put("rss.xml", b"<rss/>")


def test_what_is_put_back_to_what_is_live_is_not_staged_any_more(tmp_path: Path) -> None:
    """The last word on a file counts, within one edition too."""
    outlet = Directory(tmp_path)
    outlet.put("rss.xml", b"live")
    outlet.publish()
    outlet.put("rss.xml", b"other")
    assert not outlet.put("rss.xml", b"live")
    assert outlet.publish() == {}
    assert [path.name for path in tmp_path.iterdir()] == ["rss.xml"]


def test_a_removed_file_takes_its_empty_folders_along_and_no_others(tmp_path: Path) -> None:
    """An empty folder under ``tag/`` looks like a feed that is broken."""
    outlet = Directory(tmp_path / "feeds")
    for path in ("tag/rail/rss.xml", "tag/rail/atom.xml", "tag/note.txt"):
        outlet.put(path, b"x")
    outlet.publish()
    assert outlet.remove("tag/rail/rss.xml")
    assert not outlet.remove("tag/rail/rss.xml")
    assert outlet.remove("tag/rail/atom.xml")
    assert sorted(outlet.files()) == ["tag/note.txt"]
    assert outlet.remove("tag/note.txt")
    assert list((tmp_path / "feeds").iterdir()) == []


@pytest.mark.parametrize(
    "path", ["../x", "/etc/x", "a/../../x", "", "a//b", ".htaccess", "a/.b/c", "https://x.y/z"]
)
def test_no_path_leads_out_of_the_folder_or_to_hidden_files(tmp_path: Path, path: str) -> None:
    """Whatever a slug or an address may become, it is written below ``feeds/`` or not at all."""
    with pytest.raises(PublicationError, match="is no place below"):
        Directory(tmp_path / "feeds").put(path, b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_is_taken_away(tmp_path: Path) -> None:
    """Leftovers would fill the disk, one crash after the other."""
    (tmp_path / "tag").mkdir()
    (tmp_path / "tag" / ".rss.xml.markwire-new").write_bytes(b"half")
    (tmp_path / ".gitkeep").touch()
    outlet = Directory(tmp_path)
    outlet.tidy()
    assert sorted(outlet.files()) == [".gitkeep"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".gitkeep", "tag"]


def test_a_feeds_folder_that_is_a_file_is_told(newsroom: Newsroom) -> None:
    """Somebody redirected an output to it; that is no reason for a traceback."""
    newsroom.feeds.write_bytes(b"")
    with pytest.raises(PublicationError, match="feeds"):
        newsroom.build()


# --- the gate ----------------------------------------------------------------------------

NAMESPACES = (
    b'xmlns:atom="http://www.w3.org/2005/Atom"'
    b' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    b' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
)
FRAMES: dict[Format, bytes] = {
    "rss": b"<rss " + NAMESPACES + b"><channel><title>T</title>%s</channel></rss>",
    "atom": b'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>%s</feed>',
    "json": b'{"title": "T", "items": [%s]}',
}
ENTRIES: dict[Format, bytes] = {
    "rss": b"<item><guid>%s</guid></item>",
    "atom": b"<entry><id>%s</id></entry>",
    "json": b'{"id":"%s"}',
}
SEPARATORS: dict[Format, bytes] = {"rss": b"", "atom": b"", "json": b","}


@pytest.mark.parametrize("form", FORMATS)
def test_a_fragment_is_judged_to_be_one_entry_with_its_guid(form: Format) -> None:
    """A feed is as whole as its parts; each is looked at once, when it is made."""

    def passes(fragment: bytes, guid: str = "a") -> bool:
        try:
            judge(fragment, form, guid=guid)
        except ValueError:
            return False
        return True

    entry = ENTRIES[form] % b"a"
    assert passes(entry)
    assert not passes(entry[:-1])
    assert not passes(b"")
    assert not passes(entry + entry)
    assert not passes(entry, guid="b")
    assert not passes(ENTRIES[form] % b"", guid="")
    assert not passes(entry.replace(b"a", b"\x01"))
    assert not passes(entry + b"&" if form != "json" else b"[]")
    assert not passes(entry.replace(b"id", b"other:id"))


@pytest.mark.parametrize("form", FORMATS)
def test_the_gate_lets_judged_fragments_in_a_whole_frame_pass_and_no_others(form: Format) -> None:
    """What it lets through is what readers get, with no way back."""
    a, b, c = (ENTRIES[form] % word for word in (b"a", b"b", b"c"))

    def feed(*entries: bytes) -> bytes:
        return FRAMES[form] % SEPARATORS[form].join(entries)

    def passes(document: bytes, fragments: tuple[bytes, ...] = (a, b), guids: str = "ab") -> bool:
        try:
            check(document, form, fragments=fragments, guids=list(guids), path="x")
        except PublicationError as fault:
            if "the last good version stays" not in str(fault):
                raise
            return False
        return True

    whole = feed(a, b)
    assert passes(whole)
    assert passes(feed(), (), "")
    assert not passes(whole[:-1])
    assert not passes(whole[: len(whole) // 2])
    assert not passes(b"")
    assert not passes(b"", (), "")
    assert not passes(whole, (a,), "a")
    assert not passes(feed(a), (), "")
    assert not passes(whole, (a, b, c), "abc")
    assert not passes(whole, (b, a), "ba")
    assert not passes(feed(a, a), (a, a), "aa")
    assert not passes(whole, (a, b), "a")
    if form != "json":
        assert not passes(whole.replace(b"xmlns", b"xmlms"))


@pytest.mark.parametrize("document", [b"[]", b"null", b'{"items": 1}', b"\xff", b"{}"])
def test_the_gate_stops_json_that_is_no_feed(document: bytes) -> None:
    """It must say so, and not fall over it."""
    with pytest.raises(PublicationError):
        check(document, "json", fragments=(), guids=(), path="feed.json")


def test_a_feed_that_the_gate_holds_back_stops_no_other(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug of ours in one feed: that one stays as it was, in all formats; the others go on."""
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.build()

    def strict(_document: bytes, _form: str, *, path: str, **_rest: object) -> None:
        if path == "tag/rail/atom.xml":
            raise PublicationError(f"{path} would not be well-formed")

    monkeypatch.setattr(publishing, "check", strict)
    newsroom.write("b.md", title="Deux", tags=["rail"])
    with pytest.raises(PublicationError, match="tag/rail/atom"):
        newsroom.build()
    assert newsroom.headlines() == ["Deux", "Un"]
    assert newsroom.slugs() == ["a", "b"]
    assert newsroom.headlines("tag/rail") == ["Un"]
    monkeypatch.undo()
    newsroom.build(Batch())
    assert newsroom.headlines("tag/rail") == ["Deux", "Un"]


# --- an edition --------------------------------------------------------------------------


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.save("carte.png", PNG)
    newsroom.write("a.md", "![Carte](carte.png)", title="Un", tags=["rail"], section="Transport")
    newsroom.write("b.md", title="Deux", tags=["rail", "route"])
    newsroom.build()
    return newsroom


def test_a_second_build_writes_nothing(room: Newsroom) -> None:
    """Validators of the cache stay valid; the disk sleeps."""
    before = room.states()
    edition = room.build()
    assert (edition.read, edition.changed, edition.written, edition.removed) == (0, 0, (), ())
    assert room.states() == before


def test_saving_the_same_bytes_again_writes_nothing(room: Newsroom) -> None:
    """Editors press Ctrl-S out of habit."""
    before = room.states()
    room.write("b.md", title="Deux", tags=["rail", "route"])
    room.save("carte.png", PNG)
    edition = room.build()
    assert (edition.read, edition.changed, edition.written) == (1, 0, ())
    assert room.states() == before


@pytest.mark.parametrize("how", ["deleted", "emptied", "altered in place"])
def test_a_published_file_that_somebody_spoilt_is_written_again(room: Newsroom, how: str) -> None:
    """The next full build mends what a hand, or a bad copy, did below ``feeds/``."""
    before = room.files()
    for path, content in before.items():
        place = room.feeds / path
        if how == "deleted":
            place.unlink()
        elif how == "emptied":
            place.write_bytes(b"")
        else:  # the same size
            place.write_bytes(bytes(reversed(content)))
            os.utime(place, (1, 1))
    edition = room.build()
    assert room.files() == before
    assert sorted(edition.written) == sorted(before)
    assert room.build().written == ()


def test_a_published_file_that_was_only_touched_is_not_composed_for_ever(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored backup has other times, and the same bytes."""
    for path in room.files():
        os.utime(room.feeds / path, (1, 1))
    before = room.states()
    assert room.build().written == ()
    assert room.states() == before

    def composing(_order: object, *, site: Site) -> None:
        raise AssertionError("there is nothing to compose")

    monkeypatch.setattr(pages, "compose_file", composing)
    assert room.build().written == ()


def edited(room: Newsroom) -> Newsroom:
    room.now += timedelta(hours=1)
    room.save("carte.png", png(b"new"))
    room.write("a.md", "Neuf. ![Carte](carte.png)", title="Un", tags=["rail", "neuf"])
    room.write("c.md", "Voir [Un](a.md).", title="Trois", tags=["route"])
    room.delete("b.md")
    return room


def copies(room: Newsroom, tmp_path: Path) -> Iterator[Newsroom]:
    for number in count(1):
        root = tmp_path / f"copy{number}"
        shutil.copytree(room.root, root)
        yield Newsroom.found(root, room.now)
        shutil.rmtree(root)


def test_a_full_disk_at_any_call_leaves_live_files_whole_and_is_made_up_for(
    room: Newsroom, tmp_path: Path
) -> None:
    """The disk fills on the night of the elections. Nothing is torn, nothing is lost."""
    old = room.files()
    whole = next(copies(edited(room), tmp_path))
    whole.build()
    new = whole.files()
    shutil.rmtree(whole.root)
    refused = 0
    for number, copy in enumerate(copies(room, tmp_path), start=1):
        with pytest.MonkeyPatch.context() as monkeypatch, copy.press() as press:
            recorder = Recorder(monkeypatch, copy.feeds, refuse=number)
            try:
                copy.edition(press)
            except PublicationError:
                refused += 1
            else:
                assert len(recorder.calls) < number
                assert copy.files() == new
                break
            live = copy.files()
            assert {path: content for path, content in live.items() if path not in new} == {
                path: content for path, content in old.items() if path in live and path not in new
            }
            for path in live:
                assert live[path] in (old.get(path), new.get(path))
            monkeypatch.undo()
            # The same process, told of nothing new: it owes, and pays.
            copy.edition(press, Batch())
        assert copy.files() == new
        copy.build(EVERYTHING)
        assert copy.files() == new
    assert refused > 50
