"""Bytes that coverage chooses, of every kind that editors save: atheris on all targets of ``fuzz``.

One process takes all targets in turn, for most of its start is the instrumenting of what they
import. ``python -m fuzz`` works on one of them for as long as one likes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fuzz import CORPUS
from fuzz.targets import ALL, named
from torture.torment import Outcome

_TESTS: Final = Path(__file__).parents[1]
_TOLD: Final = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+)")


def torment(count: int, seed: int, folder: Path) -> Outcome:
    """Run ``count`` inputs, beginning with the corpus; what broke a rule is told in base64."""
    seeds, found = folder / "seeds", folder / "found"
    seeds.mkdir()
    for number, target in enumerate(ALL):
        for file in sorted((CORPUS / target).iterdir()):
            (seeds / f"{target}-{file.name}").write_bytes(bytes([number]) + file.read_bytes())
    words = ("all", "--runs", str(count), "--seed", str(seed), "--found", str(found))
    done = subprocess.run(
        (sys.executable, "-m", "fuzz", *words, "--seeds", str(seeds)),
        cwd=_TESTS,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    told = _TOLD.findall(done.stderr)
    broken = list(_broken(found))
    if done.returncode and not broken:
        broken.append(f"the fuzzer ended with {done.returncode}: {done.stderr[-2000:]}")
    ran, edges, features = told[-1] if told else ("0", "0", "0")
    return Outcome(
        int(ran),
        f"inputs chosen by coverage, {len(list(seeds.iterdir())):,} of them the corpus",
        tuple(broken),
        {"reached": f"{int(edges):,} edges, {int(features):,} features"},
    )


def _broken(found: Path) -> Iterator[str]:
    for file in sorted(found.glob("*-*")):
        kind, _, _ = file.name.partition("-")
        if kind in ("crash", "timeout", "oom", "leak"):
            written = file.read_bytes()
            yield f"{kind} of {named(written)[0]}: {b64encode(written[1:]).decode()}"
