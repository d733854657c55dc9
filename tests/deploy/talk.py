"""A bot in containers as LINE and its database see it, and people who write to it while something happens."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.e2e.base import request, until

CLIENT = (
    "MYSQL_PWD=$MYSQL_PASSWORD mysql --default-character-set=utf8mb4 --user=todobot "
    '--batch --skip-column-names todobot --execute "$0"'
)
TASKS = "SELECT title, state, chat_id FROM todos_task ORDER BY id"
CHANGES = """
SELECT t.title, COUNT(*) FROM todos_change c JOIN todos_task t ON t.id = c.task_id GROUP BY t.title
"""
WAITING = "SELECT COUNT(*) FROM todos_event WHERE state NOT IN ('settled', 'failed')"


class Bot:
    #: The simulator's address.
    line: str

    def in_database(self, *command: str) -> str:
        """What a command prints in MySQL's container."""
        raise NotImplementedError

    def sql(self, statement: str) -> list[list[str]]:
        """The rows, as text. As the app's user."""
        return [line.split("\t") for line in self.in_database("sh", "-c", CLIENT, statement).splitlines()]

    def count(self, statement: str) -> int:
        return int(self.sql(statement)[0][0])

    def control(self, act: str, **body: Any) -> Any:
        return request(f"{self.line}/simulator/{act}", body)

    def say(self, chat: str, text: str, **more: Any) -> Any:
        return self.control("say", chat=chat, text=text, **more)

    def replies(self, chat: str) -> list[Any]:
        found: list[Any] = request(f"{self.line}/simulator/replies?chat={chat}")
        return found

    def settles(self) -> None:
        until(lambda: self.count(WAITING) == 0, 60, "nobody waits for anything")


class Talk:
    """Somebody writes five lines a second while something happens; `ends` with what became of each."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.name = uuid.uuid4().hex[:6]
        bot.control("users", name=self.name)
        # Lists that grow to hundreds of rows would fill the simulator's memory as Flex messages.
        bot.say(self.name, "plain text", wait=True)
        self.going = True
        self.said: list[str] = []
        self.pool = ThreadPoolExecutor(16)
        self.deliveries: list[Any] = []
        self.future = self.pool.submit(self.run)

    def run(self) -> None:
        while self.going:
            self.said.append(f"{self.name}の行{len(self.said)}")
            self.deliveries.append(self.pool.submit(self.say, self.said[-1]))
            time.sleep(0.2)

    def say(self, text: str) -> Any:
        return self.bot.say(self.name, text, wait=True)["delivery"]

    def ends(self) -> list[dict[str, Any]]:
        self.going = False
        self.future.result(60)
        first = [delivery.result(60) for delivery in self.deliveries]
        self.pool.shutdown()
        return first

    def each_counts_once(self) -> None:
        """LINE came again with what failed at first, and in the end each line is there and answered once."""
        until(lambda: len(self.times()) == len(self.said), 60, "all that was said has come")
        self.bot.settles()
        assert self.times() == dict.fromkeys(self.said, 1)
        tokens = {message["replyToken"] for message in self.bot.replies(self.name)}
        assert len(tokens) == 1 + len(self.said)

    def times(self) -> dict[str, int]:
        return {title: int(number) for title, number in self.bot.sql(CHANGES) if title in self.said}
