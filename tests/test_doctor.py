"""``markwire doctor``: a sound site, and each broken one that can be made here."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import run
from markwire.catalogue.lock import lock
from markwire.catalogue.sqlite import FILE_NAME, examine
from markwire.cli import main
from markwire.findings import Finding, finding
from markwire.intake import ways
from markwire.model import Site
from markwire.pipeline import examining
from markwire.pipeline.clock import Clock
from markwire.pipeline.examining import folders, machine, own
from markwire.pipeline.status import Board
from namespaces import UNSHARE, namespaces
from newsroom import NOON, SITE, Newsroom, newsroom
from watching import linux_only

__all__ = ["newsroom"]


@pytest.fixture
def site(newsroom: Newsroom) -> Site:
    newsroom.write("a.md", title="Un")
    newsroom.build()
    return newsroom.site


def codes(findings: object) -> list[str]:
    return [each.code for each in findings]  # type: ignore[attr-defined]  # any iterable of them


# --- the whole -----------------------------------------------------------------------------


def test_a_sound_site_has_nothing_wrong_and_nothing_left_behind(site: Site) -> None:
    """Whoever asks in doubt wants to be told that all is well."""
    before = sorted(Path(site.folders.state.parent).rglob("*"))
    found = examining.examine(site)
    assert [each for each in found if each.verdict == "wrong"] == []
    assert "unknown" not in codes(found)
    assert {each.check for each in found} >= {
        "python", "yaml", "sqlite", "zones", "limits", "clock", "watches", "disks", "folders",
        "space", "permissions", "lock", "catalogue",
    }  # fmt: skip
    assert sorted(Path(site.folders.state.parent).rglob("*")) == before


def test_it_speaks_the_language_of_the_newsroom_and_ends_with_0_or_3(newsroom: Newsroom) -> None:
    """A script that watches machines goes by the code."""
    newsroom.build()
    words = ["--site", str(newsroom.root), "doctor"]
    well = CliRunner().invoke(main, words)
    assert (well.exit_code, well.stderr) == (0, "")
    assert "le catalogue est sain" in well.stdout
    assert "the catalogue is sound" in CliRunner().invoke(main, [*words, "--language", "en"]).stdout
    newsroom.content.rename(newsroom.root / "away")
    ill = run(*words, "--json", cwd=newsroom.root)
    assert (ill.code, ill.json["well"]) == (3, False)
    (wrong,) = [each for each in ill.json["findings"] if each["verdict"] == "wrong"]
    assert (wrong["check"], wrong["code"]) == ("permissions", "content_none")
    assert "[folders] content" in wrong["hint"]


def test_a_check_that_fails_costs_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines differ in more ways than anybody foresaw."""

    def broken() -> list[Finding]:
        raise ZeroDivisionError("no")

    monkeypatch.setattr(machine, "python", broken)
    found = examining.examine(site)
    assert found[0] == finding("unknown", name="python", reason="ZeroDivisionError: no")
    assert codes(found)[-1] == "catalogue"


# --- the machine ---------------------------------------------------------------------------


def test_names_that_are_no_utf8_are_wrong(site: Site) -> None:
    """A service that is started without a language loses every accent."""
    env = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    root = site.folders.state.parent
    result = run("--site", str(root), "doctor", "--json", cwd=root, env=env)
    found = {each["code"] for each in result.json["findings"]}
    assert (result.code, "python_names" in found) == (3, True)


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ((3, 6, 23), "sqlite"),
        ((3, 7, 0), "sqlite_wal"),
        ((3, 40, 1), "sqlite_wal"),
        ((3, 44, 6), "sqlite"),
        ((3, 50, 7), "sqlite"),
        ((3, 51, 2), "sqlite_wal"),
        ((3, 51, 3), "sqlite"),
    ],
)
def test_a_sqlite_that_can_spoil_a_log_is_told(version: tuple[int, int, int], code: str) -> None:
    """By the releases that sqlite.org names."""
    assert codes(machine.sqlite(version)) == [code]


@pytest.mark.parametrize(
    ("now", "vouched", "last", "code"),
    [
        (NOON, True, None, "clock"),
        (NOON, False, None, "clock_alone"),
        (NOON, True, NOON + timedelta(minutes=4), "clock"),
        (NOON, True, NOON + timedelta(minutes=6), "clock_behind"),
        (datetime(1970, 1, 1, tzinfo=UTC), True, None, "clock_strange"),
        (datetime(2100, 1, 1, tzinfo=UTC), True, None, "clock_strange"),
    ],
)
def test_a_clock_is_judged(now: datetime, vouched: bool, last: datetime | None, code: str) -> None:
    """Embargoes go by it."""
    assert codes(machine.judge_clock(now, vouched=vouched, last=last)) == [code]


def test_the_clock_is_compared_with_the_last_edition(newsroom: Newsroom) -> None:
    """Of that, a running watch tells in its status, too."""
    edition = newsroom.build()
    assert "clock_behind" not in codes(machine.clock(newsroom.site))
    with Board(newsroom.state, "watch", Clock()) as board:
        board._clock.now = lambda: datetime.now(UTC) + timedelta(hours=1)  # type: ignore[method-assign]
        board.publish(edition)
    assert codes(machine.clock(newsroom.site)) == ["clock_behind"]


def test_old_time_zones_are_wrong(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kazakhstan has one time since 2024: with an old table every date is an hour off."""
    assert codes(machine.zones(site)) == ["zones"]
    old = zoneinfo.ZoneInfo("Etc/GMT-6")
    monkeypatch.setattr(machine, "ZoneInfo", lambda _name: old)
    (found,) = machine.zones(site)
    assert (found.code, dict(found.words)["offset"]) == ("zones_old", "6:00:00")


def test_few_open_files_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker has its own."""
    monkeypatch.setattr(machine.resource, "getrlimit", lambda _which: (128, 4096))
    assert list(machine.open_files()) == [finding("files_few", limit=128)]


@linux_only
def test_too_few_watches_are_told(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how many there are, and how many it takes."""
    (site.folders.content / "a/b").mkdir(parents=True)
    limit = tmp_path / "limit"
    limit.write_text("2\n")
    monkeypatch.setattr(ways, "_MAX_WATCHES", limit)
    assert list(machine.watches(site)) == [finding("watches_short", folders=3, limit=2)]


# --- what a machine is like, tried for real ------------------------------------------------


def doctor_in(namespace: str, site: Site) -> dict[str, list[str]]:
    """The codes that are found once ``namespace``, a shell command, has been run."""
    command = f'{namespace} && exec "$PYTHON" -m markwire --site "$SITE" doctor --json'
    done = subprocess.run(
        (*UNSHARE, "sh", "-c", command),
        env={**os.environ, "PYTHON": sys.executable, "SITE": str(site.folders.state.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 3), done.stderr
    found: dict[str, list[str]] = {}
    for each in json.loads(done.stdout)["findings"]:
        found.setdefault(each["code"], []).append(each["message"])
    return found


@namespaces
def test_a_system_that_grants_no_more_watching_is_told(site: Site) -> None:
    """It is tried, not computed: other programs of the user have taken them."""
    found = doctor_in("echo 0 > /proc/sys/user/max_inotify_instances", site)
    assert ["EMFILE" in each for each in found["instances_none"]] == [True]


@namespaces
def test_a_disk_that_is_read_only_is_wrong(site: Site) -> None:
    """Root, too, is refused there."""
    feeds = site.folders.feeds
    mount = f'mount --bind "{feeds}" "{feeds}" && mount -o remount,ro,bind "{feeds}"'
    found = doctor_in(mount, site)
    (message,) = found["unwritable"]
    assert str(feeds) in message
    assert "writable" in found  # the state folder


@namespaces
def test_a_disk_without_room_is_wrong(site: Site) -> None:
    """256 kilobytes are none."""
    found = doctor_in(f'mount -t tmpfs -o size=256k none "{site.folders.feeds}"', site)
    assert [str(site.folders.feeds) in each for each in found["space_none"]] == [True]


@pytest.mark.parametrize(
    ("free", "files", "code"),
    [(501, 10_001, "space"), (499, 10_001, "space_short"), (501, 99, "space_none")],
)
def test_room_is_judged_by_bytes_and_by_files(free: int, files: int, code: str) -> None:
    """A disk can be full of names."""
    assert folders.judge_space("feeds", free, files).code == code


# --- folders -------------------------------------------------------------------------------


@linux_only
def test_a_state_on_a_share_is_wrong(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Locks and SQLite cannot be relied on there."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"40 28 0:40 / {newsroom.root} rw - nfs4 server:/news rw\n"
        f"41 28 0:41 / {newsroom.feeds} rw - ext4 /dev/sda rw\n"
    )
    newsroom.build()
    monkeypatch.setattr(ways, "_MOUNTS", mounts)
    assert codes(folders.disks(newsroom.site)) == ["content_shared", "disk", "state_shared"]


def test_folders_within_each_other_are_wrong(newsroom: Newsroom) -> None:
    """Whoever clears one away takes the other along."""
    assert codes(folders.places(newsroom.site)) == ["apart"]
    newsroom.configure('[folders]\nstate = "var"\nfeeds = "var/feeds"')
    (found,) = folders.places(newsroom.site)
    assert dict(found.words) == {
        "inner": str(newsroom.root / "var/feeds"),
        "outer": str(newsroom.root / "var"),
    }


def test_what_cannot_be_read_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article that another user saved for himself alone."""
    (site.folders.content / "closed.md").write_text("x")
    (site.folders.content / "link.md").symlink_to("closed.md")
    opened = os.open

    def refuse(path: str, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith("closed.md"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode)

    monkeypatch.setattr(folders.os, "open", refuse)
    found = [each for each in folders.permissions(site) if each.verdict != "ok"]
    assert found == [
        finding("content_parts_closed", count=1, path="closed.md", user=getpass.getuser())
    ]


def test_files_of_another_user_are_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody once started it as root."""
    uid = os.geteuid() + 1
    monkeypatch.setattr(folders.os, "geteuid", lambda: uid)
    found = [each for each in folders.permissions(site) if each.code == "foreign"]
    assert [dict(each.words)["folder"] for each in found] == [
        str(site.folders.feeds),
        str(site.folders.state),
    ]


def test_folders_that_are_not_there_yet_are_looked_at_where_they_would_be(
    newsroom: Newsroom,
) -> None:
    """Before the first edition, and without making them."""
    assert codes(folders.permissions(newsroom.site)) == ["content", "writable", "writable"]
    assert not newsroom.feeds.exists()
    assert not newsroom.state.exists()


# --- lock and catalogue --------------------------------------------------------------------


def test_who_works_on_the_site_is_named_and_left_alone(site: Site) -> None:
    """Two connections could spoil the catalogue."""
    with lock(site.folders.state, "watch"):
        assert list(own.lock_holder(site)) == [finding("taken", pid=str(os.getpid()))]
        assert codes(own.catalogue(site)) == ["catalogue_busy"]
    assert codes(own.lock_holder(site)) == ["free"]
    assert codes(own.catalogue(site)) == ["catalogue"]


def test_a_damaged_catalogue_is_wrong_and_not_touched(site: Site) -> None:
    """It is set aside by the next start, not by a question."""
    path = site.folders.state / FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    before = path.read_bytes()
    assert codes(own.catalogue(site)) == ["catalogue_spoilt"]
    assert path.read_bytes() == before
    path.write_bytes(b"no database at all" * 100)
    assert examine(path) != ""


def test_a_site_without_a_catalogue_is_new(newsroom: Newsroom) -> None:
    """And stays so."""
    assert codes(own.catalogue(newsroom.site)) == ["catalogue_new"]
    assert not newsroom.state.exists()


def test_a_configuration_that_cannot_be_is_told_as_such(newsroom: Newsroom) -> None:
    """By the line, as every command does."""
    (newsroom.root / "markwire.toml").write_text(f'{SITE}\n[folders]\nfeeds = "content/feeds"\n')
    result = CliRunner().invoke(main, ["--site", str(newsroom.root), "doctor"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "markwire.toml:8" in result.stderr
