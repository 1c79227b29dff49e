"""Cases are found by code and by words, by those who may open them, and no word stands clear."""

from __future__ import annotations

import datetime as dt
import re
import secrets

import pytest
from flask import Flask
from sqlalchemy import delete, select

from grievances import codes, operations
from grievances.interpreting import operations as interpreting
from grievances.interpreting.values import Words
from grievances.lifecycle import SYSTEM
from grievances.models import Case
from grievances.search import renewing
from grievances.search.models import CaseWord
from grievances.search.words import token, words_of
from grievances.values import AnswerBy
from staff.models import AuditEntry
from staff.values import Affiliation
from storage.vault import Vault
from tests.clock import FakeClock
from tests.grievances.people import NOW, World, add_manager
from tests.grievances.test_pages import signed_in


def tokens(world: World) -> set[tuple[str, str]]:
    with world.database.reading() as connection:
        rows = connection.execute(select(CaseWord.token, CaseWord.case_id)).all()
    return {(row.token, row.case_id) for row in rows}


def found(app: Flask, sought: str, name: str = "rosa") -> set[str]:
    page = signed_in(app, name).get("/staff/cases", query_string={"q": sought})
    assert page.status_code == 200
    return set(re.findall(r"/staff/cases/([0-9a-f]{32})", page.text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("El CANAL está roto, ¡roto!", ("canal", "roto")),
        ("Ñuqaykupa yakuyku qanra", ("nuqaykupa", "yakuyku", "qanra")),
        ("p\u2019acha p'acha", ("pacha",)),
        ("Mi DNI es 44556677, vivo en Lote 12-B", ("dni", "vivo", "lote")),
        ("...", ()),
    ],
)
def test_words_are_folded_as_people_spell_them(text: str, expected: tuple[str, ...]) -> None:
    assert words_of(text) == expected


def test_a_token_is_of_its_word_its_programme_and_its_key(vault: Vault) -> None:
    mine = token(vault, "junin", "canal")
    assert mine == token(vault, "junin", "canal")
    others = (
        token(vault, "puno", "canal"),
        token(vault, "junin", "canales"),
        token(Vault("z" * 32), "junin", "canal"),
    )
    assert mine not in others
    assert re.fullmatch("[0-9a-f]{20}", mine)


def test_a_case_is_found_by_its_words_and_by_its_code(app: Flask, world: World) -> None:
    canal = world.case(text="El canal de riego está roto desde ayer.")
    polvo = world.case(text="Hay polvo en la escuela.")
    world.replies(polvo, text="Mandamos regar el camino.")
    with world.database.reading() as connection:
        code = connection.execute(select(Case.code).where(Case.id == canal)).scalar_one()
    assert found(app, "CANAL roto") == {canal}
    assert found(app, "canál, escuela") == set()
    assert found(app, "camino") == {polvo}
    assert found(app, f"{code[:4]} {code[4:]}") == {canal}
    assert found(app, "12345678") == set()
    assert found(app, "el de la") == set()


def test_search_respects_who_may_open_a_case(app: Flask, world: World) -> None:
    with world.database.writing() as connection:
        add_manager(connection, "carmen", affiliation=Affiliation.COMPANY)
    theirs = world.case(queue="company", text="Canal roto")
    others = world.case(queue="ombuds", text="Canal roto")
    with world.database.reading() as connection:
        code = connection.execute(select(Case.code).where(Case.id == others)).scalar_one()
    assert found(app, "canal", "carmen") == {theirs}
    assert found(app, code, "carmen") == set()
    assert found(app, "canal") == {theirs, others}


def searches(world: World) -> list[tuple[str | None, str]]:
    """Who searched, and what stands for the words."""
    with world.database.reading() as connection:
        rows = connection.execute(
            select(AuditEntry.account_id, AuditEntry.subject)
            .where(AuditEntry.action == "cases_searched")
            .order_by(AuditEntry.at, AuditEntry.id)
        )
        return [(row.account_id, row.subject) for row in rows]


def test_who_searched_and_when_is_in_the_trail_and_no_word_of_it(app: Flask, world: World) -> None:
    case_id = world.case(text="El canal está roto.")
    rosa = signed_in(app)
    rosa.get("/staff/cases", query_string={"q": "Canál"})
    rosa.get("/staff/cases?state=all")
    [(who, canal)] = searches(world)
    assert who == world.manager
    assert re.fullmatch("search:[0-9a-f]{20}", canal)
    assert canal.partition(":")[2] not in {each for each, _ in tokens(world)}, "of another key"
    rosa.get("/staff/cases", query_string={"q": "canal"})
    rosa.get("/staff/cases", query_string={"q": "polvo"})
    with world.database.reading() as connection:
        code = connection.execute(select(Case.code).where(Case.id == case_id)).scalar_one()
    rosa.get("/staff/cases", query_string={"q": code})
    subjects = [subject for _, subject in searches(world)]
    assert (len(subjects), subjects.count(canal), len(set(subjects))) == (4, 2, 3)
    assert all(re.fullmatch("search:[0-9a-f]{20}", each) for each in subjects)


def test_a_list_that_stays_open_is_one_search_an_hour(
    app: Flask, world: World, clock: FakeClock
) -> None:
    rosa = signed_in(app)
    rosa.get("/staff/cases?q=canal")
    for _ in range(3):
        rosa.get("/staff/cases/lines?q=canal")
    assert len(searches(world)) == 1
    rosa.get("/staff/cases/lines?q=polvo")
    assert len(searches(world)) == 2, "asked for without the page it is noted as well"
    clock.advance(dt.timedelta(minutes=61))
    rosa.get("/staff/cases/lines?q=canal")
    assert len(searches(world)) == 3


def test_what_an_interpreter_writes_leads_to_the_case_and_what_is_corrected_does_not(
    app: Flask, world: World
) -> None:
    said = world.says(text="Yarqa pakisqa", language="quy")
    case_id = world.opens(said).case_id
    for account, spanish in ((world.manager, "acequia rota"), (None, "canal malogrado")):
        with world.database.writing() as connection:
            writer = account or add_manager(connection, "quilla")
            assert interpreting.claim(connection, said, account_id=writer, now=NOW)
            assert interpreting.keep(
                connection,
                said,
                vault=world.vault,
                account_id=writer,
                words=Words(None, spanish),
                now=NOW,
            )
    assert found(app, "canal malogrado") == {case_id}
    assert found(app, "acequia") == set()
    assert found(app, "yarqa") == {case_id}


def test_words_go_with_what_they_were_words_of(world: World) -> None:
    said = world.says(text="Polvo negro")
    case_id = world.opens(said).case_id
    assert len(tokens(world)) == 2
    world.says(statement_id=said, text="Humo blanco denso")
    humo = {token(world.vault, "junin", each) for each in ("humo", "blanco", "denso")}
    assert tokens(world) == {(each, case_id) for each in humo}
    with world.database.writing() as connection:
        operations.erase_words(connection, case_id, vault=world.vault, actor=SYSTEM, now=NOW)
    assert tokens(world) == set()


def test_words_are_written_with_the_case_or_not_at_all(world: World) -> None:
    said = world.says(text="Polvo negro")

    def open_and_fail() -> None:
        with world.database.writing() as connection:
            operations.open_case(
                connection,
                vault=world.vault,
                statement_id=said,
                queue_of=lambda _facts: "environment",
                answer_by=AnswerBy.CALL,
                confirmed=True,
                now=NOW,
                draw=lambda: codes.draw(secrets.randbelow),
            )
            raise LookupError(said)

    with pytest.raises(LookupError):
        open_and_fail()
    assert tokens(world) == set()


def test_words_of_before_are_written_once_more(world: World) -> None:
    case_id = world.case(text="Polvo negro en la acequia")
    world.replies(case_id, text="Iremos a mirar")
    before = tokens(world)
    with world.database.writing() as connection:
        connection.execute(delete(CaseWord))
        for batch in list(renewing.batches(connection)):
            for each in batch:
                renewing.renew(connection, each, vault=world.vault)
    assert tokens(world) == before
    assert len(before) == 5
