"""What a user would write: on every change, convert the whole folder anew."""

import sys
from pathlib import Path

import mistune
import yaml
from feedgen.feed import FeedGenerator
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer


def publish(*_):
    articles = []
    for path in Path("content").rglob("*.md"):
        _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
        articles.append((path.stem, yaml.safe_load(head), mistune.html(text)))
    articles.sort(key=lambda article: article[1]["date"], reverse=True)
    feed = FeedGenerator()
    feed.title("Bench")
    feed.description("Bench")
    feed.link(href="https://example.org/")
    Path("output").mkdir(exist_ok=True)
    for rank, (name, fields, html) in enumerate(articles):
        Path("output", f"{name}.html").write_text(html, encoding="utf-8")
        if rank < 50:
            entry = feed.add_entry(order="append")
            entry.title(fields["title"])
            entry.link(href=f"https://example.org/{name}.html")
            entry.guid(f"https://example.org/{name}.html", permalink=True)
            entry.pubDate(fields["date"])
            entry.description(fields["summary"])
            entry.content(html, type="CDATA")
    feed.rss_file("output/rss.xml", pretty=True)


publish()
if "--watch" in sys.argv:
    events = FileSystemEventHandler()
    events.on_closed = events.on_moved = publish
    observer = Observer()
    observer.schedule(events, "content", recursive=True)
    observer.start()
    observer.join()
