"""Effects done: each one in the turn's transaction, by the package that owns its subject."""

from __future__ import annotations

import secrets
from typing import assert_never
from zoneinfo import ZoneInfo

from broadcasts import operations as broadcasts
from contacts import about
from contacts import operations as contacts
from contacts import queries as people
from contacts.values import EXAMPLE_PIN, Agreed, Gender, HowKnown, Pin
from dialogue import anonymity, dictation, following, my_data, private_help, respondents, turns
from dialogue.context import Context
from dialogue.conversation import Conversation
from dialogue.effects import (
    AskAnew,
    AskForCall,
    AskForRight,
    BeginTake,
    CheckCasePin,
    CheckPin,
    ChooseAnswer,
    ChooseWhoKnows,
    Decide,
    Effect,
    EndBridge,
    EndUnfinished,
    FindAbout,
    FindAnswers,
    FindCase,
    FindDesignated,
    FindFollowUp,
    FindMissing,
    FindNewsWish,
    FindPlaces,
    FindReach,
    FindRecording,
    FindSelf,
    FindStanding,
    FindSurvey,
    FindTake,
    FindToday,
    FindWaiting,
    FindWhoKnows,
    KeepCheckBack,
    KeepConsent,
    KeepContact,
    KeepGender,
    KeepMore,
    KeepNewsSlot,
    KeepNewsWish,
    KeepSatisfaction,
    KeepStatement,
    KeepTake,
    LeaveNoTrace,
    MarkHeard,
    NoteInterview,
    NoteListened,
    NoteReady,
    OpenCase,
    OpenResponse,
    ProveCode,
    Recognise,
    RecordAnswer,
    RingSomebody,
    SealHour,
    SealNumber,
    SealWords,
    SetPin,
    StopContacts,
    TakeText,
    UseKnown,
    WithdrawAnswers,
)
from dialogue.words import Result, Words
from duty import operations as duty
from duty.values import Outcome
from grievances import codes, replies
from grievances import operations as cases
from grievances import queries as case_queries
from grievances.routing import facts_at_intake
from grievances.values import CALL_WISH, AnswerBy, CaseRef, visible_queues
from locales.languages import language
from outreach import operations as outreach
from outreach import queries as outreach_queries
from outreach.attempts import Answer
from outreach.values import Channel, Slot
from programmes.directory import offered
from staff.values import Affiliation
from storage import attachments, recordings
from storage.ids import new_id

READS = (
    FindToday,
    FindPlaces,
    FindSelf,
    FindRecording,
    FindCase,
    FindStanding,
    FindSurvey,
    FindAnswers,
    FindMissing,
    FindTake,
    FindAbout,
    FindNewsWish,
    FindReach,
    FindDesignated,
    FindFollowUp,
    FindWaiting,
    FindWhoKnows,
)
"""Effects that write nothing and need no transaction."""

_GENDERS = {
    "woman": Gender.WOMAN,
    "man": Gender.MAN,
    "gender_other": Gender.OTHER,
    "gender_unsaid": Gender.UNSAID,
}
"""By the option that says it, the same as a survey offers; an answer of the one is never theirs."""


def perform(effect: Effect, c: Context) -> Result:
    """Do one effect; its result holds ids, codes and names only."""
    vault = c.services.vault
    match effect:
        case FindToday():
            here = c.now.astimezone(ZoneInfo(c.programme.time_zone))
            return {"is": "found", "today": here.date().isoformat()}
        case FindPlaces():
            today = c.programme.calendar.here(c.now).date()
            places = offered(c.programme.directory, effect.topic, today=today)
            slugs = " ".join(each.slug for each in places)
            return {"is": "found" if places else "none", "places": slugs}
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
                vault=vault,
                statement_id=effect.statement,
                queue_of=c.programme.queue_for,
                answer_by=AnswerBy.SHE_CALLS,
                confirmed=True,
                now=c.now,
                draw=draw_code,
            )
            return {"is": "opened", "case": opened.case_id, "code": opened.code}
        case ChooseAnswer():
            cases.choose_answer(
                c.connection,
                vault=vault,
                case_id=effect.case,
                answer_by=AnswerBy(effect.answer_by),
                now=c.now,
            )
            return {"is": "kept"}
        case LeaveNoTrace():
            had_media = anonymity.leave_no_trace(effect, c)
            return {"is": "left_without_media" if had_media else "left"}
        case SetPin():
            if effect.pin == EXAMPLE_PIN:
                return {"is": "taken"}
            if c.person_id is not None and not contacts.set_pin(
                c.connection, vault=vault, person_id=c.person_id, pin=effect.pin
            ):
                return {"is": "taken"}
            cases.set_case_pin(c.connection, vault=vault, case_id=effect.case, pin=effect.pin)
            return {"is": "kept"}
        case FindSelf():
            self = c.person_of(effect.person or c.person_id)
            if self is None:
                return {"is": "new"}
            return {"is": "known_with_pin" if self.has_pin else "known"}
        case CheckPin():
            person_id = effect.person or c.person_id
            if person_id is None:
                return {"is": "wrong"}
            tried = contacts.check_pin(
                c.connection, vault=vault, person_id=person_id, pin=effect.pin, now=c.now
            )
            return {"is": "ok" if tried.value == "none" else tried.value}
        case Recognise():
            return _recognise(effect, c)
        case CheckCasePin():
            return {"is": _check_case_pin(effect, c).value}
        case FindCase():
            return _find_case(effect, c)
        case FindStanding():
            return _find_standing(effect, c)
        case MarkHeard():
            replies.mark_heard(c.connection, reply_id=effect.reply, now=c.now)
            return {"is": "kept"}
        case FindFollowUp():
            return following.find(effect, c)
        case FindWaiting():
            return following.find_waiting(c)
        case FindWhoKnows():
            return my_data.find_who_knows(effect, c)
        case ChooseWhoKnows():
            return my_data.choose_who_knows(effect, c)
        case AskForRight():
            return my_data.ask_for_right(effect, c, draw_code)
        case KeepMore():
            return following.keep_more(effect, c)
        case TakeText():
            return following.take_text(effect, c)
        case Decide():
            return following.decide(effect, c)
        case AskAnew():
            return following.ask_anew(effect, c)
        case KeepSatisfaction():
            return following.keep_satisfaction(effect, c)
        case KeepCheckBack():
            return following.keep_check_back(effect, c)
        case FindSurvey():
            return respondents.find_survey(c)
        case OpenResponse():
            return respondents.open_response(effect, c)
        case UseKnown():
            return respondents.use_known(effect, c)
        case RecordAnswer():
            return respondents.record_answer(effect, c)
        case FindAnswers():
            return {"is": "found" if respondents.has_answered(c) else "none"}
        case WithdrawAnswers():
            respondents.withdraw(c)
            return {"is": "withdrawn"}
        case FindAbout():
            if c.person_id is None:
                return {"is": "unknown"}
            known = about.about(c.connection, c.person_id)
            return {"is": "unasked" if known.gender is None else "asked"}
        case KeepGender():
            return _keep_gender(effect, c)
        case RingSomebody():
            return _ring_somebody(effect, c)
        case EndBridge():
            outcome = duty.end(c.connection, effect.bridge, how=effect.how, now=c.now)
            return {"is": _TOLD.get(outcome, "missed")}
        case FindReach():
            return {"is": "can_be_called" if _can_be_called(c) else "cannot_be_called"}
        case AskForCall():
            return _ask_for_call(c)
        case KeepContact():
            return _keep_contact(effect, c)
        case StopContacts():
            if c.number is not None:
                contacts.opt_out(c.connection, vault=vault, number=c.number, now=c.now)
            return {"is": "kept"}
        case NoteReady():
            broadcasts.note_answer(c.connection, effect.recipient, Answer(effect.answer), now=c.now)
            return {"is": "kept"}
        case NoteListened():
            broadcasts.note_heard(
                c.connection, effect.recipient, language=c.conversation.language, now=c.now
            )
            return {"is": "kept"}
        case NoteInterview():
            respondents.note_interview(effect, c)
            return {"is": "kept"}
        case FindNewsWish():
            return {"is": "ask" if _may_be_asked_for_news(c) else "leave"}
        case KeepNewsWish():
            return _keep_news_wish(effect, c)
        case KeepNewsSlot():
            if c.person_id is not None:
                outreach.keep_slot(
                    c.connection,
                    person_id=c.person_id,
                    programme=c.programme.slug,
                    slot=_SLOTS.get(effect.slot),
                    now=c.now,
                )
            return {"is": "kept"}
        case EndUnfinished():
            left = c.conversation.facts.get("unfinished")
            if isinstance(left, str):
                turns.close_conversation(c.connection, left)
                turns.erase_private(c.connection, left)
            return {"is": "ended"}
        case ProveCode():
            return dictation.prove(effect, c)
        case FindMissing():
            return dictation.find_missing(effect, c)
        case BeginTake():
            return dictation.begin(effect, c)
        case FindTake():
            return dictation.find_take(effect, c)
        case KeepTake():
            return dictation.keep(effect, c)
        case FindDesignated():
            return private_help.find_designated(c)
        case SealNumber():
            return private_help.seal_number(effect, c)
        case SealHour():
            return private_help.seal_hour(effect, c)
        case SealWords():
            return private_help.seal_words(effect, c)
        case _:
            assert_never(effect)


_SLOTS = {f"slot_{slot}": slot for slot in Slot}
_NEWS_WAYS = {"news_by_call": Channel.VOICE, "news_by_text": Channel.SMS}


def _may_be_asked_for_news(c: Context) -> bool:
    """Once, whoever can be reached and is known for certain, or alone on her phone."""
    if c.number is None or not c.conversation.facts.get("has_number"):
        return False
    if c.is_shared and c.person_id is None:
        return False
    if c.person is not None and c.person.opted_out:
        return False
    wish = outreach_queries.wish(c.connection, c.person_id, c.programme.slug)
    return wish.agreed is None


def _keep_news_wish(effect: KeepNewsWish, c: Context) -> Result:
    agreed = effect.wish in _NEWS_WAYS
    # Of whom nothing is kept a "no" is nothing to keep: her number stays unwritten.
    person = c.keep_person() if agreed else c.person
    if person is not None:
        outreach.keep_wish(
            c.connection,
            person_id=person.id,
            programme=c.programme.slug,
            agreed=agreed,
            channel=_NEWS_WAYS.get(effect.wish),
            now=c.now,
        )
        _keep_consent(KeepConsent("news.may_we", effect.wish), c)
    return {"is": "kept"}


_TOLD = {Outcome.TALKED: "talked", Outcome.GONE: "gone"}


def _ring_somebody(effect: RingSomebody, c: Context) -> Result:
    """Whoever may read what callers leave without a topic may talk to them, in staffed hours."""
    programme = c.programme
    if not programme.calendar.is_open(c.now):
        return {"is": "nobody"}
    seen = {each: visible_queues(programme.queues, each) for each in Affiliation}
    rung = duty.ring_next(
        c.connection,
        programme=programme.slug,
        affiliations=[
            each
            for each, slugs in seen.items()
            if slugs is None or programme.default_queue in slugs
        ],
        language=c.conversation.language,
        without=effect.without,
        leg=c.leg,
        now=c.now,
    )
    if rung is None:
        return {"is": "nobody"}
    found = "ringing" if rung.speaks_it else "ringing_another"
    return {"is": found, "bridge": rung.bridge_id, "staff": rung.account_id}


def _can_be_called(c: Context) -> bool:
    """Her number is known, there is room for her on its line, and the line wants to be called."""
    if c.number is None or not c.conversation.facts.get("has_number"):
        return False
    there = people.people_on_line(c.connection, vault=c.services.vault, number=c.number)
    return not any(each.opted_out for each in there)


def _ask_for_call(c: Context) -> Result:
    person = c.keep_person()
    if person is None:
        raise LookupError("who cannot be known cannot be called back")
    opened = cases.ask_for_call(
        c.connection,
        vault=c.services.vault,
        programme=c.programme.slug,
        person_id=person.id,
        queue=c.programme.queue_for(facts_at_intake(CALL_WISH, None, c.conversation.language)),
        language=c.conversation.language,
        channel=c.channel,
        now=c.now,
        draw=draw_code,
    )
    found = "opened" if opened.is_new else "waiting"
    return {"is": found, "case": opened.case_id, "code": opened.code}


def _keep_contact(effect: KeepContact, c: Context) -> Result:
    vault = c.services.vault
    if c.number is None:
        return {"is": "kept"}
    match effect.wish:
        case "contact_all":
            contacts.opt_in(c.connection, vault=vault, number=c.number)
        case "contact_calls":
            contacts.decline_texts(c.connection, vault=vault, number=c.number, now=c.now)
        case _:
            contacts.opt_out(c.connection, vault=vault, number=c.number, now=c.now)
    return {"is": "kept"}


def _recognise(effect: Recognise, c: Context) -> Result:
    if c.number is None:
        return {"is": Pin.WRONG}
    tried, person = contacts.recognise(
        c.connection, vault=c.services.vault, number=c.number, pin=effect.pin, now=c.now
    )
    if person is None:
        return {"is": Pin.WRONG if tried is Pin.NONE else tried}
    return {"is": Pin.OK, "person": person.id, "language": person.language}


def draw_code() -> str:
    """A random code for a case, with its check digit."""
    return codes.draw(secrets.randbelow)


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


def _keep_gender(effect: KeepGender, c: Context) -> Result:
    if c.person_id is not None:
        tag = c.conversation.language
        about.keep_gender(
            c.connection,
            c.person_id,
            gender=_GENDERS[effect.option],
            known=HowKnown.SELF,
            agreed=Agreed(c.programme.hash, tag, c.wordings.content_hash(effect.prompt, tag)),
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
    media = None
    if words.enclosed is not None:
        media = attachments.announce(
            c.connection, words.enclosed.text, count=words.enclosed.kept, now=c.now
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
        media_id=media,
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
    return cases.check_pin_of(
        c.connection, vault=vault, case_id=effect.case, pin=effect.pin, now=c.now
    )


def _find_case(effect: FindCase, c: Context) -> Result:
    if not codes.is_valid(effect.code):
        found_code = dictation.find_code(effect.code, c)
        return {"is": "recording", "code": found_code} if found_code else {"is": "mistyped"}
    found = case_queries.case_by_code(c.connection, effect.code)
    if found is None or found.programme != c.programme.slug:
        return {"is": "unknown"}
    return {"is": "found_here" if _is_of_this_phone(found, c) else "found", "case": found.id}


def _is_of_this_phone(case: CaseRef, c: Context) -> bool:
    """Whether it is of somebody on this shared line who has no PIN."""
    if c.number is None or case.person_id is None or case.has_pin or not c.is_shared:
        return False
    there = people.people_on_line(c.connection, vault=c.services.vault, number=c.number)
    return any(each.id == case.person_id and not each.has_pin for each in there)


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
    opened_at = standing.opened_at.astimezone(ZoneInfo(c.programme.time_zone))
    return {
        "is": standing.status,
        "case": case_id,
        "said_on": opened_at.date().isoformat(),
        "reply": standing.reply_id,
        "reaches": _reaches(standing.reply_id, c),
        "more": more,
    }


def _reaches(reply_id: str | None, c: Context) -> bool:
    """Whether a reply can be taken in here: heard on a call, read in a text."""
    reply = case_queries.reply(c.connection, c.services.vault, reply_id) if reply_id else None
    if reply is None:
        return False
    if c.channel == "sms":
        return bool(reply.text)
    return reply.media is not None or language(reply.language).say is not None
