"""Which queue a case goes to: rules of a programme, the first that holds decides.

A rule names facts of a case and the values of each with which it holds. Where no rule holds, the
queue is that of the topic, or the default one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from programmes.choices import reference
from programmes.nodes import Field, did_you_mean


class Fact(StrEnum):
    """What of a case a rule may look at; its values are words, also where they are numbers."""

    KIND = "kind"
    TOPIC = "topic"
    CATEGORY = "category"
    DISTRICT = "district"
    LANGUAGE = "language"
    SEVERITY = "severity"
    WISH = "wish"
    """Whether they would rather talk to a woman or to a man."""
    SENSITIVE = "sensitive"
    """`true` where somebody may suffer for having spoken, or it is about violence or women."""
    TIER = "tier"
    """Who decides: 1 the case manager, 2 a supervisor, 3 people who are independent."""


KINDS = ("question", "grievance", "suggestion", "compliment", "voice_message", "call_wish")
CATEGORIES = (
    "water",
    "air_dust",
    "noise_blasting",
    "tailings_spill",
    "land_property",
    "resettlement",
    "local_jobs",
    "supplier_payment",
    "traffic",
    "agreement",
    "security",
    "consultation",
    "labour",
    "health",
    "womens_safety",
    "reprisal",
    "corruption",
    "other",
)
"""DOMAIN 1.3; what cases are filed under, `grievances.values.Category`."""
WISHES = ("woman", "man")
TIERS = ("1", "2", "3")
INDEPENDENT_TIER = "3"
_RESTRICTED = {Fact.SENSITIVE: {"true"}, Fact.CATEGORY: {"womens_safety", "reprisal"}}
"""What may not be sent to people of the company by a rule that says so."""

Facts = Mapping[Fact, str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A case for which all of `when` holds waits in `queue`."""

    when: Mapping[Fact, tuple[str, ...]]
    queue: str

    def holds(self, facts: Facts) -> bool:
        return all(facts.get(fact) in values for fact, values in self.when.items())

    def covers(self, other: Rule) -> bool:
        """Whether it holds for every case for which the other does."""
        return all(
            fact in other.when and set(other.when[fact]) <= set(values)
            for fact, values in self.when.items()
        )


def queue_by(rules: Iterable[Rule], facts: Facts) -> str | None:
    """The queue of the first rule that holds; None where none does."""
    return next((rule.queue for rule in rules if rule.holds(facts)), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What rules may name in one programme."""

    queues: Mapping[str, str]
    """Their affiliations, by slug."""
    topics: Collection[str]
    districts: Collection[str]
    languages: Collection[str]

    def values(self, fact: Fact) -> Collection[str]:
        match fact:
            case Fact.KIND:
                return KINDS
            case Fact.TOPIC:
                return self.topics
            case Fact.CATEGORY:
                return CATEGORIES
            case Fact.DISTRICT:
                return self.districts
            case Fact.LANGUAGE:
                return self.languages
            case Fact.SEVERITY:
                return ("1", "2", "3", "4", "5")
            case Fact.WISH:
                return WISHES
            case Fact.SENSITIVE:
                return ("true", "false")
            case Fact.TIER:
                return TIERS


def read_routing(field: Field, known: Known) -> list[dict[str, Any]]:
    """The content of `routing`: what cannot be, or can never hold, is noted at its line."""
    content: list[dict[str, Any]] = []
    earlier: list[tuple[Rule, int]] = []
    for item in field.items():
        members = item.record("when", "queue")
        when = _when(members["when"], known)
        queue = reference(members["queue"], "the rule", "queue", known.queues)
        rule = Rule({fact: tuple(values) for fact, values in when.items()}, queue)
        before = next((line for other, line in earlier if other.covers(rule)), None)
        if when and before is not None:
            item.note(f"this rule never holds: the one in line {before} is met first")
        is_restricted = any(set(values) & _RESTRICTED.get(f, set()) for f, values in when.items())
        if is_restricted and known.queues.get(queue) == "company":
            members["queue"].note(f"queue {queue!r} is the company's: nothing sensitive goes there")
        is_of_panel = INDEPENDENT_TIER in when.get(Fact.TIER, ())
        if is_of_panel and known.queues.get(queue) not in (None, "independent"):
            members["queue"].note(f"queue {queue!r} is not independent, and decides in tier 3")
        earlier.append((rule, item.line))
        content.append(
            {"when": {fact.value: values for fact, values in when.items()}} | {"queue": queue}
        )
    return content


def _when(field: Field, known: Known) -> dict[Fact, list[str]]:
    when: dict[Fact, list[str]] = {}
    for name, member in field.entries().items():
        if name not in list(Fact):
            member.note(
                f"a rule cannot look at {name!r}{did_you_mean(name, [each.value for each in Fact])}"
            )
            continue
        fact = Fact(name)
        values: list[str] = []
        for each in member.items() if member.is_list else [member]:
            value = each.plain()
            possible = known.values(fact)
            if value and value not in possible:
                hint = did_you_mean(value, possible)
                each.note(f"{value!r} is no {fact.value} of this programme{hint}")
            values.append(value)
        when[fact] = values
    if field.is_given and field.is_record and not when:
        field.note("a rule without a condition: the queues of the topics are for that")
    return when


def rules_of(content: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules whose content this is."""
    return tuple(
        Rule(
            MappingProxyType({Fact(name): tuple(values) for name, values in each["when"].items()}),
            each["queue"],
        )
        for each in content
    )


def routing_content(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """What JSON can hold of the rules."""
    return [
        {
            "when": {fact.value: list(values) for fact, values in rule.when.items()},
            "queue": rule.queue,
        }
        for rule in rules
    ]
