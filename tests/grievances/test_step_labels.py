"""Every state, step, need and event has a name on the pages."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel

from grievances import step_labels as labels
from grievances.events import Event
from grievances.lifecycle import STEPS, CloseCode, Need, State
from grievances.triage import SEVERITIES
from grievances.values import (
    CaseKind,
    Category,
    Confidentiality,
    LinkKind,
    Past,
    Relation,
    ReprisalRisk,
)
from tests.grievances.people import NOW


def past(kind: str, to: State | None = None) -> Past:
    return Past(kind, NOW, "person", None, to, None, {}, None, None)


def test_nothing_is_without_a_name() -> None:
    app = Flask("words")
    Babel(app)  # type: ignore[no-untyped-call, unused-ignore]
    with app.test_request_context():
        named = [
            *(labels.state_label(each) for each in State),
            *(labels.code_label(each) for each in CloseCode),
            *(labels.step_label(each) for each in STEPS),
            *(labels.need_label(each) for each in Need),
            *(labels.category_label(each) for each in Category),
            *(labels.kind_choice_label(each) for each in CaseKind),
            *(labels.severity_label(each) for each in SEVERITIES),
            *(labels.confidentiality_label(each) for each in Confidentiality),
            *(labels.relation_label(each) for each in Relation),
            *(labels.risk_label(each) for each in ReprisalRisk),
            *(labels.link_label(each) for each in LinkKind),
            *(labels.event_label(past(each)) for each in Event if each is not Event.MOVED),
            *(labels.event_label(past(Event.MOVED, each)) for each in State),
        ]
    assert all(named)
