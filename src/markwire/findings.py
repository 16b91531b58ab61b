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
    "push_owed": Saying("push", "ok", "notices owed to {target} since {since}: {count}"),
    "push_waits": Saying(
        "push",
        "ok",
        "{target} has not answered as it should since {since} ({reason}); notices owed to it:"
        " {count}, to be tried again on {next}",
    ),
    "push_fails": Saying(
        "push",
        "advice",
        "{target} has not answered as it should since {since} ({reason}); notices owed to it:"
        " {count}, to be tried again on {next}",
        "look whether it is still in service and its address is right: [site] hubs and [push] in"
        " markwire.toml",
    ),
    "push_given_up": Saying(
        "push",
        "advice",
        "{target} was not told of everything: notices that were owed for a day were given up on"
        " {when} ({reason})",
        "look whether it is still in service and its address is right: [site] hubs and [push] in"
        " markwire.toml; the next change is told again",
    ),
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
    # --- doctor: whether the machine and the folders are what a site needs
    "unknown": Saying(
        "doctor",
        "advice",
        "this could not be looked at: {name} ({reason})",
        "please report it",
    ),
    "python": Saying("python", "ok", "Python {version}; names of files are UTF-8"),
    "python_names": Saying(
        "python",
        "wrong",
        "Python takes names of files for {encoding}: those with accents cannot be published",
        "set PYTHONUTF8=1 where Markwire is started",
    ),
    "yaml": Saying("yaml", "ok", "front matter is read by PyYAML's C library"),
    "yaml_slow": Saying(
        "yaml",
        "advice",
        "front matter is read without PyYAML's C library, which takes ten times as long",
        "install PyYAML as a wheel (`pip install --force-reinstall --only-binary :all: pyyaml`)",
    ),
    "sqlite": Saying("sqlite", "ok", "SQLite {version}"),
    "sqlite_wal": Saying(
        "sqlite",
        "advice",
        "SQLite {version} can spoil a file that two connections write; Markwire opens only one",
        "open the catalogue with no other program while Markwire runs; a Python with SQLite 3.51.3"
        " or later has no such fault",
    ),
    "zones": Saying("zones", "ok", "time zones of {version}; it is {time} in {zone}"),
    "zones_old": Saying(
        "zones",
        "wrong",
        "the time zones are of {version}, and out of date: Asia/Almaty is {offset} there",
        "install new ones: pip install --upgrade tzdata",
    ),
    "files": Saying("limits", "ok", "as many as {limit} files can be open at once"),
    "files_few": Saying(
        "limits",
        "advice",
        "no more than {limit} files can be open at once",
        "raise the limit where Markwire is started: ulimit -n 1024",
    ),
    "clock": Saying("clock", "ok", "the clock is kept right by a time server"),
    "clock_alone": Saying(
        "clock",
        "advice",
        "nothing says that a time server keeps the clock right",
        "have systemd-timesyncd or chrony keep it; schedules and embargoes go by it",
    ),
    "clock_strange": Saying(
        "clock",
        "wrong",
        "the clock says {now}",
        "set it right: nothing can be published at its time",
    ),
    "clock_behind": Saying(
        "clock",
        "wrong",
        "the clock is behind the last edition, which was on {when}",
        "set it right; if it is right now, run 'markwire confirm'",
    ),
    "watches": Saying(
        "watches", "ok", "the content folder takes {folders} watches; the system grants {limit}"
    ),
    "watches_short": Saying(
        "watches",
        "advice",
        "the content folder takes {folders} watches, and the system grants {limit}: it is listed"
        " again and again for changes",
        "raise the limit (sysctl fs.inotify.max_user_watches), and start Markwire again",
    ),
    "instances_none": Saying(
        "watches",
        "advice",
        "the system lets nobody watch any more ({reason}): the content folder is listed again and"
        " again for changes",
        "raise the limit (sysctl fs.inotify.max_user_instances), and start Markwire again",
    ),
    "watches_otherwise": Saying("watches", "ok", "this system tells of changes without a limit"),
    "disk": Saying("disks", "ok", "{folder} is on a disk of this machine ({kind})"),
    "disk_unknown": Saying("disks", "ok", "the system does not say on which disk {folder} is"),
    "content_shared": Saying(
        "disks",
        "ok",
        "{folder} is on a share ({kind}); it is listed again and again for changes",
    ),
    "feeds_shared": Saying(
        "disks",
        "advice",
        "{folder} is on a share ({kind}): other machines may see a feed late",
        "have the web server read it on this machine, or put it on a disk of its own",
    ),
    "state_shared": Saying(
        "disks",
        "wrong",
        "{folder} is on a share ({kind}), where neither the lock nor the catalogue is safe",
        "put it on a disk of this machine: [folders] state in markwire.toml",
    ),
    "apart": Saying("folders", "ok", "content, feeds and state are apart from each other"),
    "overlap": Saying(
        "folders",
        "wrong",
        "{inner} lies inside {outer}",
        "give each a place of its own: [folders] in markwire.toml",
    ),
    "space": Saying("space", "ok", "{folder}: {free} MB are free"),
    "space_short": Saying(
        "space",
        "advice",
        "{folder}: only {free} MB and {files} files are free",
        "make room before nothing can be published",
    ),
    "space_none": Saying(
        "space",
        "wrong",
        "{folder}: {free} MB and {files} files are free",
        "make room: nothing can be published without",
    ),
    "content": Saying("permissions", "ok", "{folder} can be read (files: {count})"),
    "content_none": Saying(
        "permissions",
        "wrong",
        "{folder} is not there",
        "make or mount it, or correct [folders] content in markwire.toml",
    ),
    "content_closed": Saying(
        "permissions",
        "wrong",
        "{folder} cannot be listed ({reason})",
        "give the user {user} the right to read it",
    ),
    "content_parts_closed": Saying(
        "permissions",
        "advice",
        "files and folders that cannot be read: {count}, {path} among them",
        "give the user {user} the right to read them",
    ),
    "writable": Saying("permissions", "ok", "in {folder} files can be made, renamed and removed"),
    "unwritable": Saying(
        "permissions",
        "wrong",
        "in {folder} files cannot be made, renamed and removed ({reason})",
        "give the user {user} the right to write there; look whether the disk is read-only",
    ),
    "foreign": Saying(
        "permissions",
        "advice",
        "files in {folder} that belong to another user: {count}, {path} among them",
        "give them to the user {user}, and always start Markwire as the same user",
    ),
    "free": Saying("lock", "ok", "no Markwire is at work on this site"),
    "taken": Saying("lock", "ok", "process {pid} works on this site; 'markwire status' says how"),
    "catalogue": Saying("catalogue", "ok", "the catalogue is sound"),
    "catalogue_new": Saying("catalogue", "ok", "there is no catalogue yet"),
    "catalogue_busy": Saying(
        "catalogue", "ok", "the catalogue is in use; it was found sound when it was opened"
    ),
    "catalogue_spoilt": Saying(
        "catalogue",
        "wrong",
        "the catalogue is damaged ({reason})",
        "start Markwire: it sets the file aside, and makes it again from the articles and from what"
        " is published",
    ),
}
