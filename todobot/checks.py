"""Settings that stop the start when they are missing or weak, each by name and with what it should be."""

import re
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

TAG = "todobot"

#: setting -> (fewest characters, what it should be)
SECRETS = {
    "SECRET_KEY": (50, "50 or more random characters, kept from release to release"),
    "LINE_CHANNEL_SECRET": (10, "the channel secret from LINE's console (Basic settings)"),
    "LINE_CHANNEL_ACCESS_TOKEN": (10, "the channel access token from LINE's console (Messaging API)"),
}
#: What stands in examples for a value of one's own.
PLACEHOLDER = re.compile(r"change.?me|replace.?(me|this)|your.?(own|channel|secret|token|key)|^<.*>$", re.I)
#: Keys that everybody knows: what `django-admin startproject` writes, and ours for a laptop.
KNOWN_KEYS = ("django-insecure-", "only-for-a-laptop")
#: Different characters in a key that somebody drew at random, at least.
VARIETY = 12


def value(name: str) -> str:
    if name == "LINE_CHANNEL_SECRET":
        return min(settings.LINE_CHANNEL_SECRETS, key=len, default="")
    try:
        return str(getattr(settings, name))
    except ImproperlyConfigured:  # Django's own word for an empty SECRET_KEY
        return ""


def weakness(name: str) -> str:
    """What is wrong with a secret, or nothing."""
    given = settings.LINE_CHANNEL_SECRETS if name == "LINE_CHANNEL_SECRET" else [value(name)]
    if not value(name):
        return "missing"
    if any(PLACEHOLDER.search(each) for each in given):
        return "still the example's"
    if len(value(name)) < SECRETS[name][0]:
        return "too short"
    if name != "SECRET_KEY" or settings.DEBUG:
        return ""
    easy = value(name).startswith(KNOWN_KEYS) or len(set(value(name))) < VARIETY
    return "easy to guess" if easy else ""


@checks.register(TAG)
def secrets(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"{name} is {wrong}.",
            hint=f"Set {name} (or {name}_FILE): {should_be}. For a try on a laptop use `make run`.",
            id=f"todobot.E{number:03}",
        )
        for number, (name, (_fewest, should_be)) in enumerate(SECRETS.items(), start=1)
        if (wrong := weakness(name))
    ]


@checks.register(TAG)
def api_address(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    if settings.LINE_API_BASE_URL.startswith(("https://", "http://")):
        return []
    return [
        checks.Error(
            f"LINE_API_BASE_URL is {settings.LINE_API_BASE_URL!r}.",
            hint="It should be an address such as https://api.line.me.",
            id="todobot.E004",
        )
    ]


@checks.register(TAG)
def hosts(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Redirects and links carry the name that was asked for, so not every name will do."""
    wrong = [host for host in settings.ALLOWED_HOSTS if "/" in host or (host == "*" and not settings.DEBUG)]
    return [
        checks.Error(
            f"ALLOWED_HOSTS has {host!r}.",
            hint="It should be names such as bot.example.com. A probe may send `Host: localhost`.",
            id="todobot.E005",
        )
        for host in wrong
    ]


@checks.register(TAG)
def proxies(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"FORWARDED_ALLOW_IPS has {proxy!r}.",
            hint="It should be addresses and networks such as 10.0.0.0/8, or `*` for everybody.",
            id="todobot.E006",
        )
        for proxy in settings.FORWARDED_ALLOW_IPS
        if proxy != "*" and not is_network(proxy)
    ]


def is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def refuse_bad_settings() -> None:
    """For a start that runs no system checks of its own, such as gunicorn's.

    Raises ImproperlyConfigured naming each setting that is missing or weak. Among Django's own checks of
    this kind is the one that CSRF_TRUSTED_ORIGINS have their scheme.
    """
    found = checks.run_checks(tags=[TAG, checks.Tags.compatibility])
    if serious := [message for message in found if message.is_serious()]:
        raise ImproperlyConfigured("\n".join(f"{message.msg} {message.hint or ''}" for message in serious))
