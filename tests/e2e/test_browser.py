"""A person in front of the simulator's page, and the operator in front of the admin: a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.base import ROOT
from tests.e2e.chromium import tab
from tests.e2e.stack import Stack, running
from tests.simulator.harness import Line
from tests.simulator.menus import picture_of, shown
from tests.simulator.objects import postback

#: Screenshots, for people who look at a CI run.
SHOTS = ROOT / "build" / "screenshots"


@pytest.fixture(scope="module")
def started() -> Iterator[Stack]:
    with running(static=True) as stack:
        yield stack


@pytest.fixture
def stack(started: Stack) -> Stack:
    started.empty()
    return started


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The simulator's page in English."""
    with tab(browser, stack.line, locale="en-US") as opened:
        yield opened


def say(page: Page, text: str) -> None:
    expect(page.locator("#chat-name")).not_to_be_empty()  # the page has loaded
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def from_bot(page: Page) -> Locator:
    return page.locator('[data-testid="entry"][data-from="bot"]')


def from_me(page: Page) -> Locator:
    return page.locator('[data-testid="entry"][data-from="me"]')


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(500)  # until the last bubble has faded in
    page.screenshot(path=SHOTS / f"{name}.png")


def test_a_chat_from_the_first_line_to_undo(page: Page) -> None:
    page.get_by_test_id("chat-alice").click()
    say(page, "牛乳")
    expect(from_bot(page).last).to_contain_text("追加: 牛乳")
    expect(page.get_by_test_id("delivery-status").first).to_have_text("200")
    page.get_by_test_id("composer").press_sequentially("パン")
    page.get_by_test_id("composer").press("Shift+Enter")
    page.get_by_test_id("composer").press_sequentially("卵")
    page.get_by_test_id("composer").press("Enter")
    expect(from_bot(page).last).to_contain_text("やること 3件")
    page.get_by_test_id("quick-reply").filter(has_text="元に戻す").click()
    expect(from_bot(page).last).to_contain_text("取り消し: パン")
    expect(from_bot(page).last).to_contain_text("やること 1件")
    shot(page, "chat")


def test_a_tap_on_a_row_finishes_it_and_another_opens_it_again(page: Page) -> None:
    page.get_by_test_id("chat-alice").click()
    say(page, "牛乳")
    from_bot(page).last.get_by_role("button", name="牛乳").click()
    expect(from_bot(page).last).to_contain_text("✓牛乳")
    from_bot(page).last.get_by_role("button", name="牛乳").click()
    expect(from_bot(page).last).to_contain_text("再開: 牛乳")
    expect(from_bot(page).last).to_contain_text("○ 1.牛乳")


def test_clear_asks_and_a_tapped_yes_clears(page: Page, stack: Stack) -> None:
    for title in ("牛乳", "パン", "卵", "米"):
        stack.say("alice", title, wait=True)
    page.get_by_test_id("chat-alice").click()
    expect(from_bot(page).last).to_contain_text("米")
    page.get_by_test_id("quick-reply").filter(has_text="全部完了").click()
    page.get_by_test_id("quick-reply").filter(has_text="はい").click()
    expect(from_bot(page).last).to_contain_text("✓米")
    expect(from_me(page).last.locator(".bubble")).to_contain_text("はい")
    expect(page.get_by_test_id("quick-reply").filter(has_text="はい")).to_have_count(0)


def test_the_rich_menu_lists_undoes_and_helps(page: Page, stack: Stack) -> None:
    words = {"list": "一覧", "undo": "元に戻す", "help": "ヘルプ"}
    buttons = [postback(word, data, displayText=word) for data, word in words.items()]
    shown(Line(stack.line, "the-access-token"), picture_of(*buttons, chatBarText="メニュー"))
    page.get_by_test_id("chat-alice").click()
    say(page, "牛乳")
    expect(from_bot(page)).to_have_count(1)
    menu = page.get_by_test_id("rich-menu")
    menu.get_by_role("button", name="一覧").click()
    expect(from_me(page).last).to_contain_text("一覧")
    expect(from_bot(page)).to_have_count(2)
    expect(from_bot(page).last).to_contain_text("牛乳")
    shot(page, "rich-menu")
    menu.get_by_role("button", name="元に戻す").click()
    expect(from_bot(page)).to_have_count(3)
    expect(from_bot(page).last.get_by_role("button", name="牛乳")).to_have_count(0)
    menu.get_by_role("button", name="メニュー").click()
    expect(menu.get_by_role("button", name="元に戻す")).to_have_count(0)


def test_enter_during_ime_composition_sends_nothing(page: Page) -> None:
    page.get_by_test_id("chat-alice").click()
    page.get_by_test_id("composer").fill("ぎゅうにゅう")
    page.get_by_test_id("composer").dispatch_event(
        "keydown", {"key": "Enter", "isComposing": True, "keyCode": 229}
    )
    expect(page.get_by_test_id("composer")).to_have_value("ぎゅうにゅう")
    expect(from_me(page)).to_have_count(0)


def test_send_twice_and_redeliver_are_one_toggle(page: Page) -> None:
    page.get_by_test_id("chat-alice").click()
    page.get_by_test_id("send-twice").click()
    say(page, "牛乳")
    expect(from_bot(page).last).to_contain_text("やること 1件")
    page.get_by_test_id("delivery").first.get_by_test_id("redeliver").click()
    expect(page.get_by_test_id("delivery")).to_have_count(3)
    expect(page.get_by_test_id("delivery-status").first).to_have_text("200")
    say(page, "一覧")
    expect(from_bot(page).last).to_contain_text("○ 1.牛乳")
    expect(from_bot(page)).to_have_count(2)


def test_a_family_shares_one_list_and_is_not_overheard(page: Page) -> None:
    page.get_by_test_id("chat-family").click()
    page.get_by_test_id("speaker-alice").click()
    say(page, "おはよう")
    say(page, "タスク 牛乳")
    expect(from_bot(page).last).to_contain_text("追加: 牛乳")
    expect(from_bot(page).last).to_contain_text("○ 1.牛乳（Alice）")
    page.get_by_test_id("speaker-bob").click()
    page.get_by_test_id("mention-bot").click()
    say(page, "牛乳")
    expect(from_bot(page).last).to_contain_text("Bob✓牛乳")
    expect(from_bot(page)).to_have_count(2)


def test_two_people_share_a_list_each_in_a_window(browser: Browser, stack: Stack) -> None:
    with (
        tab(browser, f"{stack.line}/#family/alice", locale="ja-JP") as alice,
        tab(browser, f"{stack.line}/#family/bob", locale="en-US") as bob,
    ):
        say(alice, "タスク 牛乳")
        expect(bob.locator('[data-from="other"]')).to_contain_text("タスク 牛乳")
        from_bot(bob).last.get_by_role("button", name="牛乳").click()
        expect(from_bot(alice).last).to_contain_text("✓牛乳")
        bob.get_by_test_id("mention-bot").click()
        say(bob, "bread")
        expect(from_me(bob)).to_contain_text("bread")
        expect(alice.locator('[data-from="other"] .bubble')).to_contain_text("bread")
        expect(from_bot(alice)).to_have_count(3)
        expect(from_bot(alice).last.get_by_role("button", name="bread")).to_be_visible()
        shot(alice, "group-alice")
        shot(bob, "group-bob")


def test_a_list_is_quoted_by_the_id_that_the_bot_was_given(page: Page, stack: Stack) -> None:
    page.get_by_test_id("chat-alice").click()
    say(page, "牛乳")
    expect(from_bot(page)).to_have_count(1)
    from_bot(page).last.hover()
    from_bot(page).last.get_by_test_id("entry-menu").click()
    page.get_by_test_id("quote").click()
    say(page, "1")
    expect(from_me(page).last.get_by_test_id("quoted")).to_contain_text("追加: 牛乳")
    expect(page.get_by_test_id("delivery-status").first).to_have_text("200")
    state = stack.state()
    sent = [call["response"]["sentMessages"] for call in state["calls"] if call["path"].endswith("/reply")]
    message = state["deliveries"][-1]["body"]["events"][0]["message"]
    assert (message["text"], message["quotedMessageId"]) == ("1", sent[0][0]["id"])


def test_line_down_and_back(page: Page) -> None:
    page.get_by_test_id("chat-bob").click()
    page.get_by_test_id("trouble-down").check(force=True)
    say(page, "milk")
    expect(page.get_by_test_id("delivery-status").first).to_have_text("200")
    expect(from_bot(page)).to_have_count(0)
    page.get_by_test_id("trouble-none").check(force=True)
    expect(from_bot(page).last).to_contain_text("Added: milk", timeout=15_000)
    expect(from_bot(page)).to_have_count(1)


def test_a_sticker_gets_a_hint_and_a_block_silence(page: Page) -> None:
    page.get_by_test_id("chat-alice").click()
    page.get_by_test_id("sticker").click()
    expect(from_bot(page).last).to_contain_text("文字だけ読めます")
    page.get_by_test_id("block").click()
    say(page, "牛乳")
    expect(from_me(page)).to_have_count(2)
    expect(from_bot(page)).to_have_count(1)


def test_what_a_person_types_is_shown_and_never_run(page: Page) -> None:
    page.get_by_test_id("chat-alice").click()
    say(page, "<img src=x onerror=alert(1)>")
    expect(from_bot(page).last).to_contain_text("○ 1.<img src=x onerror=alert(1)>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_works_at_phone_width(browser: Browser, stack: Stack, scheme: str) -> None:
    stack.say("alice", "牛乳", wait=True)
    phone = {"locale": "ja-JP", "viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    with tab(browser, f"{stack.line}/#alice", **phone) as page:
        say(page, "パン")
        expect(from_bot(page).last).to_contain_text("やること 2件")
        shot(page, f"phone-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_tasks_of_a_chat_are_seen_and_edited_in_the_admin(page: Page, stack: Stack) -> None:
    make = "from django.contrib.auth.models import User; User.objects.create_superuser('op', '', 'secret')"
    stack.manage("shell", "--no-imports", "--command", make)
    page.get_by_test_id("chat-alice").click()
    say(page, "牛入")
    expect(from_bot(page).last).to_contain_text("追加: 牛入")
    page.goto(f"{stack.bot}/admin/todos/task/")
    page.locator("#id_username").fill("op")
    page.locator("#id_password").fill("secret")
    page.locator("#id_password").press("Enter")
    page.get_by_role("link", name="牛入").click()
    page.locator("#id_title").fill("牛乳")
    shot(page, "admin")
    page.locator('input[name="_save"]').click()
    expect(page.locator(".success")).to_be_visible()
    page.goto(f"{stack.line}/#alice")
    say(page, "一覧")
    expect(from_bot(page).last).to_contain_text("○ 1.牛乳")
