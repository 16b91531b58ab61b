"""What Markwire says, taken from its source: the template and the catalogues of ``locale/``.

``make messages`` runs this: it writes the template anew, brings each catalogue up to it and
compiles it. What is new in a catalogue is empty there, and wants a translator.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from markwire.findings import FOUND
from markwire.problems import CODES, TERMS
from markwire.wording.voice import LANGUAGES, LOCALE, TERM

SOURCE = LOCALE.parent
TEMPLATE = LOCALE / "markwire.pot"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
_SAYING = {"say": 1, "say_many": 2}  # how many texts each is given
_WIDTH = 98
_HEAD = "# What Markwire says to editors."
_SAID = ("MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Plural-Forms", "Language")


class _Compiled(Catalog):
    """A catalogue whose head holds nothing that changes without a text: no date, no version."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What gettext needs to know."""
        return [(name, value) for name, value in super().mime_headers if name in _SAID]


def template() -> Catalog:
    """Everything that is said: the wording of each code, and what the rooms at the rim say."""
    # Without dates and places that change with every line: a template changes with its texts.
    found = Catalog(
        project="Markwire",
        version=version("markwire"),
        header_comment=_HEAD,
        charset="utf-8",
        fuzzy=False,
    )
    for code, wording in sorted(CODES.items()):
        said = (wording.message, wording.many) if wording.many else wording.message
        found.add(said, auto_comments=[f"{code}, {wording.severity}"])
        found.add(wording.hint, auto_comments=[f"{code}, what to do"])
    for code, saying in FOUND.items():
        found.add(saying.message, auto_comments=[f"finding {code}"])
        if saying.hint:
            found.add(saying.hint, auto_comments=[f"finding {code}, what to do"])
    for term in sorted(TERMS):
        found.add(term, context=TERM)
    for path, text in (*_said(), *_shown()):
        found.add(text, auto_comments=[path])
    return found


def _said() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Each text that a voice says, in the order of the source.

    By the syntax tree: Babel's own reader goes by tokens, and does not look into f-strings.
    """
    for path in sorted(SOURCE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "wording.voice" not in source and path.parent.name not in ("wording", "desk"):
            continue  # What "says" something there is no voice.
        calls = (each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call))
        for call in sorted(calls, key=lambda each: (each.lineno, each.col_offset)):
            wanted = _SAYING.get(_name(call.func), 0)
            texts = tuple(str(ast.literal_eval(each)) for each in call.args[:wanted])
            if texts:
                yield path.relative_to(SOURCE).as_posix(), texts if wanted > 1 else texts[0]


def _shown() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Each text that a template says, in its order."""
    environment = Environment()
    for path in sorted(SOURCE.rglob("templates/*.html")):
        calls = environment.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call)
        for call in sorted(calls, key=lambda each: each.lineno):
            name = call.node.name if isinstance(call.node, nodes.Name) else ""
            wanted = call.args[: _SAYING.get(name, 0)]
            texts = tuple(str(each.as_const()) for each in wanted)
            if texts:
                yield path.relative_to(SOURCE).as_posix(), texts if len(texts) > 1 else texts[0]


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def po(language: str) -> Path:
    """Where a catalogue is kept."""
    return LOCALE / language / "LC_MESSAGES" / "markwire.po"


def catalogue(language: str) -> Catalog:
    """A catalogue as it is kept."""
    with po(language).open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """A catalogue with just the texts of the template."""
    kept = catalogue(language) if po(language).is_file() else Catalog(locale=language)
    # No guess is taken for a translation: a similar text may say the contrary.
    kept.update(template(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.header_comment, kept.fuzzy = _HEAD, False
    return kept


def written(found: Catalog) -> bytes:
    """A catalogue or the template as a file."""
    buffer = io.BytesIO()
    write_po(buffer, found, width=_WIDTH, omit_header=False, sort_output=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    # What is not for gettext changes by itself.
    kept = tuple(f'"{name}: ' for name in _SAID)
    end = lines.index("\n")
    head, rest = lines[:end], lines[end:]
    return "".join(
        (*(line for line in head if ": " not in line or line.startswith(kept)), *rest)
    ).encode()


def compiled(found: Catalog) -> bytes:
    """A catalogue as gettext reads it."""
    lasting = _Compiled(locale=found.locale, charset="utf-8", fuzzy=False)
    for each in found:
        if each.id:
            lasting.add(each.id, each.string, context=each.context)
    buffer = io.BytesIO()
    write_mo(buffer, lasting)
    return buffer.getvalue()


def main() -> None:
    """Write template and catalogues."""
    TEMPLATE.write_bytes(written(template()))
    for language in TRANSLATED:
        path = po(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(updated(language)))
        made = catalogue(language)
        path.with_suffix(".mo").write_bytes(compiled(made))
        missing = [each.id for each in made if each.id and not each.string]
        missing += [
            each.id for each in made if isinstance(each.string, tuple) and not all(each.string)
        ]
        print(
            f"{language}: {len(made)} texts, {len(missing)} without translation",
            *missing,
            sep="\n  ",
        )


if __name__ == "__main__":
    sys.exit(main())
