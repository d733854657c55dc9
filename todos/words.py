"""The words that people type, in every language there is a catalogue for.

They live in the message catalogues, so that a new language is files only: each msgid below has the context
"typed" and is translated by the words of that language, separated by |.
"""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import override, pgettext

from todos.line.events import quoted_id
from todos.line.text import self_mentions
from todos.numbers import numbers
from todos.titles import same

#: What a typed word asks for. Every language understands all of them: families mix languages.
LIST, CLEAR, UNDO, HELP = "list", "clear", "undo", "help"
#: Answers, when the bot has asked.
YES, NO = "yes", "no"
#: How the list is shown: as text, or to tap.
TEXT, CARDS = "text", "cards"
#: Which language the bot answers in.
LANGUAGE = "language"
#: All that the bot knows of a chat: to take along, to be gone.
EXPORT, ERASE = "export", "erase"


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
        LANGUAGE: pgettext("typed", "language"),
        EXPORT: pgettext("typed", "export"),
        ERASE: pgettext("typed", "delete my data"),
    }


@cache
def answers() -> dict[str, str]:
    """The words that answer a question; without one they are titles like all others."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            for answer, words in {YES: pgettext("answer", "yes"), NO: pgettext("answer", "no")}.items():
                found |= {same(word): answer for word in words.split("|")}
    for code, names in languages().items():
        found |= {same(name): f"{LANGUAGE} {code}" for name in [code, *names]}
    return found


@cache
def languages() -> dict[str, list[str]]:
    """What each language may be called, first by itself. That of settings.LANGUAGE_CODE leads."""
    found: dict[str, list[str]] = {}
    for code, _name in sorted(settings.LANGUAGES, key=lambda each: each[0] != settings.LANGUAGE_CODE):
        with override(code):
            # Translators: your language, as it calls itself; then other names that people may type
            found[code] = pgettext("language", "English").split("|")
    return found


@cache
def done_words() -> frozenset[str]:
    """The words that finish what they quote; where nothing is quoted they are titles like all others."""
    found: set[str] = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            # Translators: what people answer when a thing is done, as "done" and a tick
            found |= {same(word) for word in pgettext("done word", "done|✅|✔").split("|")}
    return frozenset(found)


def finishes(text: str) -> bool:
    """Whether it says of what it quotes that it is done: all of it, or by numbers."""
    return is_done(text) or bool(numbers(text))


def is_done(text: str) -> bool:
    """A done-word, perhaps with a tick or an exclamation mark behind it."""
    said = same(text).rstrip("\ufe0f")
    return said in done_words() or said.rstrip("!.。✅✔☑✓👍\ufe0f ") in done_words()


@cache
def prefixes() -> tuple[str, ...]:
    """The words that address the bot in a group, each followed by white space or a colon."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            # Translators: the word before a task in a group chat, as in "todo buy milk"
            found |= set(pgettext("prefix", "todo").split("|"))
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def addressed(message: dict[str, Any]) -> bool:
    """Whether a text message in a group or room may speak to the bot.

    Whose message it quotes can be told only later; one that says no more than that is as good as said to us.
    """
    return called(message) or bool(quoted_id(message) and finishes(message["text"]))


def called(message: dict[str, Any]) -> bool:
    """It mentions the bot, or has a prefix."""
    return bool(self_mentions(message) or prefix(message["text"]))


def prefix(text: str) -> str:
    """The prefix, with the white space or colon behind it, that the text starts with, or nothing."""
    start = text.lstrip()
    for word in prefixes():
        head, rest = start[: len(word)], start[len(word) :]
        if same(head) == same(word) and (rest[:1].isspace() or rest[:1] in (":", "：")):
            rest = rest.lstrip(":：")
            return text[: len(text) - len(rest)]
    return ""


@cache
def spoken_in() -> dict[str, str]:
    """The language of each typed word."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found |= {same(word): code for words in typed().values() for word in words.split("|")}
    return found


@cache
def scripts() -> tuple[dict[str, re.Pattern[str]], ...]:
    """Each language's letters: its own, those that it shares with another, those that stand in every text."""
    found: tuple[dict[str, re.Pattern[str]], ...] = ({}, {}, {})
    for code, _name in settings.LANGUAGES:
        with override(code):
            # Translators: the letters of your language, as in a regular expression's [...]: those
            # of no other language | those that it shares with one | those that stand in every text
            letters = pgettext("script", "||A-Za-z").split("|")
        for patterns, some in zip(found, letters, strict=False):
            if some:
                patterns[code] = re.compile(f"[{some}]")
    return found


def guess_language(text: str) -> str:
    """The language of a typed word, else that which most letters speak for; nothing where no letter tells.

    Own letters count before shared ones. So 牛乳 is Japanese by settings.LANGUAGE_CODE, though it could be
    Chinese; 牛奶 is Chinese, since nobody else writes 奶; and Latin letters are English only on their own.
    """
    if known := spoken_in().get(same(text)):
        return known
    for patterns in scripts():
        counts = {code: len(letters.findall(text)) for code, letters in patterns.items()}
        most = max(counts, key=lambda code: (counts[code], code == settings.LANGUAGE_CODE))
        if counts[most]:
            return most
    return ""
