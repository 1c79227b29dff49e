"""A month of broadcasts under a fake clock, held against the rules written down once more, plainly.

People change their minds while something for them is queued; broadcasts are paused; everything is
tried in and outside the hours. What is sent is compared with a model of what each person wants.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from broadcasts import operations
from broadcasts.models import Recipient
from broadcasts.values import State, Way
from contacts.models import Line, Person
from contacts.operations import opt_in, opt_out, remember_language
from outreach.attempts import Answer
from outreach.models import NewsWish
from outreach.operations import keep_slot, keep_wish
from outreach.values import Channel, Slot
from storage.outbox import Outbox
from tests.broadcasts.village import Village

LIMA = ZoneInfo("America/Lima")
FREE_DAYS = {
    dt.date(2026, 12, 2),  # blocked in this village
    dt.date(2026, 12, 8),
    dt.date(2026, 12, 9),
    dt.date(2026, 12, 25),
    dt.date(2027, 1, 1),
}
PARTS = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 20)}
FOUR_HOURS, WEEK = dt.timedelta(hours=4), dt.timedelta(days=7)


@dataclass
class Somebody:
    """What one person wants, as this test knows it."""

    number: str
    person: str
    line: str
    language: str
    channel: str
    slot: str | None = None
    stopped: bool = False
    refused: bool = False


@dataclass
class Placed:
    """Something handed to the carrier."""

    at: dt.datetime
    who: Somebody
    broadcast: str
    channel: str
    language: str
    row: Any


@dataclass
class Month:
    """The village's people, what is sent to them, and whatever breaks a rule."""

    village: Village
    dice: Random
    people: list[Somebody]
    ways: dict[str, Way] = field(default_factory=dict)
    paused: set[str] = field(default_factory=set)
    placed: list[Placed] = field(default_factory=list)
    over: set[tuple[str, str]] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    seen: int = 0

    # What happens -----------------------------------------------------------------------------

    def passes(self, by: dt.timedelta) -> None:
        """Time passes: something is queued, minds change, and then it is sent."""
        village = self.village
        village.clock.advance(by)
        village.broadcaster.run()
        if self.dice.random() < 0.7:
            for _ in range(len(self.people) // 50 + 1):
                self._changes_mind(self.dice.choice(self.people))
        if self.dice.random() < 0.1:
            self._pauses()
        village.dispatcher.run()
        self._looks_at_what_was_sent()

    def starts(self, way: Way) -> None:
        self.ways[self.village.broadcast(way=way)] = way

    def _changes_mind(self, who: Somebody) -> None:
        village, now = self.village, self.village.clock()
        vault = village.services.vault
        change = self.dice.choice(("stop", "start", "language", "channel", "slot", "refuse"))
        self.changes[change] += 1
        wish = {"person_id": who.person, "programme": "valle", "now": now}
        match change:
            case "stop" if self.dice.random() < 0.3:
                village.does(opt_out, vault=vault, number=who.number, now=now)
                who.stopped = True
            case "start":
                village.does(opt_in, vault=vault, number=who.number)
                who.stopped = False
            case "language":
                who.language = "es" if who.language == "quy" else "quy"
                village.does(remember_language, who.person, language=who.language)
            case "channel" | "refuse":
                who.refused = change == "refuse" and self.dice.random() < 0.3
                who.channel = self.dice.choice(("voice", "sms"))
                channel = Channel(who.channel)
                village.does(keep_wish, agreed=not who.refused, channel=channel, **wish)
            case "slot":
                who.slot = self.dice.choice((None, *PARTS))
                slot = Slot(who.slot) if who.slot else None
                village.does(keep_slot, slot=slot, **wish)

    def _pauses(self) -> None:
        underway = [
            each
            for each in self.ways
            if self.village.row(each).state in (State.RUNNING, State.PAUSED)
        ]
        if not underway:
            return
        chosen = self.dice.choice(underway)
        if chosen in self.paused:
            self.village.does(operations.resume, chosen)
            self.paused.remove(chosen)
        else:
            self.village.does(operations.pause, chosen, now=self.village.clock())
            self.paused.add(chosen)

    def _looks_at_what_was_sent(self) -> None:
        by_number = {each.number: each for each in self.people}
        for sent in self.village.gateway.placed[self.seen :]:
            with self.village.services.database.reading() as connection:
                row = connection.execute(
                    select(*Outbox.__table__.columns).where(Outbox.provider_id == sent.provider_id)
                ).one()
                recipient = connection.execute(
                    select(Recipient.broadcast_id, Recipient.id).where(
                        Recipient.outbox_id == row.id
                    )
                ).one()
            language = sent.body.split()[0] if sent.body else row.opening["language"]
            placed = Placed(
                sent.at,
                by_number[sent.to],
                recipient.broadcast_id,
                "sms" if sent.body else "voice",
                language,
                row,
            )
            self._check(placed)
            self.placed.append(placed)
            self._ends(placed, recipient.id)
        self.seen = len(self.village.gateway.placed)

    def _ends(self, placed: Placed, recipient: str) -> None:
        """The network, or she, does something with it."""
        key = (placed.who.line, placed.broadcast)
        if placed.channel == "sms":
            status = self.dice.choice(("delivered", "delivered", "failed", "sent"))
            if status != "failed":
                # A text that may have arrived is not sent again.
                self.over.add(key)
            self.village.report(placed.row, status)
            return
        status = self.dice.choice(("completed", "busy", "no-answer", "failed", "completed"))
        if status == "completed":
            answer = self.dice.choice((Answer.YES, Answer.YES, Answer.LATER, None))
            if answer is not None:
                now = self.village.clock()
                self.village.does(operations.note_answer, recipient, answer, now=now)
            if answer is Answer.YES:
                self.over.add(key)
        self.village.report(placed.row, status)

    # The rules, once more ---------------------------------------------------------------------

    def _check(self, placed: Placed) -> None:
        here, who = placed.at.astimezone(LIMA), placed.who
        opens, closes = (9, 13) if here.weekday() == 5 else (8, 20)
        way = self.ways[placed.broadcast]
        earlier = [each for each in self.placed if each.who.line == who.line]
        same = [each for each in earlier if each.broadcast == placed.broadcast]
        lately = {each.broadcast for each in earlier if each.at > placed.at - WEEK}
        wanted = who.channel if way is Way.PREFERENCE else way.value
        begins, ends = PARTS[who.slot] if who.slot else (0, 24)
        rules = {
            "on a Sunday": here.weekday() != 6,
            "on a free day": here.date() not in FREE_DAYS,
            "outside the hours": opens <= here.hour < closes,
            "outside the part of the day that she chose": begins <= here.hour < ends,
            "to who wants nothing": not who.stopped and not who.refused,
            "on another channel than wanted": placed.channel == wanted,
            "in another language than hers": placed.language == who.language,
            "of a paused broadcast": placed.broadcast not in self.paused,
            "a fourth time": len(same) < 3,
            "within four hours": all(placed.at - each.at >= FOUR_HOURS for each in same),
            "a third contact in a week": len(lately | {placed.broadcast}) <= 2,
            "after it was over": (who.line, placed.broadcast) not in self.over,
        }
        self.broken += [f"{rule}: {here}" for rule, holds in rules.items() if not holds]


def settle(village: Village, lines: int, dice: Random) -> list[Somebody]:
    """People as they are at first; every eighth phone is shared by two."""
    village.people(lines)
    with village.services.database.reading() as connection:
        rows = connection.execute(
            select(Person.id, Person.line_id, Person.language, NewsWish.channel, Line.number)
            .join(Line, Line.id == Person.line_id)
            .join(NewsWish, NewsWish.person_id == Person.id)
        ).all()
    opened = village.services.vault
    people = [
        Somebody(
            opened.open_text("line.number", row.number),
            row.id,
            row.line_id,
            row.language,
            row.channel,
        )
        for row in rows
    ]
    with village.services.database.writing() as connection:
        for each in people:
            each.slot = dice.choice((None, None, *PARTS))
            connection.execute(
                update(NewsWish).where(NewsWish.person_id == each.person).values(slot=each.slot)
            )
    return people


def test_a_month(village: Village, full_size: bool) -> None:
    lines, seed = (2000 if full_size else 100), 20261130
    dice = Random(seed)
    village.clock.now = dt.datetime(2026, 11, 30, 7, tzinfo=LIMA).astimezone(dt.UTC)
    object.__setattr__(
        village.broadcaster, "text_of", lambda programme, here, tag: f"{tag} {here.id}"
    )
    month = Month(village, dice, settle(village, lines, dice))
    began = village.clock()
    starts = sorted((dice.uniform(0, 14), dice.choice(list(Way))) for _ in range(6))
    while village.clock() < began + dt.timedelta(days=32):
        while starts and village.clock() >= began + dt.timedelta(days=starts[0][0]):
            month.starts(starts.pop(0)[1])
        night = not 7 <= village.clock().astimezone(LIMA).hour < 20
        month.passes(
            dt.timedelta(minutes=dice.randint(100, 400) if night else dice.randint(30, 120))
        )
    attempts = Counter(Counter((each.who.line, each.broadcast) for each in month.placed).values())
    kinds = Counter(each.channel for each in month.placed)
    weeks: dict[str, set[str]] = defaultdict(set)
    for each in month.placed:
        weeks[each.who.line].add(each.broadcast)
    print(
        f"\na month, {lines} lines, seed {seed}: {dict(kinds)} sent, attempts {dict(attempts)},"
        f" minds changed {dict(month.changes)}, broken {len(month.broken)}"
    )
    assert month.broken == []
    # It did happen: calls and texts, second and third attempts, and lines with three broadcasts.
    assert kinds["voice"] > lines
    assert kinds["sms"] > lines / 2
    assert attempts[2]
    assert attempts[3]
    assert any(len(found) >= 3 for found in weeks.values())
    assert set(month.changes) == {"stop", "start", "language", "channel", "slot", "refuse"}
