"""Editions in processes that cost a fork each, and that can be killed at any moment.

A server imports Markwire once; for each order, a line of JSON, it forks a child that builds a
site, and answers how it ended. A child is killed after so many seconds, or kills itself at its
n-th function call, C functions among them.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

TESTS: Final = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended: by which signal, or with which exit code, and what it said.

    ``calls`` and ``seconds`` are what the build took, known where it came to its end.
    """

    signal: int
    code: int
    said: str
    calls: int
    seconds: float

    @property
    def is_done(self) -> bool:
        """Whether it told that its edition is done."""
        return not self.signal and self.code == 0


class Forks:
    """Builds sites in processes of their own."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin = stdin
        self._stdout = stdout

    def build(self, root: Path, *, at_call: int = 0, after: float = 0.0) -> End:
        """Build a site; kill it at a call, or after so many seconds, where these are given."""
        order = {"root": str(root), "at_call": at_call, "after": after}
        print(json.dumps(order), file=self._stdin, flush=True)
        line = self._stdout.readline()
        if not line:
            raise RuntimeError("the server of forks has ended")
        return End(**json.loads(line))


@contextmanager
def forking() -> Iterator[Forks]:
    """Have a server of forks for as long as it is wanted."""
    with subprocess.Popen(
        [sys.executable, "-m", "torture.forks"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=TESTS,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield Forks(server.stdin, server.stdout)
        server.stdin.close()


# --- in the server -----------------------------------------------------------------------


def _serve() -> None:
    from markwire.pipeline import preloaded  # noqa: F401, PLC0415  (only the server needs it)

    gc.collect()
    gc.freeze()  # what a child need not copy
    for line in sys.stdin:
        print(json.dumps(_carry_out(json.loads(line))), flush=True)


def _carry_out(order: dict[str, Any]) -> dict[str, object]:
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code, told = _build(Path(order["root"]), order["at_call"])
        os.write(writing, json.dumps(told).encode()[:60_000])
        os._exit(code)
    os.close(writing)
    if order["after"]:
        time.sleep(max(0.0, began + order["after"] - time.monotonic()))
        os.kill(child, signal.SIGKILL)  # A child that has ended is still there to be waited for.
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status), "code": 0, "said": "", "calls": 0, "seconds": 0.0}
    told: dict[str, object] = json.loads(said)
    return {"signal": 0, "code": os.waitstatus_to_exitcode(status), **told}


def _build(root: Path, at_call: int) -> tuple[int, dict[str, object]]:
    """Build as the command does; give its exit code, and what is told of it."""
    from markwire import MarkwireError, build, load_site  # noqa: PLC0415

    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        if calls == at_call:
            os.kill(os.getpid(), signal.SIGKILL)

    code, said = 0, ""
    began = time.monotonic()
    if at_call:
        sys.setprofile(count)
    try:
        edition = build(load_site(root), workers=1)
        said = "; ".join(f"{each.path}: {each.code}" for each in edition.problems)
    except MarkwireError as fault:
        code, said = fault.exit_code, str(fault)
    except BaseException as fault:  # whatever it is, it is told as broken
        code, said = 70, f"{type(fault).__name__}: {fault}"
    finally:
        sys.setprofile(None)
    return code, {"said": said, "calls": calls, "seconds": time.monotonic() - began}


if __name__ == "__main__":
    _serve()
