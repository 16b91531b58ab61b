"""A real watch on a real folder: what an editor does there is what readers get."""

from __future__ import annotations

import json
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands import Watching, run, watching
from newsroom import PNG, SITE

ARTICLE = "---\ntitle: {title}\nsection: Transport\ntags: [rail, été]\n---\n\n{text}\n"
FEEDS = ("rss.xml", "section/transport/rss.xml", "tag/rail/rss.xml", "tag/ete/rss.xml")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    (root / "markwire.toml").write_text(f"{SITE}[editors]\ngrace = 1\n", encoding="utf-8")
    return root


def article(title: str, text: str = "Le train part.") -> str:
    return ARTICLE.format(title=title, text=text)


def titles(watch: Watching) -> list[str]:
    return [item["title"] for item in json.loads((watch.feeds / "feed.json").read_text())["items"]]


def test_a_dropped_file_is_in_all_its_feeds(site: Path) -> None:
    """The main job."""
    with watching(site) as watch:
        (watch.content / "depart.md").write_text(article("Départ"), encoding="utf-8")
        edition = watch.until("rss.xml")
        assert {*FEEDS, "articles/depart.html", "articles/depart.json"} <= set(edition["written"])
        for path in FEEDS:
            assert "<title>Départ</title>" in (watch.feeds / path).read_text(encoding="utf-8")


def test_a_file_renamed_into_place_is_published(site: Path) -> None:
    """Careful editors write beside, then rename."""
    with watching(site) as watch:
        (watch.content / ".depart.md.part").write_text(article("Départ"), encoding="utf-8")
        (watch.content / ".depart.md.part").rename(watch.content / "depart.md")
        watch.until("articles/depart.html")
        assert titles(watch) == ["Départ"]


def test_vim_saves_a_new_version_of_the_same_article(site: Path) -> None:
    """Vim moves the old file away, and writes a new one under its name."""
    with watching(site) as watch:
        file = watch.content / "depart.md"
        file.write_text(article("Départ"), encoding="utf-8")
        watch.until("articles/depart.html")
        before = json.loads((watch.feeds / "feed.json").read_text())["items"][0]["id"]
        file.rename(watch.content / "depart.md~")
        file.write_text(article("Départ", "Le train est parti."), encoding="utf-8")
        (watch.content / "depart.md~").unlink()
        edition = watch.until("rss.xml")
        assert edition["removed"] == []
        (item,) = json.loads((watch.feeds / "feed.json").read_text())["items"]
        assert (item["id"], "est parti" in item["content_html"]) == (before, True)


def test_obsidian_saves_in_place(site: Path) -> None:
    """Obsidian empties the file and writes it again, at every pause in the typing."""
    with watching(site) as watch:
        for text in ("Un.", "Un, deux.", "Un, deux, trois."):
            (watch.content / "note.md").write_text(article("Note", text), encoding="utf-8")
            watch.until("articles/note.html")
            assert text in (watch.feeds / "rss.xml").read_text(encoding="utf-8")


def test_a_file_being_written_is_not_published_by_halves(site: Path) -> None:
    """Readers never get half an article."""
    with watching(site) as watch:
        with (watch.content / "lent.md").open("w", encoding="utf-8") as file:
            file.write(article("Lent", "Première moitié."))
            file.flush()
            (watch.content / "autre.md").write_text(article("Autre"), encoding="utf-8")
            watch.until("articles/autre.html")
            assert titles(watch) == ["Autre"]
            file.write("\nSeconde moitié.\n")
        watch.until("articles/lent.html")
        assert "Seconde moitié." in (watch.feeds / "rss.xml").read_text(encoding="utf-8")


def test_a_folder_moved_in_brings_its_articles_and_pictures(site: Path, tmp_path: Path) -> None:
    """A freelance's folder is dropped whole."""
    folder = tmp_path / "dossier"
    folder.mkdir()
    text = '![Carte](carte.png "Le tracé. Crédit : Atelier")'
    (folder / "un.md").write_text(article("Un", text), encoding="utf-8")
    (folder / "deux.md").write_text(article("Deux"), encoding="utf-8")
    (folder / "carte.png").write_bytes(PNG)
    with watching(site) as watch:
        shutil.move(folder, watch.content / "dossier")
        written: set[str] = set()
        while not {"articles/un.html", "articles/deux.html"} <= written:
            written |= set(watch.edition()["written"])
        assert sorted(titles(watch)) == ["Deux", "Un"]
        (picture,) = [path for path in written if path.startswith("media/")]
        assert (watch.feeds / picture).read_bytes() == PNG
        assert picture in (watch.feeds / "rss.xml").read_text(encoding="utf-8")


def test_a_renamed_file_stays_the_same_article(site: Path) -> None:
    """Readers must not see an old article as new."""
    with watching(site) as watch:
        (watch.content / "avant.md").write_text(article("Même"), encoding="utf-8")
        watch.until("articles/avant.html")
        before = (watch.feeds / "rss.xml").read_bytes()
        (watch.content / "avant.md").rename(watch.content / "apres.md")
        edition = watch.edition()
        assert (edition["removed"], "rss.xml" in edition["written"]) == ([], False)
        assert (watch.feeds / "rss.xml").read_bytes() == before


def test_a_deleted_file_leaves_its_feeds_standing_empty(site: Path) -> None:
    """Those who poll a feed must not get a 404 because its last article went."""
    with watching(site) as watch:
        (watch.content / "seul.md").write_text(article("Seul"), encoding="utf-8")
        watch.until("articles/seul.html")
        (watch.content / "seul.md").unlink()
        watch.until("articles/seul.html", key="removed")
        assert titles(watch) == []
        assert "<item>" not in (watch.feeds / "tag/rail/rss.xml").read_text(encoding="utf-8")


def test_a_refused_article_keeps_its_last_version_until_it_is_mended(site: Path) -> None:
    """A slip in the front matter must not take a published article from readers."""
    with watching(site) as watch:
        file = watch.content / "article.md"
        file.write_text(article("Bon"), encoding="utf-8")
        watch.until("articles/article.html")
        file.write_text("---\ntitle: Mauvais: sans guillemets\n---\n\nTexte.\n", encoding="utf-8")
        assert watch.until("article.md", key="refused")["written"] == []
        assert titles(watch) == ["Bon"]
        file.write_text(article("Mieux"), encoding="utf-8")
        assert watch.until("rss.xml")["refused"] == []
        assert titles(watch) == ["Mieux"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_watch_ends_well_and_leaves_whole_files(site: Path, how: signal.Signals) -> None:
    """Stopping is no fault: a service manager must see that it ended as asked."""
    (site / "content" / "a.md").write_text(article("A"), encoding="utf-8")
    with watching(site) as watch:
        code, said = watch.stop(how)
    assert (code, said.strip()) == (0, "Arrêté\u202f; les flux restent tels qu’ils sont.")
    assert [path for path in (site / "feeds").rglob(".*") if path.is_file()] == []


def test_a_second_watch_leaves_and_names_the_first(site: Path) -> None:
    """Two that write the same files would tear them."""
    with watching(site) as watch:
        second = run("watch", cwd=watch.site)
        assert (second.code, second.out) == (4, "")
        holder = (site / ".markwire/lock").read_text().strip()
        assert f"another Markwire (process {holder}) works on this site" in second.err
        assert holder.endswith(", watch")


def test_a_build_beside_a_watch_has_it_do_the_work(site: Path) -> None:
    """A script that publishes must not fail because somebody watches."""
    (site / "content/bad.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    with watching(site) as watch:
        (site / "content/later.md").write_text(
            "---\ndate: 2999-01-01\n---\n\nTexte.\n", encoding="utf-8"
        )
        (site / "content/.new.part").write_text(article("Neuf"), encoding="utf-8")
        (site / "content/.new.part").rename(site / "content/neuf.md")
        built = run("build", "--json", cwd=site)
        assert titles(watch) == ["Neuf"]
        assert (built.code, built.json["refused"]) == (1, ["bad.md"])
        assert built.json["problems"] == run("check", "--format", "json", cwd=site).json
        again = run("build", cwd=site)
        assert (again.code, "content/bad.md" in again.err) == (1, True)
        assert list((site / ".markwire/requests").iterdir()) == []


def test_builds_started_together_wait_for_each_other(site: Path) -> None:
    """Two hooks of one repository fire at once."""
    (site / "content/a.md").write_text(article("A"), encoding="utf-8")
    with ThreadPoolExecutor() as threads:
        results = list(threads.map(lambda _: run("build", cwd=site), range(4)))
    assert [(each.code, each.err) for each in results] == [(0, "")] * 4
    assert list((site / ".markwire/requests").iterdir()) == []


def test_a_scheduled_article_appears_by_itself(site: Path) -> None:
    """Nobody sits up at night to publish what is due."""
    with watching(site) as watch:
        file = watch.content / "plus-tard.md"
        moment = (datetime.now(UTC) + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        file.write_text(f"---\ntitle: Plus tard\ndate: {moment}\n---\n\nTexte.\n", encoding="utf-8")
        first = watch.edition()
        assert "articles/plus-tard.html" not in first["written"]
        watch.until("articles/plus-tard.html")
        assert titles(watch) == ["Plus tard"]
