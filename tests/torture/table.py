"""All torments, in the order in which they are run and told."""

from __future__ import annotations

from typing import Final

from torture import (
    attacks,
    burst,
    characters,
    clients,
    clock,
    cut,
    edits,
    full,
    fuzzing,
    instances,
    kill,
    limit,
    lost,
    mounts,
    quiet,
    saves,
    siege,
    soak,
    syscalls,
    unchanged,
)
from torture.torment import Torment

TORMENTS: Final = (
    Torment(
        "cut-ext4",
        cut.ext4,
        long=1_000,
        short=3,
        rows=(49, 58),
        wants=("mkfs.ext4", "loop devices", "mounts"),
    ),
    Torment(
        "cut-xfs",
        cut.xfs,
        long=1_000,
        short=3,
        rows=(49, 58),
        wants=("mkfs.xfs", "loop devices", "mounts"),
    ),
    Torment("full", full.torment, long=60, short=3, rows=(50, 51), wants=("mounts",)),
    Torment("instances", instances.torment, long=600, short=2, rows=(53,)),
    Torment("lost", lost.torment, long=3_000, short=9, rows=(31, 55)),
    Torment(
        "fuzz",
        fuzzing.torment,
        long=300_000,
        short=1_000,
        rows=(17, 18, 19, 20, 21, 24, 25, 33),
        wants=("atheris",),
    ),
    Torment("characters", characters.torment, long=1_000_000, short=2_500, rows=(24,)),
    Torment("xss", attacks.torment, long=20_000, short=100, rows=(22,), wants=("chromium",)),
    Torment("kill", kill.torment, long=10_000, short=8, rows=(52, 56, 58)),
    Torment("kill-beside", kill.beside, long=2_000, short=8, rows=(52,)),
    Torment("kill-watch", kill.watch, long=300, short=2, rows=(52, 56)),
    Torment(
        "syscalls", syscalls.torment, long=10_000, short=16, rows=(50, 51, 52), wants=("strace",)
    ),
    Torment("burst", burst.torment, long=12_000, short=30, rows=(1, 2), wants=("inotify",)),
    Torment("limit", limit.torment, long=60, short=8, rows=(5,), wants=("user namespaces",)),
    Torment(
        "mounts",
        mounts.torment,
        long=80,
        short=4,
        rows=(4, 6, 7, 58),
        wants=("mounts", "user namespaces"),
    ),
    Torment(
        "saves",
        saves.torment,
        long=5,
        short=1,
        rows=(2, 9, 10, 11, 12, 14, 15, 16, 59),
        wants=("inotify",),
    ),
    Torment(
        "edits", edits.torment, long=10_000, short=40, rows=(9, 12, 14, 30), wants=("inotify",)
    ),
    Torment("clock", clock.torment, long=30, short=2, rows=(32, 36, 44), wants=("faketime",)),
    Torment("quiet", quiet.torment, long=1_440, short=60, rows=(13, 27)),
    Torment("clients", clients.torment, long=10_000, short=300, rows=(36, 37, 38, 57)),
    Torment("siege", siege.torment, long=200, short=2, rows=(38,)),
    Torment("unchanged", unchanged.torment, long=100_000, short=200, rows=(36, 57)),
    Torment("soak", soak.torment, long=8_640, short=60, wants=("inotify",)),
)
