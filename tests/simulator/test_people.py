"""Profiles, groups, rooms, the bot; loading animation, read marks, the webhook endpoint."""

from typing import Any

import pytest

from tests.simulator.harness import TOKEN, Answer, Bot, Line


def body(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.body


def test_a_profile_has_the_language(line: Line) -> None:
    alice = line.id("alice")
    expected = {"userId": alice, "displayName": "Alice", "language": "ja"}
    assert body(line.api("GET", f"profile/{alice}")) == (200, expected)
    assert line.sdk.get_profile(alice).language == "ja"


def test_who_blocked_the_bot_has_no_profile(line: Line) -> None:
    line.do("block", user="alice", wait=True)
    assert body(line.api("GET", f"profile/{line.id('alice')}")) == (404, {"message": "Not found"})


def test_a_member_profile_has_no_language(line: Line) -> None:
    path = f"group/{line.id('family')}/member/{line.id('alice')}"
    assert body(line.api("GET", path)) == (200, {"userId": line.id("alice"), "displayName": "Alice"})


def test_who_is_not_in_the_group_has_no_member_profile(line: Line) -> None:
    assert line.api("GET", f"group/{line.id('family')}/member/{line.id('charlie')}").status == 404


def test_a_group_has_a_summary_and_a_count(line: Line) -> None:
    family = line.id("family")
    expected = {"groupId": family, "groupName": "家族 Family"}
    assert line.api("GET", f"group/{family}/summary").body == expected
    assert line.api("GET", f"group/{family}/members/count").body == {"count": 2}
    line.do("member", chat="family", user="charlie", joined=True, wait=True)
    assert line.api("GET", f"group/{family}/members/count").body == {"count": 3}


def test_the_bot_leaves_a_group_and_knows_it_no_more(line: Line, bot: Bot) -> None:
    family = line.id("family")
    assert body(line.api("POST", f"group/{family}/leave")) == (200, {})
    assert not line.chat("family")["botIn"]
    assert bot.wait(1)[0]["events"][0]["type"] == "leave"
    for path in ("summary", "members/count"):
        assert line.api("GET", f"group/{family}/{path}").status == 404
    assert line.api("POST", f"group/{family}/leave").status == 404


def test_a_room_is_no_group(line: Line) -> None:
    room = line.do("chats", kind="room", name="Old room", members=["alice"])["id"]
    assert line.api("GET", f"room/{room}/members/count").body == {"count": 1}
    assert line.api("GET", f"room/{room}/member/{line.id('alice')}").body["displayName"] == "Alice"
    assert line.api("GET", f"group/{room}/summary").status == 404
    assert line.api("POST", f"room/{room}/leave").status == 200


def test_lists_of_people_are_not_for_this_account(line: Line) -> None:
    for path in (f"group/{line.id('family')}/members/ids", "followers/ids"):
        assert line.api("GET", path).status == 403


def test_the_bot_is_the_one_webhooks_are_meant_for(line: Line, bot: Bot) -> None:
    line.say("alice")
    assert line.sdk.get_bot_info().user_id == bot.bodies[0]["destination"]


@pytest.mark.parametrize("seconds", [5, 60, None])
def test_a_loading_animation_is_accepted(line: Line, seconds: int | None) -> None:
    asked = {"chatId": line.id("alice"), **({"loadingSeconds": seconds} if seconds else {})}
    assert body(line.api("POST", "chat/loading/start", asked)) == (202, {})


@pytest.mark.parametrize("seconds", [0, 4, 6, 61, 65, "5", True, 5.5])
def test_a_loading_animation_takes_five_to_sixty_seconds_in_fives(line: Line, seconds: object) -> None:
    answer = line.api("POST", "chat/loading/start", {"chatId": line.id("alice"), "loadingSeconds": seconds})
    assert answer.status == 400
    assert answer.details[0][0] == "loadingSeconds"


def test_a_loading_animation_is_for_people_only(line: Line) -> None:
    for chat in (line.id("family"), "U" + "0" * 32, None):
        assert line.api("POST", "chat/loading/start", {"chatId": chat}).status == 400


def test_a_message_is_marked_as_read_by_its_token(line: Line) -> None:
    token = line.say("alice")["event"]["message"]["markAsReadToken"]
    assert body(line.api("POST", "chat/markAsRead", {"markAsReadToken": token})) == (200, {})
    assert line.api("POST", "chat/markAsRead", {"markAsReadToken": token[:-4] + "AAAA"}).status == 400
    assert line.api("POST", "chat/markAsRead", {}).status == 400


def test_the_webhook_endpoint_can_be_read_and_set(line: Line, bot: Bot) -> None:
    before = line.api("GET", "channel/webhook/endpoint").body
    assert before["active"] is True
    other = before["endpoint"] + "?other"
    assert body(line.api("PUT", "channel/webhook/endpoint", {"endpoint": other})) == (200, {})
    assert line.api("GET", "channel/webhook/endpoint").body["endpoint"] == other
    assert line.state()["callback"] == other
    line.say("alice")
    assert len(bot.bodies) == 1


@pytest.mark.parametrize("url", ["ftp://x/y", "callback", "", "http://" + "a" * 500, None])
def test_a_webhook_endpoint_is_a_web_address(line: Line, url: object) -> None:
    assert line.api("PUT", "channel/webhook/endpoint", {"endpoint": url}).status == 400


def test_testing_the_webhook_posts_no_events_signed(line: Line, bot: Bot) -> None:
    answer = line.api("POST", "channel/webhook/test", {})
    assert bot.bodies[0]["events"] == []
    assert (answer.body["success"], answer.body["statusCode"], answer.body["reason"]) == (True, 200, "OK")
    assert line.state()["deliveries"] == []


def test_testing_the_webhook_tells_what_went_wrong(line: Line, bot: Bot) -> None:
    bot.status = 503
    answer = line.api("POST", "channel/webhook/test", {}).body
    assert (answer["success"], answer["statusCode"], answer["reason"]) == (False, 503, "ERROR_STATUS_CODE")
    answer = line.api("POST", "channel/webhook/test", {"endpoint": "http://127.0.0.1:9/"}).body
    assert (answer["statusCode"], answer["reason"]) == (0, "COULD_NOT_CONNECT")


def test_a_channel_without_an_endpoint_has_none_to_read_or_test(line: Line, bot: Bot) -> None:
    line.do("channel", callback="")
    for method, path in (("GET", "channel/webhook/endpoint"), ("POST", "channel/webhook/test")):
        answer = line.api(method, path)
        assert body(answer) == (404, {"message": "Webhook endpoint not found"})
    line.say("alice")
    assert bot.bodies == []


def test_a_webhook_that_is_not_used_is_not_called(line: Line, bot: Bot) -> None:
    line.do("channel", useWebhook=False)
    line.say("alice")
    assert bot.bodies == []
    assert line.api("GET", "channel/webhook/endpoint").body["active"] is False


def test_the_bot_says_whether_people_write_by_hand(line: Line) -> None:
    line.do("channel", byHand=True)
    described = line.api("GET", "info").body
    assert (described["chatMode"], described["markAsReadMode"]) == ("chat", "manual")


@pytest.mark.parametrize("header", [None, "", "Bearer wrong", f"bearer{TOKEN}", TOKEN, "Bearer \udcff"])
def test_without_the_token_there_is_nothing(line: Line, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.encode("utf-8", "surrogateescape")}
    answer = line.request("GET", "/v2/bot/info", headers=headers)
    assert answer.status == 401
    assert answer.body["message"].startswith("Authentication failed due to the following reason: ")
    assert answer.headers["X-Line-Request-Id"]


def test_an_unknown_path_is_not_found_in_lines_words(line: Line) -> None:
    answer = line.api("GET", "nowhere")
    assert body(answer) == (404, {"message": "Not found"})
    assert answer.headers["X-Line-Request-Id"]
    assert line.request("GET", "/v2/bot/nowhere").status == 404


def test_a_wrong_method_is_not_allowed(line: Line) -> None:
    answer = line.api("POST", "info", {})
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert answer.body == {"message": "Method Not Allowed"}


def test_what_is_not_json_is_refused(line: Line) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    for raw in (b"{", b"[]", b"", b"\xff", b"[" * 100_000):
        answer = line.request("POST", "/v2/bot/message/reply", body=raw, headers=headers)
        assert answer.status == 400
        assert answer.body["message"].startswith("The request body could not be parsed as JSON")


def test_another_content_type_is_not_supported(line: Line) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain"}
    answer = line.request("POST", "/v2/bot/message/reply", body=b"{}", headers=headers)
    assert body(answer) == (415, {"message": "The content type, text/plain, is not supported"})


@pytest.mark.parametrize(("extra", "status"), [(0, 400), (1, 413)])
def test_a_body_has_two_megabytes_at_most(line: Line, extra: int, status: int) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    raw = b"{}" + b" " * (2 * 1024 * 1024 - 2 + extra)
    answer = line.request("POST", "/v2/bot/message/reply", body=raw, headers=headers)
    assert answer.status == status
    assert "message" in answer.body
