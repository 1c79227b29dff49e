"""What is to be done with a case now: what its page says first."""

from __future__ import annotations

from enum import StrEnum

from grievances.lifecycle import State
from grievances.values import CALL_WISH, Answering, CaseFile, Delivery, Said
from grievances.work.values import Exchange, Todo, todo
from storage.attachments import Enclosed
from storage.recordings import Copy


class NextStep(StrEnum):
    """One thing at a time, the most urgent."""

    LISTEN = "listen"
    READ = "read"
    CALL_THEM = "call_them"
    """They said nothing but that they want to be called."""
    CALLING = "calling"
    """The call that was asked for goes on."""
    CLOSE = "close"
    """They talked: whoever did says whether that was the answer."""
    RECORDING_COMES = "recording_comes"
    ASK_AGAIN = "ask_again"
    """Nothing of what was said could be had."""
    LOOK = "look"
    """They sent pictures or sounds, and no words."""
    PICTURES_COME = "pictures_come"
    SEND_AGAIN = "send_again"
    NOT_HEARD = "not_heard"
    """It went out as often as it may, and nobody came for it: whoever answers finds another way."""
    REFUSED = "refused"
    """What was proposed was refused."""
    ON_ITS_WAY = "on_its_way"
    THEY_CALL = "they_call"
    DONE = "done"
    TALKED = "talked"
    """It was answered by talking."""


def next_step(case: CaseFile, *, opted_out: bool = False) -> NextStep:
    """What a case manager does next. To a line that opted out nothing is sent again."""
    if case.is_calling:
        return NextStep.CALLING
    if case.has_talked:
        return NextStep.CLOSE if case.answering is Answering.OPEN else NextStep.TALKED
    if case.answering is Answering.OPEN and case.replies and not _has_said_since(case):
        reply = case.replies[-1]
        if reply.handed_back_at is not None:
            return NextStep.NOT_HEARD
        if reply.proposes and reply.delivery is Delivery.HEARD:
            return NextStep.REFUSED
    if case.answering is Answering.OPEN or not case.replies:
        newest = case.statements[-1] if case.statements else None
        if newest is None and case.kind == CALL_WISH:
            return NextStep.CALL_THEM
        if newest is None or newest.copy is Copy.KEPT:
            return NextStep.LISTEN
        if newest.text is not None:
            return NextStep.READ
        if newest.enclosed is not None:
            return _of_pictures(newest.enclosed)
        return NextStep.RECORDING_COMES if newest.copy is Copy.WAITING else NextStep.ASK_AGAIN
    reply = case.replies[-1]
    if reply.delivery is Delivery.HEARD:
        return NextStep.DONE
    if reply.can_be_sent_again:
        return NextStep.THEY_CALL if opted_out else NextStep.SEND_AGAIN
    if reply.delivery in (Delivery.QUEUED, Delivery.SENT):
        return NextStep.ON_ITS_WAY
    if reply.delivery is Delivery.DELIVERED and reply.in_full:
        return NextStep.DONE
    return NextStep.THEY_CALL


_QUIET = frozenset({NextStep.DONE, NextStep.TALKED, NextStep.ON_ITS_WAY, NextStep.THEY_CALL})
_ASKED_ANEW = frozenset({State.APPEALED, State.REOPENED})


def ahead(case: CaseFile, step: NextStep) -> Todo | None:
    """What its lifecycle waits for, as the list says it: where the conversation asks nothing of us,
    or they asked for it anew and said no more. None where `step` is what is to be done."""
    if case.state in _ASKED_ANEW:
        is_first = step in (NextStep.LISTEN, NextStep.READ, NextStep.LOOK)
        if not case.replies or _has_said_since(case) or not (is_first or step in _QUIET):
            return None
    elif step not in _QUIET:
        return None
    found = todo(case.kind, case.state, case.answering, Exchange())
    return None if found is Todo.NOTHING else found


def _has_said_since(case: CaseFile) -> bool:
    """Whether something was said after the last answer."""
    newest = case.statements[-1].said_at if case.statements else None
    return newest is not None and newest > case.replies[-1].sent_at


def _of_pictures(enclosed: Enclosed) -> NextStep:
    if enclosed.copy is Copy.WAITING:
        return NextStep.PICTURES_COME
    return NextStep.LOOK if enclosed.files else NextStep.ASK_AGAIN


def is_moving(case: CaseFile) -> bool:
    """Whether something may change within minutes without anybody's doing."""
    return (
        case.is_calling
        or any(_is_coming(said) for said in case.statements)
        or any(reply.delivery in (Delivery.QUEUED, Delivery.SENT) for reply in case.replies)
    )


def _is_coming(said: Said) -> bool:
    enclosed = said.enclosed is not None and said.enclosed.copy is Copy.WAITING
    return enclosed or said.copy is Copy.WAITING


def standing_of(case: CaseFile) -> str:
    """How far recordings, answers and calls got; another text whenever that has changed."""
    copies = (said.copy.value if said.copy else "written" for said in case.statements)
    sets = (said.enclosed.copy.value for said in case.statements if said.enclosed)
    calls = (call.standing for call in case.calls)
    return " ".join((*copies, *sets, *(reply.delivery.value for reply in case.replies), *calls))
