"""What is published of a body is what was judged: sanitising it again changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markwire.article.html import sanitise
from markwire.model import Feed, Identity, Site
from markwire.pipeline.composing import Delivery, Failure, Order, compose_source
from test_html import PIECES, assert_harmless

URL = "https://example.org/"
SITE = Site("Essais", URL, f"{URL}feeds/", ZoneInfo("UTC"), feeds=(Feed("", "Essais", "-", "fr"),))
WHO = Identity("tag:example.org,2026:x", "essai", datetime(2026, 5, 4, tzinfo=UTC))

_NAMES = st.sampled_from(
    "a abbr b body br div figure figcaption form frameset h1 html iframe img li math mi mtext"
    " mglyph annotation-xml noscript option p picture plaintext pre script section select"
    " source style sub svg desc foreignObject table tbody td template textarea th title tr ul"
    " video xmp".split()
)
_WORDS = st.sampled_from(
    [
        "x", "«", '"', "'", "--", "...", " : ", "&lt;", "&amp;", "&#8;", "&#x202e;", "&colon;",
        "\f", "\u2028", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "?>", "%%", "`",
        "<!-- more -->",
        "**", "\n\n", "> ", "- ", "| a |\n|-|\n", "[^1]", "\n[^1]: ", "]]", "[[", "==", "</", "<",
    ]
)  # fmt: skip
_VALUES = st.sampled_from(
    [
        "x", "javascript:alert(1)", "java\tscript:x", "data:text/html,x", "data:image/svg+xml,x",
        "//e.org/x.png", "feed:javascript:x", "vbscript:x", "http://127.0.0.1/", "&quot;&gt;<p>",
        "https://a:b@e.org/", "--><img src=x onerror=1>", "</title><script>x</script>", "x.mp3",
    ]
)  # fmt: skip
_KEYS = st.sampled_from(
    "src href srcset poster cite title alt id name class style onclick onerror xlink:href"
    " formaction action background lang dir width".split()
)


@st.composite
def tags(draw: st.DrawFn) -> str:
    name, closes = draw(_NAMES), draw(st.booleans())
    attributes = draw(st.lists(st.tuples(_KEYS, _VALUES, st.sampled_from("\"' ")), max_size=3))
    words = "".join(f" {key}={quote}{value}{quote}" for key, value, quote in attributes)
    case = str.upper if draw(st.booleans()) else str.lower
    return f"</{case(name)}>" if closes else f"<{case(name)}{words}>"


texts = st.lists(tags() | _WORDS | _VALUES | st.sampled_from(PIECES), max_size=25).map("".join)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_what_is_published_was_judged(text: str) -> None:
    """A reader's program parses it once more, and must find what was found here."""
    content = f"---\ntitle: Essai\n---\n{text}".encode()
    order = Order(1, "essai.md", "", len(content), WHO, f"{URL}essai.html", WHO.published, {},
                  SITE.bodies)  # fmt: skip
    made = compose_source(order, content, site=SITE)
    if made is None or isinstance(made, Failure):
        return
    assert isinstance(made, Delivery)
    body = json.loads(made.composed.document).get("content_html", "")
    assert sanitise(body) == body
    assert_harmless(body)
