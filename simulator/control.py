"""The control API under /simulator: what the page's buttons, tests and benches do with the world."""

from collections.abc import Awaitable, Callable
from typing import Any

from simulator import acts, events, taps
from simulator.acts import Act
from simulator.ask import Ask, RefusedError
from simulator.delivery import Delivery
from simulator.simulation import Simulation, Trouble

JSON = dict[str, Any]
Handler = Callable[[Simulation, Ask], Awaitable[Any]]
MODES = ("none", "slow", "down", "429", "500")


async def state(sim: Simulation, ask: Ask) -> JSON:
    return sim.state()


async def replies(sim: Simulation, ask: Ask) -> list[JSON]:
    return list(ask.chat().replies.values())


# People


async def _perform(sim: Simulation, ask: Ask, act: Act) -> JSON:
    """Show it and tell the bot; `anonymous` leaves the person's id out, as LINE may in a group or room."""
    if act.event and act.chat.kind != "user" and ask.flag("anonymous"):
        act.event["source"].pop("userId", None)
    batch: list[Delivery] = []
    if act.event and ask.flag("deliver", True):
        times = ask.number("times", 1, 1, 20)
        bot = sim.world.bot_id
        batch = [sim.courier.delivery(act.chat.id, bot, [act.event]) for _ in range(times)]
        sim.courier.send(batch)
    if act.entry:
        act.entry["delivery"] = batch[0].id if batch else act.entry["delivery"]
        sim.world.post(act.chat, act.entry)
    delivery = await _delivered(ask, batch)
    return {"event": act.event, "entry": act.entry, "delivery": delivery}


async def _delivered(ask: Ask, batch: list[Delivery]) -> JSON | None:
    if ask.flag("wait"):
        for delivery in batch:
            await delivery.done.wait()
    return batch[0].json() if batch else None


async def say(sim: Simulation, ask: Ask) -> JSON:
    chat = ask.chat()
    act = acts.say(
        sim.world,
        chat,
        ask.speaker(chat),
        ask.text("text"),
        mention=ask.flag("mention"),
        quote=ask.text("quote", "") or None,
        emojis=ask.objects("emojis", []),
    )
    return await _perform(sim, ask, act)


async def sticker(sim: Simulation, ask: Ask) -> JSON:
    chat = ask.chat()
    return await _perform(sim, ask, acts.sticker(sim.world, chat, ask.speaker(chat)))


async def media(sim: Simulation, ask: Ask) -> JSON:
    chat = ask.chat()
    kind = ask.choice("kind", tuple(events.MEDIA))
    return await _perform(sim, ask, acts.media(sim.world, chat, ask.speaker(chat), kind))


async def postback(sim: Simulation, ask: Ask) -> JSON:
    chat = ask.chat()
    data, display, params = ask.text("data"), ask.text("displayText", ""), ask.object("params")
    act = acts.postback(sim.world, chat, ask.speaker(chat), data, display, params)
    return await _perform(sim, ask, act)


async def tap(sim: Simulation, ask: Ask) -> JSON:
    """On the button that says `text`, in a message (the bot's newest, or the one named), a quick reply or the
    rich menu; `params` is what somebody picks of a date or time.
    """
    place = ask.choice("on", taps.PLACES) if "on" in ask.body else "message"
    message = ask.text("message", "") or None
    act, fields = taps.tapped(sim.world, ask.chat(), place, ask.text("text"), message)
    body = {key: value for key, value in ask.body.items() if key not in ("text", "message")}
    made: JSON = await ACTS[act](sim, Ask({**body, **fields}, sim.world))
    return made


async def unsend(sim: Simulation, ask: Ask) -> JSON:
    return await _perform(sim, ask, acts.unsend(sim.world, ask.chat(), ask.text("message")))


async def edit(sim: Simulation, ask: Ask) -> JSON:
    act = acts.edit(sim.world, ask.chat(), ask.text("message"), ask.text("text"))
    return await _perform(sim, ask, act)


async def block(sim: Simulation, ask: Ask) -> JSON:
    return await _perform(sim, ask, acts.block(sim.world, ask.user()))


async def unblock(sim: Simulation, ask: Ask) -> JSON:
    return await _perform(sim, ask, acts.unblock(sim.world, ask.user()))


async def follow(sim: Simulation, ask: Ask) -> JSON:
    return await _perform(sim, ask, acts.follow(sim.world, ask.user()))


async def join(sim: Simulation, ask: Ask) -> JSON:
    return await _perform(sim, ask, acts.join(sim.world, ask.chat()))


async def leave(sim: Simulation, ask: Ask) -> JSON:
    return await _perform(sim, ask, acts.leave(sim.world, ask.chat()))


async def member(sim: Simulation, ask: Ask) -> JSON:
    act = acts.member(sim.world, ask.chat(), ask.user(), ask.flag("joined", None))
    return await _perform(sim, ask, act)


# Webhooks


async def redeliver(sim: Simulation, ask: Ask) -> JSON:
    """The same events once more, as LINE does it: isRedelivery true, all else unchanged."""
    old = sim.courier.kept.get(ask.text("delivery"))
    if old is None:
        raise RefusedError(f"no such delivery: {ask.text('delivery')} (--quiet keeps none)", 404)
    new = sim.courier.again(old)
    return {
        "event": new.events[0] if new.events else None,
        "entry": None,
        "delivery": await _delivered(ask, [new]),
    }


async def raw_events(sim: Simulation, ask: Ask) -> JSON:
    """Events as given, signed or with the signature given; reply tokens of known chats become valid."""
    made = ask.objects("events")
    for event in made:
        _adopt(sim, event)
    destination = ask.text("destination", sim.world.bot_id)
    delivery = sim.courier.delivery(
        None, destination, made, signature=ask.text("signature") if "signature" in ask.body else None
    )
    sim.courier.send([delivery])
    return {"event": None, "entry": None, "delivery": await _delivered(ask, [delivery])}


def _adopt(sim: Simulation, event: Any) -> None:
    source = event.get("source") if isinstance(event, dict) else None
    if not isinstance(source, dict) or not isinstance(event.get("replyToken"), str):
        return
    place = source.get("groupId") or source.get("roomId") or source.get("userId")
    chat = sim.world.chat(place) if isinstance(place, str) else None
    if chat:
        sim.world.tokens.adopt(event["replyToken"], chat.id)


async def redelivery(sim: Simulation, ask: Ask) -> JSON:
    rule = sim.courier.redelivery
    rule.on = ask.flag("on", None)
    rule.after = ask.number("afterSeconds", 5, 0, 3600)
    rule.times = ask.number("times", 3, 1, 20)
    return {"on": rule.on, "afterSeconds": rule.after, "times": rule.times}


# The platform


async def trouble(sim: Simulation, ask: Ask) -> JSON:
    sim.trouble = Trouble(
        ask.choice("mode", MODES), ask.number("delayMs", 3000, 0, 600_000), ask.flag("failWebhooks")
    )
    sim.courier.unreachable = sim.trouble.fail_webhooks
    sim.world.changed()
    return sim.trouble.json()


async def users(sim: Simulation, ask: Ask) -> JSON:
    name = ask.text("name").strip()
    if not name or sim.world.chat(name):
        raise RefusedError(f"there is somebody called {name} already" if name else "name is empty")
    user = sim.world.add_user(name, ask.text("language", "en"))
    sim.world.changed()
    return user.json()


async def chats(sim: Simulation, ask: Ask) -> JSON:
    """A further group, or a room of the kind LINE no longer makes but still has."""
    name, kind = ask.text("name").strip(), ask.choice("kind", ("group", "room"))
    if not name or sim.world.chat(name):
        raise RefusedError(f"there is a chat called {name} already" if name else "name is empty")
    found = {named: sim.world.user(str(named)) for named in ask.objects("members")}
    unknown = [str(named) for named, user in found.items() if user is None]
    if unknown:
        raise RefusedError(f"no such user: {', '.join(unknown)}", 404)
    chat = sim.world.add_chat(kind, name, [user.id for user in found.values() if user])
    sim.world.changed()
    return sim.world.chat_json(chat)


async def quota(sim: Simulation, ask: Ask) -> JSON:
    if "limit" in ask.body:
        no_limit = ask.body["limit"] is None
        sim.world.quota = None if no_limit else ask.number("limit", None, 0, 10**9)
    sim.world.consumed = ask.number("used", sim.world.consumed, 0, 10**9)
    return {"limit": sim.world.quota, "used": sim.world.consumed}


async def clock(sim: Simulation, ask: Ask) -> JSON:
    seconds = ask.number("advanceSeconds", None, 0, 10**7)
    sim.world.advance(seconds)
    return {"advancedSeconds": seconds}


async def channel(sim: Simulation, ask: Ask) -> JSON:
    """What is set in LINE's consoles: the secret, which signs from now on, the tokens that are valid, the
    webhook's URL ("" for none) and whether it is used, and whether people write by hand ("Chat").
    """
    sim.courier.secret = ask.text("secret", sim.courier.secret)
    sim.access_tokens = [str(token) for token in ask.objects("tokens", list(sim.access_tokens))]
    sim.courier.callback = ask.text("callback", sim.courier.callback)
    sim.courier.used = ask.flag("useWebhook", sim.courier.used)
    sim.by_hand = ask.flag("byHand", sim.by_hand)
    return {}


async def reset(sim: Simulation, ask: Ask) -> JSON:
    """All anew; `keepMenus` leaves the channel's rich menus, which the bot made once and knows of."""
    await sim.reset(ask.flag("keepMenus"))
    return {}


async def batch(sim: Simulation, ask: Ask) -> JSON:
    """Many acts in one request, one after the other, for benches; the answer has their events alone."""
    made = []
    for act in ask.objects("acts"):
        if not isinstance(act, dict):
            raise RefusedError("each of acts must be an object")
        one = Ask(act, sim.world)
        answer = await ACTS[one.choice("act", tuple(ACTS))](sim, one)
        made.append(answer["event"])
    return {"events": made}


READS: dict[str, Handler] = {"state": state, "replies": replies}
ACTS: dict[str, Handler] = {
    "say": say,
    "sticker": sticker,
    "media": media,
    "postback": postback,
    "tap": tap,
    "unsend": unsend,
    "edit": edit,
    "block": block,
    "unblock": unblock,
    "follow": follow,
    "join": join,
    "leave": leave,
    "member": member,
}
WRITES: dict[str, Handler] = {
    **ACTS,
    "batch": batch,
    "redeliver": redeliver,
    "events": raw_events,
    "redelivery": redelivery,
    "trouble": trouble,
    "users": users,
    "chats": chats,
    "quota": quota,
    "clock": clock,
    "channel": channel,
    "reset": reset,
}
