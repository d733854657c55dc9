"""LINE, as the tests play it: real signed bytes in at the callback, what LINE was sent out of the worker."""

import base64
import hashlib
import hmac
import json
import time
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

from django.test import Client as Browser

from todos.line.client import Attempt, Fate, Profile
from todos.models import Chat, Event, Task
from todos.worker import Worker

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "the-channel-secret"
ALICE, BOB, CHARLIE = ("U" + letter * 32 for letter in "abc")
FAMILY, ROOM = "C" + "f" * 32, "R" + "e" * 32

numbers = count(1)
#: Milliseconds: LINE's clock in the tests, a second an event.
START = int(time.time() * 1000) - 30_000


def payload(name: str) -> dict[str, Any]:
    """One event of tests/payloads, whole."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found


def event(name: str = "message__text", **changes: Any) -> dict[str, Any]:
    """An event as in tests/payloads, with an id, a token and a time of its own."""
    number = next(numbers)
    made = payload(name)
    made |= {"webhookEventId": f"01ARZ3NDEKTSV4RRFF{number:08d}", "timestamp": START + number}
    if "replyToken" in made:
        made["replyToken"] = f"token-{number}"
    return made | changes


def text(said: str, by: str = ALICE, chat: str | None = None, **changes: Any) -> dict[str, Any]:
    made = event(**changes)
    made["message"] |= {"text": said, "id": f"{next(numbers):018d}"}
    made["source"] = source(by, chat)
    return made


def quoting(quoted: str, said: str, by: str = ALICE, chat: str | None = None) -> dict[str, Any]:
    made = text(said, by, chat)
    made["message"]["quotedMessageId"] = quoted
    return made


def tap(data: str, by: str = ALICE, chat: str | None = None) -> dict[str, Any]:
    return event("postback__button", postback={"data": data}, source=source(by, chat))


def source(by: str, chat: str | None = None) -> dict[str, str]:
    if chat is None:
        return {"type": "user", "userId": by}
    kind = "group" if chat.startswith("C") else "room"
    return {"type": kind, f"{kind}Id": chat, "userId": by}


def redelivered(original: dict[str, Any]) -> dict[str, Any]:
    return deepcopy(original) | {"deliveryContext": {"isRedelivery": True}}


def body_of(*events: Any) -> bytes:
    return json.dumps({"destination": "U" + "0" * 32, "events": events}, ensure_ascii=True).encode()


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Api:
    """Stands where todos.line.client.Client does. `fates` come first, one a try; then all is well."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[dict[str, Any]]]] = []
        #: The ids of each reply's messages.
        self.ids: list[tuple[str, ...]] = []
        self.tries: list[str] = []
        self.fates: list[Attempt] = []
        self.profiles: dict[str, Profile | None] = {}
        #: The alias of the rich menu that each person was shown, as they came; and whether LINE does it.
        self.menus: list[tuple[str, str]] = []
        self.shows_menus = True
        #: (chat, person) -> the name there; None while LINE does not answer.
        self.names: dict[tuple[str, str], str | None] = {}
        self.groups: dict[str, str] = {}
        self.asked: list[tuple[str, ...]] = []

    async def reply(self, token: str, messages: list[dict[str, Any]]) -> Attempt:
        self.tries.append(token)
        ids = tuple(f"{next(numbers):018d}" for _message in messages)
        attempt = self.fates.pop(0) if self.fates else Attempt(Fate.SENT, request_id="request-1", sent=ids)
        if attempt.fate == Fate.SENT:
            self.sent.append((token, messages))
            self.ids.append(attempt.sent)
        return attempt

    async def profile(self, user_id: str) -> Profile | None:
        return self.profiles.get(user_id, Profile())

    async def member(self, kind: str, chat_id: str, user_id: str) -> Profile | None:
        self.asked.append((kind, chat_id, user_id))
        name = self.names.get((chat_id, user_id), "")
        return None if name is None else Profile(name)

    async def group(self, group_id: str) -> Profile | None:
        self.asked.append((group_id,))
        return Profile(self.groups.get(group_id, ""))

    async def show_menu(self, user_id: str, alias: str) -> bool:
        self.menus.append((user_id, alias))
        return self.shows_menus


class Line:
    """A conversation: `says` and `taps` deliver, `work` lets the worker run, `answer` is what it said."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.api = Api()
        self.worker = Worker(self.api, replies_at_once=8)  # type: ignore[arg-type]

    def post(self, body: bytes, signature: str | None = None, **headers: str) -> int:
        sent = {"x-line-signature": sign(body) if signature is None else signature} | headers
        content_type = "application/json; charset=utf-8"
        return self.browser.post("/callback", body, content_type=content_type, headers=sent).status_code

    def delivers(self, *events: Any) -> "Line":
        assert self.post(body_of(*events)) == 200
        return self

    def says(self, said: str, by: str = ALICE, chat: str | None = None, **changes: Any) -> str:
        """The whole answer to this text, all of its messages, or nothing."""
        return self.answer_to(text(said, by, chat, **changes))

    def quotes(self, quoted: str, said: str, by: str = ALICE, chat: str | None = None) -> str:
        """The answer to this text, said in reply to the message of that id."""
        return self.answer_to(quoting(quoted, said, by, chat))

    def taps(self, data: str, by: str = ALICE, chat: str | None = None) -> str:
        return self.answer_to(tap(data, by, chat))

    def answer_to(self, *events: Any) -> str:
        before = len(self.api.sent)
        self.delivers(*events).work()
        return "\n".join(told for _token, messages in self.api.sent[before:] for told in texts(messages))

    def work(self) -> None:
        """Until nothing is due and nothing is under way."""
        worker = self.worker
        while worker.turn() or worker.under_way or worker.menus_under_way:
            if len(worker.unsettled) < worker.under_way:
                worker.collect(5)

    def last(self) -> str:
        """The id of the last message that was sent."""
        return self.api.ids[-1][-1]

    def buttons(self) -> dict[str, str]:
        """Label and data of the buttons under the last answer."""
        items = self.api.sent[-1][1][-1]["quickReply"]["items"]
        return {item["action"]["label"]: item["action"]["data"] for item in items}


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """What can be read: of a Flex message, the text that stands for it."""
    return [message.get("text") or message["altText"] for message in messages]


def open_titles(line_id: str = ALICE) -> list[str]:
    tasks = Task.objects.open().filter(chat__line_id=line_id).oldest_first()
    return list(tasks.values_list("title", flat=True))


def history(line_id: str = ALICE) -> list[tuple[str, str]]:
    changes = Chat.objects.get(line_id=line_id).changes.order_by("pk")
    return list(changes.values_list("kind", "task__title"))


def inbox(**fields: Any) -> Event:
    return Event.objects.get(**fields)
