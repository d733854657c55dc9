"""How a day is written."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from todos.dates import day, number

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written"),
    [("ja", "11月3日"), ("en", "3 Nov"), ("zh-hant", "11月3日"), ("th", "3 พ.ย.")],
)
def test_a_day_of_this_year_is_written_without_it(language: str, written: str) -> None:
    with override(language):
        assert day(datetime(2026, 11, 3, tzinfo=UTC), NOW) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ja", "2024年2月29日"),
        ("en", "29 Feb 2024"),
        ("zh-hant", "2024年2月29日"),
        ("th", "29 ก.พ. 2567"),
    ],
)
def test_a_day_of_another_year_has_it_as_people_count_years(language: str, written: str) -> None:
    with override(language):
        assert day(datetime(2024, 2, 29, tzinfo=UTC), NOW) == written


@pytest.mark.parametrize("language", ["ja", "en", "zh-hant", "th"])
def test_thousands_are_set_apart(language: str) -> None:
    with override(language):
        assert [number(count) for count in (0, 999, 1000, 1234567)] == ["0", "999", "1,000", "1,234,567"]
