"""A newsroom in memory that the desk can ask: what the tests and the README's pictures show.

It answers by the same Protocol as the reception of a real one, filters and counts as that does,
and tells news when a test says so. Its moment is fixed.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from markwire.errors import MarkwireError, NoArticleError, NoWatchError
from markwire.model import Feed, Folders, Site, Where
from markwire.problems import problem
from markwire.serving.desk.asking import Hearing
from markwire.views import (
    COLUMNS,
    PAGE,
    ArticleView,
    AskArticle,
    AskBoard,
    AskFeeds,
    AskPushes,
    AskTrends,
    BoardView,
    Card,
    Delivery,
    EditionPoint,
    FeedRow,
    FeedsView,
    News,
    OwedPush,
    Place,
    PollPoint,
    PushesView,
    Question,
    TrendsView,
    View,
)

# All pages there are, and one that is not.
PAGES = (
    "/desk/",
    "/desk/article?path=transport%2Faccord-kazakhstan-russie.md",
    "/desk/article?path=transport%2Faccord-kazakhstan-russie.md&as=rss",
    "/desk/article?path=economie%2Ftenge-decembre.md",
    "/desk/feeds",
    "/desk/feeds/check?feed=main",
    "/desk/deliveries",
    "/desk/trends",
    "/desk/explain/MW208",
    "/desk/help",
    "/desk/nowhere",
)

NOW = datetime(2026, 11, 28, 4, 41, tzinfo=UTC)  # a Saturday, 9:41 in Almaty
BASE = "https://example.org/feeds/"

# What two editors have saved, with the mistakes that refuse it.
BROKEN = {
    "transport/kouryk-tempete.md": (
        "---\n"
        'title: "Kouryk : le port ferme, les camions attendent\n'
        "section: Transport\n"
        "---\n\n"
        "Le vent s’est levé vers midi.\n"
    ),
    "economie/tenge-decembre.md": (
        "---\n"
        "title: Le tenge, la veille des fêtes\n"
        "embargo: 2026-12-01 06:00\n"
        "date: demain 8h\n"
        "---\n\n"
        "Les bureaux de change ont allongé leurs horaires.\n"
    ),
}


# What the watch said of itself last, in the state folder.
STATUS = """\
{"pid": 1, "command": "watch", "started": "2026-11-28T01:00:00+00:00", "work": "idle",
"work_since": "2026-11-28T03:49:00+00:00", "held": 0, "owed": 0,
"due": "2026-11-28T07:00:00+00:00",
"edition": {"when": "2026-11-28T04:37:00+00:00", "written": 18, "removed": 0, "refused": 2,
"generation": 412}}
"""


def saved(site: Site) -> Site:
    """The site, once its editors have saved what is refused."""
    for path, text in BROKEN.items():
        file = site.folders.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    site.folders.state.mkdir(parents=True, exist_ok=True)
    (site.folders.state / "status.json").write_text(STATUS, encoding="utf-8")
    return site


def site(root: Path) -> Site:
    """A site of a folder."""
    return Site(
        title="La Route des steppes",
        url="https://example.org/",
        feeds_url=BASE,
        time_zone=ZoneInfo("Asia/Almaty"),
        language="fr",
        feeds=(
            Feed("", "La Route des steppes", "Le fil", "fr"),
            Feed("transport", "Transports", "Rails", "fr", where=Where(section=("Transport",))),
        ),
        folders=Folders(root / "content", root / "feeds", root / ".markwire"),
    )


def _ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def _in(**time: float) -> datetime:
    return NOW + timedelta(**time)


CARDS = (
    Card(
        "transport/kouryk-tempete.md",
        "refused",
        "Kouryk : le port ferme, les camions attendent",
        _ago(minutes=4),
        "fr",
        "Transport",
        "",
        (problem("MW213", "transport/kouryk-tempete.md", 2, 8),),
    ),
    Card(
        "economie/tenge-decembre.md",
        "refused",
        "Le tenge, la veille des fêtes",
        _ago(minutes=31),
        "fr",
        "Économie",
        "tenge-decembre",
        (
            problem(
                "MW208", "economie/tenge-decembre.md", 3, 10, key="embargo",
                example="2026-12-01T06:00+05:00",
            ),
            problem(
                "MW206", "economie/tenge-decembre.md", 4, 7, key="date", value="demain 8h",
                example="2026-11-29T08:00",
            ),
        ),
    ),
    Card("politique/budget-regions.md", "draft", "Budgets régionaux : qui paie pour qui ?",
         _ago(hours=2), "fr", "Politique", ""),
    Card("culture/opera-astana.md", "draft", "À l’opéra d’Astana, la fosse joue sans chef",
         _ago(days=1, hours=3), "fr", "Culture", ""),
    Card("transport/gare-moinkoum.md", "scheduled", "Moïynkoum : la gare qui n’a plus de train",
         _in(hours=2, minutes=19), "fr", "Transport", "gare-moinkoum"),
    Card("environnement/balkhach-niveau.md", "scheduled",
         "Balkhach : le lac se mesure désormais au centimètre", _in(days=2, hours=20, minutes=19),
         "fr", "Environnement", "balkhach-niveau"),
    Card("energie/oulken-contrat.md", "embargoed",
         "Oulken : ce que contient le contrat de la centrale", _in(days=1, hours=1, minutes=19),
         "fr", "Énergie", "oulken-contrat"),
    Card("transport/ferry-kouryk.md", "published",
         "En bref : le port de Kouryk rouvre sa seconde rampe", _ago(minutes=52), "fr", "Transport",
         "ferry-kouryk"),
    Card("energie/éolien-jambyl.md", "published",
         "Éolien : à Jambyl, le vent ne manque pas, les lignes si", _ago(hours=3), "fr", "Énergie",
         "eolien-jambyl"),
    Card("ru/ledniki-alatau.md", "published",
         "Ледник отступает: что меняется в горах над Алматы", _ago(hours=7), "ru", "Environnement",
         "ledniki-alatau"),
    Card("economie/panier-almaty.md", "published",
         "Notre panier d’Almaty : 21 785 tenges, et c’est l’oignon qui l’emporte", _ago(days=1),
         "fr", "Économie", "panier-almaty"),
    Card("kk/домбыра-үні.md", "published", "Домбыра үні: Семейдегі шеберхана қалай оянды",
         _ago(days=3), "kk", "Culture", "dombyra-uni"),
    Card("culture/papier-samarcande.md", "published", "Samarcande, ou l’éloge du papier lent",
         _ago(days=5), "fr", "Culture", "papier-samarcande"),
    Card("politique/akims-ruraux.md", "published",
         "Élire son akim : cinq ans après, le village tient ses comptes", _ago(days=9), "fr",
         "Politique", "akims-ruraux"),
    Card("environnement/mer-aral-kokaral.md", "published",
         "À la Petite Aral, une digue, vingt ans, et du poisson", _ago(days=400), "fr",
         "Environnement", "mer-aral-kokaral"),
    Card("transport/accord-kazakhstan-russie.md", "corrected",
         "Rail, routes, frontières : Astana et Moscou accordent leurs feuilles de route",
         _ago(days=2), "fr", "Transport", "accord-kazakhstan-russie"),
    Card("economie/ble-wagons.md", "corrected", "Blé & farine : la récolte 2025 cherche ses wagons",
         _ago(days=12), "fr", "Économie", "ble-wagons"),
    Card("economie/qr-bazar.md", "withdrawn", "Au bazar, le code QR a remplacé la monnaie",
         _ago(days=6), "fr", "Économie", "qr-bazar"),
    Card("politique/toponymes.md", "killed",
         "Débaptiser, rebaptiser : petite politique des noms de lieux", _ago(days=20), "fr",
         "Politique", "toponymes"),
)  # fmt: skip

_BODY = (
    "<p>Sur le quai numéro 3 de la gare de triage de Petropavl, la première neige a déjà été"
    " balayée en andains le long des rails. Un convoi de céréales attend. Il attend depuis la"
    " veille, comme celui d’avant.</p>\n"
    f'<figure><img src="{BASE}media/axes-ferres.png" alt="Carte du réseau ferré" width="1200"'
    ' height="675"><figcaption>Les grands axes ferrés.</figcaption></figure>\n'
    "<h2>Ce que dit le texte</h2>\n"
    "<p>Le document tient en peu d’articles et renvoie l’essentiel à des annexes.</p>\n"
    "<ol><li><strong>Le rail</strong> : programmes de travaux coordonnés ;</li>"
    "<li><strong>La route</strong> : mise à niveau ;</li></ol>\n"
)
_STANDFIRST = (
    "L’accord signé le 22 novembre promet des chantiers communs et des trains de fret qui"
    " n’attendent plus à la frontière."
)


def _feed(key: str, title: str, sizes: Iterable[int], entries: int, changed: datetime,
          subscribers: int, requests: int, language: str = "fr") -> FeedRow:  # fmt: skip
    below = f"{BASE}{key}/" if key else BASE
    names = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
    return FeedRow(
        key,
        title,
        language,
        {form: below + name for form, name in names.items()},
        dict(zip(("rss", "atom", "json"), sizes, strict=True)),
        entries,
        changed,
        subscribers,
        requests,
    )


FEEDS = FeedsView(
    (
        _feed("", "La Route des steppes", (218_400, 224_100, 209_800), 29, _ago(minutes=52),
              4_812, 2_310),
        _feed("transport", "Transports", (74_200, 76_900, 71_000), 8, _ago(minutes=52), 913, 402),
        _feed("breves", "En bref", (18_300, 19_100, 16_700), 29, _ago(minutes=52), 1_240, 611),
        _feed("section/energie", "Énergie", (52_800, 54_000, 50_400), 6, _ago(hours=3), 388, 120),
        _feed("section/economie", "Économie", (61_400, 62_800, 58_900), 5, _ago(days=1), 502, 188),
        _feed("section/culture", "Culture", (38_100, 39_000, 36_200), 4, _ago(days=3), 274, 90),
        _feed("language/ru", "Русский", (29_700, 30_500, 28_800), 2, _ago(hours=7), 655, 240, "ru"),
        _feed("tag/corridor-median", "Corridor médian", (44_900, 46_100, 42_700), 4,
              _ago(days=8), 61, 33),
    )
)  # fmt: skip

PUSHES = PushesView(
    (
        OwedPush("WebSub", "https://hub.example.org/", f"{BASE}transport/rss.xml",
                 _ago(minutes=6), 3, _in(minutes=4), "503 Service Unavailable"),
    ),
    (
        Delivery(_ago(minutes=52), "WebSub", "https://hub.example.org/", f"{BASE}rss.xml",
                 "202 Accepted", 84.0, True),
        Delivery(_ago(minutes=52), "webhook", "https://partenaire.example.net/fil",
                 f"{BASE}feed.json", "200 OK", 131.4, True),
        Delivery(_ago(minutes=58), "WebSub", "https://hub.example.org/", f"{BASE}transport/rss.xml",
                 "503 Service Unavailable", 2_041.0, False),
        Delivery(_ago(hours=3), "IndexNow", "https://api.indexnow.example/",
                 "https://example.org/eolien-jambyl", "200 OK", 96.2, True),
    ),
)  # fmt: skip

TRENDS = TrendsView(
    tuple(
        EditionPoint(
            _ago(hours=60 - number),
            [11.8, 12.4, 26.1, 13.0, 11.2, 14.7, 31.9, 12.1, 12.9, 18.4][number % 10]
            + (47.0 if number == 37 else 0),
            1 + number % 3,
            6 + number % 12,
            1 if number % 17 == 0 else 0,
        )
        for number in range(60)
    ),
    tuple(
        PollPoint(
            (NOW - timedelta(days=20 - number)).date().isoformat(),
            [5_100, 5_240, 5_330, 5_290, 5_410, 3_980, 3_700][number % 7] + 40 * number,
            [4_680, 4_800, 4_910, 4_870, 4_990, 3_660, 3_420][number % 7] + 37 * number,
            92_000_000 + 1_000_000 * (number % 5),
            9_600 + 62 * number,
        )
        for number in range(21)
    ),
    {"Feedly": 41_200, "Inoreader": 23_900, "FreshRSS": 18_400, "other": 9_350},
)


def article(card: Card) -> ArticleView:
    """All there is to say of an article, as the sample has it."""
    is_out = card.column in ("published", "corrected")
    guid = f"tag:example.org,2024:{card.slug or card.path}"
    forms = {
        "rss": (
            f"<item>\n  <title>{card.headline}</title>\n"
            f"  <link>{BASE}articles/{card.slug}.html</link>\n"
            f'  <guid isPermaLink="false">{guid}</guid>\n'
            f"  <content:encoded><![CDATA[{_BODY}]]></content:encoded>\n</item>"
        ),
        "atom": f"<entry>\n  <id>{guid}</id>\n  <title>{card.headline}</title>\n</entry>",
        "json": f'{{"id": "{guid}", "title": "{card.headline}"}}',
    }
    return ArticleView(
        card,
        ("Publié, et dans 3 flux.",) if is_out else ("Pas encore chez les lecteurs.",),
        guid if card.slug else "",
        f"{BASE}articles/{card.slug}.html" if card.slug else "",
        card.moment if is_out else None,
        _ago(days=2) if card.column == "corrected" else card.moment if is_out else None,
        ("Aliya Sarsen", "Mathilde Berthier"),
        ("Kazakhstan", "fret", "frontières"),
        (
            Place("", "La Route des steppes", is_out, "in_window", "Parmi les 50 plus récents.",
                  3, 29),
            Place("transport", "Transports", is_out and card.section == "Transport", "where",
                  "Sa rubrique est Transport." if card.section == "Transport"
                  else "Sa rubrique n’est pas Transport.", 1, 8),
        ),
        forms if is_out else {},
        _BODY,
        _STANDFIRST,
    )  # fmt: skip


class Sample:
    """A newsroom that answers from memory; tests change ``cards`` and call ``tell``."""

    def __init__(self) -> None:
        self.cards = list(CARDS)
        self.asked: list[Question] = []
        self.fault: MarkwireError | None = None
        self.listening = 0
        self._told: list[Callable[[News], None]] = []
        self._hearing: list[Callable[[Hearing], None]] = []
        self._number = 0

    def ask(self, question: Question) -> View:
        """Answer as a reception does."""
        self.asked.append(question)
        if self.fault is not None:
            raise self.fault
        match question:
            case AskBoard():
                return self._board(question)
            case AskArticle(path):
                for card in self.cards:
                    if card.path == path:
                        return article(card)
                raise NoArticleError(path)
            case AskFeeds():
                return FEEDS
            case AskPushes():
                return PUSHES
            case AskTrends():
                return TRENDS

    def listen(
        self, told: Callable[[News], None], hearing: Callable[[Hearing], None]
    ) -> Callable[[], None]:
        """Remember whom to tell."""
        self.listening += 1
        self._told.append(told)
        self._hearing.append(hearing)
        hearing("silent" if self.fault else "heard")

        def stop() -> None:
            self.listening -= 1
            self._told.remove(told)
            self._hearing.remove(hearing)

        return stop

    def tell(self, *changed: str) -> None:
        """Tell that an edition was made."""
        self._number += 1
        for told in self._told:
            told(News(NOW, self._number, changed, len(changed), 0, 0, 12.0))

    def fall_silent(self) -> None:
        """Be gone, as a watch that was stopped."""
        self.fault = NoWatchError("no watch")
        for hearing in self._hearing:
            hearing("silent")

    def come_back(self) -> None:
        """Be there again."""
        self.fault = None
        for hearing in self._hearing:
            hearing("heard")

    def _board(self, question: AskBoard) -> BoardView:
        left = [
            card
            for card in self.cards
            if _plain(question.search) in _plain(f"{card.headline} {card.path}")
            and question.section in ("", card.section)
            and question.language in ("", card.language)
        ]
        shown = [card for card in left if question.column in ("", card.column)]
        shown.sort(key=lambda card: COLUMNS.index(card.column))
        pages = max(1, -(-len(shown) // PAGE))
        first = (question.page - 1) * PAGE
        return BoardView(
            tuple(shown[first : first + PAGE]),
            dict(Counter(card.column for card in left)),
            question.page,
            pages,
            tuple(sorted({card.section for card in self.cards if card.section})),
            tuple(sorted({card.language for card in self.cards})),
        )


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign))
