"""What is seen of the process that publishes, from its status: without asking it anything."""

from __future__ import annotations

from dataclasses import dataclass

from markwire.errors import AtWorkError, MarkwireError, NoArticleError, NoWatchError
from markwire.model import Site
from markwire.pipeline.status import Status, read
from markwire.serving.desk.speaking import Speech


@dataclass(frozen=True, slots=True)
class Seen:
    """How the watch is, in words; ``lines`` are for a calm corner, ``last`` for where none runs.

    ``is_heard`` says that a watch is there, ``busy`` why it did not answer all the same, and
    ``fault`` why nothing can be published; both are empty where all is well.
    """

    is_heard: bool
    busy: str = ""
    lines: tuple[str, ...] = ()
    last: str = ""
    fault: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether the page has what it asked for, or knows that it does not exist."""
        return self.is_heard and not self.busy


def see(site: Site, speech: Speech, answer: MarkwireError | None) -> Seen:
    """Look at what a Markwire says of itself; ``answer`` is what it had instead of an answer."""
    is_heard = not isinstance(answer, NoWatchError)
    busy = _busy(answer, speech) if is_heard else ""
    status = read(site.folders.state)
    if status is None:
        return Seen(is_heard, busy)
    lines, last = tuple(_lines(status, speech)), _last(status, speech)
    return Seen(is_heard, busy, lines, last, status.fault.text if status.fault else "")


def _busy(answer: MarkwireError | None, speech: Speech) -> str:
    say = speech.voice.say
    match answer:
        case None | NoArticleError():
            return ""
        case AtWorkError(done=done, total=total, work="reading") if total:
            return say("{done} of {total} articles are read.", done=done, total=total)
        case AtWorkError(done=done, total=total) if total:
            return say("{done} of {total} articles are composed.", done=done, total=total)
        case AtWorkError():
            return say("It answers as soon as the edition at hand is made.")
        case fault:
            return str(fault)


def _lines(status: Status, speech: Speech) -> list[str]:
    say, lines = speech.voice.say, []
    if status.edition is not None:
        when = speech.near(status.edition.when)
        lines.append(say("Last edition {moment}", moment=when))
    if status.due is not None and status.due > speech.now:
        lines.append(say("Next by itself {moment}", moment=speech.near(status.due)))
    if status.owed:
        say_many = speech.voice.say_many
        lines.append(
            say_many("One feed still to write", "{number} feeds still to write", status.owed)
        )
    if status.held:
        say_many = speech.voice.say_many
        lines.append(
            say_many(
                "One deletion waits for markwire confirm",
                "{number} deletions wait for markwire confirm",
                status.held,
            )
        )
    return lines


def _last(status: Status, speech: Speech) -> str:
    say = speech.voice.say
    parts = []
    if status.edition is not None:
        edition = status.edition
        parts.append(say("The last edition was made {moment}.", moment=speech.near(edition.when)))
        if edition.refused:
            parts.append(
                speech.voice.say_many(
                    "It left out one article that was refused.",
                    "It left out {number} articles that were refused.",
                    edition.refused,
                )
            )
    if status.ended is not None:
        parts.append(say("Markwire was ended {moment}.", moment=speech.near(status.ended)))
    return " ".join(parts)
