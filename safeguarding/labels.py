"""What the pages say of reports: every name in words."""

from __future__ import annotations

from flask_babel import gettext as _

from safeguarding.values import AgeBand, Hour, Outcome, Sex, Why


def hour_label(hour: Hour) -> str:
    return {
        Hour.MORNING: _("In the morning"),
        Hour.AFTERNOON: _("In the afternoon"),
        Hour.EVENING: _("In the evening"),
        Hour.ANY: _("At any hour"),
    }[hour]


def age_label(band: AgeBand) -> str:
    return {
        AgeBand.CHILD: _("Under 18"),
        AgeBand.YOUNG: _("18 to 29"),
        AgeBand.MIDDLE: _("30 to 59"),
        AgeBand.OLD: _("60 or over"),
    }[band]


def sex_label(sex: Sex) -> str:
    return {Sex.WOMAN: _("Woman"), Sex.MAN: _("Man"), Sex.OTHER: _("Another answer")}[sex]


def outcome_label(outcome: Outcome) -> str:
    return {
        Outcome.REFERRED_IN_24_H: _("Referred within 24 hours, as she agreed"),
        Outcome.REFERRED_LATER: _("Referred later, as she agreed"),
        Outcome.NO_REFERRAL: _("She wanted no referral"),
        Outcome.NOT_REACHED: _("Not reached at the hour she chose; try again"),
    }[outcome]


def why_label(why: Why) -> str:
    return {
        Why.TO_CALL: _("To call her"),
        Why.TO_REFER: _("To refer her, as she agreed"),
        Why.TO_REVIEW: _("To look through what is done"),
    }[why]
