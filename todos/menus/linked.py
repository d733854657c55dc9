"""Who sees which menu: everybody the default one, and who speaks another language is linked to theirs.

After a reply, never before it. Nothing waits for it: what fails is tried again after the next reply.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings

from todos.answer import Result
from todos.line.client import Fate
from todos.models import Chat
from todos.models.chat import supported


def due(result: Result) -> str | None:
    """The language of the menu that this person should see and does not; "" for the default one."""
    chat = result.job.chat
    if chat.kind != Chat.Kind.USER or result.attempt.fate != Fate.SENT:
        return None
    told = supported(result.profile.language) if result.profile and not chat.language_chosen else ""
    language = told or chat.speaks()
    menu = "" if language == settings.LANGUAGE_CODE else language
    # Whom we have forgotten since, LINE may still show the menu from before.
    return None if menu == chat.menu and result.job.event.did != "welcome" else menu


def keep(shown: Iterable[tuple[Chat, str]]) -> None:
    alike: dict[str, list[int]] = defaultdict(list)
    for chat, menu in shown:
        alike[menu].append(chat.pk)
    for menu, chats in alike.items():
        Chat.objects.filter(pk__in=chats).update(menu=menu)
