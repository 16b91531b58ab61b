"""Findings in words, for whoever looks after a site. Pure: time zone and language are given."""

from __future__ import annotations

from markwire.findings import Finding
from markwire.model import Site
from markwire.wording.moments import moment
from markwire.wording.voice import Told, Voice


def told(finding: Finding, site: Site, voice: Voice) -> Told:
    """Give a finding in words: how it is, and what to do where something is to be done."""
    return voice.tell_finding(finding, lambda when: moment(when, site, voice))
