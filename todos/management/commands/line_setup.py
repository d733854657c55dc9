from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from todos.line.channel import LINE, Bot, Channel, Endpoint, Refused
from todos.menus import menus, upkeep
from todos.trouble import describe

HELP = """\
Sets a LINE channel up: checks token and secret, tests the webhook and sets its URL, makes the rich menus.

Safe to run again: what is as it should be stays as it is. Run it after an update, too: the menus may be new.
It ends with exit code 1 when something is wrong, and says what. What only a person can change is named at
the end."""
#: Characters of a webhook's URL, at most.
URL = 500

CONSOLE = "https://developers.line.biz/console/"
MANAGER = "https://manager.line.biz/"
WEBHOOK = "Use webhook: on"
#: What its API lets nobody change: where it is, and how it should be.
CLICKS = (
    (f"{CONSOLE} > the channel > Messaging API > Webhook settings", (WEBHOOK, "Webhook redelivery: on")),
    (f"{MANAGER} > Settings > Response settings", ("Greeting message: off", "Auto-response messages: off")),
    (f"{MANAGER} > Settings > Account settings", ("Joining groups and multi-person chats: allowed",)),
)
#: What the bot's answer means, or LINE's reason for none. Our callback says 400 to a wrong signature.
MEANS = {
    "400": "it refuses LINE's signature. LINE_CHANNEL_SECRET is probably another channel's, or has changed "
    "since the bot was started",
    "401": "something before the bot wants a login, which LINE has not",
    "403": "something before the bot turns LINE away",
    "404": "there is nothing. The path should be /callback",
    "COULD_NOT_CONNECT": "LINE cannot reach it. It must be an address on the internet, with a certificate "
    "that browsers trust",
    "REQUEST_TIMEOUT": "it does not answer within LINE's 2 seconds",
}
#: What LINE's refusal means, where its own words may not be enough. 0: no answer at all.
HINTS = {
    0: "Is this where LINE can be reached from? In compose and Kubernetes it is the worker.",
    401: "LINE_CHANNEL_ACCESS_TOKEN is wrong, or valid no longer.",
    429: "LINE takes 100 rich menus an hour, made or deleted, and 60 tests of a webhook. Run it again then.",
}
OK, DONE, NOTE, WRONG = "ok", "done", "note", "WRONG"
Line = tuple[str, str]


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url",
            default="",
            help="where LINE finds the bot, such as https://bot.example.com/callback (default: as it is set)",
        )
        parser.add_argument("--check", action="store_true", help="only look, and change nothing")

    def handle(self, *args: Any, url: str, check: bool, **options: Any) -> None:
        if why := unfit(url):
            raise CommandError(f"--url {url}: {why}.")
        channel = Channel(settings.LINE_API_BASE_URL, settings.LINE_CHANNEL_ACCESS_TOKEN)
        try:
            bot, endpoint = channel.bot(), channel.endpoint()
        except Refused as refused:
            raise CommandError(explained(refused)) from refused
        webhook = checked_webhook if check else set_webhook
        parts = known(bot), webhook(channel, endpoint, url), menu_lines(channel, check)
        wrong = sum(self.tell(part) for part in parts)
        if not check:
            self.stdout.write(clicks(endpoint))
        if wrong:
            raise CommandError("1 thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")

    def tell(self, lines: Iterator[Line]) -> int:
        """Each as soon as it is known; how many are wrong."""
        wrong = 0
        for kind, text in safe(lines):
            self.stdout.write(f"{kind:5}  {text}")
            wrong += kind == WRONG
        return wrong


def unfit(url: str) -> str:
    """Why LINE would not take it, or nothing. A simulator takes what is not https, too."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    schemes = ("https",) if urlsplit(settings.LINE_API_BASE_URL).hostname == LINE else ("https", "http")
    if url and (parts.scheme not in schemes or not parts.hostname):
        return "it should be an address such as https://bot.example.com/callback"
    return f"it is over {URL} characters long" if len(url) > URL else ""


def explained(refused: Refused) -> str:
    return " ".join(filter(None, (f"{refused}.", HINTS.get(refused.status))))


def safe(lines: Iterator[Line]) -> Iterator[Line]:
    """These, and a last one if they come to a bad end."""
    try:
        yield from lines
    except Refused as refused:
        yield WRONG, explained(refused)
    except FileNotFoundError as error:
        yield WRONG, f"{error.filename} is missing: `make menus` draws it."
    except DatabaseError as error:
        yield WRONG, f"the bot's database: {describe(error)}. Run it again."


def known(bot: Bot) -> Iterator[Line]:
    yield OK, f"the token is that of {bot.name} ({bot.basic_id})"
    if bot.by_hand:
        yield NOTE, "Chat is on in the Official Account Manager: people there can write next to the bot"


def checked_webhook(channel: Channel, endpoint: Endpoint | None, url: str) -> Iterator[Line]:
    if not endpoint:
        yield WRONG, "no webhook URL is set"
    elif url and url != endpoint.url:
        yield WRONG, f"the webhook URL is {endpoint.url}"
    if endpoint and not endpoint.active:
        yield WRONG, f"LINE does not call the webhook. In {CONSOLE} it should be: {WEBHOOK}"
    if tested := url or (endpoint and endpoint.url):
        yield test(channel, tested)


def set_webhook(channel: Channel, endpoint: Endpoint | None, url: str) -> Iterator[Line]:
    """One that does not answer is not set: who calls the bot by the old one still reaches it."""
    wanted = url or (endpoint.url if endpoint else "")
    if not wanted:
        yield WRONG, "no webhook URL is set: give it with --url"
        return
    kind, text = test(channel, wanted)
    yield kind, text
    if endpoint and endpoint.url == wanted:
        return
    if kind == WRONG:
        yield NOTE, f"so the webhook URL stays {endpoint.url if endpoint else 'unset'}"
        return
    channel.set_endpoint(wanted)
    yield DONE, "it is the channel's webhook URL now; LINE may take a minute to use it"


def test(channel: Channel, url: str) -> Line:
    """LINE calls the bot, signed as always, without events."""
    tested = channel.test(url)
    if tested.success:
        return OK, f"{url} takes what LINE signs"
    what = str(tested.status) if tested.status > 0 else tested.reason
    means = MEANS.get(what) or MEANS.get(tested.reason) or "see the log of the bot, and of what is before it"
    return WRONG, f"{url}: {what}, {means}{f' ({tested.detail})' if tested.detail not in ('', what) else ''}"


def menu_lines(channel: Channel, check: bool) -> Iterator[Line]:
    wanted = menus()
    found = upkeep.look(channel)
    changes = list(upkeep.wrong(found, wanted))
    if check:
        yield from ((WRONG, text) for text in changes)
    else:
        yield from ((DONE, text) for text in upkeep.mend(channel, found, wanted))
    if not changes:
        yield OK, f"rich menus: {' '.join(menu.language for menu in wanted)}"


def clicks(endpoint: Endpoint | None) -> str:
    """What a person must still look at."""
    active = bool(endpoint and endpoint.active)
    rows = [
        f"  {where}\n" + "\n".join(f"    {switch}" for switch in switches if switch != WEBHOOK or not active)
        for where, switches in CLICKS
    ]
    return "\n".join(["", "LINE lets only a person change these. See that they are so:", *rows])
