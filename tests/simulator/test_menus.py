"""Rich menus through LINE's API: objects, images, who sees which, aliases."""

import struct

import pytest

from tests.simulator.harness import Line
from tests.simulator.menus import made, png, upload
from tests.simulator.objects import rich_menu


def jpeg(width: int, height: int) -> bytes:
    """As a camera writes it, with tables before the frame."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    app += b"\xff\xc4" + struct.pack(">H", 12) + b"\x01" * 10
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\0\0\0"
    return b"\xff\xd8" + app + frame + b"\xff\xd9"


@pytest.fixture
def menu(line: Line) -> str:
    """A rich menu with its image."""
    created = made(line)
    assert upload(line, created, png()) == 200
    return created


def test_a_menu_is_read_and_listed_as_it_was_created(line: Line, menu: str) -> None:
    expected = {"richMenuId": menu, **rich_menu()}
    assert line.api("GET", f"richmenu/{menu}").body == expected
    assert line.api("GET", "richmenu/list").body == {"richmenus": [expected]}
    assert line.sdk.get_rich_menu(menu).chat_bar_text == "Menu"


def test_a_wrong_menu_is_refused_by_create_and_validate(line: Line) -> None:
    for path in ("richmenu", "richmenu/validate"):
        answer = line.api("POST", path, rich_menu(name=None))
        assert answer.details == [("name", "must be specified")]
    assert line.api("POST", "richmenu/validate", rich_menu()).body == {}
    assert line.api("GET", "richmenu/list").body == {"richmenus": []}


def test_a_deleted_menu_is_gone_for_everybody(line: Line, menu: str) -> None:
    alice = line.id("alice")
    line.api("POST", f"user/all/richmenu/{menu}")
    line.api("POST", f"user/{alice}/richmenu/{menu}")
    assert line.api("DELETE", f"richmenu/{menu}").body == {}
    for path in (f"richmenu/{menu}", "user/all/richmenu", f"user/{alice}/richmenu"):
        assert line.api("GET", path).status == 404
    assert line.chat("alice")["richMenuId"] is None


def test_the_image_comes_back_as_it_went(line: Line, menu: str) -> None:
    answer = line.api("GET", f"richmenu/{menu}/content")
    assert (answer.data, answer.headers["Content-Type"]) == (png(), "image/png")
    page = line.request("GET", f"/simulator/richmenus/{menu}/image")
    assert (page.data, page.headers["Content-Type"]) == (png(), "image/png")


def test_a_jpeg_is_measured_too(line: Line) -> None:
    assert upload(line, made(line), jpeg(2500, 843), "image/jpeg") == 200
    assert upload(line, made(line), jpeg(2501, 843), "image/jpeg") == 400


@pytest.mark.parametrize(
    ("image", "status"),
    [
        (png(800, 250), 200),
        (png(799, 250), 400),
        (png(800, 249), 400),
        (png(2500, 1724), 200),
        (png(2500, 1725), 400),
        (png(size=1024 * 1024), 200),
        (png(size=1024 * 1024 + 1), 400),
        (jpeg(1200, 810), 400),
        (b"", 400),
        (b"\x89PNG\r\n\x1a\n", 400),
    ],
)
def test_an_image_has_the_size_and_type_it_says(line: Line, image: bytes, status: int) -> None:
    assert upload(line, made(line), image) == status


def test_an_image_is_neither_replaced_nor_of_another_type(line: Line, menu: str) -> None:
    assert upload(line, menu, png()) == 400
    assert upload(line, made(line), png(), "image/gif") == 415
    assert upload(line, "richmenu-none", png()) == 404


def test_a_menu_without_image_is_shown_to_nobody(line: Line) -> None:
    bare = made(line)
    for path in ("user/all", f"user/{line.id('alice')}"):
        answer = line.api("POST", f"{path}/richmenu/{bare}")
        assert answer.body == {"message": "must upload richmenu image before applying it to user"}
        assert answer.status == 400


def test_everybody_sees_the_default_but_who_has_a_menu_of_their_own(line: Line, menu: str) -> None:
    other = made(line)
    upload(line, other, png())
    alice = line.id("alice")
    line.api("POST", f"user/all/richmenu/{menu}")
    line.api("POST", f"user/{alice}/richmenu/{other}")
    assert line.api("GET", "user/all/richmenu").body == {"richMenuId": menu}
    assert line.api("GET", f"user/{alice}/richmenu").body == {"richMenuId": other}
    assert (line.chat("alice")["richMenuId"], line.chat("bob")["richMenuId"]) == (other, menu)
    line.api("DELETE", f"user/{alice}/richmenu")
    line.api("DELETE", "user/all/richmenu")
    assert (line.chat("alice")["richMenuId"], line.chat("bob")["richMenuId"]) == (None, None)


def test_who_has_no_menu_has_none_to_read(line: Line) -> None:
    answer = line.api("GET", f"user/{line.id('alice')}/richmenu")
    assert (answer.status, answer.body) == (404, {"message": "the user has no richmenu"})
    answer = line.api("GET", "user/all/richmenu")
    assert (answer.status, answer.body) == (404, {"message": "no default richmenu"})


def test_an_alias_is_made_moved_listed_and_deleted(line: Line, menu: str) -> None:
    other = made(line)
    upload(line, other, png())
    alias = {"richMenuAliasId": "tab-a", "richMenuId": menu}
    assert line.api("POST", "richmenu/alias", alias).body == {}
    assert line.api("GET", "richmenu/alias/tab-a").body == alias
    assert line.api("POST", "richmenu/alias/tab-a", {"richMenuId": other}).body == {}
    assert line.api("GET", "richmenu/alias/list").body == {"aliases": [{**alias, "richMenuId": other}]}
    assert line.api("DELETE", "richmenu/alias/tab-a").body == {}
    assert line.api("GET", "richmenu/alias/tab-a").status == 404


@pytest.mark.parametrize("name", ["", "A", "a b", "x" * 33, None])
def test_an_alias_has_a_plain_name(line: Line, menu: str, name: object) -> None:
    assert line.api("POST", "richmenu/alias", {"richMenuAliasId": name, "richMenuId": menu}).status == 400


def test_an_alias_is_unique_and_points_to_a_menu_with_an_image(line: Line, menu: str) -> None:
    assert line.api("POST", "richmenu/alias", {"richMenuAliasId": "a", "richMenuId": menu}).status == 200
    answer = line.api("POST", "richmenu/alias", {"richMenuAliasId": "a", "richMenuId": menu})
    assert (answer.status, answer.body["message"]) == (400, "conflict richmenu alias id")
    answer = line.api("POST", "richmenu/alias", {"richMenuAliasId": "b", "richMenuId": made(line)})
    assert (answer.status, answer.body["message"]) == (400, "richmenu not found")


@pytest.mark.parametrize(("alias", "status"), [("a", "SUCCESS"), ("b", "RICHMENU_ALIAS_ID_NOTFOUND")])
def test_a_tap_switches_to_the_aliased_menu_and_says_how_it_went(
    line: Line, menu: str, alias: str, status: str
) -> None:
    line.api("POST", "richmenu/alias", {"richMenuAliasId": "a", "richMenuId": menu})
    tapped = line.do("postback", chat="alice", data="tab", params={"newRichMenuAliasId": alias})
    assert tapped["event"]["postback"]["params"] == {"newRichMenuAliasId": alias, "status": status}
    assert line.chat("alice")["richMenuId"] == (menu if status == "SUCCESS" else None)
