"""Problems: why an article cannot be published as it stands, or should be looked at.

Floor: above ``model``, pure. A problem is a value with a place, a code and the words that belong
to this one; it is never raised. ``CODES`` is the whole list of what can be said; each code keeps
its meaning for ever, because editors search for it. What is said here is English, from which the
catalogues of ``wording`` translate.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import total_ordering
from typing import Final, Literal

MOST: Final = 50
"""Problems that are told of one file: nobody reads on, and a report of megabytes helps none."""

Severity = Literal["error", "warning"]
Word = str | int


@dataclass(frozen=True, slots=True)
class Wording:
    """What one code says: ``message`` and ``hint`` are templates for ``str.format``.

    Where ``count`` names a word that counts something, ``many`` is the message for counts other
    than one.
    """

    severity: Severity
    message: str
    hint: str
    many: str = ""
    count: str = ""


@total_ordering
@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, with its place.

    ``path`` is relative to the content folder; ``line`` and ``column`` count from 1. ``words``
    fill the wording of the code, in the order of their names.
    """

    path: str
    line: int
    column: int
    code: str
    words: tuple[tuple[str, Word], ...] = ()

    @property
    def severity(self) -> Severity:
        """An ``error`` refuses the article, a ``warning`` does not."""
        return CODES[self.code].severity

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        wording, words = CODES[self.code], dict(self.words)
        is_many = bool(wording.count) and words[wording.count] != 1
        return (wording.many if is_many else wording.message).format(**words)

    @property
    def hint(self) -> str:
        """What to do, in English."""
        return CODES[self.code].hint.format(**dict(self.words))

    def __lt__(self, other: Problem) -> bool:
        return self._order() < other._order()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}; {self.hint}"

    def _order(self) -> tuple[str, int, int, str, str]:
        # A word may be a number in one problem and text in another.
        return self.path, self.line, self.column, self.code, repr(self.words)


CODES: Final[dict[str, Wording]] = {
    # MW1xx: the file
    "MW101": Wording(
        "error",
        "the file is not UTF-8 text; it seems to be {encoding}, in which '{word}' stands here",
        "open it as {encoding}, and save it with the encoding UTF-8",
    ),
    "MW102": Wording(
        "error",
        "the file is {size} bytes long, more than the {limit} that an article may have",
        "split the article, or move data into a linked file",
    ),
    "MW103": Wording(
        "error",
        "the file could not be read: {reason}",
        "check its permissions, then save it again",
    ),
    "MW104": Wording(
        "warning",
        "this looks like a conflict copy made by a sync program",
        "merge it into the article by hand, then delete it; it is not published",
    ),
    "MW105": Wording(
        "error",
        "the name of this file is not UTF-8 text",
        "rename it with ordinary letters, digits and hyphens",
    ),
    "MW106": Wording(
        "warning",
        "another file has the same name, but for the way its accents are stored",
        "delete one of the two",
    ),
    "MW107": Wording(
        "warning",
        "the file is {encoding} text, and was read as that",
        "save it again with the encoding UTF-8",
    ),
    "MW108": Wording(
        "error",
        "the file seems to be UTF-16 text without the mark that says so, or is cut off",
        "save it again with the encoding UTF-8",
    ),
    "MW109": Wording(
        "error",
        "a character is broken here (byte {byte} of the file); the rest is UTF-8 text",
        "retype the word",
    ),
    "MW110": Wording(
        "error",
        "the file is not text in any encoding that is known (byte {byte} of the file)",
        "save it again with the encoding UTF-8",
    ),
    "MW111": Wording(
        "error",
        "the front matter is a program in '{language}', and no program is run",
        "write it in YAML, between two lines '---'",
    ),
    "MW112": Wording(
        "warning",
        "'{key}: {value}' says that this is a page of the site, which feeds do not carry",
        "remove that line if it is an article",
    ),
    "MW113": Wording(
        "warning",
        "'{value}' behind '{key}' is a comment in YAML, and was left out",
        "put the whole value between quotes",
    ),
    "MW114": Wording(
        "error",
        "the front matter holds more than {limit} keys and values",
        "move data into a linked file",
    ),
    "MW115": Wording(
        "error",
        "'{key}' has {size} characters here, more than the {limit} that it may have",
        "shorten it, or move text into the body of the article",
    ),
    "MW116": Wording(
        "error",
        "'{key}' has more than {limit} values",
        "keep those that readers look for",
    ),
    "MW117": Wording(
        "error",
        "the file has {size} bytes, more than {limit}, so that what it last said still stands",
        "keep a table for each author or section, and no other data",
    ),
    # MW2xx: front matter
    "MW201": Wording(
        "error",
        "the front matter opened here is never closed",
        "add a line with only '{fence}' after the last key",
    ),
    "MW202": Wording(
        "error",
        "the front matter cannot be read from here on",
        "write one key and its value a line, and values that hold signs between quotes",
    ),
    "MW203": Wording(
        "error",
        "the key '{key}' stands here a second time (first on line {first})",
        "keep one of the two lines",
    ),
    "MW204": Wording(
        "error",
        "the front matter is longer than {limit} bytes or nested too deeply",
        "move text into the body of the article",
    ),
    "MW205": Wording(
        "error",
        "'{key}' wants text, but has a list or keys of its own",
        "write one value behind the key",
    ),
    "MW206": Wording(
        "error",
        "'{value}' is not a date that '{key}' can hold",
        "write it as {example}",
    ),
    "MW207": Wording(
        "warning",
        "the key '{key}' is not known and was left out",
        "correct or remove it",
    ),
    "MW208": Wording(
        "error",
        "'{key}' has no time zone, and an embargo must say to the minute when it ends",
        "write it as {example}",
    ),
    "MW209": Wording(
        "error",
        "the article has no title",
        "add a 'title:' line to the front matter, or a first line '# Title'",
    ),
    "MW210": Wording(
        "warning",
        "'{value}' is not a web address that '{key}' can hold, and was left out",
        "write a whole address such as https://example.org/page",
    ),
    "MW211": Wording(
        "warning",
        "'{value}' is not an e-mail address, and was left out",
        "write one such as aliya.sarsen@example.org",
    ),
    "MW212": Wording(
        "error",
        "the value of '{key}' holds a colon and a space, which start a new key",
        "put the value between quotes: {key}: {value}",
    ),
    "MW213": Wording(
        "error",
        "the quotation mark opened here is never closed",
        "close it at the end of the value, on the same line",
    ),
    "MW214": Wording(
        "error",
        "the line is indented with a tab",
        "indent it with spaces",
    ),
    "MW215": Wording(
        "error",
        "the line has no '{sign}' after its key",
        "write the key, then '{sign}', a space and the value",
    ),
    "MW216": Wording(
        "error",
        "the value starts with '*' or '&', which stands for another part of the front matter",
        "put the value between quotes",
    ),
    "MW217": Wording(
        "error",
        "the value starts with '{sign}', which has a meaning of its own",
        "put the value between quotes",
    ),
    "MW218": Wording(
        "error",
        "the bracket opened here is never closed",
        "close it, or put the value between quotes",
    ),
    "MW219": Wording(
        "error",
        "the line does not line up with those above",
        "start every key at the beginning of its line, and indent lists with two spaces",
    ),
    "MW220": Wording(
        "error",
        "text or a list stands where keys are expected",
        "write one 'key: value' a line, such as 'title: The headline'",
    ),
    "MW221": Wording(
        "error",
        "a list or a group of keys stands where the name of a key is expected",
        "start the line with a word and a colon; put values that hold brackets between quotes",
    ),
    "MW222": Wording(
        "warning",
        "'{key}' says something else than '{used}' on line {first}, and was left out",
        "keep one of the two lines",
    ),
    "MW223": Wording(
        "error",
        "text wants double quotes here",
        'write "{value}"',
    ),
    "MW224": Wording(
        "warning",
        "the key '{key}' is not known and was left out",
        "did you mean '{near}'?",
    ),
    "MW225": Wording(
        "error",
        "more stands on the line than a key and its value",
        "start every key on a line of its own, and put text between quotes",
    ),
    "MW226": Wording(
        "error",
        "'{sign}' is no sign that may stand between double quotes",
        "write two backslashes where one is meant",
    ),
    "MW227": Wording(
        "error",
        "a comma is missing here",
        "put one between two values",
    ),
    "MW228": Wording(
        "error",
        "a comma too many stands here",
        "remove it",
    ),
    "MW229": Wording(
        "error",
        "more stands behind the brace that closes the front matter",
        "start the article on the next line",
    ),
    "MW230": Wording(
        "error",
        "the offset '{value}' of '{key}' cannot exist: no clock is more than 14 hours from UTC",
        "write it as {example}",
    ),
    "MW231": Wording(
        "error",
        "'{value}' in '{key}' may start with the day or with the month",
        "write it as {example}",
    ),
    "MW232": Wording(
        "warning",
        "the clocks skip '{value}' in '{key}': it was taken for one hour later",
        "write the moment that is meant, with its offset",
    ),
    "MW233": Wording(
        "error",
        "'{value}' in '{key}' is no time zone that is known",
        "write it as {example}, or with a name such as Asia/Almaty",
    ),
    "MW234": Wording(
        "error",
        "'{key}' wants true or false, but has '{value}'",
        "write {key}: true",
    ),
    "MW235": Wording(
        "error",
        "'{value}' is not a language code that '{key}' can hold",
        "write {key}: fr",
    ),
    "MW236": Wording(
        "error",
        "a person in '{key}' has no 'name'",
        "write - name: Aliya Sarsen",
    ),
    "MW237": Wording(
        "error",
        "the picture in '{key}' has no file name",
        "write src: images/map.png",
    ),
    "MW238": Wording(
        "error",
        "a correction in '{key}' wants a 'date' and a 'text'",
        "write - date: 2026-05-01, and text: … below it",
    ),
    "MW239": Wording(
        "error",
        "'{value}' is no kind of correction",
        "write one of {kinds}",
    ),
    # MW3xx: the body
    "MW301": Wording(
        "warning",
        "the file '{name}' that the article shows was not found",
        "put it beside the article, or correct its name",
    ),
    "MW302": Wording(
        "warning",
        "the link to '{name}' leads to no published article, and was made plain text",
        "correct the name, or publish that article",
    ),
    "MW303": Wording(
        "warning",
        "the file '{name}' is not of a kind that feeds can carry",
        "export it as PNG, JPEG, WebP, GIF, MP3, MP4 or PDF",
    ),
    "MW304": Wording(
        "error",
        "the body cannot be converted: {reason}",
        "simplify the part that is deeply nested or repeated",
    ),
    "MW305": Wording(
        "error",
        "feeds cannot carry what was made of the article: {reason}",
        "take out unusual characters; and tell the makers of Markwire, for this should not happen",
    ),
    "MW306": Wording(
        "warning",
        "the shortcode '{name}' is not known here and was left out",
        "write in Markdown what it stands for",
    ),
    "MW307": Wording(
        "warning",
        "the template tag '{name}' is not known here and was left out",
        "write in Markdown what it stands for",
    ),
    "MW308": Wording(
        "warning",
        "what a template would put in the place of '{name}' is not known here; it was left out",
        "write the words themselves; if the braces are meant, write them as code: `{{{{ … }}}}`",
    ),
    "MW309": Wording(
        "warning",
        "the component '{name}' is not known here and was left out",
        "write in Markdown what it shows",
    ),
    "MW310": Wording(
        "warning",
        "'{name}' does not say what it shows or where it leads, and was left out",
        "name the file, the address or the number that it wants",
    ),
    "MW311": Wording(
        "warning",
        "'{name}' is opened here and never closed; it was left out",
        "write its end tag, or remove it",
    ),
    "MW312": Wording(
        "error",
        "the article costs more than one may: {reason}",
        "take out the part that is repeated or nested, or that came from another program",
    ),
    "MW313": Wording(
        "error",
        "this article met a mistake of Markwire itself ({fault})",
        "take back your last change; and tell the makers of Markwire, for this should not happen",
    ),
    "MW314": Wording(
        "error",
        "more than {limit} signs of markup, such as [ or * or a list's dash, stand above this one",
        "split the article, or move data into a linked file",
    ),
    "MW315": Wording(
        "error",
        "the text has {count} lines, more than the {limit} that an article may have",
        "split the article, or move data into a linked file",
    ),
    "MW316": Wording(
        "warning",
        "there is one more problem in this file",
        "correct those that are listed first",
        many="there are {count} more problems in this file",
        count="count",
    ),
    "MW317": Wording(
        "error",
        "more than {limit} spaces or dashes stand in a row here",
        "take them out",
    ),
    "MW318": Wording(
        "warning",
        "the picture '{name}' stands on a private network, which readers are not in; left out",
        "put the file beside the article, and write its name",
    ),
    "MW319": Wording(
        "warning",
        "the file '{name}' is {size} bytes long, more than the {limit} that are copied; left out",
        "make it shorter, or link to a server of films or sounds",
    ),
    "MW320": Wording(
        "warning",
        "the file '{name}' was left out: it is damaged, or not of the kind that its name says, so"
        " that what it tells of who made it could not be taken out",
        "open it in a program that shows or plays it, and export it again",
    ),
    "MW321": Wording(
        "warning",
        "the file '{name}' may tell readers who made it, where and with what",
        "print it to a new PDF without its properties, or take care that what it tells may be"
        " known",
    ),
    # MW4xx: the site as a whole
    "MW401": Wording(
        "error",
        "the id '{value}' already belongs to {other}",
        "remove the 'id:' line of the copy",
    ),
    "MW402": Wording(
        "error",
        "{count} files went at once, as if a disk had been taken away;"
        " their articles stay published",
        "bring the files back, or withdraw their articles with 'markwire confirm'",
    ),
    "MW403": Wording(
        "warning",
        "this is word for word {other}; it is published in a minute, if both are still there",
        "delete one of them, or change this one: then it is published at once",
    ),
    "MW404": Wording(
        "warning",
        "the clock of the machine is {step} (hours and minutes) away from the time that was known,"
        " and is not believed; the schedule goes on as if it had not been set",
        "set it right; if it is right now, run 'markwire confirm'",
    ),
    "MW416": Wording(
        "error",
        "{count} of the {of} articles of the feed {feed} would leave it at once, this one among"
        " them, and nobody deleted them; the feed stays as it is",
        "look at markwire.toml and at the clock of the machine; if it is meant, confirm it with"
        " 'markwire confirm'",
    ),
    # MW406 to MW415: authors and sections
    "MW406": Wording(
        "warning",
        "the key '{key}' is not known here, and was left out",
        "did you mean '{near}'?",
    ),
    "MW407": Wording(
        "warning",
        "the key '{key}' is not known here, and was left out",
        "correct or remove it; known are {known}",
    ),
    "MW408": Wording(
        "warning",
        "'{key}' wants text, and was left out",
        'write {key} = "…"',
    ),
    "MW409": Wording(
        "warning",
        "'{key}' wants a list of texts, and was left out",
        'write {key} = ["…", "…"]',
    ),
    "MW410": Wording(
        "warning",
        "'{key}' wants true or false; until it has one, the safer of the two is taken",
        "write {key} = true or {key} = false",
    ),
    "MW411": Wording(
        "warning",
        "'{key}' stands outside of a table, and was left out",
        "write a line such as [{example}] above it",
    ),
    "MW412": Wording(
        "warning",
        "[{handle}] has no '{key}', so that readers see '{handle}'",
        'write {key} = "…" below [{handle}]',
    ),
    "MW413": Wording(
        "warning",
        "'{name}' already stands for [{other}], and was left out",
        "give each name to one table only",
    ),
    "MW414": Wording(
        "warning",
        "the picture '{name}' was not found in the content folder, and was left out",
        "write its path from there, such as portraits/aliya.jpg, or a whole address",
    ),
    "MW415": Wording(
        "error",
        "the file is not UTF-8 text (byte {byte} of it), so that what it last said still stands",
        "save it again with the encoding UTF-8",
    ),
}


# Words that are English themselves, and so are translated before they fill a wording: they stand
# for ``example`` and ``reason``. What an editor typed is never looked for among them.
TERMS: Final[frozenset[str]] = frozenset(
    {
        "2026-05-01T06:00+01:00 or 2026-05-01",
        # Why a file cannot be read: the words of the system, in lower case.
        "input/output error",
        "it changed each time it was read",
        "operation not permitted",
        "permission denied",
        "stale file handle",
        "too many open files",
        # Why a body cannot be converted.
        "it is nested too deeply",
        "it has more than 20000 links and pictures",
        "its HTML is nested more than 100 deep",
        "its HTML would be longer than 4000000 characters",
        "its raw HTML is too tangled to be made safe",
        "its references repeat too much text",
        "one of its words has more than 1000000 characters",
        "one of its HTML tags has more than 100 attributes",
        # Why a hub or a partner could not be told.
        "a fault of Markwire itself",
        "a certificate that is not to be trusted",
        "a private address, which [push] private does not name",
        "no answer in time",
        "no answer that is HTTP",
        "no connection",
        "no such host",
        "the secret cannot be read",
        # What an article did to the process that read it.
        "it breaks the program that reads it",
        "it takes too long",
        "it takes too much memory",
    }
)


def problem(code: str, path: str, line: int = 1, column: int = 1, **words: object) -> Problem:
    """Make the problem ``code`` at a place; ``words`` fill its wording.

    Raises KeyError where the code or one of its words is missing: that is a bug of ours.
    """
    kept = tuple(
        (name, word if isinstance(word, int) else str(word)) for name, word in sorted(words.items())
    )
    made = Problem(path, line, column, code, kept)
    wording = CODES[code]
    for template in (wording.message, wording.hint, wording.many):
        template.format(**words)
    return made


def capped(found: Collection[Problem], path: str) -> tuple[Problem, ...]:
    """Give the problems of one article, or the gravest and first of them where they are many.

    How many are left out is told by one more, at the place of the last that is listed.
    """
    if len(found) <= MOST:
        return tuple(found)
    gravest = sorted(found, key=lambda each: each.severity != "error")[: MOST - 1]
    kept = sorted(gravest)
    last = kept[-1]
    more = problem("MW316", path, last.line, last.column, count=len(found) - len(kept))
    return (*kept, more)
