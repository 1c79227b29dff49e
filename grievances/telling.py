"""What staff write for them beside a step, such as what is asked or why it is put off: it goes to
them as an answer does, wherever it can be told."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _
from sqlalchemy import Connection

from contacts.queries import line_of_person
from grievances import labels
from grievances.desk import Desk, asks_of, notice_of, our_numbers
from grievances.replies import newest, send_reply
from grievances.values import AnswerBy, CaseFile, Route
from locales.gsm import compose
from locales.spelling import straightened
from staff.web import services
from storage.queues import Work


def travels_as_text(found: CaseFile) -> bool:
    """Whether an answer is read by who wrote to us, and not heard."""
    return found.channel == "sms" and found.answer_by is AnswerBy.SMS


def must_record(found: CaseFile, *, declines_texts: bool) -> bool:
    """Whether a written answer could never be told: it would have to be read aloud in a language
    that no voice speaks."""
    reads_texts = travels_as_text(found) and not declines_texts
    return not reads_texts and not labels.is_spoken(found.language)


def tell(
    connection: Connection, desk: Desk, found: CaseFile, words: str, *, proposes: bool = False
) -> Route | None:
    """Send what was written for them, in the transaction of the step that it belongs to; None where
    it cannot be told, which leaves it in the history alone."""
    line = line_of_person(connection, found.person_id) if found.person_id else None
    text = straightened(found.language, words)
    is_spoken = labels.is_spoken(found.language)
    if must_record(found, declines_texts=line is not None and line.declines_texts):
        return None
    if not is_spoken and compose(text).is_too_long:
        return None
    numbers = our_numbers(connection, desk.programme)
    return send_reply(
        connection,
        vault=services().vault,
        case_id=found.id,
        author_id=desk.account.id,
        text=text,
        media=None,
        after=newest(connection, found.id),
        programme_number=numbers.calls or numbers.texts,
        writes_from=numbers.texts,
        notice=notice_of(desk.programme),
        asks=asks_of(desk.programme) if proposes else None,
        now=services().clock(),
    ).route


def say_told(found: CaseFile, route: Route | None) -> None:
    """Once that is committed: have it go out, and tell who wrote it how it goes, or that it does
    not."""
    if route is None:
        flash(
            _(
                "They do not hear what you wrote: no voice speaks %(language)s. Record it for them "
                "as an answer.",
                language=labels.language_label(found.language),
            ),
            "warning",
        )
        return
    services().bell.ring(Work.OUTBOX)
    flash(labels.route_label(route), "success")
