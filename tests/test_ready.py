"""What is slow to import waits until it is needed, and can be had beforehand."""

from __future__ import annotations

import subprocess
import sys

SLOW = "babel feedgen lxml mistune slugify yaml"
PROGRAM = f"""
import sys
from zoneinfo import ZoneInfo
import markwire.article.read, markwire.article.compose as compose
from markwire.formats import ASSEMBLE
from markwire.model import Feed, Site, Window
slow = set("{SLOW}".split())
assert not slow & set(sys.modules), slow & set(sys.modules)
feed = Feed("", "Essais", "Essais", "fr")
site = Site("Essais", "https://e.org/", "https://e.org/feeds/", ZoneInfo("UTC"), feeds=(feed,))
compose.ready(site)
before = set(sys.modules)
read = markwire.article.read.read(b"---\\ntitle: A\\n---\\nUn *mot*.\\n", path="a.md", site=site)
url, when = site.feeds_url + "a", compose.addresses.NEVER
identity = compose.Identity("tag:e", "a", when)
job = compose.Job(read.manuscript, identity, url, when, {{}}, {{}}, site.bodies, "", site)
made = compose.compose(job)
for form, assemble in ASSEMBLE.items():
    assemble(feed, Window((made.fragments[form, "full"],), when), site)
assert set(sys.modules) == before, set(sys.modules) - before
"""


def test_the_first_article_after_getting_ready_imports_nothing() -> None:
    """A command that composes nothing starts at once, and a watch answers its first drop fast."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
