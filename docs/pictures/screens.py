"""Show the desk and the readers' page as browsers do, for the README: the PNGs beside this file.

``make pictures`` runs this, after the drawings. Needs Debian's ``chromium`` and fonts
(``fonts-liberation``). What is shown is the sample of the tests, at its own moment, so that the
same pages give the same pictures wherever these are the fonts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

import editor
from desk_sample import NOW, Sample, saved, site
from markwire.config import load_site
from markwire.pipeline import build
from markwire.serving.desk import Wire, routes
from markwire.serving.guard import Guard, Rules

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WIDE = {"width": 1200, "height": 900}
PHONE = {"width": 360, "height": 720}
ACCORD = "desk/article?path=transport%2Faccord-kazakhstan-russie.md"
COLOURS = 128


def main() -> None:
    """Take each picture, and say what it weighs."""
    with TemporaryDirectory() as folder, editor.chromium() as browser:
        root = Path(folder)
        with editor.served(_desk(root)) as url:
            _take(browser, f"{url}/desk/", "desk.png", WIDE, until=editor.is_live)
            _take(browser, f"{url}/{ACCORD}", "desk-dark.png", WIDE, until=_is_shown, dark=True)
            _take(browser, f"{url}/desk/", "desk-phone.png", PHONE, until=editor.is_live)
        with editor.served(_readers(root)) as url:
            _take(browser, f"{url}/index.html", "readers.png", WIDE, until=lambda _page: None)


def _desk(root: Path) -> Starlette:
    sample = Sample()
    media = root / "media"
    media.mkdir()
    shutil.copy(ROOT / "content/transport/images/axes-ferres.png", media)
    shown = routes(saved(site(root)), sample, Guard(Rules()), Wire(sample), lambda: NOW)
    return Starlette(routes=[*shown, Mount("/feeds/media", StaticFiles(directory=media))])


def _readers(root: Path) -> Starlette:
    newsroom = root / "site"
    shutil.copytree(ROOT / "content", newsroom / "content")
    shutil.copy(ROOT / "markwire.toml", newsroom)
    build(load_site(newsroom))
    return Starlette(routes=[Mount("/", StaticFiles(directory=newsroom / "feeds"))])


def _is_shown(page: Page) -> None:
    editor.is_live(page)
    page.frame_locator("iframe").locator("img").evaluate("(each) => each.decode()")


def _take(
    browser: Browser,
    url: str,
    name: str,
    size: dict[str, int],
    *,
    until: Callable[[Page], None],
    dark: bool = False,
) -> None:
    how = {"viewport": size, "device_scale_factor": 1.5, "locale": "fr-FR"}
    scheme = "dark" if dark else "light"
    with editor.page(browser, color_scheme=scheme, reduced_motion="reduce", **how) as page:
        page.clock.set_fixed_time(NOW)
        page.goto(url)
        until(page)
        shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    target = HERE / name
    # What is rare, as a green dot, keeps its colour.
    flat = shot.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    flat.save(target, optimize=True)
    print(f"{name}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
