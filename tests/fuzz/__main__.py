"""The command line: fuzz one target with atheris, or bring its corpus down to what it needs.

``python -m fuzz TARGET [--runs N] [--seconds N] [--seed N] [--found DIR]``: what reaches new code
goes into ``--found``, and so does what breaks a rule, as ``crash-…``. ``--merge DIR`` takes from
there what reaches code that the corpus does not. ``--seeds DIR`` stands in for the corpus.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

from fuzz import CORPUS

TOKENS = Path(__file__).parent / "tokens.dict"
# What is longer reaches no other code, and makes every run dearer.
LONGEST = 4_096


def main() -> None:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--found", type=Path)
    parser.add_argument("--seeds", type=Path)
    parser.add_argument("--merge", type=Path)
    parser.add_argument("--inner", nargs=argparse.REMAINDER, help="what libFuzzer tells itself")
    asked = parser.parse_args()
    with atheris.instrument_imports(include=["markwire", "mistune", "slugify"]):
        from fuzz.targets import TARGETS  # noqa: PLC0415  (only so is its coverage seen)

    corpus = asked.seeds or CORPUS / asked.target
    words = [f"-seed={asked.seed}", f"-max_len={LONGEST}", "-timeout=60"]
    words += ["-rss_limit_mb=2048", f"-dict={TOKENS}"]
    if asked.merge:
        words += ["-merge=1", str(corpus), str(asked.merge)]
    else:
        words += [f"-runs={asked.runs}", f"-max_total_time={asked.seconds}"]
        if asked.found:
            asked.found.mkdir(parents=True, exist_ok=True)
            words += [f"-artifact_prefix={asked.found}/", str(asked.found)]
        words.append(str(corpus))
    with tempfile.TemporaryDirectory() as folder:
        # To merge, libFuzzer starts itself again: by this.
        program = Path(folder) / "fuzz"
        program.write_text(
            f'#!/bin/sh\nexec {sys.executable} -m fuzz {asked.target} --inner "$@"\n'
        )
        program.chmod(0o755)
        atheris.Setup([str(program), *(asked.inner or words)], TARGETS[asked.target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
