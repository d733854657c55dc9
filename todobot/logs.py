"""How a log record looks: a JSON object on a line of its own, or plain text on a terminal.

An exception is shown by its kind and where it went, never in its own words: a database quotes what
somebody wrote when it cannot store it.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS, LogData
from pythonjsonlogger.json import JsonFormatter

FORMATS = ("auto", "json", "text")
#: What is in every record, and Django's request, whose address may hold what an operator searched for.
NOT_FIELDS = {*RESERVED_ATTRS, "message", "asctime", "request", "server_time"}

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def wordless(error: BaseException | None) -> str:
    """The traceback of an exception and of those that led to it, without what they say."""
    parts: list[str] = []
    while error:
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"Traceback (most recent call last):\n{frames}{kind(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich led to\n\n".join(reversed(parts))


def kind(error: BaseException) -> str:
    """With the number that databases and the system give to an error, which quotes nobody."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else None
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    known = number is not None and (isinstance(error, OSError) or "Error" in name and "." in name)
    return f"{name} {number}" if known else name


class Json(JsonFormatter):
    """`severity` and `time` as Google Cloud reads them, then whatever `extra` gave."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "severity", "name": "logger", "exc_info": "stack_trace"},
            reserved_attrs=sorted(NOT_FIELDS),
        )

    def add_fields(self, log_data: LogData, record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(record.created, UTC)
        log_data["time"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        super().add_fields(log_data, record, message_dict)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 (logging's name)
        return wordless(ei[1])


class Text(logging.Formatter):
    """`INFO todos.record applied did=toggled ms=23`"""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler's formatter left there for us
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        fields = {name: value for name, value in vars(record).items() if name not in NOT_FIELDS}
        pairs = [f"{name}={shown(value)}" for name, value in fields.items()]
        return " ".join([record.levelname, record.name, record.message, *pairs])

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
        return wordless(ei[1])


def shown(value: Any) -> str:
    """Quoted where it could be taken for more than one field, or for none."""
    text = str(value)
    return text if text.isprintable() and text and not {*' "='} & {*text} else json.dumps(text)


def formatter(wanted: str) -> type[Json] | type[Text]:
    """`auto` is text on a terminal and JSON elsewhere. Raises ValueError for what is none of FORMATS."""
    if wanted not in FORMATS:
        raise ValueError(f"LOG_FORMAT is {wanted!r}. It should be one of {', '.join(FORMATS)}.")
    on_terminal = sys.stderr is not None and sys.stderr.isatty()
    return Text if wanted == "text" or (wanted == "auto" and on_terminal) else Json


def config(wanted: str) -> dict[str, Any]:
    """For logging.config.dictConfig: every logger's records leave by one door."""
    by_root: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter(wanted)}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django's own handlers print exceptions in their own words.
            "django": by_root,
            "django.server": by_root,
            # The SDK would log bodies at DEBUG; axes logs each query.
            **{name: {"level": "WARNING"} for name in ("linebot", "axes")},
        },
    }
