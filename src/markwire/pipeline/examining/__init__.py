"""Whether the machine and the folders are what a site needs: each check with cause and remedy.

At the I/O rim: whatever can be tried is tried, and nothing is left behind. Works beside a running
Markwire, whose catalogue is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from markwire.findings import Finding, finding
from markwire.model import Site
from markwire.pipeline.examining import folders, machine, own


def examine(site: Site) -> tuple[Finding, ...]:
    """Give all that is found."""
    checks: dict[str, Callable[[], Iterable[Finding]]] = {
        "python": machine.python,
        "yaml": machine.yaml,
        "sqlite": machine.sqlite,
        "zones": partial(machine.zones, site),
        "limits": machine.open_files,
        "clock": partial(machine.clock, site),
        "watches": partial(machine.watches, site),
        "disks": partial(folders.disks, site),
        "folders": partial(folders.places, site),
        "space": partial(folders.space, site),
        "permissions": partial(folders.permissions, site),
        "lock": partial(own.lock_holder, site),
        "catalogue": partial(own.catalogue, site),
    }
    found: list[Finding] = []
    for name, check in checks.items():
        try:
            found.extend(check())
        except Exception as fault:  # One check that cannot be made must not cost the others.
            found.append(finding("unknown", name=name, reason=f"{type(fault).__name__}: {fault}"))
    return tuple(found)
