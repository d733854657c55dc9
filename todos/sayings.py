"""What the bot says when the list is not the point."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from todos.words import typed


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
            addressing(),
            _("“%(list)s” shows the list, “%(undo)s” takes back, “%(help)s” explains.") % words(),
        ]
    )


def addressing() -> str:
    return _(
        "Mention me, or begin with “%(prefix)s ”: “%(prefix)s milk”. I do not listen to anything else."
    ) % {"prefix": pgettext("prefix", "todo").split("|")[0]}


def usage() -> str:
    return "\n".join(
        [
            _("Each line you send is one task; several lines at once are fine."),
            _("The same line again: the task is done. Once more: it is open again."),
            _("“%(list)s”: show the list") % words(),
            _("“%(undo)s”: take back the last message") % words(),
            _("“%(clear)s”: everything is done") % words(),
            _("“%(language)s”: answer in another language") % words(),
            _("Reply to a list with “2 4-6”: those are done. To a message that added tasks: “%(done)s”.")
            % {"done": pgettext("done word", "done|✅|✔").split("|")[0]},
            _("“%(export)s”: everything as text to keep") % words(),
            _("“%(erase)s”: erase all that I know of you") % words(),
            _("In a group, mention me or begin with “%(prefix)s ”.")
            % {"prefix": pgettext("prefix", "todo").split("|")[0]},
        ]
    )


def warning(in_group: bool) -> str:
    """Before all is erased."""
    if in_group:
        return _(
            "This erases all data of this group: the list that you all share, what is done, its history and "
            "your names. Nobody can take that back. Are you sure?"
        )
    return _(
        "This erases all of your data: your list, what is done, its history and your name. "
        "Nobody can take that back. Are you sure?"
    )


def erased() -> str:
    return _("All data is erased.")


def hint() -> str:
    return _("I can read text only. Write what there is to do, one task a line, and I will keep it.")


def which_language() -> str:
    return _("Which language shall I answer in?")


SAYINGS: dict[str, Callable[[], str]] = {
    "welcome": welcome,
    "joined": joined,
    "help": usage,
    "erased": erased,
    "hint": hint,
    "ask language": which_language,
}
