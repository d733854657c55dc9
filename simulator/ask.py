"""What a control request asks for, read field by field; what is wrong with it becomes its answer."""

from dataclasses import dataclass
from typing import Any, TypeVar

from simulator.world import Chat, User, World

JSON = dict[str, Any]
Value = TypeVar("Value")


class RefusedError(Exception):
    """Becomes {"error": text} with this status."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Ask:
    body: JSON
    world: World

    def text(self, key: str, default: str | None = None) -> str:
        return self._typed(key, str, "a string", default)

    def flag(self, key: str, default: bool | None = False) -> bool:
        return self._typed(key, bool, "true or false", default)

    def object(self, key: str) -> JSON:
        return self._typed(key, dict, "an object", {})

    def objects(self, key: str, default: list[Any] | None = None) -> list[Any]:
        return self._typed(key, list, "an array", default)

    def number(self, key: str, default: int | None, low: int, high: int) -> int:
        value = self._typed(key, int, "a whole number", default)
        if isinstance(value, bool) or not low <= value <= high:
            raise RefusedError(f"{key} must be a whole number from {low} to {high}")
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in choices:
            raise RefusedError(f"{key} must be one of {', '.join(choices)}")
        return value

    def chat(self) -> Chat:
        return self._known(self.world.chat(self.text("chat")), "chat")

    def user(self, key: str = "user") -> User:
        return self._known(self.world.user(self.text(key)), key)

    def speaker(self, chat: Chat) -> str:
        """Who speaks: "from", or the chat's first member."""
        if "from" not in self.body:
            if not chat.members:
                raise RefusedError(f"chat {chat.name} has no members left to speak")
            return chat.members[0]
        user = self.user("from")
        if user.id not in chat.members:
            raise RefusedError(f"{user.name} is not in chat {chat.name}")
        return user.id

    def _known(self, found: Value | None, key: str) -> Value:
        if found is None:
            raise RefusedError(f"no such {key}: {self.text(key)}", 404)
        return found

    def _typed(self, key: str, kind: type[Value], called: str, default: Value | None) -> Value:
        value = self.body.get(key, default)
        if value is None:
            raise RefusedError(f"{key} is missing")
        if not isinstance(value, kind):
            raise RefusedError(f"{key} must be {called}")
        return value
