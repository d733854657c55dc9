"""Reply tokens: one use each, one minute from the delivery of the webhook that carried them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from simulator import ids

LIFE = 60.0  # seconds from a delivery
END = 20 * 60.0  # seconds from the event; no redelivery revives a token after that
MOST = 200_000  # what a long bench may leave behind in memory


@dataclass(slots=True)
class ReplyToken:
    chat: str
    born: float
    expires: float
    used: bool = False


class ReplyTokens:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: OrderedDict[str, ReplyToken] = OrderedDict()

    def issue(self, chat: str) -> str:
        token = ids.reply_token()
        self.adopt(token, chat)
        return token

    def adopt(self, token: str, chat: str) -> None:
        """Take on a token made elsewhere (a raw event of the control API); a known one stays as it is."""
        now = self._clock()
        self._tokens.setdefault(token, ReplyToken(chat, now, now + LIFE))
        self._forget(now)

    def delivered(self, token: str) -> None:
        """A webhook with this token went out now: the minute starts again."""
        known = self._tokens.get(token)
        now = self._clock()
        if known and now - known.born < END:
            known.expires = now + LIFE

    def chat(self, token: str) -> str | None:
        """Where a reply with this token goes, or None if the token is unknown, used or expired."""
        known = self._tokens.get(token)
        return known.chat if known and not known.used and self._clock() < known.expires else None

    def use(self, token: str) -> None:
        self._tokens[token].used = True

    def _forget(self, now: float) -> None:
        """Drop from the front what no redelivery can revive; the dictionary is in order of birth."""
        tokens = self._tokens
        while tokens and (len(tokens) > MOST or now - next(iter(tokens.values())).born > END + LIFE):
            tokens.popitem(last=False)
