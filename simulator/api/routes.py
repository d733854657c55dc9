"""Which path of LINE's API is which endpoint."""

from aiohttp import web

from simulator.api import menus, messages, people, webhook
from simulator.api.gate import Endpoint, endpoint

ROUTES: list[tuple[str, str, Endpoint]] = [
    ("POST", "message/reply", messages.reply),
    ("POST", "message/push", messages.push),
    ("POST", "message/multicast", messages.multicast),
    ("POST", "message/validate/reply", messages.validate),
    ("POST", "message/validate/push", messages.validate),
    ("POST", "message/validate/multicast", messages.validate),
    ("GET", "message/quota", messages.quota),
    ("GET", "message/quota/consumption", messages.consumption),
    ("GET", "info", people.bot),
    ("GET", "profile/{userId}", people.profile),
    ("GET", "group/{groupId}/summary", people.summary),
    ("GET", "group/{groupId}/members/count", people.count),
    ("GET", "group/{groupId}/member/{userId}", people.member),
    ("POST", "group/{groupId}/leave", people.leave),
    ("GET", "room/{roomId}/members/count", people.count),
    ("GET", "room/{roomId}/member/{userId}", people.member),
    ("POST", "room/{roomId}/leave", people.leave),
    ("GET", "group/{groupId}/members/ids", people.not_available),
    ("GET", "room/{roomId}/members/ids", people.not_available),
    ("GET", "followers/ids", people.not_available),
    ("POST", "chat/loading/start", people.loading),
    ("POST", "chat/markAsRead", people.mark_as_read),
    ("GET", "channel/webhook/endpoint", webhook.read),
    ("PUT", "channel/webhook/endpoint", webhook.write),
    ("POST", "channel/webhook/test", webhook.test),
    ("POST", "richmenu", menus.create),
    ("POST", "richmenu/validate", menus.validate),
    ("GET", "richmenu/list", menus.listed),
    ("POST", "richmenu/alias", menus.create_alias),
    ("GET", "richmenu/alias/list", menus.list_aliases),
    ("GET", "richmenu/alias/{richMenuAliasId}", menus.read_alias),
    ("POST", "richmenu/alias/{richMenuAliasId}", menus.update_alias),
    ("DELETE", "richmenu/alias/{richMenuAliasId}", menus.delete_alias),
    ("GET", "richmenu/{richMenuId}", menus.read),
    ("DELETE", "richmenu/{richMenuId}", menus.delete),
    ("POST", "richmenu/{richMenuId}/content", menus.upload),
    ("GET", "richmenu/{richMenuId}/content", menus.download),
    ("GET", "user/all/richmenu", menus.read_default),
    ("DELETE", "user/all/richmenu", menus.cancel_default),
    ("POST", "user/all/richmenu/{richMenuId}", menus.set_default),
    ("GET", "user/{userId}/richmenu", menus.read_linked),
    ("DELETE", "user/{userId}/richmenu", menus.unlink),
    ("POST", "user/{userId}/richmenu/{richMenuId}", menus.link),
]


def add(app: web.Application) -> None:
    for method, path, do in ROUTES:
        app.router.add_route(method, f"/v2/bot/{path}", endpoint(do))
