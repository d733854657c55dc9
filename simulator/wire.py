"""JSON as bytes, the same everywhere: compact UTF-8."""

import json
from typing import Any


def dump(value: Any) -> bytes:
    """A lone surrogate has no UTF-8 form; such a value is escaped instead, as JSON allows."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
