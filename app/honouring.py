"""Keeping what was promised while there was no database: texts are run, calls are called back."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from app.house import House
from dialogue.scene import Event
from sms import fallback as texts
from storage.spool import Spooled
from telephony.values import ReceivedText
from voice import fallback as calls
from voice import hear

log = logging.getLogger(__name__)


def honour(house: House) -> int:
    """Honour every promise that is due; return how many. What cannot be honoured now, because
    nobody answers that number yet or the database is away again, waits and is tried again."""
    now, count = house.services.clock(), 0
    for spooled in house.spool.due(now=now):
        try:
            is_kept = _kept(house, spooled)
        except SQLAlchemyError:
            log.warning("promise_waits_for_the_database", extra={"kind": spooled.kind})
            is_kept = False
        except Exception:
            # One that fails stops no other.
            log.exception("promise_failed", extra={"kind": spooled.kind})
            is_kept = False
        if is_kept:
            house.spool.discard(spooled)
            count += 1
        else:
            house.spool.put_off(spooled, now=now)
    return count


def _kept(house: House, spooled: Spooled) -> bool:
    if spooled.kind == calls.CALL:
        return _call_back(house, hear.event(spooled.form, n=0))
    form = spooled.form
    text = ReceivedText(
        form.get("MessageSid") or form.get("SmsSid") or "",
        form.get("From", ""),
        form.get("To", ""),
        form.get("Body", ""),
        spooled.at,
        _media(form),
    )
    return spooled.kind == texts.TEXT and (house.receive(text) or house.has_received(text))


def _media(form: Mapping[str, str]) -> tuple[str, ...]:
    count = form.get("NumMedia", "")
    places = range(int(count) if count.isascii() and count.isdecimal() and len(count) < 4 else 0)
    return tuple(form.get(f"MediaContentType{place}", "") for place in places)


def _call_back(house: House, event: Event) -> bool:
    """Once, however often it is tried: of two wishes within ten minutes one is enough."""
    return house.runner.calling_back.call_back(event) is not None
