"""The effects of what she asks about what is kept of her, and of who may know whose case it is."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.context import Context
from dialogue.effects import AskForRight, ChooseWhoKnows, FindWhoKnows
from dialogue.words import Result
from grievances import operations as cases
from grievances import queries as case_queries
from grievances import rights, triage
from grievances.lifecycle import PERSON
from grievances.rights import Proof, Right
from grievances.routing import facts_at_intake
from grievances.values import CALL_WISH, Confidentiality, OpenedCase

_RIGHTS = {
    "data_copy": Right.ACCESS,
    "data_correct": Right.CORRECTION,
    "data_delete": Right.DELETION,
}
"""By the option that asks for it."""
_MODES = {
    "case_named": Confidentiality.NAMED,
    "case_confidential": Confidentiality.CONFIDENTIAL,
}


def find_who_knows(effect: FindWhoKnows, c: Context) -> Result:
    return {"is": case_queries.confidentiality_of(c.connection, effect.case).value}


def choose_who_knows(effect: ChooseWhoKnows, c: Context) -> Result:
    triage.choose_confidentiality(
        c.connection,
        effect.case,
        vault=c.services.vault,
        actor=PERSON,
        mode=_MODES[effect.mode],
        now=c.now,
    )
    return {"is": "kept"}


def ask_for_right(effect: AskForRight, c: Context, draw: Callable[[], str]) -> Result:
    opened = _opened_for(c, draw) if effect.case is None and not _newest(c) else None
    case_id = opened.case_id if opened else effect.case or _newest(c)
    if case_id is None:
        raise LookupError("who cannot be known has nothing to ask for")
    taken = rights.take(
        c.connection,
        case_id,
        programme=c.programme.slug,
        right=_RIGHTS[effect.wish],
        proof=_proof(effect, c),
        by=None,
        calendar=c.programme.calendar,
        days=c.programme.rights_days,
        now=c.now,
    )
    told = {"due": taken.due_on.isoformat(), "code": opened.code if opened else None}
    return {"is": "opened" if opened and opened.is_new else "taken", **told}


def _newest(c: Context) -> str | None:
    if c.person_id is None:
        return None
    hers = case_queries.cases_of_person(c.connection, c.person_id)
    return next((each.id for each in hers if each.programme == c.programme.slug), None)


def _opened_for(c: Context, draw: Callable[[], str]) -> OpenedCase:
    """By what she is known to whoever carries it out, where she never asked or told anything."""
    if c.person_id is None:
        raise LookupError("who cannot be known has nothing to ask for")
    return cases.ask_for_call(
        c.connection,
        vault=c.services.vault,
        programme=c.programme.slug,
        person_id=c.person_id,
        queue=c.programme.queue_for(facts_at_intake(CALL_WISH, None, c.conversation.language)),
        language=c.conversation.language,
        channel=c.channel,
        now=c.now,
        draw=draw,
    )


def _proof(effect: AskForRight, c: Context) -> Proof:
    """How it is known that it is she: a PIN was asked for before this wherever there is one."""
    if c.person is not None and c.person.has_pin:
        return Proof.PIN
    case = case_queries.case_ref(c.connection, effect.case) if effect.case else None
    if case is None or (case.person_id is not None and case.person_id == c.person_id):
        return Proof.PHONE
    owner = c.person_of(case.person_id)
    return Proof.PIN if case.has_pin or (owner is not None and owner.has_pin) else Proof.CODE
