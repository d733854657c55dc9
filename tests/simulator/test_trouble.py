"""Trouble with LINE, on demand: slow, down, too many requests, an error; and webhooks that do not arrive."""

import time

import pytest
import urllib3

from tests.simulator.harness import Bot, Line, text, until


def test_a_slow_reply_times_out_yet_is_delivered_and_its_token_is_used(line: Line) -> None:
    token = line.token()
    line.do("trouble", mode="slow", delayMs=400)
    body = {"replyToken": token, "messages": [text()]}
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        line.request(
            "POST",
            "/v2/bot/message/reply",
            timeout=0.15,
            json=body,
            headers={"Authorization": "Bearer channel token", "Content-Type": "application/json"},
        )
    assert len(line.replies("alice")) == 1
    line.do("trouble", mode="none")
    answer = line.reply(token)
    assert (answer.status, answer.body) == (400, {"message": "Invalid reply token"})
    assert len(line.replies("alice")) == 1


def test_down_cuts_the_connection_with_nothing_done(line: Line) -> None:
    token = line.token()
    line.do("trouble", mode="down")
    with pytest.raises(urllib3.exceptions.ProtocolError):
        line.reply(token)
    assert line.replies("alice") == []
    assert line.state()["calls"][-1]["status"] == 0
    line.do("trouble", mode="none")
    assert line.reply(token).status == 200


@pytest.mark.parametrize("mode", ["429", "500"])
def test_an_error_has_lines_body_and_does_nothing(line: Line, mode: str) -> None:
    token = line.token()
    line.do("trouble", mode=mode)
    answer = line.reply(token)
    assert answer.status == int(mode)
    assert list(answer.body) == ["message"]
    assert answer.headers["X-Line-Request-Id"]
    line.do("trouble", mode="none")
    assert line.reply(token).status == 200


def test_the_state_says_what_the_trouble_is(line: Line) -> None:
    line.do("trouble", mode="slow", delayMs=10, failWebhooks=True)
    assert line.state()["trouble"] == {"mode": "slow", "delayMs": 10, "failWebhooks": True}
    assert line.ask("trouble", mode="odd").status == 400


def test_failing_webhooks_never_reach_the_bot(line: Line, bot: Bot) -> None:
    line.do("trouble", mode="none", failWebhooks=True)
    delivery = line.say("alice")["delivery"]
    assert (delivery["status"], delivery["error"]) == (0, "could_not_connect")
    assert bot.bodies == []


def test_what_failed_comes_again_once_redelivery_is_on(line: Line, bot: Bot) -> None:
    line.do("redelivery", on=True, afterSeconds=0, times=2)
    bot.status = 500
    line.say("alice")
    bodies = bot.wait(3)
    until(lambda: all(one["status"] == 500 for one in line.state()["deliveries"]))
    assert len(bodies) == 3
    assert [one["redelivery"] for one in line.state()["deliveries"]] == [False, True, True]


def test_nothing_comes_again_unless_redelivery_is_on(line: Line, bot: Bot) -> None:
    line.do("redelivery", on=False, afterSeconds=0)
    bot.status = 500
    assert line.say("alice")["delivery"]["error"] == "error_status_code"
    time.sleep(0.1)
    assert len(bot.bodies) == 1
