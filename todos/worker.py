"""The worker's loop: apply what is pending, answer what is owed, settle what was answered.

One thread asks the database, and an event loop in another one asks LINE. Any number of workers may run.
"""

import asyncio
import logging
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, reset_queries
from django.utils import timezone

from todos.answer import Result, claim, expire_late, send, settle
from todos.apply import apply_due
from todos.jobs import Job
from todos.line.client import Client
from todos.menus import alias, linked
from todos.models import Chat, Event
from todos.trouble import describe

log = logging.getLogger(__name__)

#: Seconds from one look at the inbox to the next: while nothing happens, and while something does.
#: A look costs some twenty statements however many events it finds; those that come meanwhile share them.
POLL, PACE = 0.04, 0.02
#: Seconds to wait after the database failed.
RECOVER = 0.5
#: Seconds that replies under way have when the worker is told to stop. SIGTERM to exit takes 10 s at most.
GRACE = 6
#: People who are shown another menu at once: so few that replies never wait for a connection.
MENUS_AT_ONCE = 8


class Worker:
    @classmethod
    def from_settings(cls) -> Self:
        at_once = settings.REPLIES_AT_ONCE
        return cls(Client(settings.LINE_API_BASE_URL, settings.LINE_CHANNEL_ACCESS_TOKEN, at_once), at_once)

    def __init__(self, client: Client, replies_at_once: int) -> None:
        self.client = client
        self.replies_at_once = replies_at_once
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.talk, name="replies", daemon=True).start()
        self.stopping = threading.Event()
        self.arrived: SimpleQueue[Result] = SimpleQueue()
        self.unsettled: list[Result] = []
        self.under_way = 0  # replies handed to the event loop and not settled
        # Each is changed by one thread alone.
        self.menus_begun = self.menus_ended = 0
        self.menus: SimpleQueue[tuple[Chat, str, bool]] = SimpleQueue()

    def run(self) -> None:
        """Until `stopping` is set. Whatever fails is logged and tried again; nothing ends the loop."""
        log.info("worker started")
        while not self.stopping.is_set():
            began = time.monotonic()
            self.beat(".alive")
            self.collect(0)
            try:
                busy = self.turn() or self.under_way
                self.beat()
            except Exception as error:
                # The database is away, or a bug: no event is lost, each is still in the inbox.
                log.error("trouble", extra={"error": describe(error)})
                connection.close()
                self.stopping.wait(RECOVER)
                continue
            self.stopping.wait((PACE if busy else POLL) - (time.monotonic() - began))
            reset_queries()  # under DEBUG Django keeps every statement
        self.finish()

    def beat(self, suffix: str = "") -> None:
        """For health checks from outside: the file's time is when the inbox was last looked at in full.

        That of the file `.alive` beside it is when that was last tried: restarting helps if that is long ago.
        A file that cannot be written grows old, and nothing else comes of it.
        """
        if settings.HEARTBEAT:
            with suppress(OSError):
                Path(settings.HEARTBEAT + suffix).touch()

    def turn(self) -> bool:
        """Whether there was anything to do. With nothing to do it costs one query."""
        self.settle()
        self.keep_menus()
        now = timezone.now()
        if not Event.objects.any_due(now):
            return False
        try:
            applied = apply_due(now)
        finally:
            # Also when one chat's events cannot be applied now: the others' answers are due.
            answered = expire_late(now) + self.answer()
        return bool(applied + answered)

    def answer(self) -> int:
        room = self.replies_at_once - self.under_way
        claimed = claim(timezone.now(), room) if room else []
        if claimed:
            self.under_way += len(claimed)
            asyncio.run_coroutine_threadsafe(self.send_all(claimed), self.loop)
        return len(claimed)

    def talk(self) -> None:
        self.loop.run_forever()
        self.loop.close()

    async def send_all(self, jobs: list[Job]) -> None:
        await asyncio.gather(*map(self.send, jobs))

    async def send(self, job: Job) -> None:
        result, menu = await send(job, self.client), None
        try:
            menu = self.menu_due(result)
        finally:
            self.arrived.put(result)
        if menu is not None:
            await self.show_menu(job.chat, menu)

    def collect(self, seconds: float) -> None:
        """Waits that long for a reply to come back, then takes all that have."""
        try:
            self.unsettled.append(self.arrived.get(timeout=seconds) if seconds else self.arrived.get_nowait())
            while True:
                self.unsettled.append(self.arrived.get_nowait())
        except Empty:
            pass

    def settle(self) -> None:
        """What the database is away for is settled later; what it does not take is left to the lease."""
        if not self.unsettled:
            return
        try:
            settle(self.unsettled, timezone.now())
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.error("not settled", extra={"replies": len(self.unsettled), "error": describe(error)})
        self.under_way -= len(self.unsettled)
        self.unsettled.clear()

    def menu_due(self, result: Result) -> str | None:
        """Which menu this person is to be shown now. Whom there is no room for is next time's."""
        menu = linked.due(result)
        if menu is None or self.menus_under_way >= MENUS_AT_ONCE:
            return None
        self.menus_begun += 1
        return menu

    async def show_menu(self, chat: Chat, menu: str) -> None:
        shown = False
        try:
            shown = await self.client.show_menu(chat.line_id, alias(menu) if menu else "")
        finally:
            self.menus.put((chat, menu, shown))

    @property
    def menus_under_way(self) -> int:
        return self.menus_begun - self.menus_ended

    def keep_menus(self) -> None:
        came = []
        with suppress(Empty):
            while True:
                came.append(self.menus.get_nowait())
        self.menus_ended += len(came)
        linked.keep((chat, menu) for chat, menu, shown in came if shown)

    def finish(self) -> None:
        """Replies under way come to their end and are settled; what is only owed is for the next worker."""
        deadline = time.monotonic() + GRACE
        while self.under_way > len(self.unsettled) and time.monotonic() < deadline:
            self.collect(POLL)
        try:
            self.settle()
        except Exception as error:
            log.error("trouble while stopping", extra={"error": describe(error)})
        self.close()
        connection.close()
        log.info("worker stopped")

    def close(self) -> None:
        """Hangs up. What LINE has not answered by now is for the next worker."""
        with suppress(Exception):
            asyncio.run_coroutine_threadsafe(self.client.close(), self.loop).result(1)
        self.loop.call_soon_threadsafe(self.loop.stop)
