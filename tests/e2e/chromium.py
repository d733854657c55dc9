"""A real Chromium, as Debian packages it, whose console is listened to."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def tab(browser: Browser, url: str, **how: Any) -> Iterator[Page]:
    """A page at that address. A complaint in its console is an error at the end."""
    page = browser.new_page(**{"viewport": {"width": 1280, "height": 800}} | how)
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # Chromium asks every site for this; the admin has none.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    yield page
    page.close()
    assert complaints == []
