"""Recording codes: what lets a speaker record a language's prompts by telephone, over some days.

A code is eight digits that find it and four that prove it: five wrong proofs lock it for an hour,
as any PIN. Its eight digits are never those of a case. Neither part is kept, only keyed hashes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update
from stdnum import damm

from contacts.pins import try_pin
from contacts.values import Pin
from library.models import PromptTake, RecordingCode
from library.values import Speaker
from storage.ids import new_id
from storage.vault import Vault

LENGTH, PROOF = 8, 4
"""Digits that find a code, and that prove it."""

LONGEST_DAYS = 90

_ASIDE = 5
"""By how much the check digit differs from the one that a case's code has."""

_CODES: Any = RecordingCode.__table__
_TAKES: Any = PromptTake.__table__


@dataclass(frozen=True, slots=True)
class Given:
    """A code as it is told once: to whoever made it, for the speaker."""

    id: str
    digits: str
    """All twelve."""

    @property
    def grouped(self) -> str:
        return " ".join(self.digits[at : at + 4] for at in range(0, len(self.digits), 4))


@dataclass(frozen=True, slots=True)
class Permit:
    """What an open code allows: whose voice records which language of which programme."""

    id: str
    programme: str
    language: str
    speaker: Speaker
    account_id: str


@dataclass(frozen=True, slots=True)
class CodeView:
    """An open code as its page shows it."""

    id: str
    language: str
    speaker: str
    consented_on: dt.date
    expires_at: dt.datetime
    last_call_at: dt.datetime | None
    kept: int
    """Takes that the speaker kept with it."""


def draw(randbelow: Callable[[int], int]) -> str:
    """Twelve digits, from a source of randomness such as `secrets.randbelow`."""
    found = f"{randbelow(10 ** (LENGTH - 1)):0{LENGTH - 1}}"
    check = (int(damm.calc_check_digit(found)) + _ASIDE) % 10
    return f"{found}{check}{randbelow(10**PROOF):0{PROOF}}"


def is_valid(digits: str) -> bool:
    """Whether eight digits may be those of a recording code; no case's code is."""
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()):
        return False
    return (int(damm.calc_check_digit(digits[:-1])) + _ASIDE) % 10 == int(digits[-1])


def give(
    connection: Connection,
    *,
    vault: Vault,
    programme: str,
    language: str,
    speaker: Speaker,
    account_id: str,
    now: dt.datetime,
    lasts: dt.timedelta,
    draw: Callable[[], str],
) -> Given:
    """Make a code and keep its hashes; its digits are known to nobody afterwards."""
    digits, code_id = draw(), new_id()
    connection.execute(
        insert(_CODES).values(
            id=code_id,
            programme=programme,
            language=language,
            speaker=speaker.name,
            consented_on=speaker.consented_on,
            code_hash=_hash(vault, digits[:LENGTH]),
            pin_hash=_proof_hash(vault, code_id, digits[LENGTH:]),
            pin_failures=0,
            account_id=account_id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return Given(code_id, digits)


def revoke(connection: Connection, *, programme: str, code_id: str, now: dt.datetime) -> bool:
    """End a code of this programme at once; False where there is none that is open."""
    ended = connection.execute(
        update(_CODES)
        .where(_CODES.c.id == code_id, _CODES.c.programme == programme, *_open(now))
        .values(revoked_at=now)
        .returning(_CODES.c.id)
    )
    return ended.first() is not None


def find(
    connection: Connection, *, vault: Vault, programme: str, digits: str, now: dt.datetime
) -> str | None:
    """The open code that these eight digits find in a programme; nothing is proved by that."""
    if not is_valid(digits):
        return None
    return connection.execute(
        select(_CODES.c.id).where(
            _CODES.c.code_hash == _hash(vault, digits), _CODES.c.programme == programme, *_open(now)
        )
    ).scalar()


def prove(
    connection: Connection, *, vault: Vault, code_id: str, proof: str, now: dt.datetime
) -> Pin:
    """Try the last four digits: `ok`, `wrong` or `locked`. A call that comes in is noted."""
    tried = _proof_hash(vault, code_id, proof)
    found = try_pin(connection, _CODES, code_id, tried=tried, now=now)
    if found is Pin.OK:
        connection.execute(update(_CODES).where(_CODES.c.id == code_id).values(last_call_at=now))
    return found


def permit(connection: Connection, code_id: str, *, now: dt.datetime) -> Permit | None:
    """What the code allows now; None once it has expired or was revoked."""
    row = connection.execute(select(_CODES).where(_CODES.c.id == code_id, *_open(now))).first()
    if row is None:
        return None
    speaker = Speaker(row.speaker, row.consented_on)
    return Permit(row.id, row.programme, row.language, speaker, row.account_id)


def is_any_open(connection: Connection, programme: str, *, now: dt.datetime) -> bool:
    """Whether somebody may record this programme by telephone now."""
    found = select(_CODES.c.id).where(_CODES.c.programme == programme, *_open(now)).limit(1)
    return connection.execute(found).first() is not None


def open_codes(connection: Connection, programme: str, *, now: dt.datetime) -> list[CodeView]:
    """The codes of a programme that can be used, the newest first."""
    kept = func.coalesce(func.sum(case((_TAKES.c.state == "kept", 1), else_=0)), 0)
    shown = (
        _CODES.c.id,
        _CODES.c.language,
        _CODES.c.speaker,
        _CODES.c.consented_on,
        _CODES.c.expires_at,
        _CODES.c.last_call_at,
    )
    rows = connection.execute(
        select(*shown, kept)
        .outerjoin(_TAKES, _TAKES.c.code_id == _CODES.c.id)
        .where(_CODES.c.programme == programme, *_open(now))
        .group_by(*shown, _CODES.c.created_at)
        .order_by(_CODES.c.created_at.desc())
    )
    return [CodeView(*row) for row in rows]


def _open(now: dt.datetime) -> tuple[Any, ...]:
    return _CODES.c.revoked_at.is_(None), _CODES.c.expires_at > now


def _hash(vault: Vault, digits: str) -> str:
    return vault.tag("recording_code", digits)


def _proof_hash(vault: Vault, code_id: str, proof: str) -> str:
    return vault.tag("recording_code.proof", f"{code_id}:{proof}")
