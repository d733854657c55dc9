"""How the simulator's page shows lists, quotes, edits and what is unsent, without a bot of ours."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.chromium import tab
from tests.simulator import objects as o
from tests.simulator.harness import Line, text, until

PHONE = {"width": 360, "height": 640}


@pytest.fixture
def page(browser: Browser, line: Line) -> Iterator[Page]:
    """In English, with the family's chat open, as Alice."""
    with tab(browser, line.url + "#family", locale="en-US") as opened:
        expect(opened.locator("#chat-name")).to_have_text("家族 Family")
        yield opened


@pytest.fixture
def phone(browser: Browser, line: Line) -> Iterator[Page]:
    with tab(browser, line.url + "#alice", locale="en-US", viewport=PHONE) as opened:
        expect(opened.locator("#chat-name")).to_have_text("Alice")
        yield opened


def entry(page: Page, said: str) -> Locator:
    return page.locator(f'[data-id="{said}"]')


def choose(page: Page, said: str, what: str) -> None:
    entry(page, said).hover()
    entry(page, said).get_by_test_id("entry-menu").click()
    page.get_by_test_id(what).click()


def write(page: Page, words: str) -> None:
    page.get_by_test_id("composer").fill(words)
    page.get_by_test_id("composer").press("Enter")


def said_by(line: Line, who: str) -> str:
    """The id of a message in the family's chat."""
    if who == "bot":
        list_ = o.body(o.box(o.words("milk"), action=o.postback()))
        return str(line.push(line.id("family"), list_).body["sentMessages"][0]["id"])
    return str(line.say("family", "milk", **{"from": who})["entry"]["id"])


def newest(line: Line) -> dict[str, Any]:
    event: dict[str, Any] = line.state()["deliveries"][-1]["body"]["events"][0]
    return event


@pytest.mark.parametrize("who", ["alice", "bob", "bot"])
def test_any_message_can_be_quoted(page: Page, line: Line, who: str) -> None:
    said = said_by(line, who)
    choose(page, said, "quote")
    write(page, "this one")
    bubble = page.locator('[data-from="me"] .bubble', has_text="this one")
    expect(bubble.get_by_test_id("quoted")).to_contain_text("list" if who == "bot" else "milk")
    until(lambda: newest(line)["message"].get("text") == "this one")
    assert newest(line)["message"]["quotedMessageId"] == said


def test_a_quote_of_an_unsent_message_shows_it_no_more(page: Page, line: Line) -> None:
    said = line.say("family", "a secret", **{"from": "bob"})["entry"]["id"]
    answer = line.say("family", "really?", quote=said)["entry"]["id"]
    expect(entry(page, answer)).to_contain_text("a secret")
    line.do("unsend", chat="family", message=said, wait=True)
    expect(entry(page, answer).get_by_test_id("quoted")).to_have_text("Bob unsent a message")
    expect(page.get_by_test_id("log")).not_to_contain_text("a secret")


def test_a_person_unsends_a_message_in_the_page(page: Page, line: Line) -> None:
    said = said_by(line, "alice")
    choose(page, said, "unsend")
    expect(entry(page, said)).to_have_text("Alice unsent a message")
    assert newest(line)["unsend"] == {"messageId": said}


def test_an_edited_message_says_so_and_its_quotes_follow(page: Page, line: Line) -> None:
    said = said_by(line, "alice")
    answer = line.say("family", "yes", quote=said, **{"from": "bob"})["entry"]["id"]
    choose(page, said, "edit")
    expect(page.get_by_test_id("composer")).to_have_value("milk")
    write(page, "oat milk")
    expect(entry(page, said)).to_contain_text("edited")
    expect(entry(page, said).locator(".bubble")).to_have_text("oat milk")
    expect(entry(page, answer).get_by_test_id("quoted")).to_have_text("Aliceoat milk")
    until(lambda: newest(line)["type"] == "messageEdited")
    assert (newest(line)["message"]["id"], newest(line)["message"]["text"]) == (said, "oat milk")


@pytest.mark.parametrize(
    ("chat", "who", "offered"), [("family", "alice", 1), ("family", "bob", 0), ("alice", "alice", 0)]
)
def test_people_edit_their_own_text_in_groups_only(
    page: Page, line: Line, chat: str, who: str, offered: int
) -> None:
    said = line.say(chat, "milk", **{"from": who})["entry"]["id"]
    page.get_by_test_id(f"chat-{chat}").click()
    entry(page, said).hover()
    entry(page, said).get_by_test_id("entry-menu").click()
    expect(page.get_by_test_id("quote")).to_be_visible()
    expect(page.get_by_test_id("edit")).to_have_count(offered)


def test_a_quote_leads_to_what_it_quotes(page: Page, line: Line) -> None:
    said = said_by(line, "bob")
    for number in range(30):
        line.say("family", f"line {number}", deliver=False)
    answer = line.say("family", "this", quote=said)["entry"]["id"]
    expect(entry(page, answer)).to_be_in_viewport()
    expect(entry(page, said)).not_to_be_in_viewport()
    entry(page, answer).get_by_test_id("quoted").click()
    expect(entry(page, said)).to_be_in_viewport()


def test_a_long_talk_scrolls_in_its_log_alone(page: Page, line: Line) -> None:
    for number in range(30):
        line.say("family", f"line {number}", deliver=False)
    page.reload()  # while a message fades in, its parts cannot stick out
    expect(page.get_by_test_id("entry").last).to_contain_text("line 29")
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0


def test_what_is_forgotten_leaves_the_page_which_says_so(
    page: Page, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.world.HISTORY", 5)
    line.do("reset")
    for number in range(8):
        line.say("family", f"line {number}", deliver=False)
    expect(page.get_by_test_id("entry").last).to_contain_text("line 7")
    expect(page.get_by_test_id("entry")).to_have_count(5)
    expect(page.get_by_test_id("forgotten")).to_have_text("Older messages are forgotten")
    page.reload()
    expect(page.get_by_test_id("entry")).to_have_count(5)
    expect(page.get_by_test_id("forgotten")).to_be_visible()


# Lists


def row(title: str) -> dict[str, Any]:
    parts = [o.words("○ 1.", flex=0), o.words(title, wrap=True)]
    return {"type": "box", "layout": "horizontal", "spacing": "sm", "contents": parts, "action": o.postback()}


def at_the_edge(carousel: Locator, number: int) -> bool:
    left = "(node, n) => node.children[n].getBoundingClientRect().left - node.getBoundingClientRect().left"
    return bool(0 <= carousel.evaluate(left, number) < 5)


def test_arrow_keys_leaf_through_a_carousel(phone: Page, line: Line) -> None:
    bubbles = [o.bubble(row(f"title {number}")) for number in range(3)]
    line.push(line.id("alice"), o.carousel(*bubbles))
    carousel = phone.get_by_role("group", name="Cards, scroll sideways")
    carousel.focus()
    for number in range(3):
        until(partial(at_the_edge, carousel, number))
        phone.keyboard.press("ArrowRight")


def test_a_carousel_is_all_that_scrolls_sideways(phone: Page, line: Line) -> None:
    line.push(line.id("alice"), o.carousel(*[o.bubble(row("title")) for _ in range(3)]))
    expect(phone.get_by_text("title")).to_have_count(3)
    for place in ("document.documentElement", "document.querySelector('#log')"):
        assert phone.evaluate(f"{place}.scrollWidth - {place}.clientWidth") == 0


@pytest.mark.parametrize("title", ["x" * 500, "https://example.com/?" + "q=1&" * 100, "長い題名" * 125])
def test_a_long_title_stays_in_its_bubble(phone: Page, line: Line, title: str) -> None:
    line.push(line.id("alice"), o.body(row(title)))
    words = phone.get_by_text(title)
    expect(words).to_be_visible()
    right = "(node) => node.getBoundingClientRect().right"
    assert words.evaluate(right) <= phone.locator(".fx-bubble").evaluate(right) - 10
    assert words.evaluate("(node) => node.scrollWidth - node.clientWidth") == 0


def test_a_title_from_right_to_left_begins_beside_its_number(phone: Page, line: Line) -> None:
    line.push(line.id("alice"), o.body(row("חלב")))
    words = phone.get_by_text("חלב")
    expect(words).to_be_visible()
    gap = """(node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return range.getBoundingClientRect().left - node.getBoundingClientRect().left;
    }"""
    assert words.evaluate(gap) == 0


def test_a_sticker_quotes_beside_itself(page: Page, line: Line) -> None:
    event = line.say("family", "milk")["event"]
    quoting = {"type": "sticker", "packageId": "446", "stickerId": "1988"}
    line.reply(event["replyToken"], {**quoting, "quoteToken": event["message"]["quoteToken"]}, text())
    expect(page.locator('[data-from="bot"] .quoting')).to_contain_text("milk")
