"""Retry keys of accepted pushes: for 24 hours the same key gets the first answer again."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LIFE = 24 * 3600.0  # seconds
MOST = 100_000  # what a long bench may leave behind in memory


@dataclass(frozen=True, slots=True)
class Accepted:
    at: float
    call: str  # the X-Line-Request-Id of the accepted request
    answer: dict[str, Any]


class Retries:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._accepted: OrderedDict[str, Accepted] = OrderedDict()

    def find(self, key: str) -> Accepted | None:
        known = self._accepted.get(key.lower())
        return known if known and self._clock() - known.at < LIFE else None

    def remember(self, key: str, call: str, answer: dict[str, Any]) -> None:
        self._accepted[key.lower()] = Accepted(self._clock(), call, answer)
        if len(self._accepted) > MOST:
            self._accepted.popitem(last=False)
