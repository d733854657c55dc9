"""Everything that a quick reply does can be typed: there are none on LINE's desktop client."""

import pytest
from django.utils.translation import override

from tests.todos.test_replies import ANSWERS, LANGUAGES, made
from todos.commands import Deed, Undo, from_button, from_text, meant
from todos.replies import buttons


def deed(button: str, label: str, did: str) -> tuple[Deed, Deed]:
    """What the button asks for, and what its label asks for when typed, after this answer."""
    question = f"{did.removeprefix('ask ')} 7" if did.startswith("ask ") else ""
    tapped, typed = meant(from_button(button), question), meant(from_text(label, in_group=False), question)
    # The button names the message that it undoes; a typed undo is of the last one.
    return Undo() if isinstance(tapped, Undo) else tapped, typed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in ANSWERS if not name.startswith("joined")])
def test_each_label_when_typed_does_what_the_button_does(name: str, language: str) -> None:
    answer = made(language=language, event=7, **ANSWERS[name])
    with override(language):
        offered = buttons(answer)
    assert 1 <= len(offered) <= 13
    for label, button in offered:
        tapped, typed = deed(button, label, answer.did)
        assert tapped == typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_a_change_undo_comes_first_then_list_clear_and_help(language: str) -> None:
    answer = made(language=language, event=7, **ANSWERS["added"])
    with override(language):
        assert [button for _label, button in buttons(answer)] == ["undo 7", "list", "clear", "help"]
