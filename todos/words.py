"""The words that people type, in every language there is a catalogue for.

They live in the message catalogues, so that a new language is files only: each msgid below has the context
"typed" and is translated by the words of that language, separated by |.
"""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import override, pgettext

from todos.line.text import self_mentions
from todos.titles import same

#: What a typed word asks for. Every language understands all of them: families mix languages.
LIST, CLEAR, UNDO, HELP = "list", "clear", "undo", "help"
#: Answers, when the bot has asked.
YES, NO = "yes", "no"
#: How the list is shown: as text, or to tap.
TEXT, CARDS = "text", "cards"


@cache
def vocabulary() -> dict[str, str]:
    """Each typed word, as `titles.same` makes it, with what it asks for."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            for action, words in typed().items():
                found |= {same(word): action for word in words.split("|")}
    return found


def typed() -> dict[str, str]:
    """The words of the language in force."""
    return {
        LIST: pgettext("typed", "list"),
        CLEAR: pgettext("typed", "clear|delete all"),
        UNDO: pgettext("typed", "undo"),
        HELP: pgettext("typed", "help"),
        TEXT: pgettext("typed", "plain text"),
        CARDS: pgettext("typed", "cards"),
    }


@cache
def answers() -> dict[str, str]:
    """The words that answer a question; without one they are titles like all others."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            for answer, words in {YES: pgettext("answer", "yes"), NO: pgettext("answer", "no")}.items():
                found |= {same(word): answer for word in words.split("|")}
    return found


@cache
def prefixes() -> tuple[str, ...]:
    """The words that address the bot in a group, each followed by white space."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            # Translators: the word before a task in a group chat, as in "todo buy milk"
            found |= set(pgettext("prefix", "todo").split("|"))
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def addressed(message: dict[str, Any]) -> bool:
    """Whether a text message in a group or room speaks to the bot: it mentions it, or has a prefix."""
    return bool(self_mentions(message) or prefix(message["text"]))


def prefix(text: str) -> str:
    """The prefix, white space included, that the text starts with, or nothing."""
    start = text.lstrip()
    for word in prefixes():
        head, rest = start[: len(word)], start[len(word) :]
        if same(head) == same(word) and rest[:1].isspace():
            return text[: len(text) - len(rest)]
    return ""


@cache
def scripts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            # Translators: the letters of your language, as in a regular expression's [...]
            letters = pgettext("script", "A-Za-z")
            found.append((code, re.compile(f"[{letters}]")))
    return tuple(found)


def guess_language(text: str) -> str:
    """The language whose letters make up most of the text, or nothing where no letter tells.

    Latin letters stand in everybody's texts: they mean English only where no other letters are.
    """
    counts = {code: found for code, letters in scripts() if (found := len(letters.findall(text)))}
    if len(counts) > 1:
        counts.pop("en", None)
    return max(counts, key=lambda code: counts[code], default="")
