"""Where an article is and where it is not, and the reason in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from markwire.model import Feed, Manuscript, Site
from markwire.problems import Problem
from markwire.selection import Release, State, values
from markwire.wording.moments import moment
from markwire.wording.voice import Voice

# Why an article is, or is not, in a feed:
#   carried      it is there
#   leaving      it is still there, though its file says otherwise: until the next edition
#   state        its state keeps it from all readers
#   unmet        the feed selects other articles
#   below        the feed is full of newer ones
#   waiting      the next edition brings it
#   no feed      the feed has not been written yet
Reason = Literal["carried", "leaving", "state", "unmet", "below", "waiting", "no feed"]
# What ``selection`` knows of, and: it cannot be published as it stands; its name, or where it
# lies, keeps it from being looked at; there is no such file.
Standing = State | Literal["updated", "corrected", "withdrawn", "refused", "left alone", "absent"]


@dataclass(frozen=True, slots=True)
class Presence:
    """An article and one feed.

    ``position`` counts from 1 and is 0 where the feed does not carry it; ``entries`` is how many
    the feed carries, ``oldest`` the date of the last of them; ``unmet`` are the names of its
    conditions that the article does not meet.
    """

    feed: Feed
    url: str
    reason: Reason
    position: int = 0
    entries: int = 0
    oldest: datetime | None = None
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What there is to say of one file.

    ``guid``, ``permalink`` and ``live_since`` are of what readers see, and empty where they see
    nothing; ``published`` is when its file says that it is published, ``release`` when it may be
    seen, ``changed`` when it was last updated, corrected or withdrawn.
    """

    path: str
    standing: Standing
    problems: tuple[Problem, ...] = ()
    manuscript: Manuscript | None = None
    release: Release | None = None
    guid: str = ""
    permalink: str = ""
    presences: tuple[Presence, ...] = ()
    changed: datetime | None = None

    @property
    def is_published(self) -> bool:
        """Say whether readers see a version of it."""
        return bool(self.permalink)


THERE: Final = ("carried", "leaving")
OWED: Final = ("leaving", "waiting", "no feed")  # what the next edition puts right


def standing_text(found: Whereabouts, site: Site, voice: Voice) -> list[str]:
    """Say what an article is now, and what readers see of it."""
    when, said = found.release, []
    match found.standing:
        case "refused":
            said.append(voice.say("It cannot be published as it stands."))
            if found.is_published:
                said.append(voice.say("Readers see its last good version."))
            return said
        case "left alone":
            return [voice.say("Its name, or where it lies, keeps it from being an article.")]
        case "absent":
            return [
                voice.say("The file is no more; its article goes with one of the next editions.")
            ]
        case "withdrawn" if found.changed:
            at = moment(found.changed, site, voice)
            return [voice.say("It was withdrawn on {moment}.", moment=at)]
        case "killed" if not when and found.changed:
            at = moment(found.changed, site, voice)
            return [voice.say("It was killed on {moment}.", moment=at)]
        case "draft":
            said.append(voice.say("It is a draft."))
        case "killed" if when and when.killed:
            at = moment(when.killed, site, voice)
            return [voice.say("It was killed on {moment}.", moment=at)]
        case "scheduled" if when:
            at = moment(when.appears, site, voice)
            said.append(voice.say("It is scheduled for {moment}.", moment=at))
        case "embargoed" if when:
            at = moment(when.appears, site, voice)
            said.append(voice.say("It is embargoed until {moment}.", moment=at))
        case "expired" if when and when.expires:
            at = moment(when.expires, site, voice)
            said.append(voice.say("It expired on {moment}.", moment=at))
        case _:
            if not found.is_published:
                said.append(voice.say("It may be published, but readers do not see it yet."))
                said.append(next_edition(voice))
            elif when:
                at = moment(when.appears, site, voice)
                said.append(voice.say("It is published since {moment}.", moment=at))
                changed = found.changed
                if found.standing == "updated" and changed:
                    at = moment(changed, site, voice)
                    said.append(voice.say("It was updated on {moment}.", moment=at))
                elif found.standing == "corrected" and changed:
                    at = moment(changed, site, voice)
                    said.append(voice.say("It was corrected on {moment}.", moment=at))
            return said
    if found.is_published:
        said.append(voice.say("Readers still see an earlier version of it."))
        said.append(next_edition(voice))
    return said


def presence_text(each: Presence, found: Whereabouts, site: Site, voice: Voice) -> str:
    """Say why an article is, or is not, in a feed."""
    match each.reason:
        case "carried" if found.standing == "killed":
            return voice.say("a notice stands in its place")
        case "carried":
            return voice.say(
                "number {position} of {entries}", position=each.position, entries=each.entries
            )
        case "leaving":
            return voice.say("it is still there, and leaves with the next edition")
        case "state":
            return _states(voice).get(found.standing, voice.say("it is not published"))
        case "unmet":
            return "; ".join(_unmet_text(kind, each, found, voice) for kind in each.unmet)
        case "below":
            oldest = moment(each.oldest, site, voice) if each.oldest else ""
            return voice.say_many(
                "the feed holds {number} article, which is newer: of {oldest}",
                "the feed holds {number} articles, all newer: the oldest is of {oldest}",
                each.entries,
                oldest=oldest,
            )
        case "no feed":
            return voice.say("the feed has not been written yet")
        case "waiting":
            return voice.say("the next edition brings it")


def _states(voice: Voice) -> dict[str, str]:
    return {
        "refused": voice.say("it cannot be published as it stands"),
        "left alone": voice.say("it is no article"),
        "absent": voice.say("its file is no more"),
        "draft": voice.say("it is a draft"),
        "scheduled": voice.say("it is scheduled for later"),
        "embargoed": voice.say("it is under embargo"),
        "expired": voice.say("it has expired"),
        "killed": voice.say("it was killed"),
        "withdrawn": voice.say("it was withdrawn"),
    }


def _unmet_text(kind: str, each: Presence, found: Whereabouts, voice: Voice) -> str:
    """Say which condition of a feed an article does not meet, and what it has instead."""
    wanted = voice.listed(getattr(each.feed.where, kind))
    if kind == "path":
        return voice.say("the feed wants files such as {wanted}", wanted=wanted)
    said = values(found.manuscript, kind) if found.manuscript else ()
    has = ", ".join(voice.quoted(word) for word in said)
    texts = {
        "section": (
            voice.say("the feed wants the section {wanted}; the article has none", wanted=wanted),
            voice.say("the feed wants the section {wanted}; the article is in {has}",
                      wanted=wanted, has=has),
        ),
        "tag": (
            voice.say("the feed wants the tag {wanted}; the article has no tags", wanted=wanted),
            voice.say("the feed wants the tag {wanted}; the article has {has}",
                      wanted=wanted, has=has),
        ),
        "author": (
            voice.say("the feed wants articles by {wanted}; this one is not signed", wanted=wanted),
            voice.say("the feed wants articles by {wanted}; this one is by {has}",
                      wanted=wanted, has=has),
        ),
        "language": (
            "",
            voice.say("the feed wants the language {wanted}; the article is in {has}",
                      wanted=wanted, has=has),
        ),
    }  # fmt: skip
    without, otherwise = texts[kind]
    return otherwise if has else without


def next_edition(voice: Voice) -> str:
    """Say how to have the next edition made."""
    return voice.say("Run 'markwire build', or have 'markwire watch' running.")
