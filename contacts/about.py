"""What somebody tells of herself, her gender and her district: kept with her consent alone.

Nothing here comes from a survey's answers. A survey takes it for her answer where she agrees to
that in the survey itself (`surveys.known`), and leaves no trace of that here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, select, update

from contacts.models import Person
from contacts.operations import give_consent
from contacts.values import About, Agreed, Gender, HowKnown

GENDER, DISTRICT = "person.gender", "person.district"
"""The purposes of the consents with which these are kept."""

_TOLD, _WITHDREW = "told", "withdrew"


def about(connection: Connection, person_id: str) -> About:
    """What she has told of herself; nothing of whom nothing is kept."""
    row = connection.execute(
        select(Person.gender, Person.gender_known, Person.district, Person.district_known).where(
            Person.id == person_id
        )
    ).first()
    if row is None:
        return About()
    return About(
        gender=Gender(row.gender) if row.gender else None,
        gender_known=HowKnown(row.gender_known) if row.gender_known else None,
        district=row.district,
        district_known=HowKnown(row.district_known) if row.district_known else None,
    )


def keep_gender(
    connection: Connection,
    person_id: str,
    *,
    gender: Gender,
    known: HowKnown,
    agreed: Agreed,
    now: dt.datetime,
) -> None:
    """Keep her gender as she says it, and with which words she was asked; the newest counts.

    Of who leaves it unsaid nothing is kept but that: there is nothing to consent to.
    """
    _write(connection, person_id, gender=gender.value, gender_known=known.value, gender_at=now)
    if gender is not Gender.UNSAID:
        _consent(connection, person_id, GENDER, agreed, answer=_TOLD, now=now)


def keep_district(
    connection: Connection,
    person_id: str,
    *,
    district: str,
    known: HowKnown,
    agreed: Agreed,
    now: dt.datetime,
) -> None:
    """Keep the slug of her district, one of her programme's; the newest counts."""
    _write(connection, person_id, district=district, district_known=known.value, district_at=now)
    _consent(connection, person_id, DISTRICT, agreed, answer=_TOLD, now=now)


def clear_gender(
    connection: Connection, person_id: str, *, agreed: Agreed, now: dt.datetime
) -> None:
    """She does not want her gender kept any more: it is as if she had not been asked."""
    _write(connection, person_id, gender=None, gender_known=None, gender_at=None)
    _consent(connection, person_id, GENDER, agreed, answer=_WITHDREW, now=now)


def clear_district(
    connection: Connection, person_id: str, *, agreed: Agreed, now: dt.datetime
) -> None:
    """She does not want her district kept any more."""
    _write(connection, person_id, district=None, district_known=None, district_at=None)
    _consent(connection, person_id, DISTRICT, agreed, answer=_WITHDREW, now=now)


def _write(connection: Connection, person_id: str, **told: Any) -> None:
    connection.execute(update(Person).where(Person.id == person_id).values(told))


def _consent(
    connection: Connection,
    person_id: str,
    purpose: str,
    agreed: Agreed,
    *,
    answer: str,
    now: dt.datetime,
) -> None:
    # That she told it, never what: it is kept in one place alone.
    give_consent(
        connection,
        person_id=person_id,
        purpose=purpose,
        programme_version=agreed.programme_version,
        language=agreed.language,
        wording=agreed.wording,
        answer=answer,
        now=now,
    )
