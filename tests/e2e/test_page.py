"""What the simulator's page shows, without a bot of ours."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import tab
from tests.simulator.harness import Bot, Line, text
from tests.simulator.objects import postback, quick


@pytest.fixture
def page(browser: Browser, line: Line) -> Iterator[Page]:
    """In Japanese, with Alice's chat open."""
    with tab(browser, line.url + "#alice", locale="ja-JP") as opened:
        expect(opened.locator("#chat-name")).to_have_text("Alice")
        yield opened


def test_a_notice_is_in_the_readers_language(page: Page, line: Line) -> None:
    line.do("block", user="alice", wait=True)
    expect(page.locator(".notice")).to_have_text("Alice がボットをブロックしました")
    page.locator("#language").select_option("en")
    expect(page.locator(".notice")).to_have_text("Alice blocked the bot")


def test_the_bots_message_shows_what_it_quotes(page: Page, line: Line) -> None:
    event = line.say("alice", "牛乳")["event"]
    line.reply(event["replyToken"], text("なに？", quoteToken=event["message"]["quoteToken"]))
    expect(page.locator('[data-from="bot"] .quoted')).to_have_text("Alice牛乳")


def test_an_unsent_message_is_a_line_without_its_text(page: Page, line: Line) -> None:
    said = line.say("alice", "秘密")["entry"]["id"]
    expect(page.locator('[data-from="me"]')).to_contain_text("秘密")
    line.do("unsend", chat="alice", message=said, wait=True)
    expect(page.locator(".notice")).to_have_text("Alice がメッセージの送信を取り消しました")
    expect(page.get_by_test_id("log")).not_to_contain_text("秘密")
    page.reload()
    expect(page.locator(".notice")).to_have_text("Alice がメッセージの送信を取り消しました")


@pytest.mark.parametrize("mode", ["none", "429"])
def test_failing_webhooks_are_told_and_ended_in_the_banner(page: Page, line: Line, mode: str) -> None:
    line.do("trouble", mode=mode, failWebhooks=True)
    expect(page.locator(".banner")).to_contain_text("Webhook はボットに届きません")
    page.locator(".banner button").click()
    expect(page.locator(".banner")).to_have_count(0)
    assert line.state()["trouble"]["failWebhooks"] is False


@pytest.mark.parametrize(
    ("locale", "title", "day"),
    [
        ("ja-JP", "LINE シミュレーター", r"\d+月\d+日\(.\)"),
        ("en-GB", "LINE simulator", r"[A-Z][a-z]+, [A-Z][a-z]+ \d+"),
        ("zh-TW", "LINE 模擬器", r"\d+月\d+日週."),
        ("zh-HK", "LINE 模擬器", r"\d+月\d+日週."),
        ("zh-Hant", "LINE 模擬器", r"\d+月\d+日週."),
        ("th-TH", "โปรแกรมจำลอง LINE", r"\S+ \d+ \S+\."),
        ("zh-CN", "LINE simulator", r"[A-Z][a-z]+, [A-Z][a-z]+ \d+"),
    ],
)
def test_the_page_speaks_and_dates_as_the_browser(
    browser: Browser, line: Line, locale: str, title: str, day: str
) -> None:
    line.say("alice", "牛乳")
    with tab(browser, line.url + "#alice", locale=locale) as page:
        expect(page).to_have_title(title)
        expect(page.locator("div.day")).to_have_text(re.compile(f"^{day}$"))


def test_a_language_once_chosen_stays(page: Page) -> None:
    page.locator("#language").select_option("zh-Hant")
    expect(page.get_by_test_id("block")).to_have_text("封鎖")
    page.reload()
    expect(page.get_by_test_id("block")).to_have_text("封鎖")


def test_whoever_speaks_in_a_group_is_on_the_right(page: Page, line: Line) -> None:
    line.say("family", "from Alice")
    line.say("family", "from Bob", **{"from": line.id("bob")})
    page.get_by_test_id("chat-family").click()
    for me, other in (("alice", "Bob"), ("bob", "Alice")):
        page.get_by_test_id(f"speaker-{me}").check(force=True)
        expect(page.locator('[data-from="me"]')).to_have_text(re.compile(f"from {me}", re.IGNORECASE))
        expect(page.locator('[data-from="other"] .name')).to_have_text(other)
        expect(page.locator('[data-from="other"] .face')).to_be_visible()
        mine = page.locator('[data-from="me"] .bubble').bounding_box()
        theirs = page.locator('[data-from="other"] .bubble').bounding_box()
        assert mine
        assert theirs
        assert mine["x"] > theirs["x"] + theirs["width"]


def test_two_people_look_at_their_group_in_two_windows(browser: Browser, line: Line) -> None:
    with (
        tab(browser, line.url + "#family/alice", locale="ja-JP") as alice,
        tab(browser, line.url + "#family/bob", locale="en-GB") as bob,
    ):
        for me, you, words in ((alice, bob, "おはよう"), (bob, alice, "morning")):
            me.get_by_test_id("composer").fill(words)
            me.get_by_test_id("composer").press("Enter")
            expect(me.locator('[data-from="me"] .bubble')).to_have_text(words)
            expect(you.locator('[data-from="other"] .bubble')).to_have_text(words)
        bob.reload()
        expect(bob.locator('[data-from="me"] .bubble')).to_have_text("morning")


def test_what_another_says_in_a_group_that_one_does_not_look_at_is_counted(page: Page, line: Line) -> None:
    line.say("family", "my own")
    line.say("family", "news", **{"from": line.id("bob")})
    expect(page.get_by_test_id("chat-family").locator(".badge")).to_have_text("1")


def test_quick_replies_are_the_last_messages_alone_and_go_with_the_next(page: Page, line: Line) -> None:
    line.push(line.id("alice"), quick(postback("first")), quick(postback("second")))
    expect(page.get_by_test_id("quick-reply")).to_have_text(["second"])
    line.say("alice", "牛乳")
    expect(page.get_by_test_id("quick-reply")).to_have_count(0)


@pytest.mark.parametrize("shown", ["見る", None])
def test_a_tapped_quick_reply_is_gone_and_shows_its_text_if_it_has_one(
    page: Page, line: Line, bot: Bot, shown: str | None
) -> None:
    line.push(line.id("alice"), quick(postback("一覧", **({"displayText": shown} if shown else {}))))
    page.get_by_test_id("quick-reply").click()
    expect(page.get_by_test_id("quick-reply")).to_have_count(0)
    bot.wait(1)
    expect(page.locator('[data-from="me"] .bubble')).to_have_text([shown] if shown else [])
