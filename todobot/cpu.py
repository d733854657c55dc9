"""How much CPU this process may use: what the container grants, else what the machine has."""

import os
from collections.abc import Iterator
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def available(cgroups: Path = CGROUPS, own: Path = OWN) -> float:
    """CPUs, such as 0.5: the narrowest of the quotas above this process, and the CPUs that it may run on."""
    return min([float(allowed()), *quotas(cgroups, own)])


def allowed() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on a Mac
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def quotas(cgroups: Path, own: Path) -> Iterator[float]:
    """Of the process's own group and each one above it, as version 1 or 2 of cgroups tells."""
    for controllers, path in groups(own):
        if not controllers:
            for folder in upward(cgroups, path):
                yield from quota(*words(folder / "cpu.max"))
        elif "cpu" in controllers.split(","):
            for name in ("cpu", controllers):
                for folder in upward(cgroups / name, path):
                    yield from quota(
                        *words(folder / "cpu.cfs_quota_us"), *words(folder / "cpu.cfs_period_us")
                    )


def groups(own: Path) -> Iterator[tuple[str, str]]:
    """(controllers, path) of each hierarchy; version 2 names no controllers."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _number, controllers, path = line.split(":", 2)
        yield controllers, path.strip("/")


def upward(root: Path, path: str) -> Iterator[Path]:
    """The group's folder and those above it. In a container the path may be the host's: it is not there."""
    folder = root / path
    yield folder
    while folder != root:
        folder = folder.parent
        yield folder


def words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []


def quota(*told: str) -> Iterator[float]:
    """From microseconds of CPU in a period of so many; `max` and -1 are no limit."""
    if len(told) == 2 and told[0].isdigit() and int(told[1]):
        yield int(told[0]) / int(told[1])
