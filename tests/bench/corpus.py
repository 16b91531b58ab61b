"""A newsroom's archive of any size from a seed: the same bytes on every machine.

Articles look like the sample newsroom's: about 3.8 kB of French (one in eight is Russian or
Kazakh) with a headline, a standfirst, one or two authors, a section and three tags, several
paragraphs, subheadings, emphasis, links, quotations, lists, and now and then a table, a note or a
picture on another server. There are 8 sections, 40 tags, of which the first are on a fifth of all
articles and the last on one in sixty, and 24 authors. Numbers below 0 are newer articles, for
what is dropped into a folder that stands already.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

SEED: Final = 20241122
NEWEST: Final = datetime(2026, 6, 30, 18, 0, tzinfo=UTC)
SECTIONS: Final = (
    "Transport", "Économie", "Énergie", "Politique", "Société", "Culture", "Environnement", "Sport",
)  # fmt: skip
_FIRST: Final = "Aliya Mathilde Erbol Aïnour Lucas Salomé Timour Dilnaz".split()
AUTHORS: Final = tuple(f"{a} {b}" for b in ("Sarsen", "Berthier", "Omarov") for a in _FIRST)
_PLACES: Final = tuple(
    "Astana Almaty Karaganda Aktaou Chymkent Petropavl Dostyk Tachkent Samarcande Bichkek"
    " Och Douchanbé Khorgos Oural Aktobe Kostanaï Semeï Taraz Turkestan Balkhach".split()
)
TAGS: Final = _PLACES + tuple(
    "fret gares frontières céréales eau énergie budget école santé théâtre patrimoine climat"
    " élevage logement emploi tourisme mines nucléaire aviation routes".split()
)
_SUBJECTS: Final = (
    "la compagnie des chemins de fer", "le ministère des Transports", "une usine de wagons",
    "le port sec", "la coopérative céréalière", "un collectif d’habitants", "la mairie",
    "l’observatoire régional", "une équipe de glaciologues", "le syndicat des cheminots",
    "la centrale électrique", "un éleveur de chevaux", "la douane", "le musée d’histoire",
)  # fmt: skip
_VERBS: Final = (
    "annonce", "prépare", "repousse", "défend", "inaugure", "finance", "chiffre", "conteste",
    "rénove", "relance", "décrit", "réclame", "mesure", "rouvre",
)  # fmt: skip
_THINGS: Final = (
    "un second tronçon de voie", "la révision des horaires", "une ligne de fret",
    "le prix du charbon", "un barrage de retenue", "la collecte des eaux usées",
    "un festival de cinéma", "le passage à l’heure unique", "une école de conducteurs",
    "la réserve de saïgas", "un contrat de vingt ans", "les travaux de la gare",
    "un appel à témoignages", "la fonte des glaciers", "un entrepôt frigorifique",
)  # fmt: skip
_ENDS: Final = (
    "avant la fin de l’année", "malgré la sécheresse", "sans attendre le Parlement",
    "pour la première fois depuis 1991", "avec l’aide de deux banques",
    "à quelques kilomètres de la frontière", "« coûte que coûte »",
    "après dix-huit mois de discussions", "au prix d’un détour de 400 km",
    "dans un calme inhabituel", "sous la neige", "devant une salle comble",
)  # fmt: skip
_RUSSIAN: Final = (
    "На станции {place} утром разгрузили первый состав с зерном; второй ждёт у семафора.",
    "Как сообщили в ведомстве, работы обойдутся в {number} млн тенге и закончатся к осени.",
    "«Мы ждали этого решения {small} лет», — говорит начальник участка.",
    "Новая дорога пройдёт мимо озера, и *часть пастбищ* придётся перенести.",
)
_KAZAKH: Final = (
    "{place} қаласында жаңа стансаның құрылысы басталды, жоба құны — {number} млн теңге.",
    "Тұрғындар жолдың **{small} жылдан бері** жөнделмегенін айтады.",
    "Мамандар көктемгі су тасқынына дайындықты күшейтуді ұсынды.",
    "Облыс әкімдігі биыл {number} отбасына көмек көрсетілгенін хабарлады.",
)
NEWS: Final = "news"
_POOL: Final = 3000


@dataclass(frozen=True, slots=True)
class Written:
    """An article before any tool's front matter: its fields, and its text in Markdown."""

    headline: str
    standfirst: str
    date: datetime
    authors: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    language: str
    text: str


class Corpus:
    """Articles by number, 0 being the newest. The same ``seed`` gives the same articles."""

    def __init__(self, seed: int = SEED) -> None:
        self._seed = seed
        draw = random.Random(seed)
        self._paragraphs = [_paragraph(draw) for _ in range(_POOL)]
        self._blocks = [_block(draw) for _ in range(_POOL // 4)]
        self._foreign = {
            language: [_foreign(draw, lines) for _ in range(_POOL // 10)]
            for language, lines in (("ru", _RUSSIAN), ("kk", _KAZAKH))
        }

    def path(self, number: int) -> str:
        """Give the place of an article below the content folder, by year and month."""
        if number < 0:
            return f"{NEWS}/{self.slug(number)}.md"
        return f"{self.date(number):%Y/%m}/{self.slug(number)}.md"

    def slug(self, number: int) -> str:
        """Give the word for an article in its file's name, and so in its address."""
        return f"article-{number:07}" if number >= 0 else f"{NEWS}-{-number:07}"

    def date(self, number: int) -> datetime:
        """Give the date of an article: one every 47 minutes, back from ``NEWEST``."""
        return NEWEST - timedelta(minutes=47 * number)

    def article(self, number: int, *, turn: int = 0) -> str:
        """Give the whole file of an article; another ``turn`` is another version of its text."""
        written = self.written(number, turn=turn)
        head = (
            "---",
            f'title: "{written.headline}"',
            f'summary: "{written.standfirst}"',
            f"date: {written.date:%Y-%m-%dT%H:%M:%S}Z",
            "authors:",
            *(f"  - {author}" for author in written.authors),
            f"section: {written.section}",
            "tags:",
            *(f"  - {tag}" for tag in written.tags),
            f"language: {written.language}",
            "---",
            "",
        )
        return "\n".join(head) + "\n" + written.text

    def written(self, number: int, *, turn: int = 0) -> Written:
        """Give the parts of an article, for tools that want another front matter."""
        draw = random.Random(self._seed * 1_000_003 + number)
        language = draw.choices(("fr", "ru", "kk"), (21, 2, 1))[0]
        pool = self._paragraphs if language == "fr" else self._foreign[language]
        place, thing = draw.choice(_PLACES), draw.choice(_THINGS)
        headline = f"{place} : {draw.choice(_SUBJECTS)} {draw.choice(_VERBS)} {thing} ({number})"
        authors = draw.sample(AUTHORS, draw.choice((1, 1, 1, 2)))
        tags: set[str] = set()
        while len(tags) < 3:  # The square of a uniform number favours the first.
            tags.add(TAGS[int(draw.random() ** 2 * len(TAGS))])
        standfirst = (
            f"{draw.choice(_SUBJECTS).capitalize()} {draw.choice(_VERBS)} {thing},"
            f" {draw.choice(_ENDS)}."
        )
        section = draw.choice(SECTIONS)
        parts = [*([f"Version {turn}."] if turn else ()), draw.choice(pool)]
        size = len(parts[-1])
        wanted = draw.gauss(2900, 700)
        while size < wanted:
            kind = draw.random()
            if kind < 0.1:
                parts.append(f"## {draw.choice(_SUBJECTS).capitalize()}, {draw.choice(_ENDS)}")
            elif kind < 0.25:
                parts.append(draw.choice(self._blocks))
            else:
                parts.append(draw.choice(pool))
            size += len(parts[-1])
        return Written(
            headline=headline,
            standfirst=standfirst,
            date=self.date(number),
            authors=tuple(authors),
            section=section,
            tags=tuple(sorted(tags)),
            language=language,
            text="\n\n".join(parts) + "\n",
        )

    def write(self, content: Path, size: int) -> Iterator[Path]:
        """Write articles 0 to ``size`` below a folder, giving the path of each."""
        made = set()
        for number in range(size):
            path = content / self.path(number)
            if path.parent not in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.add(path.parent)
            path.write_text(self.article(number), encoding="utf-8")
            yield path


def _sentence(draw: random.Random) -> str:
    subject, verb = draw.choice(_SUBJECTS), draw.choice(_VERBS)
    words = f"{subject} {verb} {draw.choice(_THINGS)} {draw.choice(_ENDS)}"
    match draw.randrange(9):
        case 0:
            words = f"à {draw.choice(_PLACES)}, {words}, soit {draw.randrange(3, 900)} millions"
        case 1:
            words = f"« {words} », résume **{draw.choice(AUTHORS)}**"
        case 2:
            words = f"{words}, *comme à {draw.choice(_PLACES)} l’an dernier*"
        case 3:
            words = (
                f"selon [un rapport](https://example.org/rapport/{draw.randrange(999)}), {words}"
            )
        case 4:
            words = f"{words} ; d’autres, à {draw.choice(_PLACES)}, hésitent encore"
        case _:
            pass
    return words[0].upper() + words[1:] + "."


def _paragraph(draw: random.Random) -> str:
    return " ".join(_sentence(draw) for _ in range(draw.randrange(3, 6)))


def _foreign(draw: random.Random, lines: tuple[str, ...]) -> str:
    return " ".join(
        line.format(
            place=draw.choice(_PLACES), number=draw.randrange(20, 900), small=draw.randrange(3, 40)
        )
        for line in draw.sample(lines, 3)
    )


def _block(draw: random.Random) -> str:
    match draw.randrange(6):
        case 0 | 1:
            return "\n".join(f"- {_sentence(draw)}" for _ in range(draw.randrange(3, 6)))
        case 2:
            return f"> {_sentence(draw)}\n>\n> — {draw.choice(AUTHORS)}"
        case 3:
            rows = (f"| {place} | {draw.randrange(9, 999)} |" for place in draw.sample(_PLACES, 4))
            return "\n".join(("| Gare | Wagons |", "|:---|---:|", *rows))
        case 4:
            place = draw.choice(_PLACES)
            return f'![Vue de {place}](https://example.org/photos/{place.lower()}.jpg "{place}")'
        case _:
            return f"1. {_sentence(draw)}\n2. {_sentence(draw)}\n3. `voie {draw.randrange(9)}`"


def main() -> None:
    """Write as many articles as asked for: ``corpus.py FOLDER SIZE``."""
    folder, size = Path(sys.argv[1]), int(sys.argv[2])
    written = sum(path.stat().st_size for path in Corpus().write(folder, size))
    print(f"{size} articles, {written / size:.0f} bytes each")


if __name__ == "__main__":
    main()
