"""How a round was taken to the field, as its method says it: frame, mode, codes and rates.

Of a round that is open to callers alone there are neither codes nor rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from surveys.fieldwork import queries
from surveys.fieldwork.values import Basis, Mode, Plan, State
from surveys.fieldwork.views import CodeRow, RateRow, code_rows, rate_rows
from surveys.labels import Labels
from surveys.outcomes import Disposition
from surveys.release.words import method_word


@dataclass(frozen=True, slots=True)
class Fielded:
    """The plan of a round, and what came of its lines."""

    plan: Plan
    counts: Mapping[Disposition, int]
    is_over: bool

    @property
    def lines(self) -> int:
        return sum(self.counts.values())

    @property
    def codes(self) -> list[CodeRow]:
        return code_rows(self.counts, is_over=self.is_over)

    @property
    def rates(self) -> list[RateRow]:
        return rate_rows(self.counts, is_over=self.is_over)


def fielded(connection: Connection, round_id: str) -> Fielded | None:
    """How the round was taken to the field; None where whoever called or wrote was asked."""
    found = queries.find(connection, round_id)
    if found is None or not found.plan.is_sampled:
        return None
    counts = queries.dispositions(connection, round_id)
    return Fielded(found.plan, counts, found.state is State.DONE)


def facts(field: Fielded | None, labels: Labels) -> dict[str, str]:
    """The method's frame, mode, dispositions and rates."""

    def word(key: str) -> str:
        return method_word(labels, key)

    if field is None:
        return {
            "frame": word("frame_text"),
            "mode": word("mode_text"),
            "dispositions": word("dispositions_none"),
            "rates": word("rates_text"),
        }
    plan = field.plan
    basis = "frame_agreed" if plan.sample.basis is Basis.AGREED else "frame_list"
    frame = [word(basis).format(lines=field.lines, consent=plan.sample.consent_source)]
    mode = [word(f"mode_{plan.way}")]
    if plan.announces:
        mode.append(word("mode_announced"))
    if plan.incentive:
        mode.append(word("mode_incentive").format(amount=f"{plan.incentive / 1000:g}"))
    if plan.mode is Mode.BOTH:
        frame.append(word("frame_both"))
        mode.append(word("mode_text"))
    codes = [f"{each.code} ({each.group.value}): {_count(each, labels)}" for each in field.codes]
    rates = [f"{each.name} = {_per_cent(each, labels)}; {each.formula}" for each in field.rates]
    return {
        "frame": " ".join(frame),
        "mode": " ".join(mode),
        "dispositions": "; ".join(codes),
        "rates": ". ".join((*rates, word("rates_how"))),
    }


def _count(row: CodeRow, labels: Labels) -> str:
    if row.count is None:
        return labels.word("suppressed")
    return f">= {row.count}" if row.at_least else str(row.count)


def _per_cent(row: RateRow, labels: Labels) -> str:
    return labels.word("suppressed") if row.per_cent is None else f"{row.per_cent} %"
