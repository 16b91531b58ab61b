"""Run a script of ``tests/node`` and take the JSON it prints."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "node"


def run(script: str, *arguments: str) -> object:
    """What the script printed, read as JSON.

    Raises FileNotFoundError, saying what to do, when Node's packages are not installed, and
    CalledProcessError, with the script's own words in ``stderr``, when it failed.
    """
    if not (SCRIPTS / "node_modules").is_dir():
        raise FileNotFoundError(f"{SCRIPTS} has no node_modules; run 'npm ci' there")
    # The wheel of Node puts it beside Python, where a PATH need not lead.
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    node = shutil.which("node", path=places)
    if node is None:
        raise FileNotFoundError("node is neither beside python nor on the PATH")
    done = subprocess.run(
        [node, str(SCRIPTS / script), *arguments], capture_output=True, check=True, timeout=60
    )
    printed: object = json.loads(done.stdout)
    return printed
