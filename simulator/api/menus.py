"""Rich menus: making them, their images, who sees which, aliases."""

import re

from simulator.api.call import Answer, Call, LineError, invalid, not_found
from simulator.images import size_of
from simulator.richmenus import RichMenu
from simulator.rules import richmenu as rules
from simulator.rules.check import Report
from simulator.simulation import Simulation

MOST = 1000  # menus, and as many aliases
MAX_IMAGE = 1024 * 1024
TYPES = ("image/png", "image/jpeg")
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")


def _checked(call: Call) -> dict[str, object]:
    body = call.body()
    report = Report()
    rules.check(body, (), report)
    if report.details:
        raise invalid(*report.details)
    return body


def validate(sim: Simulation, call: Call) -> Answer:
    _checked(call)
    return Answer()


def create(sim: Simulation, call: Call) -> Answer:
    body = _checked(call)
    if len(sim.world.menus.menus) >= MOST:
        raise LineError(400, "Reached the maximum number of rich menus")
    menu = sim.world.menus.add(body)
    sim.world.changed()
    return Answer({"richMenuId": menu.id})


def listed(sim: Simulation, call: Call) -> Answer:
    return Answer({"richmenus": [menu.json() for menu in sim.world.menus.menus.values()]})


def read(sim: Simulation, call: Call) -> Answer:
    return Answer(_menu(sim, call).json())


def delete(sim: Simulation, call: Call) -> Answer:
    sim.world.menus.remove(_menu(sim, call).id)
    sim.world.changed()
    return Answer()


def upload(sim: Simulation, call: Call) -> Answer:
    menu = _menu(sim, call)
    if call.content_type not in TYPES:
        raise LineError(415, f"The content type, {call.content_type}, is not supported")
    if menu.image:
        raise LineError(400, "An image has already been uploaded to the richmenu")
    size = size_of(call.raw, call.content_type)
    if size is None or not _allowed(*size) or len(call.raw) > MAX_IMAGE:
        raise LineError(400, "The image size is not allowed for richmenu")
    menu.image, menu.image_type = call.raw, call.content_type
    sim.world.changed()
    return Answer()


def _allowed(width: int, height: int) -> bool:
    return 800 <= width <= 2500 and height >= 250 and width / height >= 1.45


def download(sim: Simulation, call: Call) -> Answer:
    menu = _menu(sim, call)
    if not menu.image:
        raise not_found()
    return Answer(blob=menu.image, content_type=menu.image_type)


def set_default(sim: Simulation, call: Call) -> Answer:
    sim.world.menus.default = _with_image(_menu(sim, call)).id
    sim.world.changed()
    return Answer()


def read_default(sim: Simulation, call: Call) -> Answer:
    if sim.world.menus.default is None:
        raise LineError(404, "no default richmenu")
    return Answer({"richMenuId": sim.world.menus.default})


def cancel_default(sim: Simulation, call: Call) -> Answer:
    sim.world.menus.default = None
    sim.world.changed()
    return Answer()


def link(sim: Simulation, call: Call) -> Answer:
    """Linking a menu for somebody who blocked the bot succeeds, silently."""
    sim.world.menus.linked[_user(sim, call)] = _with_image(_menu(sim, call)).id
    sim.world.changed()
    return Answer()


def unlink(sim: Simulation, call: Call) -> Answer:
    sim.world.menus.linked.pop(_user(sim, call), None)
    sim.world.changed()
    return Answer()


def read_linked(sim: Simulation, call: Call) -> Answer:
    linked = sim.world.menus.linked.get(_user(sim, call))
    if linked is None:
        raise LineError(404, "the user has no richmenu")
    return Answer({"richMenuId": linked})


def create_alias(sim: Simulation, call: Call) -> Answer:
    body, aliases = call.body(), sim.world.menus.aliases
    name = body.get("richMenuAliasId")
    if not isinstance(name, str) or not ALIAS.fullmatch(name):
        raise invalid(("richMenuAliasId", "invalid richMenuAliasId"))
    if name in aliases:
        raise LineError(400, "conflict richmenu alias id")
    if len(aliases) >= MOST:
        raise LineError(400, "Reached the maximum number of rich menu aliases")
    aliases[name] = _target(sim, body.get("richMenuId"))
    return Answer()


def update_alias(sim: Simulation, call: Call) -> Answer:
    name = _alias(sim, call)
    sim.world.menus.aliases[name] = _target(sim, call.body().get("richMenuId"))
    return Answer()


def read_alias(sim: Simulation, call: Call) -> Answer:
    name = _alias(sim, call)
    return Answer({"richMenuAliasId": name, "richMenuId": sim.world.menus.aliases[name]})


def list_aliases(sim: Simulation, call: Call) -> Answer:
    aliases = sim.world.menus.aliases.items()
    return Answer({"aliases": [{"richMenuAliasId": name, "richMenuId": menu} for name, menu in aliases]})


def delete_alias(sim: Simulation, call: Call) -> Answer:
    del sim.world.menus.aliases[_alias(sim, call)]
    return Answer()


def _menu(sim: Simulation, call: Call) -> RichMenu:
    menu = sim.world.menus.menus.get(call.names["richMenuId"])
    if menu is None:
        raise not_found()
    return menu


def _with_image(menu: RichMenu) -> RichMenu:
    if not menu.image:
        raise LineError(400, "must upload richmenu image before applying it to user")
    return menu


def _user(sim: Simulation, call: Call) -> str:
    user = call.names["userId"]
    if user not in sim.world.users:
        raise LineError(400, "The value for the 'userId' parameter is invalid")
    return user


def _alias(sim: Simulation, call: Call) -> str:
    name = call.names["richMenuAliasId"]
    if name not in sim.world.menus.aliases:
        raise LineError(404, "richmenu alias not found")
    return name


def _target(sim: Simulation, menu_id: object) -> str:
    """An alias points to a menu that is there and has its image."""
    if not isinstance(menu_id, str) or not menu_id:
        raise invalid(("richMenuId", "invalid richMenuId"))
    menu = sim.world.menus.menus.get(menu_id)
    if menu is None or not menu.image:
        raise LineError(400, "richmenu not found")
    return menu_id
