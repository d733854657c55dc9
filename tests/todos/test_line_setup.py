"""`manage.py line_setup` against a simulator: what it asks, sets, says, and leaves alone."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as our_settings
from django.core.management import CommandError, call_command

from tests import openapi
from tests.simulator.conftest import Pair, loop, pair  # noqa: F401  (a simulator, and a bot that takes its calls)
from tests.simulator.harness import TOKEN, Bot, Line
from tests.simulator.menus import png, upload
from tests.simulator.objects import rich_menu
from todos.line.channel import Channel, Refused, data_url
from todos.management.commands import line_setup
from todos.menus import Menu, alias, menus
from todos.models import Chat

LANGUAGES = [code for code, _name in our_settings.LANGUAGES]
Setup = Callable[..., str]


@pytest.fixture
def line(pair: Pair, settings: Any) -> Iterator[Line]:  # noqa: F811
    settings.LINE_API_BASE_URL, settings.LINE_CHANNEL_ACCESS_TOKEN = pair.line.url, TOKEN
    pair.line.do("reset")
    yield pair.line
    pair.line.do("reset")


@pytest.fixture
def bot(line: Line, pair: Pair) -> Bot:  # noqa: F811
    pair.bot.clear()
    return pair.bot


@pytest.fixture
def setup(line: Line, bot: Bot, db: None) -> Setup:
    def run(*arguments: str) -> str:
        """What it said; what was wrong ends it, and is said, too."""
        said = io.StringIO()
        try:
            call_command("line_setup", *arguments, stdout=said)
        except CommandError as error:
            return f"{said.getvalue()}CommandError: {error}"
        return said.getvalue()

    return run


def channel(line: Line) -> dict[str, Any]:
    """All that the set-up may change."""
    return {
        "menus": line.api("GET", "richmenu/list").body["richmenus"],
        "aliases": line.api("GET", "richmenu/alias/list").body["aliases"],
        "default": line.api("GET", "user/all/richmenu").body.get("richMenuId"),
        "webhook": line.api("GET", "channel/webhook/endpoint").body,
    }


def aliases(line: Line) -> dict[str, str]:
    return {one["richMenuAliasId"]: one["richMenuId"] for one in channel(line)["aliases"]}


def names(line: Line) -> list[str]:
    return [menu["name"] for menu in channel(line)["menus"]]


def foreign(line: Line, name: str = "todobot autumn") -> str:
    menu = str(line.api("POST", "richmenu", rich_menu(name=name)).body["richMenuId"])
    assert upload(line, menu, png()) == 200
    return menu


def wrong(said: str) -> list[str]:
    return [text.removeprefix("WRONG  ") for text in said.splitlines() if text.startswith("WRONG  ")]


# The menus


def test_each_language_gets_its_menu_with_picture_and_alias(line: Line, setup: Setup) -> None:
    said = setup()
    assert "CommandError" not in said
    made = {menu["richMenuId"]: menu for menu in channel(line)["menus"]}
    assert len(made) == len(LANGUAGES)
    for menu in menus():
        menu_id = aliases(line)[alias(menu.language)]
        assert made[menu_id] == {"richMenuId": menu_id, "name": menu.name, **menu.content}
        assert line.api("GET", f"richmenu/{menu_id}/content").data == menu.picture


def test_the_japanese_menu_is_the_default(line: Line, setup: Setup) -> None:
    setup()
    assert channel(line)["default"] == aliases(line)["todobot-ja"]


def test_another_default_gives_way_to_it(line: Line, setup: Setup) -> None:
    theirs = foreign(line)
    line.api("POST", f"user/all/richmenu/{theirs}")
    setup()
    assert channel(line)["default"] == aliases(line)["todobot-ja"]
    assert "todobot autumn" in names(line)


def test_a_second_run_changes_nothing(line: Line, setup: Setup) -> None:
    setup()
    before = channel(line)
    said = setup()
    assert channel(line) == before
    assert "done" not in said
    assert f"ok     rich menus: {' '.join(LANGUAGES)}" in said


def test_a_new_picture_takes_the_place_of_the_old(
    line: Line, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup()
    before = aliases(line)
    new = [replace(menu, picture=png(2500, 843)) if menu.language == "en" else menu for menu in menus()]
    monkeypatch.setattr(line_setup, "menus", lambda: new)
    setup()
    now = aliases(line)
    assert {name for name in now if now[name] != before[name]} == {"todobot-en"}
    assert sorted(names(line)) == sorted(menu.name for menu in new)


def test_who_had_the_old_menu_is_linked_to_the_new_one_next_time(
    line: Line, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup()
    chats = [
        Chat.objects.create(line_id="U" + each * 32, kind="user", menu=code)
        for each, code in (("a", "en"), ("b", "th"))
    ]
    new = [replace(menu, picture=png(2500, 843)) if menu.language == "en" else menu for menu in menus()]
    monkeypatch.setattr(line_setup, "menus", lambda: new)
    setup()
    assert [Chat.objects.get(pk=chat.pk).menu for chat in chats] == ["", "th"]


def test_who_had_a_menu_that_line_has_lost_is_linked_again(line: Line, setup: Setup) -> None:
    setup()
    Chat.objects.create(line_id="U" + "b" * 32, kind="user", menu="en")
    line.do("reset")
    setup()
    assert Chat.objects.get().menu == ""


def test_menus_and_aliases_of_others_are_left_alone(line: Line, setup: Setup) -> None:
    theirs = foreign(line)
    line.api("POST", "richmenu/alias", {"richMenuAliasId": "todobot-autumn", "richMenuId": theirs})
    setup()
    assert names(line).count("todobot autumn") == 1
    assert aliases(line)["todobot-autumn"] == theirs


def test_a_menu_that_a_run_left_unfinished_goes(line: Line, setup: Setup) -> None:
    [first, *_rest] = menus()
    unfinished = line.api("POST", "richmenu", first.content | {"name": first.name}).body["richMenuId"]
    said = setup()
    assert f"the old rich menu {unfinished} is deleted" in said
    assert sorted(names(line)) == sorted(menu.name for menu in menus())


def test_the_menu_of_a_language_that_is_no_more_goes_with_its_alias(line: Line, setup: Setup) -> None:
    old = foreign(line, "todobot fi 0123456789ab")
    line.api("POST", "richmenu/alias", {"richMenuAliasId": "todobot-fi", "richMenuId": old})
    setup()
    assert "todobot-fi" not in aliases(line)
    assert "todobot fi 0123456789ab" not in names(line)


@pytest.mark.parametrize(
    "call", ["create_menu", "upload_picture", "create_alias", "set_default_menu", "delete_menu"]
)
def test_what_one_run_could_not_do_the_next_one_does(
    line: Line, setup: Setup, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    foreign(line, "todobot fi 0123456789ab")
    with monkeypatch.context() as broken:
        broken.setattr(Channel, call, refuse)
        assert wrong(setup()) == ["LINE says 500: no."]
    setup()
    assert setup("--check").startswith("ok")
    assert sorted(names(line)) == sorted(menu.name for menu in menus())


def refuse(*_: Any) -> None:
    raise Refused("LINE says 500: no", 500)


def test_a_picture_that_is_missing_is_named(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr("todos.menus.FOLDER", tmp_path)
    [missing] = wrong(setup())
    assert missing.endswith(".png is missing: `make menus` draws it.")


# Looking only


def test_check_names_what_a_fresh_channel_lacks_and_changes_nothing(line: Line, setup: Setup) -> None:
    line.do("channel", callback="", useWebhook=False)
    before = channel(line)
    said = setup("--check")
    assert wrong(said) == [
        "no webhook URL is set",
        *(f"the rich menu {alias(code)} is missing" for code in LANGUAGES),
    ]
    assert said.endswith(f"CommandError: {len(LANGUAGES) + 1} things are wrong.")
    assert channel(line) == before


def test_check_has_nothing_to_say_about_a_channel_that_is_set_up(setup: Setup) -> None:
    setup()
    said = setup("--check")
    assert {text.split()[0] for text in said.splitlines()} == {"ok"}


@pytest.mark.parametrize("menu", menus(), ids=lambda menu: menu.language)
def test_check_sees_a_menu_of_another_version(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, menu: Menu
) -> None:
    setup()
    others = [one for one in menus() if one.language != menu.language]
    monkeypatch.setattr(line_setup, "menus", lambda: [*others, replace(menu, picture=b"new")])
    said = wrong(setup("--check"))
    assert f"the rich menu {menu.alias} is of another version" in said
    assert f"{menu.name})" in said[-1]


def test_check_sees_another_default(line: Line, setup: Setup) -> None:
    setup()
    line.api("POST", f"user/all/richmenu/{foreign(line)}")
    assert wrong(setup("--check")) == ["the rich menu todobot-ja is not the default"]


def test_check_sees_another_webhook(line: Line, setup: Setup) -> None:
    setup()
    there = channel(line)["webhook"]["endpoint"]
    assert wrong(setup("--check", "--url", there.replace("127.0.0.1", "localhost"))) == [
        f"the webhook URL is {there}"
    ]


def test_check_sees_that_webhooks_are_off(line: Line, setup: Setup) -> None:
    setup()
    line.do("channel", useWebhook=False)
    [said] = wrong(setup("--check"))
    assert said.endswith("it should be: Use webhook: on")


# The webhook


def test_the_webhook_is_set_when_it_answers(line: Line, bot: Bot, setup: Setup) -> None:
    there = channel(line)["webhook"]["endpoint"]
    line.do("channel", callback="")
    said = setup("--url", there)
    assert channel(line)["webhook"]["endpoint"] == there
    assert f"ok     {there} takes what LINE signs" in said
    assert bot.bodies == [{"destination": line.state()["bot"]["userId"], "events": []}]


def test_a_webhook_that_does_not_answer_is_not_set(line: Line, setup: Setup) -> None:
    before = channel(line)["webhook"]
    said = setup("--url", "http://127.0.0.1:9/callback")
    assert "http://127.0.0.1:9/callback: COULD_NOT_CONNECT, LINE cannot reach it" in wrong(said)[0]
    assert f"so the webhook URL stays {before['endpoint']}" in said
    assert channel(line)["webhook"] == before


def test_without_a_url_none_is_set(line: Line, setup: Setup) -> None:
    line.do("channel", callback="")
    assert wrong(setup()) == ["no webhook URL is set: give it with --url"]


def test_the_menus_are_made_whatever_the_webhook_does(line: Line, bot: Bot, setup: Setup) -> None:
    bot.status = 503
    setup()
    assert len(names(line)) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (400, "it refuses LINE's signature. LINE_CHANNEL_SECRET"),
        (401, "something before the bot wants a login"),
        (404, "The path should be /callback"),
        (503, "see the log of the bot"),
    ],
)
def test_what_the_bot_says_to_line_is_explained(bot: Bot, setup: Setup, status: int, means: str) -> None:
    bot.status = status
    [said] = wrong(setup())
    assert f"/callback: {status}, " in said
    assert means in said


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("bot.example.com/callback", "it should be an address such as https://bot.example.com/callback"),
        (
            "http://bot.example.com/callback",
            "it should be an address such as https://bot.example.com/callback",
        ),
        ("https://[bot/callback", "it should be an address such as https://bot.example.com/callback"),
        (f"https://bot.example.com/{'x' * 477}", "it is over 500 characters long"),
    ],
)
def test_a_url_that_line_would_refuse_is_refused_before(
    line: Line, setup: Setup, settings: Any, url: str, why: str
) -> None:
    settings.LINE_API_BASE_URL = "https://api.line.me"
    assert setup("--url", url) == f"CommandError: --url {url}: {why}."
    assert line.state()["calls"] == []


# What is said


def test_a_wrong_token_is_named_and_not_shown(setup: Setup, settings: Any) -> None:
    settings.LINE_CHANNEL_ACCESS_TOKEN = "a-token-of-another-channel"
    said = setup()
    assert said.startswith("CommandError: LINE says 401: Authentication failed")
    assert said.endswith("LINE_CHANNEL_ACCESS_TOKEN is wrong, or valid no longer.")
    assert "a-token-of-another-channel" not in said


@pytest.mark.parametrize("token", ["two\nlines", "パスワード"])
def test_a_token_that_cannot_be_sent_is_not_shown(setup: Setup, settings: Any, token: str) -> None:
    settings.LINE_CHANNEL_ACCESS_TOKEN = token
    said = setup()
    assert "cannot be asked" in said
    assert token not in said


def test_a_refusal_is_shown_with_lines_request_id(line: Line, setup: Setup, settings: Any) -> None:
    settings.LINE_CHANNEL_ACCESS_TOKEN = "a-token-of-another-channel"
    said = setup()
    assert f"(request id {line.state()['calls'][-1]['requestId']})." in said


def test_lines_limit_is_named(line: Line, setup: Setup) -> None:
    line.do("trouble", mode="429")
    assert "LINE takes 100 rich menus an hour, made or deleted" in setup()


def test_no_answer_is_named(line: Line, setup: Setup) -> None:
    line.do("trouble", mode="down")
    said = setup()
    assert said.startswith(f"CommandError: LINE does not answer at {line.url} (ProtocolError).")
    assert "it is the worker" in said


def test_people_who_write_by_hand_are_named(line: Line, setup: Setup) -> None:
    assert "Chat is on" not in setup()
    line.do("channel", byHand=True)
    assert "note   Chat is on" in setup()


def test_what_only_a_person_can_change_is_listed(setup: Setup) -> None:
    said = setup()
    for switch in ("Greeting message: off", "Auto-response messages: off", "Webhook redelivery: on"):
        assert f"    {switch}\n" in said
    assert "Joining groups and multi-person chats: allowed" in said


def test_webhooks_are_on_that_list_unless_line_says_that_they_are(line: Line, setup: Setup) -> None:
    assert "    Use webhook: on" not in setup()
    line.do("channel", useWebhook=False)
    assert "    Use webhook: on" in setup()


# The calls


def test_pictures_go_to_the_host_that_line_has_for_them() -> None:
    assert data_url("https://api.line.me") == "https://api-data.line.me"
    assert data_url("http://127.0.0.1:5001") == "http://127.0.0.1:5001"


@openapi.needed
@pytest.mark.parametrize("menu", menus(), ids=lambda menu: menu.language)
def test_each_menu_is_one_that_line_describes(menu: Menu) -> None:
    assert openapi.errors("messaging-api", "RichMenuRequest", menu.content | {"name": menu.name}) == []
