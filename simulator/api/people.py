"""Who the bot talks to: profiles, groups, rooms, the bot itself; and what it shows them besides messages."""

from simulator import acts
from simulator.api.call import Answer, Call, LineError, invalid, not_found
from simulator.simulation import Simulation
from simulator.world import Chat

ONLY_USERS = "Only user id is acceptable, please confirm if there are any group/room ids or illegal ids."


def profile(sim: Simulation, call: Call) -> Answer:
    """Nobody who blocked the bot has a profile for it."""
    user = sim.world.users.get(call.names["userId"])
    if user is None or user.blocked:
        raise not_found()
    return Answer({"userId": user.id, "displayName": user.name, "language": user.language})


def bot(sim: Simulation, call: Call) -> Answer:
    described = sim.bot()
    described.pop("callback")
    modes = ("chat", "manual") if sim.by_hand else ("bot", "auto")
    return Answer({**described, "chatMode": modes[0], "markAsReadMode": modes[1]})


def member(sim: Simulation, call: Call) -> Answer:
    chat, user = _chat(sim, call), sim.world.users.get(call.names["userId"])
    if user is None or user.id not in chat.members:
        raise not_found()
    return Answer({"userId": user.id, "displayName": user.name})


def summary(sim: Simulation, call: Call) -> Answer:
    chat = _chat(sim, call)
    return Answer({"groupId": chat.id, "groupName": chat.name})


def count(sim: Simulation, call: Call) -> Answer:
    return Answer({"count": len(_chat(sim, call).members)})


def not_available(sim: Simulation, call: Call) -> Answer:
    """Lists of people are for verified and premium accounts."""
    raise LineError(403, "Access to this API is not available for your account")


def leave(sim: Simulation, call: Call) -> Answer:
    """LINE tells the bot of its own leaving too."""
    act = acts.leave(sim.world, _chat(sim, call))
    if act.event:
        sim.courier.send([sim.courier.delivery(act.chat.id, sim.world.bot_id, [act.event])])
    if act.entry:
        sim.world.post(act.chat, act.entry)
    return Answer()


def loading(sim: Simulation, call: Call) -> Answer:
    body = call.body()
    chat_id, seconds = body.get("chatId"), body.get("loadingSeconds", 20)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 5 <= seconds <= 60:
        raise invalid(("loadingSeconds", "Must be between 5 and 60"))
    if seconds % 5:
        raise invalid(("loadingSeconds", "must be a multiple of five"))
    if not isinstance(chat_id, str) or chat_id not in sim.world.users:
        raise invalid(("chatId", ONLY_USERS))
    sim.world.publish({"type": "typing", "chat": chat_id, "seconds": seconds})
    return Answer(status=202)


def mark_as_read(sim: Simulation, call: Call) -> Answer:
    token = call.body().get("markAsReadToken")
    if not isinstance(token, str) or sim.world.seals.message(token, "read", "") is None:
        raise LineError(
            400, "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook."
        )
    return Answer()


def _chat(sim: Simulation, call: Call) -> Chat:
    """The group or room of the path, if the bot is in it."""
    kind = "group" if "groupId" in call.names else "room"
    chat = sim.world.chats.get(call.names[f"{kind}Id"])
    if chat is None or chat.kind != kind or not chat.bot_in:
        raise not_found()
    return chat
