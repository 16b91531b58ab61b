"""Files of the feeds folder as they are served: each read once, and never mixed with another.

At the I/O rim. Versions that were lately used are kept in memory with their compressed forms. No
answer is ever put together of two versions, and none is of a set of feeds that is only half live.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from stat import S_ISREG
from time import monotonic, time_ns
from typing import Any, Final, TypeVar

from markwire.compression import Coding, compress
from markwire.formats.marker import read as read_marker
from markwire.model import Site
from markwire.serving.editions import Editions
from markwire.serving.files import look, mark_of, opened
from markwire.serving.kinds import kind_of
from markwire.serving.replies import Reply
from markwire.serving.version import Version
from markwire.validators import etag

_ROOM: Final = 256 * 2**20  # bytes of versions that are kept
_LARGEST: Final = 8 * 2**20  # bytes of a file that is kept; larger ones are read as they are sent
_CHUNK: Final = 2**18
_THREADS: Final = 4
_LOOKED: Final = 1.0  # seconds for which a file is believed, while its edition stands
_PATIENCE: Final = 1.0  # seconds that an answer waits for an edition to stand
_BETWEEN: Final = 0.004
_ATTEMPTS: Final = 5

_T = TypeVar("_T")


class Versions:
    """The versions of the files of one site. Belongs to one event loop."""

    def __init__(self, site: Site, editions: Editions) -> None:
        self._site = site
        self._root = str(site.folders.feeds)
        self._editions = editions
        self._kept: OrderedDict[str, Version] = OrderedDict()
        self._size = 0
        self._under_way: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="versions")
        self._is_begun = False
        self._has_looked = self._is_going = False

    def held(self) -> tuple[int, int]:
        """Give how many versions are kept, and how many bytes of memory they take."""
        return len(self._kept), self._size

    def has_begun(self) -> bool:
        """Say whether the first edition stands: the main feed is there."""
        if not self._is_begun:
            self._is_begun = look(self._root, "rss.xml") is not None
        return self._is_begun

    def is_folder(self, path: str) -> bool:
        """Say whether a folder that has a page for people is called so."""
        return look(self._root, f"{path}/index.html") is not None

    def kept(self, path: str) -> Version | None:
        """Give the version of a file that may be served now, if it is kept; else ask ``find``."""
        version = self._kept.get(path)
        if version is None:
            return None
        self._kept.move_to_end(path)
        if not self._is_current(version):
            return None
        if version.ripe_at is not None and monotonic() >= version.ripe_at:
            version.ripen()
        return version

    async def find(self, path: str) -> Version | None:
        """Give the version of a file that stands now; None where there is none.

        While files are being replaced, it waits for them for a second at most.
        """
        for _ in range(_ATTEMPTS):
            self._has_looked = False
            version = self.kept(path)
            if version is not None:
                return version
            found = look(self._root, path)
            if found is None or not S_ISREG(found.st_mode):
                self._drop(path)
                return None
            version = await self._once(("load", path), lambda: self._load(path))
            if version is None:
                return None
            # It was perhaps read before this request came, and has changed in between.
            found = look(self._root, path)
            if found is not None and mark_of(found) == version.mark:
                break
        return version

    async def whole(self, version: Version, coding: Coding | None) -> Reply:
        """Give the answer with all of a version, in a coding; compressed once, in a thread."""
        answer = version.whole.get(coding)
        if answer is None:
            assert coding is not None
            answer = await self._once(
                (coding, f"{version.path}\0{version.digest}"),
                lambda: self._compressed(version, coding),
            )
        return answer

    # --- what is current -----------------------------------------------------------------

    def _is_current(self, version: Version) -> bool:
        editions = self._editions
        if not self._has_looked:  # Once for all requests that came together.
            self._has_looked, self._is_going = True, editions.is_going_live()
            asyncio.get_running_loop().call_soon(self._look_again)
        if self._is_going:  # What stood is served until all of what comes does.
            return version.epoch == editions.epoch
        clock = monotonic()
        if editions.is_told and version.epoch == editions.epoch and clock < version.good_until:
            return True
        if not version.is_sure:
            return False
        found = look(self._root, version.path)
        if found is None or mark_of(found) != version.mark:
            return False
        version.epoch, version.good_until = editions.epoch, clock + _LOOKED
        return True

    def _look_again(self) -> None:
        self._has_looked = False

    async def _load(self, path: str) -> Version | None:
        waited_until = monotonic() + _PATIENCE
        while True:
            while self._editions.is_going_live() and monotonic() < waited_until:
                await asyncio.sleep(_BETWEEN)
            epoch = self._editions.epoch
            before = self._kept.get(path)
            version = await self._in_thread(partial(self._read, path, before))
            is_going = self._editions.is_going_live()
            stands = not is_going and self._editions.epoch == epoch
            if stands or monotonic() >= waited_until:
                break
        self._drop(path)
        if version is not None:
            if before is not None and _are_alike(before, version):
                before.stay(version)
                version = before
            version.epoch = epoch if stands else -1
            version.good_until = monotonic() + _LOOKED
            self._keep(version)
        return version

    def _read(self, path: str, before: Version | None) -> Version | None:
        """Read a file, all through one descriptor. Runs in a thread."""
        with opened(self._root, path) as descriptor:
            if descriptor is None:
                return None
            for _ in range(_ATTEMPTS):
                now, clock = time_ns(), monotonic()
                mark = mark_of(os.fstat(descriptor))
                content, digest = _read_all(descriptor, keep=mark.size <= _LARGEST)
                # Our own files are never written to once they have their name; others' may be.
                if mark_of(os.fstat(descriptor)) == mark:
                    break
                os.lseek(descriptor, 0, os.SEEK_SET)
        kind = kind_of(path, self._site)
        return Version(
            path,
            kind,
            mark,
            content,
            digest,
            now=now,
            clock=clock,
            last_date=before.latest_date if before else None,
            is_gone=self._is_gone(path, content),
        )

    def _is_gone(self, path: str, content: bytes | None) -> bool:
        """Say whether a file is what is left of an article: its marker, or a notice beside it."""
        folder, _, name = path.rpartition("/")
        stem, _, suffix = name.rpartition(".")
        if folder != "articles" or content is None:
            return False
        if suffix == "json":
            return _is_marker(content)
        with opened(self._root, f"articles/{stem}.json") as descriptor:
            return descriptor is not None and _is_marker(_read_all(descriptor, keep=True)[0])

    # --- what is kept --------------------------------------------------------------------

    def _keep(self, version: Version) -> None:
        self._kept[version.path] = version
        self._size += version.size
        while self._size > _ROOM and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size

    def _drop(self, path: str) -> None:
        version = self._kept.pop(path, None)
        if version is not None:
            self._size -= version.size

    async def _compressed(self, version: Version, coding: Coding) -> Reply:
        content = version.content
        assert content is not None
        body = await self._in_thread(lambda: compress(coding, content))
        before = version.size
        if len(body) < len(content):
            version.add(coding, body)
        else:
            version.whole[coding] = version.whole[None]
        if self._kept.get(version.path) is version:
            self._size += version.size - before
        return version.whole[coding]

    async def _once(self, name: tuple[str, str], make: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Have something made that several wait for; who goes away ends it for no other."""
        task = self._under_way.get(name)
        if task is None:
            task = asyncio.get_running_loop().create_task(make())
            self._under_way[name] = task
            task.add_done_callback(lambda _: self._under_way.pop(name, None))
        result: _T = await asyncio.shield(task)
        return result

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _are_alike(one: Version, other: Version) -> bool:
    return one.digest == other.digest and one.is_gone == other.is_gone


def _read_all(descriptor: int, *, keep: bool) -> tuple[bytes | None, str]:
    """Read a file to its end; give its bytes, if they are to be kept, and what its ETag says."""
    if keep:
        parts = []
        while part := os.read(descriptor, 2**20):
            parts.append(part)
        content = b"".join(parts)
        return content, etag(content).strip('"')
    digest = sha256()
    while part := os.read(descriptor, 2**20):
        digest.update(part)
    return None, digest.hexdigest()[: len(etag(b"")) - 2]


def _is_marker(content: bytes | None) -> bool:
    """Say whether an article's JSON says no more than that it has left its readers."""
    if content is None or b'"gone"' not in content:
        return False
    try:
        read_marker(content)
    except ValueError:
        return False
    return True
