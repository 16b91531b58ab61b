"""An editor's browser: headless Chromium on the pages of a desk, and the rules of WCAG for them."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

from browser import ARGUMENTS
from commands import DEADLINE

AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
PATIENCE = DEADLINE * 1000  # milliseconds after which something never came


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that this machine has."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application on this machine meanwhile; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(DEADLINE)


@contextmanager
def page(browser: Browser, **how: object) -> Iterator[Page]:
    """One page in a profile of its own, whose faults are kept in ``page.faults``."""
    context = browser.new_context(**{"locale": "en-GB", **how})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    opened.faults = faults  # type: ignore[attr-defined]
    try:
        yield opened
    finally:
        context.close()


def violations(opened: Page) -> list[str]:
    """What of WCAG 2.1 AA, and of good practice, the page does not hold; by rule and place."""
    opened.evaluate(AXE.read_text("utf-8"))
    found = opened.evaluate("(rules) => axe.run(document, {runOnly: rules, iframes: false})", RULES)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def is_live(opened: Page) -> None:
    """Wait until the page hears what is new."""
    opened.wait_for_selector("#signal[data-state=live]")
