"""What readers are not to see stands in no byte and no name below ``feeds/``, and in no log.

Canaries are words that stand in one place only. Real commands publish them, and what they write and
say is searched: before a release and after it, after a kill, a withdrawal and a lost catalogue.
"""

from __future__ import annotations

import re
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import media_makers as make
from commands import COMMAND, DEADLINE, run
from markwire.errors import NoArticleError
from markwire.reception.asking import ask
from markwire.reception.letters import write
from markwire.views import AskArticle, AskBoard, AskFeeds, AskTrends
from media_makers import MADE
from newsroom import Newsroom

SECRET = "canari-43.238949N-76.889709E-0042"
LONG_AGO = "2026-01-05T09:00:00+05:00"
SITE = """\
# canari-configuration
[site]
title = "La Route des steppes"
url = "https://example.org/"
language = "fr"
time_zone = "Asia/Almaty"

[each]
section = true
tag = true
author = true
language = true
"""
KEPT_BACK = {
    "brouillon": "draft: true",
    "a-venir": "date: 2999-01-01",
    "embargo": "date: 2026-01-01\nembargo: 2999-01-01T06:00Z",
    "perime": "date: 2025-01-01\nexpires: 2025-02-01",
    "refuse": "date: demain",
    "non-lu": "tags: [jamais",
}
YAML = """\
---
# canari-commentaire-yaml
title: Ce que la rédaction garde pour elle  # canari-apres-la-valeur
date: {date}
internal_note: canari-cle-inconnue
api_key: canari-cle-secrete
notes:
  redaction: canari-note-de-la-redaction
---

Un texte visible. %% canari-commentaire-obsidian %% Et la suite.

%%
canari-commentaire-long
%%

<!-- canari-commentaire-html -->

{{{{/* canari-commentaire-hugo */}}}}

{{{{< inconnu canari-argument >}}}}

{{{{ site.canari_variable }}}}

{{% comment %}}canari-commentaire-liquid{{% endcomment %}}

[[canari-brouillon|Un lien vers un brouillon]], [un autre](caches/canari-brouillon.md).
"""
TOML = """\
+++
# canari-commentaire-toml
title = "Ce que dit une autre"
date = {date}
interne = "canari-cle-toml"
[params]
note = "canari-table-toml"
+++

Un autre texte.
"""
GONE = """\
---
title: canari-{name}-titre
date: {date}
slug: {name}
---

canari-{name}-corps ![canari-{name}-legende](photo-{name}.png)
"""


class Room:
    """A site that holds a canary in each place from which one has leaked somewhere."""

    def __init__(self, root: Path) -> None:
        self.room = Newsroom(root)
        self.room.now = datetime.now(UTC) - timedelta(days=1)
        self.room.configure(site=SITE)
        save = self.room.save
        save("visible.md", YAML.format(date=LONG_AGO))
        save("visible-aussi.md", TOML.format(date=LONG_AGO))
        save("authors.toml", '# canari-commentaire-auteurs\n[inconnu]\nname = "canari-auteur"\n')
        save("sections.toml", '# canari-commentaire-sections\n[inconnu]\nname = "canari-section"\n')
        save("dossier/_index.md", "---\n# canari-index\nnote: canari-dossier\n---\ncanari-texte\n")
        save("dossier/clair.md", f"---\ntitle: Clair\ndate: {LONG_AGO}\n---\n\nTexte.\n")
        save("_drafts/canari-mis-de-cote.md", "# canari-mis-de-cote\n")
        save(
            "visible (conflicted copy 2026-05-01 100000).md",
            f"---\ntitle: canari-conflit\ndate: {LONG_AGO}\n---\n\ncanari-conflit\n",
        )
        for name, front in KEPT_BACK.items():
            self.keep_back(name, front)
        for name in ("retire", "tue"):
            save(f"{name}.md", GONE.format(name=name, date=LONG_AGO))
            save(f"photo-{name}.png", make.png(SECRET.encode()))
        self._media()

    def keep_back(self, name: str, front: str) -> None:
        """Write an article that is full of canaries, and its picture."""
        self.room.save(f"caches/canari-{name}.png", make.png(f"canari-photo-{name}".encode()))
        words = (
            f"title: canari-titre-{name}\nslug: canari-slug-{name}\n"
            f"section: canari-section-{name}\ntags: [canari-mot-{name}]\n"
            f"summary: canari-chapo-{name}\nauthors: [canari-auteur-{name}]\n"
            f"image: {{src: canari-{name}.png, alt: canari-alt-{name}}}\n"
        )
        text = f"canari-corps-{name} ![canari-legende-{name}](canari-{name}.png)"
        content = f"---\n{words}{front}\n---\n\n{text}\n"
        self.room.save(f"caches/canari-{name}.md", content)

    def _media(self) -> None:
        lines = []
        for number, (name, (kind, maker)) in enumerate(MADE.items()):
            suffix = {"audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg"}.get(
                kind, kind.partition("/")[2]
            )
            self.room.save(f"m/f{number}.{suffix}", maker(SECRET.encode()))
            lines.append(f"![{name}](m/f{number}.{suffix})")
        text = "\n\n".join(lines)
        self.room.save("media.md", f"---\ntitle: Médias\ndate: {LONG_AGO}\n---\n\n{text}\n")

    def leaks(self) -> set[str]:
        """Every canary below ``feeds/``, in names or in bytes, with the file that holds it."""
        return {
            f"{name}: {word}"
            for name, content in self.room.files().items()
            for word in _canaries(name.encode() + b"\n" + content)
        }

    def state(self) -> str:
        path = self.room.state / "status.json"
        return path.read_text(encoding="utf-8") if path.is_file() else ""


_CANARY = re.compile(r"(?:canari|43\.238)[^\s<\"&]{,60}")


def _canaries(content: bytes) -> set[str]:
    return set(_CANARY.findall(content.decode("utf-8", "replace").casefold()))


PUBLIC = {"retire", "tue"}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    return Room(tmp_path_factory.mktemp("canaris"))


def hidden(leaks: set[str]) -> set[str]:
    """Those that are not of the two articles which are public until they go."""
    return {leak for leak in leaks if not any(f"canari-{name}-" in leak for name in PUBLIC)}


def test_no_canary_is_published_before_and_after(room: Room) -> None:
    """One leaked word breaks an embargo, or gives a source away."""
    newsroom = room.room
    site = newsroom.root
    built = run("build", cwd=site)
    assert built.code == 1
    assert hidden(room.leaks()) == set()
    assert "canari" not in built.out
    # The canaries can be found: two articles are public.
    assert len(room.leaks()) > len(hidden(room.leaks()))
    assert len(newsroom.media()) >= len(MADE)

    assert run("kill", "content/tue.md", cwd=site).code == 0
    newsroom.delete("retire.md")
    assert run("build", cwd=site).code == 1
    assert room.leaks() == set()

    newsroom.lose_catalogue()
    assert run("build", cwd=site).code == 1
    assert room.leaks() == set()
    assert "canari" not in room.state()

    # Of one that is released, all is public, and of the others still nothing.
    room.keep_back("brouillon", f"date: {LONG_AGO}")
    assert run("build", cwd=site).code == 1
    leaks = room.leaks()
    assert leaks
    assert {leak for leak in leaks if "brouillon" not in leak} == set()
    room.keep_back("brouillon", "draft: true")
    assert run("build", cwd=site).code == 1
    # What was public is known again by its address and its GUID, and its feeds stay.
    guid = "atom.xml: canari-brouillon"
    was_public = (
        guid,
        *(f"canari-{what}-brouillon" for what in ("slug", "section", "mot", "auteur")),
    )
    assert {leak for leak in room.leaks() if not any(word in leak for word in was_public)} == set()


def test_no_canary_is_in_the_log_of_a_watch(tmp_path: Path) -> None:
    """A service's log is read by others than editors, and kept for long."""
    room = Room(tmp_path)
    with subprocess.Popen(
        (*COMMAND, "watch"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = []
        while "Ctrl-C" not in (line := process.stderr.readline()):
            assert line
            said.append(line)
        process.send_signal(signal.SIGTERM)
        out, rest = process.communicate(timeout=DEADLINE)
    log = "".join((*said, rest, out))
    assert "MW" in log  # problems are counted
    assert "canari" not in log
    assert "canari" not in room.state()
    assert hidden(room.leaks()) == set()


def _ask_everything(state: Path) -> None:
    """Ask for all that editors may know, and see that it is told."""
    cards = ask(state, AskBoard()).cards
    told = {card.headline for card in cards}
    hidden = {f"canari-titre-{name}" for name in ("brouillon", "a-venir", "embargo", "perime")}
    assert hidden <= told
    for card in cards:
        ask(state, AskArticle(card.path))
    view = ask(state, AskArticle("caches/canari-embargo.md"))
    assert "canari-corps-embargo" in view.forms["rss"]
    for question in (AskFeeds(), AskTrends()):  # What these tell is public.
        assert not hidden & _canaries(write(ask(state, question)))
    with pytest.raises(NoArticleError):
        ask(state, AskArticle("canari-inconnu.md"))


def test_what_the_desk_is_told_is_told_to_nobody_else(tmp_path: Path) -> None:
    """Headlines under embargo are for whoever asks over the socket, and stand in no other place."""
    room = Room(tmp_path)
    state = room.room.state
    with subprocess.Popen(
        (*COMMAND, "watch"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            said = []
            while "Ctrl-C" not in (line := process.stderr.readline()):
                assert line
                said.append(line)
            _ask_everything(state)
        finally:
            process.send_signal(signal.SIGTERM)
        out, rest = process.communicate(timeout=DEADLINE)
    assert "canari" not in "".join((*said, rest, out))
    laid_down = [path for path in state.rglob("*") if path.is_file()]
    assert laid_down
    for path in laid_down:
        # The catalogue remembers, and beside it lie the last good profiles.
        if not path.name.startswith("catalogue") and path.parent.name != "profiles":
            assert not _canaries(path.read_bytes()), path
    assert hidden(room.leaks()) == set()
