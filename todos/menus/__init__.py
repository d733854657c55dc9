"""The rich menus: a row of buttons below a chat with one person, one menu for each language.

What is in them. Their pictures lie beside this file, drawn by draw.py; upkeep.py brings both to LINE.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import override, pgettext

from todos.words import HELP, LIST, UNDO

FOLDER = Path(__file__).parent
#: Pixels: the compact one of the sizes that LINE's apps are made for.
WIDTH, HEIGHT = 2500, 843
#: The names of our menus: language and digest. All others are somebody else's.
OURS = re.compile(r"todobot (\S+) [0-9a-f]{12}")


@dataclass(frozen=True)
class Menu:
    language: str
    content: dict[str, Any]
    picture: bytes

    @property
    def alias(self) -> str:
        return alias(self.language)

    @property
    def name(self) -> str:
        """Of the same name is the same menu. LINE's people see it only in the Official Account Manager."""
        whole = json.dumps(self.content, sort_keys=True).encode() + self.picture
        return f"todobot {self.language} {hashlib.sha256(whole).hexdigest()[:12]}"


def alias(language: str) -> str:
    """By this name LINE knows the menu of a language, whatever its id. At most 32 of a-z, 0-9, _ and -."""
    return f"todobot-{language.lower()}"


def menus() -> list[Menu]:
    return [Menu(code, content(code), picture(code).read_bytes()) for code, _name in settings.LANGUAGES]


def language_of(name: str) -> str:
    """Of which language a menu of ours is, by its name; nothing of somebody else's."""
    ours = OURS.fullmatch(name)
    return ours[1] if ours else ""


def picture(language: str) -> Path:
    return FOLDER / f"{language}.png"


def labels(language: str) -> dict[str, str]:
    """What each button asks for, and what is written on it, from left to right."""
    with override(language):
        return {
            LIST: pgettext("button", "List"),
            UNDO: pgettext("button", "Undo"),
            HELP: pgettext("button", "Help"),
        }


def content(language: str) -> dict[str, Any]:
    """https://developers.line.biz/en/reference/messaging-api/#rich-menu-object, without its name."""
    with override(language):
        # Translators: the bar that opens the buttons below a chat. At most 14 characters
        bar = pgettext("menu", "Menu")
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "chatBarText": bar,
        "areas": list(areas(labels(language))),
    }


def areas(named: dict[str, str]) -> Iterator[dict[str, Any]]:
    """A postback, not a message: a message would be a line of the list if its word were changed one day."""
    for number, (data, label) in enumerate(named.items()):
        left, right = (WIDTH * edge // len(named) for edge in (number, number + 1))
        yield {
            "bounds": {"x": left, "y": 0, "width": right - left, "height": HEIGHT},
            "action": {"type": "postback", "label": label, "data": data, "displayText": label},
        }
