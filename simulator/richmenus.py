"""The bot's rich menus, their images and aliases, and who sees which."""

import secrets
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


@dataclass(slots=True)
class RichMenu:
    id: str
    object: JSON
    image: bytes = b""
    image_type: str = ""

    def json(self) -> JSON:
        return {"richMenuId": self.id, **self.object}


@dataclass(slots=True)
class RichMenus:
    menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    default: str | None = None

    def add(self, described: JSON) -> RichMenu:
        menu = RichMenu(f"richmenu-{secrets.token_hex(16)}", described)
        self.menus[menu.id] = menu
        return menu

    def remove(self, menu_id: str) -> None:
        """A deleted menu disappears from everyone who was linked to it, but its aliases stay behind."""
        del self.menus[menu_id]
        self.linked = {user: menu for user, menu in self.linked.items() if menu != menu_id}
        self.default = None if self.default == menu_id else self.default

    def shown_to(self, user: str) -> str | None:
        return self.linked.get(user, self.default)

    def switch(self, user: str, alias: str) -> str:
        """Do what a tap on a richmenuswitch action does; the answer is the postback's `status`."""
        if alias not in self.aliases:
            return "RICHMENU_ALIAS_ID_NOTFOUND"
        if self.aliases[alias] not in self.menus:
            return "RICHMENU_NOTFOUND"
        self.linked[user] = self.aliases[alias]
        return "SUCCESS"
