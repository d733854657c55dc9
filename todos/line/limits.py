"""What LINE takes at most, counted the way LINE counts.

https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

#: Messages in one reply.
MESSAGES = 5
#: UTF-16 code units in one text message.
TEXT = 5000
#: UTF-16 code units in the text that stands for a Flex message in notifications.
ALT_TEXT = 1500
#: Bytes of JSON in a Flex bubble and in a carousel, and bubbles in a carousel.
BUBBLE, CAROUSEL, BUBBLES = 30_000, 50_000, 12
#: Grapheme clusters in the label of a quick reply.
QUICK_REPLY_LABEL = 20


def utf16(text: str) -> int:
    """Length in UTF-16 code units: most emoji are 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
