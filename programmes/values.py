"""A programme as frozen values: what callers hear and choose, and where what they say goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from locales.wording import Wording as Wording
from programmes.calendar import Calendar
from programmes.clocks import DEFAULT_CLOCKS, Clocks
from programmes.directory import Place
from programmes.questions import Question as Question
from programmes.questions import QuestionKind as QuestionKind
from programmes.routing import INDEPENDENT_TIER, Fact, Facts, Rule, queue_by

DEFAULT_RIGHTS = 8


class CarrierName(StrEnum):
    """Who carries what goes out from a number of ours, and what comes to it."""

    TWILIO = "twilio"
    """Twilio, or a carrier with its interface: calls and texts."""
    KANNEL = "kannel"
    """A Kannel of the programme's own, at a network's message centre: texts alone."""


class Tool(StrEnum):
    """What a leaf of the menu leads to."""

    LIBRARY = "library"
    SUPPORT = "support"
    SURVEY = "survey"
    MY_CASE = "my_case"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One option of the main menu: the option's name and its tool."""

    option: str
    tool: Tool


@dataclass(frozen=True, slots=True)
class Message:
    """A library message, not played after `expires_on`; its words are `message.<slug>`."""

    slug: str
    source: str
    reviewed_on: dt.date
    expires_on: dt.date
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the library, chosen by the option of the same name."""

    option: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question or grievance is about, and the queue it goes to."""

    option: str
    queue: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Where cases wait; `affiliation` says whose people may open them."""

    slug: str
    name: Mapping[str, str]
    """For staff, by page language."""
    affiliation: str


@dataclass(frozen=True, slots=True)
class District:
    """Where people live, as they and the State call it."""

    slug: str
    name: str
    """Its proper name, the same in every language."""
    languages: tuple[str, ...] = ()
    """In which order languages are offered there; the programme's order where none is given."""
    province: str = ""
    region: str = ""
    """With whose people hers are told of together, where they are few."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A questionnaire in its order."""

    name: str
    title: Mapping[str, str]
    """For staff, by page language."""
    questions: tuple[Question, ...]

    def question(self, name: str) -> Question | None:
        return next((each for each in self.questions if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Programme:
    """One immutable version of a programme, named by the hash of its content."""

    hash: str
    slug: str
    name: Mapping[str, str]
    languages: tuple[str, ...]
    """Tags in the order in which they are offered; the first is the fallback of the pages."""
    time_zone: str
    calendar: Calendar
    """When people may be called, and when somebody is on duty."""
    menu: tuple[MenuItem, ...]
    categories: tuple[Category, ...]
    topics: tuple[Topic, ...]
    queues: tuple[Queue, ...]
    default_queue: str
    """For what was said without choosing a topic."""
    survey: Survey | None
    quick_exit: str
    """Slug of the harmless message that the quick-exit key leads to."""
    wordings: Mapping[str, Mapping[str, Wording]]
    """By language tag, then by prompt key: the programme's own prompts."""
    districts: tuple[District, ...] = ()
    """Where its people live; none where that is not asked."""
    rights_days: int = DEFAULT_RIGHTS
    """Business days in which whoever asks to see, correct or delete is answered (DOMAIN 2.1)."""
    clocks: Clocks = field(default_factory=lambda: DEFAULT_CLOCKS)
    """How long each step of a case may take."""
    routing: tuple[Rule, ...] = ()
    """Which queue a case goes to, before its topic's."""
    directory: tuple[Place, ...] = ()
    """Where else people may turn."""

    def queue_for(self, facts: Facts, *, now_in: str | None = None) -> str:
        """The queue of a case: by the first rule that holds, else where it is (`now_in`), else its
        topic's, else the default. What is sensitive goes to none of the company's, and what came to
        the third tier to independent people alone, whatever leads elsewhere; where a programme has
        no such queue, it stays where it is."""
        topic = self.topic(facts.get(Fact.TOPIC) or "")
        otherwise = now_in or (topic.queue if topic else self.default_queue)
        shut = self._shut(facts)
        if not shut:
            return queue_by(self.routing, facts) or otherwise
        may_have_it = [
            *(rule.queue for rule in self.routing if rule.holds(facts)),
            otherwise,
            *(each.slug for each in self.queues if each.affiliation == "independent"),
            self.default_queue,
            *(each.slug for each in self.queues),
        ]
        return next((each for each in may_have_it if each not in shut), otherwise)

    def _shut(self, facts: Facts) -> frozenset[str]:
        """The queues whose people may not have what these facts are of."""
        sides = {each.affiliation for each in self.queues}
        barred = {"company"} if facts.get(Fact.SENSITIVE) == "true" else set()
        if facts.get(Fact.TIER) == INDEPENDENT_TIER:
            barred |= sides - {"independent"}
        return frozenset(each.slug for each in self.queues if each.affiliation in barred)

    def topic(self, option: str) -> Topic | None:
        return next((topic for topic in self.topics if topic.option == option), None)

    def category(self, option: str) -> Category | None:
        return next((shelf for shelf in self.categories if shelf.option == option), None)

    def offers(self, tool: Tool) -> bool:
        """Whether an option of the main menu leads there."""
        return any(item.tool is tool for item in self.menu)

    def offered(self, *first: str) -> tuple[str, ...]:
        """Its languages in the order in which they are offered where `first` come first."""
        leading = tuple(dict.fromkeys(tag for tag in first if tag in self.languages))
        return leading + tuple(tag for tag in self.languages if tag not in leading)

    def district(self, slug: str | None) -> District | None:
        return next((each for each in self.districts if each.slug == slug), None)

    def options(self) -> frozenset[str]:
        """Every option that a caller can choose somewhere in the programme."""
        questions = self.survey.questions if self.survey else ()
        return frozenset(
            (
                *(item.option for item in self.menu),
                *(shelf.option for shelf in self.categories),
                *(topic.option for topic in self.topics),
                *(option for each in questions for option in (*each.options, *each.ends)),
            )
        )
