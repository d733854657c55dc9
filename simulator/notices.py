"""What a chat's notices say: the closed set of words, which the page translates, and each one's English."""

from enum import StrEnum


class Notice(StrEnum):
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    FOLLOWED = "followed"
    JOINED = "joined"
    REMOVED = "removed"
    MEMBER_JOINED = "memberJoined"
    MEMBER_LEFT = "memberLeft"


TEXTS = {
    Notice.BLOCKED: "{name} blocked the bot",
    Notice.UNBLOCKED: "{name} unblocked the bot",
    Notice.FOLLOWED: "{name} added the bot as a friend",
    Notice.JOINED: "the bot joined",
    Notice.REMOVED: "the bot was removed",
    Notice.MEMBER_JOINED: "{name} joined",
    Notice.MEMBER_LEFT: "{name} left",
}


def text(notice: Notice, name: str) -> str:
    return TEXTS[notice].replace("{name}", name)
