"""What she is asked of herself: once, after everything else, and nothing depends on it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from contacts.models import Consent, Person
from contacts.values import Gender
from storage.database import Database
from tests.dialogue.handset import Handset
from tests.dialogue.line import Line

OPTIONS = ["woman", "man", "gender_other", "gender_unsaid"]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here depends on the engine."""
    return sqlite_database


def send_case(phone: Handset, *, shared: str | None = "no", pin: str | None = None) -> None:
    """From the menu to whatever comes after a case and the way of its answer."""
    for option in ("support", "question", "water"):
        phone.choose(option)
    phone.say()
    if phone.hears[-1] == "pause":
        phone.recording_arrives().be_silent()
        phone.choose("send")
    phone.choose("i_will_call")
    if shared is not None:
        phone.choose(shared)
    if pin is not None:
        phone.press(pin)


def genders(line: Line) -> list[tuple[str | None, str | None]]:
    with line.reading() as connection:
        rows = connection.execute(
            select(Person.gender, Person.gender_known).order_by(Person.ordinal)
        )
        return [(row.gender, row.gender_known) for row in rows]


def consents(line: Line) -> list[str]:
    with line.reading() as connection:
        return list(
            connection.execute(
                select(Consent.answer).where(Consent.purpose == "person.gender")
            ).scalars()
        )


def begun(line: Line, channel: str) -> Handset:
    return Handset(line, channel).begin().choose("es")


@pytest.mark.parametrize("channel", ["voice", "sms"])
@pytest.mark.parametrize("option", OPTIONS)
def test_she_is_asked_once_and_what_she_says_is_kept_with_her_consent(
    line: Line, channel: str, option: str
) -> None:
    phone = begun(line, channel)
    send_case(phone)
    assert phone.hears == [
        "support.received",
        "support.your_code",
        "support.you_can_hear",
        "support.other_places",
        "place.environment-agency",
        "place.ombuds",
        "person.gender",
    ]
    assert phone.offers == OPTIONS
    phone.choose(option)
    assert phone.hears == ["menu.main"]
    kept = option.removeprefix("gender_")
    assert genders(line) == [(kept, "self")]
    assert consents(line) == ([] if kept == "unsaid" else ["told"])
    # Not a word of it in what is kept of the conversation.
    journals = [row.state.get("journal", []) for row in line.turns()]
    assert not any(option in str(journal) for journal in journals)

    send_case(phone)
    assert phone.hears[-1] == "menu.main"


@pytest.mark.parametrize("key", ["#", ""])
def test_silence_and_one_key_go_past_it_for_good(line: Line, key: str) -> None:
    phone = begun(line, "voice")
    send_case(phone)
    phone.press(key) if key else phone.be_silent()
    assert phone.hears == ["menu.main"]
    assert phone.turn is not None
    assert phone.turn.language == "es"
    assert genders(line) == [(Gender.UNSAID, "self")]
    assert consents(line) == []


def test_a_wrong_key_is_told_and_a_second_one_goes_past_it(line: Line) -> None:
    phone = begun(line, "voice")
    send_case(phone)
    assert phone.press("5").hears == ["wrong.key", "menu.again.1", "person.gender"]
    assert phone.press("5").hears == ["menu.main"]


def test_it_can_be_heard_again_with_the_code(line: Line) -> None:
    phone = begun(line, "voice")
    send_case(phone)
    code = phone.code
    phone.press("*")
    assert phone.code == code
    assert phone.hears[-1] == "person.gender"


def test_a_drop_in_it_loses_nothing_and_offers_nothing(line: Line) -> None:
    """Her case is sent and its code was told: what is left is asked after the next one."""
    phone = begun(line, "voice")
    send_case(phone)
    phone.hang_up()
    [case] = line.cases()
    assert case.confirmed
    again = Handset(line, "voice").begin()
    assert again.hears == ["greeting", "menu.main"]
    send_case(again)
    assert again.hears[-1] == "person.gender"


def test_on_a_shared_phone_only_who_has_proven_that_it_is_she(line: Line) -> None:
    first = begun(line, "voice")
    send_case(first, shared="yes", pin="4826")
    assert first.hears[-1] == "person.gender"
    first.choose("woman")
    first.hang_up()

    another = Handset(line, "voice").begin().choose("another_person")
    send_case(another, shared=None)
    assert another.hears == ["support.choose_pin_or_not"]
    another.be_silent().be_silent()
    assert another.hears[-1] == "menu.main"
    another.hang_up()

    third = Handset(line, "voice").begin().choose("another_person")
    send_case(third, shared=None, pin="7315")
    assert third.hears[-1] == "person.gender"
    third.choose("man")
    third.hang_up()
    assert genders(line) == [("woman", "self"), (None, None), ("man", "self")]

    known = Handset(line, "voice").begin().choose("same_person").press("4826")
    send_case(known, shared=None)
    assert known.hears[-1] == "menu.main"


def test_nobody_is_asked_of_whom_nothing_is_kept(line: Line) -> None:
    withheld = Handset(line, "voice", None).begin().choose("es")
    for option in ("support", "question", "water"):
        withheld.choose(option)
    withheld.say().recording_arrives().be_silent()
    withheld.choose("send").press("4826")
    assert withheld.hears[-1] == "menu.main"


def test_a_survey_and_the_person_know_nothing_of_each_other(line: Line) -> None:
    """What she answers in the one is neither an answer nor a reason not to ask in the other."""
    phone = begun(line, "voice").choose("survey").choose("yes")
    for option in ("worse", "same", "man", "scale_some", "scale_some", "scale_some"):
        phone.choose(option)
    phone.choose("priority_water")
    assert phone.hears[-1] == "menu.main"
    assert genders(line) == []
    send_case(phone)
    assert phone.hears[-1] == "person.gender"
    phone.choose("woman")
    assert genders(line) == [("woman", "self")]
    assert line.answers()["gender"] == "man"


def test_the_next_day_nothing_of_it_is_asked_again(line: Line) -> None:
    phone = begun(line, "voice")
    send_case(phone)
    phone.press("#").hang_up()
    line.clock.advance(dt.timedelta(days=1))
    again = Handset(line, "sms").begin()
    send_case(again)
    assert again.hears[-1] == "menu.main"
