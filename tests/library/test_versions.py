"""Versions of prompts: what is kept, who approves, what callers hear, and the way back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import event

from library import operations, queries
from library.bank import Bank
from library.errors import (
    AlreadyApproved,
    ChangedMeanwhile,
    NoOverride,
    RecordFirst,
    UnknownVersion,
)
from library.prompts import Play, Prompts, Say
from library.values import State, approvals_needed
from library.words import ApprovedWordings
from locales.catalogues import prompts as catalogue
from locales.languages import language
from programmes.errors import MissingPrompt
from storage.services import Services
from tests.clock import FakeClock
from tests.library.people import DAY, NOW, ROSA, VALLEY, Team, place


def heard(prompts: Prompts, team: Team, key: str, tag: str = "quy") -> Play | Say:
    prompts.refresh()
    return prompts.sound(team.reach.wordings, key, tag, slug="valle").source


def test_a_recording_is_heard_once_it_is_approved(team: Team, prompts: Prompts) -> None:
    before = heard(prompts, team, "greeting")
    assert isinstance(before, Say), "nobody recorded it: Spanish, by the carrier's voice"
    version = team.records("greeting")
    assert heard(prompts, team, "greeting") == before
    assert team.approves("greeting", version)
    found = heard(prompts, team, "greeting")
    assert found == Play("greeting", "quy", team.take().version)
    assert prompts.audio("greeting", "quy", found.version, texts=()) is not None


def test_legal_content_needs_two_people(team: Team, prompts: Prompts) -> None:
    assert approvals_needed("message.rights") == 2
    assert approvals_needed("message.after") == 1, "the system's own, no content of a library"
    version = team.records("message.rights")
    assert not team.approves("message.rights", version)
    with pytest.raises(AlreadyApproved):
        team.approves("message.rights", version)
    assert isinstance(heard(prompts, team, "message.rights"), Say)
    assert team.approves("message.rights", version, account=team.beto)
    assert isinstance(heard(prompts, team, "message.rights"), Play)


def test_new_words_wait_while_the_old_recording_is_heard(
    team: Team, prompts: Prompts, services: Services
) -> None:
    version = team.records("greeting")
    team.approves("greeting", version)
    old = heard(prompts, team, "greeting")
    words = team.words("greeting", "Allinllachu.", after=version)
    with services.database.reading() as connection:
        current = queries.current_version(connection, place("greeting"))
    assert current is not None
    assert (current.id, current.state, current.number) == (words, State.DRAFT, 2)
    assert heard(prompts, team, "greeting") == old
    with pytest.raises(RecordFirst):
        team.approves("greeting", words)
    again = team.records("greeting", frequency=500)
    assert heard(prompts, team, "greeting") == old
    team.approves("greeting", again)
    new = heard(prompts, team, "greeting")
    assert new != old
    assert isinstance(old, Play)
    assert prompts.audio("greeting", "quy", old.version, texts=()), "calls under way play it still"


def test_a_correction_of_spelling_keeps_the_recording(team: Team, services: Services) -> None:
    version = team.records("greeting")
    team.words("greeting", "Rimaykullayki", after=version, keeps_recording=True)
    with services.database.reading() as connection:
        current = queries.current_version(connection, place("greeting"))
    assert current is not None
    assert current.take == team.take()
    assert current.speaker == ROSA
    assert current.state is State.RECORDED, "it has to be approved as it is now"


def test_of_two_who_change_at_once_one_is_told(team: Team) -> None:
    version = team.words("greeting", "Uno.")
    team.words("greeting", "Dos.", after=version)
    with pytest.raises(ChangedMeanwhile):
        team.words("greeting", "Tres.", after=version)
    with pytest.raises(ChangedMeanwhile):
        team.approves("greeting", version)


def test_words_alone_are_said_by_the_carrier_once_approved(team: Team, prompts: Prompts) -> None:
    version = team.words("greeting", "Buenos días desde el valle.", "es")
    before = heard(prompts, team, "greeting", "es")
    assert isinstance(before, Say)
    assert before.text == "Le saluda el valle."
    with pytest.raises(RecordFirst):
        team.approves("greeting", version, "es", is_shipped=True)
    team.approves("greeting", version, "es")
    after = heard(prompts, team, "greeting", "es")
    assert isinstance(after, Say)
    assert after.text == "Buenos días desde el valle."


def test_back_to_an_earlier_version_and_to_what_was_shipped(team: Team, prompts: Prompts) -> None:
    first = team.records("greeting")
    team.approves("greeting", first)
    old = heard(prompts, team, "greeting")
    second = team.records("greeting", frequency=500)
    team.approves("greeting", second)
    unapproved = team.records("greeting", frequency=700)
    assert team.restores("greeting", first)
    assert heard(prompts, team, "greeting") == old
    assert not team.restores("greeting", unapproved), "it was never approved"
    assert heard(prompts, team, "greeting") == old
    assert team.restores("greeting", None)
    assert isinstance(heard(prompts, team, "greeting"), Say)
    with pytest.raises(UnknownVersion):
        team.restores("message.rights", first)
    third = team.records("greeting")
    with team.services.database.reading() as connection:
        numbers = [each.number for each in queries.versions(connection, place("greeting"))]
        assert queries.version(connection, place("greeting"), third).number == 4
    assert numbers == [4, 3, 2, 1], "nothing is ever deleted"


def test_one_programme_is_not_heard_in_another(team: Team, prompts: Prompts, bank: Bank) -> None:
    team.approves("greeting", team.records("greeting"))
    prompts.refresh()
    assert prompts.recorded("greeting", "quy", "valle")
    assert prompts.recorded("greeting", "quy", "otro") is None
    assert bank.find("greeting", "quy", ""), "an apology is heard before a programme is known"


def test_a_language_of_its_own_never_falls_back_to_another_quechua(
    team: Team, prompts: Prompts
) -> None:
    team.approves("greeting", team.records("greeting", "quy"), "quy")
    found = heard(prompts, team, "greeting", "qvw")
    assert isinstance(found, Say)
    assert found.voice.language.startswith("es")
    team.approves("greeting", team.records("greeting", "qvw", frequency=400), "qvw")
    assert heard(prompts, team, "greeting", "qvw") == Play(
        "greeting", "qvw", team.take(400).version
    )


def test_a_turn_costs_no_statement(team: Team, services: Services) -> None:
    ticks = iter([0.0, 0.0, 1.0, 2.9, 3.1, 3.1])
    bank = Bank(services.database, services.media, monotonic=lambda: next(ticks))
    statements: list[str] = []
    event.listen(
        services.database.engine,
        "before_cursor_execute",
        lambda *arguments: statements.append(arguments[2]),
    )
    bank.refresh()
    first = len(statements)
    bank.refresh()
    bank.refresh()
    bank.find("greeting", "quy", "valle")
    assert len(statements) == first
    bank.refresh()
    assert len(statements) == first + 1, "one number, as nothing was approved"


def test_without_a_database_what_was_known_is_still_heard(
    team: Team, services: Services, bank: Bank
) -> None:
    team.approves("greeting", team.records("greeting"))
    bank.refresh()
    services.database.engine.dispose()
    broken = services.database.engine.url

    def refuse(*_: object) -> None:
        from sqlalchemy.exc import OperationalError

        raise OperationalError("SELECT", {}, Exception(str(broken.database)))

    event.listen(services.database.engine, "before_cursor_execute", refuse)
    bank.refresh(now=True)
    event.remove(services.database.engine, "before_cursor_execute", refuse)
    assert bank.find("greeting", "quy", "valle")


def test_texts_follow_approved_words(team: Team, bank: Bank) -> None:
    wordings = ApprovedWordings(
        VALLEY, catalogue, fallback=lambda tag: language(tag).fallback, bank=bank
    )
    team.approves("greeting", team.words("greeting", "Buenos días.", "es"), "es")
    team.approves("option.water", team.words("option.water", "Para el agua", "es"), "es")
    bank.refresh()
    assert wordings.find("greeting", "es").wording.text == "Buenos días."
    found = wordings.find("option.water", "quy")
    assert (found.tag, found.wording.say, found.wording.text) == ("es", "Para el agua", "Agua")
    with pytest.raises(MissingPrompt):
        wordings.find("no.such", "es")


def test_what_callers_missed_is_counted_by_day(services: Services, clock: FakeClock) -> None:
    for tag, day in (("quy", DAY), ("quy", DAY), ("qvw", DAY - dt.timedelta(days=40))):
        with services.database.writing() as connection:
            operations.count_unmet(connection, programme="valle", language=tag, day=day)
    with services.database.reading() as connection:
        since = DAY - dt.timedelta(days=30)
        assert queries.unmet(connection, "valle", since=since) == {"quy": 2}
        assert queries.unmet(connection, "otro", since=since) == {}


def test_only_a_language_with_a_carriers_voice_may_go_live_unrecorded(
    services: Services, team: Team
) -> None:
    def allow(tag: str, name: str = "Ana", reason: str = "The studio opens in May") -> None:
        with services.database.writing() as connection:
            operations.allow_unrecorded(
                connection, programme="valle", language_tag=tag, name=name, reason=reason, now=NOW
            )

    allow("es")
    allow("es", reason="The studio opens in June")
    for tag, name, reason in (("quy", "Ana", "why"), ("es", " ", "why"), ("es", "Ana", "")):
        with pytest.raises(NoOverride):
            allow(tag, name, reason)
    with services.database.reading() as connection:
        (found,) = queries.overrides(connection, "valle")
    assert (found.language, found.name, found.reason) == ("es", "Ana", "The studio opens in June")
    with services.database.writing() as connection:
        operations.end_override(connection, programme="valle", language_tag="es")
    with services.database.reading() as connection:
        assert queries.overrides(connection, "valle") == []
