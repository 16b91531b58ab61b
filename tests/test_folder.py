"""What the content folder holds is found, nothing else is; one file is read in one state."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from markwire.errors import FolderError
from markwire.intake import folder, names
from markwire.intake.folder import LIMIT, Listing, Scan, look, read
from markwire.model import Found, Source
from markwire.problems import problem


def scan(root: Path) -> Listing:
    """The whole folder at once."""
    walk = Scan(root)
    articles = {found.path: found for found in walk}
    assert list(articles) == sorted(articles)
    return replace(walk.rest(), articles=articles)


def write(root: Path, path: str, content: bytes = b"# Title\n") -> Found:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return found(root, path)


def found(root: Path, path: str) -> Found:
    status = (root / path).lstat()
    return Found(path, status.st_size, status.st_mtime_ns, status.st_ino)


# --- names -------------------------------------------------------------------------------

LEFT_ALONE = [
    ".hidden.md",
    ".x.md.swp",
    ".#x.md",
    ".~lock.x.md#",
    ".syncthing.x.md.tmp",
    ".x.md.~1a2b",
    ".owncloudsync.log",
    ".dropbox",
    ".git",
    ".obsidian",
    ".x.md.icloud",
    "._x.md",
    "_draft.md",
    "_index.md",
    "_drafts",
    "~$x.md",
    "~x.md",
    "~syncthing~x.md.tmp",
    "#x.md#",
    "x.md~",
    "x.swp",
    "x.md.tmp",
    "x.TMP",
    "x.md.part",
    "x.md.crdownload",
    "x.md.download",
    "x.md.sb-1a2b3c4d-AbCdEf",
    "(A Document Being Saved By iA Writer)",
    "node_modules",
    "4913",
]

CONFLICTS = [
    "x (conflicted copy 2026-05-01 123456).md",
    "x (Anna's conflicted copy 2026-05-01).md",
    "x (conflicted copy Anna 2026-05-01 123456).MD",
    "x (Copie en conflit de Anna 2026-05-01).md",
    "x (In Konflikt stehende Kopie von Anna 2026-05-01).md",
    "x (SFConflict anna@example.org 2026-05-01-11-30-28).md",
    "x (Case Conflict 1).md",
    "x.sync-conflict-20260501-123456-ABCDEFG.md",
    "x_conflict-20260501-123456.markdown",
]

ARTICLES = [
    "x.md",
    "X.MD",
    "été.markdown",
    "2026-05-01-x.md",
    "a conflicted region.md",
    "le conflit (copie en conflit).md",
    "tmp.md",
    "part.md",
    "x.tmp.md",
    "4913.md",
    "Осушение Арала.md",
]

OTHERS = ["x.txt", "md", "x.mdx", "x.md.bak", "x.html", "README", "x.svg", "x.tiff"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, "") for name in LEFT_ALONE),
        *((name, "conflict") for name in CONFLICTS),
        *((name, "article") for name in ARTICLES),
        *((name, "") for name in OTHERS),
        *((f"x{suffix}", "media") for suffix in names.MEDIA_TYPES),
        ("X.JPG", "media"),
        ("x (conflicted copy 2026-05-01 123456).jpg", ""),
        ("_x.jpg", ""),
    ],
)
def test_a_name_says_what_a_file_is(name: str, expected: str) -> None:
    """The scan and the watcher must agree, and editors' own files must never be published."""
    assert names.kind(name) == expected
    assert names.is_article(name) is (expected == "article")


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_a_folder_of_such_a_name_is_left_alone(name: str) -> None:
    """What is below it is none of ours either."""
    assert names.is_left_alone(name)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b/x.md", True),
        ("a/_b/x.md", False),
        (".git/x.md", False),
        ("a/node_modules/x.png", False),
        ("a/x (conflicted copy 2026-05-01 123456).md", True),
        ("a/x.txt", False),
    ],
)
def test_a_folder_left_alone_takes_all_below_it_along(path: str, expected: bool) -> None:
    """Drafts live in ``_drafts``, whatever they are called there."""
    assert names.is_file_of_ours(path) is expected


# --- scan --------------------------------------------------------------------------------


def test_a_scan_finds_articles_and_media_only(tmp_path: Path) -> None:
    """What is published is what the editor wrote, not what the machine left behind."""
    articles = [write(tmp_path, path) for path in ("b.md", "a/z.markdown", "a/deep/x.MD")]
    media = [write(tmp_path, path) for path in ("a/x.jpg", "y.pdf")]
    for name in LEFT_ALONE:
        write(tmp_path, f"{name}/below.md")
    for name in OTHERS:
        write(tmp_path, f"a/{name}")
    listing = scan(tmp_path)
    assert listing == Listing(
        articles={each.path: each for each in articles}, media={each.path: each for each in media}
    )
    assert list(listing.articles) == ["a/deep/x.MD", "a/z.markdown", "b.md"]


def test_a_scan_follows_no_link_and_opens_no_device(tmp_path: Path) -> None:
    """A link could publish any file of the machine; a FIFO would hold the scan up for ever."""
    outside = tmp_path / "outside"
    content = tmp_path / "content"
    content.mkdir()
    write(outside, "secret.md")
    (content / "link.md").symlink_to(outside / "secret.md")
    (content / "folder").symlink_to(outside)
    (content / "loop").symlink_to(content)
    (content / "dead.md").symlink_to("nowhere")
    os.mkfifo(content / "fifo.md")
    (content / "folder.md").mkdir()
    assert scan(content) == Listing({}, {})
    paths = ["link.md", "folder/secret.md", "folder", "loop/link.md", "fifo.md", "dead.md"]
    assert look(content, paths) == Listing({}, {})


def test_the_content_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    """Deployments point a link at the release of the day."""
    expected = write(tmp_path / "releases", "a.md")
    (tmp_path / "content").symlink_to("releases")
    assert scan(tmp_path / "content").articles == {"a.md": expected}
    assert isinstance(read(tmp_path / "content", "a.md"), Source)


def test_a_conflict_copy_is_flagged_and_no_article(tmp_path: Path) -> None:
    """Two versions of one article must not both be published, nor one be lost in silence."""
    for name in CONFLICTS:
        write(tmp_path, name)
    write(tmp_path, "photo (conflicted copy 2026-05-01 123456).jpg")
    expected = tuple(sorted(problem("MW104", name) for name in CONFLICTS))
    assert scan(tmp_path) == Listing({}, {}, problems=expected)


def test_a_name_that_is_not_text_is_a_problem(tmp_path: Path) -> None:
    """No feed can carry such a name, and one of them must not stop the others."""
    good = write(tmp_path, "a.md")
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_bytes(b"x")
    (tmp_path / os.fsdecode(b"\xff")).mkdir()
    listing = scan(tmp_path)
    assert listing.articles == {"a.md": good}
    assert listing.problems == (
        problem("MW105", "\\xff"),
        problem("MW105", "caf\\xe9.md"),
    )
    assert look(tmp_path, [os.fsdecode(b"caf\xe9.md")]).problems == listing.problems[1:]


def test_of_two_names_that_differ_in_stored_accents_one_is_published(tmp_path: Path) -> None:
    """A sync between macOS and Linux makes such twins; readers would get the article twice."""
    composed = write(tmp_path, "été.md")
    decomposed = "e\u0301te\u0301.md"
    try:
        write(tmp_path, decomposed)
    except OSError:
        pytest.skip("this file system takes no such names")
    if found(tmp_path, decomposed).inode == composed.inode:
        pytest.skip("this file system takes both names for one")
    for listing in (scan(tmp_path), look(tmp_path, ["été.md", decomposed])):
        assert listing.articles == {"été.md": composed}
        assert [(each.code, each.path) for each in listing.problems] == [("MW106", decomposed)]
    (tmp_path / "été.md").unlink()
    assert list(scan(tmp_path).articles) == [decomposed]


def test_a_folder_that_went_away_is_no_empty_folder(tmp_path: Path) -> None:
    """An unmounted share must not read as "every article was deleted"."""
    file = tmp_path / "file"
    file.touch()
    for root in (tmp_path / "away", file):
        with pytest.raises(FolderError, match="content folder cannot be read"):
            scan(root)
        with pytest.raises(FolderError):
            look(root, ["a.md"])
        with pytest.raises(FolderError):
            read(root, "a.md")


def test_a_folder_that_cannot_be_opened_is_told_apart_from_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong permissions for a minute must not withdraw a whole section."""
    good = write(tmp_path, "a.md")
    write(tmp_path, "closed/b.md")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(folder.os, "scandir", refuse)
    assert scan(tmp_path) == Listing(
        articles={"a.md": good},
        media={},
        problems=(problem("MW103", "closed", reason="permission denied"),),
        unseen=frozenset({"closed"}),
    )


def test_a_deep_folder_is_listed(tmp_path: Path) -> None:
    """Two hundred levels are no reason to stop."""
    path = "/".join("d" * 200) + "/x.md"
    assert scan(tmp_path).articles == {}
    expected = write(tmp_path, path)
    assert scan(tmp_path).articles == {path: expected}
    assert isinstance(read(tmp_path, path), Source)


# --- look --------------------------------------------------------------------------------


def test_a_look_at_some_paths_gives_what_a_scan_would(tmp_path: Path) -> None:
    """The picture after a batch must be that of a full scan, at a fraction of the cost."""
    for path in ("a.md", "b/c.md", "b/d/e.jpg", "b/_f.md", "g/h.md"):
        write(tmp_path, path)
    whole = scan(tmp_path)
    part = look(tmp_path, ["a.md", "b", "b/c.md", "gone.md", "b/_f.md", "a.md/x.md", ".git/x.md"])
    assert part.articles == {path: whole.articles[path] for path in ("a.md", "b/c.md")}
    assert part.media == whole.media
    assert look(tmp_path, [""]) == whole
    assert look(tmp_path, []) == Listing({}, {})


@pytest.mark.parametrize(
    "path", ["../x.md", "/etc/x.md", "a/../../x.md", "a//x.md", "./x.md", "a\0"]
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    """Such a path is a bug or an attack; it is not to be answered."""
    with pytest.raises(ValueError, match="below the content folder"):
        look(tmp_path, [path])
    with pytest.raises(ValueError, match="below the content folder"):
        read(tmp_path, path)


# --- read --------------------------------------------------------------------------------


def test_a_file_is_read_with_the_state_it_was_in(tmp_path: Path) -> None:
    """What the scan finds unchanged next time need not be read again."""
    content = "# Été\n".encode()
    expected = write(tmp_path, "a/x.md", content)
    source = read(tmp_path, "a/x.md")
    assert source == Source(expected, content, hashlib.sha256(content).hexdigest())
    assert scan(tmp_path).articles["a/x.md"] == expected


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    """A file may vanish between the batch and the reading."""
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    (tmp_path / "parent").symlink_to("/etc")
    os.mkfifo(tmp_path / "fifo.md")
    paths = ("missing.md", "folder.md", "link.md", "parent/hosts", "fifo.md", "link.md/x.md")
    assert [read(tmp_path, path) for path in paths] == [None] * 6


def test_an_article_has_a_greatest_length(tmp_path: Path) -> None:
    """A file of data with the wrong suffix must not fill memory and feeds."""
    write(tmp_path, "full.md", b"x" * LIMIT)
    write(tmp_path, "over.md", b"x" * (LIMIT + 1))
    assert isinstance(read(tmp_path, "full.md"), Source)
    assert read(tmp_path, "over.md") == problem("MW102", "over.md", size=LIMIT + 1, limit=LIMIT)


def test_an_unreadable_file_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor is told; the article's last good version stays."""
    write(tmp_path, "a.md")

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(folder.os, "read", fail)
    assert read(tmp_path, "a.md") == problem("MW103", "a.md", reason="input/output error")


def test_a_file_that_changes_while_it_is_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of one version and half of the next must never be published."""
    path = tmp_path / "a.md"
    path.write_bytes(b"old " * 1000)
    versions = iter([b"new", b"newest version"])
    real = os.read

    def overtake(descriptor: int, size: int) -> bytes:
        content = real(descriptor, size)
        if version := next(versions, None):
            path.write_bytes(version)
        return content

    monkeypatch.setattr(folder.os, "read", overtake)
    source = read(tmp_path, "a.md")
    assert isinstance(source, Source)
    assert source.content == b"newest version"
    assert source.found == found(tmp_path, "a.md")


def test_a_file_that_never_holds_still_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log with the wrong suffix grows for ever; it must not be waited for."""
    path = tmp_path / "a.md"
    path.write_bytes(b"x")
    real = os.read

    def grow(descriptor: int, size: int) -> bytes:
        content = real(descriptor, size)
        with path.open("ab") as file:
            file.write(b"x")
        return content

    monkeypatch.setattr(folder.os, "read", grow)
    reason = "it changed each time it was read"
    assert read(tmp_path, "a.md") == problem("MW103", "a.md", reason=reason)


@given(content=st.binary(max_size=2000))
def test_any_bytes_are_read_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """What the bytes mean is for the article's own rooms to say."""
    root = tmp_path_factory.mktemp("content")
    write(root, "a.md", content)
    source = read(root, "a.md")
    assert isinstance(source, Source)
    assert source.content == content


@given(st.text("aB09é_-. ckonfCONF", min_size=1).map(lambda stem: stem + ".md") | st.text())
@example("copie (conflicted copy 2026-01-01 120000).md")
@example("x.sync-conflict-20260101-120000-ABC.md")
@example("_draft.md")
@example("a.markdown")
def test_what_one_look_takes_for_an_article_is_one(name: str) -> None:
    """The quick look spares the long one; it must not let anything else in."""
    if names.is_ordinary(name):
        assert names.kind(name) == "article"
        assert not names.is_left_alone(name)
        assert name.isascii()


def test_most_articles_are_told_at_one_look() -> None:
    """Else the quick look would only cost."""
    assert all(map(names.is_ordinary, ("a.md", "2026-05-01-La Route.MD", "x_1.v2.markdown")))
