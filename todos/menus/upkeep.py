"""What rich menus LINE has, compared with those it should have, and put right.

It may die at any moment, and run again: a menu of ours counts once an alias leads to it, which LINE allows
only when its picture is there. All others of ours are leftovers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from todos.line.channel import Channel
from todos.menus import Menu, alias, language_of
from todos.models import Chat


@dataclass(frozen=True)
class Found:
    """As LINE has it: menu id -> name, alias -> menu id, and the id of the default menu."""

    menus: dict[str, str]
    aliases: dict[str, str]
    default: str

    def standing(self, menu: Menu) -> str:
        """The id of this very menu, or nothing."""
        menu_id = self.aliases.get(menu.alias, "")
        return menu_id if self.menus.get(menu_id) == menu.name else ""


def look(channel: Channel) -> Found:
    return Found(channel.menus(), channel.aliases(), channel.default_menu())


def wrong(found: Found, menus: list[Menu]) -> Iterator[str]:
    """Each thing that `mend` would change."""
    for menu in menus:
        if not found.standing(menu):
            there = found.menus.get(found.aliases.get(menu.alias, ""))
            yield f"the rich menu {menu.alias} is {'of another version' if there else 'missing'}"
        elif menu.language == settings.LANGUAGE_CODE and found.default != found.standing(menu):
            yield f"the rich menu {menu.alias} is not the default"
    for left in left_aliases(found, menus):
        yield f"the alias {left} is left over"
    for menu_id, name in left_menus(found, [found.standing(menu) for menu in menus]):
        yield f"the rich menu {menu_id} is left over ({name})"


def mend(channel: Channel, found: Found, menus: list[Menu]) -> Iterator[str]:
    """Says what it did. The old menus go when the new ones are seen by everybody. Raises Refused."""
    kept = {}
    for menu in menus:
        kept[menu.language] = found.standing(menu)
        if not kept[menu.language]:
            kept[menu.language] = make(channel, found, menu)
            forget_links(menu.language)
            yield f"the rich menu {menu.alias} is made: {menu.name}"
    default = kept[settings.LANGUAGE_CODE]
    if found.default != default:
        channel.set_default_menu(default)
        yield f"the rich menu of {settings.LANGUAGE_CODE} is the default now"
    for left in left_aliases(found, menus):
        channel.delete_alias(left)
        yield f"the alias {left} is deleted"
    for menu_id, name in left_menus(found, list(kept.values())):
        channel.delete_menu(menu_id)
        forget_links(language_of(name))
        yield f"the old rich menu {menu_id} is deleted ({name})"


def forget_links(language: str) -> None:
    """With a menu go the links of those who had it, also when LINE has lost it. The worker makes new ones."""
    Chat.objects.filter(menu=language).update(menu="")


def make(channel: Channel, found: Found, menu: Menu) -> str:
    menu_id = channel.create_menu(menu.content | {"name": menu.name})
    channel.upload_picture(menu_id, menu.picture)
    if menu.alias in found.aliases:
        channel.update_alias(menu.alias, menu_id)
    else:
        channel.create_alias(menu.alias, menu_id)
    return menu_id


def left_aliases(found: Found, menus: list[Menu]) -> list[str]:
    """Of languages that the bot no longer speaks."""
    wanted = {menu.alias for menu in menus}
    ours = {alias(language) for name in found.menus.values() if (language := language_of(name))}
    return [name for name in found.aliases if name in ours - wanted]


def left_menus(found: Found, kept: list[str]) -> list[tuple[str, str]]:
    ours = ((menu_id, name) for menu_id, name in found.menus.items() if language_of(name))
    return [(menu_id, name) for menu_id, name in ours if menu_id not in kept]
