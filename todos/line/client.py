"""LINE's API through the SDK's asynchronous client: one per process, never without a timeout."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)
from linebot.v3.messaging import ApiException, AsyncApiClient, Configuration

from todos.line.events import short_id
from todos.line.limits import MESSAGES
from todos.line.menus import Menus
from todos.line.text import whole

#: Seconds to wait for the connection, and for the answer.
CONNECT, READ = 1, 4
#: Seconds for what a reply can do without.
BRIEF = 1
#: No answer, or none that can be read: not UTF-8, not JSON, of an unknown charset.
UNREADABLE = (ClientError, TimeoutError, ValueError, LookupError)


class Fate(Enum):
    """What became of a message that we tried to send."""

    SENT = "sent"
    #: Nothing was delivered and another try may help.
    LATER = "later"
    #: It may have been delivered; another try tells, since a reply token works once.
    UNKNOWN = "unknown"
    #: The reply token was used before, or is too old.
    SPENT = "spent"
    #: LINE does not want it, now or later.
    REFUSED = "refused"


@dataclass(frozen=True)
class Attempt:
    fate: Fate
    error: str = ""
    request_id: str = ""
    #: The ids that LINE gave to what was sent, as far as it tells.
    sent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Profile:
    """Of a user, of somebody in a group, or of the group, as far as LINE tells: each may be empty."""

    name: str = ""
    language: str = ""


class Client:
    """Belongs to the event loop that first uses it. Tries once: the worker knows how long a token lives."""

    def __init__(self, base_url: str, access_token: str, connections: int) -> None:
        self.configuration = Configuration(host=base_url, access_token=access_token)
        self.configuration.connection_pool_maxsize = connections
        self.menus = Menus(self.call, UNREADABLE)

    @cached_property
    def api(self) -> Any:
        api = AsyncApiClient(self.configuration)
        # The SDK's session looks for proxies and ~/.netrc at every call, in yet another thread. This one has
        # the same connections, and takes a third of the CPU.
        theirs = api.rest_client.pool_manager
        api.rest_client.pool_manager = ClientSession(connector=theirs.connector)
        theirs.detach()
        # It looks for its model classes in all that is sent; we send plain JSON.
        api.sanitize_for_serialization = lambda plain: plain
        return api

    async def close(self) -> None:
        await self.api.close()

    async def reply(self, token: str, messages: list[dict[str, Any]]) -> Attempt:
        """https://developers.line.biz/en/reference/messaging-api/#send-reply-message"""
        try:
            answer = await self.call(
                "POST", "/v2/bot/message/reply", {"replyToken": token, "messages": messages}
            )
        except ApiException as refusal:
            return judged(refusal)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            return Attempt(Fate.LATER, describe(error))
        except UNREADABLE as error:
            return Attempt(Fate.UNKNOWN, describe(error))
        return Attempt(Fate.SENT, request_id=request_id(answer.headers), sent=sent_ids(answer.raw_data))

    async def profile(self, user_id: str) -> Profile | None:
        """https://developers.line.biz/en/reference/messaging-api/#get-profile"""
        return await self.described(f"profile/{user_id}", "displayName", CONNECT + READ)

    async def member(self, kind: str, chat_id: str, user_id: str) -> Profile | None:
        """Of somebody in a group or room, without a language.

        https://developers.line.biz/en/reference/messaging-api/#get-group-member-profile
        """
        return await self.described(f"{kind}/{chat_id}/member/{user_id}", "displayName", BRIEF)

    async def group(self, group_id: str) -> Profile | None:
        """https://developers.line.biz/en/reference/messaging-api/#get-group-summary"""
        return await self.described(f"group/{group_id}/summary", "groupName", BRIEF)

    async def described(self, path: str, name: str, seconds: float) -> Profile | None:
        """None while LINE does not answer; empty when it has nothing to tell (404: blocked, unknown)."""
        try:
            found = json.loads((await self.call("GET", f"/v2/bot/{path}", seconds=seconds)).raw_data)
        except ApiException as refusal:
            return Profile() if refusal.status == 404 else None
        except UNREADABLE:
            return None
        if not isinstance(found, dict):
            return None
        return Profile(whole(str(found.get(name) or "")), whole(str(found.get("language") or "")))

    async def show_menu(self, user_id: str, alias: str) -> bool:
        """Whether the person sees the rich menu of that alias now; without one, the default menu."""
        return await self.menus.show(user_id, alias)

    async def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, seconds: float = CONNECT + READ
    ) -> Any:
        # call_api rather than its 50 model classes: plain JSON in, the raw answer out.
        return await self.api.call_api(
            path,
            method,
            header_params={"Content-Type": "application/json", "Accept": "application/json"},
            body=body,
            response_types_map={},
            auth_settings=["Bearer"],
            _request_timeout=ClientTimeout(sock_connect=CONNECT, sock_read=READ, total=seconds),
        )


def judged(refusal: ApiException) -> Attempt:
    known = f"{refusal.status}: {reason(refusal)}", request_id(refusal.headers)
    if refusal.status == 400 and "reply token" in reason(refusal).lower():
        return Attempt(Fate.SPENT, *known)
    if refusal.status == 429:
        return Attempt(Fate.LATER, *known)
    if refusal.status >= 500:
        return Attempt(Fate.UNKNOWN, *known)
    return Attempt(Fate.REFUSED, *known)


def sent_ids(body: str | bytes) -> tuple[str, ...]:
    """Never raises: the messages are sent, whatever LINE tells of them."""
    try:
        given = [message["id"] for message in json.loads(body)["sentMessages"][:MESSAGES]]
    except (ValueError, TypeError, LookupError, RecursionError):
        return ()
    return tuple(filter(None, (short_id(each) for each in given if isinstance(each, str))))


def reason(refusal: ApiException) -> str:
    """LINE's message and the properties that it names; never a value that we sent."""
    try:
        body = json.loads(refusal.body or "")
        details = [f"{each.get('property')}: {each.get('message')}" for each in body.get("details", [])]
        return whole("; ".join([str(body.get("message", "")), *details])[:1000])
    except (ValueError, AttributeError, TypeError):
        return whole(str(refusal.reason)[:200])


def request_id(headers: Mapping[str, str] | None) -> str:
    return whole((headers or {}).get("x-line-request-id", "")[:100])


def describe(error: Exception) -> str:
    return type(error).__name__
