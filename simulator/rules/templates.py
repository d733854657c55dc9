"""Template messages: buttons, confirm, carousel, image carousel."""

from typing import Any

from simulator.rules import actions
from simulator.rules.check import (
    WEB,
    Check,
    Need,
    Path,
    Report,
    array,
    choice,
    record,
    seen,
    tagged,
)

_RATIO, _SIZE = choice("rectangle", "square"), choice("cover", "contain")


def _shorter(most: int) -> Check:
    """Beside an image or a title there is less room for text."""

    def check(value: Any, path: Path, report: Report) -> None:
        if value.get("thumbnailImageUrl") or value.get("title"):
            seen(most)(value.get("text") or "-", (*path, "text"), report)

    return check


def _same_actions(value: Any, path: Path, report: Report) -> None:
    columns = value["columns"] if isinstance(value.get("columns"), list) else []
    found = [column.get("actions") for column in columns if isinstance(column, dict)]
    if len({len(one) for one in found if isinstance(one, list)}) > 1:
        report.add((*path, "columns"), "All columns must have the same number of actions")


def _card(text: int, most_actions: int) -> Check:
    fields: dict[str, Check | Need] = {
        "thumbnailImageUrl": WEB,
        "title": seen(40),
        "text": Need(seen(text)),
        "defaultAction": actions.TEMPLATE_DEFAULT,
        "actions": Need(array(actions.TEMPLATE, 1, most_actions)),
        "imageAspectRatio": _RATIO,
        "imageSize": _SIZE,
    }
    return record(fields, _shorter(60))


_confirm = record({"text": Need(seen(240)), "actions": Need(array(actions.TEMPLATE, 2, 2))})
_carousel = record(
    {"columns": Need(array(_card(120, 3), 1, 10)), "imageAspectRatio": _RATIO, "imageSize": _SIZE},
    _same_actions,
)
_image = record({"imageUrl": Need(WEB), "action": Need(actions.IMAGE_CAROUSEL)})

TEMPLATE = tagged(
    {
        "buttons": _card(160, 4),
        "confirm": _confirm,
        "carousel": _carousel,
        "image_carousel": record({"columns": Need(array(_image, 1, 10))}),
    }
)
