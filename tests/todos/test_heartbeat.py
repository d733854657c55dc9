"""What a health check sees of a worker: the time of a file."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from todos import worker
from todos.worker import Worker


@pytest.mark.parametrize(("trouble", "beats"), [(None, True), (OperationalError("away"), False)])
def test_it_beats_when_the_inbox_was_looked_at_and_not_when_that_failed(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    trouble: Exception | None,
    beats: bool,
) -> None:
    heart = tmp_path / "heartbeat"
    settings.HEARTBEAT = str(heart)
    monkeypatch.setattr(worker, "RECOVER", 0)
    one = Worker.from_settings()

    def turn() -> bool:
        one.stopping.set()
        if trouble:
            raise trouble
        return False

    monkeypatch.setattr(one, "turn", turn)
    one.run()
    assert heart.exists() is beats
    assert (tmp_path / "heartbeat.alive").exists()


def test_a_file_that_cannot_be_written_does_not_end_the_worker(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.HEARTBEAT = str(tmp_path / "missing" / "heartbeat")
    one = Worker.from_settings()
    turns: list[None] = []

    def turn() -> bool:
        turns.append(None)
        if len(turns) == 2:
            one.stopping.set()
        return False

    monkeypatch.setattr(one, "turn", turn)
    one.run()
    assert len(turns) == 2
