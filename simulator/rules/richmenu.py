"""Rich menu objects."""

from typing import Any

from simulator.rules import actions
from simulator.rules.check import Check, Need, Path, Report, array, boolean, number, record, seen

MUST = "must be specified"


def _proportions(value: Any, path: Path, report: Report) -> None:
    width, height = value.get("width"), value.get("height")
    if isinstance(width, int) and isinstance(height, int) and height and width / height < 1.45:
        report.add((*path, "height"), "The aspect ratio (width / height) must be 1.45 or more")


def _inside(value: Any, path: Path, report: Report) -> None:
    """No area may reach out of the menu."""
    size, areas = value.get("size"), value.get("areas")
    if not isinstance(size, dict) or not isinstance(areas, list):
        return
    for index, area in enumerate(areas):
        bounds = area.get("bounds") if isinstance(area, dict) else None
        if isinstance(bounds, dict) and not _fits(bounds, size):
            report.add((*path, "areas", index, "bounds"), "Must be inside the rich menu")


def _fits(bounds: dict[str, Any], size: dict[str, Any]) -> bool:
    sides = (("x", "width"), ("y", "height"))
    try:
        return all(bounds[start] + bounds[side] <= size[side] for start, side in sides)
    except (KeyError, TypeError):
        return True  # reported already as what it is


_SIZE = record(
    {"width": Need(number(800, 2500), MUST), "height": Need(number(250, 2**31 - 1), MUST)}, _proportions
)
_BOUNDS = record({key: Need(number(0, 2**31 - 1), MUST) for key in ("x", "y", "width", "height")})
_AREA = record({"bounds": Need(_BOUNDS, MUST), "action": Need(actions.RICH_MENU, MUST)})

check: Check = record(
    {
        "size": Need(_SIZE, MUST),
        "selected": Need(boolean, MUST),
        "name": Need(seen(300), MUST),
        "chatBarText": Need(seen(14), MUST),
        "areas": Need(array(_AREA, 0, 20), MUST),
    },
    _inside,
)
