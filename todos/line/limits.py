"""What LINE takes at most, counted the way LINE counts.

https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

#: Messages in one reply.
MESSAGES = 5
#: UTF-16 code units in one text message.
TEXT = 5000
#: Grapheme clusters in the label of a quick reply.
QUICK_REPLY_LABEL = 20


def utf16(text: str) -> int:
    """Length in UTF-16 code units: most emoji are 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
