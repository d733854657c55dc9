"""Quoting with the real bot against the simulator, which gives messages their ids as LINE does."""

from collections.abc import Callable

from tests.e2e.stack import Stack


def test_a_quoted_list_and_a_quoted_message_are_known_by_the_ids_that_line_gave(
    start: Callable[..., Stack],
) -> None:
    stack = start()
    stack.say("family", "todo 牛乳\nパン\n卵")
    stack.settles(1, 30)
    [shown] = stack.replies("family")
    stack.say("family", "２、３", quote=shown["id"])
    stack.settles(2, 30)
    said = stack.say("family", "todo 米")["entry"]["id"]
    stack.settles(3, 30)
    stack.say("family", "✅", quote=said)
    stack.settles(4, 30)
    alt = [reply["message"]["altText"] for reply in stack.replies("family")]
    assert alt[1] == "Alice\n完了: パン\n完了: 卵\n\nやること 1件\n1. 牛乳（Alice）"
    assert alt[3] == "Alice\n完了: 米\n\nやること 1件\n1. 牛乳（Alice）"
