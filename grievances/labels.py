"""How the pages name what cases hold: topics and queues from the programme, the rest of our own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask_babel import format_timedelta
from flask_babel import gettext as _

from grievances.values import AnswerBy, CaseState, Delivery, Replied, Route
from locales.languages import languages
from programmes.values import Programme
from storage.outbox import Kind


def in_page_language(names: Mapping[str, str], page_language: str) -> str:
    """A name in the language of the page, else in whichever the programme gives first."""
    return names.get(page_language) or next(iter(names.values()), "")


def queue_label(programme: Programme, slug: str, page_language: str) -> str:
    """The queue's name; its slug where the programme no longer has it."""
    queue = next((queue for queue in programme.queues if queue.slug == slug), None)
    return in_page_language(queue.name, page_language) if queue else slug


def topic_label(programme: Programme, topic: str | None, page_language: str) -> str:
    """The topic as callers read it, in the page's language or the programme's first."""
    if topic is None:
        return _("No topic chosen")
    for tag in (page_language, *programme.languages):
        wording = programme.wordings.get(tag, {}).get(f"option.{topic}")
        if wording is not None:
            return wording.text
    return topic


def language_label(tag: str) -> str:
    known = languages().get(tag)
    return known.own_name if known else tag


def is_spoken(tag: str) -> bool:
    """Whether a carrier's voice may read a written answer aloud in this language."""
    known = languages().get(tag)
    return known is not None and known.say is not None


def kind_label(kind: str) -> str:
    return {
        "question": _("Question"),
        "grievance": _("Grievance"),
        "voice_message": _("Left without choosing"),
    }.get(kind, kind)


def channel_label(channel: str) -> str:
    return {"voice": _("Call"), "sms": _("Text message")}.get(channel, channel)


def state_label(state: CaseState) -> str:
    return {CaseState.OPEN: _("Unanswered"), CaseState.ANSWERED: _("Answered")}[state]


def answer_label(answer_by: AnswerBy) -> str:
    return {
        AnswerBy.CALL: _("We call them"),
        AnswerBy.SMS: _("By text message"),
        AnswerBy.SHE_CALLS: _("They will call"),
    }[answer_by]


def delivery_label(reply: Replied) -> str:
    """How far a reply got, in a word or two."""
    if reply.delivery is Delivery.DELIVERED:
        if reply.kind is Kind.CALL:
            return _("Call taken, not heard to the end")
        return _("Delivered") if reply.in_full else _("Notice delivered, not heard yet")
    return {
        Delivery.WAITING: _("Waits for their call"),
        Delivery.QUEUED: _("Going out"),
        Delivery.SENT: _("Sent"),
        Delivery.HEARD: _("Heard"),
        Delivery.NOT_REACHED: _("Not reached"),
    }[reply.delivery]


def age_label(age: dt.timedelta) -> str:
    """How long ago something was, in its largest unit."""
    if age < dt.timedelta(minutes=1):
        return _("just now")
    return _("%(age)s ago", age=format_timedelta(age))


def route_label(route: Route) -> str:
    """What happens to a reply that was just sent."""
    return {
        Route.CALL: _("Sent: Rimay is calling them now."),
        Route.TEXT: _("Sent as a text message."),
        Route.NOTICE: _("Sent: a neutral text message tells them that an answer waits."),
        Route.WAITS: _("Kept: they will hear it when they call."),
    }[route]
