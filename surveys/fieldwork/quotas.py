"""Quotas: how many complete interviews each group has, and who may still be called for them.

Gender and language are those of the responses; a district is that of the response where the
questionnaire asks for one, else that of the sampled line. A group's interviews that are under way
count as if they were complete, so that nobody is asked in vain.

Whoever's group is not known before she is asked counts, while her interview is under way, towards
every group that she may turn out to be in; one who ends without telling counts towards none. She is
called while each of these groups that is not full has room for her, and thanked, and asked no
further, once she has told that she is in a full one (`over_quota`). So no group of a sample passes
its target, nor one of a round that turns callers of a full group away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, case, func, literal, select

from programmes.questionnaire import place_option
from programmes.questions import QuestionKind
from surveys.fieldwork.models import SampledLine
from surveys.fieldwork.values import About, Of, Plan, Quota, Standing
from surveys.models import Answer, Response
from surveys.outcomes import Disposition
from surveys.queries import questions_of
from surveys.questionnaire import Order

_AS_CONTACTS_SAY = {"gender_other": "other", "gender_unsaid": "unsaid"}


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a group is."""

    quota: Quota
    complete: int
    under_way: int = 0
    maybe: int = 0
    """Interviews under way with people who may be in this group, or in another one."""

    @property
    def is_full(self) -> bool:
        return self.complete >= self.quota.target

    @property
    def has_room(self) -> bool:
        """Whether one more may be asked now."""
        return self.complete + self.under_way + self.maybe < self.quota.target

    def with_one_more(self, about: About) -> Fill:
        """As it is with somebody else under way."""
        hers = about.name_in(self.quota.of)
        return replace(
            self,
            under_way=self.under_way + (hers == self.quota.name),
            maybe=self.maybe + (not hers),
        )


def fills(connection: Connection, round_id: str, quotas: Sequence[Quota]) -> list[Fill]:
    """Every group as it stands now."""
    if not quotas:
        return []
    asked = questions_of(connection, round_id)
    found: list[Fill] = []
    for of in {each.of for each in quotas}:
        names = [each.name for each in quotas if each.of is of]
        complete = _complete(connection, round_id, of, asked, names)
        under_way = _under_way(connection, round_id, of)
        found += [
            Fill(each, complete[each.name], under_way[each.name], under_way[""])
            for each in quotas
            if each.of is of
        ]
    return sorted(found, key=lambda fill: quotas.index(fill.quota))


def groups_of(found: Sequence[Fill], about: About) -> list[Fill]:
    """The groups that she is known to be in."""
    return [each for each in found if about.name_in(each.quota.of) == each.quota.name]


def may_be_in(found: Sequence[Fill], about: About) -> list[Fill]:
    """The groups that she is in, and where that is not known those that she may fill: not the full
    ones, since whoever turns out to be in one of them is asked no further."""
    return [
        each
        for each in found
        if (hers := about.name_in(each.quota.of)) == each.quota.name
        or (not hers and not each.is_full)
    ]


def over_quota(found: Sequence[Fill], about: About, *, is_complete: bool) -> bool:
    """Whether somebody who has told of herself by now is one too many: before her last answer where
    a group of hers is full, after it where hers would be one more than wanted."""
    mine = groups_of(found, about)
    return any(each.complete - is_complete >= each.quota.target for each in mine)


def is_turned_away(connection: Connection, round_id: str, plan: Plan, about: About) -> bool:
    """Whether a caller is not asked because a group that she is in is full."""
    if not plan.turns_away or not plan.quotas:
        return False
    return any(each.is_full for each in groups_of(fills(connection, round_id, plan.quotas), about))


def genders(connection: Connection, round_id: str) -> Counter[str] | None:
    """How many have finished, by what they told of their gender; None where nobody is asked."""
    asked = questions_of(connection, round_id)
    return _complete(connection, round_id, Of.GENDER, asked, ()) if asked.gender else None


def emptiest_first(found: Sequence[Fill]) -> Any:
    """SQL to order lines by: whoever is in the emptiest groups is called first, whoever is in no
    group last."""
    total: Any = literal(0)
    for of in Of:
        shares = {
            each.quota.name: 1000 * (each.complete + each.under_way) // max(1, each.quota.target)
            for each in found
            if each.quota.of is of
        }
        if shares:
            total = total + case(shares, value=_COLUMNS[of], else_=1000)
    return total


_COLUMNS: Mapping[Of, Any] = {
    Of.GENDER: SampledLine.gender,
    Of.DISTRICT: SampledLine.district,
    Of.LANGUAGE: SampledLine.language,
}


def as_contacts_say(gender: str) -> str:
    """An answer to the question of gender, as a person's gender is kept."""
    return _AS_CONTACTS_SAY.get(gender, gender)


def _complete(
    connection: Connection, round_id: str, of: Of, asked: Order, names: Sequence[str]
) -> Counter[str]:
    complete = (Response.round_id == round_id, Response.complete)
    if of is Of.LANGUAGE:
        grouped = select(Response.language, func.count()).where(*complete)
        return _counted(connection, grouped.group_by(Response.language))
    is_place = (each for each in asked.questions if each.question.kind is QuestionKind.PLACE)
    question = asked.gender if of is Of.GENDER else next(is_place, None)
    if question is not None:
        answered = (
            select(Answer.value, func.count())
            .join(Response, Response.id == Answer.response_id)
            .where(*complete, Answer.question == question.name)
            .group_by(Answer.value)
        )
        return _counted(connection, answered, {place_option(name): name for name in names})
    column = _COLUMNS[of]
    reached = select(column, func.count()).where(
        SampledLine.round_id == round_id, SampledLine.interview == Disposition.COMPLETE
    )
    return _counted(connection, reached.group_by(column))


def _under_way(connection: Connection, round_id: str, of: Of) -> Counter[str]:
    """By group; those of whom none is known under an empty name."""
    column = _COLUMNS[of]
    over = (Disposition.COMPLETE, Disposition.QUOTA_FULL)
    waiting = select(column, func.count()).where(
        SampledLine.round_id == round_id,
        SampledLine.state == Standing.QUEUED,
        func.coalesce(SampledLine.interview, "").not_in(over),
    )
    return _counted(connection, waiting.group_by(column))


def _counted(
    connection: Connection, grouped: Any, named: Mapping[str, str] = MappingProxyType({})
) -> Counter[str]:
    counted: Counter[str] = Counter()
    for name, count in connection.execute(grouped):
        counted[named.get(name or "", as_contacts_say(name or ""))] += count
    return counted
