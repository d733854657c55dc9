"""The small language the rules are written in: checks made of checks, and the report they write to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.limits import graphemes, utf16

Path = tuple[str | int, ...]
EMPTY = "May not be empty"
DEEPEST = 120  # steps into a value; nothing real comes near, and hostile nesting ends here


@dataclass(slots=True)
class Report:
    """Details are (property, message), as in LINE's error bodies."""

    details: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: Path, message: str) -> None:
        named = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        self.details.append((named.removeprefix("."), message))


Check = Callable[[Any, Path, Report], None]


@dataclass(frozen=True, slots=True)
class Need:
    """A property that must be there."""

    check: Check
    missing: str = EMPTY


def string(most: int, count: Callable[[str], int] = utf16, *, empty: bool = False) -> Check:
    # One character is at least one code point's share of a cluster and at most two UTF-16 units.
    surely = most // 2 if count is utf16 else most

    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, str):
            report.add(path, "Must be a string")
        elif not value and not empty:
            report.add(path, EMPTY)
        elif len(value) > surely and count(value) > most:
            report.add(path, f"Length must be between 0 and {most}")

    return check


def seen(most: int) -> Check:
    """A string counted as a person would."""
    return string(most, graphemes)


def choice(*values: str) -> Check:
    def check(value: Any, path: Path, report: Report) -> None:
        if value not in values:
            report.add(path, f"Must be one of the following values: [{', '.join(values)}]")

    return check


def matching(pattern: Callable[[str], object], message: str) -> Check:
    """`pattern` is a compiled expression's fullmatch."""

    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, str) or not pattern(value):
            report.add(path, message)

    return check


def uri(*schemes: str, most: int) -> Check:
    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, str) or not value:
            report.add(path, EMPTY)
        elif utf16(value) > most:
            report.add(path, f"Length must be between 0 and {most}")
        elif not _addressed(value, schemes):
            report.add(path, "invalid uri")

    return check


def _addressed(value: str, schemes: tuple[str, ...]) -> bool:
    scheme, colon, rest = value.partition(":")
    return bool(colon and rest.strip("/")) and scheme.lower() in schemes and not any(map(str.isspace, value))


WEB = uri("https", most=2000)  # images, videos, sounds


def number(low: float, high: float, *, whole: bool = True) -> Check:
    def check(value: Any, path: Path, report: Report) -> None:
        fits = isinstance(value, int if whole else (int, float)) and low <= value <= high
        if not fits or isinstance(value, bool):
            report.add(path, f"Must be between {low} and {high}")

    return check


def boolean(value: Any, path: Path, report: Report) -> None:
    if not isinstance(value, bool):
        report.add(path, "Must be true or false")


def array(item: Check, low: int, high: int) -> Check:
    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, list) or not low <= len(value) <= high:
            report.add(path, f"Size must be between {low} and {high}")
            return
        for number, one in enumerate(value):
            item(one, (*path, number), report)

    return check


def record(fields: Mapping[str, Check | Need], *further: Check) -> Check:
    """An object; properties it does not name are tolerated, and null is the same as absent.

    `further` checks look at several properties at once; they may rely on its being an object, no more.
    """
    checks = [
        (key, *((rule.check, rule.missing) if isinstance(rule, Need) else (rule, "")))
        for key, rule in fields.items()
    ]

    def check(value: Any, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(path, "Must be an object")
            return
        for key, rule, missing in checks:
            found = value.get(key)
            if found is not None:
                rule(found, (*path, key), report)
            elif missing:
                report.add((*path, key), missing)
        for one in further:
            one(value, path, report)

    return check


def tagged(table: Mapping[str, Check], key: str = "type") -> Check:
    """An object whose kind is named by one of its properties."""
    kinds = ", ".join(table)

    def check(value: Any, path: Path, report: Report) -> None:
        kind = value.get(key) if isinstance(value, dict) else None
        if len(path) > DEEPEST:
            report.add(path, "Nested too deeply")
        elif isinstance(kind, str) and kind in table:
            table[kind](value, path, report)
        else:
            report.add((*path, key), f"Must be one of the following values: [{kinds}]")

    return check
