"""What the bench sends is what LINE would send."""

import json

from bench.events import SECRET, USERS, Message, chatter, prepare
from bench.wire import whole
from todos.commands import Toggle, command
from todos.line.body import events_in
from todos.line.events import parse
from todos.line.signature import is_signed
from todos.words import addressed


def test_a_request_is_whole_and_signed_and_its_events_are_ours_to_act_on() -> None:
    made = prepare(chatter(20, "a seed"), run=1, host="127.0.0.1:80", each=5)
    assert len(made.requests) == 4
    for request in made.requests:
        head, _, body = request.partition(b"\r\n\r\n")
        assert whole(request) == len(request)
        signature = head.rpartition(b"x-line-signature: ")[2].partition(b"\r\n")[0].decode()
        assert is_signed(body.decode(), signature, [SECRET])
        incoming = [parse(event, addressed) for event in events_in(body.decode())]
        assert [one.error for one in incoming if one and one.content] == [""] * 5


def test_the_mix_is_as_stated_and_every_keyword_is_understood() -> None:
    said = chatter(4000, "a seed")
    words = [message for message in said if message.word]
    several = [message for message in said if len(message.lines) > 1]
    assert 0.04 < len(words) / len(said) < 0.06
    assert 0.23 < len(several) / len(said) < 0.27
    assert {len(message.lines) for message in several} == {2, 3, 4, 5}
    assert {message.user for message in said} == set(USERS)
    assert not [word for word in words if isinstance(asked(word), Toggle)]


def test_each_line_of_a_message_is_a_title_of_its_own() -> None:
    for message in chatter(200, "a seed"):
        if not message.word:
            assert asked(message) == Toggle(message.lines)


def asked(message: Message) -> object:
    request = prepare([message], 1, "127.0.0.1:80").requests[0]
    return command(json.loads(request.partition(b"\r\n\r\n")[2])["events"][0])


def test_the_same_seed_says_the_same() -> None:
    assert chatter(50, "a seed") == chatter(50, "a seed") != chatter(50, "another")
