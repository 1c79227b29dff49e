"""A draft brought together with what it is made from: its differences, words, sounds and faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.examining import Examined, Examiner
from app.house import House
from app.settings import Environment
from dialogue.exploring.findings import Finding, Severity
from dialogue.exploring.walk import ExplorationTooLarge
from dialogue.keys import spoken_keys
from library import queries as library
from library.editing import content_as_heard
from library.prompts import DraftedPrompts, Prompts
from library.words import DraftedWordings
from locales.catalogues import prompts as catalogue
from locales.drafts import Drafts
from locales.languages import language
from programmes import queries
from programmes.content import content_hash
from programmes.drafts import queries as drafts
from programmes.drafts.differences import Change, What, changes
from programmes.drafts.gaps import Missing, gaps, programme
from programmes.drafts.values import Approval, Draft
from programmes.values import Programme

MOST_APPROVALS = 2


@dataclass(frozen=True)
class Drafted:
    """One draft as it was read, and everything that is asked of it."""

    draft: Draft
    current: Programme
    heard: Mapping[str, Any]
    """What callers meet now, as content."""
    approvals: tuple[Approval, ...]
    house: House

    @property
    def content(self) -> dict[str, Any]:
        return dict(self.draft.content)

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(self.draft.content["languages"])

    @property
    def has_moved(self) -> bool:
        """Whether callers meet something else by now than when the draft began."""
        is_other = self.draft.base != self.current.hash
        return is_other or content_hash(self.heard) != content_hash(self.draft.before)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return changes(self.draft.before, self.draft.content)

    @property
    def needed(self) -> int:
        """How many people must stand for it: two where what the library says or what the survey
        asks changes, which nobody can mend once callers have met it."""
        is_grave = any(each.message or each.is_about_questions for each in self.changes)
        return MOST_APPROVALS if is_grave else 1

    @cached_property
    def programme(self) -> Programme:
        """The version that it would become."""
        return programme(self.draft.content)

    @cached_property
    def gaps(self) -> tuple[Missing, ...]:
        return gaps(self.draft.content)

    @property
    def today(self) -> dt.date:
        """The day where the programme's people live."""
        zone = ZoneInfo(self.current.time_zone)
        return self.house.services.clock().astimezone(zone).date()

    @cached_property
    def reworded(self) -> frozenset[tuple[str, str]]:
        """Prompts that say or write something else, by language and key."""
        return frozenset((each.language, each.name) for each in self.changes if each.is_about_words)

    @cached_property
    def respoken(self) -> frozenset[tuple[str, str]]:
        """Prompts of which no recording says the draft's words."""
        bank, slug = self.house.bank, self.draft.slug
        found = set()
        for each in self.changes:
            if each.what is What.SAID or each.what is What.WORDED:
                live = bank.find(each.name, each.language, slug)
                if live is None or live.say != each.after:
                    found.add((each.language, each.name))
        return frozenset(found)

    @cached_property
    def wordings(self) -> DraftedWordings:
        return DraftedWordings(
            self.programme,
            catalogue,
            fallback=lambda tag: language(tag).fallback,
            bank=self.house.bank,
            changed=self.reworded,
        )

    def prompts(self, drafts: Drafts | None = None) -> Prompts:
        """The sounds of the draft; `drafts` speaks what nobody recorded, also where no caller may
        hear a draft."""
        return DraftedPrompts(
            drafts or self.house.prompts.drafts, bank=self.house.bank, changed=self.respoken
        )

    def examined(self, examiner: Examiner) -> Examined:
        """The draft explored. Raises ExplorationTooLarge; only of use without gaps."""
        return examiner.examine(self.programme, wordings=self.wordings, prompts=self.prompts())

    def unfit(self, change: Change) -> bool:
        """Whether a change leaves a prompt with a recording of other words."""
        if change.what is not What.SAID:
            return False
        place = change.language, change.name
        recorded = self.house.prompts.recorded(change.name, change.language, self.draft.slug)
        return place in self.respoken and recorded is not None

    def new_errors(self, examiner: Examiner) -> tuple[Finding, ...]:
        """What must be mended and is not so already in what callers meet now."""
        errors = [
            each for each in self.examined(examiner).findings if each.severity is Severity.ERROR
        ]
        if not errors:
            return ()
        try:
            before = {_fault(each) for each in examiner.examine(self.current).findings}
        except ExplorationTooLarge:
            before = set()
        return tuple(each for each in errors if _fault(each) not in before)

    def unrecorded(self, connection: Connection) -> tuple[tuple[str, str], ...]:
        """New prompts, by language and key, that callers of an open programme would miss.

        In production what nobody recorded is heard in another language, or in the carrier's voice
        where somebody stands for that (`flask programme open`).
        """
        house, slug = self.house, self.draft.slug
        is_live = house.settings.environment is Environment.PRODUCTION
        if not is_live or not queries.is_open(connection, slug):
            return ()
        allowed = {each.language for each in library.overrides(connection, slug)}
        before = spoken_keys(self.current)
        return tuple(
            (tag, key)
            for tag in self.tags
            if tag not in allowed or language(tag).say is None
            for key in sorted(spoken_keys(self.programme) - before)
            if house.prompts.recorded(key, tag, slug) is None
        )


def read(connection: Connection, house: House, slug: str) -> Drafted:
    """The draft of a programme. Raises NoDraft, UnknownProgramme."""
    current = queries.version(connection, queries.current(connection, slug))
    draft = drafts.draft(connection, slug)
    return Drafted(
        draft=draft,
        current=current,
        heard=content_as_heard(connection, current),
        approvals=drafts.approvals(connection, draft),
        house=house,
    )


def _fault(finding: Finding) -> tuple[str, str | None, str | None]:
    return finding.rule.value, finding.key, finding.language


def with_revision(drafted: Drafted, revision: int) -> Drafted:
    """As it was when somebody read it: saving tells them where it is another by now."""
    return replace(drafted, draft=replace(drafted.draft, revision=revision))
