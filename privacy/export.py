"""What is kept of somebody, whole, as JSON and as a PDF to hand over; no number is in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from contacts.about import about
from contacts.models import Consent
from contacts.queries import person
from grievances import queries
from grievances.indicators.export import Printed
from grievances.interpreting.queries import spanish_of
from grievances.values import CaseFile
from outreach.models import NewsWish
from storage.vault import Vault


def kept(
    connection: Connection, vault: Vault, case_ids: Sequence[str], *, programme: str
) -> dict[str, Any]:
    """Everything that is hers: what she told, her cases with their words, what she agreed to."""
    files = [
        queries.case_file(connection, vault, each, programme=programme, visible=None)
        for each in case_ids
    ]
    found = [each for each in files if each is not None]
    person_id = next((each.person_id for each in found if each.person_id), None)
    return {
        "person": _person(connection, person_id) if person_id else None,
        "cases": [_case(connection, vault, each) for each in found],
    }


def as_json(content: dict[str, Any]) -> bytes:
    """UTF-8, for another program to read (portability)."""
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def as_pdf(content: dict[str, Any], *, title: str, language: str) -> bytes:
    """The same to print, in the words of the page's language."""
    told = content["person"]
    tables = []
    if told:
        rows = [(name, str(value)) for name, value in told["told"].items() if value]
        rows += [(each["purpose"], f"{each['answer']}, {each['at']}") for each in told["consents"]]
        tables.append((_("What you told and agreed to"), rows or [(_("Nothing"), "")]))
    for case in content["cases"]:
        rows = [(_("Opened"), case["opened_at"]), (_("State"), case["state"])]
        rows += [(_("You said"), _spoken(each)) for each in case["said"]]
        rows += [(_("Answered"), _spoken(each)) for each in case["answers"]]
        rows += [(each["at"], each["told"] or each["what"]) for each in case["history"]]
        tables.append((f"{_('Case')} {case['code']}", rows))
    printed = Printed(
        title=title,
        subtitle=_("Recordings can be heard at the office."),
        language=language,
        figures=(),
        tables=tables,
        definitions=(),
    )
    return printed.pdf()


def _spoken(each: dict[str, Any]) -> str:
    words = [each["text"], each.get("spanish"), _("(recording)") if each["recorded"] else None]
    return f"{each['at']}: " + " ".join(filter(None, words))


def _person(connection: Connection, person_id: str) -> dict[str, Any]:
    told = about(connection, person_id)
    consents = connection.execute(
        select(Consent.purpose, Consent.answer, Consent.given_at, Consent.language)
        .where(Consent.person_id == person_id)
        .order_by(Consent.given_at)
    )
    wish = connection.execute(
        select(NewsWish.agreed, NewsWish.channel, NewsWish.slot).where(
            NewsWish.person_id == person_id
        )
    ).first()
    return {
        "told": {
            "language": person(connection, person_id).language,
            "gender": told.gender,
            "district": told.district,
        },
        "consents": [
            {
                "purpose": row.purpose,
                "answer": row.answer,
                "language": row.language,
                "at": row.given_at.isoformat(),
            }
            for row in consents
        ],
        "news": dict(wish._mapping) if wish else None,
    }


def _case(connection: Connection, vault: Vault, found: CaseFile) -> dict[str, Any]:
    spanish = spanish_of(connection, vault, [each.id for each in found.statements])
    return {
        "code": found.code,
        "kind": found.kind,
        "topic": found.topic,
        "language": found.language,
        "channel": found.channel,
        "state": found.state.value,
        "opened_at": found.opened_at.isoformat(),
        "category": found.settled.category,
        "severity": found.settled.severity,
        "district": found.settled.district,
        "remedy": found.settled.remedy,
        "confidentiality": found.settled.confidentiality,
        "said": [
            {
                "at": each.said_at.isoformat(),
                "text": each.text,
                "spanish": spanish.get(each.id),
                "recorded": each.media is not None,
                "pictures_and_sounds": len(each.enclosed.files) if each.enclosed else 0,
            }
            for each in found.statements
        ],
        "answers": [
            {
                "at": each.sent_at.isoformat(),
                "text": each.text,
                "recorded": each.media is not None,
                "heard_at": each.heard_at.isoformat() if each.heard_at else None,
            }
            for each in found.replies
        ],
        # What staff noted for themselves may name others: it is no part of this.
        "history": [
            {"at": each.at.isoformat(), "what": each.kind, "told": each.public_note}
            for each in queries.history_of(connection, vault, found.id)
        ],
    }
