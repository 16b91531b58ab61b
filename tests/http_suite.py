"""One suite of requests for every server of feeds: cases are files, servers are addresses.

``tests/cases/http/*.toml`` hold requests and what RFC 9110 and our promises want as the answer.
``check`` asks one of a server at any address. A case that holds on some servers only names them in
``on``, and says why in ``why``.

Each ``[[case]]`` has a ``name``, a sentence, and

- ``path``, sent as it is; ``method`` and ``headers``. A list as value sends several lines;
- ``file``: the file below ``feeds/`` that it is about, by default the one that ``path`` names;
- ``status``; ``want``: headers with just these values; ``like``: headers that these expressions
  find; ``has`` and ``lacks``: names of headers;
- ``body``: ``"file"`` for the bytes of the file, also behind a coding, ``"none"``, or any text that
  it holds; ``coding``: the ``Content-Encoding``, "" for none.

In values ``{digest}`` stands for what the ETag of the file holds without its coding, ``{modified}``
for its ``Last-Modified``; ``{digest:PATH}`` for that of another file.
"""

from __future__ import annotations

import gzip
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import unquote

import brotli
import pytest
import zstandard

from commands import run
from markwire.validators import etag
from newsroom import PNG
from servers import Answer, ask

Kind = Literal["markwire", "nginx", "caddy"]
CASES: Final = Path(__file__).parent / "cases" / "http"

SITE: Final = """\
[site]
title = "La Route des steppes"
url = "https://example.org/"
language = "fr"
time_zone = "Asia/Almaty"
hubs = ["https://hub.example.org/"]

[each]
section = true
"""
_LONG: Final = "Le train part à l’heure, et le quai se vide sous la neige. " * 60
_ARTICLE: Final = "---\ntitle: {title}\nsection: Transport\ndate: 2024-05-04\n---\n\n{text}\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One request, and what is wanted; see the module."""

    name: str
    path: str
    status: int
    file: str
    method: str
    headers: Mapping[str, str | list[str]]
    want: Mapping[str, str]
    like: Mapping[str, str]
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    body: str | None
    coding: str | None
    on: tuple[Kind, ...]
    why: str


def _case(table: dict[str, Any]) -> Case:
    name, path, status = table.pop("name"), table.pop("path"), table.pop("status")
    named = unquote(path).partition("?")[0].removeprefix("/feeds/")
    on = table.pop("on", get_args(Kind))
    why = table.pop("why", "")
    assert len(on) == len(get_args(Kind)) or why, f"{name}: why not on all?"
    case = Case(
        name=name,
        path=path,
        status=status,
        file=table.pop("file", named),
        method=table.pop("method", "GET"),
        headers=table.pop("headers", {}),
        want=table.pop("want", {}),
        like=table.pop("like", {}),
        has=tuple(table.pop("has", ())),
        lacks=tuple(table.pop("lacks", ())),
        body=table.pop("body", None),
        coding=table.pop("coding", None),
        on=tuple(on),
        why=why,
    )
    assert not table, f"{name}: what is {sorted(table)}?"
    return case


def cases(kind: Kind) -> list[Any]:
    """Give the cases that hold on a kind of server, as parameters named by their sentences."""
    return [param for param, case in _all() if kind in case.on]


def exceptions(kind: Kind) -> list[Any]:
    """Give the cases that are said not to hold on a kind of server."""
    return [param for param, case in _all() if kind not in case.on]


def _all() -> list[tuple[Any, Case]]:
    return [
        (pytest.param(case, id=f"{file.stem}: {case.name}"), case)
        for file in sorted(CASES.glob("*.toml"))
        for case in map(_case, tomllib.loads(file.read_text(encoding="utf-8"))["case"])
    ]


def make_site(root: Path, config: str = "") -> Path:
    """Publish the site that the cases are about; give its folder. ``config`` is put below its own.

    ``tue`` was killed, ``parti`` withdrawn; ``brouillon`` is a draft.
    """
    content = root / "content"
    content.mkdir(parents=True)
    (root / "markwire.toml").write_text(SITE + config, encoding="utf-8")
    for name in ("depart", "tue", "parti"):
        text = f"![Carte](carte.png)\n\n{_LONG}" if name == "depart" else "Court."
        article = _ARTICLE.format(title=name.capitalize(), text=text)
        (content / f"{name}.md").write_text(article, encoding="utf-8")
    draft = "---\ntitle: canari-brouillon\ndraft: true\n---\n\ncanari-texte\n"
    (content / "brouillon.md").write_text(draft, encoding="utf-8")
    (content / "carte.png").write_bytes(PNG)
    assert run("build", cwd=root).code == 0
    assert run("kill", "content/tue.md", cwd=root).code == 0
    (content / "parti.md").unlink()
    assert run("build", cwd=root).code == 0
    for file in filter(Path.is_file, (root / "feeds").rglob("*")):
        then = file.stat().st_mtime - 60  # a date says something once it is some seconds old
        os.utime(file, (then, then))
    return root


def check(case: Case, url: str, feeds: Path) -> None:
    """Ask the server at ``url``, which serves the folder ``feeds``, and look at its answer."""
    lines = [
        (name, _filled(each, case, feeds))
        for name, value in case.headers.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
    answer = ask(url, case.path, method=case.method, headers=lines)
    told = f"{answer.status} {answer.headers}"
    assert answer.status == case.status, told
    for name, value in case.want.items():
        assert answer.headers.get(name.lower()) == _filled(value, case, feeds), told
    for name, pattern in case.like.items():
        found = answer.headers.get(name.lower(), "")
        assert re.search(_filled(pattern, case, feeds), found), told
    for name in case.has:
        assert name.lower() in answer.headers, told
    for name in case.lacks:
        assert name.lower() not in answer.headers, told
    if case.coding is not None:
        assert answer.headers.get("content-encoding", "") == case.coding, told
    if case.body == "none":
        assert answer.body == b""
    elif case.body == "file":
        assert decoded(answer) == (feeds / case.file).read_bytes()
    elif case.body is not None:
        assert case.body in decoded(answer).decode()
    assert b"canari" not in decoded(answer)


def decoded(answer: Answer) -> bytes:
    """Give the content of an answer, whatever its coding."""
    if answer.body:
        match answer.headers.get("content-encoding"):
            case "gzip":
                return gzip.decompress(answer.body)
            case "br":
                return bytes(brotli.decompress(answer.body))
            case "zstd":
                return zstandard.ZstdDecompressor().decompressobj().decompress(answer.body)
    return answer.body


def _filled(text: str, case: Case, feeds: Path) -> str:
    def fill(found: re.Match[str]) -> str:
        place = feeds / (found[2] or case.file)
        if found[1] == "modified":
            return formatdate(int(place.stat().st_mtime), usegmt=True)
        return etag(place.read_bytes()).strip('"')

    return re.sub(r"\{(digest|modified)(?::([^}]+))?\}", fill, text)
