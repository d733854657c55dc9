"""gunicorn -c gunicorn.conf.py todobot.wsgi"""

import atexit
import gc
import math
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import environ
from gunicorn.glogging import Logger

from todobot import cpu, logs

environ.Env.read_env(Path(__file__).parent / ".env")
env = environ.FileAwareEnv()

# The embedded default, SQLite, has one process that does it all.
EMBEDDED = (env.str("DATABASE_URL", default="") or "sqlite").startswith("sqlite")
#: Processes that a machine without limits gets at most: each is 60 MB and WEB_THREADS database connections.
MOST = 8

bind = env.str("BIND", default="127.0.0.1:5000")
worker_class = "gthread"
workers = 1 if EMBEDDED else env.int("WEB_CONCURRENCY", default=min(MOST, math.ceil(cpu.available())))
# A webhook waits for the database most of its time; what is more than these waits in the queue.
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

# Each process counts in files of its own, which the master reads. Before the application is imported, and
# not anew when SIGHUP reads this file again.
METRICS = "" if reload else env.str("METRICS_BIND", default="")
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "todobot-metrics-"


def remove(folder: str, master: int) -> None:
    if os.getpid() == master:
        shutil.rmtree(folder, ignore_errors=True)


if METRICS and PREFIX not in os.environ.get(FOLDER, ""):
    os.environ[FOLDER] = tempfile.mkdtemp(prefix=PREFIX)
    atexit.register(remove, os.environ[FOLDER], os.getpid())

line = logs.formatter(env.str("LOG_FORMAT", default="auto"))


class logger_class(Logger):  # noqa: N801 (gunicorn's name for the setting)
    """gunicorn's own records, like all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            handler.setFormatter(line())

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """What cannot be read as a request may be the rest of somebody's body: it is not quoted."""
        if msg.startswith("Invalid request from"):
            msg = ": ".join(msg.split(": ")[:2])
        super().warning(msg, *args, **kwargs)


embedded: dict[str, Any] = {}


def when_ready(server: Any) -> None:
    if METRICS:
        from todos import scrape

        server.metrics = scrape.serve(METRICS, inbox=EMBEDDED)


def pre_fork(arbiter: Any, server: Any) -> None:
    """What was imported stays shared: the garbage collector would write to every page of it."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    if hasattr(server, "metrics"):
        server.metrics.socket.close()  # the master's alone


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
