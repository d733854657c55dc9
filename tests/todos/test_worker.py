"""The worker as a command."""

import signal
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from todos.worker import Worker


@pytest.fixture
def five_seconds() -> Iterator[None]:
    """What hangs is a failure."""

    def over(*_: object) -> None:
        raise TimeoutError

    before = {number: signal.getsignal(number) for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGALRM, over)
    signal.alarm(5)
    yield
    signal.alarm(0)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("five_seconds")
def test_sigterm_is_heard_at_the_worst_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []

    def run(worker: Worker) -> None:
        with worker.stopping._cond:  # type: ignore[attr-defined]  # as inside stopping.wait()
            signal.raise_signal(signal.SIGTERM)
        assert worker.stopping.wait(3)

    monkeypatch.setattr(Worker, "run", run)
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr("logging.shutdown", lambda: None)
    call_command("worker")
    assert ended == [0]
