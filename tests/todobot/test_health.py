"""The addresses that people, load balancers and the kubelet ask."""

from unittest.mock import patch

from django.db import OperationalError
from django.test import Client as Browser


def test_the_front_page_says_it_is_alive_in_a_line_of_text() -> None:
    answer = Browser().get("/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.decode().count("\n") == 1


def test_healthz_asks_nothing() -> None:
    assert Browser().get("/healthz").status_code == 200  # without the database fixture, a query would raise


def test_readyz_asks_the_database(db: None) -> None:
    assert Browser().get("/readyz").status_code == 200
    with patch("todobot.health.connection.cursor", side_effect=OperationalError("gone away")):
        answer = Browser().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer: OperationalError\n")
