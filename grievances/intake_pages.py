"""The form for those who come to the office, or tell an operator: a case, its code and its PIN."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contacts.numbers import dialled
from contacts.values import EXAMPLE_PIN, Agreed
from grievances import codes, labels, step_labels
from grievances.desk import Desk, desk_of, wordings_of
from grievances.intake import CHANNELS, NOTICE, TakenIn, Told, take_in
from grievances.lifecycle import actor_of
from grievances.values import AnswerBy, CaseKind, Relation, ReprisalRisk
from programmes.directory import Place, against_reprisals
from staff import operations as staff_operations
from staff.values import Role
from staff.web import current_account, services
from storage.ids import new_id

intake = Blueprint("intake", __name__, url_prefix="/staff/intake", template_folder="templates")
ROLES = frozenset({Role.OPERATOR, Role.CASE_MANAGER, Role.SUPERVISOR})

LONGEST = 5000
"""Characters of what they told."""
LONGEST_REMEDY = 1000
_ANSWERS = (AnswerBy.CALL, AnswerBy.SMS, AnswerBy.SHE_CALLS)


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it was sent, to be given back with what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@intake.get("/")
def index() -> ResponseReturnValue:
    with services().database.reading() as connection:
        desk = desk_of(connection, current_account())
    return _page(desk, Form())


@intake.post("/")
def take() -> ResponseReturnValue:
    """Open the case, and show its code and PIN: on this page and never again."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
    form, told, pin = _read(desk)
    if told is None:
        return _page(desk, form), 422
    wording = wordings_of(desk.programme).content_hash(NOTICE, told.language)
    with ours.database.writing() as connection:
        taken = take_in(
            connection,
            told,
            vault=ours.vault,
            statement_id=_statement_id(),
            programme=desk.programme.slug,
            queue_of=desk.programme.queue_for,
            actor=actor_of(account),
            agreed=Agreed(desk.programme.hash, told.language, wording),
            pin=pin,
            now=ours.clock(),
            draw=lambda: codes.draw(secrets.randbelow),
        )
        if taken.is_new:
            staff_operations.note(
                connection,
                account_id=account.id,
                action="case_taken_in",
                subject=f"case:{taken.case_id}",
                now=ours.clock(),
            )
    return _done(desk, taken, told, pin)


def _statement_id() -> str:
    """The same for the same form of the same account, so that a form sent twice is one case; from
    nothing else can it be made, so that no form names somebody else's statement."""
    form = f"{current_account().id}:{request.form.get('form', '')}"
    return services().vault.tag("intake.form", form)[:32]


def _read(desk: Desk) -> tuple[Form, Told | None, str]:
    """What the form says; without Told where something is wrong with it."""
    programme = desk.programme
    values = {name: each.replace("\0", "").strip() for name, each in request.form.items()}
    problems: dict[str, str] = {}

    def chosen(name: str, among: object) -> str:
        value = values.get(name, "")
        if value not in tuple(among):  # type: ignore[arg-type]  # any of the lists below
            problems[name] = _("Choose one of the list.")
        return value

    channel = chosen("channel", CHANNELS)
    kind = chosen("kind", CaseKind)
    topic = chosen("topic", ("", *(each.option for each in programme.topics)))
    language = chosen("language", programme.languages)
    district = chosen("district", ("", *(each.slug for each in programme.districts)))
    relation = chosen("relation", ("", *Relation))
    risk = chosen("risk", ReprisalRisk) if values.get("risk") else ReprisalRisk.NONE
    words = values.get("words", "").replace("\r\n", "\n")
    remedy = values.get("remedy", "").replace("\r\n", "\n")
    if not words:
        problems["words"] = _("Write down what they tell.")
    elif len(words) > LONGEST or len(remedy) > LONGEST_REMEDY:
        problems["words"] = _("That is too long: write it shorter.")
    number, answer_by = _reached(desk, values, problems)
    pin = values.get("pin", "") or _new_pin()
    if not re.fullmatch("[0-9]{4}", pin) or pin == EXAMPLE_PIN:
        problems["pin"] = _("A PIN has four digits, and is none that everybody knows.")
    values.pop("pin", None)
    form = Form(values, problems)
    if problems:
        return form, None, pin
    told = Told(
        channel=channel,
        kind=CaseKind(kind),
        topic=topic or None,
        language=language,
        words=words,
        remedy=remedy or None,
        district=district or None,
        relation=Relation(relation) if relation else None,
        number=number,
        answer_by=answer_by,
        risk=ReprisalRisk(risk),
    )
    return form, told, pin


def _reached(
    desk: Desk, values: dict[str, str], problems: dict[str, str]
) -> tuple[str | None, AnswerBy]:
    """The number to reach them at, and how: nothing of it where they want to be nobody."""
    raw = values.get("number", "")
    if values.get("whose") != "confidential":
        if values.get("whose") != "anonymous":
            problems["whose"] = _("Ask them whether their number may be kept.")
        elif raw:
            problems["number"] = _("Who wants to be nobody leaves no number.")
        return None, AnswerBy.SHE_CALLS
    if not values.get("agreed"):
        problems["agreed"] = _("Read the words out first, and mark that they agreed.")
    number = dialled(raw, desk.programme.calendar.country) if raw else None
    if number is None:
        problems["number"] = _(
            "This is no phone number. Write it as you would dial it, or with + and the country."
        )
    answer_by = values.get("answer_by", "")
    if answer_by not in _ANSWERS:
        problems["answer_by"] = _("Choose one of the list.")
        return number, AnswerBy.SHE_CALLS
    return number, AnswerBy(answer_by)


def _new_pin() -> str:
    while (pin := f"{secrets.randbelow(10_000):04}") == EXAMPLE_PIN:
        pass
    return pin


def _page(desk: Desk, form: Form) -> str:
    tag = form.values.get("language", "")
    spoken = tag if tag in desk.programme.languages else desk.programme.languages[0]
    return render_template(
        "grievances/intake.html",
        desk=desk,
        form=form.values,
        problems=form.problems,
        token=form.values.get("form") or new_id(),
        notice=wordings_of(desk.programme).find(NOTICE, spoken).wording.text,
        notice_language=spoken,
        channels=CHANNELS,
        kinds=tuple(CaseKind),
        relations=tuple(Relation),
        risks=tuple(ReprisalRisk),
        answers=_ANSWERS,
        labels=labels,
        steps_labels=step_labels,
        longest=LONGEST,
        longest_remedy=LONGEST_REMEDY,
    )


def _done(desk: Desk, taken: TakenIn, told: Told, pin: str) -> str:
    return render_template(
        "grievances/intake_done.html",
        desk=desk,
        taken=taken,
        told=told,
        pin=pin if taken.is_new else None,
        protection=_protection(desk, told),
        opens_cases=current_account().role is not Role.OPERATOR,
    )


def _protection(desk: Desk, told: Told) -> tuple[Place, ...]:
    """Where they may turn who are threatened for having spoken up (DOMAIN 1.7)."""
    if told.risk is ReprisalRisk.NONE:
        return ()
    today = desk.programme.calendar.here(services().clock()).date()
    return against_reprisals(desk.programme.directory, today=today)
