"""What Prometheus is told: the series. `todos.record` counts, `todos.scrape` serves.

Correct across gunicorn's processes, where PROMETHEUS_MULTIPROC_DIR is set before this is imported.
The values of labels come from closed sets, so that no sender can make a series.
"""

from prometheus_client import Counter, Histogram

from todos.line.client import Fate
from todos.line.events import HANDLED

#: Seconds: of a callback; and from a webhook to what came of it, while its reply token lives.
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2)
WHOLE = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

CALLBACKS = Histogram("todobot_callback_seconds", "Answers to LINE's calls.", ["status"], buckets=QUICK)
EVENTS = Counter("todobot_events", "Events that came; duplicates are counted again.", ["type", "outcome"])
DUPLICATES = Counter("todobot_duplicate_events", "Events among them that had come before.")
APPLIED = Counter("todobot_applied_events", "Events applied, by what they did.", ["did"])
BATCHES = Histogram("todobot_batch_events", "Events applied in one transaction.", buckets=SIZES)
TO_APPLIED = Histogram("todobot_applied_seconds", "From the webhook until it was applied.", buckets=WHOLE)
REPLIES = Counter("todobot_replies", "Tries to reply, by what became of each.", ["outcome"])
TO_REPLIED = Histogram(
    "todobot_replied_seconds", "From the webhook until LINE took the reply.", buckets=WHOLE
)

EXPIRED = "expired"
# There from the start with 0, so that the first failure is a rise.
for _outcome in (*(fate.value for fate in Fate), EXPIRED):
    REPLIES.labels(_outcome)
for _type in (*HANDLED, "other"):
    EVENTS.labels(_type, "failed")
APPLIED.labels("failed")
CALLBACKS.labels(500)
