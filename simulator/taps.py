"""What there is to tap, found by the words on it: in a message, on its quick replies, on the rich menu.

And what a tap does: the act of the control API, with what it asks for.
"""

from collections.abc import Callable, Iterator
from typing import Any

from simulator.acts import ImpossibleError, said
from simulator.world import Chat, World

JSON = dict[str, Any]
Button = tuple[list[str], JSON]  # the words on it, and LINE's action object
PLACES = ("message", "quickReply", "richMenu")

_ACTS: dict[str, Callable[[JSON], tuple[str, JSON]]] = {
    "postback": lambda action: ("postback", {key: action.get(key, "") for key in ("data", "displayText")}),
    "message": lambda action: ("say", {"text": action["text"]}),
    "datetimepicker": lambda action: ("postback", {"data": action["data"]}),
    "richmenuswitch": lambda action: (
        "postback",
        {"data": action["data"], "params": {"newRichMenuAliasId": action["richMenuAliasId"]}},
    ),
    "camera": lambda action: ("media", {"kind": "image"}),
    "cameraRoll": lambda action: ("media", {"kind": "image"}),
    "location": lambda action: ("media", {"kind": "location"}),
}


def tapped(world: World, chat: Chat, place: str, text: str, message: str | None) -> tuple[str, JSON]:
    """The act and its fields: of the first button with exactly this text, else with it somewhere."""
    buttons = list(_buttons(world, chat, place, message))
    exact = [action for words, action in buttons if text in words]
    near = [action for words, action in buttons if any(text in word for word in words)]
    if not near:
        raise ImpossibleError(f"chat {chat.name} has nothing to tap that says {text}")
    return _act((exact or near)[0])


def _act(action: JSON) -> tuple[str, JSON]:
    if action["type"] not in _ACTS:
        raise ImpossibleError(f"a tap on a {action['type']} action tells the bot nothing")
    return _ACTS[action["type"]](action)


def _buttons(world: World, chat: Chat, place: str, message: str | None) -> Iterator[Button]:
    if place == "message":
        return _in_message(said(chat, message or _newest(chat))["message"])
    if place == "quickReply":
        return _in_message({"items": _quick_replies(chat)})
    menu = world.menus.menus.get(world.menus.shown_to(chat.id) or "") if chat.kind == "user" else None
    return _in_message({"areas": menu.object["areas"] if menu else []})


def _newest(chat: Chat) -> str:
    """The bot's newest message."""
    for entry in reversed(chat.entries.values()):
        if entry["from"] == "bot" and entry["kind"] == "message":
            return entry["id"]
    raise ImpossibleError(f"the bot has said nothing in chat {chat.name}")


def _quick_replies(chat: Chat) -> list[JSON]:
    """Those of the last message: any later one, and what a tap says, takes them away."""
    last = next((entry for entry in reversed(chat.entries.values()) if entry["kind"] != "notice"), None)
    items: list[JSON] = last["message"].get("quickReply", {}).get("items", []) if last else []
    return items


def _in_message(part: Any) -> Iterator[Button]:
    if isinstance(part, list):
        for one in part:
            yield from _in_message(one)
    elif isinstance(part, dict):
        if isinstance(part.get("action"), dict):
            yield list(_words(part)), part["action"]
        for action in part.get("actions", []):
            yield list(_words(action)), action
        for key in [key for key in part if key not in ("action", "actions", "quickReply")]:
            yield from _in_message(part[key])


def _words(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _words(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in ("text", "label", "displayText"):
                yield value
            else:
                yield from _words(value)
