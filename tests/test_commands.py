"""The commands, as a shell and a script meet them: data, talk, exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from commands import COMMAND, DEADLINE, Watching, run
from markwire.model import FILE_NAMES, FORMATS
from markwire.pipeline.stages import STAGES
from newsroom import SITE
from oracles.feed_rules import findings

ARTICLE = "---\ntitle: Départ\nsection: Transport\n---\n\nLe train part.\n"
BROKEN = "---\ntitle: Astana: la route\n---\n\nTexte.\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "content").mkdir(parents=True)
    (root / "markwire.toml").write_text(SITE, encoding="utf-8")
    article = root / "content" / "depart.md"
    article.write_text(ARTICLE, encoding="utf-8")
    minute_ago = time.time() - 60  # a watch waits for what was written a moment ago
    os.utime(article, (minute_ago, minute_ago))
    return root


# --- build -------------------------------------------------------------------------------


def test_build_says_what_it_did_in_one_line(site: Path) -> None:
    """A person reads it, and a log keeps it."""
    first, second = (run("build", cwd=site) for _ in range(2))
    line = r"1 article lu, 1 modifié, 13 fichiers écrits en \d+ ms\n"
    assert re.fullmatch(line, first.out), first.out
    assert (first.code, first.err) == (0, "")
    assert re.fullmatch(r"\d articles? lus?, 0 modifié, 0 fichier écrit en \d+ ms\n", second.out)


def test_build_works_from_any_folder_below_the_site(site: Path) -> None:
    """Like git, it looks upwards."""
    assert run("build", cwd=site / "content").code == 0
    assert (site / "feeds" / "rss.xml").is_file()


def test_least_configuration_and_one_plain_file_give_three_valid_feeds(tmp_path: Path) -> None:
    """The smallest newsroom there is."""
    (tmp_path / "content").mkdir()
    config = '[site]\ntitle = "Mini"\nurl = "https://example.org/"\n'
    (tmp_path / "markwire.toml").write_text(config, encoding="utf-8")
    text = "Bonjour à tous.\n\nUn second alinéa.\n"
    (tmp_path / "content" / "Premier article.md").write_text(text, encoding="utf-8")
    assert run("--site", str(tmp_path), "build", cwd=tmp_path.parent).code == 0
    for form in FORMATS:
        document = (tmp_path / "feeds" / FILE_NAMES[form]).read_bytes()
        url = f"https://example.org/feeds/{FILE_NAMES[form]}"
        assert findings(document, form=form, url=url) == []
        assert "Premier article" in document.decode()


def test_build_as_json_holds_all_that_a_script_wants(site: Path) -> None:
    """The contract of ``--json``."""
    (site / "content" / "mauvais.md").write_text(BROKEN, encoding="utf-8")
    result = run("build", "--json", "--language", "en", cwd=site)
    data = result.json
    assert result.code == 1
    assert {key: data[key] for key in ("read", "changed", "removed", "refused")} == {
        "read": 2,
        "changed": 1,
        "removed": [],
        "refused": ["mauvais.md"],
    }
    assert data["problems"] == [
        {
            "path": "content/mauvais.md",
            "line": 2,
            "column": 14,
            "code": "MW212",
            "severity": "error",
            "message": "the value of 'title' holds a colon and a space, which start a new key",
            "hint": 'put the value between quotes: title: "Astana: la route"',
        }
    ]
    assert "rss.xml" in data["written"]
    assert list(data["stages"]) == list(STAGES)
    assert data["ms"] == pytest.approx(sum(data["stages"].values()), abs=0.01)


def test_a_profile_tells_where_the_time_went(site: Path) -> None:
    """Whoever finds it slow must see at what, without a debugger."""
    result = run("build", "--profile", cwd=site)
    lines = [line.split(maxsplit=4) for line in result.err.splitlines()]
    assert [stage for stage, *_ in lines] == list(STAGES)
    assert [words for *_, words in lines] == list(STAGES.values())
    assert sum(int(share.rstrip("%")) for *_, share, _ in lines) == pytest.approx(100, abs=4)
    assert "écrits en" in result.out


def test_a_refused_article_is_told_with_place_cause_and_remedy(site: Path) -> None:
    """An editor must be able to mend it without asking."""
    (site / "content" / "mauvais.md").write_text(BROKEN, encoding="utf-8")
    english, french = run("build", "--language", "en", cwd=site), run("build", cwd=site)
    assert english.code == french.code == 1
    assert english.err.splitlines() == [
        "content/mauvais.md:2:14: error[MW212]: the value of 'title' holds a colon and a space,"
        " which start a new key",
        '    help: put the value between quotes: title: "Astana: la route"',
    ]
    assert french.err.splitlines() == [
        "content/mauvais.md:2:14: erreur[MW212]\u00a0: la valeur de «\u00a0title\u00a0» contient un"
        " deux-points suivi d’une espace, ce qui ouvre une nouvelle clé",
        '    aide\u00a0: mettez la valeur entre guillemets droits\u00a0: title: "Astana: la route"',
    ]
    assert "1 article refused" in english.out
    assert "1 article refusé" in french.out


def test_what_a_terminal_cannot_show_does_not_end_a_command(site: Path) -> None:
    """A machine whose console is not UTF-8 still has to publish."""
    (site / "content" / "mauvais.md").write_text(BROKEN, encoding="utf-8")
    result = run("build", cwd=site, env={"PYTHONIOENCODING": "ascii"})
    assert result.code == 1
    assert "erreur[MW212]" in result.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--site", "nowhere", "build"], 2),
        (["bild"], 2),
        (["build", "--workers", "0"], 2),
        (["--help"], 0),
        (["--version"], 0),
        (["build", "--help"], 0),
    ],
)
def test_exit_codes_tell_a_script_what_happened(words: list[str], code: int, site: Path) -> None:
    """The contract of exit codes."""
    assert run(*words, cwd=site).code == code


def test_a_feeds_folder_that_cannot_be_written_is_a_fault_of_publication(site: Path) -> None:
    """The disk's fault is not the editor's."""
    (site / "feeds").write_text("a file, where a folder should be")
    result = run("build", cwd=site)
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("markwire: ")


def test_a_content_folder_that_is_not_there_withdraws_nothing(site: Path) -> None:
    """An unmounted share looks like this."""
    run("build", cwd=site)
    before = (site / "feeds" / "rss.xml").read_bytes()
    (site / "content").rename(site / "elsewhere")
    result = run("build", cwd=site)
    assert result.code == 3
    assert "the content folder cannot be read" in result.err
    assert (site / "feeds" / "rss.xml").read_bytes() == before


def test_an_interrupted_build_ends_with_130(site: Path) -> None:
    """Shells know by this code that a person stopped it."""
    for number in range(400):
        (site / "content" / f"{number}.md").write_text(f"# {number}\n\n{ARTICLE * 40}")
    process = subprocess.Popen(
        (*COMMAND, "build", "--workers", "1"),
        cwd=site,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + DEADLINE
    while not (site / "feeds" / "articles").is_dir() and time.monotonic() < end:
        pass
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert run("build", cwd=site).code == 0
    assert len(list((site / "feeds" / "articles").glob("*.html"))) == 401


def test_color_is_for_terminals_that_want_it(site: Path) -> None:
    """no-color.org; and a log file is no terminal."""
    (site / "content" / "mauvais.md").write_text(BROKEN, encoding="utf-8")
    script = shutil.which("script")
    assert "\x1b[" not in run("build", cwd=site).err
    if script is None:
        return
    command = " ".join((*COMMAND, "build"))
    for env, colored in (({}, True), ({"NO_COLOR": "1"}, False)):
        done = subprocess.run(
            (script, "-qec", command, "/dev/null"),
            cwd=site,
            env=os.environ | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert ("\x1b[" in done.stdout) is colored


# --- watch -------------------------------------------------------------------------------


def test_watch_says_where_the_feeds_are_and_how_to_stop(site: Path) -> None:
    """What a newcomer reads first."""
    process = subprocess.Popen(
        (*COMMAND, "watch"), cwd=site, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = [process.stderr.readline() for _ in range(4)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    assert re.fullmatch(r"1 article lu, 1 modifié, 13 fichiers écrits en \d+ ms\n", said[0])
    assert said[1:] == [
        f"Publié dans {site}/feeds\u00a0: rss.xml, atom.xml, feed.json\n",
        f"{site}/content est surveillé\u202f; enregistrez-y un fichier Markdown pour le publier.\n",
        "Arrêtez avec Ctrl-C.\n",
    ]


def test_watch_as_json_is_one_line_an_edition(site: Path) -> None:
    """Scripts read lines."""
    watch = Watching(site)
    edition = watch.edition()
    watch.stop()
    assert set(edition) == {"read", "changed", "written", "removed", "refused", "ms", "stages"}
    assert list(edition["stages"]) == list(STAGES)


# --- init and new ------------------------------------------------------------------------


def test_init_makes_a_site_that_publishes(tmp_path: Path) -> None:
    """From nothing to a feed in two commands."""
    words = "--title", "L’Été", "--url", "https://example.org", "--language", "fr"
    made = run("init", "ici", *words, "--time-zone", "Europe/Paris", cwd=tmp_path)
    assert made.code == 0
    assert made.out.splitlines() == [
        f"{tmp_path}/ici/markwire.toml",
        f"{tmp_path}/ici/content/l-ete.md",
    ]
    assert run("--site", "ici", "build", cwd=tmp_path).code == 0
    feed = json.loads((tmp_path / "ici/feeds/feed.json").read_text(encoding="utf-8"))
    assert (feed["title"], [item["title"] for item in feed["items"]]) == ("L’Été", ["L’Été"])


def test_init_asks_for_what_no_option_gives(tmp_path: Path) -> None:
    """Title, address, language and zone; the last two have a default."""
    answers = "Mon site\nhttps://example.org/\n\n\n"
    assert run("init", cwd=tmp_path, text=answers).code == 0
    assert (tmp_path / "markwire.toml").read_text(encoding="utf-8") == (
        '[site]\ntitle = "Mon site"\nurl = "https://example.org/"\n'
        'language = "en"\ntime_zone = "UTC"\n'
    )


def test_init_never_writes_over_a_site(site: Path) -> None:
    """A slip must not cost a newsroom its configuration."""
    before = (site / "markwire.toml").read_bytes()
    words = "--title", "X", "--url", "https://x.org", "--language", "en", "--time-zone", "UTC"
    result = run("init", *words, cwd=site)
    assert (result.code, "nothing was changed" in result.err) == (2, True)
    assert (site / "markwire.toml").read_bytes() == before


def test_init_leaves_nothing_behind_where_an_answer_is_wrong(tmp_path: Path) -> None:
    """Half a site would refuse the second try."""
    words = "--title", "X", "--url", "example", "--language", "en", "--time-zone", "UTC"
    result = run("init", *words, cwd=tmp_path)
    assert (result.code, "'url' wants a whole address" in result.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_new_starts_a_draft_under_a_free_name(site: Path) -> None:
    """It is published when its editor says so."""
    title = 'Le "rail" : l’avenir'
    paths = [run("new", title, "--section", "Énergie", cwd=site).out.strip() for _ in range(2)]
    assert paths == [
        f"{site}/content/energie/le-rail-l-avenir.md",
        f"{site}/content/energie/le-rail-l-avenir-2.md",
    ]
    run("build", cwd=site)
    assert "rail" not in (site / "feeds" / "rss.xml").read_text(encoding="utf-8")
    draft = Path(paths[0])
    draft.write_text(draft.read_text(encoding="utf-8").replace("draft: true\n", "") + "Texte.\n")
    run("build", cwd=site)
    feed = json.loads((site / "feeds/section/energie/feed.json").read_text(encoding="utf-8"))
    # As French is set: the title is for readers, the file for its editor.
    assert [item["title"] for item in feed["items"]] == ["Le «\u00a0rail\u00a0»\u00a0: l’avenir"]


# --- feeds and completion ----------------------------------------------------------------


def test_feeds_lists_what_stands_on_disk(site: Path) -> None:
    """Data on stdout, for people and for scripts."""
    run("build", cwd=site)
    listed = run("feeds", "--json", cwd=site).json
    assert [(feed["key"], feed["entries"]) for feed in listed] == [
        ("main", 1),
        ("section/transport", 1),
    ]
    assert listed[1]["rss"] == "https://example.org/feeds/section/transport/rss.xml"
    lines = run("feeds", cwd=site).out.splitlines()
    assert [line.split()[-1] for line in lines] == [feed["rss"] for feed in listed]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_that_its_shell_accepts(shell: str, site: Path) -> None:
    """A script with a slip in it would greet the engineer at every login."""
    script = run("completion", shell, cwd=site)
    assert (script.code, "_MARKWIRE_COMPLETE" in script.out) == (0, True)
    program = shutil.which(shell)
    if program is not None:
        done = subprocess.run(
            (program, "-n"), input=script.out, text=True, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
