"""How the pages name the lifecycle: states, steps, what is missing for one, and what happened."""

from __future__ import annotations

from flask_babel import gettext as _

from grievances.following.values import CONTENT
from grievances.history import Event
from grievances.lifecycle import CloseCode, Need, State, Step
from grievances.values import (
    CaseKind,
    Category,
    Confidentiality,
    LinkKind,
    Past,
    Relation,
    ReprisalRisk,
)


def state_label(state: State) -> str:
    return {
        State.RECEIVED: _("Received"),
        State.ACKNOWLEDGED: _("Taken up"),
        State.TRIAGED: _("Triaged"),
        State.NEEDS_INFORMATION: _("Waits for them"),
        State.INVESTIGATING: _("Being looked into"),
        State.RESOLUTION_PROPOSED: _("Resolution proposed"),
        State.ACCEPTED: _("Accepted"),
        State.IMPLEMENTING: _("Being carried out"),
        State.RESOLVED: _("Resolved"),
        State.CLOSED: _("Closed"),
        State.REOPENED: _("Reopened"),
        State.APPEALED: _("Appealed"),
    }[state]


def step_label(step: Step) -> str:
    """What a button does."""
    if step.origin is State.RESOLUTION_PROPOSED and step.to is State.INVESTIGATING:
        return _("They refused")
    return {
        State.RECEIVED: "",
        State.ACKNOWLEDGED: _("Take it up"),
        State.TRIAGED: _("Triage is done"),
        State.NEEDS_INFORMATION: _("Ask them for more"),
        State.INVESTIGATING: _("Look into it"),
        State.RESOLUTION_PROPOSED: _("Propose a resolution"),
        State.ACCEPTED: _("Accepted"),
        State.IMPLEMENTING: _("It is being carried out"),
        State.RESOLVED: _("It is resolved"),
        State.CLOSED: _("Close"),
        State.REOPENED: _("Reopen"),
        State.APPEALED: _("They appeal"),
    }[step.to]


def code_label(code: CloseCode) -> str:
    return {
        CloseCode.RESOLVED_ACCEPTED: _("Resolved, and they accepted"),
        CloseCode.RESOLVED_NOT_CONFIRMED: _("Done, and nobody could be asked"),
        CloseCode.NOT_ACCEPTED: _("They refused, and know how to appeal"),
        CloseCode.ANSWERED: _("Answered"),
        CloseCode.REFERRED: _("Referred to somebody outside"),
        CloseCode.NOT_ELIGIBLE: _("Not ours to deal with"),
        CloseCode.WITHDRAWN: _("Withdrawn by them"),
        CloseCode.UNREACHABLE: _("They cannot be reached"),
        CloseCode.DUPLICATE: _("Goes on in another case"),
    }[code]


def need_label(need: Need) -> str:
    """What is missing for a step, in a sentence."""
    return {
        Need.NOTE: _("Say what they are told."),
        Need.INTERNAL_NOTE: _("Note how it is known."),
        Need.TRIAGE: _("Settle its kind first, and of a grievance its category and severity."),
        Need.REFUSED: _("They have not refused what was proposed last."),
        Need.WAS_ACCEPTED: _("They have not accepted what was proposed."),
        Need.WAS_REFUSED: _("They have not refused what was proposed."),
        Need.ANSWER_GIVEN: _("That is for what is no grievance and has been answered."),
        Need.ATTEMPTS: _("That takes three attempts to reach them, on two days or more."),
        Need.NOBODY_TO_ASK: _(
            "That is for cases of nobody, 30 days after what was proposed could be heard."
        ),
        Need.IN_TIME_TO_REOPEN: _("More than 30 days have gone by: open a new case."),
        Need.IN_TIME_TO_APPEAL: _("More than 30 days have gone by since the outcome."),
        Need.NEXT_TIER: _("There is no tier of ours above this one, or nothing to appeal."),
        Need.OTHER_CASE: _("Name the case in which it goes on."),
        Need.NO_PART_BEFORE: _("You had a part in what is appealed: somebody else decides."),
    }[need]


def category_label(category: Category) -> str:
    return {
        Category.WATER: _("Water"),
        Category.AIR_DUST: _("Air and dust"),
        Category.NOISE_BLASTING: _("Noise, vibration, blasting"),
        Category.TAILINGS_SPILL: _("Tailings or a spill"),
        Category.LAND_PROPERTY: _("Land, property, animals"),
        Category.RESETTLEMENT: _("Resettlement"),
        Category.LOCAL_JOBS: _("Local jobs"),
        Category.SUPPLIER_PAYMENT: _("Suppliers not paid"),
        Category.TRAFFIC: _("Roads and traffic"),
        Category.AGREEMENT: _("An agreement that is not kept"),
        Category.SECURITY: _("Conduct of guards or police"),
        Category.CONSULTATION: _("Consultation"),
        Category.LABOUR: _("Labour"),
        Category.HEALTH: _("Health"),
        Category.WOMENS_SAFETY: _("Safety of women"),
        Category.REPRISAL: _("Reprisals"),
        Category.CORRUPTION: _("Corruption"),
        Category.OTHER: _("Something else"),
    }[category]


def kind_choice_label(kind: CaseKind) -> str:
    return {
        CaseKind.QUESTION: _("Question"),
        CaseKind.GRIEVANCE: _("Grievance"),
        CaseKind.SUGGESTION: _("Suggestion"),
        CaseKind.COMPLIMENT: _("Compliment"),
    }[kind]


def severity_label(severity: int) -> str:
    return {
        1: _("1: minor"),
        2: _("2: a nuisance"),
        3: _("3: serious"),
        4: _("4: harm"),
        5: _("5: danger or reprisals"),
    }[severity]


def confidentiality_label(mode: Confidentiality) -> str:
    return {
        Confidentiality.NAMED: _("Named"),
        Confidentiality.CONFIDENTIAL: _("Confidential"),
        Confidentiality.ANONYMOUS: _("Anonymous"),
    }[mode]


def relation_label(relation: Relation) -> str:
    return {
        Relation.FAMILY: _("Family"),
        Relation.NEIGHBOUR: _("A neighbour"),
        Relation.COMMUNITY: _("An authority of the community"),
        Relation.ORGANISATION: _("An organisation"),
        Relation.OTHER: _("Somebody else"),
    }[relation]


def on_behalf_label(relation: Relation) -> str:
    return _("For somebody else, by: %(who)s", who=relation_label(relation))


def link_label(kind: LinkKind) -> str:
    return {
        LinkKind.DUPLICATE: _("Told twice: it goes on in the other case"),
        LinkKind.SAME_MATTER: _("Several people, one matter"),
        LinkKind.RELATED: _("Related"),
    }[kind]


def risk_label(risk: ReprisalRisk) -> str:
    return {
        ReprisalRisk.NONE: _("No risk of reprisals known"),
        ReprisalRisk.POSSIBLE: _("Reprisals are possible"),
        ReprisalRisk.REPORTED: _("Reprisals reported"),
    }[risk]


def actor_label(actor: str) -> str:
    return {"person": _("The complainant"), "system": _("Rimay")}.get(actor, actor)


def event_label(past: Past) -> str:
    """What happened, in a few words."""
    if past.kind == Event.MOVED and past.to_state is not None:
        if past.to_state is State.CLOSED and past.facts.get("code"):
            code = code_label(CloseCode(past.facts["code"]))
            return _("Closed: %(code)s", code=code)
        return state_label(past.to_state)
    if past.kind == Event.ASKED_BACK and past.reason == CONTENT:
        return _("They were asked how content they are")
    words = {
        Event.OPENED: _("Opened"),
        Event.CARRIED_OVER: _("Here before histories were kept"),
        Event.READ: _("Read for the first time"),
        Event.SAID: _("They said more"),
        Event.REPLIED: _("Answered"),
        Event.REPLIED_AGAIN: _("The answer went out again"),
        Event.TALKED: _("Answered on a call"),
        Event.CALL_ASKED: _("A call to them was asked for"),
        Event.ATTEMPTED: _("They were not reached"),
        Event.NOT_HEARD: _("The answer was not heard"),
        Event.ASKED_BACK: _("They were asked whether it held"),
        Event.ANSWER_CHOSEN: _("They chose how to be answered"),
        Event.QUEUED: _("Put into another queue"),
        Event.ASSIGNED: _("Assigned"),
        Event.RETURNED: _("Given back"),
        Event.ESCALATED: _("Escalated"),
        Event.EXTENDED: _("More time was given"),
        Event.CLASSIFIED: _("Category, severity or district settled"),
        Event.CONVERTED: _("Of another kind"),
        Event.CONFIDENTIALITY: _("They chose who may know whose case it is"),
        Event.REPRISAL: _("Risk of reprisals noted"),
        Event.MERGED: _("Another case was put into this one"),
        Event.LINKED: _("Linked with another case"),
        Event.UNLINKED: _("No longer linked with another case"),
        Event.REVEALED: _("The number was shown"),
        Event.NOTED: _("Note"),
        Event.ERASED: _("Words were erased"),
    }
    return words[Event(past.kind)] if past.kind in set(Event) else past.kind
