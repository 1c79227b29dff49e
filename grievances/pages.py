"""The queue, and a case with its answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from contacts.queries import line_of_person
from contacts.values import Gender
from duty.calling import settle_case
from grievances import clock_labels, labels, step_labels
from grievances.about_pages import ASKED, ASKED_DISTRICT, about_of, about_person
from grievances.answers import queries as approved_answers
from grievances.answers.pages import ROLES as WRITERS
from grievances.answers.pages import answers
from grievances.answers.values import Offered
from grievances.calling_pages import ask_to_dictate, call_shown, case_call
from grievances.desk import (
    Desk,
    asks_of,
    basis_of,
    case_or_404,
    desk_of,
    notice_of,
    our_numbers,
    wordings_of,
)
from grievances.dictating import Dictation, TakeState, dictation_of, settle_drafts
from grievances.errors import AnsweredMeanwhile, StepRefused
from grievances.following import queries as following_queries
from grievances.handling_pages import case_hands, hands_shown, present_line
from grievances.indicators import pages as indicator_pages
from grievances.intake_pages import ROLES as COUNTER
from grievances.intake_pages import intake
from grievances.interpreting import labels as interpreting_labels
from grievances.interpreting import queries as interpreting_queries
from grievances.interpreting.case_pages import case_interpreting
from grievances.interpreting.pages import ROLES as INTERPRETERS
from grievances.interpreting.pages import interpreting
from grievances.lifecycle import State, actor_of
from grievances.listening import sound
from grievances.next_step import NextStep, ahead, is_moving, next_step, standing_of
from grievances.operations import mark_read, move
from grievances.replies import send_again, send_reply
from grievances.revealing import bar_to
from grievances.revealing_pages import ROLES as REVEALERS
from grievances.revealing_pages import case_number
from grievances.step_pages import LONGEST_NOTE, case_steps, steps_shown
from grievances.takes import LONGEST, Tokens, keep_take
from grievances.telling import must_record, travels_as_text
from grievances.triage import SEVERITIES
from grievances.values import (
    CaseFile,
    CaseKind,
    Category,
    LinkKind,
    Relation,
    ReprisalRisk,
    pseudonym,
    route_of,
)
from grievances.work import labels as work_labels
from grievances.work import pages as work_pages
from grievances.work.values import Todo
from locales.gsm import compose
from locales.spelling import straightened
from programmes.directory import Place, against_reprisals
from staff import operations as staff_operations
from staff.values import Role
from staff.web import Entry, current_account, protect, services
from storage.queues import Work
from storage.sound import EmptyAudio, SoundError, TooLong

cases = Blueprint(
    "cases",
    __name__,
    url_prefix="/staff/cases",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
ROLES = frozenset({Role.CASE_MANAGER, Role.SUPERVISOR})

_TO_DO = frozenset(
    {
        NextStep.LISTEN,
        NextStep.READ,
        NextStep.CALL_THEM,
        NextStep.CALLING,
        NextStep.CLOSE,
        NextStep.ASK_AGAIN,
        NextStep.LOOK,
        NextStep.SEND_AGAIN,
        NextStep.NOT_HEARD,
        NextStep.REFUSED,
    }
)

_THEIRS = frozenset({Todo.THEY_DECIDE, Todo.WAIT})
"""What a case waits for that is not ours to do."""

LONGEST_TEXT = 1500
"""Characters of a written answer: a text message can carry 1,600."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in the making, as a form that has to be sent again gives it back."""

    text: str = ""
    take: str = ""
    """Token of a recording that is kept already."""
    proposes: bool = False
    """It proposes a resolution, to be accepted or refused."""
    approved: str = ""
    """The version of an approved answer that it was made of."""
    problem: str | None = None


def register(app: Flask) -> None:
    """Open the queue and its cases to who answers them."""
    entry = Entry("cases.queue", lambda: _("Cases"), "inbox")
    protect(app, cases, roles=ROLES, entry=entry)
    protect(app, sound, roles=ROLES)
    protect(app, about_person, roles=ROLES)
    protect(app, case_call, roles=ROLES)
    protect(app, case_number, roles=REVEALERS, notes_refusals=True)
    protect(app, case_steps, roles=ROLES)
    counter = Entry("intake.index", lambda: _("Take a case in"), "person-plus")
    protect(app, intake, roles=COUNTER, entry=counter)
    protect(app, case_hands, roles=ROLES)
    protect(app, case_interpreting, roles=ROLES)
    # Before the answers: an interpreter comes in to the desk.
    desk_entry = Entry("interpreting.index", lambda: _("Interpreting"), "translate")
    protect(app, interpreting, roles=INTERPRETERS, entry=desk_entry)
    answers_entry = Entry("answers.index", lambda: _("Answers"), "journal-check")
    protect(app, answers, roles=WRITERS, entry=answers_entry)
    indicator_pages.register(app)


@cases.context_processor
def _labels() -> dict[str, object]:
    return {"labels": labels, "clocks": clock_labels}


cases.add_url_rule("", "queue", work_pages.queue)
cases.add_url_rule("/lines", "lines", work_pages.lines)


@cases.get("/<case_id>")
def case(case_id: str) -> ResponseReturnValue:
    ours = services()
    account = current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        case_or_404(connection, ours.vault, desk, case_id)
    with ours.database.writing() as connection:
        settle_case(connection, case_id, now=ours.clock())
        mark_read(
            connection,
            vault=ours.vault,
            case_id=case_id,
            actor=actor_of(account),
            now=ours.clock(),
        )
        found = case_or_404(connection, ours.vault, desk, case_id)
        staff_operations.note(
            connection,
            account_id=account.id,
            action="case_read",
            subject=f"case:{case_id}",
            now=ours.clock(),
            why=basis_of(connection, account, case_id),
        )
    return _case_page(desk, found, _of_approved(desk, found) or _dictated(found))


@cases.get("/<case_id>/standing")
def standing(case_id: str) -> ResponseReturnValue:
    """How far recordings and answers got, without a word of them: a page that is open asks, and
    reads the case anew where that has changed."""
    with services().database.reading() as connection:
        desk = desk_of(connection, current_account())
        found = case_or_404(connection, services().vault, desk, case_id)
        dictation = dictation_of(connection, case_id, account_id=current_account().id)
    return {"standing": _standing(found, dictation)}


def _standing(found: CaseFile, dictation: Dictation) -> str:
    return f"{standing_of(found)} {dictation.standing}".strip()


def _case_page(desk: Desk, found: CaseFile, draft: Draft) -> str:
    ours = services()
    with ours.database.reading() as connection:
        line = line_of_person(connection, found.person_id) if found.person_id else None
        told = about_of(connection, found)
        calling = call_shown(connection, desk, found)
        hands = hands_shown(connection, desk, found)
        lifecycle = steps_shown(connection, desk, found)
        interpreted = interpreting_queries.of_case(connection, ours.vault, found.id)
        feedback = following_queries.feedback_of(connection, found.id)
        offered = _offered(connection, desk, found)
        dictation = dictation_of(connection, found.id, account_id=desk.account.id)
    opted_out = line is not None and line.opted_out
    declines_texts = line is not None and line.declines_texts
    step = next_step(found, opted_out=opted_out)
    waits_for = ahead(found, step)
    return render_template(
        "grievances/case.html",
        labels=labels,  # also where another blueprint shows this page again
        clocks=clock_labels,
        desk=desk,
        step=step,
        ahead=waits_for,
        # An appeal is before whoever had a part in it as well: they see that others decide.
        is_for_others=waits_for is Todo.DECIDE_APPEAL and not lifecycle.onward,
        work=work_labels,
        is_to_do=step in _TO_DO
        if waits_for is None
        else waits_for not in _THEIRS
        and (waits_for is not Todo.DECIDE_APPEAL or bool(lifecycle.onward)),
        is_moving=is_moving(found) or dictation.is_moving,
        standing=_standing(found, dictation),
        dictation=dictation,
        coming_route=route_of(
            found.answer_by,
            channel=found.channel,
            has_text=True,
            can_reach=line is not None and not opted_out,
            declines_texts=declines_texts,
        ),
        case=found,
        draft=draft,
        must_record=must_record(found, declines_texts=declines_texts),
        must_record_long=not labels.is_spoken(found.language),
        travels_as_text=travels_as_text(found) and not declines_texts,
        declines_texts=declines_texts,
        person=pseudonym(ours.vault, found.person_id) if found.person_id else None,
        told=told,
        asks_rights="rights" in current_app.blueprints,
        may_reveal=_may_reveal(desk, found),
        protection=_protection(desk, found),
        calling=calling,
        lifecycle=lifecycle,
        hands=hands,
        present_line=present_line,
        steps_labels=step_labels,
        kinds=tuple(CaseKind),
        categories=tuple(Category),
        severities=SEVERITIES,
        relations=tuple(Relation),
        risks=tuple(ReprisalRisk),
        link_kinds=tuple(LinkKind),
        longest_note=LONGEST_NOTE,
        typed=g.get("typed", {}),
        interpreted=interpreted,
        feedback=feedback,
        offered=offered,
        told_label=interpreting_labels.told_label,
        genders=Gender,
        asked_of_person=wordings_of(desk.programme).find(ASKED, found.language).wording.text,
        asked_of_district=(
            wordings_of(desk.programme).find(ASKED_DISTRICT, found.language).wording.text
        ),
        longest=LONGEST_TEXT,
        longest_take=LONGEST,
        opted_out=opted_out,
        now=ours.clock(),
        zone=ZoneInfo(desk.programme.time_zone),
    )


def _may_reveal(desk: Desk, found: CaseFile) -> bool:
    confidentiality = found.settled.confidentiality
    return not bar_to(desk.account, person_id=found.person_id, confidentiality=confidentiality)


def _protection(desk: Desk, found: CaseFile) -> tuple[Place, ...]:
    """Where they may turn who are threatened for having spoken up (DOMAIN 1.7)."""
    if found.settled.reprisal_risk is ReprisalRisk.NONE:
        return ()
    here = services().clock().astimezone(ZoneInfo(desk.programme.time_zone))
    return against_reprisals(desk.programme.directory, today=here.date())


def _offered(connection: Connection, desk: Desk, found: CaseFile) -> tuple[Offered, ...]:
    return approved_answers.offered(
        connection,
        desk.programme.slug,
        language=found.language,
        topic=found.topic,
        category=found.settled.category,
        today=desk.programme.calendar.here(services().clock()).date(),
    )


def _dictated(found: CaseFile) -> Draft:
    """What this account has recorded by phone and kept; empty where it has not."""
    account_id = current_account().id
    with services().database.reading() as connection:
        draft = dictation_of(connection, found.id, account_id=account_id).draft
    if draft is None or draft.media is None:
        return Draft()
    tokens = Tokens(str(current_app.secret_key))
    return Draft(take=tokens.issue(draft.media, case_id=found.id, account_id=account_id))


@cases.post("/<case_id>/dictate")
def dictate(case_id: str) -> ResponseReturnValue:
    """Record the answer by phone: my work phone rings. What is in the form stays in it."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        case_or_404(connection, ours.vault, desk, case_id)
    flash(*ask_to_dictate(case_id, desk))
    with ours.database.reading() as connection:
        found = case_or_404(connection, ours.vault, desk, case_id)
    take = request.form.get("take", "")
    draft = Draft(
        text=_typed(found),
        take=take if _media_of(take, found, account.id) else "",
        proposes=request.form.get("proposes") == "1",
        approved=request.form.get("approved", ""),
    )
    return _case_page(desk, found, draft)


def _of_approved(desk: Desk, found: CaseFile) -> Draft | None:
    """An approved answer in the person's language, to be sent as it is or changed; None where none
    was chosen."""
    chosen = request.args.get("approved")
    if not chosen:
        return None
    with services().database.reading() as connection:
        offered = _offered(connection, desk, found)
    for each in offered:
        if each.version_id == chosen:
            tokens = Tokens(str(current_app.secret_key))
            account_id = current_account().id
            take = (
                tokens.issue(each.media, case_id=found.id, account_id=account_id)
                if each.media
                else ""
            )
            return Draft(text=each.text or "", take=take, approved=chosen)
    return None


@cases.post("/<case_id>/replies")
def answer(case_id: str) -> ResponseReturnValue:
    ours = services()
    account = current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        found = case_or_404(connection, ours.vault, desk, case_id)
        numbers = our_numbers(connection, desk.programme)
        line = line_of_person(connection, found.person_id) if found.person_id else None
    declines_texts = line is not None and line.declines_texts
    draft, media = _received(found, account.id, declines_texts=declines_texts)
    if draft.problem:
        return _case_page(desk, found, draft), 422
    now = ours.clock()
    try:
        with ours.database.writing() as connection:
            sent = send_reply(
                connection,
                vault=ours.vault,
                case_id=case_id,
                author_id=account.id,
                text=draft.text or None,
                media=media,
                after=request.form.get("after") or None,
                programme_number=numbers.calls or numbers.texts,
                writes_from=numbers.texts,
                notice=notice_of(desk.programme),
                asks=asks_of(desk.programme) if draft.proposes else None,
                approved_id=draft.approved or None,
                now=now,
            )
            if draft.proposes:
                move(
                    connection,
                    case_id,
                    vault=ours.vault,
                    to=State.RESOLUTION_PROPOSED,
                    actor=actor_of(account),
                    subject=sent.id,
                    now=now,
                )
            settle_drafts(connection, case_id, account_id=account.id, to=TakeState.SENT)
            staff_operations.note(
                connection,
                account_id=account.id,
                action="reply_sent",
                subject=f"case:{case_id}",
                now=ours.clock(),
            )
    except AnsweredMeanwhile:
        return _told_of_another(desk, case_id, draft), 409
    except StepRefused:
        problem = _("A resolution is proposed while the case is being looked into: see its steps.")
        return _case_page(desk, found, replace(draft, problem=problem)), 409
    ours.bell.ring(Work.OUTBOX)
    flash(labels.route_label(sent.route), "success")
    return redirect(url_for("cases.case", case_id=case_id), code=303)


def _typed(found: CaseFile) -> str:
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\0", "").strip()
    return straightened(found.language, text)


def _media_of(take: str, found: CaseFile, account_id: str) -> str | None:
    """The media key of a recording that the form names."""
    if not take:
        return None
    tokens = Tokens(str(current_app.secret_key))
    return tokens.media(take, case_id=found.id, account_id=account_id)


def _received(
    found: CaseFile, account_id: str, *, declines_texts: bool
) -> tuple[Draft, str | None]:
    """What the form holds, and the media key of its recording; `problem` says what is wrong."""
    ours = services()
    tokens = Tokens(str(current_app.secret_key))
    text = _typed(found)
    media = _media_of(request.form.get("take", ""), found, account_id)
    problem: str | None = None
    upload = request.files.get("recording")
    content = upload.read() if upload else b""
    if content:
        try:
            media = keep_take(ours.media, content)
        except TooLong:
            problem = _("The recording is longer than 5 minutes. Record it shorter.")
        except EmptyAudio:
            problem = _("There is no sound in the recording. Is the microphone on?")
        except SoundError:
            problem = _("That file is not a sound recording that we can play.")
    if problem is None:
        problem = _problem_of(
            found, text=text, has_recording=media is not None, declines_texts=declines_texts
        )
    token = tokens.issue(media, case_id=found.id, account_id=account_id) if media else ""
    draft = Draft(
        text=text,
        take=token,
        proposes=request.form.get("proposes") == "1",
        approved=request.form.get("approved", "")[:32],
        problem=problem,
    )
    return draft, media


def _problem_of(
    found: CaseFile, *, text: str, has_recording: bool, declines_texts: bool
) -> str | None:
    if not text and not has_recording:
        return _("Write an answer or record one.")
    if len(text) > LONGEST_TEXT:
        return _("The text is longer than %(most)d characters.", most=LONGEST_TEXT)
    if not has_recording and must_record(found, declines_texts=declines_texts):
        return _(
            "A written answer cannot be spoken in %(language)s: please record it.",
            language=labels.language_label(found.language),
        )
    if not has_recording and compose(text).is_too_long and not labels.is_spoken(found.language):
        return _(
            "That is more than 3 messages, and it cannot be spoken in %(language)s: please record "
            "it, or write it shorter.",
            language=labels.language_label(found.language),
        )
    return None


def _told_of_another(desk: Desk, case_id: str, draft: Draft) -> str:
    """The page again, with the other's answer on it and this one still in the form."""
    ours = services()
    with ours.database.reading() as connection:
        found = case_or_404(connection, ours.vault, desk, case_id)
    problem = _(
        "Somebody else has just answered this case. Read that answer first; yours is still here."
    )
    return _case_page(desk, found, replace(draft, problem=problem))


@cases.post("/<case_id>/replies/<reply_id>/again")
def again(case_id: str, reply_id: str) -> ResponseReturnValue:
    ours = services()
    account = current_account()
    with ours.database.reading() as connection:
        desk = desk_of(connection, account)
        found = case_or_404(connection, ours.vault, desk, case_id)
    is_sent = False
    if any(reply.id == reply_id for reply in found.replies):
        with ours.database.writing() as connection:
            is_sent = send_again(
                connection,
                vault=ours.vault,
                reply_id=reply_id,
                actor=actor_of(account),
                now=ours.clock(),
            )
            if is_sent:
                staff_operations.note(
                    connection,
                    account_id=account.id,
                    action="reply_sent_again",
                    subject=f"case:{case_id}",
                    now=ours.clock(),
                )
    if is_sent:
        ours.bell.ring(Work.OUTBOX)
        flash(_("It is going out once more."), "success")
    else:
        flash(
            _("It was not sent again: it is on its way, was heard, or may not go out."), "warning"
        )
    return redirect(url_for("cases.case", case_id=case_id), code=303)
