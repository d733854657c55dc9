"""One webhook event taken apart: what it is, whose it is, and whether it is ours to act on.

https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
Nothing in here trusts a field to be there or to be of its kind: LINE adds and changes without notice.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from todos.line.text import whole

ULID = re.compile(r"[0-9A-Z]{26}")
LINE_ID = re.compile(r"[UCR][0-9a-f]{32}")
#: source.type -> (the property with the chat's id, the letter that such ids begin with)
SOURCES = {"user": ("userId", "U"), "group": ("groupId", "C"), "room": ("roomId", "R")}

#: In milliseconds. No time can be made of it or of what comes after.
YEAR_10000 = 253_402_300_800_000

#: Whether a text message in a group speaks to the bot.
Addressed = Callable[[dict[str, Any]], bool]

#: Event types that the worker acts on. All others are kept without their content, settled at once.
HANDLED = {"message", "messageEdited", "unsend", "postback", "follow", "unfollow", "join", "leave"}
#: All that LINE's reference names; it may send others any day.
TYPES = HANDLED | {
    *("memberJoined", "memberLeft", "videoPlayComplete", "beacon", "accountLink", "membership"),
    *("module", "activated", "deactivated", "botSuspended", "botResumed", "delivery", "things"),
}
#: Acted on although another bot is in control of the chat: they say what is so, and ask for nothing.
FACTS = {"unfollow", "leave", "unsend", "messageEdited"}


class BadEvent(ValueError):
    """An event of a type that we handle, without what we need of it; the text names the field."""


@dataclass(frozen=True)
class Incoming:
    """What the inbox keeps of an event. `content` is None when it is not ours to act on or cannot be."""

    webhook_event_id: str
    type: str
    timestamp: int | None
    source_kind: str = ""
    source_id: str = ""
    user_id: str = ""
    message_id: str = ""
    reply_token: str = ""
    content: dict[str, Any] | None = None
    error: str = ""


def parse(event: Any, addressed: Addressed) -> Incoming | None:
    """None for what people say to each other in a group: it is not even stored.

    `addressed` tells whether a message there speaks to the bot. Never raises.
    """
    if not isinstance(event, dict):
        return Incoming(digest(event), "", None, error="the event is not an object")
    if overheard(event, addressed):
        return None
    known = outline(event)
    if not ours(event):
        return known
    try:
        check(event)
    except BadEvent as error:
        return replace(known, error=str(error))
    active = event.get("mode", "active") == "active"
    edit = string(event, "type") == "messageEdited"
    return replace(
        known, content=unheard(event) if edit and not (active and heard(event, addressed)) else event
    )


def outline(event: dict[str, Any]) -> Incoming:
    kind = string(event, "source", "type")
    return Incoming(
        webhook_event_id=event_id(event),
        type=string(event, "type")[:40],
        timestamp=timestamp(event),
        source_kind=kind if kind in SOURCES else "",
        source_id=chat_id(event),
        user_id=line_id(string(event, "source", "userId")),
        message_id=short_id(string(event, "message", "id") or string(event, "unsend", "messageId")),
        reply_token=string(event, "replyToken"),
    )


def overheard(event: dict[str, Any], addressed: Addressed) -> bool:
    return string(event, "type") == "message" and not heard(event, addressed)


def heard(event: dict[str, Any], addressed: Addressed) -> bool:
    """Whether it is for the bot: not when a text in a group speaks to somebody else."""
    speaks = string(event, "type") in ("message", "messageEdited")
    if not speaks or string(event, "source", "type") not in ("group", "room"):
        return True
    message = event.get("message")
    return isinstance(message, dict) and isinstance(message.get("text"), str) and addressed(message)


def unheard(event: dict[str, Any]) -> dict[str, Any]:
    """An edit that does not speak to the bot, though what it replaces may have: without the text."""
    return event | {"message": {"id": event["message"]["id"]}}


def quoted_id(message: dict[str, Any]) -> str:
    """Of the message that this one quotes, or nothing."""
    given = message.get("quotedMessageId")
    return short_id(given) if isinstance(given, str) else ""


def ours(event: dict[str, Any]) -> bool:
    """Not when another channel is in control (mode standby), nor when we do not know the type."""
    kind = string(event, "type")
    return kind in FACTS or (kind in HANDLED and event.get("mode", "active") == "active")


def check(event: dict[str, Any]) -> None:
    """Raises BadEvent when what the worker reads of it is not there."""
    kind, source = string(event, "type"), string(event, "source", "type")
    if source not in SOURCES:
        raise BadEvent("source.type is missing or unknown")
    if not chat_id(event):
        raise BadEvent(f"source.{SOURCES[source][0]} is missing or not an id of LINE's")
    if kind == "message" and not string(event, "message", "type"):
        raise BadEvent("message.type is missing or not a text")
    if string(event, "message", "type") == "text" and not isinstance(event["message"].get("text"), str):
        raise BadEvent("message.text is missing or not a text")
    if kind == "messageEdited" and not string(event, "message", "id"):
        raise BadEvent("message.id is missing or not a text")
    if kind == "unsend" and not string(event, "unsend", "messageId"):
        raise BadEvent("unsend.messageId is missing or not a text")
    if kind == "postback" and not string(event, "postback", "data"):
        raise BadEvent("postback.data is missing or not a text")


def event_id(event: dict[str, Any]) -> str:
    """LINE's id where it is one, else a digest: what has no id must still be told from its duplicate."""
    given = string(event, "webhookEventId")
    if ULID.fullmatch(given):
        return given
    return digest({name: value for name, value in event.items() if name != "deliveryContext"})


def digest(value: Any) -> str:
    content = json.dumps(value, sort_keys=True)
    return f"sha256-{hashlib.sha256(content.encode()).hexdigest()[:48]}"


def timestamp(event: dict[str, Any]) -> int | None:
    given = event.get("timestamp")
    known = isinstance(given, int) and not isinstance(given, bool) and 0 <= given < YEAR_10000
    return given if known else None


def chat_id(event: dict[str, Any]) -> str:
    name, letter = SOURCES.get(string(event, "source", "type"), ("", ""))
    given = string(event, "source", name)
    return line_id(given) if letter and given.startswith(letter) else ""


def line_id(given: str) -> str:
    return given if LINE_ID.fullmatch(given) else ""


def short_id(given: str) -> str:
    return given if given.isascii() and len(given) <= 64 else ""


def string(event: dict[str, Any], *path: str) -> str:
    """The text at that path, or nothing."""
    found: Any = event
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return whole(found) if isinstance(found, str) else ""
