"""POST /callback: what is refused with which status, what is stored, what one odd event costs the others."""

import json
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.line import ALICE, BOB, Line, body_of, event, open_titles, redelivered, sign, text
from todos import inbox
from todos.models import Event


def test_lines_own_test_vector_is_accepted(line: Line, settings: Any) -> None:
    # https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
    settings.LINE_CHANNEL_SECRETS = ["8c570fa6dd201bb328f1c1eac23a96d8"]
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert line.post(body, "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=") == 200


@pytest.mark.parametrize("secret", ["the-channel-secret", "the-new-channel-secret"])
def test_any_of_the_configured_secrets_will_do(line: Line, secret: str) -> None:
    body = body_of(text("牛乳"))
    assert line.post(body, sign(body, secret)) == 200
    assert Event.objects.count() == 1


@pytest.mark.parametrize("signature", ["", "wrong", "あ", "=" * 44, sign(b"another body")])
def test_a_wrong_signature_is_400_and_stores_nothing(line: Line, signature: str) -> None:
    assert line.post(body_of(text("牛乳")), signature) == 400
    assert not Event.objects.exists()


def test_a_missing_signature_is_400(db: None) -> None:
    answer = Browser().post("/callback", body_of(text("牛乳")), content_type="application/json")
    assert (answer.status_code, answer.content) == (400, b"the header x-line-signature is missing\n")
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"",
        b"not json",
        b"[]",
        b"5",
        b'{"events": 5}',
        b'{"destination": "U"}',
        b'{"events": [NaN]}',
    ]
    + [b'{"events": [' + b"[" * 200_000],
)
def test_a_body_that_cannot_be_read_is_400(line: Line, body: bytes) -> None:
    assert line.post(body) == 400
    assert not Event.objects.exists()


def test_no_events_is_200_as_the_consoles_verify_button_needs(line: Line) -> None:
    assert line.post(body_of()) == 200


def test_a_body_over_1_mib_is_413_and_one_of_1_mib_is_read(line: Line) -> None:
    frame = len(body_of("x"))
    limit = 1024 * 1024
    assert line.post(body_of("x" * (limit - frame + 1))) == 200
    assert line.post(body_of("x" * (limit - frame + 2))) == 413


def test_get_is_405(line: Line) -> None:
    assert line.browser.get("/callback").status_code == 405


def test_a_database_that_is_away_is_500_so_that_line_redelivers(line: Line) -> None:
    line.browser.raise_request_exception = False
    with patch("todos.inbox.insert", side_effect=OperationalError("gone away")):
        assert line.post(body_of(text("牛乳"))) == 500


def test_one_body_takes_one_statement(line: Line, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        line.delivers(*[text(f"{number}", by=BOB) for number in range(40)])


def test_a_body_as_large_as_any_takes_three_statements_at_most(
    line: Line, django_assert_max_num_queries: Any
) -> None:
    fitting = 1024 * 1024 // len(json.dumps(text("牛乳", by=BOB)) + ", ") - 20
    events = [text("牛乳", by=BOB) for _number in range(fitting)]
    with django_assert_max_num_queries(3):
        assert line.post(body_of(*events)) == 200
    assert Event.objects.count() == len(events)


def test_a_new_event_sets_each_column(line: Line) -> None:
    """What an INSERT IGNORE leaves out, MySQL makes up."""
    assert [*inbox.NEW] == [
        column.attname for column in Event._meta.concrete_fields if not column.primary_key
    ]


def test_the_callback_makes_no_call_to_line_and_changes_no_list(line: Line) -> None:
    line.delivers(text("牛乳"))
    assert line.api.tries == []
    assert open_titles() == []


# Duplicates


def test_the_same_event_twice_in_one_body_is_one(line: Line) -> None:
    said = text("牛乳")
    assert line.answer_to(said, said).startswith("追加: 牛乳")
    assert open_titles() == ["牛乳"]


@pytest.mark.parametrize("between", [True, False])
def test_a_redelivered_event_changes_nothing_applied_or_not(line: Line, between: bool) -> None:
    said = text("牛乳")
    line.delivers(said)
    if between:
        line.work()
    line.delivers(redelivered(said)).work()
    line.delivers(redelivered(said)).work()
    assert open_titles() == ["牛乳"]
    assert len(line.api.sent) == 1


def test_a_redelivery_of_what_never_arrived_counts(line: Line) -> None:
    line.answer_to(redelivered(text("牛乳")))
    assert open_titles() == ["牛乳"]


def test_events_without_an_id_are_told_apart_by_their_content(line: Line) -> None:
    said, other = text("牛乳"), text("パン")
    del said["webhookEventId"], other["webhookEventId"]
    line.answer_to(said, other, redelivered(said))
    assert open_titles() == ["牛乳", "パン"]


def test_ids_that_differ_in_case_only_are_two(line: Line) -> None:
    line.answer_to(text("牛乳", webhookEventId="abc"), text("パン", webhookEventId="ABC"))
    assert open_titles() == ["牛乳", "パン"]


# One odd event among good ones


def without(path: str) -> dict[str, Any]:
    made = text("変")
    *parents, last = path.split(".")
    holder = made
    for parent in parents:
        holder = holder[parent]
    del holder[last]
    return made


DEEP: Any = []
for _ in range(500):
    DEEP = [DEEP]

ODD: dict[str, Any] = {
    "an unknown type": event("hologram__from_next_year"),
    "an unknown message type": event(message={"id": "1", "type": "hologram"}),
    "a type that is a number": text("変") | {"type": 5},
    "not an object": "event",
    "null": None,
    "a list": [[]],
    "an empty object": {},
    "a source that is a text": text("変") | {"source": "U1"},
    "a user id of another shape": text("変", by="Udeadbeef"),
    "a text that is a number": event(message={"type": "text", "text": 5}),
    "a text that is null": event(message={"type": "text", "text": None}),
    "a message that is a list": event(message=[]),
    "postback data of another kind": event("postback__button", postback={"data": {"a": 1}}),
    "a timestamp that is a text": text("変") | {"timestamp": "yesterday"},
    "a timestamp beyond any calendar": text("変") | {"timestamp": 10**300},
    "a timestamp before all time": text("変") | {"timestamp": -5},
    "a reply token that is a number": text("変") | {"replyToken": 5},
    "emoji positions of another kind": event(
        message={"type": "text", "text": "変", "emojis": [5, {"index": "a"}, {"index": 90, "length": 10**20}]}
    ),
    "mentions of another kind": event(
        message={"type": "text", "text": "変", "mention": {"mentionees": {"isSelf": True}}}
    ),
    "a lone surrogate": text("\ud800"),
    "a lone surrogate as an id": text("変") | {"webhookEventId": "\udfff", "replyToken": "\ud800"},
    "a NUL": text("\x00"),
    "a NUL in the type": text("変") | {"type": "\x00"},
    "deep nesting": text("変") | {"future": DEEP},
    "a text of a megabyte's tenth": text("変" * 17_000),
    "ten thousand lines": text("a\n" * 10_000),
    **{
        f"no {path}": without(path)
        for path in (
            "type",
            "source",
            "source.type",
            "source.userId",
            "mode",
            "timestamp",
            "replyToken",
            "deliveryContext",
            "message",
            "message.type",
            "message.text",
            "message.id",
            "webhookEventId",
        )
    },
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_event_costs_the_others_nothing(line: Line, name: str) -> None:
    line.answer_to(text("前", by=BOB), ODD[name], text("後", by=BOB))
    assert open_titles(BOB) == ["前", "後"]
    assert not Event.objects.filter(state="pending").exists()


def test_nesting_beyond_the_parsers_depth_costs_nobody_anything(line: Line) -> None:
    good = json.dumps(text("牛乳"))
    deep = json.dumps(text("パン"))[:-1] + ', "future": ' + "[" * 150_000 + "]" * 150_000 + "}"
    body = f'{{"destination": "U", "events": [{good}, {deep}]}}'.encode()
    assert line.post(body) == 200
    line.work()
    assert open_titles() == ["牛乳", "パン"]


@pytest.mark.parametrize("depth", [30, 200, 800, 900, 940, 960, 985, 2000])
def test_what_can_just_be_read_can_be_stored_too(line: Line, depth: int) -> None:
    odd = json.dumps({name: value for name, value in text("変").items() if name != "webhookEventId"})
    deep = odd[:-1] + ', "future": ' + "[" * depth + "]" * depth + "}"
    assert line.post(f'{{"events": [{json.dumps(text("牛乳", by=BOB))}, {deep}]}}'.encode()) == 200
    line.work()
    assert (open_titles(BOB), open_titles()) == (["牛乳"], ["変"])


def test_ids_that_are_longer_than_any_column_are_told_apart(line: Line) -> None:
    line.answer_to(text("牛乳", webhookEventId="x" * 300 + "1"), text("パン", webhookEventId="x" * 300 + "2"))
    assert open_titles() == ["牛乳", "パン"]


def test_an_integer_of_five_thousand_digits_costs_nobody_anything(line: Line) -> None:
    body = body_of(text("牛乳"))[:-2] + b', {"type": "message", "timestamp": ' + b"9" * 5000 + b"}]}"
    assert line.post(body) == 200
    line.work()
    assert open_titles() == ["牛乳"]


def test_500_events_in_one_body_all_count(line: Line) -> None:
    line.answer_to(*[text(f"{number}") for number in range(500)])
    assert len(open_titles()) == 500
    assert len(line.api.sent) == 500


def test_what_cannot_be_read_is_kept_for_the_operator_by_name_without_its_text(line: Line) -> None:
    line.delivers(without("source.userId"))
    kept = Event.objects.get()
    assert (kept.state, kept.error) == ("failed", "source.userId is missing or not an id of LINE's")
    assert kept.payload == ""


def test_unknown_types_are_kept_without_content_and_ask_nothing_of_the_worker(line: Line) -> None:
    line.delivers(event("hologram__from_next_year"))
    kept = Event.objects.get()
    assert (kept.type, kept.state, kept.payload, kept.reply) == ("hologram", "settled", "", "")


def test_standby_events_are_stored_but_not_ours_to_answer(line: Line) -> None:
    assert line.answer_to(event("message__standby")) == ""
    kept = Event.objects.get()
    assert (kept.state, kept.payload) == ("settled", "")
    assert open_titles(ALICE) == []


def test_a_mode_of_next_year_is_not_ours_either(line: Line) -> None:
    assert line.answer_to(text("牛乳", mode="shared")) == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
paths = st.sampled_from(
    ["type", "mode", "timestamp", "source", "source.type", "source.userId", "webhookEventId", "replyToken"]
    + [
        "message",
        "message.id",
        "message.type",
        "message.text",
        "message.emojis",
        "message.mention",
        "postback",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(paths, json_values, max_size=4), raw=json_values)
def test_fuzzed_events_never_cost_a_good_one(line: Line, changes: dict[str, Any], raw: Any) -> None:
    odd = text("変")
    for path, value in changes.items():
        *parents, last = path.split(".")
        holder: Any = odd
        for parent in parents:
            holder = holder.get(parent) if isinstance(holder, dict) else None
        if isinstance(holder, dict):
            holder[last] = value
    title = f"良{Event.objects.count()}"
    line.answer_to(odd, raw, text(title, by=BOB))
    assert title in open_titles(BOB)
    Event.objects.all().delete()
    line.says("clear", by=BOB)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
def test_fuzzed_bodies_are_answered_200_or_400(line: Line, body: bytes) -> None:
    assert line.post(body) in (200, 400)
    assert line.post(body, "wrong") == 400


def test_a_time_after_the_year_9999_is_taken_for_now(line: Line) -> None:
    assert line.says("牛乳", timestamp=253_402_300_800_000).startswith("追加: 牛乳")
