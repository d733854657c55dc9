"""Guessing passwords: by name, by address, past a proxy; and what an operator sees of it."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db.models import F
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse

from todobot.logins import client_address

HERE, THERE = "203.0.113.1", "203.0.113.2"


@pytest.fixture(autouse=True)
def operators(db: None) -> None:
    for name in ("alice", "bob"):
        User.objects.create_superuser(name, password=f"the password of {name}")


def tries(name: str, password: str = "wrong", address: str = HERE, **headers: str) -> int:
    """302 is in, 200 is the page once more, 429 is enough."""
    form = {"username": name, "password": password, "next": "/admin/"}
    answer = Browser().post(reverse("admin:login"), form, REMOTE_ADDR=address, headers=headers)
    return answer.status_code


def time_passes(minutes: int) -> None:
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


def test_five_wrong_passwords_lock_until_a_pause_is_over() -> None:
    assert [tries("alice") for _ in range(5)] == [200] * 4 + [429]
    assert tries("alice", "the password of alice") == 429
    time_passes(14)
    assert tries("alice", "the password of alice") == 429
    time_passes(2)
    assert tries("alice", "the password of alice") == 302


def test_the_answer_says_what_to_do() -> None:
    for _ in range(5):
        tries("alice")
    form = {"username": "alice", "password": "wrong"}
    answer = Browser().post(reverse("admin:login"), form, REMOTE_ADDR=HERE)
    assert (answer["Content-Type"], answer["Retry-After"]) == ("text/plain; charset=utf-8", "900")
    assert answer.content == b"Too many failed logins. Try again in 15 minutes.\n"


def test_tries_during_the_pause_do_not_make_it_longer() -> None:
    for _ in range(5):
        tries("alice")
    time_passes(14)
    tries("alice")
    time_passes(2)
    assert tries("alice", "the password of alice") == 302


def test_nobody_else_is_locked_out() -> None:
    for _ in range(6):
        tries("alice")
    assert tries("bob", "the password of bob") == 302
    assert tries("alice", "the password of alice", THERE) == 302


def test_many_names_from_one_address_lock_the_address() -> None:
    answers = [tries(f"name{number}") for number in range(20)]
    assert answers == [200] * 19 + [429]
    assert tries("bob", "the password of bob") == 429
    assert tries("bob", "the password of bob", THERE) == 302


def test_a_success_clears_the_failures_of_that_name_alone() -> None:
    for _ in range(4):
        tries("alice")
        tries("bob")
    assert tries("alice", "the password of alice") == 302
    assert [tries("alice") for _ in range(4)] == [200] * 4
    assert tries("bob") == 429


def test_another_browser_or_another_name_in_the_header_does_not_get_round_it() -> None:
    answers = [
        tries("alice", **{"User-Agent": f"browser {number}", "X-Real-IP": f"198.51.100.{number}"})
        for number in range(6)
    ]
    assert answers[4:] == [429, 429]


def test_behind_a_trusted_proxy_each_client_is_one_of_its_own() -> None:
    for _ in range(5):
        tries("alice", address="127.0.0.1", **{"X-Real-IP": HERE})
    assert tries("alice", "the password of alice", "127.0.0.1", **{"X-Real-IP": HERE}) == 429
    assert tries("alice", "the password of alice", "127.0.0.1", **{"X-Real-IP": THERE}) == 302


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("10.1.2.3", HERE, HERE),  # the network of the proxies
        ("127.0.0.1", HERE, "127.0.0.1"),  # not in this list
        (THERE, HERE, THERE),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", f"{HERE},{THERE}", "10.1.2.3"),  # sent twice
        ("10.1.2.3", "'; DROP TABLE", "10.1.2.3"),
        ("::ffff:10.1.2.3", HERE, HERE),  # the same network, told by a socket of IPv6
        ("::ffff:203.0.113.9", HERE, "203.0.113.9"),
        ("", HERE, HERE),  # a Unix socket
        ("", "", None),
        ("10.1.2.3", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),  # a home has the whole /64
    ],
)
def test_whose_word_counts(settings: Any, peer: str, told: str, address: str | None) -> None:
    settings.FORWARDED_ALLOW_IPS = ["10.0.0.0/8"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Real-IP": told} if told else {})
    assert client_address(request) == address


def test_neither_the_log_nor_the_database_keeps_what_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    form = {"username": "alice", "password": "himitsu-1", "passwort": "himitsu-2", "next": "/admin/himitsu-3"}
    page = reverse("admin:login")
    for _ in range(6):
        Browser().post(f"{page}?note=himitsu-4", form, REMOTE_ADDR=HERE)
    kept = str(AccessAttempt.objects.values())
    assert "alice" in kept
    assert "himitsu" not in kept
    assert "himitsu" not in caplog.text
    assert "alice" not in "".join(record.getMessage() for record in caplog.records if record.levelno >= 30)


def test_a_failure_does_not_lose_where_one_was_going() -> None:
    browser = Browser()
    page = reverse("admin:login")
    to = {"next": "/admin/todos/task/", "username": "alice"}
    assert b"/admin/todos/task/" in browser.post(page, to | {"password": "wrong"}).content
    assert browser.post(page, to | {"password": "the password of alice"})["Location"] == "/admin/todos/task/"


def test_an_operator_sees_the_failures_and_unlocks_by_deleting() -> None:
    for _ in range(5):
        tries("bob")
    operator = Browser()
    operator.force_login(User.objects.get(username="alice"))
    attempt = AccessAttempt.objects.get()
    page: Any = operator.get(reverse("admin:axes_accessattempt_changelist"))
    assert HERE in page.content.decode()
    change = reverse("admin:axes_accessattempt_change", args=[attempt.pk])
    assert operator.post(change, {"failures_since_start": "0"}).status_code == 403
    assert operator.get(reverse("admin:axes_accessattempt_changelist") + "add/").status_code == 403
    operator.post(reverse("admin:axes_accessattempt_delete", args=[attempt.pk]), {"post": "yes"})
    assert tries("bob", "the password of bob") == 302
