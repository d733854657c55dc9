"""What a bot's series look like when it is well and in each trouble, and which alert should fire then."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Series and their values each 30 s, in promtool's notation: `0+60x120` rises by 60 for an hour.
Series = Mapping[str, str]


def callbacks(pod: str, status: int, values: str) -> Series:
    return {f'todobot_callback_seconds_count{{pod="{pod}", status="{status}"}}': values}


def took(pod: str, quick: str, all_: str) -> Series:
    """Calls that took half a second at most, and all."""
    name = f'todobot_callback_seconds_bucket{{pod="{pod}", status="200", le="%s"}}'
    return {name % "0.5": quick, name % "1.0": all_, name % "+Inf": all_}


def replies(pod: str, outcome: str, values: str) -> Series:
    return {f'todobot_replies_total{{pod="{pod}", outcome="{outcome}"}}': values}


def received(pod: str, outcome: str, values: str) -> Series:
    return {f'todobot_events_total{{pod="{pod}", type="message", outcome="{outcome}"}}': values}


def applied(pod: str, did: str, values: str) -> Series:
    return {f'todobot_applied_events_total{{pod="{pod}", did="{did}"}}': values}


def inbox(pod: str, up: str, oldest: str) -> Series:
    return {
        f'todobot_database_up{{pod="{pod}"}}': up,
        f'todobot_inbox_oldest_seconds{{pod="{pod}"}}': oldest,
    }


def all_of(*series: Series) -> Series:
    return {name: values for one in series for name, values in one.items()}


def inboxes(up: str, oldest: str) -> Series:
    return all_of(inbox("w1", up, oldest), inbox("w2", up, oldest))


def app_server(pod: str, values: str) -> Series:
    """One whose calls all go well; what else it counts is there from its start."""
    return all_of(
        callbacks(pod, 200, values),
        callbacks(pod, 400, values),
        callbacks(pod, 500, "0x120"),
        took(pod, values, values),
        received(pod, "pending", values),
        received(pod, "failed", "0x120"),
    )


def worker(pod: str, values: str) -> Series:
    rare = ("later", "unknown", "spent", "refused", "expired")
    return all_of(
        *(replies(pod, outcome, "0x120") for outcome in rare),
        replies(pod, "sent", values),
        applied(pod, "toggled", values),
        applied(pod, "failed", "0x120"),
        inbox(pod, "1x120", "0x120"),
    )


def bot(values: str) -> Series:
    return all_of(
        *(app_server(pod, values) for pod in ("a1", "a2")), *(worker(pod, values) for pod in ("w1", "w2"))
    )


def every(times: int) -> str:
    """Once in so many times 30 s, from the first minute on."""
    return " ".join(str(number // times) for number in range(120))


WELL = bot("0+60x120")
NIGHT = bot("0x120")
#: From minute 20 on. A series ends when its pod does.
GONE = "stale _x80"
UP_GONE, OLDEST_GONE = f"1x40 {GONE}", f"0x40 {GONE}"
#: From minute 20 on, one in each minute.
ONE_A_MINUTE = f"0x40 {' '.join(str(number // 2) for number in range(80))}"


@dataclass(frozen=True)
class Case:
    title: str
    #: What is otherwise than `before`.
    series: Series
    #: minute -> all that fires then
    fires: Mapping[int, set[str]]
    before: Series = field(default_factory=lambda: WELL)


def never(title: str, *series: Series, before: Series = WELL) -> Case:
    return Case(title, all_of(*series), {minute: set() for minute in range(1, 60)}, before)


def fires(alert: str, minute: int, title: str, *series: Series, before: Series = WELL) -> Case:
    """The trouble begins at minute 20, and is not told two minutes before this one, nor is another."""
    return Case(title, all_of(*series), {19: set(), minute - 2: set(), minute: {alert}}, before)


CASES = [
    never("all is well"),
    never("nobody writes", before=NIGHT),
    never("one message in two minutes", before=bot(every(4))),
    never("nothing was ever counted", before=inbox("w1", "1x120", "0x120")),
    never("all processes start anew", before=bot("0+60x40 0+60x80")),
    never("pods come and go", app_server("a3", "_x40 0+60x80"), app_server("a1", f"0+60x40 {GONE}")),
    fires("InboxOld", 22, "the oldest waits", inboxes("1x120", "0x40 31+30x80")),
    fires(
        *("InboxOld", 22, "it waits, and one worker is gone"),
        *(inbox("w1", UP_GONE, OLDEST_GONE), inbox("w2", "1x120", "0x40 31+30x80")),
    ),
    never("it waited for a moment", inboxes("1x120", "0x40 45x1 0x80")),
    fires("NobodyWatchesTheInbox", 24, "no worker is left", inboxes(UP_GONE, OLDEST_GONE)),
    never("one worker is left", inbox("w1", UP_GONE, OLDEST_GONE)),
    never("no worker for two minutes", inboxes("1x40 stale _x3 1x80", "0x40 stale _x3 0x80")),
    fires("DatabaseAway", 22, "the database is away", inboxes("1x40 0x80", OLDEST_GONE)),
    fires(
        *("DatabaseAway", 22, "the database is away, and one worker is gone"),
        *(inbox("w1", UP_GONE, OLDEST_GONE), inbox("w2", "1x40 0x80", OLDEST_GONE)),
    ),
    never("one worker does not reach the database", inbox("w1", "1x40 0x80", OLDEST_GONE)),
    fires("CallbackErrors", 24, "calls fail, the first ever", callbacks("a1", 500, "0x40 0+60x80")),
    fires(
        *("CallbackErrors", 26, "each call fails, and there are few"),
        *(callbacks("a1", 500, ONE_A_MINUTE),),
        before=NIGHT,
    ),
    fires(
        *("CallbackErrors", 24, "calls fail in a process that starts again and again"),
        *(callbacks("a1", 500, "0x40" + " 0 60" * 40),),
    ),
    never("one call failed at night", callbacks("a1", 500, "0x40 1x80"), before=bot(every(4))),
    never("one call in three hundred fails", callbacks("a1", 500, every(1))),
    never("strangers' calls are refused", callbacks("a1", 400, "0x40 0+600x80")),
    fires("CallbackSlow", 27, "calls are slow", took("a1", "0+60x40 2400+50x80", "0+60x120")),
    never("one call in two hundred is slow", took("a1", "0+59.7x120", "0+60x120")),
    never("a pod that has little to do is slow", took("a2", "0x120", "0+0.4x120")),
    never("one call at night was slow", took("a1", "0x120", "0x40 1x80"), before=NIGHT),
    fires(
        "RepliesFail", 26, "LINE refuses replies, the first ever", replies("w1", "refused", "0x40 0+60x80")
    ),
    fires(
        *("RepliesFail", 24, "LINE is down: each reply is tried again, until it expires"),
        *(replies(pod, "sent", "0+60x40 2400x80") for pod in ("w1", "w2")),
        *(replies(pod, "later", "0x40 0+900x80") for pod in ("w1", "w2")),
        *(replies(pod, "expired", "0x40 0+60x80") for pod in ("w1", "w2")),
    ),
    fires(
        *("RepliesFail", 26, "no answer arrives, and few write"),
        *(replies("w1", "refused", ONE_A_MINUTE),),
        before=NIGHT,
    ),
    never("one reply at night was refused", replies("w1", "refused", "0x40 1x80"), before=bot(every(4))),
    never("one reply in a hundred is refused", replies("w1", "refused", "0+1.2x120")),
    never("LINE is slow: replies are tried again, and arrive", replies("w1", "later", "0x40 0+300x80")),
    fires("EventsFail", 21, "an event failed, the first ever", applied("w1", "failed", "0x40 1x80")),
    fires(
        *("EventsFail", 21, "an event failed at the callback, and no worker counts"),
        *(received("a1", "failed", "0x40 1x80"),),
        before=all_of(app_server("a1", "0+60x120"), inbox("w1", "1x120", "0x120")),
    ),
    never("a worker starts anew that once saw a failure", applied("w1", "failed", "3x40 0x80")),
]
