"""Toggling against a plain model of it: whatever is sent in whatever batches, the list is as it should."""

import asyncio
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.line import ALICE, BOB, Line, history, open_titles, redelivered, text
from todos.models import Chat, Event

WORDS = ["牛乳", "パン", "ハハ", "パパ", "🍣", "🍺", "milk"]


class Model:
    """A list as a person thinks of it."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.before: list[str] = []
        self.asked = False

    def hears(self, said: str) -> None:
        now = list(self.open)
        asked, self.asked = self.asked, said == "clear" and len(self.open) > 3
        if self.asked or (asked and said == "no"):
            return
        if asked and said == "yes":
            said = "clear"
        if said == "clear":
            now = []
        elif said == "undo":
            now = self.before
        else:
            for line in said.split("\n"):
                if line in now:
                    now.remove(line)
                else:
                    now.append(line)
        if said not in ("clear", "undo") or now != self.open:
            self.before, self.open = self.open, now


messages = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("\n".join),
    st.sampled_from(["clear", "undo", "yes", "no"]),
)
#: (who, what, in which batch)
conversations = st.lists(st.tuples(st.sampled_from([ALICE, BOB]), messages, st.integers(0, 3)), max_size=14)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversation=conversations, again=st.lists(st.integers(0, 13), max_size=4))
def test_any_conversation_in_any_batches_with_redeliveries(
    line: Line, conversation: list[tuple[str, str, int]], again: list[int]
) -> None:
    Chat.objects.all().delete()
    Event.objects.all().delete()
    models = {ALICE: Model(), BOB: Model()}
    sent = []
    for _batch, some in batches(conversation):
        events = [text(said, by=who) for who, said in some]
        for who, said in some:
            models[who].hears(said)
        sent += events
        repeats = [redelivered(sent[number]) for number in again if number < len(sent)]
        line.answer_to(*reversed(events), *repeats)
    for who, model in models.items():
        assert set(open_titles(who)) == set(model.open)


def batches(conversation: list[tuple[str, str, int]]) -> Iterator[tuple[Any, list[tuple[str, str]]]]:
    for batch, some in groupby(conversation, key=lambda each: each[2]):
        yield batch, [(who, said) for who, said, _batch in some]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
def test_the_history_of_each_task_alternates(line: Line, lines: list[str]) -> None:
    Chat.objects.all().delete()
    for said in lines:
        line.says(said)
    for word in set(lines):
        kinds = [kind for kind, title in history() if title == word]
        assert kinds == (["added"] + ["done", "reopened"] * len(kinds))[: len(kinds)]
        assert len(kinds) == lines.count(word)


@pytest.mark.parametrize("stage", ["stored", "applied", "answering", "settled"])
def test_redelivery_after_every_stage_changes_nothing(line: Line, stage: str) -> None:
    from django.utils import timezone

    from todos.answer import claim
    from todos.apply import apply_due

    said = text("牛乳")
    line.delivers(said)
    if stage in ("applied", "answering"):
        apply_due(timezone.now())
    if stage == "answering":
        [job] = claim(timezone.now(), 8)
    if stage == "settled":
        line.work()
    line.delivers(redelivered(said))
    if stage == "answering":
        line.worker.under_way += 1
        asyncio.run(line.worker.send(job))
    line.work()
    assert open_titles() == ["牛乳"]
    assert history() == [("added", "牛乳")]
    assert len(line.api.sent) == 1
