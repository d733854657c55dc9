"""A bound on what is kept, so that a long day does not fill the memory: the oldest is forgotten first."""

from collections import OrderedDict
from typing import Any

from simulator.wire import dump

MIB = 2**20


class Memory:
    """Bounds dictionaries that grow at their end: each to `most` things, all together to `most_bytes`.

    Bytes are those of the things as JSON; Python's objects take about five times as much. The newest thing
    stays, whatever its size.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self._held = 0
        self._sizes: OrderedDict[tuple[int, str], tuple[OrderedDict[str, Any], int]] = OrderedDict()

    def keep(self, place: OrderedDict[str, Any], key: str, thing: Any, shown: Any = None) -> None:
        """`shown` is measured, where the thing itself is not JSON. A thing kept before keeps its place."""
        place[key] = thing
        size = len(dump(thing if shown is None else shown))
        self._held += size - self._sizes.get((id(place), key), (place, 0))[1]
        self._sizes[id(place), key] = place, size
        while len(place) > self.most:
            self._forget(id(place), next(iter(place)))
        while self._held > self.most_bytes and len(self._sizes) > 1:
            self._forget(*next(iter(self._sizes)))

    def _forget(self, name: int, key: str) -> None:
        place, size = self._sizes.pop((name, key))
        self._held -= size
        del place[key]
