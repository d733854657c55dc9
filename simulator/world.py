"""Who there is and what was said: people, chats, entries, quota. In memory; a restart starts anew."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypedDict

from simulator import ids, notices
from simulator.memory import MIB, Memory
from simulator.readable import readable
from simulator.retries import Retries
from simulator.richmenus import RichMenus
from simulator.tokens import ReplyTokens

BOT_NAME = "todobot"
HISTORY = 1000  # entries kept per chat, and as many messages of the bot, for benches that count them
BYTES = 16 * MIB  # of entries in all chats, and as many of the bot's messages

_LATIN = re.compile(r"(?:^|\s)([a-z0-9][\w .-]*)$", re.ASCII)

JSON = dict[str, Any]
Entry = TypedDict(
    "Entry",
    {
        "id": str,
        "kind": str,
        "from": str,
        "at": int,
        "message": JSON,
        "text": str,
        "notice": str,
        "name": str,
        "unsent": bool,
        "edited": bool,
        "quoted": str | None,
        "delivery": str | None,
        "readable": str,
    },
)


@dataclass(slots=True)
class User:
    id: str
    name: str
    language: str
    blocked: bool = False
    friend: bool = True

    def json(self) -> JSON:
        return {
            "userId": self.id,
            "name": self.name,
            "language": self.language,
            "blocked": self.blocked,
            "friend": self.friend,
        }


@dataclass(slots=True)
class Chat:
    """A one-to-one chat has its user's id: LINE has no other name for it."""

    id: str
    kind: str  # user, group or room, as in an event's source
    name: str
    members: list[str]
    bot_in: bool = True
    entries: OrderedDict[str, Entry] = field(default_factory=OrderedDict)
    replies: OrderedDict[str, JSON] = field(default_factory=OrderedDict)
    posted: int = 0  # entries, with those that are forgotten by now

    @property
    def forgotten(self) -> int:
        return self.posted - len(self.entries)


class World:
    """`publish` is called with each stream message the page should hear of."""

    def __init__(self, publish: Callable[[JSON], None]) -> None:
        self.publish = publish
        self.bot_id = ids.stable("U", "bot:" + BOT_NAME)
        self.message_ids = ids.MessageIds()
        self.seals = ids.Seals()
        self.tokens = ReplyTokens(self.clock)
        self.menus = RichMenus()
        self.users: dict[str, User] = {}
        self.chats: dict[str, Chat] = {}
        self.quota: int | None = 200
        self.consumed = 0
        self.retries = Retries(self.clock)
        self._entries = Memory(HISTORY, BYTES)
        self._replies = Memory(HISTORY, BYTES)
        self._names: dict[str, str] = {}
        self._advanced = 0.0
        self._populate()

    def _populate(self) -> None:
        alice, bob = self.add_user("Alice", "ja"), self.add_user("Bob", "en")
        self.add_user("Charlie", "de")
        self.add_user("小美 Mei", "zh-TW")
        self.add_user("พลอย Ploy", "th")
        self.add_chat("group", "家族 Family", [alice.id, bob.id])

    # Time

    def clock(self) -> float:
        """Seconds by which tokens and retry keys age. Events keep the true time, as bots may compare it."""
        return time.monotonic() + self._advanced

    def advance(self, seconds: float) -> None:
        self._advanced += seconds

    # People and chats

    def add_user(self, name: str, language: str) -> User:
        user = User(ids.stable("U", name), name, language)
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "user", name, [user.id])
        self._call(name, user.id)
        return user

    def add_chat(self, kind: str, name: str, members: Iterable[str]) -> Chat:
        chat = Chat(ids.stable("R" if kind == "room" else "C", name), kind, name, list(members))
        self.chats[chat.id] = chat
        self._call(name, chat.id)
        return chat

    def _call(self, name: str, identity: str) -> None:
        """Whoever asks may leave out what precedes the Latin part: "family" for "家族 Family"."""
        self._names[name.lower()] = identity
        if latin := _LATIN.search(name.lower()):
            self._names.setdefault(latin[1], identity)

    def user(self, named: str) -> User | None:
        return self.users.get(self._id(named))

    def chat(self, named: str) -> Chat | None:
        return self.chats.get(self._id(named))

    def _id(self, named: str) -> str:
        return self._names.get(named.lower(), named)

    def reaches(self, chat: Chat) -> bool:
        """Whether events of this chat go to the bot, and its messages to the chat."""
        return not self.users[chat.id].blocked if chat.kind == "user" else chat.bot_in

    # Entries

    def entry(self, kind: str, sender: str, *, message: JSON | None = None, text: str = "") -> Entry:
        message = message or {}
        return {
            "id": message.get("id") or self.message_ids.next(),
            "kind": kind,
            "from": sender,
            "at": int(time.time() * 1000),
            "message": message,
            "text": text,
            "notice": "",
            "name": "",
            "unsent": False,
            "edited": False,
            "quoted": message.get("quotedMessageId"),
            "delivery": None,
            "readable": self.readable(message) if message else text,
        }

    def notice(self, notice: notices.Notice, user: User | None) -> Entry:
        """`text` is for those who do not translate: it says in English what `notice` and `name` say."""
        name = user.name if user else ""
        entry = self.entry("notice", user.id if user else "bot", text=notices.text(notice, name))
        entry["notice"], entry["name"] = notice, name
        return entry

    def readable(self, message: JSON) -> str:
        return readable(message, self._name)

    def _name(self, user_id: str) -> str | None:
        return self.users[user_id].name if user_id in self.users else None

    def post(self, chat: Chat, entry: Entry) -> None:
        """Show an entry, new or changed."""
        chat.posted += entry["id"] not in chat.entries
        self._entries.keep(chat.entries, entry["id"], entry)
        self.publish({"type": "entry", "chat": chat.id, "entry": entry, "forgotten": chat.forgotten})

    def replied(self, chat: Chat, reply: JSON) -> None:
        self._replies.keep(chat.replies, reply["id"], reply)

    def changed(self) -> None:
        """Something other than an entry changed: the page fetches the state again."""
        self.publish({"type": "state"})

    def chat_json(self, chat: Chat) -> JSON:
        return {
            "id": chat.id,
            "kind": chat.kind,
            "name": chat.name,
            "members": chat.members,
            "botIn": chat.bot_in,
            "entries": list(chat.entries.values()),
            "forgotten": chat.forgotten,
            "richMenuId": self.menus.shown_to(chat.id) if chat.kind == "user" else None,
        }
