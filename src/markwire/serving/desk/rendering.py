"""Views in HTML: the only import of Jinja2. Reads the package's own templates.

Every text is escaped unless it is ``Markup``, and what is ``Markup`` is made in ``charts``,
``raw`` and by the sanitiser alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from markwire.article.html import sanitise
from markwire.article.markdown import commonmark
from markwire.formats.languages import language_name
from markwire.serving.desk import assets
from markwire.serving.desk.speaking import Speech

TEMPLATES: Final = Path(__file__).parent / "templates"
# Written from the right (Unicode's scripts of these languages), unless a subtag names a script.
_FROM_RIGHT: Final = frozenset("ar arc ckb dv fa he ks nqo ps sd syr ug ur yi".split())
_SCRIPTS_FROM_RIGHT: Final = frozenset(("arab", "hebr", "thaa", "syrc", "nkoo"))


def rendered(template: str, speech: Speech, **words: object) -> str:
    """Fill a template with what it shows, in one language."""
    saying = {"say": speech.voice.say, "say_many": speech.voice.say_many, "speech": speech}
    return _environment().get_template(template).render(site=speech.site, **saying, **words)


def direction(language: str) -> str:
    """Give in which direction a language (RFC 5646) is written: ``ltr`` or ``rtl``."""
    first, *subtags = language.lower().split("-")
    scripts = [each for each in subtags if len(each) == 4 and each.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _SCRIPTS_FROM_RIGHT else "ltr"
    return "rtl" if first in _FROM_RIGHT else "ltr"


def query(words: Mapping[str, str | int]) -> str:
    """Write what is not empty as the query of an address, with its ``?``."""
    kept = {name: word for name, word in words.items() if word}
    return f"?{urlencode(kept)}" if kept else ""


@lru_cache(maxsize=128)
def converted(text: str) -> Markup:
    """Give a text of our own in Markdown as HTML."""
    return Markup(sanitise(commonmark(text)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        asset=assets.address,
        converted=converted,
        direction=direction,
        language_name=language_name,
        query=query,
    )
    return environment
