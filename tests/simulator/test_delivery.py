"""Deliveries: in order within a chat, measured against two seconds, again on demand."""

import time

import pytest

from tests.simulator.harness import Bot, Line, Loop, simulator, until


def test_a_delivery_records_status_and_milliseconds(line: Line, bot: Bot) -> None:
    bot.delay = 0.05
    delivery = line.say("alice")["delivery"]
    assert (delivery["status"], delivery["error"], delivery["late"]) == (200, "", False)
    assert 50 <= delivery["ms"] < 1000
    assert delivery["types"] == ["message"]
    assert delivery["body"] == bot.bodies[0]
    assert delivery["eventIds"] == [bot.bodies[0]["events"][0]["webhookEventId"]]


def test_line_gives_up_after_two_seconds_and_the_true_end_is_recorded(line: Line, bot: Bot) -> None:
    bot.delay = 2.3
    started = time.monotonic()
    delivery = line.say("alice")["delivery"]
    assert 1.9 < time.monotonic() - started < 2.25
    assert (delivery["status"], delivery["error"], delivery["late"]) == (0, "request_timeout", True)
    until(lambda: line.state()["deliveries"][0]["ms"] >= 2300)
    delivery = line.state()["deliveries"][0]
    assert (delivery["status"], delivery["error"], delivery["late"]) == (0, "request_timeout", True)


def test_a_chats_events_arrive_in_order_and_other_chats_do_not_wait(line: Line, bot: Bot) -> None:
    bot.delay = 0.05
    for number in range(3):
        line.say("alice", str(number), wait=False)
    line.say("bob", "other", wait=False)
    texts = [body["events"][0]["message"]["text"] for body in bot.wait(4)]
    assert [one for one in texts if one != "other"] == ["0", "1", "2"]
    assert texts.index("other") <= 1


def test_without_wait_the_answer_comes_before_the_bots(line: Line, bot: Bot) -> None:
    bot.delay = 0.2
    assert line.say("alice", wait=False)["delivery"]["status"] is None
    bot.wait(1)


def test_sending_twice_delivers_the_same_event_twice_at_once(line: Line, bot: Bot) -> None:
    bot.delay = 0.1
    started = time.monotonic()
    line.say("alice", times=3)
    assert time.monotonic() - started < 0.25
    assert len(bot.bodies) == 3
    assert bot.bodies[0] == bot.bodies[1] == bot.bodies[2]
    assert len(line.chat("alice")["entries"]) == 1


def test_a_redelivery_differs_in_one_flag_only(line: Line, bot: Bot) -> None:
    first = line.say("alice")["delivery"]
    again = line.do("redeliver", delivery=first["id"], wait=True)["delivery"]
    assert again["redelivery"]
    assert again["id"] != first["id"]
    event = bot.bodies[1]["events"][0]
    assert event["deliveryContext"] == {"isRedelivery": True}
    assert {**event, "deliveryContext": {"isRedelivery": False}} == bot.bodies[0]["events"][0]


def test_an_unknown_delivery_cannot_be_redelivered(line: Line) -> None:
    assert line.ask("redeliver", delivery="d0").status == 404


def test_raw_events_go_out_as_given_and_signed(line: Line, bot: Bot) -> None:
    event = {**line.say("alice", deliver=False)["event"], "type": "hologram"}
    line.do("events", events=[event, event], destination="U" + "1" * 32, wait=True)
    assert bot.bodies == [{"destination": "U" + "1" * 32, "events": [event, event]}]


@pytest.mark.parametrize("signature", ["", "bm8="])
def test_raw_events_may_be_signed_wrongly(line: Line, bot: Bot, signature: str) -> None:
    delivery = line.do("events", events=[], signature=signature, wait=True)["delivery"]
    assert delivery["status"] == 401
    assert bot.bodies == []


def test_raw_events_may_be_anything(line: Line) -> None:
    odd = [None, 7, "event", {"source": 3, "replyToken": {}}, {"source": {"userId": []}, "replyToken": "x"}]
    delivery = line.do("events", events=odd, wait=True)["delivery"]
    assert delivery["types"] == [None, None]


def test_a_bot_that_is_not_there_could_not_be_connected_to(loop: Loop) -> None:
    alone = simulator(loop, "http://127.0.0.1:9/callback")
    delivery = alone.say("alice")["delivery"]
    assert (delivery["status"], delivery["error"]) == (0, "could_not_connect")


def test_a_redirect_is_an_error_and_not_followed(line: Line, bot: Bot) -> None:
    bot.status, bot.location = 307, "/elsewhere"
    delivery = line.say("alice")["delivery"]
    assert (delivery["status"], delivery["error"]) == (307, "error_status_code")


def test_quiet_keeps_no_deliveries_and_calls_but_chats(loop: Loop, bot: Bot) -> None:
    quiet = simulator(loop, "http://127.0.0.1:9/callback", quiet=True)
    token = quiet.token()
    assert quiet.reply(token).status == 200
    state = quiet.state()
    assert (state["deliveries"], state["calls"]) == ([], [])
    assert len(quiet.chat("alice")["entries"]) == 2


def test_only_the_last_thousand_entries_of_a_chat_are_kept(line: Line) -> None:
    said = [{"act": "say", "chat": "alice", "text": str(n), "deliver": False} for n in range(1002)]
    line.do("batch", acts=said)
    entries = line.chat("alice")["entries"]
    assert (len(entries), entries[0]["readable"]) == (1000, "2")
