"""A call to LINE's API and its answer, as the endpoints see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]
NOT_JSON = "The request body could not be parsed as JSON"


class LineError(Exception):
    """An answer other than success, with LINE's error body."""

    def __init__(self, status: int, message: str, details: list[JSON] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: JSON = {"message": message, **({"details": details} if details else {})}
        self.headers: dict[str, str] = {}


def invalid(*details: tuple[str, str]) -> LineError:
    """LINE's 400 for a body that can be read but not accepted; details are (property, message)."""
    listed = [{"message": message, "property": at} for at, message in details]
    return LineError(400, f"The request body has {len(listed)} error(s)", listed)


def not_found() -> LineError:
    return LineError(404, "Not found")


@dataclass(frozen=True, slots=True)
class Answer:
    body: JSON = field(default_factory=dict)
    status: int = 200
    blob: bytes | None = None
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    id: str  # answered as X-Line-Request-Id
    names: Mapping[str, str]  # the ids in the path
    retry_key: str
    content_type: str
    raw: bytes

    def body(self) -> JSON:
        if self.content_type != "application/json":
            raise LineError(415, f"The content type, {self.content_type}, is not supported")
        try:
            body = json.loads(self.raw)
        except json.JSONDecodeError as problem:
            where = f"line: {problem.lineno}, column: {problem.colno}"
            raise LineError(400, f"{NOT_JSON} ({where})") from None
        except (ValueError, RecursionError):
            raise LineError(
                400, "The request body could not be parsed as JSON (line: -, column: -)"
            ) from None
        if not isinstance(body, dict):
            raise LineError(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
        return body
