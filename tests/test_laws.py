"""Laws that hold whatever editors do, in whatever order, found by trying.

After each edition: what was built step by step is what a clean build makes of the content and
the published JSON; each article keeps its GUID as long as it has a file; all feeds can be read.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Literal

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from markwire.intake.watch import Batch
from markwire.pipeline import Request
from newsroom import SITE, UNCONVERTIBLE, Newsroom, codes, png

PATHS = ("a.md", "b.md", "c/a.md", "c/d.md", "é.md")
PICTURES = ("x.png", "c/x.png", "y.png")
BODIES = (
    "Texte.",
    "Voir [a](a.md) et [d](c/d.md).",
    "![x](x.png) [[é]]",
    "![y](y.png)\n\n[[a]]",
)
CONFIGS = (
    "",
    "[feeds.main]\nlimit = 2\n[each]\nauthor = true\n",
    "[feeds.rail]\nbody = 'summary'\nwhere = { tag = 'rail' }\n[each]\ntag = false\n",
    "[feeds.c]\nwhere = { path = 'c/*' }\n[each]\nlanguage = true\n",
)
SITES = (SITE, SITE.replace("example.org", "nouveau.example"))

fronts = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.lists(st.sampled_from(["rail", "Rail", "énergie"]), unique=True),
        "section": st.sampled_from(["Transport", "Culture"]),
        "slug": st.sampled_from(["a", "mot", "d"]),
        # Each article has ids of its own: who of two was first, only a catalogue can remember.
        "id": st.sampled_from(["numéro {}", "https://example.org/?p={}"]),
        "draft": st.booleans(),
        "authors": st.just(["Aliya"]),
        "language": st.just("ru"),
    },
)
hours = st.none() | st.integers(-48, 6)


class Editors(RuleBasedStateMachine):
    """Editors at work; ``lives`` is which article each path holds, by a number of its own."""

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")  # where syncing costs nothing
        self.folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
        self.room = Newsroom(self.folder / "site")
        self.lives: dict[str, int] = {}
        self.pictures: set[str] = set()
        self.born = 0
        self.saved = 0
        self.config = ("", SITE)
        self.guids: dict[int, str] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    # --- what editors do -------------------------------------------------------------------

    @initialize()
    def start(self) -> None:
        self.last = self.room.build()

    def edition(self, *paths: str, whole: bool) -> None:
        self.last = self.room.build() if whole else self.room.change(*paths)

    def save(
        self, path: str, front: dict[str, object], body: str, date: int | None, end: int | None
    ) -> None:
        self.saved += 1
        life = self.lives[path]
        front = {"title": f"Article {life}"} | front
        if "id" in front:
            front["id"] = str(front["id"]).format(life)
        if date is not None:
            front["date"] = (self.room.now + timedelta(hours=date)).isoformat()
        if end is not None:
            front["expires"] = (self.room.now + timedelta(hours=end)).isoformat()
        self.room.write(path, f"{body} {self.saved}", **front)

    @rule(
        path=st.sampled_from(PATHS),
        front=fronts,
        body=st.sampled_from(BODIES),
        date=hours,
        end=st.none() | st.none() | st.integers(-1, 6),
        whole=st.booleans(),
    )
    def write(
        self,
        path: str,
        front: dict[str, object],
        body: str,
        date: int | None,
        end: int | None,
        whole: bool,
    ) -> None:
        if path not in self.lives:
            self.born += 1
            self.lives[path] = self.born
        self.save(path, front, body, date, end)
        self.edition(path, whole=whole)

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), how=st.sampled_from(["front matter", "bytes", "body"]))
    def refuse(self, data: st.DataObject, how: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        self.saved += 1
        if how == "body":
            title = f"Article {self.lives[path]}"
            self.room.write(path, f"{UNCONVERTIBLE} {self.saved}", title=title, tags=["neuf"])
        elif how == "bytes":
            self.room.save(path, b"\xff" + str(self.saved).encode())
        else:
            self.room.save(path, f"---\ntitle: [x\n---\n{self.saved}\n")
        self.edition(path, whole=False)

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), to=st.sampled_from(PATHS), whole=st.booleans())
    def rename(self, data: st.DataObject, to: str, whole: bool) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        assume(path != to)
        self.room.rename(path, to)
        self.lives[to] = self.lives.pop(path)
        self.edition(path, to, whole=whole)

    @precondition(lambda self: len(self.lives) > 1)
    @rule(data=st.data(), whole=st.booleans())
    def swap(self, data: st.DataObject, whole: bool) -> None:
        one, two = data.draw(st.permutations(sorted(self.lives)))[:2]
        self.room.rename(one, "swap.md")
        self.room.rename(two, one)
        self.room.rename("swap.md", two)
        self.lives[one], self.lives[two] = self.lives[two], self.lives[one]
        self.edition(one, two, whole=whole)

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), whole=st.booleans())
    def delete(self, data: st.DataObject, whole: bool) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        self.room.delete(path)
        del self.lives[path]
        self.edition(path, whole=whole)

    @precondition(lambda self: self.lives)
    @rule(data=st.data(), kind=st.sampled_from(["kill", "kill", "restore"]))
    def ask(self, data: st.DataObject, kind: Literal["kill", "restore"]) -> None:
        path = data.draw(st.sampled_from(sorted(self.lives)))
        with self.room.press() as press:
            self.last = press.edition(Batch(), self.room.now, {"x": Request(kind, path)})

    @rule(path=st.sampled_from(PICTURES), content=st.sampled_from([b"", b"1", b"2"]))
    def picture(self, path: str, content: bytes) -> None:
        self.room.save(path, png(content))
        self.pictures.add(path)
        self.edition(path, whole=False)

    @precondition(lambda self: self.pictures)
    @rule(data=st.data())
    def lose_picture(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.pictures)))
        self.pictures.remove(path)
        self.room.delete(path)
        self.edition(path, whole=False)

    @rule(hours=st.integers(1, 7) | st.just(24 * 30))
    def wait(self, hours: int) -> None:
        self.last = self.room.wait(hours=hours)

    @rule(config=st.sampled_from(CONFIGS), site=st.sampled_from(SITES))
    def configure(self, config: str, site: str) -> None:
        self.config = config, site
        self.room.configure(config, site=site)
        self.last = self.room.build()

    @rule()
    def lose_catalogue(self) -> None:
        # Of what is not to be seen, nothing is published; and so nothing comes back.
        published = {self.room.document(slug)["id"] for slug in self.room.slugs()}
        self.guids = {life: guid for life, guid in self.guids.items() if guid in published}
        self.room.lose_catalogue()
        before = self.room.states()
        self.last = self.room.build()
        assert self.room.states() == before

    # --- what always holds -----------------------------------------------------------------

    @invariant()
    def a_clean_build_gives_the_same(self) -> None:
        clean = self.folder / "clean"
        shutil.copytree(self.room.content, clean / "content")
        shutil.copytree(self.room.feeds, clean / "feeds")
        other = Newsroom(clean)
        other.now = self.room.now
        other.configure(self.config[0], site=self.config[1])
        edition = other.build()
        one, two = other.files(), self.room.files()
        assert [name for name in one.keys() | two.keys() if one.get(name) != two.get(name)] == []
        assert codes(edition) == codes(self.last)
        shutil.rmtree(clean)

    @invariant()
    def guids_are_unique_and_stay(self) -> None:
        killed = {marker.guid for marker in self.room.markers().values() if marker.killed}
        for feed in self.room.all_feeds().values():
            assert len(set(feed.guids)) == len(feed.guids)
            for item in feed.items:
                if item.guid in killed:
                    continue
                life = int(item.headline.removeprefix("Article "))
                assert self.guids.setdefault(life, item.guid) == item.guid
        assert len(set(self.guids.values())) <= len(self.guids)

    @invariant()
    def the_folder_holds_what_belongs_there_and_no_more(self) -> None:
        shown = {item.url.rpartition("/")[2] for item in self.room.feed().items}
        pages = [*self.room.slugs(), *self.room.markers()]
        assert shown <= {f"{slug}.html" for slug in pages}
        assert len(self.room.slugs()) <= len(self.lives)
        text = "".join(self.room.page(slug) for slug in self.room.slugs())
        assert [name for name in self.room.media() if name not in text] == []
        assert [path for path in self.room.files() if "markwire-new" in path] == []


Editors.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestLaws = Editors.TestCase
