"""In which form an answer suits a client: codings, and pages for people. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from markwire.compression import AVAILABLE, Coding

_LONGEST: Final = 1024  # characters of a header that are looked at
# RFC 9110 12.4.2: at most three digits behind the point, and 1 at most.
_WEIGHT: Final = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_HTML: Final = "text/html"
_FEEDS: Final = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
    "application/xml",
    "text/xml",
)


@lru_cache(maxsize=512)
def choose_coding(accept_encoding: str) -> Coding | None:
    """Give the coding that a client likes best, ours where it likes several alike.

    None stands for the content as it is: also where even that is refused and nothing else is
    named, since a client that can read nothing is none (RFC 9110 12.5.3 allows it).
    """
    weights = _weights(accept_encoding)
    if "x-gzip" in weights:
        weights = {"gzip": weights["x-gzip"], **weights}
    best: Coding | None = None
    liking = 0.0
    for coding in AVAILABLE:
        weight = weights.get(coding, weights.get("*", 0.0))
        if weight > liking:
            best, liking = coding, weight
    # Unless it says so, a client likes content as it is no better than what it names.
    return None if weights.get("identity", 0.0) > liking else best


@lru_cache(maxsize=512)
def prefers_page(accept: str) -> bool:
    """Say whether a client asks for HTML by name, and for no feed as eagerly: a browser does."""
    weights = _weights(accept)
    html = weights.get(_HTML, 0.0)
    others = [weights.get(kind, 0.0) for kind in (*_FEEDS, "*/*", "application/*", "text/*")]
    return html > max(others)


def wants_page(accept: str, fetched_for: str) -> bool:
    """Say whether somebody opens a feed in a browser.

    ``fetched_for`` is ``Sec-Fetch-Dest``, which browsers send and pages cannot forge; ``accept``
    decides where there is none.
    """
    return fetched_for == "document" if fetched_for else prefers_page(accept)


def wants_news_only(a_im: str) -> bool:
    """Say whether a client takes just what is new in a feed (``A-IM: feed``, RFC 3229 10.5.3)."""
    return _weights(a_im).get("feed", 0.0) > 0


def _weights(text: str) -> Mapping[str, float]:
    """Read a list of names with weights; a member that is malformed is passed over."""
    weights: dict[str, float] = {}
    for member in text[:_LONGEST].split(","):
        name, *parameters = (part.strip(" \t").lower() for part in member.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                weight = float(parameter[2:]) if _WEIGHT.fullmatch(parameter[2:]) else -1.0
        if name and weight >= 0:
            weights[name] = max(weight, weights.get(name, 0.0))
    return weights
