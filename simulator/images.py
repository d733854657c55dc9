"""Width and height of a PNG or JPEG, read from its header; nothing is decoded."""

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Start-of-frame markers: all of C0-CF but the tables DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size_of(image: bytes, content_type: str) -> tuple[int, int] | None:
    """None if the bytes are not an image of that type."""
    return _png(image) if content_type == "image/png" else _jpeg(image)


def _png(image: bytes) -> tuple[int, int] | None:
    if not image.startswith(_PNG) or image[12:16] != b"IHDR" or len(image) < 24:
        return None
    width, height = struct.unpack(">II", image[16:24])
    return (width, height) if width and height else None


def _jpeg(image: bytes) -> tuple[int, int] | None:
    """Segments follow one another: a marker, a length that counts itself, the content."""
    at = 2 if image.startswith(_JPEG) else len(image)
    while at + 9 <= len(image) and image[at] == 0xFF:
        marker, length = struct.unpack(">BH", image[at + 1 : at + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", image[at + 5 : at + 9])
            return (width, height) if width and height else None
        at += 2 + length
    return None
