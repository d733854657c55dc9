"""A webhook body taken apart, so that one odd event cannot sink the others in it."""

import json
import re
from collections.abc import Iterable
from typing import Any

#: Levels of nesting that are read; what lies deeper becomes null. LINE's own events have about six.
DEPTH = 40
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


class BadBody(ValueError):
    """The body as a whole cannot be read; the text says why."""


def events_in(body: str) -> list[Any]:
    """The elements of `events`, each of whatever kind it is. Raises BadBody."""
    try:
        content = read(body)
    except ValueError as error:
        raise BadBody(f"not JSON: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("events"), list):
        raise BadBody("there is no list of events in it")
    events: list[Any] = content["events"]
    return events


def read(text: str) -> Any:
    try:
        content = loads(text)
    except RecursionError:
        return loads(shallow(text))
    # What Python could just read, it may not be able to write again.
    return content if is_shallow(content) else loads(shallow(text))


def loads(text: str) -> Any:
    return json.loads(text, parse_int=whole_number, parse_constant=no_json)


def is_shallow(content: Any) -> bool:
    level = [content]
    for _ in range(DEPTH):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return True
    return False


def children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def whole_number(digits: str) -> int | None:
    """Python refuses to read an integer of over 4,300 digits, and with it the whole body."""
    return int(digits) if len(digits) <= 20 else None


def no_json(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def shallow(text: str) -> str:
    """The same JSON with null in the place of what is nested too deeply for the parser."""
    kept: list[str] = []
    depth = start = 0
    for token in TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == DEPTH + 1:
                kept += [text[start : token.start()], "null"]
        elif token[0] in "]}":
            if depth == DEPTH + 1:
                start = token.end()
            depth -= 1
    return "".join(kept) + text[start:]
