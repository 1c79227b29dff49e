"""Two designate a third, two take somebody off; nobody else does, and one alone never."""

from __future__ import annotations

import pytest
from sqlalchemy import Select, select

from safeguarding import designating, opening, operations, queries
from safeguarding.errors import (
    AlreadyDesignated,
    NotDesignated,
    NotSealedToUs,
    TooFew,
    WrongPassphrase,
)
from safeguarding.models import ProgrammeKey, SealedReport
from safeguarding.values import Facts, Why
from staff.values import Role
from tests.safeguarding.people import JULIA, MARTHA, PASSPHRASES, ROSA, Women, account

WORDS = Facts(words="Fue el capataz")


@pytest.fixture
def report(women: Women) -> str:
    with women.services.database.writing() as connection:
        return operations.seal_report(connection, "junin", WORDS, now=women.services.clock())


def key_and_report() -> Select[bytes, bytes]:
    return select(ProgrammeKey.public, SealedReport.sealed).join(
        SealedReport, SealedReport.key_id == ProgrammeKey.id
    )


def apply(women: Women, email: str) -> None:
    account_id = women.accounts[email]
    pair = designating.own_pair(account_id, PASSPHRASES[email])
    with women.services.database.writing() as connection:
        designating.apply(connection, "junin", account_id, pair, now=women.services.clock())


def designate(women: Women, email: str, by: tuple[str, str] = (ROSA, JULIA)) -> None:
    hands = (women.unlocked(by[0]), women.unlocked(by[1]))
    with women.services.database.writing() as connection:
        designating.designate(
            connection, "junin", women.accounts[email], hands, now=women.services.clock()
        )


def remove(women: Women, email: str, by: tuple[str, str]) -> None:
    hands = (women.unlocked(by[0]), women.unlocked(by[1]))
    with women.services.database.writing() as connection:
        designating.remove(
            connection, "junin", women.accounts[email], hands, now=women.services.clock()
        )


def test_two_designate_a_third_who_then_opens_all(women: Women, report: str) -> None:
    apply(women, MARTHA)
    with pytest.raises(NotDesignated):
        women.unlocked(MARTHA)
    designate(women, MARTHA)
    assert [each.id for each in women.opened(MARTHA)] == [report]


def test_one_alone_designates_nobody(women: Women) -> None:
    apply(women, MARTHA)
    with pytest.raises(TooFew):
        designate(women, MARTHA, by=(ROSA, ROSA))


def test_nobody_is_designated_without_a_passphrase_of_her_own(women: Women) -> None:
    with pytest.raises(NotDesignated):
        designate(women, MARTHA)


def test_only_the_role_may_be_designated(women: Women) -> None:
    for role in Role:
        if role is Role.SAFEGUARDING:
            continue
        email = f"{role}@example.org"
        women.accounts[email] = account(women.services, email, role)
        with (
            women.services.database.writing() as connection,
            pytest.raises(NotDesignated),
        ):
            designating.apply(
                connection, "junin", women.accounts[email], (b"", b""), now=women.services.clock()
            )


def test_the_first_two_are_made_once(women: Women) -> None:
    with women.services.database.writing() as connection, pytest.raises(AlreadyDesignated):
        designating.designate_first(connection, "junin", {}, now=women.services.clock())


def test_who_is_designated_cannot_be_made_to_apply_again(women: Women) -> None:
    with pytest.raises(AlreadyDesignated):
        apply(women, ROSA)
    assert women.unlocked(ROSA).account_id == women.accounts[ROSA]


def test_of_two_none_is_taken_off(women: Women) -> None:
    with pytest.raises(TooFew):
        remove(women, JULIA, by=(ROSA, JULIA))


def test_taking_somebody_off_makes_a_new_key_and_seals_every_report_to_it(
    women: Women, report: str
) -> None:
    apply(women, MARTHA)
    designate(women, MARTHA)
    kept = women.unlocked(JULIA)
    with women.services.database.reading() as connection:
        before = connection.execute(key_and_report()).one()
    remove(women, JULIA, by=(ROSA, MARTHA))
    with women.services.database.reading() as connection:
        after = connection.execute(key_and_report()).one()
        names = {each.email for each in queries.people(connection, "junin")}
    assert before.public != after.public
    assert before.sealed != after.sealed
    assert names == {ROSA, MARTHA}
    with pytest.raises(NotDesignated):
        women.unlocked(JULIA)
    # What she had in hand opens nothing that is there now.
    with women.services.database.writing() as connection, pytest.raises(NotSealedToUs):
        opening.open_report(connection, kept, report, why=Why.TO_CALL, now=women.services.clock())
    for email in (ROSA, MARTHA):
        assert [each.facts for each in women.opened(email)] == [WORDS]


def test_a_key_from_before_designates_nobody(women: Women) -> None:
    apply(women, MARTHA)
    designate(women, MARTHA)
    old = women.unlocked(ROSA), women.unlocked(MARTHA)
    remove(women, JULIA, by=(ROSA, MARTHA))
    apply(women, JULIA)
    with women.services.database.writing() as connection, pytest.raises(WrongPassphrase):
        designating.designate(
            connection, "junin", women.accounts[JULIA], old, now=women.services.clock()
        )


def test_what_is_sealed_while_the_key_is_renewed_can_still_be_added_to(
    women: Women, report: str
) -> None:
    apply(women, MARTHA)
    designate(women, MARTHA)
    remove(women, JULIA, by=(ROSA, MARTHA))
    with women.services.database.writing() as connection:
        operations.add(connection, report, Facts(number="+51987000111"))
    (opened,) = women.opened(ROSA)
    assert opened.facts == Facts(words="Fue el capataz", number="+51987000111")
