"""What each command does to a chat and its list. The caller holds the chat's lock and writes it all back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from todos.commands import (
    Clear,
    Command,
    Deed,
    Depart,
    Edit,
    Erase,
    Finish,
    Mark,
    Say,
    Show,
    Speak,
    Toggle,
    Undo,
    Unsend,
    meant,
)
from todos.erase import erase
from todos.lists import Cause, ChatList
from todos.models import Event
from todos.quotes import finish
from todos.retract import IGNORED, note, retract
from todos.titles import key, shorten

#: As many open tasks go at a word; more are asked for first.
UNASKED = 3

#: What was done, and which lines were refused for what reason.
Done = tuple[str, list[list[str]]]


def happened(event: Event) -> datetime:
    return datetime.fromtimestamp(event.timestamp / 1000, UTC)


def perform(wish: Command, chat_list: ChatList, cause: Cause) -> Done:
    """Does it. What comes after a question, and is for us, answers it or takes it away."""
    asked = chat_list.chat.asked
    question = standing(asked, cause.event)
    did, refused = carry_out(meant(wish, question), chat_list, cause)
    # What people say to each other answers nothing, nor does taking back.
    if question and did != IGNORED and not isinstance(wish, Unsend | Edit) and chat_list.chat.asked == asked:
        chat_list.chat.asked = ""
    return did, refused


def standing(asked: str, event: Event) -> str:
    """The question, such as "clear 12", if the event happened after it: LINE may deliver late."""
    question, _space, at = asked.rpartition(" ")
    return question if question and event.timestamp > int(at) else ""


def carry_out(  # noqa: C901 (a table, one case a command)
    wish: Deed, chat_list: ChatList, cause: Cause
) -> Done:
    match wish:
        case Toggle(titles, too_long):
            full = chat_list.toggle(titles, cause)
            refused = [["too_long", line] for line in too_long] + [["full", shorten(line)] for line in full]
            return "toggled", refused
        case Mark(task, done):
            return "toggled", chat_list.mark(task, done, cause)
        case Finish() as quote:
            return finish(quote, chat_list, cause)
        case Show(plain):
            chat_list.chat.plain = plain
            return "plain" if plain else "cards", []
        case Speak(""):
            return ask("language", chat_list, cause)
        case Speak(language):
            chat_list.chat.language, chat_list.chat.language_chosen = language, True
            return "language", []
        case Clear(sure):
            if chat_list.open_count > UNASKED and not sure:
                return ask("clear", chat_list, cause)
            return "cleared" if chat_list.clear(cause) else "empty", []
        case Erase(sure):
            if not sure:
                return ask("erase", chat_list, cause)
            erase(chat_list, cause)
            return "erased", []
        case Undo(only):
            return "undone" if chat_list.undo(cause, only) else "nothing", []
        case Say(what):
            return what, []
        case Depart():
            return "departed", []
        case Unsend():
            return "unsent" if retracted(chat_list, cause) else IGNORED, []
        case Edit(instead):
            return edited(instead, chat_list, cause)


def ask(question: str, chat_list: ChatList, cause: Cause) -> Done:
    """Only the next message can answer it, by word or button."""
    chat_list.chat.asked = f"{question} {cause.event.pk} {cause.event.timestamp}"
    return f"ask {question}", []


def retracted(chat_list: ChatList, cause: Cause, lines: Collection[str] = ()) -> list[Event]:
    if not cause.event.message_id:
        return []
    note(cause)
    versions = retract(chat_list, cause, lines) if cause.matters else []
    if any(chat_list.chat.asked.split()[1:2] == [str(event.pk)] for event in versions):
        chat_list.chat.asked = ""
    return versions


def edited(instead: Deed | None, chat_list: ChatList, cause: Cause) -> Done:
    lines = instead.titles if isinstance(instead, Toggle) else ()
    versions = retracted(chat_list, cause, lines)
    if not instead:
        return "edited" if versions else IGNORED, []
    if versions and isinstance(instead, Toggle):
        new = [line for line in lines if key(chat_list.chat.pk, line) not in chat_list.kept]
        instead = replace(instead, titles=tuple(new))
    # In the place that the first version had.
    at = min(map(happened, versions), default=cause.at)
    did, refused = carry_out(instead, chat_list, replace(cause, at=at))
    return "edited" if versions and did == IGNORED else did, refused
