"""Where Prometheus asks: a port of its own, which is not published."""

import os
import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIServer

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from todos.models import Event

#: gunicorn's master may serve from a thread, and SQLite must not be open in a process that forks.
at_rest = threading.Lock()
os.register_at_fork(before=at_rest.acquire, after_in_parent=at_rest.release, after_in_child=at_rest.release)


class Inbox(Collector):
    """Asks the database at each scrape, by the worker's own index, on a connection that is closed again."""

    def describe(self) -> Iterator[Metric]:
        """Nothing, so that the database is not asked when this is registered."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("todobot_database_up", "Whether the database answers.")
        waiting = GaugeMetricFamily("todobot_inbox_events", "Events that wait, by state.", labels=["state"])
        oldest = GaugeMetricFamily(
            "todobot_inbox_oldest_seconds", "Age of the oldest pending event; 0: none."
        )
        try:
            with at_rest:
                counts, age = look()
        except Error:
            up.add_metric([], 0)
            return iter([up])
        up.add_metric([], 1)
        oldest.add_metric([], age)
        for state, count in counts.items():
            waiting.add_metric([state], count)
        return iter([up, waiting, oldest])


def look() -> tuple[dict[str, int], float]:
    """How many events are pending and how many applied but not answered; seconds since the oldest is due."""
    counts = {"pending": 0, "applied": 0}
    try:
        waiting = Event.objects.filter(state__in=counts).order_by()
        counts |= dict(waiting.values_list("state").annotate(Count("pk")))
        first = Event.objects.filter(state=Event.State.PENDING).aggregate(first=Min("due_at"))["first"]
    finally:
        connection.close()
    return counts, max(0.0, (timezone.now() - first).total_seconds()) if first else 0.0


def serve(bind: str, inbox: bool) -> WSGIServer | None:
    """Answers at host:port in a thread, until the process ends; nowhere if `bind` is empty.

    Raises ImproperlyConfigured by name.
    """
    if not bind:
        return None
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    if inbox:
        registry.register(Inbox())
    host, _, port = bind.rpartition(":")
    try:
        return start_http_server(int(port), host.strip("[]"), registry)[0]
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"METRICS_BIND is {bind!r}: {error}") from error
