"""What people in groups and rooms are called there.

LINE is asked at most once a day about each who acts. No reply needs a name, and none waits long for it.
"""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction

from todos.line.client import Client, Profile
from todos.line.text import whole
from todos.models import Chat, Event, Member
from todos.titles import BLANKS, has_ink, shorten

#: For so long a name is not asked for again.
FRESH = timedelta(days=1)
#: Characters (code points) of a name that are shown.
NAME_LIMIT = 20

Names = dict[str, str]

# Joiners are parts of emoji and of some scripts' words; nothing else of these shows.
UNSEEN = re.compile(rf"(?![\u200c\u200d])[{BLANKS}\x00-\x1f\x7f-\x9f]")
# Letters, numbers and marks of what is written from right to left.
RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def called(name: str) -> str:
    """A name as it is shown: one short line that turns nothing around it. Empty if nothing of it shows."""
    seen = shorten(" ".join(UNSEEN.sub("", " ".join(whole(name).split())).split()), NAME_LIMIT)
    if not has_ink(seen):
        return ""
    return f"\u2068{seen}\u2069" if RIGHT_TO_LEFT.search(seen) else seen


class Members:
    """Of some chats: the names that we know, and which of them are from today."""

    def __init__(self, chats: Iterable[Chat], now: datetime) -> None:
        self.names: dict[int, Names] = defaultdict(dict)
        self.fresh: set[tuple[int, str]] = set()
        groups = [chat.pk for chat in chats if chat.kind != Chat.Kind.USER]
        known = Member.objects.filter(chat__in=groups) if groups else Member.objects.none()
        for chat, user, name, read_at in known.values_list("chat_id", "user_id", "name", "read_at"):
            self.names[chat][user] = name
            if now - read_at < FRESH:
                self.fresh.add((chat, user))

    def stranger(self, chat: Chat, event: Event) -> str:
        """The id of who acts there, if LINE is to be asked for the name."""
        is_known = chat.kind == Chat.Kind.USER or (chat.pk, event.user_id) in self.fresh
        return "" if is_known else event.user_id


async def ask(client: Client, chat: Chat, stranger: str) -> tuple[Profile | None, str | None]:
    """What a group is called, and who acts there. None: not needed, or LINE does not tell in time."""
    wants_group = chat.kind == Chat.Kind.GROUP and chat.profile_at is None
    group, member = await asyncio.gather(
        client.group(chat.line_id) if wants_group else nothing(),
        client.member(chat.kind, chat.line_id, stranger) if stranger else nothing(),
    )
    return group, None if member is None else called(member.name)


async def nothing() -> None:
    pass


@transaction.atomic
def keep_names(names: Mapping[str, tuple[Chat, str, str]], now: datetime) -> None:
    """By chats' LINE ids: the chat as it was when LINE was asked, whom for, the name.

    Of chats that nobody holds; the others' are asked for again.
    """
    members = []
    for chat in Chat.objects.free(names):
        then, user_id, name = names[chat.line_id]
        if chat.left_at is None and chat.erased_at == then.erased_at:
            members.append(Member(chat=chat, user_id=user_id, name=name, read_at=now))
    # MySQL looks at every unique index by itself, SQLite wants to be told which.
    told = connection.features.supports_update_conflicts_with_target
    Member.objects.bulk_create(
        members,
        update_conflicts=True,
        update_fields=["name", "read_at"],
        unique_fields=["chat", "user_id"] if told else None,
    )
