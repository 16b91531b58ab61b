"""HTTP from the other side: a client that keeps its connection, and says all that it was sent."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import brotli
import zstandard

PATIENCE: Final = 60.0  # seconds; an answer that takes so long does not come


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; ``body`` as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> bytes:
        """The body, taken out of its coding."""
        match self.headers.get("content-encoding"):
            case "gzip":
                return gzip.decompress(self.body)
            case "br":
                return bytes(brotli.decompress(self.body))
            case "zstd":
                return zstandard.ZstdDecompressor().decompressobj().decompress(self.body)
            case _:
                return self.body


class Line:
    """A connection to a server, opened anew where the server has closed it.

    ``lost`` counts the requests that may have been answered, without that anybody could know it.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.lost = 0

    async def ask(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Ask once. Raises OSError or TimeoutError where no answer comes."""
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        async with asyncio.timeout(PATIENCE):
            while True:
                reader, writer = await self._open()
                try:
                    writer.write("\r\n".join((*lines, "", "")).encode("latin-1"))
                    return await self._read(reader)
                except (asyncio.IncompleteReadError, ConnectionError):
                    # It was closed for having idled, perhaps as we asked.
                    self.lost += 1
                    await self.close()

    async def send(self, junk: bytes) -> None:
        """Send what is no request, and leave."""
        with suppress(OSError):
            _, writer = await self._open()
            writer.write(junk)
            await writer.drain()
        await self.close()

    async def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        return self._streams

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head)
        }
        length = 0 if status in (204, 304) else int(headers.get("content-length", "0"))
        body = await reader.readexactly(length)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(status, headers, body)
