"""Limits on login attempts, kept by django-axes: who is counted, what is kept, what is answered.

Without its middleware, which every request would pass through: only the login's view looks.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

#: Failures of one address with whatever names, for each that one name is allowed there.
NAMES = 4

TOO_MANY = "Too many failed logins. Try again in {minutes} minutes.\n"


def login(request: HttpRequest) -> HttpResponseBase:
    """The admin's page; 429 instead while it is locked for this name or this address."""
    answer = admin.site.login(request)
    if not getattr(request, "axes_locked_out", False):
        return answer
    wait = settings.AXES_COOLOFF_TIME
    text = TOO_MANY.format(minutes=round(wait.total_seconds() / 60))
    return HttpResponse(
        text, "text/plain; charset=utf-8", 429, headers={"Retry-After": f"{wait.total_seconds():.0f}"}
    )


class Attempts(AxesDatabaseHandler):  # type: ignore[misc]  # django-axes has no types
    """Counts by name and address, and more generously by address alone (AXES_LOCKOUT_PARAMETERS)."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> int:
        by_both, by_address = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return int(max(by_both, by_address // NAMES))

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> int:
        """A success clears this name's failures; whoever has one password may not try others for ever."""
        deleted, _by_model = self.filter_user_attempts(request, credentials)[0].delete()
        return int(deleted)

    def user_login_failed(
        self,
        sender: object,
        credentials: dict[str, str],
        request: HttpRequest | None = None,
        **kwargs: object,
    ) -> None:
        """What was sent is not kept: axes masks the password's field, but people mistake the fields."""
        if request is None:
            return
        sent = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = sent


def client_address(request: HttpRequest) -> str | None:
    """Who asks, for the count. X-Real-IP is believed from trusted proxies only.

    Of an IPv6 address the network: whoever has one address of a /64 has them all.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    told = request.META.get("HTTP_X_REAL_IP", "")
    for text in [told, peer] if is_proxy(peer) else [peer]:
        try:
            address = plain(text)
        except ValueError:
            continue
        if isinstance(address, IPv6Address):
            return str(ip_network((int(address), 64), strict=False).network_address)
        return str(address)
    return None


def is_proxy(peer: str) -> bool:
    """As gunicorn has it: no address is a Unix socket, and `*` is everybody."""
    if not peer or "*" in settings.FORWARDED_ALLOW_IPS:
        return True
    try:
        return any(plain(peer) in ip_network(known) for known in settings.FORWARDED_ALLOW_IPS)
    except ValueError:
        return False


def plain(text: str) -> IPv4Address | IPv6Address:
    """An IPv4 address as itself, though a socket of IPv6 says ::ffff:192.0.2.1. Raises ValueError."""
    address = ip_address(text)
    return getattr(address, "ipv4_mapped", None) or address
