"""Sending: reply, push, multicast, their dry runs, and the quota."""

import uuid
from typing import Any

from simulator.api.call import Answer, Call, LineError, invalid
from simulator.rules import messages as rules
from simulator.rules.check import Report
from simulator.simulation import Simulation
from simulator.world import Chat, World

JSON = dict[str, Any]
RECIPIENTS = 500


def _checked(body: JSON, *more: str) -> list[JSON]:
    """The messages, if they and the strings named are what LINE accepts."""
    report = Report()
    for key in more:
        if not isinstance(body.get(key), str) or not body[key]:
            report.add((key,), "May not be empty")
    rules.check(body.get("messages"), report)
    if report.details:
        raise invalid(*report.details)
    messages: list[JSON] = body["messages"]
    return messages


def _check_quotes(world: World, chat: Chat, messages: list[JSON]) -> None:
    """A quote token holds in its own chat only."""
    for number, message in enumerate(messages):
        token = message.get("quoteToken")
        if token is not None and world.seals.message(str(token), "quote", chat.id) is None:
            raise invalid((f"messages[{number}].quoteToken", "The quote token is invalid"))


def _deliver(world: World, chat: Chat, messages: list[JSON], via: str, token: str | None = None) -> JSON:
    """Show the messages in the chat; the answer is LINE's, which is the same where nobody sees them."""
    sent, seen = [], world.reaches(chat)
    for message in messages:
        message_id = world.message_ids.next()
        receipt = {"id": message_id}
        if message["type"] in rules.QUOTABLE:
            receipt["quoteToken"] = world.seals.seal("quote", chat.id, message_id)
        sent.append(receipt)
        if seen:
            _show(world, chat, {**message, "id": message_id}, message, via, token)
    return {"sentMessages": sent}


def _show(world: World, chat: Chat, shown: JSON, message: JSON, via: str, token: str | None) -> None:
    entry = world.entry("message", "bot", message=shown)
    entry["message"] = message
    entry["quoted"] = world.seals.message(str(message.get("quoteToken", "")), "quote", chat.id)
    world.post(chat, entry)
    reply = {"id": entry["id"], "via": via, "at": entry["at"], "message": message}
    world.replied(chat, {**reply, "replyToken": token} if token else reply)


def reply(sim: Simulation, call: Call) -> Answer:
    """All or nothing. Whether a refused message burns the token is not documented: here it does not."""
    body, world = call.body(), sim.world
    messages = _checked(body, "replyToken")
    token = body["replyToken"]
    chat = world.chats.get(world.tokens.chat(token) or "")
    if chat is None:
        raise LineError(400, "Invalid reply token")
    _check_quotes(world, chat, messages)
    world.tokens.use(token)
    return Answer(_deliver(world, chat, messages, "reply", token))


def push(sim: Simulation, call: Call) -> Answer:
    body, world = call.body(), sim.world
    _refuse_retry(world, call)
    messages = _checked(body, "to")
    chat = world.chats.get(body["to"])
    if chat is None or (chat.kind != "user" and not chat.bot_in):
        raise LineError(400, "Failed to send messages")
    _check_quotes(world, chat, messages)
    _spend(world, [chat])
    answer = _deliver(world, chat, messages, "push")
    _remember_retry(world, call, answer)
    return Answer(answer)


def multicast(sim: Simulation, call: Call) -> Answer:
    body, world = call.body(), sim.world
    _refuse_retry(world, call)
    messages = _checked(body)
    to = body.get("to")
    if not isinstance(to, list) or not 1 <= len(to) <= RECIPIENTS:
        raise invalid(("to", f"Size must be between 1 and {RECIPIENTS}"))
    chats = [world.chats[user] for user in to if isinstance(user, str) and user in world.users]
    if len(chats) != len(to):
        raise LineError(400, "Failed to send messages")
    _spend(world, chats)
    for chat in chats:
        _deliver(world, chat, messages, "push")
    _remember_retry(world, call, {})
    return Answer()


def validate(sim: Simulation, call: Call) -> Answer:
    _checked(call.body())
    return Answer()


def quota(sim: Simulation, call: Call) -> Answer:
    limit = sim.world.quota
    return Answer({"type": "none"} if limit is None else {"type": "limited", "value": limit})


def consumption(sim: Simulation, call: Call) -> Answer:
    return Answer({"totalUsage": sim.world.consumed})


def _spend(world: World, chats: list[Chat]) -> None:
    """LINE counts people reached, however many messages each gets; the blocked are free."""
    cost = sum(len(chat.members) for chat in chats if world.reaches(chat))
    if world.quota is not None and world.consumed + cost > world.quota:
        raise LineError(429, "You have reached your monthly limit.")
    world.consumed += cost


def _refuse_retry(world: World, call: Call) -> None:
    if not call.retry_key:
        return
    try:
        uuid.UUID(call.retry_key)
    except ValueError:
        raise LineError(400, "Invalid retry key") from None
    known = world.retries.find(call.retry_key)
    if known:
        error = LineError(409, "The retry key is already accepted")
        error.headers["X-Line-Accepted-Request-Id"] = known.call
        error.body.update(known.answer)
        raise error


def _remember_retry(world: World, call: Call, answer: JSON) -> None:
    if call.retry_key:
        world.retries.remember(call.retry_key, call.id, answer)
