"""`manage.py line_setup` with the real bot: what LINE sends it, it answers; what is set up, people see."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.base import ROOT, free_port, request, until
from tests.e2e.stack import Stack, running

LANGUAGES = ("en", "ja", "th", "zh-hant")


@pytest.fixture(scope="module")
def everything() -> Iterator[Stack]:
    with running() as stack:
        yield stack


@pytest.fixture
def stack(everything: Stack) -> Stack:
    everything.empty()
    return everything


def setup(stack: Stack, *arguments: str, **settings: str) -> tuple[int, str]:
    """The exit code, and all that was said."""
    done = subprocess.run(
        [sys.executable, "manage.py", "line_setup", *arguments],
        cwd=ROOT,
        env=stack.environment | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout


def state(stack: Stack) -> dict[str, Any]:
    """All that LINE has, but for what it was asked."""
    found: dict[str, Any] = request(f"{stack.line}/simulator/state")
    return {name: value for name, value in found.items() if name != "calls"}


def menu_of(stack: Stack, person: str) -> str:
    """The name of the menu that somebody sees, or nothing."""
    known = state(stack)
    [shown] = [chat["richMenuId"] for chat in known["chats"] if chat["name"] == person]
    return next((str(menu["name"]) for menu in known["richMenus"] if menu["richMenuId"] == shown), "")


def test_a_channel_is_set_up_and_then_there_is_nothing_to_do(stack: Stack) -> None:
    first, said = setup(stack, "--url", f"{stack.bot}/callback")
    assert (first, said.count("done ")) == (0, len(LANGUAGES) + 1)
    before = state(stack)
    again, said = setup(stack, "--url", f"{stack.bot}/callback")
    assert (again, said.count("done ")) == (0, 0)
    checked, said = setup(stack, "--check")
    assert (checked, said.count("ok ")) == (0, 3)
    assert state(stack) == before


def test_check_of_a_fresh_channel_fails_and_changes_nothing(stack: Stack) -> None:
    before = state(stack)
    code, said = setup(stack, "--check")
    assert code == 1
    assert all(f"WRONG  the rich menu todobot-{language} is missing" in said for language in LANGUAGES)
    assert state(stack) == before


def test_a_wrong_token_is_named_and_never_shown(stack: Stack) -> None:
    code, said = setup(stack, LINE_CHANNEL_ACCESS_TOKEN="a-token-of-another-channel")
    assert code == 1
    assert "LINE_CHANNEL_ACCESS_TOKEN is wrong" in said
    assert "a-token-of-another-channel" not in said
    assert "Traceback" not in said


def test_a_wrong_secret_is_named(stack: Stack) -> None:
    stack.control("channel", secret="the-secret-of-another-channel")
    code, said = setup(stack, "--check")
    assert code == 1
    assert f"WRONG  {stack.bot}/callback: 400, it refuses LINE's signature. LINE_CHANNEL_SECRET" in said


def test_a_webhook_that_nobody_answers_is_named_and_not_set(stack: Stack) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/callback"
    before = state(stack)["callback"]
    code, said = setup(stack, "--url", nobody)
    assert code == 1
    assert f"WRONG  {nobody}: COULD_NOT_CONNECT" in said
    assert state(stack)["callback"] == before


def test_people_see_the_menu_of_their_language_and_its_buttons_answer(stack: Stack) -> None:
    setup(stack)
    for person, language in (("Alice", "ja"), ("Bob", "en"), ("小美 Mei", "zh-hant"), ("พลอย Ploy", "th")):
        stack.say(person.lower(), "milk", wait=True)
        until(lambda: menu_of(stack, person).startswith(f"todobot {language} "), 20, f"{person}'s menu")  # noqa: B023
    [menu] = [menu for menu in state(stack)["richMenus"] if menu["name"] == menu_of(stack, "Bob")]
    [listed, *_others] = [area["action"] for area in menu["areas"]]
    stack.control("postback", chat="bob", data=listed["data"], displayText=listed["displayText"], wait=True)
    until(lambda: len(stack.replies("bob")) == 2, 20, "Bob's list")
    assert "1 task to do\n1. milk" in stack.replies("bob")[-1]["message"]["altText"]
