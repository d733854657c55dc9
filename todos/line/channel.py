"""What LINE lets us ask and set of the channel itself: the bot, its webhook, its rich menus.

For a person at a terminal, one call after the other. What the worker asks of LINE is in client.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from linebot.v3.messaging import ApiClient, ApiException, Configuration
from urllib3.exceptions import HTTPError

from todos.line.client import describe, reason, request_id
from todos.line.text import whole

#: Seconds to wait for the connection, and for the answer: a webhook's test waits for the bot, too.
TIMEOUT = (5, 20)
#: https://developers.line.biz/en/docs/messaging-api/development-guidelines/#domain-name
LINE, LINE_DATA = "api.line.me", "https://api-data.line.me"


class Refused(Exception):
    """LINE answered with other than success (`status`), or not at all (0). The text names no secret."""

    def __init__(self, why: str, status: int = 0, request_id: str = "") -> None:
        super().__init__(f"{why} (request id {request_id})" if request_id else why)
        self.status = status


@dataclass(frozen=True)
class Bot:
    name: str
    basic_id: str
    #: Whether people may write by hand in the Official Account Manager ("Chat" is on there).
    by_hand: bool


@dataclass(frozen=True)
class Endpoint:
    url: str
    #: Whether LINE calls it at all: "Use webhook" in the console.
    active: bool


@dataclass(frozen=True)
class Tested:
    """How the bot took LINE's signed call without events. `status` is 0 or less where none came."""

    success: bool
    status: int
    reason: str
    detail: str


def data_url(base_url: str) -> str:
    """Where pictures go: LINE has another host for them, a simulator has not."""
    return LINE_DATA if urlsplit(base_url).hostname == LINE else base_url


class Channel:
    """Every call raises Refused."""

    def __init__(self, base_url: str, access_token: str) -> None:
        self.base_url = base_url
        self.api, self.data = (client(url, access_token) for url in (base_url, data_url(base_url)))

    def bot(self) -> Bot:
        """https://developers.line.biz/en/reference/messaging-api/#get-bot-info"""
        found = self.call("GET", "/v2/bot/info")
        by_hand = found.get("chatMode") == "chat"
        return Bot(string(found, "displayName"), string(found, "basicId"), by_hand)

    def endpoint(self) -> Endpoint | None:
        """https://developers.line.biz/en/reference/messaging-api/#get-webhook-endpoint-information"""
        found = self.find("/v2/bot/channel/webhook/endpoint")
        if found is None:
            return None
        return Endpoint(string(found, "endpoint"), found.get("active") is not False)

    def set_endpoint(self, url: str) -> None:
        """https://developers.line.biz/en/reference/messaging-api/#set-webhook-endpoint-url"""
        self.call("PUT", "/v2/bot/channel/webhook/endpoint", {"endpoint": url})

    def test(self, url: str) -> Tested:
        """https://developers.line.biz/en/reference/messaging-api/#test-webhook-endpoint"""
        found = self.call("POST", "/v2/bot/channel/webhook/test", {"endpoint": url})
        status = found.get("statusCode")
        return Tested(
            found.get("success") is True,
            status if isinstance(status, int) else 0,
            string(found, "reason"),
            string(found, "detail"),
        )

    def menus(self) -> dict[str, str]:
        """The names of all rich menus, by their ids."""
        return pairs(self.call("GET", "/v2/bot/richmenu/list"), "richmenus", "richMenuId", "name")

    def aliases(self) -> dict[str, str]:
        """Whose menus' ids stand behind them; a menu that was deleted may, too."""
        found = self.call("GET", "/v2/bot/richmenu/alias/list")
        return pairs(found, "aliases", "richMenuAliasId", "richMenuId")

    def default_menu(self) -> str:
        """The id of the one that everybody sees who is linked to no other, or nothing."""
        return string(self.find("/v2/bot/user/all/richmenu") or {}, "richMenuId")

    def create_menu(self, content: dict[str, Any]) -> str:
        """Its id. Nobody can see it before it has its picture."""
        menu_id = string(self.call("POST", "/v2/bot/richmenu", content), "richMenuId")
        if not menu_id:
            raise Refused("LINE's answer names no rich menu")
        return menu_id

    def upload_picture(self, menu_id: str, png: bytes) -> None:
        self.call("POST", f"/v2/bot/richmenu/{menu_id}/content", png)

    def delete_menu(self, menu_id: str) -> None:
        self.call("DELETE", f"/v2/bot/richmenu/{menu_id}")

    def set_default_menu(self, menu_id: str) -> None:
        self.call("POST", f"/v2/bot/user/all/richmenu/{menu_id}")

    def create_alias(self, alias: str, menu_id: str) -> None:
        body = {"richMenuAliasId": alias, "richMenuId": menu_id}
        self.call("POST", "/v2/bot/richmenu/alias", body)

    def update_alias(self, alias: str, menu_id: str) -> None:
        self.call("POST", f"/v2/bot/richmenu/alias/{alias}", {"richMenuId": menu_id})

    def delete_alias(self, alias: str) -> None:
        self.call("DELETE", f"/v2/bot/richmenu/alias/{alias}")

    def find(self, path: str) -> dict[str, Any] | None:
        """None where LINE says that there is none."""
        try:
            return self.call("GET", path)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def call(self, method: str, path: str, body: dict[str, Any] | bytes | None = None) -> dict[str, Any]:
        picture = isinstance(body, bytes)
        try:
            answer = (self.data if picture else self.api).call_api(
                path,
                method,
                header_params={"Content-Type": "image/png" if picture else "application/json"},
                body=body,
                response_types_map={},
                auth_settings=["Bearer"],
                _request_timeout=TIMEOUT,
            )
            found = json.loads(answer.raw_data or "{}")
        except ApiException as refusal:
            raise refused(refusal) from refusal
        except HTTPError as error:
            raise Refused(f"LINE does not answer at {self.base_url} ({describe(error)})") from error
        except (ValueError, LookupError):
            # Not `from` it: it may quote the token.
            raise Refused(f"{self.base_url} cannot be asked, or its answer not be read") from None
        return found if isinstance(found, dict) else {}


def client(url: str, access_token: str) -> ApiClient:
    configuration = Configuration(host=url, access_token=access_token)
    # Once: a person is there to try again.
    configuration.retries = False
    return ApiClient(configuration)


def refused(refusal: ApiException) -> Refused:
    if not refusal.status:
        return Refused(f"no safe connection to LINE: {whole(str(refusal.reason))}")
    return Refused(
        f"LINE says {refusal.status}: {reason(refusal)}", refusal.status, request_id(refusal.headers)
    )


def string(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return whole(value) if isinstance(value, str) else ""


def pairs(found: dict[str, Any], listed: str, key: str, value: str) -> dict[str, str]:
    given = found.get(listed)
    each = given if isinstance(given, list) else []
    return {string(one, key): string(one, value) for one in each if isinstance(one, dict)}
