"""How people write days and numbers, in the language in force. Pure but for the message catalogues."""

from datetime import datetime

from django.utils import dateformat
from django.utils.translation import pgettext


def day(at: datetime, now: datetime) -> str:
    """Such as 23 Nov, with the year where that is not now's; both in the reader's time zone."""
    # Translators: a day of this year, in Django's date format
    written = dateformat.format(at, pgettext("date", "j M"))
    if at.year == now.year:
        return written
    # Translators: how many years your calendar is ahead of the common era
    year = at.year + int(pgettext("date", "0"))
    # Translators: a day of another year; %(day)s is as above
    return pgettext("date", "%(day)s %(year)d") % {"day": written, "year": year}


def number(count: int) -> str:
    # Translators: what stands between thousands
    return f"{count:,}".replace(",", pgettext("number", ","))
