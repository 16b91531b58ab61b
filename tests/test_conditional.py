"""Conditional requests as values: what ``If-None-Match`` and ``If-Modified-Since`` mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markwire.serving.conditional import Form, held, http_date, is_unchanged_since
from markwire.validators import etag

MINE = etag(b"mine").strip('"')
OTHER = etag(b"other").strip('"')
SENT = "Mon, 04 May 2026 12:00:00 GMT"
TAGCHARS = st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f')
TAGS = st.text(TAGCHARS, max_size=40).map(lambda tag: f'"{tag}"')


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (f'"{MINE}"', "identity"),
        (f'W/"{MINE}"', "identity"),
        (f'"{MINE}-gzip"', "gzip"),
        (f'"{MINE}-br"', "br"),
        (f'W/"{MINE}-zstd"', "zstd"),
        (f'"{MINE}--gzip"', "gzip"),
        (f'"{MINE}-deflate"', "identity"),
        ("*", "identity"),
        (" * ", "identity"),
        (f'"a", "b",, W/"c", "{MINE}-br" ,', "br"),
        (f'"a,b", "{MINE}"', "identity"),
        (f'"{OTHER}"', None),
        (f'"{OTHER}", "{OTHER}-gzip"', None),
        # What is malformed is passed over (RFC 9110 13.1.2), as a whole.
        (MINE, None),
        (f'"{MINE}', None),
        (f'w/"{MINE}"', None),
        (f'"x" "{MINE}"', None),
        (f'"{MINE}", junk', None),
        (f'"{MINE[:-1]}"', None),
        (f'"{MINE}-gzip-br"', None),
        (f'"{MINE}gzip"', None),
        ("", None),
        ('"",' * 5000 + f'"{MINE}"', None),
    ],
)
def test_a_list_of_etags_names_a_form_or_none(value: str, form: Form | None) -> None:
    """A match that is missed costs bytes, one that is imagined an article."""
    assert held(value, MINE) == form


@given(st.lists(TAGS | TAGS.map("W/{}".format), max_size=5), st.text(max_size=20))
def test_no_list_without_our_digest_matches(tags: list[str], rest: str) -> None:
    """Whatever clients send, another version's content is never taken for this one's."""
    value = ", ".join(tags) + rest
    if MINE not in value and value.strip(" \t") != "*":
        assert held(value, MINE) is None


@given(st.lists(TAGS, max_size=4), st.sampled_from(["", "-gzip", "-br", "-zstd"]), st.booleans())
def test_our_etag_is_found_wherever_it_stands(tags: list[str], coding: str, is_weak: bool) -> None:
    """RFC 9110 13.1.2: a list matches where any of its members does."""
    ours = f'{"W/" if is_weak else ""}"{MINE}{coding}"'
    assert held(", ".join([*tags, ours]), MINE) is not None
    assert held(",".join([ours, *tags]), MINE) is not None


@pytest.mark.parametrize(
    "value", [SENT, "Monday, 04-May-26 12:00:00 GMT", "Mon May  4 12:00:00 2026"]
)
def test_the_date_that_was_sent_is_known_in_each_form_of_http(value: str) -> None:
    """RFC 9110 5.6.7: recipients take all three."""
    assert is_unchanged_since(value, SENT)


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 04 May 2026 12:00:01 GMT",
        "Mon, 04 May 2026 11:59:59 GMT",
        "Fri, 31 Dec 2100 23:59:59 GMT",
        "Mon, 04 May 2026 12:00:00",
        "Mon, 04 May 2026 12:00:00 +0000",
        "Mon, 31 Feb 2026 12:00:00 GMT",
        "2026-05-04T12:00:00Z",
        "0",
        "",
        "x" * 10_000,
    ],
)
def test_no_other_date_is_taken_for_it(value: str) -> None:
    """A client that latched an odd date would else be told for years that nothing has changed."""
    assert not is_unchanged_since(value, SENT)
    assert not is_unchanged_since(value, None)


@given(st.integers(0, 2**33), st.integers(0, 2**33))
def test_dates_match_only_where_they_are_the_same(one: int, other: int) -> None:
    """By the second, which is all that HTTP can say."""
    assert is_unchanged_since(http_date(one), http_date(other)) == (one == other)
