"""Taps by what is written on the button: in a message, on a quick reply, on the rich menu."""

from typing import Any

import pytest

from tests.simulator import objects as o
from tests.simulator.harness import Bot, Line
from tests.simulator.menus import made, png, upload


def row(title: str, data: str) -> dict[str, Any]:
    return o.box(o.words("○"), o.words(title), action=o.postback(data=data))


def quick(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"quickReply": o.quick(*actions)["quickReply"]}


LIST = o.body(row("oat milk", "done 1"), row("milk", "done 2"))
PAGES = o.carousel(o.bubble(row("milk", "done 1")), o.bubble(row("eggs", "done 31")))
UNDO = o.postback("Undo", "undo 7", displayText="Undo")
HELP = {"type": "message", "label": "Help", "text": "help"}


def sent(line: Line, *messages: dict[str, Any], chat: str = "alice") -> str:
    """The id of the last of what the bot sends there."""
    answer = line.push(line.id(chat), *messages)
    assert answer.status == 200, answer.data
    return str(answer.body["sentMessages"][-1]["id"])


def tap(line: Line, words: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = line.do("tap", **{"chat": "alice", "text": words, "wait": True, **more})["event"]
    return made


def test_a_row_is_tapped_by_its_title(line: Line, bot: Bot) -> None:
    sent(line, LIST)
    tap(line, "oat milk")
    assert bot.bodies[0]["events"][0]["postback"] == {"data": "done 1"}


def test_a_row_that_has_the_very_title_goes_before_one_that_contains_it(line: Line) -> None:
    sent(line, LIST)
    assert tap(line, "milk")["postback"]["data"] == "done 2"
    assert tap(line, "oat")["postback"]["data"] == "done 1"


def test_a_row_of_any_bubble_can_be_tapped(line: Line) -> None:
    sent(line, PAGES)
    assert tap(line, "eggs")["postback"]["data"] == "done 31"


def test_an_old_message_is_tapped_by_its_id(line: Line) -> None:
    old = sent(line, LIST)
    sent(line, PAGES)
    assert tap(line, "oat milk", message=old)["postback"]["data"] == "done 1"


def test_a_button_of_a_template_can_be_tapped(line: Line) -> None:
    sent(line, o.template("buttons", text="Sure?", actions=[UNDO, HELP]))
    assert tap(line, "Help")["message"]["text"] == "help"


def test_a_quick_reply_says_its_display_text_and_is_gone(line: Line) -> None:
    sent(line, {**LIST, **quick(UNDO, HELP)})
    assert tap(line, "Undo", on="quickReply")["postback"] == {"data": "undo 7"}
    assert line.chat("alice")["entries"][-1]["text"] == "Undo"
    assert line.ask("tap", chat="alice", text="Undo", on="quickReply").status == 409


def test_quick_replies_are_not_in_the_message(line: Line) -> None:
    sent(line, {**LIST, **quick(UNDO)})
    assert line.ask("tap", chat="alice", text="Undo").status == 409


def test_a_picked_date_goes_with_the_tap(line: Line) -> None:
    pick = {"type": "datetimepicker", "label": "When", "data": "due", "mode": "date"}
    sent(line, o.quick(pick))
    made = tap(line, "When", on="quickReply", params={"date": "2026-12-24"})
    assert made["postback"] == {"data": "due", "params": {"date": "2026-12-24"}}


def test_the_rich_menu_is_tapped_by_the_label_of_an_area(line: Line) -> None:
    menu = made(line)
    upload(line, menu, png())
    line.api("POST", f"user/{line.id('alice')}/richmenu/{menu}")
    assert tap(line, "Done", on="richMenu")["postback"] == {"data": "done=1"}
    assert line.ask("tap", chat="bob", text="Done", on="richMenu").status == 409


def test_what_cannot_be_tapped_is_named(line: Line) -> None:
    sent(line, o.quick({"type": "uri", "label": "Open", "uri": "https://example.com"}))
    for body, error in (
        ({"text": "milk"}, "chat Alice has nothing to tap that says milk"),
        ({"text": "Open", "on": "quickReply"}, "a tap on a uri action tells the bot nothing"),
        ({"text": "milk", "message": "1"}, "chat Alice has no message 1"),
    ):
        answer = line.ask("tap", chat="alice", **body)
        assert (answer.status, answer.body) == (409, {"error": error})


def test_nothing_can_be_tapped_where_the_bot_said_nothing(line: Line) -> None:
    line.say("alice")
    answer = line.ask("tap", chat="alice", text="milk")
    assert (answer.status, answer.body) == (409, {"error": "the bot has said nothing in chat Alice"})


def test_a_tap_in_a_group_names_who_tapped(line: Line) -> None:
    sent(line, LIST, chat="family")
    source = tap(line, "milk", chat="family", **{"from": "bob"})["source"]
    assert source == {"type": "group", "groupId": line.id("family"), "userId": line.id("bob")}


@pytest.mark.parametrize("act", ["tap", "say"])
def test_a_person_in_a_group_may_be_nobody_to_the_bot(line: Line, bot: Bot, act: str) -> None:
    sent(line, LIST, chat="family")
    line.do(act, chat="family", text="milk", anonymous=True, wait=True)
    assert bot.bodies[0]["events"][0]["source"] == {"type": "group", "groupId": line.id("family")}


def test_in_a_one_to_one_chat_everybody_is_named(line: Line) -> None:
    said = line.say("alice", anonymous=True)
    assert said["event"]["source"] == {"type": "user", "userId": line.id("alice")}
