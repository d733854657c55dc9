"""The fewest statements that could do an event's work, from a bare script against the real tables."""

import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any

from bench.events import USERS
from tests.e2e.database import Database

EVENT = (
    "INSERT INTO todos_event (webhook_event_id, type, source_kind, source_id, user_id, message_id, timestamp,"
    " received_at, payload, reply_token, state, reply, due_at, did, refused, tries, unsure, error,"
    " request_id)"
    " VALUES (%s, 'message', 'user', %s, %s, '', 0,"
    " NOW(6), '', '', 'pending', '', NOW(6), '', '[]', 0, 0, '', '')"
)
LOCK = "SELECT id FROM todos_chat WHERE line_id = %s FOR UPDATE"
ADD = "INSERT INTO todos_task (chat_id, title, `key`, state, opened_at) VALUES (%s, %s, %s, 'open', NOW(6))"
DONE = "UPDATE todos_task SET state = 'done', done_at = NOW(6) WHERE id = %s"
CHANGE = (
    "INSERT INTO todos_change (chat_id, task_id, event_id, user_id, kind, at)"
    " VALUES (%s, %s, %s, '', %s, NOW(6))"
)
MARK = "UPDATE todos_event SET state = 'settled', reply = 'sent', due_at = NULL WHERE id = %s"


def rate(database: Database, scripts: int, events: int) -> float:
    """Transactions a second of so many processes, each with as many events."""
    context = get_context("spawn")
    start, times = context.Barrier(scripts), context.SimpleQueue()
    running = [
        context.Process(target=script, args=(database, number, scripts, events, start, times))
        for number in range(scripts)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
        assert process.exitcode == 0, "a bare script failed"
    spans: list[tuple[float, float]] = [times.get() for _ in running]
    return scripts * events / (max(end for _, end in spans) - min(begin for begin, _ in spans))


def script(database: Database, number: int, of: int, events: int, start: Barrier, times: Any) -> None:
    connection = database.connect()
    connection.autocommit(False)
    made = Script(connection, f"bare-{time.time_ns()}-{number}-", USERS[number::of])
    start.wait(30)
    begin = time.monotonic()
    for event in range(events):
        made.event(event)
    times.put((begin, time.monotonic()))


class Script:
    """One process's work, with the chats that are its own."""

    def __init__(self, connection: Any, name: str, users: Sequence[str]) -> None:
        self.connection, self.cursor, self.name, self.users = connection, connection.cursor(), name, users
        self.open: dict[str, int] = {}

    def event(self, number: int) -> None:
        """Five statements and a commit."""
        user = self.users[number % len(self.users)]
        self.cursor.execute(EVENT, (f"{self.name}{number}", user, user))
        event = self.cursor.lastrowid
        self.cursor.execute(LOCK, (user,))
        (chat,) = self.cursor.fetchone()
        if task := self.open.pop(user, 0):
            self.cursor.execute(DONE, (task,))
        else:
            self.cursor.execute(ADD, (chat, "牛乳", f"{self.name}{number}"[-32:]))
            self.open[user] = self.cursor.lastrowid
        self.cursor.execute(CHANGE, (chat, task or self.open[user], event, "done" if task else "added"))
        self.cursor.execute(MARK, (event,))
        self.connection.commit()
