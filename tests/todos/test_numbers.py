"""Numbers of rows as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from todos.numbers import BEYOND, ROWS, numbers


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2", (2,)),
        ("2 4-6", (2, 4, 5, 6)),
        ("２　４－６", (2, 4, 5, 6)),
        ("2,4、6，8・10\n12", (2, 4, 6, 8, 10, 12)),
        ("2､4･6", (2, 4, 6)),
        ("  3\n", (3,)),
        ("4–6", (4, 5, 6)),
        ("4〜6", (4, 5, 6)),
        ("4～6", (4, 5, 6)),
        ("4~6", (4, 5, 6)),
        ("４ー６", (4, 5, 6)),
        ("4ｰ6", (4, 5, 6)),
        ("4 - 6", (4, 5, 6)),
        ("6-4", (4, 5, 6)),
        ("5-5", (5,)),
        ("3 1 3 2-3", (3, 1, 2)),
        ("007", (7,)),
        ("①③", (1, 3)),
        ("2️⃣4️⃣", (2, 4)),
        ("๒ ๔-๖", (2, 4, 5, 6)),
        ("0 9 2024", (9, 0, 2024)),
    ],
)
def test_numbers_and_ranges_are_read_however_they_are_typed(typed: str, read: tuple[int, ...]) -> None:
    assert numbers(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        "-4",
        "4-",
        "4--6",
        "4-5-6",
        "2 eggs",
        "2個",
        "牛乳",
        "2.5",
        "½",
        "1/2",
        "09012345678",
        "二",
    ],
)
def test_what_says_anything_else_is_no_numbers(typed: str) -> None:
    assert numbers(typed) == ()


def test_an_absurd_range_is_cut_to_a_list_and_its_end() -> None:
    assert numbers("1-999999999") == (*range(1, ROWS + 1), 999_999_999)
    assert numbers("600-700") == (700,)


def test_what_no_list_can_have_takes_no_place_from_the_others() -> None:
    typed = " ".join(map(str, range(1000, 1050)))
    assert numbers(f"{typed} 3") == (3, *range(1000, 1000 + BEYOND))


def test_a_text_too_long_to_be_numbers_is_none() -> None:
    assert numbers("1 " * 251) == ()
    assert numbers("1" * 500) == ()


@given(st.lists(st.integers(1, ROWS), min_size=1, max_size=120))
def test_numbers_that_are_written_are_read(some: list[int]) -> None:
    assert numbers(" ".join(map(str, some))) == tuple(dict.fromkeys(some))


@given(st.integers(1, ROWS), st.integers(1, ROWS), st.sampled_from("-–〜~ー"))
def test_a_range_is_all_between_its_ends_in_either_order(one: int, other: int, dash: str) -> None:
    assert numbers(f"{one}{dash}{other}") == tuple(range(min(one, other), max(one, other) + 1))


@given(st.text(alphabet="0123456789 -,〜ー①２\n", max_size=60) | st.text())
def test_whatever_is_typed_comes_out_bounded_and_once(typed: str) -> None:
    found = numbers(typed)
    assert len(found) <= ROWS + BEYOND
    assert len(set(found)) == len(found)
