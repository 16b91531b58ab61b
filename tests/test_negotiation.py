"""Which form suits a client: what browsers, readers and partners send, and what they get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.compression import AVAILABLE
from markwire.serving.negotiation import choose_coding, wants_news_only, wants_page

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("value", "coding"),
    [
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("zstd;q=0.9, br;q=0.9", "br"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "zstd"),
        ("gzip;q=0", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity;q=0", None),
        ("deflate, compress", None),
        ("", None),
        ("gzip;q=2", None),
        ("gzip;q=x, br;q=0.001", "br"),
        (";;,,;q=1", None),
    ],
)
def test_the_coding_that_a_client_likes_best_is_chosen(value: str, coding: str | None) -> None:
    """RFC 9110 12.5.3, 12.4.2."""
    assert choose_coding(value) == coding


@given(st.text(max_size=200))
def test_whatever_is_sent_a_form_is_chosen(value: str) -> None:
    """A client that garbles its header still wants its feed."""
    assert choose_coding(value) in (None, *AVAILABLE)


@pytest.mark.parametrize(
    ("accept", "dest", "is_page"),
    [
        (FIREFOX, "document", True),
        (CHROME, "document", True),
        (FIREFOX, "", True),  # over plain HTTP browsers say no more
        (FIREFOX, "empty", False),
        (FIREFOX, "iframe", False),
        ("", "", False),
        ("*/*", "", False),
        ("*/*", "empty", False),
        ("application/rss+xml, */*;q=0.1", "", False),
        ("application/rss+xml, application/atom+xml, text/html", "", False),
        ("application/atom+xml, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1", "", False),
        ("text/html, application/xml", "", False),
        ("text/html", "", True),
        ("text/html;q=0", "", False),
    ],
)
def test_people_get_pages_and_programs_get_feeds(accept: str, dest: str, is_page: bool) -> None:
    """A partner that is given a page instead of its feed drops the newsroom."""
    assert wants_page(accept, dest) == is_page


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("feed", True), ("vcdiff, feed;q=0.5", True), ("feed;q=0", False), ("gdiff", False)],
)
def test_who_takes_news_only_says_so(value: str, wanted: bool) -> None:
    """RFC 3229 10.5.3: a client that does not ask must not be given a part."""
    assert wants_news_only(value) == wanted
