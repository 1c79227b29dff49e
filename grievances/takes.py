"""A recorded answer between the browser and the case: made telephone sound, kept, and named by a
signed token, so that it survives a form that has to be sent again."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from storage.media import Media
from storage.sound import to_telephone

LONGEST = 300
"""Seconds of an answer."""

_KEPT_FOR = 24 * 3600


def keep_take(media: Media, content: bytes) -> str:
    """Keep an upload as 8 kHz mono; return its media key. storage.sound.SoundError says why not."""
    return media.put(to_telephone(content, limit=LONGEST))


class Tokens:
    """Names a take for one case and one account, for a day."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="grievances.take")

    def issue(self, media: str, *, case_id: str, account_id: str) -> str:
        return self._serializer.dumps([media, case_id, account_id])

    def media(self, token: str, *, case_id: str, account_id: str) -> str | None:
        """The media key, or None for a token that is forged, old, or somebody else's."""
        try:
            media, case, account = self._serializer.loads(token, max_age=_KEPT_FOR)
        except (BadSignature, ValueError, TypeError):
            return None
        return str(media) if (case, account) == (case_id, account_id) else None
