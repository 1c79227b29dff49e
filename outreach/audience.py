"""Who may be contacted at all, and how: the people that news or a survey is for.

Nothing here knows a number, and nothing looks at survey answers: there is no way from them to a
person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from contacts.models import Line, Person
from outreach.models import NewsWish

UNKNOWN = ""
"""In a filter: whoever of whom it is not known."""

WISH: Any = NewsWish.__table__

TEXTS_ARRIVE = and_(Line.no_texts_since.is_(None), Line.texts_declined_at.is_(None))


def people(
    programme: str,
    *,
    channel: ColumnElement[Any],
    languages: Sequence[str],
    before: dt.datetime,
    in_languages: Sequence[str] = (),
    genders: Sequence[str] = (),
    districts: Sequence[str] = (),
) -> Any:
    """A SELECT of line, person, language and channel, with what she wishes (`WISH`) joined.

    Never who has opted out, whose number is dead, or who came after `before`. An empty filter asks
    for nothing. Whether she agreed is for the caller to ask.
    """
    language = language_of(languages)
    wish = and_(WISH.c.person_id == Person.id, WISH.c.programme == programme)
    conditions = [
        Line.opted_out_at.is_(None),
        Line.bad_since.is_(None),
        Person.created_at <= before,
        channel != "",
    ]
    if in_languages:
        conditions.append(language.in_(in_languages))
    if genders:
        conditions.append(func.coalesce(Person.gender, UNKNOWN).in_(genders))
    if districts:
        conditions.append(func.coalesce(Person.district, UNKNOWN).in_(districts))
    return (
        select(
            Person.line_id,
            Person.id.label("person_id"),
            language.label("language"),
            channel.label("channel"),
        )
        .join(Line, Line.id == Person.line_id)
        .outerjoin(WISH, wish)
        .where(*conditions)
    )


def language_of(languages: Sequence[str]) -> ColumnElement[Any]:
    """Her language, or the programme's first where it is not one of the programme's."""
    return case((Person.language.in_(languages), Person.language), else_=languages[0])
