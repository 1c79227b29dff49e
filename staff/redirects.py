"""Where a browser may be sent on: only to ourselves."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect


def safe_path(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None. Browsers read `\\` as `/` and drop control
    characters, so `/\\host` and `/<tab>/host` would lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(ord(character) < 0x21 or ord(character) == 0x7F for character in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else target


def shown_at(path: str, addresses: MapAdapter) -> str | None:
    """`path`, or the nearest above it that a browser may ask for: what a form was sent to may be
    no page of its own."""
    parts = urlsplit(path)
    place = parts.path
    while place:
        try:
            addresses.match(place, method="GET")
        except RequestRedirect:
            return place
        except HTTPException:
            place = place.rstrip("/").rpartition("/")[0]
        else:
            return path if place == parts.path else place
    return None
