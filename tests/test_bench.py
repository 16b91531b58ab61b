"""The benchmark's own parts that need no clock: its articles, its arithmetic, its page."""

from __future__ import annotations

import hashlib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import chart, report
from bench.corpus import Corpus
from bench.results import Figures, Result, Results, Setting, high, ratio
from bench.sites import FORMATS, Site, feeds_of, newest_in_feeds
from commands import run

DAY = "2026-01-02"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus()


def test_a_seed_gives_the_same_articles_on_every_machine(corpus):
    """Figures of two machines can only be compared if both measured the same bytes."""
    text = "".join(corpus.article(number) for number in range(30))
    digest = "4ddaed62e3e83916818a8d1e5b682f1b3abacc50d0b9fe4d3eb90b734af5f2b4"
    assert hashlib.sha256(text.encode()).hexdigest() == digest


def test_articles_have_the_size_they_are_said_to_have(corpus):
    """The targets are those of articles of 3.8 kB."""
    sizes = [len(corpus.article(number).encode()) for number in range(500)]
    assert 3600 < sum(sizes) / len(sizes) < 4000


def test_a_drop_is_newer_than_every_article_and_a_turn_changes_its_text_alone(corpus):
    """Else it would not be in every window that the benchmark looks at."""
    new, changed = corpus.written(-1, turn=1), corpus.written(-1, turn=2)
    assert new.date > corpus.date(0)
    assert new.text.replace("Version 1.", "Version 2.") == changed.text
    assert (new.headline, new.tags, new.authors) == (
        changed.headline,
        changed.tags,
        changed.authors,
    )


def test_markwire_takes_every_article_and_writes_the_feeds_that_are_waited_for(tmp_path):
    """A benchmark that waits for a file which never comes measures nothing."""
    site = Site(tmp_path, "markwire", 30)
    site.make()
    drop = site.next_drop()
    drop.let_go()
    done = run("build", "--json", cwd=tmp_path)
    assert (done.code, done.json["problems"], done.json["read"]) == (0, [], 31)
    for folder, number in newest_in_feeds(site).items():
        for name in FORMATS:
            feed = (tmp_path / "feeds" / folder / name).read_bytes()
            assert site.corpus.slug(number).encode() in feed
    for folder in feeds_of(site.corpus.written(drop.number)):
        assert drop.marker in (tmp_path / "feeds" / folder / "rss.xml").read_bytes()


@pytest.mark.parametrize("tool", ["hugo", "pelican", "eleventy", "script"])
def test_every_tool_gets_the_same_text(tmp_path, corpus, tool):
    """Only the front matter may differ between what tools are given."""
    site = Site(tmp_path / tool, tool, 3)
    site.make()
    for number in range(3):
        content = (site.content / corpus.path(number)).read_text(encoding="utf-8")
        head, _, text = content.partition("\n\n")
        assert text == corpus.written(number).text
        assert corpus.written(number).headline in head


def test_a_ratio_is_the_median_of_the_rounds_and_not_of_the_medians():
    """A slow moment of the machine hits both tools of a round."""
    assert ratio([10, 40, 30], [1, 4, 2]) == 10


def test_few_samples_have_their_greatest_for_a_99th_percentile():
    """An interpolated one would pretend to more than was measured."""
    assert high([1, 9, 3]) == 9
    assert high(list(range(101))) == 99


def test_the_page_shows_what_was_measured_and_says_what_was_not(tmp_path):
    """The page is made of the results of several runs."""
    page = report.page(some_results(tmp_path))
    assert "{{" not in page
    assert (
        "| 10,000 | 8.0 ms / 9.0 ms | 16 ms / 20 ms | 10 ms / 12 ms | 1.6 × | 2.0 × "
        "| 18, 4.0 MB | 5.0 MB | 2 |" in page
    )
    assert "| 10,000 | Hugo | with all, 10 × | 10 s, 2.5 × | 12 s | 800 MB | 130 MB | 1 |" in page
    assert "| 10,000 | Pelican | not measured: too slow |" in page
    assert "that of commit abc1234." in page


def test_what_is_served_is_told_beside_nginx(tmp_path):
    """The ratio is that of the rounds; what nginx has not got has no ratio."""
    page = report.page(some_results(tmp_path))
    latency = "1.0 ms / 9.0 ms"
    told = f"| none | 6,000 | 10,000 | **0.60** | 0.50 | {latency} | {latency} | 1 |"
    assert f"| 304, not modified {told}" in page
    assert f"| the whole feed, zstd | 22 kB | 4,000 |  |  |  | {latency} |  | 1 |" in page
    assert "the whole feed, gzip |" not in page
    assert "| nobody asks | 20 ms / 20 ms | 1.0 × | 1 |" in page
    assert "3,000 answers a second | 30 ms / 30 ms | 1.5 × | 1 |" in page


def test_parts_of_different_commits_are_not_shown_as_one(tmp_path):
    """A figure of last month's program must not stand for today's."""
    results = some_results(tmp_path)
    results.add(Result("warm", 10_000, "markwire", WARM, "def5678", DAY))
    page = report.page(results)
    assert "several commits" in page
    assert "- abc1234: cold of 10,000, drop of 10,000, flood of 1,000, serve of 1,000" in page
    assert "- def5678: warm of 10,000" in page


def test_results_outlive_a_run(tmp_path):
    """A benchmark of an hour can then be split."""
    first = some_results(tmp_path)
    assert report.page(Results(tmp_path / "results.json")) == report.page(first)


def test_the_picture_is_xml_with_words_and_keeps_within_its_frame(tmp_path):
    """It stands in the README, read by people with and without sight."""
    picture = ElementTree.fromstring(chart.draw(report.bars(some_results(tmp_path))))
    svg = "{http://www.w3.org/2000/svg}"
    assert "Hugo 10 s" in (picture.findtext(f"{svg}desc") or "")
    assert picture.findtext(f"{svg}title")
    for bar in picture.findall(f"{svg}rect"):
        assert float(bar.get("x", 0)) + float(bar.get("width", 0)) <= chart.WIDTH


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.00084, "840 µs"), (0.0084, "8.4 ms"), (0.084, "84 ms"), (8.4, "8.4 s"), (1240, "1,240 s")],
)
def test_times_are_written_with_the_unit_that_suits_them(seconds, words):
    """Tables mix microseconds and minutes."""
    assert chart.duration(seconds) == words


def served(case: str, rate: float, cpu: float, size: float) -> Figures:
    found = {"rate": rate, "cpu": cpu, "p50": 0.001, "p99": 0.009, "size": size}
    return {f"{case}_{key}": [value] for key, value in found.items()}


FLOOD = {"idle": [0.02], "slow": [0.02], "flooded": [0.03], "asked": [3000.0], "held": [500.0]}
WARM = {"wall": [0.5], "cpu": [0.4], "touched": [0.0], "written": [0.0]}


def some_results(folder: Path) -> Results:
    results = Results(folder / "results.json")
    results.setting = Setting("A machine, 2 cores", {"Markwire": "1.0"})
    cold = {"cpu": [7.0], "peak": [200.0], "written": [2e8], "wall": [4.0]}
    hugo = {"wall": [10.0], "cpu": [12.0], "peak": [800.0], "written": [1.3e8]}
    drop = {
        "main": [0.007, 0.009],
        "all": [0.012, 0.020],
        "bare": [0.008, 0.012],
        "files": [18.0, 18.0],
        "bytes": [4e6, 4e6],
        "written": [5e6],
        "rest_main": [50.0],
        "after_main": [60.0],
        "after_all": [90.0],
    }
    for result in (
        Result("cold", 10_000, "markwire", cold | {"feeds": [1.0]}, "abc1234", DAY),
        Result("cold", 10_000, "hugo", hugo, "abc1234", DAY),
        Result("cold", 10_000, "script", hugo, "abc1234", DAY),
        Result("cold", 10_000, "pelican", {}, "abc1234", DAY, "too slow"),
        Result("drop", 10_000, "markwire", drop, "abc1234", DAY),
        Result("flood", 1_000, "markwire", FLOOD, "abc1234", DAY),
        Result("serve", 1_000, "nginx", served("unchanged", 10_000, 1e-5, 0), "abc1234", DAY),
        Result(
            "serve",
            1_000,
            "markwire",
            served("unchanged", 6_000, 2e-5, 0) | served("zstd", 4_000, 1e-5, 22_000),
            "abc1234",
            DAY,
        ),
    ):
        results.add(result)
    return results
