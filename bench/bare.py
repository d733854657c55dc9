"""A WSGI app that verifies the signature and answers 200: the least that any bot must do.

Also gunicorn's configuration for it: the project's own, as the bench sets it up.
"""

import base64
import hmac
from collections.abc import Callable, Iterable
from typing import Any

from bench.events import SECRET

worker_class, workers, threads, keepalive = "gthread", 2, 8, 75
preload_app = control_socket_disable = True

ANSWER = [("Content-Type", "text/plain"), ("Content-Length", "3")]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    # Nothing at all: the bench asks whether we are there.
    is_signed = not body or hmac.compare_digest(signature, environ.get("HTTP_X_LINE_SIGNATURE", ""))
    start_response("200 OK" if is_signed else "400 Bad Request", ANSWER)
    return [b"ok\n"]
