"""POST /callback: check the signature, store the events, answer 200. Nothing else happens here.

What each refusal becomes in HTTP is decided here and nowhere else. LINE redelivers what it got no 2xx for.
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from todos import inbox, record
from todos.line.body import BadBody, events_in
from todos.line.events import parse
from todos.line.signature import is_signed
from todos.words import addressed


class Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@csrf_exempt
@record.calls
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """A database that is away raises here and so answers 500: better redelivered than lost."""
    try:
        events = events_in(signed_text(request))
    except Refused as refused:
        return HttpResponse(f"{refused}\n", "text/plain", refused.status)
    except BadBody as bad:
        return HttpResponse(f"{bad}\n", "text/plain", 400)
    incoming = [one for event in events if (one := parse(event, addressed))]
    if incoming:
        inbox.store(incoming, timezone.now())
    return HttpResponse(headers={"Content-Length": "0"})


def signed_text(request: HttpRequest) -> str:
    """The body, once its signature is known to be LINE's. Raises Refused."""
    signature = request.headers.get("x-line-signature")
    # Without a signature it is not LINE; reading the body would be wasted.
    if not signature:
        raise Refused(400, "the header x-line-signature is missing")
    try:
        body = request.body.decode()
    except RequestDataTooBig:
        # LINE's bodies are a few kilobytes; the limit is DATA_UPLOAD_MAX_MEMORY_SIZE.
        raise Refused(413, "the body is over 1 MiB") from None
    except UnicodeDecodeError:
        raise Refused(400, "the body is not UTF-8") from None
    # A body that LINE did not sign is read by nobody.
    if not is_signed(body, signature, settings.LINE_CHANNEL_SECRETS):
        raise Refused(400, "the signature does not fit the body")
    return body
