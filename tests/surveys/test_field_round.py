"""A whole round in the field: hundreds of lines of every fate, in 200 and (make soak) 5,000."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from random import Random

from sqlalchemy import select

from outreach.models import Contact
from outreach.values import BETWEEN_ATTEMPTS, MOST_ATTEMPTS
from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from surveys.fieldwork import queries
from surveys.fieldwork.quotas import fills
from surveys.fieldwork.values import Of, Quota, Standing, State
from surveys.outcomes import Rate, rates, tally
from tests.broadcasts.test_sending import lima
from tests.clock import FakeClock
from tests.surveys.field import FieldVillage, village
from tests.surveys.people import NAMES

HOUR = dt.timedelta(hours=1)

FATES = (
    *["busy"] * 12,
    *["no-answer"] * 30,
    *["failed"] * 4,
    *["silence"] * 8,
    *["later"] * 6,
    *["never"] * 3,
    *["-"] * 6,
    *["0", "1", "2", "3"],
    *["4"] * 27,
)
"""What may come of one call, with how often: a number is how many of four questions are answered
before she hangs up."""

CODES = {
    "busy": "3.12",
    "no-answer": "3.13",
    "failed": "3.16",
    "silence": "3.21",
    "later": "2.20",
    "never": "2.11",
    "-": "2.11",
    "0": "2.12",
    "1": "2.12",
    "2": "1.2",
    "3": "1.2",
    "4": "1.1",
    "full": "4.8",
}
"""Four questions: one of four is a quarter, two are half, three are 75 %. `full`: she told that she
is in a group of which there are enough, and was thanked."""

UNKNOWN = ("woman", "woman", "man", "gender_unsaid")
"""What somebody answers of whom it was not known."""
ENDS_IT = {"never", "-", "0", "1", "2", "3", "4"}
TELLS = ["1.1", "1.2", "2.12", "2.11", "2.20", "4.8", "3.21", "3.12", "3.13", "3.16", "3.11"]
"""Written once more, apart from the program: which code says most."""


def expected(history: list[str], code: str) -> str:
    """The final code of a line with these calls; who was stopped by a quota may say so."""
    if "full" in history:
        return "4.8"
    codes = [CODES[fate] for fate in history]
    if code == "4.8" and not set(history) & ENDS_IT:
        codes.append("4.8")
    return min(codes, key=TELLS.index, default="3.11")


def test_every_disposition_is_right_and_no_quota_is_passed(
    sqlite_database: Database,
    vault: Vault,
    media: Media,
    bell: Bell,
    clock: FakeClock,
    full_size: bool,
) -> None:
    services = Services(database=sqlite_database, vault=vault, media=media, bell=bell, clock=clock)
    count = 5000 if full_size else 200
    random = Random(6)
    here = village(services, clock, lot=max(40, count // 20))
    people = here.people(count)
    genders = {person: random.choices(("woman", "man", None), (40, 35, 25))[0] for person in people}
    by_gender: dict[str | None, list[str]] = {}
    for person, gender in genders.items():
        by_gender.setdefault(gender, []).append(person)
    for gender, group in by_gender.items():
        for person in group:
            here.know(person, gender=gender)
    quotas = (
        Quota(Of.GENDER, "woman", count // 10),
        Quota(Of.GENDER, "man", count // 20),
        Quota(Of.LANGUAGE, "quy", count // 8),
    )
    here.plan(quotas=quotas, closes_at=lima(23, 8) + dt.timedelta(days=30))
    history: dict[str, list[str]] = {}
    while here.state() is not State.DONE and clock.now < lima(23, 8) + dt.timedelta(days=31):
        here.sweep(2 * HOUR)
        rows = here.sent()
        with services.database.writing() as connection:
            people_of = {each.id: each for each in here.sampled()}
            for row in rows:
                line = people_of[row.opening["args"]["sampled"]]
                fate = random.choice(FATES)
                history.setdefault(line.id, []).append(fate)
                if fate in CODES and fate not in ("busy", "no-answer", "failed", "silence"):
                    gender = genders[line.person_id] or random.choice(UNKNOWN)
                    if here.call(row, fate, connection, gender=gender, language=line.language):
                        history[line.id][-1] = "full"
        for row in rows:
            fate = history[row.opening["args"]["sampled"]][-1]
            here.ends(row, fate if fate in ("busy", "no-answer", "failed") else "completed")
    lines = here.sampled()
    assert {each.state for each in lines} == {Standing.DONE}
    assert len(lines) == count
    wrong = [
        (each.code, history.get(each.id, []))
        for each in lines
        if each.code != expected(history.get(each.id, []), each.code)
    ]
    assert wrong == []
    for each in lines:
        assert here.attempts(each.id) == [CODES[fate] for fate in history.get(each.id, [])]
        assert each.due_at is None, "what is over has no time"
    _attempts_keep_the_rules(here)
    with services.database.reading() as connection:
        found = fills(connection, here.round_id, quotas)
        counted = queries.dispositions(connection, here.round_id)
    for each in found:
        assert each.complete <= each.quota.target, "not one more, whatever was known before"
    woman, man, quy = found
    assert (woman.is_full, man.is_full) == (True, True)
    assert quy.complete > 0
    told = [line for line in lines if "full" in history.get(line.id, [])]
    assert told, "somebody of whom it was not known told that she is in a full group"
    assert all(genders[line.person_id] is None for line in told)
    assert sum(counted.values()) == count
    made = rates(tally(counted))
    rr1, coop1, con1 = made[Rate.RR1], made[Rate.COOP1], made[Rate.CON1]
    assert rr1 is not None
    assert coop1 is not None
    assert con1 is not None
    assert rr1 == coop1 * con1
    assert Counter(each.code for each in lines)["4.8"], "somebody met a full group"
    assert len(NAMES) == 4


def _attempts_keep_the_rules(here: FieldVillage) -> None:
    """At most three, four hours apart, in the calling hours; counted as contacts of their line."""
    with here.services.database.reading() as connection:
        made = connection.execute(
            select(Contact.line_id, Contact.created_at).order_by(Contact.created_at)
        ).all()
    by_line: dict[str, list[dt.datetime]] = {}
    for line_id, at in made:
        by_line.setdefault(line_id, []).append(at)
        assert here.programme.calendar.is_open(at)
    for moments in by_line.values():
        assert len(moments) <= MOST_ATTEMPTS
        assert all(b - a >= BETWEEN_ATTEMPTS for a, b in pairwise(moments))
