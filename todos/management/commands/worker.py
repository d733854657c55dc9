import logging
import os
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from todos import scrape
from todos.worker import Worker


class Command(BaseCommand):
    help = "Applies the events in the inbox and answers them. Any number may run. SIGTERM: ends within 10 s."

    def handle(self, *args: Any, **options: Any) -> None:
        scrape.serve(settings.METRICS_BIND, inbox=True)
        worker = Worker.from_settings()
        for number in (signal.SIGTERM, signal.SIGINT):
            # From another thread: this one may be inside the event's own lock, waiting for it.
            signal.signal(number, lambda *_: threading.Thread(target=worker.stopping.set).start())
        worker.run()
        # Not sys.exit, which would wait for threads that still wait for LINE.
        logging.shutdown()
        os._exit(0)
