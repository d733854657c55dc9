"""What the bot says: an Answer in, LINE messages out. Pure but for the message catalogues."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from todos.pages import clip, pages
from todos.titles import shorten
from todos.words import CLEAR, HELP, LIST, UNDO, typed

Message = dict[str, Any]

#: Refused or repeated lines that are named one by one before the rest is only counted.
NAMED = 5


@dataclass(frozen=True)
class Answer:
    """All that a reply tells. `did` is Event.did; the rest is what changed and what the list now is."""

    did: str
    language: str
    changes: tuple[tuple[str, str], ...] = ()  # (Change.kind, title), in order
    refused: tuple[tuple[str, str], ...] = ()  # (reason, shortened line)
    open_titles: tuple[str, ...] = ()  # oldest first
    event: int = 0


def render(answer: Answer) -> list[Message]:
    """One to five messages within LINE's limits, whatever the list holds."""
    with override(answer.language):
        if answer.did in PLAIN:
            texts = [PLAIN[answer.did]()]
        else:
            top = [*HEADS[answer.did](answer), *repeated(answer), *refusals(answer)]
            texts = pages(clip(top, more), *task_rows(answer.open_titles), more)
        messages: list[Message] = [{"type": "text", "text": text} for text in texts]
        messages[-1]["quickReply"] = {"items": [button(*each) for each in buttons(answer)]}
    return messages


def more(count: int) -> str:
    return ngettext("…and %(count)d more", "…and %(count)d more", count) % {"count": count}


def task_rows(titles: Sequence[str]) -> tuple[str, list[str]]:
    """The list's heading and its rows."""
    if not titles:
        return _("Nothing to do."), []
    heading = ngettext("%(count)d task to do", "%(count)d tasks to do", len(titles)) % {"count": len(titles)}
    return heading, [f"{number}. {title}" for number, title in enumerate(titles, start=1)]


# What changed


def toggled(answer: Answer) -> list[str]:
    labels = {
        "added": _("Added: %(title)s"),
        "done": _("Done: %(title)s"),
        "reopened": _("Open again: %(title)s"),
        "withdrawn": _("Off the list: %(title)s"),
    }
    return [labels[kind] % {"title": title} for kind, title in answer.changes if kind in labels]


def cleared(answer: Answer) -> list[str]:
    count = len(answer.changes)
    return [ngettext("%(count)d task done.", "All %(count)d tasks done.", count) % {"count": count}]


def undone(answer: Answer) -> list[str]:
    return [_("Taken back."), *toggled(answer)]


HEADS: dict[str, Callable[[Answer], list[str]]] = {
    "toggled": toggled,
    "cleared": cleared,
    "undone": undone,
    "edited": lambda answer: [_("Taken back.")],
    "nothing": lambda answer: [_("There is nothing to take back.")],
    "empty": lambda answer: [],
    "list": lambda answer: [],
}


def repeated(answer: Answer) -> list[str]:
    """A line that stands twice in a message was toggled twice, and that may surprise."""
    if answer.did != "toggled":
        return []
    counts = Counter(title for _kind, title in answer.changes)
    return [
        ngettext(
            "“%(title)s” came %(count)d time, each one counts.",
            "“%(title)s” came %(count)d times, each one counts.",
            count,
        )
        % {"title": shorten(title), "count": count}
        for title, count in counts.most_common(NAMED)
        if count > 1
    ]


def refusals(answer: Answer) -> list[str]:
    reasons = {
        "too_long": _("Not added, a line may have 500 characters at most:"),
        "full": _("Not added, the list is full with 500 tasks:"),
    }
    found = []
    for reason, why in reasons.items():
        lines = [line for given, line in answer.refused if given == reason]
        if lines:
            found += [why, *lines[:NAMED]]
        if len(lines) > NAMED:
            found.append(more(len(lines) - NAMED))
    return found


# What to say when the list is not the point


def words() -> dict[str, str]:
    """The first typed word of each kind, to put into a sentence."""
    return {action: given.split("|")[0] for action, given in typed().items()}


def welcome() -> str:
    return "\n".join(
        [
            _("Hello! Send me what there is to do: each line is one task."),
            _("Send the same line again and it is done and off the list."),
            _("“%(list)s” shows the list, “%(undo)s” takes back, “%(help)s” explains.") % words(),
        ]
    )


def joined() -> str:
    return "\n".join(
        [
            _("Hello! This group now has a list of its own, shared by all of you."),
            _("Mention me, or begin with “%(prefix)s ”: “%(prefix)s milk”. I do not listen to anything else.")
            % {"prefix": pgettext("prefix", "todo").split("|")[0]},
            _("“%(list)s” shows the list, “%(undo)s” takes back, “%(help)s” explains.") % words(),
        ]
    )


def usage() -> str:
    return "\n".join(
        [
            _("Each line you send is one task; several lines at once are fine."),
            _("The same line again: the task is done. Once more: it is open again."),
            _("“%(list)s”: show the list") % words(),
            _("“%(undo)s”: take back the last message") % words(),
            _("“%(clear)s”: everything is done") % words(),
            _("In a group, mention me or begin with “%(prefix)s ”.")
            % {"prefix": pgettext("prefix", "todo").split("|")[0]},
        ]
    )


def hint() -> str:
    return _("I can read text only. Write what there is to do, one task a line, and I will keep it.")


PLAIN: dict[str, Callable[[], str]] = {"welcome": welcome, "joined": joined, "help": usage, "hint": hint}


# Buttons


def buttons(answer: Answer) -> list[tuple[str, str]]:
    """(label, data) of what fits the moment. The data names what to do, never whose list."""
    found = []
    if answer.changes:
        found.append((pgettext("button", "Undo"), f"{UNDO} {answer.event}"))
    if answer.did != "list":
        found.append((pgettext("button", "List"), LIST))
    if answer.open_titles:
        found.append((pgettext("button", "Clear all"), CLEAR))
    if answer.did != "help":
        found.append((pgettext("button", "Help"), HELP))
    return found


def button(label: str, data: str) -> dict[str, Any]:
    action = {"type": "postback", "label": label, "data": data, "displayText": label}
    return {"type": "action", "action": action}
