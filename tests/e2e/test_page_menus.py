"""The rich menu on the simulator's page, without a bot of ours."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.chromium import tab
from tests.simulator.harness import Bot, Line
from tests.simulator.menus import made, picture_of, png, shown, upload
from tests.simulator.objects import postback, rich_menu

JSON = dict[str, Any]


@pytest.fixture
def page(browser: Browser, line: Line) -> Iterator[Page]:
    """In Japanese, with Alice's chat open."""
    with tab(browser, line.url + "#alice", locale="ja-JP") as opened:
        expect(opened.locator("#chat-name")).to_have_text("Alice")
        yield opened


def bar(page: Page) -> Locator:
    return page.get_by_test_id("rich-bar")


def areas(page: Page) -> Locator:
    return page.get_by_test_id("rich-area")


def test_a_menu_appears_changes_and_goes_while_one_looks(page: Page, line: Line) -> None:
    expect(page.get_by_test_id("rich-menu")).to_be_hidden()
    shown(line, rich_menu(chatBarText="みんなの"))
    expect(bar(page)).to_have_text("みんなの")
    shown(line, rich_menu(chatBarText="Alice の"), "alice")
    expect(bar(page)).to_have_text("Alice の")
    line.api("DELETE", f"user/{line.id('alice')}/richmenu")
    expect(bar(page)).to_have_text("みんなの")
    line.api("DELETE", "user/all/richmenu")
    expect(page.get_by_test_id("rich-menu")).to_be_hidden()


def test_a_menu_outlives_starting_anew(page: Page, line: Line) -> None:
    shown(line, rich_menu(chatBarText="Alice の"), "alice")
    line.say("alice", "牛乳")
    page.get_by_test_id("reset").click()
    page.locator("dialog .danger").click()
    expect(page.get_by_test_id("entry")).to_have_count(0)
    expect(bar(page)).to_have_text("Alice の")


def test_a_group_has_no_menu(page: Page, line: Line) -> None:
    shown(line, rich_menu())
    expect(bar(page)).to_be_visible()
    page.get_by_test_id("chat-family").click()
    expect(page.get_by_test_id("rich-menu")).to_be_hidden()


def test_a_menu_is_open_at_first_as_it_says_and_then_as_the_reader_says(page: Page, line: Line) -> None:
    shown(line, rich_menu(selected=False))
    expect(bar(page)).to_have_attribute("aria-expanded", "false")
    expect(areas(page)).to_have_count(0)
    bar(page).click()
    expect(areas(page)).to_have_count(1)
    page.get_by_test_id("chat-bob").click()
    expect(areas(page)).to_have_count(0)
    page.get_by_test_id("chat-alice").click()
    expect(areas(page)).to_have_count(1)


def test_each_area_lies_where_the_menu_says(page: Page, line: Line) -> None:
    shown(line, picture_of(postback(label="a"), postback(label="b"), postback(label="c")))
    picture = page.locator(".rich-picture").bounding_box()
    last = areas(page).last.bounding_box()
    assert picture
    assert last
    assert last["x"] - picture["x"] == pytest.approx(picture["width"] * 2 / 3, abs=1)
    assert (last["width"], last["height"]) == pytest.approx((picture["width"] / 3, picture["height"]), abs=1)


def test_a_tap_on_an_area_tells_the_bot_what_the_area_says(page: Page, line: Line, bot: Bot) -> None:
    shown(line, picture_of(postback(label="一覧", data="list"), postback(label="元に戻す", data="undo")))
    page.get_by_role("button", name="元に戻す").click()
    [body] = bot.wait(1)
    assert body["events"][0]["postback"] == {"data": "undo"}


def test_an_area_is_tapped_by_keyboard(page: Page, line: Line, bot: Bot) -> None:
    shown(line, picture_of(postback(label="a", data="first"), postback(label="b", data="second")))
    bar(page).focus()
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    [body] = bot.wait(1)
    assert body["events"][0]["postback"] == {"data": "second"}


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ({"type": "message", "text": "一覧"}, "一覧"),
        ({"type": "postback", "data": "x", "displayText": "見る"}, "見る"),
        ({"type": "postback", "data": "x"}, "メニューのエリア 1"),
        ({"type": "uri", "label": "地図", "uri": "https://example.com/"}, "地図"),
    ],
)
def test_every_area_has_a_name_to_hear(page: Page, line: Line, action: JSON, name: str) -> None:
    shown(line, picture_of(action))
    role = "link" if action["type"] == "uri" else "button"
    expect(page.get_by_test_id("rich-menu").get_by_role(role, name=name, exact=True)).to_be_visible()  # type: ignore[arg-type]


def test_a_tab_shows_the_next_menu_and_keeps_the_focus(page: Page, line: Line, bot: Bot) -> None:
    switch = {"type": "richmenuswitch", "label": "次", "richMenuAliasId": "next", "data": "tab"}
    following = made(line, picture_of(postback(label="c"), chatBarText="二", selected=False))
    upload(line, following, png())
    line.api("POST", "richmenu/alias", {"richMenuAliasId": "next", "richMenuId": following})
    shown(line, picture_of(switch, chatBarText="一"))
    areas(page).press("Enter")
    expect(bar(page)).to_have_text("二")
    expect(areas(page)).to_be_focused()
    [body] = bot.wait(1)
    expected = {"data": "tab", "params": {"newRichMenuAliasId": "next", "status": "SUCCESS"}}
    assert body["events"][0]["postback"] == expected


def test_an_area_may_close_the_menu(page: Page, line: Line) -> None:
    shown(line, picture_of(postback(inputOption="closeRichMenu")))
    areas(page).click()
    expect(areas(page)).to_have_count(0)
    expect(bar(page)).to_be_visible()
