"""One running simulator: its settings, its world, its courier, its trouble, and the calls it saw."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from simulator.delivery import Courier
from simulator.memory import MIB, Memory
from simulator.stream import Stream
from simulator.world import BOT_NAME, World

JSON = dict[str, Any]
CALLS, CALL_BYTES = 500, 8 * MIB


@dataclass(frozen=True, slots=True)
class Settings:
    callback: str
    secret: str
    token: str
    host: str = "127.0.0.1"
    port: int = 5001
    quiet: bool = False
    allowed_hosts: frozenset[str] = frozenset()


@dataclass(slots=True)
class Trouble:
    """What is wrong with LINE just now."""

    mode: str = "none"
    delay_ms: int = 3000
    fail_webhooks: bool = False

    def json(self) -> JSON:
        return {"mode": self.mode, "delayMs": self.delay_ms, "failWebhooks": self.fail_webhooks}


@dataclass(slots=True)
class Simulation:
    """Must be made inside a running event loop."""

    settings: Settings
    stream: Stream = field(default_factory=Stream)
    trouble: Trouble = field(default_factory=Trouble)
    calls: OrderedDict[str, JSON] = field(init=False)
    world: World = field(init=False)
    courier: Courier = field(init=False)
    #: LINE takes any of them: an old one may stay valid for a while.
    access_tokens: list[str] = field(init=False)
    by_hand: bool = field(init=False)
    _memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.calls = OrderedDict()
        self._memory = Memory(CALLS, CALL_BYTES)
        self.world = World(self.stream.publish)
        self.access_tokens = [self.settings.token]
        self.by_hand = False
        self.courier = Courier(
            self.settings.callback,
            self.settings.secret,
            self.world.tokens,
            self.stream.publish,
            self.settings.quiet,
        )

    async def reset(self, keep_menus: bool) -> None:
        """Back to the start; open pages stay connected."""
        await self.courier.close()
        self.trouble = Trouble()
        menus = self.world.menus
        self.__post_init__()
        if keep_menus:
            self.world.menus = menus
        self.world.changed()

    def saw(self, call: JSON) -> None:
        """Keep a call to LINE's API for the page."""
        if not self.settings.quiet:
            self._memory.keep(self.calls, call["id"], call)
            self.stream.publish({"type": "call", "call": call})

    def bot(self) -> JSON:
        return {
            "userId": self.world.bot_id,
            "displayName": BOT_NAME,
            "basicId": "@todobot",
            "callback": self.courier.callback,
        }

    def state(self) -> JSON:
        world = self.world
        return {
            "bot": self.bot(),
            "users": [user.json() for user in world.users.values()],
            "chats": [world.chat_json(chat) for chat in world.chats.values()],
            "trouble": self.trouble.json(),
            "deliveries": [delivery.json() for delivery in self.courier.kept.values()],
            "calls": list(self.calls.values()),
            "callback": self.courier.callback,
            "richMenus": [menu.json() for menu in world.menus.menus.values()],
        }


SIMULATION = web.AppKey("simulation", Simulation)
