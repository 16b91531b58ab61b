"""Independent oracles that judge published feeds. Nothing here imports the product."""

from __future__ import annotations

from .feed_rules import findings
from .shared_rules import Finding, Form

__all__ = ["Finding", "Form", "findings"]
