"""The whole lifecycle against a model of its own: whatever anybody tries at whatever time, a case
goes where this table says, is refused elsewhere, its clocks are what counting days comes to
(`tests.grievances.plain_clocks`), and its history holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from grievances import history, triage
from grievances.errors import NotTheirs, StepRefused
from grievances.events import Event
from grievances.lifecycle import PERSON, SYSTEM, Actor, CloseCode, Party, State
from grievances.models import Case
from grievances.operations import move
from grievances.timekeeping import reckoned
from grievances.values import CaseKind, Category
from grievances.verifying import verify
from storage.database import Database
from storage.vault import Vault
from tests.grievances import plain_clocks
from tests.grievances.people import JUNIN, NOW, World, add_manager, make_world
from tests.grievances.plain_clocks import Entry

# from > to: who may, and what must hold. S staff, V supervisors, P the person, Y the system.
TABLE = """
received > acknowledged: S
acknowledged > triaged: S triaged
acknowledged > needs_information: S note
triaged > investigating: S
triaged > needs_information: S note
needs_information > acknowledged: SP
needs_information > investigating: SP triaged
investigating > needs_information: S note
investigating > resolution_proposed: S note
investigating > resolved: S refused internal
resolution_proposed > accepted: P
resolution_proposed > investigating: P
resolution_proposed > investigating: S internal
investigating > appealed: P refused next
accepted > implementing: S
accepted > resolved: S
implementing > resolved: S
implementing > investigating: S note
reopened > triaged: S triaged
reopened > investigating: S triaged
reopened > needs_information: S note
appealed > investigating: V triaged
resolved > reopened: SP reopen
closed > reopened: SP reopen
resolved > appealed: SP appeal
closed > appealed: SP appeal
"""
CLOSES = """
resolved_accepted: S accepted | resolved
not_accepted: S refused note | resolved
resolved_not_confirmed: S silent | resolution_proposed
answered: S answered | acknowledged triaged investigating reopened
referred: S note | acknowledged triaged needs_information investigating reopened appealed
not_eligible: S note | acknowledged triaged needs_information investigating reopened
withdrawn: P | received acknowledged triaged needs_information investigating resolution_proposed \
accepted implementing reopened appealed
unreachable: SY attempts | acknowledged triaged needs_information investigating \
resolution_proposed accepted implementing
duplicate: S other | received acknowledged triaged needs_information investigating reopened
"""
MONTH = dt.timedelta(days=30)
LETTERS = {Party.PERSON: "P", Party.SYSTEM: "Y", Party.OPERATOR: "-"}


def ways() -> list[tuple[str, str, str | None, str, frozenset[str]]]:
    """Every way of the two tables: from, to, code, who, needs."""
    found: list[tuple[str, str, str | None, str, frozenset[str]]] = []
    for line in TABLE.strip().splitlines():
        way, _, rest = line.partition(": ")
        origin, _, to = way.partition(" > ")
        who, *needs = rest.split()
        found.append((origin, to, None, who, frozenset(needs)))
    for line in CLOSES.strip().splitlines():
        code, _, rest = line.partition(": ")
        how, _, origins = rest.partition(" | ")
        who, *needs = how.split()
        found += [(each, "closed", code, who, frozenset(needs)) for each in origins.split()]
    return found


WAYS = ways()

WALKS = """
classified acknowledged triaged investigating needs_information investigating:person \
resolution_proposed accepted:person implementing resolved closed/resolved_accepted reopened:person
classified acknowledged triaged investigating resolution_proposed investigating:person resolved \
closed/not_accepted appealed:person investigating:ana resolution_proposed:ana accepted:person
question acknowledged answered closed/answered
acknowledged closed/referred
acknowledged needs_information acknowledged:person closed/not_eligible
closed/withdrawn:person
acknowledged attempt attempt day attempt closed/unreachable:system
acknowledged closed/duplicate
nobodys classified acknowledged triaged investigating resolution_proposed month \
closed/resolved_not_confirmed
"""
"""What is done with one case after the other: `state/code:who`, rosa where nobody is named, or what
is done beside steps. No state and no close is missing: see the test."""


@dataclass
class Told:
    """What the model remembers of a case, in its own words."""

    state: str = "received"
    kind: str = "grievance"
    classified: bool = False
    severity: int | None = None
    extended: bool = False
    tier: int = 1
    answered: bool = False
    outcome: str = ""
    proposed: dt.datetime | None = None
    closed: dt.datetime | None = None
    ended: dt.datetime | None = None
    code: str | None = None
    known: bool = True
    diary: list[Entry] = field(default_factory=list)
    """What moves clocks."""
    attempts: list[dt.datetime] = field(default_factory=list)
    hands: set[str] = field(default_factory=set)
    barred: set[str] = field(default_factory=set)

    def holds(
        self, need: str, *, note: bool, internal: bool, other: bool, now: dt.datetime
    ) -> bool:
        days = {(each - dt.timedelta(hours=5)).date() for each in self.attempts}
        since = self.closed or self.ended
        return {
            "note": note,
            "internal": internal,
            "triaged": self.classified or self.kind != "grievance",
            "refused": self.outcome == "refused",
            "accepted": self.outcome == "accepted",
            "answered": self.answered and self.kind != "grievance",
            "attempts": len(self.attempts) >= 3 and len(days) >= 2,
            "silent": not self.known and self.proposed is not None and now - self.proposed >= MONTH,
            "reopen": since is not None and now - since <= MONTH,
            "appeal": self.ended is not None
            and now - self.ended <= MONTH
            and self.tier < 3
            and self.code not in ("withdrawn", "duplicate", "answered"),
            "next": self.tier < 3,
            "other": other,
        }[need]

    def allows(
        self,
        to: str,
        code: str | None,
        actor: Actor,
        *,
        note: bool,
        internal: bool,
        other: bool = False,
        now: dt.datetime,
    ) -> bool:
        letter = LETTERS.get(actor.party, "V" if actor.party is Party.SUPERVISOR else "S")
        letters = {letter, "S"} if letter == "V" else {letter}
        if actor.account_id in self.barred and to not in ("reopened", "appealed"):
            return False
        return any(
            (origin, goal, close) == (self.state, to, code)
            and letters & set(who)
            and all(
                self.holds(each, note=note, internal=internal, other=other, now=now)
                for each in needs
            )
            for origin, goal, close, who, needs in WAYS
        )

    def went(
        self, to: str, code: str | None, actor: Actor, now: dt.datetime, *, told: bool = False
    ) -> None:
        self.diary.append(Entry(now, self.state, to, code, told))
        if self.state == "resolution_proposed" and to == "investigating":
            self.outcome, self.answered = "refused", False  # it is with us again
        if to == "resolution_proposed":
            self.outcome, self.proposed = "", now
        if to == "accepted":
            self.outcome = "accepted"
        if to == "resolved" or (to == "closed" and self.state != "resolved"):
            self.ended = now
        if to == "closed":
            self.closed, self.code = now, code
        if to in ("reopened", "appealed"):
            self.closed, self.code, self.answered = None, None, False
        if to == "appealed":
            self.tier, self.outcome = self.tier + 1, ""
            self.barred |= self.hands
            self.hands = set()
        elif actor.account_id:
            self.hands.add(actor.account_id)
        if actor.party is Party.PERSON or to in ("closed", "reopened", "appealed"):
            self.attempts = []
        self.state = to

    def spoke(self, now: dt.datetime) -> None:
        self.answered, self.attempts = False, []
        if self.state == "needs_information":
            is_triaged = self.classified or self.kind != "grievance"
            self.went("investigating" if is_triaged else "acknowledged", None, PERSON, now)
        elif self.state == "closed" and self.closed and now - self.closed <= MONTH:
            self.went("reopened", None, PERSON, now)


class Lifecycle(RuleBasedStateMachine):
    """One case, and everybody at once."""

    world: World
    actors: tuple[Actor, ...]
    seen: set[str]

    @initialize()
    def begin(self, *, known: bool = True) -> None:
        self.now, self.told = NOW, Told(known=known, diary=[Entry(NOW, to="received")])
        self.statement = self.world.says(
            text="El agua baja turbia.", person_id="hers" if known else None, now=NOW
        )
        self.case = self.world.opens(self.statement).case_id
        self.number = 0

    @rule(hours=st.sampled_from((1, 6, 30, 24 * 9, 24 * 31)))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @rule(
        to=st.sampled_from(State),
        code=st.none() | st.sampled_from(CloseCode),
        who=st.integers(0, 5),
        note=st.booleans(),
        internal=st.booleans(),
    )
    def anybody_tries_anything(
        self, to: State, code: CloseCode | None, who: int, note: bool, internal: bool
    ) -> None:
        self.tries(to.value, code.value if code else None, self.actors[who], note, internal)

    @rule(data=st.data(), steps=st.integers(1, 6))
    def it_is_worked_on(self, data: st.DataObject, steps: int) -> None:
        """Ways that are open, one after the other, and seldom to its close."""
        for _ in range(steps):
            able = [
                (to, code, each)
                for origin, to, code, _, _ in WAYS
                for each in self.actors
                if origin == self.told.state
                and self.told.allows(to, code, each, note=True, internal=True, now=self.now)
            ]
            onward = [each for each in able if each[1] in (None, "not_accepted")]
            if not able:
                return
            to, code, actor = data.draw(st.sampled_from(onward or able))
            self.tries(to, code, actor, True, True)

    def tries(
        self,
        to: str,
        code: str | None,
        actor: Actor,
        note: bool,
        internal: bool,
        *,
        other: str | None = None,
    ) -> bool:
        """Whether it was done; what the model says of it has been compared."""
        expected = self.told.allows(
            to, code, actor, note=note, internal=internal, other=other is not None, now=self.now
        )
        try:
            with self.world.database.writing() as connection:
                moved = move(
                    connection,
                    self.case,
                    vault=self.world.vault,
                    to=State(to),
                    actor=actor,
                    code=CloseCode(code) if code else None,
                    note="Iremos el lunes." if note else None,
                    internal_note="Hablé con ella." if internal else None,
                    other=other,
                    now=self.now,
                )
        except StepRefused:
            assert not expected, f"{self.told.state} > {to} {code} by {actor.party}"
            return False
        assert expected, f"{self.told.state} > {to} {code} by {actor.party}"
        assert (moved.origin, moved.to) == (self.told.state, to)
        self.told.went(to, code, actor, self.now, told=note)
        self.seen.add(f"{to} {code or ''}".strip())
        return True

    def walks(self, step: str) -> None:
        """One step of `WALKS`, which has to be possible."""
        match step:
            case "classified":
                self.is_classified(0, 3)
            case "question":
                self.is_converted(CaseKind.QUESTION)
            case "answered":
                self.she_is_answered()
            case "attempt":
                self.nobody_is_reached()
            case "day":
                self.time_passes(24)
            case "month":
                self.time_passes(24 * 30)
            case _:
                way, _, who = step.partition(":")
                to, _, code = way.partition("/")
                other = self.world.case(now=NOW) if code == "duplicate" else None
                actor = self.actors[["", "luz", "ana", "person", "system"].index(who)]
                assert self.tries(to, code or None, actor, True, True, other=other), step
        self.the_case_is_where_the_table_says()
        self.clocks_are_what_counting_days_comes_to()

    @rule(who=st.integers(0, 5), severity=st.integers(1, 5))
    def is_classified(self, who: int, severity: int) -> None:
        actor = self.actors[who]
        try:
            with self.world.database.writing() as connection:
                is_new = triage.classify(
                    connection,
                    self.case,
                    vault=self.world.vault,
                    actor=actor,
                    category=Category.WATER,
                    severity=severity,
                    district=None,
                    now=self.now,
                )
        except NotTheirs:
            assert actor.party not in (Party.CASE_MANAGER, Party.SUPERVISOR)
            return
        assert is_new is (severity != self.told.severity)
        if is_new:
            self.told.classified, self.told.severity = True, severity
            self.told.hands.add(actor.name)
            self.told.diary.append(Entry(self.now, severity=severity))

    @rule(who=st.integers(0, 2), told=st.booleans())
    def something_is_noted(self, who: int, told: bool) -> None:
        """That it takes longer, once and told; or how far it has got."""
        is_late = not told and not self.told.extended
        with self.world.database.writing() as connection:
            history.note(
                connection,
                self.case,
                vault=self.world.vault,
                kind=Event.EXTENDED if is_late else Event.NOTED,
                actor=self.actors[who],
                public_note="Falta el laboratorio." if told or is_late else None,
                now=self.now,
            )
        self.told.extended |= is_late
        self.told.diary.append(Entry(self.now, told=told or is_late, extended=is_late))

    @rule(kind=st.sampled_from(CaseKind))
    def is_converted(self, kind: CaseKind) -> None:
        actor = self.actors[1]
        with self.world.database.writing() as connection:
            changed = triage.convert(
                connection, self.case, vault=self.world.vault, actor=actor, kind=kind, now=self.now
            )
        assert changed is (kind != self.told.kind)
        if changed:
            self.told.kind = kind.value
            self.told.hands.add(actor.name)

    @rule()
    def nobody_is_reached(self) -> None:
        with self.world.database.writing() as connection:
            triage.attempted(
                connection, self.case, vault=self.world.vault, actor=SYSTEM, now=self.now
            )
        self.told.attempts.append(self.now)

    @rule()
    def she_says_more(self) -> None:
        with self.world.database.writing() as connection:
            self.world.reads(self.case, connection)
        self.world.says(statement_id=self.statement, text="Sigue turbia.", now=self.now)
        self.told.spoke(self.now)

    @rule()
    def she_is_answered(self) -> None:
        self.number += 1
        with self.world.database.reading() as connection:
            row = connection.execute(select(Case.answering).where(Case.id == self.case)).scalar()
        assert (row == "answered") is self.told.answered
        with self.world.database.writing() as connection:
            self.world.talks(self.case, connection, now=self.now)
        if not self.told.answered:  # they talked
            self.told.diary.append(Entry(self.now, told=True))
            self.told.hands.add(self.world.manager)
            self.told.attempts = []
        self.told.answered = True
        if self.told.state == "received":
            self.told.went("acknowledged", None, self.actors[0], self.now)

    @invariant()
    def the_case_is_where_the_table_says(self) -> None:
        if not hasattr(self, "case"):
            return
        with self.world.database.reading() as connection:
            row = connection.execute(
                select(Case.state, Case.tier, Case.close_code).where(Case.id == self.case)
            ).one()
        assert tuple(row) == (self.told.state, self.told.tier, self.told.code)

    @invariant()
    def clocks_are_what_counting_days_comes_to(self) -> None:
        if not hasattr(self, "case"):
            return
        plain = plain_clocks.read(self.told.diary)
        with self.world.database.reading() as connection:
            row = connection.execute(
                select(Case.due_at, Case.due_step).where(Case.id == self.case)
            ).one()
            found = reckoned(
                connection,
                self.case,
                clocks=JUNIN.clocks,
                calendar=JUNIN.calendar,
                now=self.now,
            )
        due = plain.due()
        assert {each.step.value: each.due_at for each in found.clocks if each.is_running} == due
        assert found.is_paused is (self.told.state == "needs_information")
        assert (found.age.business_days, found.age.paused_business_days) == plain.days(self.now)
        ours = [
            (at, step)
            for step, at in due.items()
            if at is not None and step not in ("alert", "appeal", "reopen")
        ]
        assert tuple(row) == min(ours, default=(None, None))
        over = {step for step, at in due.items() if at is not None and at <= self.now}
        assert {each.step.value for each in found.late} == over - {"appeal", "reopen"}

    def teardown(self) -> None:
        with self.world.database.reading() as connection:
            checked = verify(connection, self.world.vault)
        assert checked.broken is None


@pytest.fixture
def here(sqlite_database: Database, vault: Vault) -> type[Lifecycle]:
    """The model over a world of its own."""
    the_world = make_world(sqlite_database, vault)
    with sqlite_database.writing() as connection:
        other = add_manager(connection, "luz")
        head = add_manager(connection, "ana")

    class Here(Lifecycle):
        world = the_world
        seen: set[str] = set()  # noqa: RUF012  # of this test alone
        actors = (
            Actor(Party.CASE_MANAGER, the_world.manager),
            Actor(Party.CASE_MANAGER, other),
            Actor(Party.SUPERVISOR, head),
            PERSON,
            SYSTEM,
            Actor(Party.OPERATOR, "o" * 32),
        )

    return Here


def test_nobody_leads_a_case_where_it_may_not_go(here: type[Lifecycle], full_size: bool) -> None:
    run_state_machine_as_test(
        here,
        settings=settings(
            max_examples=200 if full_size else 15, stateful_step_count=30, deadline=None
        ),
    )


def test_every_state_and_every_close_is_reached(here: type[Lifecycle]) -> None:
    for walk in WALKS.strip().splitlines():
        steps = walk.split()
        machine = here()
        machine.begin(known=steps[0] != "nobodys")
        for step in steps:
            if step != "nobodys":
                machine.walks(step)
        machine.teardown()
    states = {each.value for each in State} - {"received", "closed"}
    assert here.seen == states | {f"closed {each.value}" for each in CloseCode}
