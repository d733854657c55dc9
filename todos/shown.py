"""Which tasks the messages of a reply have numbered, read off the messages themselves. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from todos.replies import Answer, Message


def shown(answer: Answer, messages: Sequence[Message]) -> list[int]:
    """Ids of the open tasks by their numbers, from 1 on; the numbers run on through several messages."""
    if not answer.open_tasks:
        return []
    if messages[0]["type"] == "flex":
        return [int(data[len("done ") :]) for data in taps(messages[0]) if data.startswith("done ")]
    return in_text(answer, "".join("\n" + message["text"] for message in messages) + "\n")


def taps(message: Message) -> Iterator[str]:
    """The data of the rows, from the first on."""
    contents = message["contents"]
    bubbles: list[dict[str, Any]] = contents["contents"] if contents["type"] == "carousel" else [contents]
    for bubble in bubbles:
        for part in bubble["body"]["contents"]:
            if "action" in part:
                yield part["action"]["data"]


def in_text(answer: Answer, text: str) -> list[int]:
    found: list[int] = []
    at = 0
    for number, task in enumerate(answer.open_tasks, start=1):
        # Its line may say more, such as whose it is.
        at = text.find(f"\n{number}. {task.title}", at)
        if at < 0:
            break
        found.append(task.id)
    return found
