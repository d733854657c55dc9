"""Messages, actions and Flex containers that LINE accepts, for tests to spoil."""

from typing import Any

from simulator.rules import messages
from simulator.rules.check import Report

JSON = dict[str, Any]
FAMILY = "👨\u200d👩\u200d👧\u200d👦"  # one grapheme cluster, eleven UTF-16 units
QUICK = "quickReply.items[0].action"
IN_BODY = "contents.body.contents[0]"
IMAGE = "https://example.com/a.png"


def wrong(*sent: Any) -> list[tuple[str, str]]:
    """What the rules say against a request's messages: (place, what)."""
    report = Report()
    messages.check(list(sent), report)
    return report.details


def places(*sent: Any) -> list[str]:
    return [place for place, _ in wrong(*sent)]


def postback(label: str = "Done", data: str = "done=1", **more: Any) -> JSON:
    return {"type": "postback", "label": label, "data": data, **more}


def quick(*actions: JSON) -> JSON:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": "?", "quickReply": {"items": items}}


def flex(contents: JSON, alt: str = "list") -> JSON:
    return {"type": "flex", "altText": alt, "contents": contents}


def box(*contents: JSON, **more: Any) -> JSON:
    return {"type": "box", "layout": "vertical", "contents": list(contents), **more}


def bubble(*contents: JSON, **more: Any) -> JSON:
    return {"type": "bubble", "body": box(*contents), **more}


def body(*contents: JSON) -> JSON:
    """A Flex message with these in its body."""
    return flex(bubble(*contents))


def words(text: str = "milk", **more: Any) -> JSON:
    return {"type": "text", "text": text, **more}


def template(kind: str, **more: Any) -> JSON:
    return {"type": "template", "altText": "choose", "template": {"type": kind, **more}}


def buttons(**more: Any) -> JSON:
    return template("buttons", **{"text": "choose", "actions": [postback()], **more})


def confirm(**more: Any) -> JSON:
    return template("confirm", **{"text": "sure?", "actions": [postback("yes"), postback("no")], **more})


def pictures(*actions: JSON) -> JSON:
    return template("image_carousel", columns=[{"imageUrl": IMAGE, "action": action} for action in actions])


def carousel(*bubbles: JSON) -> JSON:
    return flex({"type": "carousel", "contents": list(bubbles)})


def picker(mode: str, **more: Any) -> JSON:
    """A quick reply that asks for a date or time."""
    return quick({"type": "datetimepicker", "label": "x", "data": "d", "mode": mode, **more})


def columns(*made: JSON) -> JSON:
    return template("carousel", columns=list(made))


def column(**more: Any) -> JSON:
    return {"text": "choose", "actions": [postback()], **more}


def rich_menu(**more: Any) -> JSON:
    area = {"bounds": {"x": 0, "y": 0, "width": 1200, "height": 810}, "action": postback()}
    size = {"width": 1200, "height": 810}
    return {"size": size, "selected": True, "name": "m", "chatBarText": "Menu", "areas": [area], **more}


EVERYBODY = {"type": "mention", "mentionee": {"type": "all"}}
GOOD: dict[str, JSON] = {
    "text": {
        "type": "text",
        "text": "$ milk",
        "emojis": [{"index": 0, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}],
        "sender": {"name": "Cook", "iconUrl": IMAGE},
    },
    "textV2": {
        "type": "textV2",
        "text": "{who} {{milk}} {e}",
        "substitution": {
            "who": EVERYBODY,
            "e": {"type": "emoji", "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"},
        },
    },
    "sticker": {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    "image": {"type": "image", "originalContentUrl": IMAGE, "previewImageUrl": IMAGE},
    "video": {
        "type": "video",
        "originalContentUrl": "https://example.com/a.mp4",
        "previewImageUrl": IMAGE,
        "trackingId": "t1",
    },
    "audio": {"type": "audio", "originalContentUrl": "https://example.com/a.m4a", "duration": 60000},
    "location": {"type": "location", "title": "Shop", "address": "Tokyo", "latitude": 35.6, "longitude": 139},
    "imagemap": {
        "type": "imagemap",
        "baseUrl": "https://example.com/map",
        "altText": "map",
        "baseSize": {"width": 1040, "height": 1040},
        "actions": [
            {
                "type": "uri",
                "linkUri": "https://example.com/",
                "area": {"x": 0, "y": 0, "width": 520, "height": 1040},
            }
        ],
    },
    "buttons": buttons(title="t", thumbnailImageUrl=IMAGE, defaultAction={"type": "uri", "uri": IMAGE}),
    "confirm": confirm(),
    "carousel": columns(column(), column(title="t")),
    "image carousel": pictures(postback("x")),
    "quick replies of every kind": quick(
        postback(displayText="done", inputOption="openKeyboard", fillInText="a\nb"),
        {"type": "message", "label": "list", "text": "list"},
        {"type": "uri", "label": "call", "uri": "tel:+8190", "altUri": {"desktop": "https://example.com/"}},
        {
            "type": "datetimepicker",
            "label": "when",
            "data": "d",
            "mode": "datetime",
            "min": "2026-01-01T00:00",
        },
        {"type": "camera", "label": "camera"},
        {"type": "cameraRoll", "label": "roll"},
        {"type": "location", "label": "where"},
        {"type": "clipboard", "label": "copy", "clipboardText": "milk"},
    ),
    "flex bubble of every component": flex(
        {
            "type": "bubble",
            "size": "giga",
            "direction": "ltr",
            "styles": {"body": {"backgroundColor": "#FFFFFF", "separator": True}},
            "header": box(words(weight="bold", size="xl", color="#11223344", wrap=True, maxLines=2)),
            "hero": {
                "type": "image",
                "url": IMAGE,
                "size": "full",
                "aspectRatio": "20:13",
                "aspectMode": "cover",
            },
            "body": box(
                {"type": "text", "contents": [{"type": "span", "text": "x", "decoration": "underline"}]},
                {"type": "separator", "margin": "md"},
                box({"type": "icon", "url": IMAGE, "size": "sm"}, words("4.0"), layout="baseline"),
                {"type": "filler"},
                spacing="md",
                paddingAll="12px",
                cornerRadius="8px",
                width="50%",
                justifyContent="space-between",
                background={
                    "type": "linearGradient",
                    "angle": "0deg",
                    "startColor": "#000000",
                    "endColor": "#ffffff",
                },
            ),
            "footer": box(
                {"type": "button", "style": "primary", "height": "sm", "action": postback("x" * 40)}
            ),
        }
    ),
    "flex bubble with a video": flex(
        {
            "type": "bubble",
            "hero": {
                "type": "video",
                "url": IMAGE,
                "previewUrl": IMAGE,
                "altContent": {"type": "image", "url": IMAGE},
            },
        }
    ),
    "flex carousel": carousel(*[bubble(words())] * 12),
}
