"""What people write, as signed requests that are ready to be sent. The same in every run of the bench."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

SECRET = "the-channel-secret"
USERS = [f"U{hashlib.md5(str(number).encode()).hexdigest()}" for number in range(500)]
#: Each person has twenty of these on and off the list.
THINGS = tuple(
    """牛乳 🥛,パン 🍞,卵,醤油,味噌,豆腐,納豆,お米 5kg,トイレットペーパー,洗剤,電池(単三),猫のごはん 🐈
犬の散歩 🐕,ゴミ出し 燃えるゴミ,図書館に本を返す 📚,歯医者の予約 🦷,美容院,母に電話 📞,家賃の振込,請求書を送る
会議の資料を作る,プレゼント 🎁
誕生日ケーキ 🎂,旅行の計画 ✈️,ホテルの予約,パスポートの更新,自転車の修理 🚲,車検 🚗,洗濯 🧺
掃除機をかける,風呂掃除 🛁,布団を干す,花に水をやる 🌷,ランニング 5km 🏃‍♀️,英語の勉強,読書,写真の整理 📷
メールの返信,荷物の受け取り 📦,薬局で目薬""".replace("\n", ",").split(",")
)
TITLES_EACH = 20
WORDS = ("一覧", "list", "元に戻す", "undo", "ヘルプ", "help", "全部削除", "clear")


@dataclass(frozen=True)
class Message:
    user: str
    lines: tuple[str, ...]
    word: bool = False


@dataclass(frozen=True)
class Prepared:
    """Requests with `each` events in one; all that a run needs, so that nothing is made while it is timed."""

    requests: list[bytes]
    tokens: list[str]
    each: int
    prefix: str  # of the webhook event ids
    lines: int  # to toggle
    events: int


def titles_of(user: str) -> list[str]:
    return Random(user).sample(THINGS, TITLES_EACH)


def chatter(count: int, seed: str) -> list[Message]:
    """70 % one line, 25 % two to five lines, 5 % a keyword."""
    random = Random(seed)
    return [said(random, random.choice(USERS), random.random()) for _ in range(count)]


def said(random: Random, user: str, kind: float) -> Message:
    if kind < 0.05:
        return Message(user, (random.choice(WORDS),), word=True)
    lines = 1 if kind < 0.75 else random.randint(2, 5)
    return Message(user, tuple(random.sample(titles_of(user), lines)))


def prepare(
    messages: Sequence[Message], run: int, host: str, each: int = 1, replies: bool = True
) -> Prepared:
    prefix = f"01B{run:05d}"
    events = [event(message, run, number, replies) for number, message in enumerate(messages)]
    bodies = [events[start : start + each] for start in range(0, len(events), each)]
    tokens = [event["replyToken"] for event in events if "replyToken" in event]
    lines = sum(len(message.lines) for message in messages if not message.word)
    return Prepared([request(body, host) for body in bodies], tokens, each, prefix, lines, len(events))


def event(message: Message, run: int, number: int, replies: bool) -> dict[str, Any]:
    made = {
        "type": "message",
        "message": {
            "type": "text",
            "id": f"{run:06d}{number:012d}",
            "quoteToken": f"{number:0150d}",
            "text": "\n".join(message.lines),
        },
        "webhookEventId": f"01B{run:05d}{number:018d}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": message.user},
        "replyToken": f"{run:06x}{number:026x}",
        "mode": "active",
    }
    if not replies:
        del made["replyToken"]
    return made


def request(events: list[dict[str, Any]], host: str) -> bytes:
    """As LINE sends it: POST /callback with the signature over the body."""
    body = json.dumps({"destination": "U" + "0" * 32, "events": events}, ensure_ascii=False).encode()
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    head = (
        f"POST /callback HTTP/1.1\r\nHost: {host}\r\nUser-Agent: LineBotWebhook/2.0\r\n"
        f"Content-Type: application/json; charset=utf-8\r\nx-line-signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
