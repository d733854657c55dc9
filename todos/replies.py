"""What the bot says: an Answer in, LINE messages out. Pure but for the message catalogues."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from todos import export, flex
from todos.dates import number
from todos.line.limits import ALT_TEXT
from todos.pages import clip, pages
from todos.sayings import SAYINGS, addressing, how_to_answer
from todos.titles import shorten
from todos.words import CLEAR, EXPORT, HELP, LANGUAGE, LIST, NO, UNDO, languages

Message = dict[str, Any]

#: Changes that are told one by one before the rest is only counted: the list should not be far away.
TOLD = 10
#: Refused or repeated lines that are named one by one before the rest is only counted.
NAMED = 5


class Changed(NamedTuple):
    """What became of a task. With `is_done` it is done now, and may be tapped back."""

    kind: str
    title: str
    task: int = 0
    is_done: bool = False


class Row(NamedTuple):
    """An open task; `by` is the LINE id of who added it, if known."""

    id: int
    title: str
    by: str = ""


@dataclass(frozen=True)
class Answer:
    """All that a reply tells. `did` is Event.did; the rest is what changed and what the list now is."""

    did: str
    language: str
    changes: tuple[Changed, ...] = ()  # in order
    refused: tuple[tuple[str, str], ...] = ()  # (reason, shortened line)
    open_tasks: tuple[Row, ...] = ()  # oldest first
    event: int = 0
    plain: bool = False
    actor: str = ""  # the LINE id of who brought it about
    names: dict[str, str] = field(default_factory=dict)  # by LINE ids, in groups and rooms
    in_group: bool = False
    finished: export.Finished | None = None  # to be exported


def render(answer: Answer) -> list[Message]:
    """One to five messages within LINE's limits, whatever the list holds."""
    with override(answer.language):
        if answer.did in SAYINGS and not is_back(answer):
            messages = [text(SAYINGS[answer.did](answer.in_group))]
        elif answer.did == "export" and answer.finished:
            titles = [task.title for task in answer.open_tasks]
            messages = [text(page) for page in export.texts(heading(answer), titles, answer.finished)]
        else:
            messages = plain_list(answer) if answer.plain else [rich_list(answer)]
        messages[-1]["quickReply"] = {"items": [button(*each) for each in buttons(answer)]}
    return messages


def text(said: str) -> Message:
    return {"type": "text", "text": said}


def plain_list(answer: Answer) -> list[Message]:
    above = clip(top(answer), more)
    return [text(page) for page in pages(above, heading(answer), numbered(answer), more)]


def rich_list(answer: Answer) -> Message:
    above = top(answer)
    alt = [*above, "", heading(answer)] if above else [heading(answer)]
    alt = clip([*alt, *numbered(answer)], more, ALT_TEXT)
    label, by = pgettext("button", "Done"), adders(answer)
    rows = [
        flex.row(number, task.id, task.title, label, by.get(task.by, ""))
        for number, task in enumerate(answer.open_tasks, start=1)
    ]
    characters = sum(len(task.title) + len(by.get(task.by, "")) for task in answer.open_tasks)
    return flex.message("\n".join(alt), rich_top(answer), heading(answer), rows, characters, more)


def rich_top(answer: Answer) -> list[flex.Part]:
    """What is done now can be tapped back, and need not be said besides."""
    done = {each.task: each for each in answer.changes if each.is_done}
    label = pgettext("button", "Open again")
    ticked = [flex.done_row(each.task, each.title, label) for each in [*done.values()][:TOLD]]
    if len(done) > TOLD:
        ticked.append(flex.line(more(len(done) - TOLD)))
    rest = tuple(each for each in answer.changes if not each.is_done or answer.did == "cleared")
    said = [*HEADS[answer.did](replace(answer, changes=rest)), *repeated(answer), *refusals(answer)]
    who = [flex.line(name, weight="bold") for name in actor(answer)]
    strong = {"color": flex.BLACK, "weight": "bold"} if answer.did.startswith("ask ") else {}
    return [*who, *(flex.line(each, **strong) for each in said), *ticked]


def top(answer: Answer) -> list[str]:
    """What is said above the list."""
    return [*actor(answer), *HEADS[answer.did](answer), *repeated(answer), *refusals(answer)]


def actor(answer: Answer) -> list[str]:
    """In a group: whose doing it is, on a line of its own."""
    name = answer.names.get(answer.actor)
    return [name] if name and answer.changes else []


def more(count: int) -> str:
    return ngettext("…and %(count)s more", "…and %(count)s more", count) % {"count": number(count)}


def heading(answer: Answer) -> str:
    count = len(answer.open_tasks)
    if not count:
        return _("Nothing to do.")
    return ngettext("%(count)d task to do", "%(count)d tasks to do", count) % {"count": count}


def numbered(answer: Answer) -> list[str]:
    by = adders(answer)
    return [
        f"{number}. {task.title}{by.get(task.by, '')}"
        for number, task in enumerate(answer.open_tasks, start=1)
    ]


def adders(answer: Answer) -> dict[str, str]:
    """By LINE ids: what stands behind the tasks that they added."""
    # Translators: stands right behind a task, in smaller letters: who added it
    form = pgettext("added by", " (%(name)s)")
    return {user: form % {"name": name} for user, name in answer.names.items() if name}


def is_back(answer: Answer) -> bool:
    """A greeting where there is a list from before: the list comes with it."""
    return answer.did in HEADS and bool(answer.open_tasks)


# What changed


def toggled(answer: Answer) -> list[str]:
    if not answer.changes:
        return []
    labels = {
        "added": _("Added: %(title)s"),
        "done": _("Done: %(title)s"),
        "reopened": _("Open again: %(title)s"),
        "withdrawn": _("Off the list: %(title)s"),
    }
    said = [labels[each.kind] % {"title": each.title} for each in answer.changes if each.kind in labels]
    return said if len(said) <= TOLD else [*said[:TOLD], more(len(said) - TOLD)]


def cleared(answer: Answer) -> list[str]:
    count = len(answer.changes)
    return [ngettext("%(count)d task done.", "All %(count)d tasks done.", count) % {"count": count}]


def undone(answer: Answer) -> list[str]:
    return [_("Undone."), *toggled(answer)]


def asked(answer: Answer) -> list[str]:
    count = len(answer.open_tasks)
    return [
        ngettext(
            "%(count)d task will be marked done. Are you sure?",
            "%(count)d tasks will be marked done. Are you sure?",
            count,
        )
        % {"count": count},
        how_to_answer(answer.in_group),
    ]


HEADS: dict[str, Callable[[Answer], list[str]]] = {
    "toggled": toggled,
    "ask clear": asked,
    "kept": lambda answer: [_("Nothing has changed.")],
    "cleared": cleared,
    "undone": undone,
    "plain": lambda answer: [_("From now on lists come as plain text.")],
    "cards": lambda answer: [_("From now on lists come with ticks to tap.")],
    "edited": lambda answer: [_("Undone.")],
    "language": lambda answer: [_("From now on I answer in English.")],
    "nothing": lambda answer: [_("There is nothing to take back.")],
    "which": lambda answer: [_("Which ones? Quote it again with their numbers, such as “2 4-6”.")],
    "unknown": lambda answer: [_("I do not know the quoted message any more. Nothing has changed.")],
    "empty": lambda answer: [],
    "list": lambda answer: [],
    "welcome": lambda answer: [_("Hello again! Your list is still here.")],
    "joined": lambda answer: [_("Hello again! This group's list is still here."), addressing()],
}


def repeated(answer: Answer) -> list[str]:
    """A line that stands twice in a message was toggled twice, and that may surprise."""
    if answer.did != "toggled":
        return []
    counts = Counter(each.title for each in answer.changes)
    return [
        ngettext(
            "“%(title)s” appeared %(count)s time, each one counts.",
            "“%(title)s” appeared %(count)s times, each one counts.",
            count,
        )
        % {"title": shorten(title), "count": number(count)}
        for title, count in counts.most_common(NAMED)
        if count > 1
    ]


def refusals(answer: Answer) -> list[str]:
    if not answer.refused:
        return []
    reasons = {
        "too_long": _("Not added, a line may have 500 characters at most:"),
        "full": _("Not added, the list is full with 500 tasks:"),
        "no_room": _("The list is full with 500 tasks."),
        "done_already": _("That is done already."),
        "open_already": _("That is open already."),
        "gone": _("That is not on the list any more."),
        "no_row": _("There is no such number there:"),
    }
    found = []
    for reason, why in reasons.items():
        lines = [line for given, line in answer.refused if given == reason]
        if lines:
            found += [why, *filter(None, lines[:NAMED])]
        if len(lines) > NAMED:
            found.append(more(len(lines) - NAMED))
    return found


# Buttons


def buttons(answer: Answer) -> list[tuple[str, str]]:
    """(label, data) of what fits the moment. The data names what to do, never whose list."""
    if answer.did == "ask language":
        return choices()
    if answer.did.startswith("ask "):
        question = f"{answer.did.removeprefix('ask ')} {answer.event}"
        return [(pgettext("button", "Yes"), f"yes {question}"), (pgettext("button", "No"), NO)]
    found = []
    if answer.changes:
        found.append((pgettext("button", "Undo"), f"{UNDO} {answer.event}"))
    if answer.did != "list":
        found.append((pgettext("button", "List"), LIST))
    if answer.open_tasks:
        found.append((pgettext("button", "Clear all"), CLEAR))
    if answer.did != "help":
        found.append((pgettext("button", "Help"), HELP))
    else:
        found += [(pgettext("button", "Export"), EXPORT), (pgettext("button", "Language"), LANGUAGE)]
    # Nobody has told yet what a new group speaks.
    return found + choices() if answer.did == "joined" else found


def choices() -> list[tuple[str, str]]:
    return [(names[0], f"{LANGUAGE} {code}") for code, names in languages().items()]


def button(label: str, data: str) -> dict[str, Any]:
    action = {"type": "postback", "label": label, "data": data, "displayText": label}
    return {"type": "action", "action": action}
