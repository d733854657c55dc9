"""One simulator and one bot for all tests; each test starts with a fresh world."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.simulator.harness import Bot, Line, Loop, simulator


@dataclass(frozen=True)
class Pair:
    line: Line
    bot: Bot


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    started = Loop()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def pair(loop: Loop) -> Pair:
    bot = Bot()
    return Pair(simulator(loop, loop.serve(bot.application) + "/callback"), bot)


@pytest.fixture
def line(pair: Pair) -> Line:
    pair.line.do("reset")
    pair.bot.clear()
    return pair.line


@pytest.fixture
def bot(line: Line, pair: Pair) -> Bot:
    """Asked for after `line`, so that nothing of the last test arrives late."""
    return pair.bot
