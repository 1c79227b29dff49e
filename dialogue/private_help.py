"""What the sealed track keeps of a conversation: each answer sealed in the turn that heard it.

The report's name goes from turn to turn under the vault, and is erased with them when it ends.
"""

from __future__ import annotations

import datetime as dt

from contacts.numbers import dialled
from dialogue.context import Context
from dialogue.effects import SealHour, SealNumber, SealWords
from dialogue.hearing import WISH_KEYS, Wish
from dialogue.words import Result, Words
from safeguarding import operations, queries
from safeguarding.values import LONGEST_WORDS, Consent, Facts, Hour

_NAME = "safeguarding.report"
"""The vault's purpose of a report's name between two turns."""

ASKED = "private.may_call"
"""The words that she agrees to."""


def find_designated(c: Context) -> Result:
    return {"is": "open" if queries.is_open(c.connection, c.programme.slug) else "closed"}


def seal_number(effect: SealNumber, c: Context) -> Result:
    """Where she may be called, and that she agreed to it: with this a report begins."""
    number = c.number
    if effect.digits is not None:
        number = dialled(effect.digits, c.programme.calendar.country)
    if number is None:
        return {"is": "mistyped", "report": None}
    tag = c.conversation.language
    consent = Consent(
        version=c.programme.hash,
        language=tag,
        wording=c.wordings.content_hash(ASKED, tag),
        answer="yes",
        at=to_the_minute(c.now),
    )
    facts = Facts(consent=consent, number=number)
    report = operations.seal_report(c.connection, c.programme.slug, facts, now=c.now)
    return {"is": "kept", "report": c.services.vault.seal_text(_NAME, report).hex()}


def seal_hour(effect: SealHour, c: Context) -> Result:
    operations.add(c.connection, _named(effect.report, c), Facts(hour=Hour(effect.hour)))
    return {"is": "kept"}


def seal_words(effect: SealWords, c: Context) -> Result:
    """What she says, or nothing of it where she ended it by the key of the quick exit."""
    if not isinstance(effect.words, Words):
        raise TypeError("words that were sealed before cannot be sealed again")
    words, report = effect.words, _named(effect.report, c)
    is_taken_back = WISH_KEYS.get(words.ended_by or "") is Wish.QUICK_EXIT
    if words.recording is not None:
        operations.expect_recording(
            c.connection,
            c.services.vault,
            None if is_taken_back else report,
            words.recording,
            now=c.now,
        )
    elif words.text:
        operations.add(c.connection, report, Facts(words=words.text[:LONGEST_WORDS]))
    return {"is": "taken_back" if is_taken_back else "kept"}


def to_the_minute(now: dt.datetime) -> str:
    """A moment as it is sealed."""
    return now.astimezone(dt.UTC).isoformat(timespec="minutes")


def _named(sealed: str, c: Context) -> str:
    return c.services.vault.open_text(_NAME, bytes.fromhex(sealed))
