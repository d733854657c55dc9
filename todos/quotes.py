"""Finishing by quoting: which tasks a quoted message has shown or added, and what becomes of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from todos.commands import Command, Finish
from todos.lists import Cause, ChatList, Quoted
from todos.models import Change, Chat, Sent, Task
from todos.retract import IGNORED, OPENING, RETRACTED, SAYING

#: Numbers without a row that are named.
NAMED = 5

#: Chat and message id -> what that message is.
Found = dict[tuple[int, str], Quoted]


def find(asked: Iterable[tuple[Chat, Command | None]]) -> Found:
    """Two statements for all that quote, none where nobody does. Other chats' messages are not found."""
    quotes = {(chat.pk, wish.quoted) for chat, wish in asked if isinstance(wish, Finish)}
    if not quotes:
        return {}
    chats, ids = {chat for chat, _id in quotes}, {message_id for _chat, message_id in quotes}
    shown = Sent.objects.filter(message_id__in=ids, chat__in=chats)
    found = {(sent.chat_id, sent.message_id): Quoted(tuple(sent.tasks), True) for sent in shown}
    added = Change.objects.filter(event__message_id__in=ids, event__type__in=SAYING, chat__in=chats)
    standing = added.filter(kind__in=OPENING).exclude(event__did=RETRACTED).order_by("pk")
    tasks: dict[tuple[int, str], dict[int, None]] = defaultdict(dict)
    for chat, said, task in standing.values_list("chat_id", "event__message_id", "task_id"):
        tasks[chat, said][task] = None
    return found | {quote: Quoted(tuple(some), False) for quote, some in tasks.items()}


def pointed(asked: Iterable[tuple[Chat, Command | None]], found: Found) -> Iterator[int]:
    """The tasks that these wishes may touch."""
    for chat, wish in asked:
        if isinstance(wish, Finish) and (quoted := found.get((chat.pk, wish.quoted))):
            yield from (quoted.tasks[number - 1] for number in rows(wish, len(quoted.tasks), quoted.is_list))


def rows(wish: Finish, count: int, is_list: bool) -> list[int]:
    """The numbers that are meant, of `count`. Of a list with several rows none is, unless named."""
    if wish.numbers:
        return [number for number in wish.numbers if 1 <= number <= count]
    return [] if is_list and count > 1 else [*range(1, count + 1)]


def finish(wish: Finish, chat_list: ChatList, cause: Cause) -> tuple[str, list[list[str]]]:
    """What was done, and what could not be, with the reason."""
    quoted, is_list = look_up(wish, chat_list, cause)
    if not quoted:
        return "unknown" if wish.called else IGNORED, []
    meant = rows(wish, len(quoted), is_list)
    if not wish.numbers and not meant:
        return "which", []
    picked = [quoted[number - 1] for number in meant]
    made = [chat_list.change(task, Change.Kind.DONE, cause) for task in picked if task and task.is_open]
    chat_list.remember(made)
    finished = {id(change.task) for change in made}
    left = [task for task in picked if id(task) not in finished]
    # Whoever means all of it means what is still open.
    refused = [] if made and not wish.numbers else [why_not(task, chat_list) for task in left]
    return "toggled", refused + absent([number for number in wish.numbers if number not in meant])


def look_up(wish: Finish, chat_list: ChatList, cause: Cause) -> tuple[list[Task | None], bool]:
    """The tasks by number, none where the message is not known, and whether it is a list of ours."""
    quoted = cause.quoted
    if chat_list.flushed:
        quoted = read_again(wish, chat_list)
    elif now := added_now(wish.quoted, chat_list):
        return [*now], False
    if not quoted:
        return [], False
    held = {task.pk: task for task in chat_list.tasks}
    return [held.get(task) for task in quoted.tasks], quoted.is_list


def added_now(message_id: str, chat_list: ChatList) -> list[Task]:
    """By a message of the same batch: the database does not know of it yet."""
    opened = {
        id(change.task): change.task
        for change in chat_list.changes
        if change.kind in OPENING and change.event and change.event.message_id == message_id
    }
    return [*opened.values()]


def read_again(wish: Finish, chat_list: ChatList) -> Quoted | None:
    """As it is after an unsend or edit in the same batch, which may have concerned that message."""
    chat_list.flush()
    asked = [(chat_list.chat, wish)]
    found = find(asked)
    keys = Task.objects.filter(pk__in=[*pointed(asked, found)]).values("key")
    chat_list.hold(Task.objects.filter(key__in=keys, chat=chat_list.chat))
    return found.get((chat_list.chat.pk, wish.quoted))


def why_not(task: Task | None, chat_list: ChatList) -> list[str]:
    if task is None:
        return ["gone", ""]
    return chat_list.refuse("done_already" if task.state == Task.State.DONE else "gone", task)


def absent(numbers: list[int]) -> list[list[str]]:
    some = ", ".join(map(str, numbers[:NAMED]))
    return [["no_row", some + ("…" if len(numbers) > NAMED else "")]] if numbers else []
