"""Which rich menu a person sees. Asked of LINE after a reply was sent; nothing waits for it."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from linebot.v3.messaging import ApiException

#: Seconds for which we remember where an alias leads, or that there is none.
KNOWN = 600
#: Seconds without another try after LINE refused or did not answer.
PAUSE = 60


class Menus:
    """`call` asks LINE, and raises ApiException or one of `unreadable`. Belongs to one event loop."""

    def __init__(
        self, call: Callable[[str, str], Awaitable[Any]], unreadable: tuple[type[Exception], ...]
    ) -> None:
        self.call = call
        self.trouble = (ApiException, *unreadable)
        #: Alias -> the menu's id, or nothing, and until when we believe it.
        self.known: dict[str, tuple[str, float]] = {}
        self.paused_until = 0.0

    async def show(self, user_id: str, alias: str) -> bool:
        """Whether the person sees the menu of that alias now; without one, the default menu. Never raises.

        https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-user
        """
        if time.monotonic() < self.paused_until:
            return False
        try:
            menu_id = await self.behind(alias) if alias else ""
            if menu_id:
                await self.call("POST", f"/v2/bot/user/{user_id}/richmenu/{menu_id}")
            elif not alias:
                await self.call("DELETE", f"/v2/bot/user/{user_id}/richmenu")
            return bool(menu_id or not alias)
        except self.trouble:
            # A menu that we knew may have been deleted.
            self.known.clear()
            self.paused_until = time.monotonic() + PAUSE
            return False

    async def behind(self, alias: str) -> str:
        """The id of the menu of that alias, or nothing.

        https://developers.line.biz/en/reference/messaging-api/#get-rich-menu-alias-by-id
        """
        menu_id, until = self.known.get(alias, ("", 0.0))
        if time.monotonic() >= until:
            menu_id = await self.asked(alias)
            self.known[alias] = menu_id, time.monotonic() + KNOWN
        return menu_id

    async def asked(self, alias: str) -> str:
        try:
            found = json.loads((await self.call("GET", f"/v2/bot/richmenu/alias/{alias}")).raw_data)
        except ApiException as refusal:
            if refusal.status == 404:
                return ""
            raise
        return str(found.get("richMenuId", "")) if isinstance(found, dict) else ""
