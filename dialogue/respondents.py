"""Who answers a survey: one response per person and round, at most four on one line.

A person answers at her place on the line. Somebody unknown on a shared phone answers at a place
of its own, which only her conversation remembers: nobody who comes later meets her response.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from contacts import about
from contacts import queries as people
from contacts.values import PEOPLE_PER_LINE
from dialogue.context import Context
from dialogue.effects import NoteInterview, OpenResponse, RecordAnswer, UseKnown
from dialogue.words import GIVEN, Result, Scalar, Words
from outreach.attempts import Answer
from programmes.questions import YES
from programmes.values import QuestionKind
from surveys import known, queries, withdrawal
from surveys import operations as surveys
from surveys.fieldwork import door, screening
from surveys.fieldwork import operations as fieldwork
from surveys.fieldwork.values import About
from surveys.values import Met, Opened, Recorded, Standing, Status
from surveys.values import Words as Said

_PLACES = range(1, PEOPLE_PER_LINE + 1)


def key_of(c: Context) -> str | None:
    """Who answers, for as long as a round lasts; None for somebody unknown without a place yet.

    Where the number is withheld it is this call.
    """
    if c.number is None:
        return f"call:{c.leg}"
    place = c.conversation.facts.get("place")
    if isinstance(place, int):
        return people.newcomer_key(c.services.vault, number=c.number, place=place)
    if c.person is None and c.is_shared:
        return None
    ordinal = c.person.ordinal if c.person is not None else 1
    return people.line_key(c.services.vault, number=c.number, ordinal=ordinal)


def standing(c: Context) -> Standing:
    """Where she stands; `done` too where four on her line have begun already."""
    key = key_of(c)
    found = surveys.standing(
        c.connection,
        vault=c.services.vault,
        programme_slug=c.programme.slug,
        line_key=key or _newcomers(c)[0],
        now=c.now,
    )
    if found.round_id is None or found.status is Status.CLOSED or not c.is_shared:
        return found
    if key is not None and found.status is not Status.NEW:
        return found
    is_full = len(_taken(c, found.round_id)) >= PEOPLE_PER_LINE
    return Standing(Status.DONE if is_full else Status.NEW, found.round_id)


def find_survey(c: Context) -> Result:
    """Where she stands, and whether this round asks whoever comes."""
    found = standing(c)
    told: dict[str, Scalar] = {"is": found.status, "round": found.round_id}
    if found.round_id is None:
        return told
    person = c.person
    hers = about.about(c.connection, person.id) if person is not None else None
    entry = door.entry(
        c.connection,
        found.round_id,
        vault=c.services.vault,
        number=c.number,
        about=About(
            gender=hers.gender if hers else None,
            district=hers.district if hers else None,
            language=c.conversation.language,
        ),
        now=c.now,
    )
    if entry.sampled is not None:
        told["interview"] = entry.sampled
    if found.status is Status.NEW and not entry.is_open:
        told["is"] = "full" if entry.is_full else Status.CLOSED
    return told


def note_interview(effect: NoteInterview, c: Context) -> None:
    """What somebody of a sample said, before she is asked anything."""
    if effect.answer == "done":
        fieldwork.note_done(c.connection, effect.sampled)
    else:
        fieldwork.note_answer(c.connection, effect.sampled, Answer(effect.answer))


def _note_progress(c: Context, round_id: str, key: str) -> None:
    """Where her line is one of a sample, how far the interview has come is noted there."""
    sampled = c.conversation.facts.get("interview")
    if not isinstance(sampled, str):
        return
    round_ = queries.keyed_round(c.connection, round_id, vault=c.services.vault)
    if round_ is not None:
        fieldwork.note_interview(
            c.connection, sampled, respondent=round_.respondent(key), round_id=round_id
        )


def open_response(effect: OpenResponse, c: Context) -> Result:
    """Begin or go on: `open` with the next question; `place` where one was taken just now."""
    key = key_of(c)
    if key is not None:
        opened = _open(effect, c, key, only_new=False)
        _note_progress(c, effect.round, key)
        following = dict(_next(opened))
        if _told_before(c, opened, effect.round):
            following["told"] = True
        return following
    taken = _taken(c, effect.round)
    for place, free in zip(_PLACES, _newcomers(c), strict=True):
        if len(taken) >= PEOPLE_PER_LINE or free in taken:
            continue
        opened = _open(effect, c, free, only_new=True)
        if opened.status is not Status.DONE:
            _note_progress(c, effect.round, free)
            return {**_next(opened), "place": place}
    return {"is": Status.DONE, "question": None}


def use_known(effect: UseKnown, c: Context) -> Result:
    """Take what she told before, or ask her; nothing of it passes through the conversation."""
    recorded = known.put(
        c.connection,
        vault=c.services.vault,
        round_id=effect.round,
        line_key=key_of(c) or "",
        told=_told(c),
        agreed=effect.answer == YES,
        met=lambda asked: _met(c, asked),
        now=c.now,
    )
    if recorded.status is Status.OPEN and effect.answer == YES and _is_turned_away(c, effect.round):
        return {"is": "full", "question": None}
    _note_progress(c, effect.round, key_of(c) or "")
    return _next(recorded)


def _told_before(c: Context, opened: Opened, round_id: str) -> bool:
    """Whether this round asks what she told before."""
    return opened.status is Status.OPEN and known.is_wanted(
        c.connection,
        vault=c.services.vault,
        round_id=round_id,
        line_key=key_of(c) or "",
        told=_told(c),
    )


def _told(c: Context) -> known.Told:
    """What she told of herself; on a shared phone only once her PIN has shown that it is she."""
    facts = c.conversation.facts
    if c.person_id is None or (c.is_shared and not facts.get("proven")):
        return known.Told()
    hers = about.about(c.connection, c.person_id)
    return known.Told(gender=hers.gender, district=hers.district)


def record_answer(effect: RecordAnswer, c: Context) -> Result:
    """Keep an answer, bound to what she met when she gave it; tell what is asked next, or `full`
    where she has told that she is in a group of which there are enough."""
    spoken = effect.answer if isinstance(effect.answer, Words) else None
    recorded = surveys.record_answer(
        c.connection,
        vault=c.services.vault,
        round_id=effect.round,
        line_key=key_of(c) or "",
        question=effect.question,
        value=GIVEN if spoken is not None else str(effect.answer),
        now=c.now,
        met=_met(c, effect.question),
        words=Said(spoken.text, spoken.recording, spoken.seconds) if spoken is not None else None,
    )
    if recorded.status is Status.OPEN and _is_one_too_many(
        effect, c, is_last=not recorded.question
    ):
        return {"is": "full", "question": None}
    _note_progress(c, effect.round, key_of(c) or "")
    return _next(recorded)


def _is_one_too_many(effect: RecordAnswer, c: Context, *, is_last: bool) -> bool:
    """Looked at once she has told of herself, and at the end; not at every answer."""
    survey = c.programme.survey
    question = survey.question(effect.question) if survey else None
    tells = question is not None and (question.is_gender or question.kind is QuestionKind.PLACE)
    return (tells or is_last) and _is_turned_away(c, effect.round)


def _is_turned_away(c: Context, round_id: str) -> bool:
    """Whether she is one too many of her group, and is gone from the round."""
    sampled = c.conversation.facts.get("interview")
    return screening.turn_away(
        c.connection,
        round_id,
        vault=c.services.vault,
        line_key=key_of(c) or "",
        sampled=sampled if isinstance(sampled, str) else None,
    )


def has_answered(c: Context) -> bool:
    """Whether something is hers to take back; never of somebody unknown on a shared phone."""
    key = key_of(c)
    return key is not None and bool(
        withdrawal.answered(
            c.connection,
            vault=c.services.vault,
            programme_slug=c.programme.slug,
            line_key=key,
        )
    )


def withdraw(c: Context) -> None:
    """Delete all that she answered, in every round that can find her."""
    key = key_of(c)
    if key is not None:
        withdrawal.withdraw(
            c.connection,
            vault=c.services.vault,
            programme_slug=c.programme.slug,
            line_key=key,
        )


def _next(after: Opened | Recorded) -> Result:
    told: dict[str, Scalar] = {"is": after.status, "question": after.question}
    return told | ({"options": " ".join(after.options)} if after.options else {})


def _met(c: Context, asked: str) -> Met:
    """The words of the question and its options as she met them, and the recording she heard."""
    name, _, item = asked.partition(".")
    question = c.programme.survey.question(name) if c.programme.survey else None
    if question is None:
        return Met(language=c.conversation.language)
    named = (item,) if item else (*question.options, *question.ends)
    keys = (f"question.{name}", *(f"option.{each}" for each in named))
    tag = c.conversation.language
    key = f"option.{item}" if item else f"question.{name}"
    is_heard = c.channel == "voice"
    return Met(
        wording=c.wordings.hash_of_all(keys, tag),
        sound=c.prompts.recorded(key, tag, c.programme.slug) if is_heard else None,
        language=tag,
    )


def _newcomers(c: Context) -> tuple[str, ...]:
    return tuple(
        people.newcomer_key(c.services.vault, number=c.number or "", place=place)
        for place in _PLACES
    )


def _taken(c: Context, round_id: str) -> frozenset[str]:
    """Who of this line has begun, people and others."""
    known = (
        people.line_key(c.services.vault, number=c.number or "", ordinal=place) for place in _PLACES
    )
    keys = (*known, *_newcomers(c))
    return queries.begun(c.connection, round_id, vault=c.services.vault, line_keys=keys)


def _open(effect: OpenResponse, c: Context, line_key: str, *, only_new: bool) -> Opened:
    here = c.now.astimezone(ZoneInfo(c.programme.time_zone))
    return surveys.open_response(
        c.connection,
        vault=c.services.vault,
        round_id=effect.round,
        line_key=line_key,
        language=c.conversation.language,
        channel=c.channel,
        consent_wording=c.wordings.content_hash("survey.consent", c.conversation.language),
        consent_answer=effect.answer,
        today=here.date(),
        now=c.now,
        only_new=only_new,
    )
