"""Webhook events as LINE sends them today. Pure: values in, dictionaries out, nothing without a value."""

from typing import Any

from simulator import ids
from simulator.limits import utf16
from simulator.world import Chat

JSON = dict[str, Any]

_PLACES = {"user": "userId", "group": "groupId", "room": "roomId"}
_LINE_CONTENT = {"contentProvider": {"type": "line"}}
MEDIA: dict[str, JSON] = {
    "image": _LINE_CONTENT,
    "video": {"duration": 60000, **_LINE_CONTENT},
    "audio": {"duration": 5000, **_LINE_CONTENT},
    "file": {"fileName": "shopping.txt", "fileSize": 2138},
    "location": {
        "title": "LINE Head Office",
        "address": "1-3 Kioicho, Chiyoda-ku, Tokyo",
        "latitude": 35.67966,
        "longitude": 139.73669,
    },
}
STICKER: JSON = {
    "packageId": "446",
    "stickerId": "1988",
    "stickerResourceType": "ANIMATION",
    "keywords": ["hello", "happy"],
}
QUOTABLE = {"text", "image", "video", "sticker"}  # kinds of message that carry a quoteToken


def event(kind: str, source: JSON, at: int, reply_token: str | None = None, **details: Any) -> JSON:
    """`details` is what is particular to the kind; `reply_token` is left out where LINE gives none."""
    made: JSON = {
        "type": kind,
        **details,
        "webhookEventId": ids.ulid(),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": at,
        "source": source,
        "mode": "active",
    }
    if reply_token:
        made["replyToken"] = reply_token
    return made


def source(chat: Chat, user: str | None = None) -> JSON:
    """Join, leave and member events of a group name nobody; in a one-to-one chat there is always somebody."""
    made = {"type": chat.kind, _PLACES[chat.kind]: chat.id}
    if user and chat.kind != "user":
        made["userId"] = user
    return made


def redelivered(original: JSON) -> JSON:
    return {**original, "deliveryContext": {"isRedelivery": True}}


def mention(text: str, bot: str, name: str) -> tuple[str, JSON]:
    """The text with the bot's name in front, and the mention that says so, counted in UTF-16 units."""
    called = f"@{name}"
    mentionee = {"index": 0, "length": utf16(called), "type": "user", "userId": bot, "isSelf": True}
    return f"{called} {text}", {"mentionees": [mentionee]}


def members(*users: str) -> JSON:
    return {"members": [{"type": "user", "userId": user} for user in users]}
