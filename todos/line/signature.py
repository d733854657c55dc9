"""Is this body from LINE? https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/"""

from collections.abc import Iterable

from linebot.v3.webhook import SignatureValidator


def is_signed(body: str, signature: str, channel_secrets: Iterable[str]) -> bool:
    """Whether any of the channel's secrets made the signature. (Two are valid while one is replaced.)"""
    return any(SignatureValidator(secret).validate(body, signature) for secret in channel_secrets)
