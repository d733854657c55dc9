"""What an update does to the rows that are there."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.line import ALICE, BOB
from todos.models import Chat


@pytest.fixture
def before_at_home(transactional_db: None) -> Iterator[None]:
    """The tables as the version before 0005 has them."""
    MigrationExecutor(connection).migrate([("todos", "0004_plain_text")])
    yield
    update()


def update() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("todos"))


def test_a_time_zone_that_nobody_chose_is_that_of_the_language(before_at_home: None) -> None:
    old = MigrationExecutor(connection).loader.project_state([("todos", "0004_plain_text")]).apps
    old.get_model("todos", "Chat").objects.create(line_id=ALICE, kind="user", language="th")
    old.get_model("todos", "Chat").objects.create(line_id=BOB, kind="user", time_zone="Asia/Seoul")
    update()
    zones = {chat.line_id: chat.zone().key for chat in Chat.objects.all()}
    assert zones == {ALICE: "Asia/Bangkok", BOB: "Asia/Seoul"}
