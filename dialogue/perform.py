"""Effects done: each one in the turn's transaction, by the package that owns its subject."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from contacts import operations as contacts
from contacts import queries as people
from contacts.values import PersonRef, Pin
from dialogue import turns
from dialogue.conversation import Conversation
from dialogue.effects import (
    CheckCasePin,
    CheckPin,
    ChooseAnswer,
    Effect,
    EndUnfinished,
    FindCase,
    FindRecording,
    FindSelf,
    FindStanding,
    FindSurvey,
    FindToday,
    KeepConsent,
    KeepStatement,
    MarkHeard,
    OpenCase,
    OpenResponse,
    RecordAnswer,
    SetPin,
    StopContacts,
)
from dialogue.words import Result, Words
from grievances import codes, replies
from grievances import operations as cases
from grievances import queries as case_queries
from grievances.values import AnswerBy
from programmes.values import Programme
from programmes.wordings import Wordings
from storage import recordings
from storage.ids import new_id
from storage.services import Services
from surveys import operations as surveys

READS = (FindToday, FindSelf, FindRecording, FindCase, FindStanding, FindSurvey)
"""Effects that write nothing and need no transaction."""


@dataclass(slots=True)
class Context:
    """What effects are done with: one connection, and who is speaking to which programme.

    `number` is None where the caller is withheld. The person is read when first asked for.
    """

    connection: Connection
    services: Services
    programme: Programme
    wordings: Wordings
    conversation: Conversation
    number: str | None
    leg: str
    channel: str
    now: dt.datetime
    kept: PersonRef | None = None

    @property
    def person_id(self) -> str | None:
        """Who is speaking, as far as anything is kept of her."""
        known = self.conversation.facts.get("person")
        return self.kept.id if self.kept else str(known) if known else None

    @property
    def person(self) -> PersonRef | None:
        """Who is speaking, with her language and whether she has a PIN."""
        if self.kept is None and self.person_id is not None:
            self.kept = people.person(self.connection, self.person_id)
        return self.kept

    def keep_person(self) -> PersonRef | None:
        """The person on the line, kept from now on; None for a withheld number."""
        if self.person is None and self.number is not None:
            self.kept = contacts.keep_person(
                self.connection,
                vault=self.services.vault,
                number=self.number,
                language=self.chosen_language,
                now=self.now,
            )
        return self.kept

    @property
    def chosen_language(self) -> str | None:
        """The language that she chose; None while she is only spoken to in the first of them."""
        facts = self.conversation.facts
        return self.conversation.language if facts["language_known"] else None

    @property
    def line_key(self) -> str:
        """Who answers a survey: her place on the line, or this call where the line is withheld."""
        if self.number is None:
            return f"call:{self.leg}"
        ordinal = self.person.ordinal if self.person is not None else 1
        return people.line_key(self.services.vault, number=self.number, ordinal=ordinal)


def perform(effect: Effect, c: Context) -> Result:
    """Do one effect; its result holds ids, codes and names only."""
    vault = c.services.vault
    match effect:
        case FindToday():
            here = c.now.astimezone(ZoneInfo(c.programme.time_zone))
            return {"is": "found", "today": here.date().isoformat()}
        case KeepConsent():
            return _keep_consent(effect, c)
        case KeepStatement():
            return _keep_statement(effect, c)
        case FindRecording():
            recording = case_queries.recording_of(c.connection, effect.statement)
            copy, _ = recordings.copy_of(c.connection, recording or "")
            return {"is": copy.value}
        case OpenCase():
            opened = cases.open_case(
                c.connection,
                statement_id=effect.statement,
                queue=queue_of(c.programme, effect.topic),
                answer_by=AnswerBy.SHE_CALLS,
                confirmed=True,
                now=c.now,
                draw=draw_code,
            )
            return {"is": "opened", "case": opened.case_id, "code": opened.code}
        case ChooseAnswer():
            cases.choose_answer(
                c.connection, case_id=effect.case, answer_by=AnswerBy(effect.answer_by)
            )
            return {"is": "kept"}
        case SetPin():
            cases.set_case_pin(c.connection, vault=vault, case_id=effect.case, pin=effect.pin)
            if c.person_id is not None:
                contacts.set_pin(c.connection, vault=vault, person_id=c.person_id, pin=effect.pin)
            return {"is": "kept"}
        case FindSelf():
            if c.person is None:
                return {"is": "new"}
            return {"is": "known_with_pin" if c.person.has_pin else "known"}
        case CheckPin():
            if c.person_id is None:
                return {"is": "wrong"}
            tried = contacts.check_pin(
                c.connection, vault=vault, person_id=c.person_id, pin=effect.pin, now=c.now
            )
            return {"is": "ok" if tried.value == "none" else tried.value}
        case CheckCasePin():
            return {"is": _check_case_pin(effect, c).value}
        case FindCase():
            return _find_case(effect, c)
        case FindStanding():
            return _find_standing(effect, c)
        case MarkHeard():
            replies.mark_heard(c.connection, reply_id=effect.reply, now=c.now)
            return {"is": "kept"}
        case FindSurvey():
            standing = surveys.standing(
                c.connection,
                vault=vault,
                programme_slug=c.programme.slug,
                line_key=c.line_key,
                now=c.now,
            )
            return {"is": standing.status, "round": standing.round_id}
        case OpenResponse():
            return _open_response(effect, c)
        case RecordAnswer():
            recorded = surveys.record_answer(
                c.connection,
                vault=vault,
                round_id=effect.round,
                line_key=c.line_key,
                question=effect.question,
                value=effect.answer,
                now=c.now,
            )
            return {"is": recorded.status, "question": recorded.question}
        case StopContacts():
            if c.number is not None:
                contacts.opt_out(c.connection, vault=vault, number=c.number, now=c.now)
            return {"is": "kept"}
        case EndUnfinished():
            left = c.conversation.facts.get("unfinished")
            if isinstance(left, str):
                turns.close_conversation(c.connection, left)
                turns.erase_private(c.connection, left)
            return {"is": "ended"}
        case _:
            assert_never(effect)


def draw_code() -> str:
    """A random code for a case, with its check digit."""
    return codes.draw(secrets.randbelow)


def queue_of(programme: Programme, topic: str | None) -> str:
    """The queue that a topic's cases wait in."""
    found = programme.topic(topic) if topic is not None else None
    return found.queue if found else programme.default_queue


def _keep_consent(effect: KeepConsent, c: Context) -> Result:
    contacts.give_consent(
        c.connection,
        person_id=c.person_id,
        purpose=effect.prompt,
        programme_version=c.programme.hash,
        language=c.conversation.language,
        wording=c.wordings.content_hash(effect.prompt, c.conversation.language),
        answer=effect.answer,
        now=c.now,
    )
    return {"is": "kept"}


def _keep_statement(effect: KeepStatement, c: Context) -> Result:
    if not isinstance(effect.words, Words):
        raise TypeError("words that were kept before cannot be kept again")
    words, person = effect.words, c.keep_person()
    statement = effect.statement or _said_before(c.conversation) or new_id()
    if words.recording is not None:
        recordings.announce(
            c.connection, words.recording, now=c.now, ready=False, seconds=words.seconds
        )
    cases.keep_statement(
        c.connection,
        vault=c.services.vault,
        statement_id=statement,
        programme=c.programme.slug,
        conversation=c.conversation.id,
        kind=effect.kind,
        topic=effect.topic,
        language=c.conversation.language,
        channel=c.channel,
        person_id=person.id if person else None,
        text=words.text,
        recording_id=words.recording,
        seconds=words.seconds,
        now=c.now,
    )
    return {"is": "kept", "statement": statement, "spoken": words.recording is not None}


def _said_before(conversation: Conversation) -> str | None:
    """The statement that she went back from: what she says now is in its place."""
    for key, done in conversation.ledger.items():
        if key.startswith(f"{KeepStatement.__name__}@"):
            return str(done.result["statement"])
    return None


def _check_case_pin(effect: CheckCasePin, c: Context) -> Pin:
    """The case's PIN; where it has none because she had one already, hers."""
    vault = c.services.vault
    tried = cases.check_pin(
        c.connection, vault=vault, case_id=effect.case, pin=effect.pin, now=c.now
    )
    owner = case_queries.person_of(c.connection, effect.case) if tried is Pin.NONE else None
    if owner is None:
        return tried
    return contacts.check_pin(c.connection, vault=vault, person_id=owner, pin=effect.pin, now=c.now)


def _find_case(effect: FindCase, c: Context) -> Result:
    if not codes.is_valid(effect.code):
        return {"is": "mistyped"}
    found = case_queries.case_by_code(c.connection, effect.code)
    if found is None or found.programme != c.programme.slug:
        return {"is": "unknown"}
    return {"is": "found", "case": found.id}


def _find_standing(effect: FindStanding, c: Context) -> Result:
    case_id, more = effect.case, False
    if case_id is None:
        mine = (
            [
                each.id
                for each in case_queries.cases_of_person(c.connection, c.person_id)
                if each.programme == c.programme.slug
            ]
            if c.person_id
            else []
        )
        if effect.older >= len(mine):
            return {"is": "none", "more": False}
        case_id, more = mine[effect.older], effect.older + 1 < len(mine)
    standing = case_queries.standing(c.connection, case_id)
    if standing is None:
        return {"is": "none", "more": False}
    return {
        "is": standing.status,
        "case": case_id,
        "reply": standing.reply_id,
        "more": more,
    }


def _open_response(effect: OpenResponse, c: Context) -> Result:
    here = c.now.astimezone(ZoneInfo(c.programme.time_zone))
    opened = surveys.open_response(
        c.connection,
        vault=c.services.vault,
        round_id=effect.round,
        line_key=c.line_key,
        language=c.conversation.language,
        channel=c.channel,
        consent_wording=c.wordings.content_hash("survey.consent", c.conversation.language),
        consent_answer=effect.answer,
        today=here.date(),
        now=c.now,
    )
    return {"is": opened.status, "question": opened.question}
