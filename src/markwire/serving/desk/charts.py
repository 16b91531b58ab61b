"""Charts as SVG, drawn here: bars alone, with their words and numbers beside them. Pure.

A drawing stretches with the page, so that no text stands in it; what it shows stands as a table
below, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from markupsafe import Markup

from markwire.serving.agents import BROWSER, OTHER
from markwire.serving.desk.speaking import Speech
from markwire.views import EditionPoint, FeedRow, PollPoint

_HEIGHT: Final = 120
_STEP: Final = 10
_FEWEST: Final = 24  # bars for which there is room, that one alone is not taken for a wall
_BEYOND: Final = 5  # times the median: what is slower is cut, or the others could not be seen
_LARGEST: Final = 12  # feeds that are drawn; all stand in the table


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its drawing, and the same as a table. Without rows there is nothing to draw."""

    title: str
    summary: str
    drawing: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar: its parts from below, each a height and a class, and what a pointer is told."""

    parts: tuple[tuple[float, str], ...]
    told: str


def latency(points: Sequence[EditionPoint], speech: Speech) -> Chart:
    """Draw how long each edition took, from what editors saved to live feeds."""
    say = speech.voice.say
    title = say("How fast editions are")
    head = (say("Edition"), say("Time"), say("Changed"), say("Written"), say("Refused"))
    if not points:
        return Chart(title, say("No edition was made yet."), Markup(""), head, ())
    times = [each.milliseconds for each in points]
    summary = speech.voice.say_many(
        "One edition, in {most}.",
        "The last {number}: half of them within {median}, the slowest {most}.",
        len(points),
        median=speech.milliseconds(median(times)),
        most=speech.milliseconds(max(times)),
    )
    highest = min(max(times), _BEYOND * median(times))
    bars = [
        _Bar(
            ((min(time, highest), "bar" if time <= highest else "bar over"),),
            f"{speech.whole(each.when)} · {speech.milliseconds(time)}",
        )
        for each, time in zip(points, times, strict=True)
    ]
    ends = (speech.stamp(points[0].when), speech.stamp(points[-1].when))
    top = speech.milliseconds(highest)
    rows = tuple(
        (
            speech.whole(each.when),
            speech.milliseconds(each.milliseconds),
            speech.number(each.changed),
            speech.number(each.written),
            speech.number(each.refused),
        )
        for each in reversed(points)
    )
    return Chart(title, summary, _columns(bars, "latency", title, summary, top, ends), head, rows)


def polls(points: Sequence[PollPoint], speech: Speech) -> Chart:
    """Draw how often feeds were asked for, day by day, and how often nothing had changed."""
    say = speech.voice.say
    title = say("Who asks for feeds")
    head = (say("Day"), say("Requests"), say("Unchanged"), say("Sent"), say("Subscribers"))
    if not points:
        return Chart(title, say("Nobody has asked yet."), Markup(""), head, ())
    last = points[-1]
    requests = sum(each.requests for each in points)
    summary = say(
        "{requests} requests in {days} days; {share} of them were told that nothing has changed."
        " {subscribers} subscribers, as aggregators count them.",
        requests=requests,
        days=len(points),
        share=speech.share(sum(each.unchanged for each in points), requests),
        subscribers=last.subscribers,
    )
    bars = [
        _Bar(
            ((each.unchanged, "bar faint"), (each.requests - each.unchanged, "bar")),
            f"{each.day} · {speech.number(each.requests)}",
        )
        for each in points
    ]
    top = speech.number(max(each.requests for each in points))
    drawing = _columns(bars, "polls", title, summary, top, (points[0].day, last.day))
    legend = Markup(
        '<p class="legend"><span class="swatch faint"></span>{} <span class="swatch"></span>{}</p>'
    ).format(say("told that nothing has changed"), say("sent the feed"))
    rows = tuple(
        (
            each.day,
            speech.number(each.requests),
            speech.share(each.unchanged, each.requests),
            speech.size(each.sent),
            speech.number(each.subscribers),
        )
        for each in reversed(points)
    )
    return Chart(title, summary, drawing + legend, head, rows)


def clients(requests: Mapping[str, int], speech: Speech) -> Chart:
    """Draw which clients ask for feeds, as given: the most frequent first."""
    say = speech.voice.say
    title = say("Which clients ask")
    head = (say("Client"), say("Requests"))
    if not requests:
        return Chart(title, say("Nobody has asked yet."), Markup(""), head, ())
    counts = [(_client(name, speech), count) for name, count in requests.items()]
    drawing = _lines([(name, count, speech.number(count)) for name, count in counts[:_LARGEST]])
    summary = say("By the names that they give themselves, without anything that tells who reads.")
    rows = tuple((name, speech.number(count)) for name, count in counts)
    return Chart(title, summary, drawing, head, rows)


def sizes(rows: Sequence[FeedRow], speech: Speech) -> Chart:
    """Draw how large the feeds are, the largest first."""
    say = speech.voice.say
    title = say("How large feeds are")
    head = (say("Feed"), "RSS", "Atom", "JSON Feed", say("Entries"))
    ordered = sorted(rows, key=lambda row: (-max(row.sizes.values(), default=0), row.key))
    if not ordered:
        return Chart(title, say("No feed is written yet."), Markup(""), head, ())
    most = max(max(row.sizes.values(), default=0) for row in ordered) or 1
    summary = say(
        "The largest has {size}. Some partners take no more than 1 MB.", size=speech.size(most)
    )
    drawing = _lines(
        [
            (speech.brief(row.title), size, speech.size(size))
            for row in ordered[:_LARGEST]
            for size in [max(row.sizes.values(), default=0)]
        ]
    )
    table = tuple(
        (
            speech.brief(row.title),
            *(speech.size(row.sizes.get(form, 0)) for form in ("rss", "atom", "json")),
            speech.number(row.entries),
        )
        for row in ordered
    )
    return Chart(title, summary, drawing, head, table)


def _client(name: str, speech: Speech) -> str:
    say = speech.voice.say
    return {BROWSER: say("browsers"), OTHER: say("others")}.get(name, name)


def _lines(bars: Sequence[tuple[str, int, str]]) -> Markup:
    """Draw bars one below the other: each with its name, its length, and that in words."""
    most = max(length for _, length, _ in bars) or 1
    line = Markup(
        '<li><span class="label">{}</span><svg class="line" viewBox="0 0 100 1"'
        ' preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar"'
        ' width="{}" height="1"/></svg><span class="amount">{}</span></li>'
    )
    drawn = (line.format(name, _short(100 * length / most), said) for name, length, said in bars)
    return Markup('<ol class="lines">{}</ol>').format(Markup("").join(drawn))


def _columns(
    bars: Sequence[_Bar], name: str, title: str, summary: str, top: str, ends: tuple[str, str]
) -> Markup:
    """Draw upright bars, the highest of which is as high as the drawing."""
    most = max(sum(height for height, _ in bar.parts) for bar in bars) or 1
    drawn = []
    for place, bar in enumerate(bars, start=max(0, _FEWEST - len(bars))):
        base, parts = float(_HEIGHT), []
        for height, kind in bar.parts:
            tall = max(height, 0) / most * _HEIGHT
            base -= tall
            parts.append(
                Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                    kind, place * _STEP + 1, _short(base), _STEP - 2, _short(tall)
                )
            )
        drawn.append(Markup("<g><title>{}</title>{}</g>").format(bar.told, Markup("").join(parts)))
    return Markup(
        '<div class="plot"><span class="most">{top}</span>'
        '<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width} {height}"'
        ' preserveAspectRatio="none"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-desc">{summary}</desc>'
        '<path class="grid" d="M0 0H{width}M0 {half}H{width}"/>{drawn}</svg>'
        '<span class="ends"><span>{first}</span><span>{last}</span></span></div>'
    ).format(
        top=top,
        name=name,
        width=max(len(bars), _FEWEST) * _STEP,
        height=_HEIGHT,
        half=_HEIGHT // 2,
        title=title,
        summary=summary,
        drawn=Markup("").join(drawn),
        first=ends[0],
        last=ends[1],
    )


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
