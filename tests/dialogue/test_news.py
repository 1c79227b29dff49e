"""News that we bring: the call, what is heard of it, and the question whether we may."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from broadcasts import operations
from broadcasts.feeding import opening
from broadcasts.jobs import Broadcaster
from broadcasts.models import Recipient
from broadcasts.queries import broadcast
from broadcasts.values import Audience, Spoken, Way
from contacts.models import Consent, Line, Person
from contacts.operations import keep_person
from outreach.models import NewsWish
from outreach.operations import keep_wish
from outreach.values import Channel
from programmes.queries import current, version
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, LANDLINE, OURS
from tests.dialogue.line import Line as Junin

NEWS = "message.speak-freely"
ID = "b" * 32


@pytest.fixture
def rings(line: Junin) -> Handset:
    """A phone that a broadcast of a minute calls, and that she takes."""
    services, now = line.services, line.clock()
    with services.database.writing() as connection:
        hers = keep_person(connection, vault=services.vault, number=HERS, language="es", now=now)
        keep_wish(
            connection,
            person_id=hers.id,
            programme="junin",
            agreed=True,
            channel=Channel.VOICE,
            now=now,
        )
        operations.create(
            connection,
            broadcast_id=ID,
            programme="junin",
            title="",
            prompt=NEWS,
            way=Way.VOICE,
            audience=Audience(),
            budget=None,
            account_id="",
            now=now,
        )
        spoken = Spoken("es", 60, 0, None, None)
        contents = {"es": spoken, "quy": spoken}
        operations.start(connection, ID, contents=contents, sender=OURS, now=now)
    Broadcaster(
        services,
        programme_of=lambda connection, slug: version(connection, current(connection, slug)),
        text_of=lambda *_: "",
    ).run()
    with services.database.reading() as connection:
        here = broadcast(connection, ID)
    called = opening(here, recipient_id=recipient(line).id, language="es")
    return Handset(line, "voice").answer_call(dict(called))


def recipient(line: Junin) -> Recipient:
    with line.reading() as connection:
        return connection.execute(select(*Recipient.__table__.columns)).one()  # type: ignore[return-value]  # a row with its columns


def has_opted_out(line: Junin) -> bool:
    with line.reading() as connection:
        return connection.execute(select(Line.opted_out_at)).scalar_one() is not None


def test_it_says_who_why_how_long_and_how_to_stop_before_anything(rings: Handset) -> None:
    assert rings.hears == [
        "broadcast.who",
        "broadcast.minutes.2",
        "broadcast.how_to_stop",
        "call.can_you_talk",
    ]
    assert rings.offers[2] == "never", "the key that is named"
    rings.choose("yes")
    assert rings.hears == [NEWS, "broadcast.after"]
    assert rings.offers[2] == "never", "the same key, while it plays too"
    rings.choose("repeat")
    assert rings.hears == [NEWS, "broadcast.after"]
    rings.choose("to_menu")
    assert rings.hears == ["menu.main"]


@pytest.mark.parametrize("plays", [False, True])
def test_stop_stops_at_once(rings: Handset, plays: bool) -> None:
    if plays:
        rings.choose("yes")
    rings.press("3")
    assert rings.has_ended
    assert rings.hears == ["call.never"]
    assert has_opted_out(rings.line)
    assert recipient(rings.line).answer == "never"


def test_later_and_silence_say_nothing_of_any_news(rings: Handset) -> None:
    rings.be_silent().be_silent()
    assert rings.has_ended
    assert rings.hears[-1] == "call.neutral_end"
    assert recipient(rings.line).answer is None
    assert not has_opted_out(rings.line)


@pytest.mark.parametrize(("seconds", "heard"), [(30, False), (50, True)])
def test_who_hangs_up_has_heard_as_much_as_was_played(
    rings: Handset, seconds: int, heard: bool
) -> None:
    rings.choose("yes")
    rings.line.clock.advance(dt.timedelta(seconds=seconds))
    rings.hang_up()
    assert (recipient(rings.line).seconds, recipient(rings.line).is_heard) == (seconds, heard)


def test_a_key_during_the_news_ends_what_is_counted(rings: Handset) -> None:
    rings.choose("yes")
    rings.line.clock.advance(dt.timedelta(seconds=70))
    rings.choose("stop_now")
    assert rings.has_ended
    assert (recipient(rings.line).seconds, recipient(rings.line).is_heard) == (60, True)


# -- may we? -----------------------------------------------------------------------------------


def at_the_end_of_a_shelf(line: Junin, channel: str = "voice", number: str = HERS) -> Handset:
    her = Handset(line, channel, number).begin()
    her.choose("es").choose("library").choose("rights")
    while her.hears[-1] == "message.after":
        her.choose("next")
    return her


def wishes(line: Junin) -> list[tuple[bool, str | None, str | None]]:
    with line.reading() as connection:
        found = connection.execute(select(NewsWish.agreed, NewsWish.channel, NewsWish.slot))
        return [(row.agreed, row.channel, row.slot) for row in found]


def test_she_is_asked_once_and_chooses_how_and_when(line: Junin) -> None:
    her = at_the_end_of_a_shelf(line)
    assert her.hears == ["library.end", "news.may_we"]
    her.choose("news_by_call")
    assert her.hears == ["news.yes", "news.when"]
    her.choose("slot_evening")
    assert her.hears == ["library.which"]
    assert wishes(line) == [(True, "voice", "evening")]
    with line.reading() as connection:
        consent = connection.execute(select(Consent.purpose, Consent.answer)).one()
    assert tuple(consent) == ("news.may_we", "news_by_call")
    her.choose("rights")
    while her.hears[-1] == "message.after":
        her.choose("next")
    assert her.hears == ["library.end", "library.which"]


def test_by_text_she_can_choose_texts(line: Junin) -> None:
    at_the_end_of_a_shelf(line, "sms").choose("news_by_text")
    assert wishes(line) == [(True, "sms", None)]


def test_of_who_says_no_and_was_unknown_nothing_is_written(line: Junin) -> None:
    her = at_the_end_of_a_shelf(line)
    her.choose("no")
    assert her.hears == ["news.no", "library.which"]
    with line.reading() as connection:
        assert connection.execute(select(Person.id)).all() == []


def test_a_landline_is_offered_no_texts(line: Junin) -> None:
    assert at_the_end_of_a_shelf(line, number=LANDLINE).offers == ["news_by_call", "no"]
