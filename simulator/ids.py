"""Names for everything the platform hands out. Only people, groups and the bot keep theirs over a restart."""

import base64
import hashlib
import secrets
import time

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [high + low for high in _CROCKFORD for low in _CROCKFORD]


def stable(prefix: str, name: str) -> str:
    """U, C or R and 32 hexadecimal digits, the same on every start."""
    return prefix + hashlib.sha256(f"{prefix}:{name}".encode()).hexdigest()[:32]


def ulid() -> str:
    """48 bits of milliseconds and 80 of chance: no two starts make the same one."""
    value = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join([_PAIRS[(value >> shift) & 1023] for shift in range(120, -1, -10)])


def reply_token() -> str:
    return secrets.token_hex(16)


class MessageIds:
    """18 digits from the clock, as LINE's message ids have, rising even within one microsecond."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        self._last = max(self._last + 1, time.time_ns() // 1000 * 100)
        return str(self._last)


class Seals:
    """Quote and mark-as-read tokens, no two the same: 8 bytes of message id, 4 of chance, 24 of proof.

    They never expire, so they carry their own proof and are not stored.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def seal(self, use: str, chat: str, message: str) -> str:
        return self._sealed(use, chat, int(message).to_bytes(8, "big") + secrets.token_bytes(4)).decode()

    def message(self, token: str, use: str, chat: str) -> str | None:
        """The message whose token it is; None unless it was handed out for that use in that chat."""
        try:
            named = base64.urlsafe_b64decode(token)[:12]
        except ValueError:
            return None
        if not secrets.compare_digest(self._sealed(use, chat, named), token.encode()):
            return None
        return str(int.from_bytes(named[:8], "big"))

    def _sealed(self, use: str, chat: str, named: bytes) -> bytes:
        proof = hashlib.blake2b(f"{use}|{chat}|".encode() + named, key=self._key, digest_size=24).digest()
        return base64.urlsafe_b64encode(named + proof)
