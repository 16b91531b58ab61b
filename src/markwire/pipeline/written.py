"""Put files, make them live, and note what was written.

At the I/O rim, between the outlet and the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable

from markwire.catalogue import Catalogue
from markwire.outlet.directory import Directory
from markwire.pipeline.stages import Stages


class Written:
    """What is on its way to the feeds folder, and what has arrived since the last ``take``."""

    def __init__(self, catalogue: Catalogue, outlet: Directory, stages: Stages) -> None:
        self._catalogue = catalogue
        self._outlet = outlet
        self._stages = stages
        self._identical: set[str] = set()
        self._paths: list[str] = []

    def __len__(self) -> int:
        return len(self._paths)

    def put(self, path: str, content: bytes) -> bool:
        """Stage a file, unless just these bytes are live; give whether they are not."""
        with self._stages.timed("write"):
            if not self._outlet.put(path, content, known=self._catalogue.output(path)):
                self._identical.add(path)
                self._outlet.accompany(path, content, known=self._catalogue.output)
                return False
            return True

    def stands(self, path: str) -> bool:
        """Say whether a live file is as it was recorded to be durable."""
        known = self._catalogue.output(path)
        return known is not None and self._outlet.state(path) == known

    def put_file(self, path: str, chunks: Iterable[bytes], *, digest: str) -> None:
        """Stage a large file, whose name changes with its bytes, as these come."""
        with self._stages.timed("write"):
            known = self._catalogue.output(path)
            if not self._outlet.put_file(path, chunks, digest=digest, known=known):
                self._identical.add(path)

    def go_live(self) -> None:
        """Make what was staged live."""
        with self._stages.timed("write"):
            written = self._outlet.publish()
            states = {path: self._outlet.state(path) for path in sorted(self._identical)}
            for path, state in (states | written).items():
                if state is not None:
                    self._catalogue.record_output(path, *state)
            self._identical.clear()
        self._paths.extend(written)

    def settle(self) -> None:
        """Have all that went live be durable under its name, too, and its sidecars beside it."""
        with self._stages.timed("write"):
            for path, state in self._outlet.sync().items():
                self._catalogue.record_output(path, *state)

    def take(self) -> tuple[str, ...]:
        """Give the paths of the files written since the last time, each once."""
        paths, self._paths = self._paths, []
        return tuple(dict.fromkeys(paths))
