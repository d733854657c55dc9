"""Settings that stop the start when they are missing or weak, each by name and with what it should be."""

from collections.abc import Sequence
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


def value(name: str) -> str:
    if name == "LINE_CHANNEL_SECRET":
        return min(settings.LINE_CHANNEL_SECRETS, key=len, default="")
    try:
        return str(getattr(settings, name))
    except ImproperlyConfigured:  # Django's own word for an empty SECRET_KEY
        return ""


@checks.register(TAG)
def secrets(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"{name} is {'missing' if not value(name) else 'too short'}.",
            hint=f"Set {name} (or {name}_FILE): {should_be}. For a try on a laptop use `make run`.",
            id=f"todobot.E{number:03}",
        )
        for number, (name, (fewest, should_be)) in enumerate(SECRETS.items(), start=1)
        if len(value(name)) < fewest
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


def refuse_bad_settings() -> None:
    """For a start that runs no system checks of its own, such as gunicorn's.

    Raises ImproperlyConfigured naming each setting that is missing or weak.
    """
    if found := checks.run_checks(tags=[TAG]):
        raise ImproperlyConfigured("\n".join(f"{message.msg} {message.hint}" for message in found))
