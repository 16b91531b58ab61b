"""The pages of the desk: what is asked of the newsroom, and which template shows the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from markwire.catalogue.names import fold
from markwire.errors import (
    AtWorkError,
    InternalError,
    MarkwireError,
    NoArticleError,
    NoWatchError,
)
from markwire.formats.languages import language_name
from markwire.model import FORMATS, Format, Site
from markwire.serving.desk import charts, paper
from markwire.serving.desk.answering import PAPER, html, is_part, speech
from markwire.serving.desk.asking import Asking
from markwire.serving.desk.rendering import rendered
from markwire.serving.desk.seen import Seen, see
from markwire.serving.desk.shown import ShownCard, ShownProblem, shown_problems
from markwire.serving.desk.speaking import Speech
from markwire.serving.desk.validating import Verdict, validate
from markwire.views import (
    COLUMNS,
    ArticleView,
    AskArticle,
    AskBoard,
    AskFeeds,
    AskPushes,
    AskTrends,
    BoardView,
    Column,
    FeedRow,
    FeedsView,
    PushesView,
    Question,
    TrendsView,
    View,
)
from markwire.wording.explained import Explanation, explanation

NAMES: Final[dict[Format, str]] = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
MAIN: Final = "main"  # the main feed's key, where an empty one cannot be written
_WAITING: Final = ("scheduled", "embargoed")
_LONGEST: Final = 1000  # characters of one word that is asked for
_MOST_LINES: Final = 40  # of an example that is shown


class Desk:
    """The desk of one site."""

    def __init__(
        self, site: Site, asking: Asking, clock: Callable[[], datetime], *, leaves: bool
    ) -> None:
        self._site = site
        self._asking = asking
        self._clock = clock
        self._leaves = leaves

    async def board(self, request: Request) -> Response:
        """Show which articles there are, by state."""
        column = _column(_asked(request, "state"))
        filters = {name: _asked(request, name) for name in ("q", "section", "language")}
        question = AskBoard(
            column=column,
            search=filters["q"],
            section=filters["section"],
            language=filters["language"],
            page=_number(_asked(request, "page")),
        )
        board = await self._ask(question)
        page = self._page(request, "board", board)
        if not isinstance(board, BoardView):
            return page("board.html", board=None)
        said = page.speech
        cards = await run_in_threadpool(self._cards, board, said)
        groups = [
            (each, said.column(each), [card for card in cards if card.column == each])
            for each in COLUMNS
        ]
        return page(
            "board.html",
            board=board,
            column=column,
            filters=filters,
            total=sum(board.counts.values()),
            columns=[(each, said.column(each), board.counts.get(each, 0)) for each in COLUMNS],
            groups=[group for group in groups if group[2]],
            languages=[(each, language_name(each)) for each in board.languages],
        )

    async def article(self, request: Request) -> Response:
        """Show one article: as a reader sees it, raw, how it stands and why."""
        view = await self._ask(self._about(request))
        page = self._page(request, "article", view)
        if not isinstance(view, ArticleView):
            return self._none(page)
        said = page.speech
        tabs = [("full", said.voice.say("Full text")), ("summary", said.voice.say("Summary"))]
        tabs += [(form, NAMES[form]) for form in FORMATS if form in view.forms]
        shown = _asked(request, "as")
        shown = shown if shown in dict(tabs) else "full"
        found = await run_in_threadpool(self._problems, view, said)
        return page(
            "article.html",
            view=view,
            headline=view.card.headline or view.card.path,
            language=language_name(view.card.language),
            found=found,
            tabs=tabs,
            shown=shown,
            raw=paper.raw(view, shown) if shown in FORMATS else None,
            version=paper.version(view),
            waits=view.card.column in _WAITING and view.card.moment is not None,
            is_public=bool(view.card.slug),
        )

    async def preview(self, request: Request) -> Response:
        """Show an article alone, as a reader of a feed has it before them."""
        view = await self._ask(self._about(request))
        said = speech(request, self._site, self._clock())
        if not isinstance(view, ArticleView):
            return Response(status_code=404)
        text = rendered(
            "preview.html",
            Speech(self._site, paper.reader_voice(view), said.now),
            view=view,
            shown=_asked(request, "as"),
            body=paper.body(view, self._site),
            moment=paper.moment(view, self._site),
        )
        return html(text, request, policy=PAPER)

    async def feeds(self, request: Request) -> Response:
        """Show how the feeds are."""
        view = await self._ask(AskFeeds())
        search = _asked(request, "q")
        rows = view.rows if isinstance(view, FeedsView) else ()
        return self._page(request, "feeds", view)(
            "feeds.html",
            view=view if isinstance(view, FeedsView) else None,
            search=search,
            rows=[row for row in rows if fold(search) in fold(f"{row.title} /{row.key}")],
            forms=[(form, NAMES[form]) for form in FORMATS],
            local=self._local,
        )

    async def check(self, request: Request) -> Response:
        """Validate what is live of one feed, and show what came of it."""
        view = await self._ask(AskFeeds())
        page = self._page(request, "feeds", view)
        key = _asked(request, "feed")
        rows = view.rows if isinstance(view, FeedsView) else ()
        row = next((row for row in rows if (row.key or MAIN) == key), None)
        if row is None:
            return self._none(page)
        verdicts = await run_in_threadpool(validate, row, self._site, page.speech.voice)
        return page(
            "checked.html",
            title=row.title,
            wrong=sum(not each.is_well for verdict in verdicts for each in verdict.findings),
            documents=[_document(row, verdict) for verdict in verdicts],
        )

    async def deliveries(self, request: Request) -> Response:
        """Show what is owed to hubs and partners, and what was delivered."""
        view = await self._ask(AskPushes())
        shown = view if isinstance(view, PushesView) else None
        return self._page(request, "deliveries", view)("deliveries.html", view=shown)

    async def trends(self, request: Request) -> Response:
        """Show how long editions took, how large feeds are, and who polled."""
        trends = await self._ask(AskTrends())
        feeds = await self._ask(AskFeeds())
        page = self._page(request, "trends", trends)
        drawn = []
        if isinstance(trends, TrendsView) and isinstance(feeds, FeedsView):
            drawn = [
                charts.latency(trends.editions, page.speech),
                charts.sizes(feeds.rows, page.speech),
                charts.polls(trends.polls, page.speech),
                charts.clients(trends.clients, page.speech),
            ]
        return page("trends.html", charts=drawn)

    async def explain(self, request: Request) -> Response:
        """Show what a code means."""
        page = self._page(request, "", None)
        try:
            one = explanation(request.path_params["code"].upper(), page.speech.language)
        except KeyError:
            return self._none(page)
        say = page.speech.voice.say
        return page(
            "explained.html",
            one=one,
            sides=[
                (say("Wrong"), _examples(one, "wrong"), "wrong"),
                (say("Right"), _examples(one, "right"), "right"),
            ],
        )

    async def help(self, request: Request) -> Response:
        """Show keys and words."""
        page = self._page(request, "help", None)
        said = page.speech
        return page(
            "help.html",
            meanings=[(each, said.column(each), said.meaning(each)) for each in COLUMNS],
        )

    async def unknown(self, request: Request) -> Response:
        """Say that there is nothing."""
        return self._none(self._page(request, "", None))

    # --- what pages share ---------------------------------------------------------------

    async def _ask(self, question: Question) -> View | MarkwireError:
        try:
            return await run_in_threadpool(self._asking.ask, question)
        except (NoWatchError, AtWorkError, NoArticleError, InternalError) as fault:
            return fault

    def _about(self, request: Request) -> AskArticle:
        said = speech(request, self._site, self._clock())
        return AskArticle(_asked(request, "path"), said.language)

    def _page(self, request: Request, room: str, answer: View | MarkwireError | None) -> _Page:
        said = speech(request, self._site, self._clock())
        fault = answer if isinstance(answer, MarkwireError) else None
        return _Page(request, said, room, see(self._site, said, fault), leaves=self._leaves)

    def _none(self, page: _Page) -> Response:
        return page("unknown.html", status=404 if page.seen.is_answered else 503)

    def _cards(self, board: BoardView, said: Speech) -> list[ShownCard]:
        return [ShownCard.of(card, self._site, said) for card in board.cards]

    def _problems(self, view: ArticleView, said: Speech) -> list[ShownProblem]:
        return shown_problems(view.card.problems, self._site, said)

    def _local(self, address: str) -> str:
        """Give where an address of a feed is served by ourselves."""
        return paper.local(address, self._site)


class _Page:
    """One page that is being answered: fills its template, whole or in part."""

    def __init__(
        self, request: Request, said: Speech, room: str, seen: Seen, *, leaves: bool
    ) -> None:
        self._request = request
        self.speech = said
        self.seen = seen
        self._room = room
        self._leaves = leaves

    def __call__(self, template: str, *, status: int = 200, **words: object) -> Response:
        say = self.speech.voice.say
        text = rendered(
            template,
            self.speech,
            frame="part.html" if is_part(self._request) else "whole.html",
            watch=self.seen,
            room=self._room,
            leaves=self._leaves,
            here=_here(self._request),
            rooms=(
                ("board", "/desk/", say("Board")),
                ("feeds", "/desk/feeds", say("Feeds")),
                ("deliveries", "/desk/deliveries", say("Deliveries")),
                ("trends", "/desk/trends", say("Trends")),
            ),
            **words,
        )
        return html(text, self._request, status=status)


def _asked(request: Request, name: str) -> str:
    return request.query_params.get(name, "")[:_LONGEST].strip()


def _column(word: str) -> Column | Literal[""]:
    return next((each for each in COLUMNS if each == word), "")


def _number(word: str) -> int:
    return max(1, int(word)) if word.isascii() and word.isdecimal() and len(word) < 7 else 1


def _here(request: Request) -> str:
    kept = [(name, word) for name, word in request.query_params.multi_items() if name != "lang"]
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")


def _document(row: FeedRow, verdict: Verdict) -> tuple[str, str, object, str]:
    address = row.addresses[verdict.form]
    return NAMES[verdict.form], address, verdict.findings, paper.validator(address, verdict.form)


def _examples(one: Explanation, side: str) -> list[tuple[str, str]]:
    shown = []
    for each in one.wrong if side == "wrong" else one.right:
        lines = each.content.decode("utf-8", "replace").splitlines()
        more = ["…"] if len(lines) > _MOST_LINES else []
        cut = [line if len(line) <= 200 else f"{line[:200]}…" for line in lines[:_MOST_LINES]]
        shown.append((each.path, "\n".join(cut + more)))
    return shown
