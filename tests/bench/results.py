"""What was measured, kept as JSON so that a run can be split, and told where it was measured.

One result is one part of the benchmark, of one size, of one tool; measured again, it replaces the
one before it. All figures are lists of samples: seconds, megabytes, bytes, or counts.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

Figures = dict[str, list[float]]
Key = tuple[str, int, str]

OURS: Final = "markwire"


@dataclass(frozen=True, slots=True)
class Result:
    """Samples of one part, size and tool, with the commit and the day they are from.

    Without samples, ``skipped`` says why it was not measured.
    """

    part: str
    size: int
    tool: str
    figures: Figures
    commit: str
    day: str
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """The machine and the versions that results are from."""

    machine: str
    versions: dict[str, str]


class Results:
    """The results of all runs so far, in one file of a scratch folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.setting = Setting("", {})
        self._kept: dict[Key, Result] = {}
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            self.setting = Setting(**stored["setting"])
            for fields in stored["results"]:
                self._keep(Result(**fields))

    def add(self, result: Result) -> None:
        """Keep a result in the place of an older one, and write the file."""
        self._keep(result)
        self.save()

    def save(self) -> None:
        """Write the file, whole or not at all."""
        stored = {
            "setting": asdict(self.setting),
            "results": [asdict(result) for result in self._kept.values()],
        }
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(json.dumps(stored, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(self._path)

    def find(self, part: str, size: int, tool: str = OURS) -> Figures | None:
        """Give the samples of a part, if it was measured."""
        result = self._kept.get((part, size, tool))
        return result.figures if result and result.figures else None

    def why_not(self, part: str, size: int, tool: str) -> str:
        """Give the reason for which a part was not measured, if one was given."""
        result = self._kept.get((part, size, tool))
        return result.skipped if result else ""

    def sizes(self, part: str) -> list[int]:
        """Give the sizes at which a part was measured, the smallest first."""
        return sorted({size for kept, size, tool in self._kept if kept == part and tool == OURS})

    def days(self) -> list[str]:
        """Give the first and the last day of measuring, or the one."""
        days = sorted({result.day for result in self._kept.values()})
        return [days[0], days[-1]] if len(days) > 1 else days

    def commits(self) -> dict[str, list[str]]:
        """Give each commit of Markwire that was measured, with what was measured on it."""
        commits: dict[str, list[str]] = {}
        for result in self._kept.values():
            if result.tool == OURS:
                commits.setdefault(result.commit, []).append(f"{result.part} of {result.size:,}")
        return {commit: sorted(parts) for commit, parts in sorted(commits.items())}

    def _keep(self, result: Result) -> None:
        self._kept[result.part, result.size, result.tool] = result


def middle(samples: Sequence[float]) -> float:
    """Give the median."""
    return median(samples)


def high(samples: Sequence[float]) -> float:
    """Give the 99th percentile, which is the greatest of fewer than a hundred samples."""
    if len(samples) < 100:
        return max(samples)
    return quantiles(samples, n=100, method="inclusive")[98]


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """Give the median of the ratios of samples taken in the same rounds."""
    return median(their / our for their, our in zip(theirs, ours, strict=False))


def find_commit(root: Path) -> str:
    """Give the last commit that changed the program, marked where the folder differs from it."""
    try:
        commit = _git(root, "log", "-1", "--format=%h", "--", "src")
        changed = _git(root, "status", "--porcelain", "--", "src")
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return f"{commit}, with changes not committed" if changed else commit


def find_machine(folder: Path) -> str:
    """Say what this machine is: processor, cores, memory, system, file system of ``folder``."""
    # psutil is not installed where only the page is rendered.
    import psutil  # noqa: PLC0415

    system = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    mounts = [
        part
        for part in psutil.disk_partitions(all=True)
        if folder.resolve().is_relative_to(part.mountpoint)
    ]
    deepest = max(mounts, key=lambda part: len(part.mountpoint), default=None)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {system},"
        f" {deepest.fstype if deepest else 'an unknown file system'}"
    )


def today() -> str:
    """Give the day of now, in UTC."""
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout.strip()
