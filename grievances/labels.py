"""How the pages name what cases hold: topics and queues from the programme, the rest of our own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask_babel import format_timedelta
from flask_babel import gettext as _

from contacts.values import Gender, HowKnown
from duty.values import Outcome, PutThrough
from grievances.calling import Hindrance
from grievances.following.values import UNSAID, Feedback, Given
from grievances.next_step import NextStep
from grievances.values import CALL_WISH, AnswerBy, Answering, Delivery, Replied, Route
from locales.languages import languages
from programmes.values import Programme
from storage.outbox import Kind, Reason


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
        "suggestion": _("Suggestion"),
        "compliment": _("Compliment"),
        "voice_message": _("Message left without choosing"),
        CALL_WISH: _("Asked to be called"),
    }.get(kind, kind)


def title(programme: Programme, kind: str, topic: str | None, page_language: str) -> str:
    """What a case is called: its kind and its topic."""
    if topic is None:
        return kind_label(kind)
    return f"{kind_label(kind)} · {topic_label(programme, topic, page_language)}"


def channel_label(channel: str) -> str:
    return {
        "voice": _("Call"),
        "sms": _("Text message"),
        "operator": _("Told an operator"),
        "in_person": _("In person"),
    }.get(channel, channel)


def answering_label(answering: Answering) -> str:
    return {Answering.OPEN: _("Unanswered"), Answering.ANSWERED: _("Answered")}[answering]


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
        Delivery.UNCERTAIN: _("Perhaps reached"),
    }[reply.delivery]


def reason_label(reply: Replied) -> str | None:
    """Why a reply did not reach them, or not yet, in a sentence; None where there is nothing to
    tell."""
    told = (Delivery.NOT_REACHED, Delivery.QUEUED, Delivery.UNCERTAIN)
    if reply.reason is None or reply.delivery not in told:
        return None
    return {
        Reason.NO_SUCH_NUMBER: _("The network says that there is no such number."),
        Reason.NO_TEXTS: _("This phone takes no text messages: answer by call."),
        Reason.UNREACHABLE: _("The phone was off or out of reach."),
        Reason.NO_ANSWER: _("Nobody took the call."),
        Reason.BUSY: _("The line was busy."),
        Reason.VOICEMAIL: _("A voicemail took the call; nothing was said to it."),
        Reason.OPTED_OUT: _("They asked for no more messages."),
        Reason.FILTERED: _("The networks held the message back. Operators have been told."),
        Reason.SET_UP: _("The carrier refused it. Operators have been told."),
        Reason.TOO_LATE: _("It could not go out in time."),
        Reason.WITHDRAWN: _("It was taken back before it went out."),
        Reason.CARRIER: _("The network failed and did not say why."),
        Reason.UNCONFIRMED: _(
            "The carrier gave no answer and cannot be asked: it may have arrived. It is not "
            "repeated by itself."
        ),
    }[reply.reason]


def step_label(step: NextStep) -> str:
    """What to do now, in a sentence."""
    return {
        NextStep.LISTEN: _("Listen to the recording, then answer."),
        NextStep.READ: _("Read the message, then answer."),
        NextStep.CALL_THEM: _(
            "They asked to be called: call them now, or record what you want to tell them."
        ),
        NextStep.CALLING: _("A call to them is on its way."),
        NextStep.CLOSE: _("You talked: mark the case as answered, or send an answer as well."),
        NextStep.TALKED: _("Nothing to do: it was answered by talking."),
        NextStep.RECORDING_COMES: _("Wait a moment: the recording is on its way here."),
        NextStep.ASK_AGAIN: _("There is no recording: answer by asking them to say it again."),
        NextStep.LOOK: _("They sent no words: open what they sent, then answer."),
        NextStep.PICTURES_COME: _("Wait a moment: what they sent is on its way here."),
        NextStep.SEND_AGAIN: _("Your answer was not heard: send it again."),
        NextStep.NOT_HEARD: _(
            "They have not heard your answer: call them, send it again, or tell them another way."
        ),
        NextStep.REFUSED: _("They refused what you proposed: propose something else, or close."),
        NextStep.ON_ITS_WAY: _("Nothing to do: the answer is on its way."),
        NextStep.THEY_CALL: _("Nothing to do: the answer waits until they call."),
        NextStep.DONE: _("Nothing to do: the answer has arrived."),
    }[step]


def coming_route_label(route: Route) -> str:
    """What will happen to an answer once it is sent."""
    return {
        Route.CALL: _("Rimay will call them and play it."),
        Route.TEXT: _("Rimay will send it as a text message."),
        Route.NOTICE: _("Rimay will text them to call and hear it; the text tells nothing else."),
        Route.WAITS: _("They will hear it when they call."),
    }[route]


def age_label(age: dt.timedelta) -> str:
    """How long ago something was, in the largest unit of which there are two."""
    if age < dt.timedelta(minutes=1):
        return _("just now")
    # A negative span is worded as past; nine days are not "1 week".
    return str(format_timedelta(-age, add_direction=True, threshold=2))


def route_label(route: Route) -> str:
    """What happens to a reply that was just sent."""
    return {
        Route.CALL: _("Sent: Rimay is calling them now."),
        Route.TEXT: _("Sent as a text message."),
        Route.NOTICE: _("Sent: a neutral text message tells them that an answer waits."),
        Route.WAITS: _("Kept: they will hear it when they call."),
    }[route]


def gender_label(gender: Gender) -> str:
    return {
        Gender.WOMAN: _("Woman"),
        Gender.MAN: _("Man"),
        Gender.OTHER: _("Another answer"),
        Gender.UNSAID: _("Prefers not to say"),
    }[gender]


def known_label(known: HowKnown) -> str:
    """From whom we have it."""
    return {
        HowKnown.SELF: _("they told us themselves"),
        HowKnown.OPERATOR: _("taken down by staff"),
    }[known]


def district_label(programme: Programme, slug: str) -> str:
    """The district's name; its slug where the programme no longer has it."""
    found = programme.district(slug)
    return found.name if found else slug


def hindrance_label(hindrance: str) -> str:
    """Why the person of a case is not called now, in a sentence."""
    return {
        Hindrance.UNKNOWN: _("Their number is not known: they cannot be called."),
        Hindrance.SHE_CALLS: _("They will call themselves: nobody rings their phone."),
        Hindrance.OPTED_OUT: _("This line asked not to be contacted: it is not called."),
        Hindrance.CLOSED: _("Outside of the calling hours: nobody is called now."),
        Hindrance.NO_NUMBER: _("The programme has no number that places calls."),
    }[Hindrance(hindrance)]


def call_label(call: PutThrough, zone: dt.tzinfo) -> str:
    """What came of calling the person of a case, in a few words."""
    if call.outcome is Outcome.TALKED and call.taken_at is not None:
        at = f"{call.taken_at.astimezone(zone):%H:%M}"
        if call.length is None:
            return _("Talked at %(time)s", time=at)
        return _("Talked at %(time)s, %(length)s", time=at, length=_minutes(call.length))
    if call.outcome is None:
        return {
            "talking": _("Talking"),
            "rings_them": _("Their phone rings"),
        }.get(call.standing, _("Your work phone rings: press 1 there"))
    return {
        Outcome.TALKED: _("Talked"),
        Outcome.NO_ANSWER: _("Nobody answered"),
        Outcome.BUSY: _("Their line was busy"),
        Outcome.DECLINED: _("Somebody answered, and did not take the call"),
        Outcome.FAILED: _("Their phone could not be reached"),
        Outcome.GONE: _("You hung up before they took the call"),
        Outcome.LATER: _("They cannot talk now: later"),
        Outcome.NEVER: _("They want no more calls"),
        Outcome.UNREADY: _("Not taken at the work phone: they were not called"),
        Outcome.WITHDRAWN: _("They could not be called any more"),
    }[call.outcome]


def _minutes(length: dt.timedelta) -> str:
    minutes = round(length / dt.timedelta(minutes=1))
    if minutes == 0:
        return _("less than a minute")
    return _("%(n)d min", n=minutes)


def feedback_label(given: Given) -> str:
    """What she said of an outcome, in a few words."""
    return {
        (Feedback.SATISFACTION, "satisfied"): _("Content with it"),
        (Feedback.SATISFACTION, "partly"): _("Content in part"),
        (Feedback.SATISFACTION, "unsatisfied"): _("Not content"),
        (Feedback.SATISFACTION, UNSAID): _("Asked, and said nothing"),
        (Feedback.HELD, "yes"): _("Asked later: it held"),
        (Feedback.HELD, "no"): _("Asked later: it did not hold"),
    }[given.feedback, given.answer]
