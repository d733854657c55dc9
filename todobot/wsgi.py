"""The WSGI application, for `gunicorn -c gunicorn.conf.py todobot.wsgi`."""

import os
from collections.abc import Iterable
from typing import Any

import django
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "todobot.settings")
django.setup()

import todobot.urls  # noqa: E402, F401  (the SDK takes over a second to import: now, not in the first request)
from todobot.checks import refuse_bad_settings  # noqa: E402  (the settings must be there first)
from todos import callback  # noqa: E402


class LineHandler(WSGIHandler):
    """For LINE's calls: Django's handler with the view alone.

    Middleware (sessions, CSRF, languages, static files) is for browsers, and a sixth of a webhook's CPU.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        self._middleware_chain = convert_exception_to_response(callback.receive)


refuse_bad_settings()
browsers, line = WSGIHandler(), LineHandler()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    handler = line if environ["PATH_INFO"] == "/callback" else browsers
    return handler(environ, start_response)
