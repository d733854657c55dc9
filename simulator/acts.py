"""What people do: each act changes the world and makes the event LINE would make of it.

An act's event is None where LINE tells the bot nothing: a blocked chat, a group the bot is not in.
"""

import time
from dataclasses import dataclass
from typing import Any

from simulator import events
from simulator.notices import Notice
from simulator.world import BOT_NAME, Chat, Entry, User, World

JSON = dict[str, Any]


class ImpossibleError(Exception):
    """What nobody could do in LINE; the text says why."""


@dataclass(frozen=True, slots=True)
class Act:
    chat: Chat
    event: JSON | None
    entry: Entry | None = None


def _now() -> int:
    return int(time.time() * 1000)


def _event(world: World, chat: Chat, kind: str, user: str | None, token: bool, **details: Any) -> JSON | None:
    if not world.reaches(chat):
        return None
    reply_token = world.tokens.issue(chat.id) if token else None
    return events.event(kind, events.source(chat, user), _now(), reply_token, **details)


def _content(world: World, chat: Chat, kind: str, **properties: Any) -> JSON:
    message_id = world.message_ids.next()
    content: JSON = {"type": kind, "id": message_id, **properties}
    if kind in events.QUOTABLE:
        content["quoteToken"] = world.seals.seal("quote", chat.id, message_id)
    if chat.kind == "user":
        content["markAsReadToken"] = world.seals.seal("read", "", message_id)
    return content


def _message(world: World, chat: Chat, user: str, content: JSON) -> Act:
    event = _event(world, chat, "message", user, True, message=content)
    return Act(chat, event, world.entry("message", user, message=content))


def say(
    world: World, chat: Chat, user: str, text: str, *, mention: bool, quote: str | None, emojis: list[JSON]
) -> Act:
    properties: JSON = {"text": text}
    if emojis:
        properties["emojis"] = emojis
    if mention:
        properties["text"], properties["mention"] = events.mention(text, world.bot_id, BOT_NAME)
    if quote:
        properties["quotedMessageId"] = said(chat, quote)["id"]
    return _message(world, chat, user, _content(world, chat, "text", **properties))


def sticker(world: World, chat: Chat, user: str) -> Act:
    return _message(world, chat, user, _content(world, chat, "sticker", **events.STICKER))


def media(world: World, chat: Chat, user: str, kind: str) -> Act:
    return _message(world, chat, user, _content(world, chat, kind, **events.MEDIA[kind]))


def postback(world: World, chat: Chat, user: str, data: str, display: str, params: JSON) -> Act:
    """A tapped button. Only its displayText, if any, shows in the chat, and is not a message."""
    if "newRichMenuAliasId" in params:
        status = world.menus.switch(user, str(params["newRichMenuAliasId"]))
        params = {**params, "status": status}
        world.changed()
    tapped: JSON = {"data": data, **({"params": params} if params else {})}
    entry = world.entry("tap", user, text=display) if display else None
    return Act(chat, _event(world, chat, "postback", user, True, postback=tapped), entry)


def said(chat: Chat, message: str) -> Entry:
    entry = chat.entries.get(message)
    if entry is None or entry["kind"] != "message":
        forgotten = f": the oldest {chat.forgotten} are forgotten" if chat.forgotten else ""
        raise ImpossibleError(f"chat {chat.name} has no message {message}{forgotten}")
    if entry["unsent"]:
        raise ImpossibleError("that message is unsent already")
    return entry


def _own(chat: Chat, message: str) -> Entry:
    entry = said(chat, message)
    if entry["from"] == "bot":
        raise ImpossibleError("that message is the bot's")
    return entry


def unsend(world: World, chat: Chat, message: str) -> Act:
    """Nobody can read it any more, here as in LINE; what the bot was sent of it stays in the deliveries."""
    entry = _own(chat, message)
    entry["unsent"], entry["message"], entry["readable"] = True, {}, ""
    event = _event(world, chat, "unsend", entry["from"], False, unsend={"messageId": message})
    return Act(chat, event, entry)


def _lasting(original: JSON, text: str) -> JSON:
    """What an edit leaves as it was: the quote, and the mention of the bot as long as it stands in front."""
    kept: JSON = {key: original[key] for key in ("quotedMessageId", "mention") if key in original}
    if not text.startswith(f"@{BOT_NAME}"):
        kept.pop("mention", None)
    return kept


def edit(world: World, chat: Chat, message: str, text: str) -> Act:
    """LINE lets people edit text, and tells bots so in groups only."""
    entry = _own(chat, message)
    if chat.kind != "group" or entry["message"].get("type") != "text":
        raise ImpossibleError("only a text message in a group can be edited")
    token = world.seals.seal("quote", chat.id, message)
    content = {"type": "text", "id": message, "quoteToken": token, "text": text}
    content |= _lasting(entry["message"], text)
    entry["message"], entry["edited"], entry["readable"] = content, True, world.readable(content)
    return Act(chat, _event(world, chat, "messageEdited", entry["from"], True, message=content), entry)


def block(world: World, user: User) -> Act:
    if user.blocked:
        raise ImpossibleError(f"{user.name} has blocked the bot already")
    chat = world.chats[user.id]
    event = _event(world, chat, "unfollow", user.id, False)
    user.blocked = True
    return _noticed(world, chat, event, Notice.BLOCKED, user)


def unblock(world: World, user: User) -> Act:
    if not user.blocked:
        raise ImpossibleError(f"{user.name} has not blocked the bot")
    user.blocked = False
    return _followed(world, user, Notice.UNBLOCKED)


def follow(world: World, user: User) -> Act:
    user.friend, user.blocked = True, False
    return _followed(world, user, Notice.FOLLOWED)


def _followed(world: World, user: User, notice: Notice) -> Act:
    chat, unblocked = world.chats[user.id], notice == Notice.UNBLOCKED
    event = _event(world, chat, "follow", user.id, True, follow={"isUnblocked": unblocked})
    return _noticed(world, chat, event, notice, user)


def join(world: World, chat: Chat) -> Act:
    _several(chat)
    if chat.bot_in:
        raise ImpossibleError(f"the bot is in {chat.name} already")
    chat.bot_in = True
    event = _event(world, chat, "join", None, True)
    return _noticed(world, chat, event, Notice.JOINED)


def leave(world: World, chat: Chat) -> Act:
    _several(chat)
    if not chat.bot_in:
        raise ImpossibleError(f"the bot is not in {chat.name}")
    event = _event(world, chat, "leave", None, False)
    chat.bot_in = False
    return _noticed(world, chat, event, Notice.REMOVED)


def member(world: World, chat: Chat, user: User, joined: bool) -> Act:
    _several(chat)
    if joined == (user.id in chat.members):
        raise ImpossibleError(f"{user.name} is {'already' if joined else 'not'} in {chat.name}")
    if joined:
        chat.members.append(user.id)
        event = _event(world, chat, "memberJoined", None, True, joined=events.members(user.id))
    else:
        chat.members.remove(user.id)
        event = _event(world, chat, "memberLeft", None, False, left=events.members(user.id))
    return _noticed(world, chat, event, Notice.MEMBER_JOINED if joined else Notice.MEMBER_LEFT, user)


def _several(chat: Chat) -> None:
    if chat.kind == "user":
        raise ImpossibleError("a one-to-one chat has no members to come and go")


def _noticed(world: World, chat: Chat, event: JSON | None, notice: Notice, user: User | None = None) -> Act:
    """What nobody in particular did is the bot's."""
    world.changed()
    return Act(chat, event, world.notice(notice, user))
