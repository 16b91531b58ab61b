"""ETags: the same wherever the same bytes are served."""

from __future__ import annotations

from hashlib import sha256

from markwire.validators import etag


def test_an_etag_is_the_digest_between_quotes() -> None:
    """Any server can compute it from a file, and a configuration of nginx does."""
    assert etag(b"<rss/>") == f'"{sha256(b"<rss/>").hexdigest()[:32]}"'


def test_each_coding_has_an_etag_of_its_own() -> None:
    """A strong ETag stands for the same bytes: RFC 9110 8.8.3.3."""
    plain = etag(b"<rss/>").strip('"')
    assert etag(b"<rss/>", "gzip") == f'"{plain}-gzip"'
