"""What stands beside files for static servers: never another file's, and never an older one's."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from markwire.model import Sidecar
from markwire.outlet.directory import Directory
from markwire.validators import etag
from newsroom import PNG, Newsroom, newsroom

__all__ = ["newsroom"]

ALL = '[static]\nsidecars = ["br", "etag", "gz", "zst"]\n'
KINDS: tuple[Sidecar, ...] = ("br", "etag", "gz", "zst")
DECODE: dict[str, Callable[[bytes], bytes]] = {
    ".br": brotli.decompress,
    ".gz": gzip.decompress,
    ".zst": lambda packed: zstandard.ZstdDecompressor().decompress(packed),
}
CODINGS = {".br": "br", ".gz": "gzip", ".zst": "zstd"}
NAMES = (".br", ".br.etag", ".etag", ".gz", ".gz.etag", ".zst", ".zst.etag")


def accompanied(files: dict[str, bytes]) -> list[str]:
    """Give the files beside which all seven sidecars stand; each must be of just these bytes."""
    found = []
    for path, content in files.items():
        if path + ".etag" in files and not path.endswith(NAMES):
            for suffix, decode in DECODE.items():
                assert decode(files[path + suffix]) == content
                told = etag(content, CODINGS[suffix])  # type: ignore[arg-type]  # keys are text
                assert files[path + suffix + ".etag"].decode() == told
            assert files[path + ".etag"].decode() == etag(content)
            found.append(path)
    sidecars = {path + name for path in found for name in NAMES}
    assert sidecars <= files.keys()
    assert not [path for path in files.keys() - sidecars if path.endswith(NAMES)]
    return found


def test_nothing_stands_beside_files_unless_it_is_asked_for(newsroom: Newsroom) -> None:
    """Whoever serves with Markwire itself wants no seven files for each."""
    newsroom.write("a.md", title="Un")
    newsroom.build()
    assert accompanied(newsroom.files()) == []


def test_all_but_media_have_their_sidecars(newsroom: Newsroom) -> None:
    """Media are compressed by nature, and their names change with their bytes."""
    newsroom.configure(ALL)
    newsroom.save("carte.png", PNG)
    newsroom.write("a.md", "![Carte](carte.png)", title="Un")
    edition = newsroom.build()
    files = newsroom.files()
    beside = accompanied(files)
    assert {"rss.xml", "articles/a.html", "articles/a.json"} <= {*beside}
    assert {path for path in files if not path.endswith(NAMES)} - {*beside} == {
        f"media/{name}" for name in newsroom.media()
    }
    assert {*edition.written} == {path for path in files if not path.endswith(NAMES)}


def test_a_sidecar_says_the_time_of_its_file(newsroom: Newsroom) -> None:
    """Servers give it as Last-Modified; one poll may get the one, the next the other."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    times = {
        os.stat(newsroom.feeds / f"rss.xml{name}").st_mtime_ns  # noqa: PTH116  (as servers do)
        for name in ("", *NAMES)
    }
    assert len(times) == 1


def test_a_change_brings_new_sidecars_of_what_changed_and_no_others(newsroom: Newsroom) -> None:
    """What is written for nothing is polled for nothing."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un", tags=["rail"])
    newsroom.write("b.md", title="Deux", tags=["mer"])
    newsroom.build()
    before = newsroom.states()
    newsroom.write("a.md", "Autre texte.", title="Un", tags=["rail"])
    newsroom.build()
    after = newsroom.states()
    accompanied(newsroom.files())
    for name in ("", *NAMES):
        assert after[f"tag/rail/rss.xml{name}"] != before[f"tag/rail/rss.xml{name}"]
        assert after[f"tag/mer/rss.xml{name}"] == before[f"tag/mer/rss.xml{name}"]


def test_a_second_build_writes_nothing(newsroom: Newsroom) -> None:
    """Twice the same is the same, to the inode."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    before = newsroom.states()
    assert newsroom.build().written == ()
    assert newsroom.states() == before


def test_what_is_asked_for_later_comes_and_goes_without_a_file_being_rewritten(
    newsroom: Newsroom,
) -> None:
    """Readers need not poll anew because an engineer changes servers."""
    newsroom.write("a.md", title="Un")
    newsroom.build()
    before = newsroom.states()
    newsroom.configure(ALL)
    newsroom.build()
    assert {*accompanied(newsroom.files())} == {*before}
    assert {path: newsroom.states()[path] for path in before} == before
    newsroom.configure('[static]\nsidecars = ["gz"]')
    newsroom.build()
    assert {*newsroom.states()} - {*before} == {f"{path}.gz" for path in before}
    newsroom.configure()
    newsroom.build()
    assert newsroom.states() == before


def test_those_of_kinds_no_longer_wanted_go_before_their_file_changes(newsroom: Newsroom) -> None:
    """A server may still be looking for them."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    newsroom.configure()
    newsroom.write("a.md", "Autre texte.", title="Un")

    class Watched(Directory):
        def publish(self) -> dict[str, tuple[int, int]]:
            assert not [path for path in newsroom.files() if path.endswith(NAMES)]
            return super().publish()

    with newsroom.press(Watched(newsroom.feeds)) as press:
        newsroom.edition(press)
    assert accompanied(newsroom.files()) == []


def test_what_stands_beside_an_article_goes_with_it(newsroom: Newsroom) -> None:
    """A withdrawn text may not be read from a compressed form."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un")
    newsroom.write("b.md", title="Deux")
    newsroom.build()
    newsroom.delete("a.md")
    newsroom.build()
    assert "articles/a.html" not in accompanied(newsroom.files())
    newsroom.build()
    accompanied(newsroom.files())


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"...")])
def test_one_that_is_gone_or_changed_is_mended(
    newsroom: Newsroom, spoil: Callable[[Path], object]
) -> None:
    """A crash may have come between file and sidecar; a hand may have been at work."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    for path in ("rss.xml.gz", "atom.xml.br.etag", "articles/a.html.zst"):
        spoil(newsroom.feeds / path)
    assert newsroom.build().written == ()
    accompanied(newsroom.files())


def test_without_its_catalogue_none_is_trusted(newsroom: Newsroom) -> None:
    """Nobody remembers of which file it was."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    (newsroom.feeds / "rss.xml.gz").write_bytes(gzip.compress(b"<rss>an older one</rss>"))
    newsroom.lose_catalogue()
    newsroom.build()
    assert "rss.xml" in accompanied(newsroom.files())


def test_what_somebody_else_put_there_stays(newsroom: Newsroom) -> None:
    """Markwire removes what it wrote, and nothing else."""
    newsroom.configure(ALL)
    newsroom.write("a.md", title="Un")
    newsroom.build()
    (newsroom.feeds / "archive.html.gz").write_bytes(b"ours")
    newsroom.configure()
    newsroom.build()
    assert (newsroom.feeds / "archive.html.gz").read_bytes() == b"ours"


def test_old_ones_go_before_the_file_and_new_ones_come_once_its_name_is_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any other order a server gives, after a crash or just then, what is no more."""
    outlet = Directory(tmp_path, ("etag", "gz"))
    outlet.put("rss.xml", b"<rss>1</rss>")
    outlet.publish()
    outlet.sync()
    calls = []
    unlink, replace, fsync, open_ = os.unlink, os.replace, os.fsync, os.open
    names: dict[int, str] = {}

    def opening(path: str, *rest: int, **more: int) -> int:
        descriptor = open_(path, *rest, **more)
        names[descriptor] = os.fspath(path)
        return descriptor

    def note(what: str, place: str) -> None:
        path = Path(place)
        name = "." if path == tmp_path else path.name
        if path.is_relative_to(tmp_path):
            calls.append(f"{what} {name}")

    def unlinking(path: str, **more: int) -> None:
        note("unlink", path)
        unlink(path, **more)

    def replacing(source: str, target: str) -> None:
        note("rename", target)
        replace(source, target)

    def syncing(descriptor: int) -> None:
        note("fsync", names[descriptor])
        fsync(descriptor)

    for name, fake in (
        ("open", opening),
        ("unlink", unlinking),
        ("replace", replacing),
        ("fsync", syncing),
    ):
        monkeypatch.setattr(os, name, fake)
    outlet.put("rss.xml", b"<rss>2</rss>")
    outlet.publish()
    outlet.sync()
    stages = [
        {"fsync .rss.xml.markwire-new"},
        {"unlink rss.xml.gz", "unlink rss.xml.etag", "unlink rss.xml.gz.etag"},
        {"rename rss.xml"},
        {"fsync ."},
        {f"fsync .rss.xml{each}.markwire-new" for each in (".gz", ".etag", ".gz.etag")},
        {"rename rss.xml.gz", "rename rss.xml.etag", "rename rss.xml.gz.etag"},
        {"fsync ."},
    ]
    for stage in stages:
        done, calls = calls[: len(stage)], calls[len(stage) :]
        assert {*done} == stage
    assert calls == []


def test_a_file_put_twice_has_the_sidecars_of_its_last_bytes(tmp_path: Path) -> None:
    """An article held back may change a feed twice in one edition."""
    outlet = Directory(tmp_path, KINDS)
    for content in (b"<rss>1</rss>", b"<rss>2</rss>"):
        outlet.put("rss.xml", content)
        outlet.publish()
    laid = outlet.sync()
    assert {*laid} == {f"rss.xml{name}" for name in NAMES}
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert accompanied(files) == ["rss.xml"]
    assert files["rss.xml"] == b"<rss>2</rss>"


def test_one_that_was_coming_does_not_outlive_its_file(tmp_path: Path) -> None:
    """Else it would stand there alone, and be served."""
    outlet = Directory(tmp_path, KINDS)
    outlet.put("rss.xml", b"<rss/>")
    outlet.publish()
    outlet.remove("rss.xml")
    assert outlet.sync() == {}
    assert list(tmp_path.iterdir()) == []
