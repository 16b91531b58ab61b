"""Findings: how the machine and a running Markwire are, for whoever looks after them.

Floor: beside ``problems``, pure. A finding is a value with a code and the words that belong to this
one. ``FOUND`` is all that can be found; what it says is English, from which the catalogues of
``wording`` translate. Problems are for editors and name a place in a file; findings are for
engineers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

# advice: it works, and could be better or soon worse. wrong: something is to be done.
Verdict = Literal["ok", "advice", "wrong"]
FindingWord = str | int | datetime


@dataclass(frozen=True, slots=True)
class Saying:
    """What one code says: which check it is of, its verdict, and templates for ``str.format``."""

    check: str
    verdict: Verdict
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and how it is; ``words`` fill the saying of its code."""

    code: str
    words: tuple[tuple[str, FindingWord], ...] = ()

    @property
    def check(self) -> str:
        """What was looked at, in one word that programs can rely on."""
        return FOUND[self.code].check

    @property
    def verdict(self) -> Verdict:
        """How it is."""
        return FOUND[self.code].verdict


def finding(code: str, /, **words: FindingWord) -> Finding:
    """Make the finding ``code``. Raises KeyError where the code or one of its words is missing."""
    saying = FOUND[code]
    for template in (saying.message, saying.hint):
        template.format(**words)
    return Finding(code, tuple(sorted(words.items())))


FOUND: Final[dict[str, Saying]] = {
    # --- status: what a running Markwire says of itself
    "runs": Saying(
        "process", "ok", "'markwire {command}' is running since {since} (process {pid})"
    ),
    "runs_not": Saying("process", "ok", "no Markwire is at work on this site"),
    "runs_unheard": Saying(
        "process", "ok", "process {pid} works on this site, and has not yet said what it does"
    ),
    "died": Saying(
        "process",
        "wrong",
        "'markwire {command}' (process {pid}) ended without a word after {beat}",
        "start it again; nothing is lost. Whether the system killed it, its log tells",
    ),
    "hangs": Saying(
        "process",
        "wrong",
        "'markwire {command}' (process {pid}) does not answer: its last sign of life is of {beat}",
        "look for a disk or share that hangs, and whether the process was stopped; else end it and"
        " start it again: nothing is lost",
    ),
    "hangs_unwritable": Saying(
        "process",
        "wrong",
        "'markwire {command}' (process {pid}) cannot say how it is since {beat}: nothing can be"
        " written into {folder}",
        "look why the disk became read-only",
    ),
    "watches_inotify": Saying("watch", "ok", "every change in the content folder is heard of"),
    "watches_native": Saying("watch", "ok", "every change in the content folder is heard of"),
    "watches_share": Saying(
        "watch", "ok", "the content folder is a share; it is listed again and again for changes"
    ),
    "watches_past_limit": Saying(
        "watch",
        "advice",
        "the content folder is listed again and again for changes: the system grants too few"
        " watches for its folders",
        "raise the limit (sysctl fs.inotify.max_user_watches), and start Markwire again",
    ),
    "watches_refused": Saying(
        "watch",
        "advice",
        "the content folder is listed again and again for changes: the system refused to watch it",
        "raise the limit (sysctl fs.inotify.max_user_instances), and start Markwire again",
    ),
    "watches_polling": Saying(
        "watch", "ok", "the content folder is listed again and again for changes"
    ),
    "folder_gone": Saying(
        "watch",
        "wrong",
        "the content folder is not there since {since}; what is published stays",
        "bring it back, or correct [folders] content in markwire.toml",
    ),
    "folder_unmounted": Saying(
        "watch",
        "wrong",
        "the content folder is empty since {since}, as where a disk was taken away; what is"
        " published stays",
        "mount the disk or the share again",
    ),
    "watch_failed": Saying(
        "watch",
        "wrong",
        "the content folder cannot be watched since {since} ({reason}); it is tried again",
        "look at the folder's permissions and at its disk",
    ),
    "looked": Saying("watch", "ok", "the whole folder was last looked at on {when}"),
    "events_lost": Saying(
        "watch",
        "advice",
        "changes came faster than they could be heard of, last on {when} (times: {count}); each"
        " time the whole folder was looked at",
        "if that happens often, raise sysctl fs.inotify.max_queued_events",
    ),
    "faults_contained": Saying(
        "watch",
        "advice",
        "Markwire met faults of its own while it watched, and went on (times: {count})",
        "please report them with the lines 'watch_met_fault' of the log",
    ),
    "works": Saying("work", "ok", "an edition is being made since {since}"),
    "idles": Saying("work", "ok", "there is nothing to do since {since}"),
    "edition": Saying("edition", "ok", "the last edition was on {when} (files written: {written})"),
    "edition_none": Saying("edition", "ok", "no edition is known yet"),
    "refused": Saying(
        "edition",
        "advice",
        "articles that cannot be published as they stand: {count}",
        "'markwire check' tells which, and why",
    ),
    "due": Saying("edition", "ok", "the next thing that time alone brings is due on {when}"),
    "owed": Saying("edition", "ok", "feeds that are still to be written: {count}"),
    "fault": Saying(
        "edition",
        "wrong",
        "nothing can be published since {since}: {fault}",
        "put right what this says; a watch then goes on by itself",
    ),
    "clock_held": Saying(
        "clock",
        "wrong",
        "the clock is {step} (hours and minutes) away from the time that was known, and is not"
        " believed since {since}",
        "set it right; if it is right now, run 'markwire confirm'",
    ),
    "held": Saying(
        "edition",
        "advice",
        "files that went at once, and whose articles stay published: {count}",
        "bring them back, or withdraw their articles with 'markwire confirm'",
    ),
}
