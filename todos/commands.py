"""What an event asks for: text or a button's data in, a Command out. Pure; nothing here knows a database."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from todos import words
from todos.line.events import quoted_id
from todos.line.text import spoken
from todos.numbers import numbers
from todos.titles import TITLE_LIMIT, same, shorten, titles


@dataclass(frozen=True)
class Toggle:
    """Each title in turn: done when it is an open task, else open."""

    titles: tuple[str, ...]
    too_long: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Clear:
    sure: bool = False


@dataclass(frozen=True)
class Erase:
    """All that the chat has told, for good."""

    sure: bool = False


@dataclass(frozen=True)
class Undo:
    """Takes back the last message that changed something; with `event`, only if that is the one."""

    event: int | None = None


@dataclass(frozen=True)
class Mark:
    """What a tick asks for: that this task be done, or open again."""

    task: int
    done: bool


@dataclass(frozen=True)
class Finish:
    """Done is what the quoted message added or the list in it shows: these rows, or all with no numbers."""

    quoted: str
    numbers: tuple[int, ...]
    #: Said to us even if the quoted message is none of ours.
    called: bool


@dataclass(frozen=True)
class Show:
    """From now on lists as plain text, or to tap."""

    plain: bool


@dataclass(frozen=True)
class Speak:
    """From now on answers in this language; without one the bot asks which."""

    language: str = ""


@dataclass(frozen=True)
class Agree:
    """A button's yes to this very question, such as "clear 12"."""

    question: str


@dataclass(frozen=True)
class Choose:
    """Words that answer a question; `instead` is what they ask for where there was none."""

    answer: str
    instead: "Deed"


@dataclass(frozen=True)
class Say:
    """Changes nothing; `what` names the answer: list, help, export, hint, welcome, joined."""

    what: str


@dataclass(frozen=True)
class Depart:
    """Blocked, or removed from the group: nobody is there to answer."""


@dataclass(frozen=True)
class Unsend:
    """Takes back what a message did, and erases what it said. The event tells which message."""


@dataclass(frozen=True)
class Edit:
    """The same, and then `instead`, where the message now speaks to the bot."""

    instead: "Deed | None"


#: What can be done, and what may ask for it, depending on the question that the bot asked last.
Deed = Toggle | Mark | Finish | Clear | Erase | Undo | Show | Speak | Say | Depart | Unsend | Edit
Command = Deed | Agree | Choose

WORDS: dict[str, Deed] = {
    words.LIST: Say("list"),
    words.CLEAR: Clear(),
    words.UNDO: Undo(),
    words.HELP: Say("help"),
    words.TEXT: Show(plain=True),
    words.CARDS: Show(plain=False),
    words.LANGUAGE: Speak(),
    words.EXPORT: Say("export"),
    words.ERASE: Erase(),
}
#: Events that ask for the same thing whatever they hold.
PLAIN: dict[str, Deed] = {
    "follow": Say("welcome"),
    "join": Say("joined"),
    "unfollow": Depart(),
    "leave": Depart(),
}
#: What is done once the question of this name has its yes.
AGREED: dict[str, Deed] = {"clear": Clear(sure=True), "erase": Erase(sure=True)}
NO = Say("kept")
#: What a button of the question for a language says, and its name when typed.
CHOICES: dict[str, Deed] = {f"{words.LANGUAGE} {code}": Speak(code) for code, _name in settings.LANGUAGES}

UNDO_EVENT = re.compile(r"undo ([1-9][0-9]{0,17})", re.ASCII)
MARK = re.compile(r"(done|open) ([1-9][0-9]{0,17})", re.ASCII)
AGREE = re.compile(r"yes ([a-z]+ [1-9][0-9]{0,17})", re.ASCII)


def command(event: dict[str, Any]) -> Command:
    """What an event of a handled type asks for."""
    kind = event["type"]
    if kind == "message" and event["message"]["type"] == "text":
        return finish(event) or from_text(said(event), in_group(event))
    if kind == "message":
        return Say("hint")
    if kind == "postback":
        return from_button(event["postback"]["data"])
    if kind == "unsend":
        return Unsend()
    if kind == "messageEdited":
        return Edit(finish(event) or spelled(said(event), in_group(event)) if said(event) else None)
    return PLAIN[kind]


def said(event: dict[str, Any]) -> str:
    """The text that a person wrote for the bot, or nothing."""
    text = written(event)
    return text[len(words.prefix(text)) :] if in_group(event) else text


def written(event: dict[str, Any]) -> str:
    """The same with the prefix, which tells a language, too."""
    message = event.get("message")
    if not isinstance(message, dict) or message.get("type") != "text":
        return ""
    return spoken(message)


def finish(event: dict[str, Any]) -> Finish | None:
    """Where a text quotes a message and says no more than that it is done, or which rows of it are."""
    message = event["message"]
    quoted = quoted_id(message)
    if not quoted or not words.finishes(said(event)):
        return None
    return Finish(quoted, numbers(said(event)), not in_group(event) or words.called(message))


def in_group(event: dict[str, Any]) -> bool:
    return bool(event["source"]["type"] != "user")


def from_text(text: str, in_group: bool) -> Command:
    answer = words.answers().get(same(text))
    return Choose(answer, spelled(text, in_group)) if answer else spelled(text, in_group)


def spelled(text: str, in_group: bool) -> Deed:
    """What the text asks for where nothing was asked."""
    asked = words.vocabulary().get(same(text))
    if asked:
        return WORDS[asked]
    lines = titles(text)
    if not lines:
        return Say("list" if in_group else "hint")
    return Toggle(
        tuple(line for line in lines if len(line) <= TITLE_LIMIT),
        tuple(shorten(line) for line in lines if len(line) > TITLE_LIMIT),
    )


def from_button(data: str) -> Command:
    """A button's data is hostile input: what is not ours to the letter shows the list, changing nothing."""
    if undo := UNDO_EVENT.fullmatch(data):
        return Undo(event=int(undo[1]))
    if mark := MARK.fullmatch(data):
        return Mark(int(mark[2]), mark[1] == "done")
    if agree := AGREE.fullmatch(data):
        return Agree(agree[1])
    if data in CHOICES:
        return CHOICES[data]
    return NO if data == words.NO else WORDS.get(data, Say("list"))


def meant(wish: Command, question: str) -> Deed:
    """What is asked for, where the bot has asked `question` last, which may be none."""
    name = question.partition(" ")[0]
    if isinstance(wish, Agree):
        return AGREED.get(name, Say("list")) if wish.question == question else Say("list")
    if isinstance(wish, Choose):
        return chosen(wish.answer, name) or wish.instead
    return wish


def chosen(answer: str, name: str) -> Deed | None:
    if name == words.LANGUAGE:
        return CHOICES.get(answer)
    if name not in AGREED or answer not in (words.YES, words.NO):
        return None
    return AGREED[name] if answer == words.YES else NO
