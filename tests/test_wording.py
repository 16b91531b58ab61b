"""What editors are told, in their language: complete, well-formed, and kept as it is translated."""

from __future__ import annotations

import errno
import os
import pickle
import re
from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Message
from hypothesis import given
from hypothesis import strategies as st

import messages
from markwire.article.compose import Job, compose
from markwire.article.read import Refused
from markwire.model import Identity, Manuscript, Site
from markwire.problems import CODES, TERMS, Problem, problem
from markwire.wording.moments import moment
from markwire.wording.report import Coming, Question, Report, text
from markwire.wording.voice import LANGUAGES, voice

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SITE = Site(
    title="La Route des *steppes*",
    url="https://example.org/",
    feeds_url="https://example.org/feeds/",
    time_zone=ZoneInfo("Asia/Almaty"),
    language="fr",
    report="bureau/_rapport.md",
)
FRENCH = messages.catalogue("fr")
TEXTS = [each for each in FRENCH if each.id]


def names(template: str) -> list[str]:
    """The words that a template wants, in alphabetical order."""
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def told(code: str) -> Problem:
    """A problem of a code, with some word for each that it wants."""
    wording = CODES[code]
    wanted = {*names(wording.message), *names(wording.hint), *names(wording.many)}
    return problem(code, "a.md", 3, 7, **{name: f"<{name}>" for name in wanted - {wording.count}}
                   | ({wording.count: 2} if wording.count else {}))  # fmt: skip


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each text beside its translation; a plural beside the singular's too."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    one, many = message.id
    return list(zip((one, many), message.string, strict=True))


# --- catalogues --------------------------------------------------------------------------


def test_the_template_is_what_the_source_says() -> None:
    """``make messages`` writes it; a text that is missing there is never translated."""
    assert messages.TEMPLATE.read_bytes() == messages.written(messages.template())


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_a_catalogue_has_just_the_texts_of_the_template(language: str) -> None:
    """Neither a text too few nor one that nobody says any more."""
    kept = messages.po(language).read_bytes()
    assert kept == messages.written(messages.updated(language))


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_what_is_read_is_what_was_translated(language: str) -> None:
    """The compiled file is made of the other, and of nothing else."""
    kept = messages.po(language).with_suffix(".mo").read_bytes()
    assert kept == messages.compiled(messages.catalogue(language))


@pytest.mark.parametrize("message", TEXTS, ids=lambda each: str(each.id)[:40])
def test_each_text_is_translated_with_the_same_words_in_it(message: Message) -> None:
    """A word that is missing is the name of the file; one too many is a crash."""
    for said, translated in pairs(message):
        assert translated.strip() or not said.strip()
        assert names(translated) == names(said)
        assert not message.fuzzy


def test_every_language_has_the_plural_forms_that_its_rule_asks_for() -> None:
    """``1 articles`` is how a machine speaks."""
    for language in messages.TRANSLATED:
        found = messages.catalogue(language)
        for each in found:
            if isinstance(each.id, tuple):
                assert len(each.string) == found.num_plurals
    english, french = voice("en"), voice("fr")
    said = "{number} warning", "{number} warnings"
    assert [english.say_many(*said, n) for n in (0, 1, 2)] == [
        "0 warnings", "1 warning", "2 warnings",
    ]  # fmt: skip
    assert [french.say_many(*said, n) for n in (0, 1, 2)] == [
        "0 avertissement", "1 avertissement", "2 avertissements",
    ]  # fmt: skip


@pytest.mark.parametrize("message", TEXTS, ids=lambda each: str(each.id)[:40])
def test_french_is_set_as_french_is(message: Message) -> None:
    """Guillemets, apostrophes and the spaces before signs, as readers know them from print."""
    for _, translated in pairs(message):
        prose = re.sub(r"`[^`]*`|\{[^}]*\}", "x", translated)
        assert not re.search(r"\w'\w", prose), "a straight apostrophe"
        assert not re.search(r"« | »|«(?!\xa0)|(?<!\xa0)»", prose), "guillemets"
        assert not re.search(r"(?<![\u202f\w/.-])[;!?]|\w[;!]", prose), "a sign without its space"
        assert " :" not in prose
        assert not re.search(r"\b(?:tu|ton|ta|tes|toi)\b", prose), "we say vous"


# --- problems ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_problem_is_told_in_each_language(code: str) -> None:
    """In English as its value says it, and otherwise in words of that language's own."""
    found = told(code)
    assert voice("en").tell(found).message == found.message
    assert voice("en").tell(found).hint == found.hint
    for language in LANGUAGES:
        said = voice(language).tell(found)
        assert "{" not in said.message.replace("{{", "")
        for name, _ in found.words:
            if f"{{{name}}}" in CODES[code].message:
                assert f"<{name}>" in said.message or name == CODES[code].count
    french = voice("fr").tell(found)
    assert french.message != found.message


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_message_is_a_plain_sentence(code: str) -> None:
    """Lower case, no full stop: it stands behind its place, and before what to do."""
    wording = CODES[code]
    for said in (wording.message, wording.hint):
        assert said == said.strip()
        assert not said.endswith((".", "!"))
        assert not said[:1].isupper()


def test_reasons_of_the_system_are_translated_and_words_of_editors_are_not() -> None:
    """An editor whose title is ``permission denied`` reads it as it was typed."""
    for number in (errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ESTALE):
        assert os.strerror(number).lower() in TERMS
    french = voice("fr")
    assert "accès refusé" in french.tell(problem("MW103", "a", reason="permission denied")).message
    said = french.tell(problem("MW207", "a", key="permission denied")).message
    assert "permission denied" in said


@pytest.mark.parametrize("body", ["<div>" * 200 + "x" + "</div>" * 200])
def test_the_reason_why_a_body_cannot_be_converted_is_translated(body: str) -> None:
    """It is the one word of a problem that is English of ours."""
    manuscript = Manuscript("a.md", "a", "A", body, 1, "fr")
    job = Job(manuscript, Identity("urn:x:a", "a", NOON), "https://example.org/a", NOON,
              {}, {}, ("full",), "", SITE)  # fmt: skip
    result = compose(job)
    assert isinstance(result, Refused)
    (found,) = result.problems
    assert dict(found.words)["reason"] in TERMS


def test_the_language_of_a_region_is_that_language() -> None:
    """RFC 5646: fr-CH is French; what we have no catalogue of is told in English."""
    said = {code: voice(code).language for code in ("fr", "fr-CH", "FR", "fr_FR", "en", "kk", "")}
    assert said == {"fr": "fr", "fr-CH": "fr", "FR": "fr", "fr_FR": "fr", "en": "en", "kk": "en",
                    "": "en"}  # fmt: skip


def test_long_numbers_are_parted_as_french_parts_them() -> None:
    """4194304 has to be counted before it can be read."""
    said = voice("fr").tell(problem("MW102", "a", size=5_000_000, limit=4096)).message
    assert "5\u202f000\u202f000 octets" in said
    assert "4096" in said


# --- values ------------------------------------------------------------------------------


def test_a_problem_wants_all_its_words() -> None:
    """Half a sentence in an editor's terminal is a bug that a test should meet first."""
    with pytest.raises(KeyError):
        problem("MW203", "a.md", key="title")
    with pytest.raises(KeyError):
        problem("MW999", "a.md")


_PROBLEMS = st.builds(
    lambda path, line, value, key: problem("MW206", path, line, value=value, key=key, example="x"),
    st.text(), st.integers(1, 9), st.text() | st.integers(), st.text(),
)  # fmt: skip


@given(st.lists(_PROBLEMS))
def test_problems_can_be_sorted_hashed_and_sent(found: list[Problem]) -> None:
    """Workers send them, sets hold them, and they are told in the order of their places."""
    assert pickle.loads(pickle.dumps(found)) == found
    told_in_order = sorted(found)
    assert told_in_order == sorted([*found[1:], *found[:1]])
    assert [(each.path, each.line) for each in told_in_order] == sorted(
        (each.path, each.line) for each in found
    )
    assert len({*found}) <= len(found)


# --- reports -----------------------------------------------------------------------------

REPORT = Report(
    problems=(
        problem("MW302", "nord/b.md", 9, 4, name="c [1].md"),
        problem("MW212", "nord/a b.md", 2, 14, key="title", value='"Astana: la *route*"'),
    ),
    coming=(
        Coming("d.md", "Un brouillon", "draft"),
        Coming("c.md", "Plus tard", "scheduled", datetime(2026, 6, 1, tzinfo=UTC)),
        Coming("b.md", "Bientôt", "scheduled", datetime(2026, 5, 5, tzinfo=UTC)),
        Coming("a.md", "Sous clé", "embargoed", datetime(2026, 7, 1, tzinfo=UTC)),
    ),
    questions=(Question("nord/e.md", "Le <rail>", NOON),),
    held=("z.md", "y.md"),
)


def test_a_report_tells_all_in_the_newsrooms_words() -> None:
    """Kept here whole: it is the one page that editors see every day."""
    written = text(REPORT, SITE)
    assert written.splitlines()[0] == "# Rapport pour La Route des \\*steppes\\*"
    headings = [line for line in written.splitlines() if line.startswith("## ")]
    assert headings == [
        "## En attente de votre confirmation",
        "## Ne peuvent pas être publiés",
        "## Était-ce une correction\u202f?",
        "## À regarder",
        "## Invisibles pour les lecteurs",
    ]
    assert "[nord/a b.md:2:14](../nord/a%20b.md) (MW212)" in written
    assert "`markwire confirm`" in written
    assert "  - date: 2026-05-04\n" in written
    order = [written.index(name) for name in ("Sous clé", "Bientôt", "Plus tard", "Un brouillon")]
    assert order == sorted(order)
    assert "5 mai 2026" in written


def test_a_report_of_the_same_is_the_same() -> None:
    """It lies in a folder that is synchronised: each write goes to everybody."""
    turned = Report(
        REPORT.problems[::-1], REPORT.coming[::-1], REPORT.questions[::-1], REPORT.held[::-1]
    )
    assert text(turned, SITE) == text(REPORT, SITE)


def test_a_quiet_newsroom_has_a_short_report() -> None:
    """So that the file says that it is alive."""
    assert "Tout est en ordre." in text(Report(), SITE)
    assert "Tout est en ordre." in text(Report(coming=REPORT.coming), SITE)
    assert "Tout est en ordre." not in text(REPORT, SITE)


def test_what_an_editor_typed_is_text_in_the_report() -> None:
    """A headline with a bracket must not become a link, nor a picture."""
    written = text(Report(coming=(Coming("a.md", "![x](y) <b>", "draft"),)), SITE)
    assert "[\\!\\[x\\](y) \\<b\\>](../a.md)" in written


def test_moments_name_their_time_zone() -> None:
    """An editor abroad must not take it for their own."""
    assert moment(NOON, SITE, voice("fr")) == "4 mai 2026, 17:00 (Asia/Almaty)"
    assert moment(NOON, SITE, voice("en")).startswith("May 4, 2026, 5:00")
