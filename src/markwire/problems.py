"""Problems: why an article cannot be published as it stands, or should be looked at.

Floor: above ``model``, pure. A problem is a value with a place, a cause and a remedy; it is
never raised. ``CODES`` is the whole list of what can be said; each code keeps its meaning for
ever, because editors search for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Wording:
    """What one code says: ``message`` and ``hint`` are templates for ``str.format``."""

    severity: Severity
    message: str
    hint: str


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One reason, with its place.

    ``path`` is relative to the content folder; ``line`` and ``column`` count from 1.
    An ``error`` refuses the article, a ``warning`` does not.
    """

    path: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}; {self.hint}"


CODES: Final[dict[str, Wording]] = {
    # MW1xx: the file
    "MW101": Wording(
        "error",
        "the file is not UTF-8 text (byte {byte} of the file)",
        "save it again with the encoding UTF-8",
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
    # MW2xx: front matter
    "MW201": Wording(
        "error",
        "the front matter opened here is never closed",
        "add a line with only '{fence}' after the last key",
    ),
    "MW202": Wording(
        "error",
        "the front matter cannot be read: {reason}",
        "{remedy}",
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
        "'{key}' wants {expected}, but has {found}",
        "write {example}",
    ),
    "MW206": Wording(
        "error",
        "'{value}' is not a date that '{key}' can hold",
        "write it as {example}",
    ),
    "MW207": Wording(
        "warning",
        "the key '{key}' is not known and was left out",
        "{remedy}",
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
    # MW4xx: the site as a whole
    "MW401": Wording(
        "error",
        "the id '{value}' already belongs to {other}",
        "remove the 'id:' line of the copy",
    ),
}


def problem(code: str, path: str, line: int = 1, column: int = 1, **words: object) -> Problem:
    """Make the problem ``code`` at a place; ``words`` fill its wording.

    Raises KeyError where the code or one of its words is missing: that is a bug of ours.
    """
    wording = CODES[code]
    return Problem(
        path=path,
        line=line,
        column=column,
        code=code,
        severity=wording.severity,
        message=wording.message.format(**words),
        hint=wording.hint.format(**words),
    )
