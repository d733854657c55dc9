"""What the bot says when the list is not the point."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from todos.words import languages, typed


def words(in_group: bool = False) -> dict[str, str]:
    """The first typed word of each kind, to put into a sentence; in a group as it must be typed there."""
    return {action: typed_there(given, in_group) for action, given in typed().items()}


def typed_there(given: str, in_group: bool) -> str:
    word = given.split("|")[0]
    return f"{prefix()} {word}" if in_group else word


def prefix() -> str:
    return pgettext("prefix", "todo").split("|")[0]


def welcome(in_group: bool) -> str:
    return "\n".join(
        [
            _("Hello! Send me what there is to do: each line is one task."),
            _("Send the same line again and it is done and off the list."),
            summary(in_group),
        ]
    )


def joined(in_group: bool) -> str:
    return "\n".join(
        [
            _("Hello! This group now has a list of its own, shared by all of you."),
            addressing(),
            summary(in_group),
        ]
    )


def summary(in_group: bool) -> str:
    return _("“%(list)s” shows the list, “%(undo)s” takes back, “%(help)s” explains.") % words(in_group)


def addressing() -> str:
    return _(
        "Mention me, or begin with “%(prefix)s ”: “%(prefix)s milk”. I do not listen to anything else."
    ) % {"prefix": prefix()}


def usage(in_group: bool) -> str:
    known = words(in_group)
    adding = [
        _("Each line you send is one task; several lines at once are fine."),
        _("The same line again: the task is done. Once more: it is open again."),
        _("In a group, mention me or begin with “%(prefix)s ”.") % {"prefix": prefix()},
    ]
    looking = [
        _("“%(list)s”: show the list") % known,
        _("“%(undo)s”: undo the last change") % known,
        _("“%(clear)s”: everything is done") % known,
    ]
    quoting = [
        _("Reply to a list with “2 4-6”: those are done. To a message that added tasks: “%(done)s”.")
        % {"done": pgettext("done word", "done|✅|✔").split("|")[0]},
    ]
    choosing = [
        _("“%(text)s”, “%(cards)s”: lists as text, or to tap") % known,
        _("“%(language)s”: answer in another language") % known,
        _("“%(export)s”: everything as text to keep") % known,
        _("“%(erase)s”: erase all that I know of you") % known,
    ]
    return "\n\n".join("\n".join(lines) for lines in (adding, looking, quoting, choosing))


def how_to_answer(in_group: bool) -> str:
    """Where there are no buttons."""
    yes, no = pgettext("answer", "yes"), pgettext("answer", "no")
    return _("Answer “%(yes)s” or “%(no)s”.") % {
        "yes": typed_there(yes, in_group),
        "no": typed_there(no, in_group),
    }


def warning(in_group: bool) -> str:
    """Before all is erased."""
    if in_group:
        what = _(
            "This erases all data of this group: the list that you all share, what is done, its history and "
            "your names. Nobody can take that back. Are you sure?"
        )
    else:
        what = _(
            "This erases all of your data: your list, what is done, its history and your name. "
            "Nobody can take that back. Are you sure?"
        )
    return f"{what}\n{how_to_answer(in_group)}"


def erased(in_group: bool) -> str:
    return _("All data is erased.")


def hint(in_group: bool) -> str:
    return _("I can read text only. Write what there is to do, one task a line, and I will keep it.")


def which_language(in_group: bool) -> str:
    names = " / ".join(typed_there(names[0], in_group) for names in languages().values())
    return _("Which language shall I answer in?") + f"\n{names}"


#: By Event.did; whether it is said in a group.
SAYINGS: dict[str, Callable[[bool], str]] = {
    "welcome": welcome,
    "joined": joined,
    "help": usage,
    "erased": erased,
    "hint": hint,
    "ask erase": warning,
    "ask language": which_language,
}
