"""``markwire.toml``: every key has its default, and every mistake its line and remedy."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from markwire.config import find_site, load_site
from markwire.errors import ConfigurationError
from markwire.model import Each, Feed, Folders, Push, Site, Webhook, Where

LEAST = '[site]\ntitle = "Mini"\nurl = "https://example.org"\n'
CASES = Path(__file__).parent / "cases" / "config"


def load(folder: Path, text: str) -> Site:
    (folder / "markwire.toml").write_text(text, encoding="utf-8")
    return load_site(folder)


def test_two_lines_are_enough(tmp_path: Path) -> None:
    """Only title and address are asked for."""
    assert load(tmp_path, LEAST) == Site(
        title="Mini",
        url="https://example.org/",
        feeds_url="https://example.org/feeds/",
        time_zone=ZoneInfo("UTC"),
        language="en",
        description="Mini",
        permalink="{feeds_url}articles/{slug}.html",
        ttl=60,
        feeds=(Feed(key="", title="Mini", description="Mini", language="en", limit=50),),
        each=Each(section=True, tag=True, author=False, language=False),
        folders=Folders(tmp_path / "content", tmp_path / "feeds", tmp_path / ".markwire"),
    )


def test_every_key_is_read(tmp_path: Path) -> None:
    """A key that is accepted and then forgotten is worse than an unknown one."""
    site = load(
        tmp_path,
        """
        [site]
        title = "La Route"
        url = "https://éxample.org/a"
        feeds_url = "https://cdn.example.org/f"
        language = "fr"
        time_zone = "Asia/Almaty"
        permalink = "{url}{year}/{month}/{day}/{section}/{slug}"
        hubs = ["https://hub.example.org/"]
        description = "Nouvelles"
        rights = "© Nous"
        icon = "/i.png"
        logo = "l.png"
        ttl = 15
        author_emails = true
        [folders]
        content = "textes"
        feeds = "public"
        state = "etat"
        [feeds.main]
        limit = 5
        body = "summary"
        [feeds.rail]
        title = "Rail"
        description = "Trains"
        language = "ru"
        where = { section = "Transport", tag = ["rail", "fret"], path = "depeches/*" }
        [each]
        section = false
        author = true
        [editors]
        report = ".suivi.md"
        grace = 0
        [static]
        sidecars = ["zst", "etag", "gz"]
        [push]
        indexnow_key = "0123-ABCdef"
        indexnow_key_url = "https://xn--xample-9ua.org/0123-ABCdef.txt"
        indexnow_url = "https://engine.example/indexnow"
        private = ["127.0.0.1", "Hub.lan"]
        [[push.webhooks]]
        url = "https://partner.example/hook"
        name = "partner"
        secret_file = "secrets/partner"
        [[push.webhooks]]
        url = "https://other.example/hook"
        secret_env = "OTHER"
        """,
    )
    assert site == Site(
        title="La Route",
        url="https://xn--xample-9ua.org/a/",
        feeds_url="https://cdn.example.org/f/",
        time_zone=ZoneInfo("Asia/Almaty"),
        language="fr",
        description="Nouvelles",
        rights="© Nous",
        permalink="{url}{year}/{month}/{day}/{section}/{slug}",
        hubs=("https://hub.example.org/",),
        icon="https://xn--xample-9ua.org/i.png",
        logo="https://xn--xample-9ua.org/a/l.png",
        ttl=15,
        feeds=(
            Feed("", "La Route", "Nouvelles", "fr", limit=5, body="summary"),
            Feed(
                "rail",
                "La Route — Rail",
                "Trains",
                "ru",
                where=Where(section=("Transport",), tag=("rail", "fret"), path=("depeches/*",)),
            ),
        ),
        each=Each(section=False, tag=True, author=True, language=False),
        folders=Folders(tmp_path / "textes", tmp_path / "public", tmp_path / "etat"),
        report=".suivi.md",
        grace=0,
        author_emails=True,
        sidecars=("etag", "gz", "zst"),
        push=Push(
            webhooks=(
                Webhook(
                    "https://partner.example/hook",
                    "partner",
                    secret_file=str(tmp_path / "secrets" / "partner"),
                ),
                Webhook("https://other.example/hook", secret_env="OTHER"),
            ),
            indexnow_key="0123-ABCdef",
            indexnow_key_url="https://xn--xample-9ua.org/0123-ABCdef.txt",
            indexnow_url="https://engine.example/indexnow",
            private=("127.0.0.1", "hub.lan"),
        ),
    )


def test_a_key_of_indexnow_lies_among_the_feeds_if_nothing_else_is_said(tmp_path: Path) -> None:
    """There Markwire can put it; and articles stand below, unless they are told to stand apart."""
    push = load(tmp_path, f'{LEAST}[push]\nindexnow_key = "01234567"\n').push
    assert push.indexnow_key_url == "https://example.org/feeds/01234567.txt"
    assert push.indexnow_url == "https://api.indexnow.org/indexnow"


@pytest.mark.parametrize(
    ("language", "report"),
    [("fr", "_rapport.md"), ("fr-CA", "_rapport.md"), ("fro", "_report.md"), ("ru", "_report.md")],
)
def test_the_report_has_a_name_that_its_readers_know(
    language: str, report: str, tmp_path: Path
) -> None:
    """It lies among their articles: a French newsroom finds a French word there."""
    assert load(tmp_path, f'{LEAST}language = "{language}"\n').report == report


def test_a_newsroom_may_want_no_report(tmp_path: Path) -> None:
    """An empty name is an answer; a missing one is none."""
    assert load(tmp_path, f'{LEAST}[editors]\nreport = ""\n').report == ""


@pytest.mark.parametrize("case", sorted(CASES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_mistake_is_told_with_its_line_and_remedy(case: Path, tmp_path: Path) -> None:
    """The first line of each case says, behind ``#``, what the engineer is told."""
    text = case.read_text(encoding="utf-8")
    with pytest.raises(ConfigurationError) as told:
        load(tmp_path, text)
    assert str(told.value) == text.partition("\n")[0].removeprefix("# ")
    assert told.value.exit_code == 2


def test_a_sidecar_without_its_library_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A core installation has no brotli: better told at the start than missed by a server."""
    monkeypatch.setattr("markwire.config.serve.AVAILABLE", ("gzip",))
    with pytest.raises(ConfigurationError, match=r"'br' in \[static\] wants a library .*serve"):
        load(tmp_path, f'{LEAST}[static]\nsidecars = ["br", "gz", "etag"]\n')


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("feeds", "content/feeds"),
        ("state", "content/state"),
        ("feeds", "content/../content"),
        ("content", "feeds/content"),
        ("state", "feeds"),
    ],
)
def test_no_folder_lies_where_it_would_be_watched_or_served(
    key: str, value: str, tmp_path: Path
) -> None:
    """Each file written would wake the watcher for ever, and every draft would be public."""
    with pytest.raises(ConfigurationError, match=f"the {key} folder may not lie inside the "):
        load(tmp_path, f'{LEAST}[folders]\n{key} = "{value}"\n')


def test_a_site_is_found_from_any_folder_below_it(tmp_path: Path) -> None:
    """Editors and scripts start where they happen to be."""
    load(tmp_path, LEAST)
    deep = tmp_path / "content" / "transport"
    deep.mkdir(parents=True)
    assert find_site(deep) == tmp_path


def test_a_folder_without_a_site_names_the_remedy(tmp_path: Path) -> None:
    """The first thing that a newcomer meets."""
    with pytest.raises(ConfigurationError, match="make one with 'markwire init'"):
        load_site(tmp_path)
