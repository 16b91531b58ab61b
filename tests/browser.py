"""A real browser that shows HTML, does with it what a reader might, and tells what came of it.

One headless Chromium for all; texts are written into frames of a page served from this machine,
and every other host is nowhere. Nothing stops a script: what it calls is trapped,
and a policy that only reports tells of scripts that call nothing. Of a silence one can be sure:
pictures are waited for, and a toggle of ours, whose event comes after those of the text.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Frame, Request, sync_playwright

SCRIPT = Path(__file__).parent / "browser" / "reader.js"
ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--autoplay-policy=no-user-gesture-required",
]
# Reports all that a policy without scripts, styles of attributes, forms and bases would stop.
POLICY = (
    "default-src 'none'; img-src *; media-src *; script-src 'none'; style-src-attr 'none'; "
    "style-src-elem 'unsafe-inline'; form-action 'none'; base-uri 'none'"
)
FRAMES = 40
# Addresses as the browser asks for them.
_AS_ASKED = """(urls) => urls.map((url) => {
  try { return new URL(url, location).href.split("#")[0]; } catch { return url; }
})"""
# As what a browser asks for pictures, sounds and films.
LOADED = frozenset({"image", "media", "texttrack", "other"})


@dataclass
class Shown:
    """What one text is shown as, and what came of it.

    ``html`` is written as a document; each of ``parts`` is then set as ``innerHTML`` in it, written
    out again and set anew. ``media`` are the addresses that it may load. ``calls`` is what ran,
    ``requests`` what was asked of the network besides, ``finds`` what stood in a tree.
    """

    name: str
    html: str
    parts: Sequence[str] = ()
    media: Collection[str] = ()
    is_judged: bool = True
    calls: set[str] = field(default_factory=set)
    requests: set[str] = field(default_factory=set)
    finds: set[str] = field(default_factory=set)

    @property
    def has_run(self) -> bool:
        """Whether a script of the text has called something."""
        return any(call.startswith("called ") for call in self.calls)

    @property
    def came(self) -> list[str]:
        """All that should not have been, in a fixed order."""
        return sorted({*self.calls, *self.requests, *self.finds})


class Reader:
    """The browser, open; ``show`` fills in what came of each text."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self._context = context
        self._home = home
        self._lanes: Mapping[str, Sequence[Shown]] = {}
        self._meant: dict[str, str] = {}
        self._script = SCRIPT.read_text("utf-8")
        context.on("request", self._asked)

    def show(self, shown: Sequence[Shown]) -> None:
        """Show each text in a frame of its own."""
        for start in range(0, len(shown), FRAMES):
            self._show([[one] for one in shown[start : start + FRAMES]])

    def follow(self, shown: Sequence[Shown]) -> None:
        """Show texts one behind the other in few frames: who asked the network is then not told."""
        self._show([shown[number::FRAMES] for number in range(min(FRAMES, len(shown)))])

    def hurry(self, shown: Sequence[Shown]) -> None:
        """:meth:`follow` with texts of which nothing should come; where it does, :meth:`show`."""
        self.follow(shown)
        lanes = [shown[number::FRAMES] for number in range(FRAMES)]
        again = [one for lane in lanes if any(one.came for one in lane) for one in lane]
        for one in again:
            one.calls.clear()
            one.requests.clear()
            one.finds.clear()
        self.show(again)

    def _show(self, lanes: Sequence[Sequence[Shown]]) -> None:
        shown = {one.name: one for lane in lanes for one in lane}
        self._lanes = {one.name: lane for lane in lanes for one in lane}
        page = self._context.new_page()
        page.goto(self._home)
        wanted = sorted({each for one in shown.values() for each in one.media})
        self._meant = dict(zip(wanted, page.evaluate(_AS_ASKED, wanted), strict=True))
        texts = [
            [{"name": one.name, "html": one.html, "parts": list(one.parts)} for one in lane]
            for lane in lanes
        ]
        for name, (finds, calls) in page.evaluate(self._script, texts).items():
            shown[name].calls.update(calls)
            if shown[name].is_judged:
                shown[name].finds.update(finds)
        # A window that a text has opened is told of, and closed with the page.
        for other in self._context.pages:
            if other is not page:
                for one in shown.values():
                    one.calls.add(f"a window was opened: {other.url}")
                other.close()
        page.close()

    def _asked(self, request: Request) -> None:
        url, kind = request.url, request.resource_type
        if url == self._home:
            return
        frame: Frame | None = request.frame
        while frame and frame.name not in self._lanes:
            frame = frame.parent_frame
        blamed = self._lanes[frame.name] if frame else [lane[0] for lane in self._lanes.values()]
        meant = {self._meant[each] for one in blamed for each in one.media}
        if kind not in LOADED or url not in meant:
            blamed[0].requests.add(f"{kind} asked for: {url}")


@contextmanager
def reader() -> Iterator[Reader]:
    """Open the browser that this machine has; raises FileNotFoundError where it has none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    program = program or shutil.which("google-chrome")
    if program is None:
        raise FileNotFoundError("no Chromium on the PATH; install the package 'chromium'")
    server = _server()
    home = f"http://127.0.0.1:{server.server_address[1]}/"
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield Reader(browser.new_context(), home)
        finally:
            browser.close()
            server.shutdown()
            server.server_close()


def _server() -> ThreadingHTTPServer:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = b"<!doctype html><title>reader</title><body>"
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy-Report-Only", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  (its name)
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that hangs up in the midst of an answer is none of our business."""

    server = Server(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
