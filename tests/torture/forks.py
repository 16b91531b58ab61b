"""Commands in processes that cost a fork each, and that can be killed at any moment.

A server imports Markwire once; for each order, a line of JSON, it forks a child that runs one
command, and answers how it ended. A child is killed after so many seconds, kills itself at its
n-th function call, C functions among them, or runs under ``strace``, which can do worse.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, Final

from newsroom import SITE
from torture.disks import cut

TESTS: Final = Path(__file__).parents[1]
PATIENCE: Final = 60.0  # seconds; whatever takes so long has failed
_BUILD: Final = ("build", "--workers", "1")
_NOTHING: Final = {"at_call": 0, "after": 0.0, "cut": "", "strace": [], "runners": 0}
_ANY_TRACER: Final = (0x59616D61, -1)  # prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)


@dataclass(frozen=True, slots=True)
class End:
    """How a command ended: by which signal, or with which exit code, and what it said.

    ``calls`` and ``seconds`` are what it took, known where it came to its end.
    """

    signal: int
    code: int
    said: str
    calls: int
    seconds: float

    @property
    def is_done(self) -> bool:
        """Whether it told that all is done."""
        return not self.signal and self.code == 0


class Forks:
    """Runs commands in processes of their own."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin = stdin
        self._stdout = stdout

    def run(
        self,
        root: Path,
        *words: str,
        at_call: int = 0,
        after: float = 0.0,
        cut: Path | None = None,
        strace: Sequence[str] = (),
    ) -> End:
        """Run a command on a site, ``build`` unless ``words`` say another.

        Kills it at its call ``at_call`` (-1: only counts them), or ``after`` so many seconds, or
        cuts the power of the disk at ``cut`` then, where it leaves a file ``unflushed``; or runs
        it below ``strace`` with these options.
        """
        (end,) = self._order(
            words=["--site", str(root), *(words or _BUILD)],
            at_call=at_call,
            after=after,
            cut=os.fspath(cut) if cut else "",
            strace=list(strace),
        )
        return end

    def race(self, root: Path, *words: str, runners: int) -> list[End]:
        """Run as many of the same command at the same moment; give how they ended, first first."""
        return self._order(words=["--site", str(root), *(words or _BUILD)], runners=runners)

    def _order(self, **order: object) -> list[End]:
        print(json.dumps(_NOTHING | order), file=self._stdin, flush=True)
        line = self._stdout.readline()
        if not line:
            raise RuntimeError("the server of forks has ended")
        return [End(**each) for each in json.loads(line)]


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
    # Only the server needs these.
    from markwire import load_site  # noqa: PLC0415
    from markwire.article.compose import ready  # noqa: PLC0415
    from markwire.article.slugs import slug  # noqa: PLC0415
    from markwire.pipeline import preloaded  # noqa: F401, PLC0415
    from markwire.recipe import recipe  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        (Path(folder) / "markwire.toml").write_text(SITE, encoding="utf-8")
        site = load_site(Path(folder))
    ready(site)
    recipe(site)
    slug("Économie")
    gc.collect()
    gc.freeze()  # what a child need not copy
    for line in sys.stdin:
        order = json.loads(line)
        ends = _race(order) if order["runners"] else [_carry_out(order)]
        print(json.dumps(ends), flush=True)


def _carry_out(order: dict[str, Any]) -> dict[str, object]:
    began = time.monotonic()
    with TemporaryFile() as said, TemporaryFile() as counted:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            _become(order, counted.fileno())
        if order["strace"]:
            status = _trace(child, order["strace"])
        else:
            if order["after"]:
                time.sleep(max(0.0, began + order["after"] - time.monotonic()))
                if order["cut"]:
                    (Path(order["cut"]) / "unflushed").write_bytes(b"never on the disk")
                    cut(Path(order["cut"]))
                else:
                    os.kill(child, signal.SIGKILL)  # One that has ended waits to be waited for.
            _, status = os.waitpid(child, 0)
        took = time.monotonic() - began
        by_signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        said.seek(0)
        counted.seek(0)
        return {
            "signal": by_signal,
            "code": 0 if by_signal else os.waitstatus_to_exitcode(status),
            "said": said.read().decode(errors="replace"),
            "calls": int(counted.read() or 0),
            "seconds": 0.0 if by_signal else took,
        }


def _race(order: dict[str, Any]) -> list[dict[str, object]]:
    """Have children wait for one another, and all begin at once."""
    reading, writing = os.pipe()
    runners: dict[int, IO[bytes]] = {}
    for _ in range(order["runners"]):
        said = TemporaryFile()  # noqa: SIM115  (closed below, as each ends)
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os.read(reading, 1)  # until all others are there, and the other end is closed
            _become(order, None)
        runners[child] = said
    os.close(reading)
    began = time.monotonic()
    os.close(writing)
    ends = []
    while runners:
        child, status = os.wait()
        took = time.monotonic() - began
        with runners.pop(child) as said:
            said.seek(0)
            words = said.read().decode(errors="replace")
        by_signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        code = 0 if by_signal else os.waitstatus_to_exitcode(status)
        ends.append({"signal": by_signal, "code": code, "said": words, "calls": 0, "seconds": took})
    return ends


def _trace(child: int, options: Sequence[str]) -> int:
    """Have a child, which waits for it, traced to its end; give how it ended."""
    os.waitpid(child, os.WUNTRACED)
    words = ("strace", "-f", "-q", "-p", str(child), *options)
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as tracer:
        status = Path(f"/proc/{child}/status")
        until = time.monotonic() + PATIENCE
        while "TracerPid:\t0\n" in status.read_text(encoding="ascii"):
            if tracer.poll() is not None or time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                raise RuntimeError("strace cannot trace here")
            time.sleep(0.001)
        os.kill(child, signal.SIGCONT)
        _, ended = os.waitpid(child, 0)
    return ended


def _become(order: dict[str, Any], counted: int | None) -> None:
    """Run the command in this process, and end with its exit code."""
    import ctypes  # noqa: PLC0415  (only a child needs it)

    from markwire.cli import main  # noqa: PLC0415

    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        if calls == order["at_call"]:
            os.kill(os.getpid(), signal.SIGKILL)

    if order["strace"]:
        ctypes.CDLL(None).prctl(*_ANY_TRACER)
        os.kill(os.getpid(), signal.SIGSTOP)
    code = 70  # of whatever ends otherwise than it should: its traceback is told
    if order["at_call"]:
        sys.setprofile(count)
    try:
        main(order["words"], prog_name="markwire")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 70
    except BaseException:
        sys.setprofile(None)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.setprofile(None)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                continue  # A torment may have broken just that.
        if counted is not None:
            os.write(counted, str(calls).encode())
        os._exit(code)


if __name__ == "__main__":
    _serve()
