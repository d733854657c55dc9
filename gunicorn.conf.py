"""gunicorn -c gunicorn.conf.py todobot.wsgi"""

import os
import threading
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:5000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# While changing the code: RELOAD=on starts the process anew when a file was saved.
reload = bool(os.environ.get("RELOAD"))
# The SDK takes over a second to import: once, before the first request. Reloading needs it afresh.
preload_app = not reload
keepalive = 75
graceful_timeout = 25

embedded: dict[str, Any] = {}


def post_worker_init(server: Any) -> None:
    """On the embedded default (SQLite) the todo worker lives in a thread of this process."""
    from django.conf import settings

    from todos.worker import Worker

    if settings.EMBEDDED:
        embedded["worker"] = worker = Worker.from_settings()
        embedded["thread"] = threading.Thread(target=worker.run, name="worker")
        embedded["thread"].start()


def worker_exit(arbiter: Any, server: Any) -> None:
    if embedded:
        embedded["worker"].stopping.set()
        embedded["thread"].join()
