"""What the machine and the database say: CPU time and memory by process, statements, commits."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: Milliseconds: the unit of CPU times in /proc, whatever the kernel's own clock is.
TICK = 10.0
#: trx_rw_commits counts transactions that wrote; it is off unless asked for.
COUNT_COMMITS = "SET GLOBAL innodb_monitor_enable = 'trx_rw_commits'"
COMMITS = "SELECT SUM(count) FROM information_schema.innodb_metrics WHERE name = 'trx_rw_commits'"
STATUS = "SHOW {} STATUS WHERE Variable_name IN ('Questions', 'Com_admin_commands')"


def family(pid: int) -> list[int]:
    """The process and all that came of it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            children.setdefault(int(fields(stat)[1]), []).append(int(stat.parent.name))
        except OSError:
            continue  # has ended
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def fields(stat: Path) -> list[str]:
    """From the third on: the second is a name that may hold anything."""
    return stat.read_text().rpartition(")")[2].split()


def cpu(pids: Iterable[int]) -> float:
    """Milliseconds of CPU, all threads."""
    stats = [fields(Path(f"/proc/{pid}/stat")) for pid in pids]
    return TICK * sum(int(stat[11]) + int(stat[12]) for stat in stats)


def busy() -> float:
    """Milliseconds of CPU that anybody on this machine used, or was kept from by the one that hosts it."""
    user, nice, system, _idle, _wait, irq, soft, steal = (
        int(ticks) for ticks in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return TICK * (user + nice + system + irq + soft + steal)


def memory(pid: int, *kinds: str) -> float:
    """Megabytes: Rss, or Private_Clean and Private_Dirty for what is not shared."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(found) for kind in kinds for found in re.findall(rf"^{kind}: *(\d+)", text, re.M)) / 1024


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Usage:
    """CPU time by process, from `begin` to `end`. `others` is what the rest of the machine did."""

    def __init__(self, roots: dict[str, int | None]) -> None:
        self.roots = roots

    def begin(self) -> None:
        self.pids = {name: self.group(name, pid) for name, pid in self.roots.items() if pid}
        self.began, self.at = self.read(), time.monotonic()

    def group(self, name: str, pid: int) -> list[int]:
        # All that the bench started came of it, too.
        return [pid] if name == "bench" else family(pid)

    def read(self) -> dict[str, float]:
        return {name: cpu(pids) for name, pids in self.pids.items()} | {"machine": busy()}

    def end(self, events: int) -> dict[str, float]:
        """Milliseconds per event; `others` and `own share` are shares of one CPU."""
        now, seconds = self.read(), time.monotonic() - self.at
        used = {name: now[name] - self.began[name] for name in now}
        others = used.pop("machine") - sum(used.values())
        shares = {"others share": others / 1000 / seconds, "bench share": used["bench"] / 1000 / seconds}
        return {name: spent / events for name, spent in used.items()} | shares


class Counters:
    """The database server's own, less what asking for them adds."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.ask(COUNT_COMMITS)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def read(self) -> dict[str, float]:
        """`pings` are round trips that are no statement: is the connection still good?"""
        everybody, ours = (dict(self.ask(STATUS.format(scope))) for scope in ("GLOBAL", "SESSION"))
        found = {name: float(everybody[name]) - float(ours[name]) for name in everybody}
        ((commits,),) = self.ask(COMMITS)
        return {
            "statements": found["Questions"],
            "pings": found["Com_admin_commands"],
            "commits": float(commits),
        }

    def since(self, then: dict[str, float], events: int) -> dict[str, float]:
        now = self.read()
        return {name: (now[name] - then[name]) / events for name in now}

    def server_pid(self) -> int | None:
        """None when it is not on this machine."""
        ((folder, file),) = self.ask("SELECT @@datadir, @@pid_file")
        try:
            return int((Path(folder) / file).read_text())
        except OSError:
            return None
