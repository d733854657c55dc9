"""gunicorn -c gunicorn.conf.py todobot.wsgi"""

import gc
import threading
from pathlib import Path
from typing import Any

import environ

environ.Env.read_env(Path(__file__).parent / ".env")
env = environ.FileAwareEnv()

bind = env.str("BIND", default="127.0.0.1:5000")
worker_class = "gthread"
workers = env.int("WEB_CONCURRENCY", default=1)
threads = env.int("WEB_THREADS", default=8)
# While changing the code: RELOAD=on starts the process anew when a file was saved.
reload = env.bool("RELOAD", default=False)
# The SDK takes over a second to import: once, before the first request. Reloading needs it afresh.
preload_app = not reload
keepalive = 75
control_socket_disable = True  # it would write into the home directory, and nobody here uses it
graceful_timeout = 25

# Who may say that a request came by HTTPS, and by which one header: nginx sets this one, and would hand on
# whatever else a client sent.
forwarded_allow_ips = env.str("FORWARDED_ALLOW_IPS", default="127.0.0.1,::1")
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}

embedded: dict[str, Any] = {}


def pre_fork(arbiter: Any, server: Any) -> None:
    """What was imported stays shared: the garbage collector would write to every page of it."""
    gc.collect()
    gc.freeze()


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
