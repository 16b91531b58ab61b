"""What stands beside a file for static servers: its compressed forms, and the ETags of all.

At the I/O rim. A sidecar is never staler than its file: the old ones go before the file is
replaced, the new ones come once it is durable, and what a crash leaves between has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from markwire.compression import SUFFIXES, Coding, compress
from markwire.model import Sidecar
from markwire.outlet.disk import State
from markwire.outlet.staging import Staging
from markwire.validators import etag

ETAG: Final = ".etag"
KINDS: Final[tuple[Sidecar, ...]] = get_args(Sidecar)
_WITHOUT: Final = "media/"  # compressed by nature, and under names that change with their bytes
_MUCH: Final = 67_108_864  # bytes of files whose sidecars may be on their way at once


def whole(path: str) -> str:
    """Give the file beside which ``path`` stands; ``path`` itself where it is no sidecar."""
    for suffix in (ETAG, *SUFFIXES.values()):
        path = path.removesuffix(suffix)
    return path


def beside(path: str, kinds: Collection[str]) -> tuple[str, ...]:
    """Give where the sidecars of a file stand; kinds are ``br``, ``etag``, ``gz`` and ``zst``."""
    if path.startswith(_WITHOUT) or whole(path) != path:
        return ()
    packed = tuple(path + suffix for suffix in SUFFIXES.values() if suffix[1:] in kinds)
    told = tuple(each + ETAG for each in (path, *packed)) if ETAG[1:] in kinds else ()
    return packed + told


@dataclass(frozen=True, slots=True)
class _Coming:
    """A file whose sidecars are to be made, and when it was last changed."""

    content: bytes
    moment: int


class Sidecars:
    """The sidecars below ``root``, of these kinds; raises OSError as the disk does.

    They are made in ``makers`` when they are laid, so that no file waits for them; ``threads``
    flush them.
    """

    def __init__(
        self, root: str, kinds: Collection[Sidecar], makers: Executor, threads: Executor
    ) -> None:
        self._root = root
        self._kinds = frozenset(kinds)
        self._makers = makers
        self._threads = threads
        self._staged = Staging(root, threads)
        self._coming: dict[str, _Coming] = {}

    def of(self, path: str) -> tuple[str, ...]:
        """Give where the sidecars of a file stand, or would."""
        return beside(path, self._kinds) if self._kinds else ()

    @property
    def folders(self) -> set[str]:
        """The folders to which sidecars are coming."""
        return {f"{self._root}/{path}".rpartition("/")[0] for path in self._coming}

    @property
    def are_many(self) -> bool:
        """Whether so much is on its way that it should be laid."""
        return sum(len(each.content) for each in self._coming.values()) > _MUCH

    def withdraw(self, paths: Iterable[str]) -> None:
        """Take the sidecars of files away, which are about to be replaced or to go."""
        for path in paths:
            for each in self.of(path):
                Path(f"{self._root}/{each}").unlink(missing_ok=True)

    def prepare(self, path: str, content: bytes, *, moment: int) -> None:
        """Have ``lay`` make the sidecars of a live file; those of older bytes are dropped.

        ``moment`` is when it was changed, in nanoseconds: servers say it of a sidecar as well.
        """
        if self.of(path):
            self._coming[path] = _Coming(content, moment)

    def drop(self, path: str) -> None:
        """Make no sidecars of a file."""
        self._coming.pop(path, None)

    def drop_all(self) -> None:
        """Make none, and take away those that did not go live."""
        self._coming.clear()
        self._staged.drop_all()

    def lay(self) -> dict[str, State]:
        """Have all that are coming stand beside their files; give size and time of each."""
        coming, self._coming = self._coming, {}
        made = self._makers.map(
            lambda path: _make(path, coming[path].content, self._kinds), tuple(coming)
        )
        try:
            for path, sidecars in zip(coming, made, strict=True):
                for name, content in sidecars.items():
                    self._staged.add(name, content, moment=coming[path].moment)
            laid = self._staged.go_live()
        except BaseException:
            self._staged.drop_all()
            raise
        self._staged = Staging(self._root, self._threads)
        return laid


def _make(path: str, content: bytes, kinds: Collection[str]) -> dict[str, bytes]:
    made = {}
    forms: dict[str, Coding | None] = {path: None}
    for coding, suffix in SUFFIXES.items():
        if suffix[1:] in kinds:
            forms[path + suffix] = coding
            made[path + suffix] = compress(coding, content)
    if ETAG[1:] in kinds:
        made |= {form + ETAG: etag(content, coding).encode() for form, coding in forms.items()}
    return made
