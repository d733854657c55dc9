"""What the simulator's page shows, without a bot of ours."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.chromium import tab
from tests.simulator.harness import Line, text


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
