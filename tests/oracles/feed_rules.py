"""Judge a published feed as the W3C Feed Validation Service would, errors and warnings alike.

The service cannot be installed here, so its rules are told again, in our own words and code, for
what a news feed holds. They share nothing with the product: they must be able to contradict it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from .atom_rules import judge_atom
from .json_rules import judge_json
from .rss_rules import judge_rss
from .shared_rules import Finding, Form, Report
from .xml_rules import judge_document, parse


def findings(data: bytes, *, form: Form, url: str, now: datetime | None = None) -> list[Finding]:
    """All that is wrong with a feed, in the order of its elements.

    ``url``: the absolute address where readers will fetch these bytes. ``now``: the moment after
    which a date is implausible; the clock when it is not given.
    """
    report = Report(form, url, now or datetime.now(UTC), tuple(data.split(b"\n")))
    if form == "json":
        judge_json(report, data)
    elif (root := parse(report, data)) is not None:
        judge_document(report, root)
        (judge_rss if form == "rss" else judge_atom)(report, root)
    return report.findings
