"""What people tell of themselves: kept with consent, changed, taken back; on both databases."""

from __future__ import annotations

from sqlalchemy import select

from contacts import about, operations
from contacts.models import Consent, Person
from contacts.values import About, Agreed, Gender, HowKnown
from storage.database import Database
from storage.vault import Vault
from tests.clock import FakeClock

NOW = FakeClock().now
AGREED = Agreed(programme_version="v" * 64, language="quy", wording="w" * 64)


def somebody(database: Database, vault: Vault) -> str:
    with database.writing() as connection:
        return operations.keep_person(
            connection, vault=vault, number="+51987000111", language="quy", now=NOW
        ).id


def consents(database: Database, person_id: str) -> list[tuple[str, str, str]]:
    with database.reading() as connection:
        rows = connection.execute(
            select(Consent.purpose, Consent.answer, Consent.wording)
            .where(Consent.person_id == person_id)
            .order_by(Consent.purpose, Consent.answer)
        )
        return [(row.purpose, row.answer, row.wording) for row in rows]


def test_of_a_newcomer_nothing_is_known(database: Database, vault: Vault) -> None:
    person_id = somebody(database, vault)
    with database.reading() as connection:
        assert about.about(connection, person_id) == About()
        assert about.about(connection, "nobody") == About()


def test_what_she_tells_is_kept_with_its_consent_and_the_newest_counts(
    database: Database, vault: Vault
) -> None:
    person_id = somebody(database, vault)
    with database.writing() as connection:
        for gender, known in (
            (Gender.UNSAID, HowKnown.SELF),
            (Gender.WOMAN, HowKnown.OPERATOR),
        ):
            about.keep_gender(
                connection, person_id, gender=gender, known=known, agreed=AGREED, now=NOW
            )
        about.keep_district(
            connection,
            person_id,
            district="yauli",
            known=HowKnown.SELF,
            agreed=AGREED,
            now=NOW,
        )
    with database.reading() as connection:
        assert about.about(connection, person_id) == About(
            Gender.WOMAN, HowKnown.OPERATOR, "yauli", HowKnown.SELF
        )
        row = connection.execute(select(Person.gender_at, Person.district_at)).one()
        assert tuple(row) == (NOW, NOW)
    # That she told it, after which words; never what she told.
    assert consents(database, person_id) == [
        (about.DISTRICT, "told", "w" * 64),
        # Where she left it unsaid there was nothing to agree to.
        (about.GENDER, "told", "w" * 64),
    ]


def test_what_she_takes_back_is_gone(database: Database, vault: Vault) -> None:
    person_id = somebody(database, vault)
    with database.writing() as connection:
        about.keep_gender(
            connection,
            person_id,
            gender=Gender.MAN,
            known=HowKnown.SELF,
            agreed=AGREED,
            now=NOW,
        )
        about.keep_district(
            connection,
            person_id,
            district="yauli",
            known=HowKnown.OPERATOR,
            agreed=AGREED,
            now=NOW,
        )
        about.clear_gender(connection, person_id, agreed=AGREED, now=NOW)
        about.clear_district(connection, person_id, agreed=AGREED, now=NOW)
    with database.reading() as connection:
        assert about.about(connection, person_id) == About()
        row = connection.execute(select(Person.gender_at, Person.district_at)).one()
        assert tuple(row) == (None, None)
    assert [answer for _, answer, _ in consents(database, person_id)] == [
        "told", "withdrew", "told", "withdrew",
    ]  # fmt: skip
