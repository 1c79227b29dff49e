"""Questions in the words of the pages: what they ask for, and what changed of them."""

from __future__ import annotations

from flask_babel import gettext as _

from app.editor import telling
from app.editor.asked_where import NUMBER, Sign
from app.editor.drafted import Drafted
from programmes.conditions import (
    All,
    Any_,
    BadCondition,
    Compare,
    Condition,
    Not,
    Selected,
    parse,
)
from programmes.drafts.differences import Change, What
from programmes.questions import DONT_KNOW, MISSING, REFUSED, QuestionKind

_COMPARED = {"!=": "≠", ">=": "≥", "<=": "≤"}


def kind(of: QuestionKind) -> str:
    """What it is answered by."""
    return {
        QuestionKind.CHOICE: _("one of its options"),
        QuestionKind.YES_NO: _("yes or no"),
        QuestionKind.SCALE: _("a key of a scale"),
        QuestionKind.NUMBER: _("a number"),
        QuestionKind.MULTIPLE: _("any of its options, each asked alone"),
        QuestionKind.OPEN: _("her own words"),
        QuestionKind.DATE: _("a day"),
        QuestionKind.PLACE: _("one of the districts"),
    }[of]


def block(name: str) -> str:
    """A ready-made question."""
    return {
        "gender": _("Gender"),
        "age_band": _("Age band"),
        "district": _("District"),
        "language": _("Language at home"),
        "consent": _("Consent and thanks"),
    }.get(name, name)


def missing(name: str) -> str:
    """Why there is no answer."""
    return {DONT_KNOW: _("does not know"), REFUSED: _("prefers not to say")}[name]


def sign(of: Sign) -> str:
    """A comparison."""
    return {
        Sign.IS: _("is this"),
        Sign.NOT: _("is not this"),
        Sign.LEAST: _("is at least"),
        Sign.MOST: _("is at most"),
    }[of]


def side(found: Drafted, change: Change, value: str) -> str:
    """What was, or what will be, of a question."""
    if change.what is What.ASKED_WHERE:
        return where(found, value)
    name, _colon, told = value.partition(": ")
    return f"{_fact(name)}: {told}"


def _fact(name: str) -> str:
    return {
        "low": _("Lowest"),
        "high": _("Highest"),
        "bands": _("Bands in which it is published"),
        "ends": _("Names of the ends"),
        "codes": _("Themes"),
        "missing": _("Instead of an answer"),
        "is_shuffled": _("In an order of each person's own"),
        "shuffle": _("Changes places in set"),
        "group": _("Moves with the block"),
        "block": _("Ready-made"),
        "gender": _("Gender"),
        "kind": _("Kind"),
    }.get(name, name)


def where(found: Drafted, relevant: str) -> str:
    """A condition as a sentence; as it is written where it cannot be read."""
    try:
        return _where(found, parse(relevant))
    except BadCondition:
        return relevant


def _where(found: Drafted, condition: Condition) -> str:
    match condition:
        case Compare(question=name, sign=sign, value=value):
            compared = "" if sign == "=" else f"{_COMPARED.get(sign, sign)} "
            said = missing(value) if value in MISSING else telling.option(found, value)
            return f"{telling.question(found, name)}: {compared}{said or '–'}"
        case Selected(question=name, option=option):
            return f"{telling.question(found, name)}: {telling.option(found, option)}"
        case Not(part=part):
            return _("not (%(part)s)", part=_where(found, part))
        case All(parts=parts):
            return _(" and ").join(_nested(found, each) for each in parts)
        case Any_(parts=parts):
            return _(" or ").join(_nested(found, each) for each in parts)


def _nested(found: Drafted, part: Condition) -> str:
    said = _where(found, part)
    return f"({said})" if isinstance(part, All | Any_) else said


def is_number(value: str) -> bool:
    """Whether a comparison takes a number that is typed beside it."""
    return value == NUMBER
