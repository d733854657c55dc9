"""Is it alive, can it serve: for people, load balancers and the kubelet."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

TEXT = "text/plain; charset=utf-8"


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("todobot is alive. LINE talks to it at /callback.\n", TEXT)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Asks nothing: a database that is away must not get the process restarted."""
    return HttpResponse("ok\n", TEXT)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return HttpResponse(f"the database does not answer: {type(error).__name__}\n", TEXT, status=503)
    return HttpResponse("ready\n", TEXT)
