"""Rich menus made through LINE's API, with a picture drawn by hand."""

import struct
import zlib
from typing import Any

from tests.simulator.harness import Line
from tests.simulator.objects import rich_menu

JSON = dict[str, Any]


def png(width: int = 1200, height: int = 810, size: int | None = None) -> bytes:
    """A grey picture; zeros follow it until it is as long as asked for."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xaa" * -(-width // 4)) * height
    made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 2, 0, 0, 0, 0))
    made += chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return made + b"\0" * ((size or len(made)) - len(made))


def made(line: Line, menu: JSON | None = None) -> str:
    """The id of a menu that has no picture yet."""
    return str(line.api("POST", "richmenu", menu or rich_menu()).body["richMenuId"])


def upload(line: Line, menu: str, image: bytes, kind: str = "image/png") -> int:
    headers = {"Authorization": f"Bearer {line.access_token}", "Content-Type": kind}
    return line.request("POST", f"/v2/bot/richmenu/{menu}/content", body=image, headers=headers).status


def picture_of(*actions: JSON, **more: Any) -> JSON:
    """A menu with an area for each action, side by side."""
    width = 1200 // len(actions)
    areas = [
        {"bounds": {"x": width * number, "y": 0, "width": width, "height": 810}, "action": action}
        for number, action in enumerate(actions)
    ]
    return rich_menu(areas=areas, **more)


def shown(line: Line, menu: JSON, user: str = "") -> str:
    """Make it and link it to somebody, or else make it the default."""
    created = made(line, menu)
    assert upload(line, created, png()) == 200
    path = f"user/{line.id(user)}" if user else "user/all"
    assert line.api("POST", f"{path}/richmenu/{created}").status == 200
    return created
