"""What each code means, at length, with an example that is wrong and one that is right.

At the I/O rim: reads the package's own ``explanations/``, one Markdown file a code. Its second
level headings are languages, ``wrong`` and ``right``; below the last two stand the files of an
example, each a fenced block whose opening line names it, and below ``wrong`` its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markwire.problems import CODES

FOLDER: Final = Path(__file__).parents[1] / "explanations"

_PART: Final = re.compile(r"^## (.+)\n", re.MULTILINE)
_FILE: Final = re.compile(r"^(````?`?)(?P<how>\S+) (?P<path>.+)\n(?P<text>(?:.*\n)*?)\1$", re.M)
_MANY: Final = re.compile(r"^(.*) …\n", re.MULTILINE)
_PLACE: Final = re.compile(r"^(?P<path>.+):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """One file of an example: its path, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means in one language.

    ``place`` is where the wrong example has the problem: path, line and column. It is None, and
    there are no examples, for what no file of one's own can show.
    """

    code: str
    title: str
    text: str
    wrong: tuple[Example, ...]
    right: tuple[Example, ...]
    place: tuple[str, int, int] | None


def explanation(code: str, language: str) -> Explanation:
    """Give what a code means. Raises KeyError where there is no such code."""
    if code not in CODES:
        raise KeyError(code)
    parts = _parts((FOLDER / f"{code}.md").read_text(encoding="utf-8"))
    name, _, text = parts[language if language in parts else "en"].strip().partition("\n")
    wrong = parts.get("wrong", "")
    *_, place = (None, *_PLACE.finditer(wrong))
    return Explanation(
        code=code,
        title=name,
        text=text.strip(),
        wrong=_examples(wrong),
        right=_examples(parts.get("right", "")),
        place=(place["path"], int(place["line"]), int(place["column"])) if place else None,
    )


def title(code: str, language: str) -> str:
    """Give in a few words what a code is about."""
    return explanation(code, language).title


def _parts(text: str) -> dict[str, str]:
    _, *found = _PART.split(text)
    return dict(zip(found[::2], found[1::2], strict=True))


def _examples(text: str) -> tuple[Example, ...]:
    return tuple(
        Example(found["path"], _written(found["text"], found["how"]))
        for found in _FILE.finditer(text)
    )


def _written(text: str, how: str) -> bytes:
    r"""Write an example as its opening line says.

    ``markdown`` is as it stands here, ``latin-1``, ``utf-16`` … in another encoding;
    ``repeated-9`` stands nine times, of ``filled-9`` each line that ends in ``…``, which elsewhere
    in it stands for the number; ``bytes`` has ``\xe9`` for what is no text.
    """
    if how == "bytes":
        escaped = text.rstrip("\n").encode()
        return escaped.decode("unicode_escape").encode("latin-1")
    if how.startswith("repeated-"):
        return text.encode() * int(how.removeprefix("repeated-"))
    if how.startswith("filled-"):
        times = int(how.removeprefix("filled-"))
        numbers = [str(number) for number in range(1, times + 1)]
        return _MANY.sub(
            lambda line: "".join(line[1].replace("…", number) + "\n" for number in numbers), text
        ).encode()
    return text.encode("utf-8" if how in ("markdown", "toml") else how)
