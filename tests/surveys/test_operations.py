"""Rounds, responses and answers, as a conversation uses them."""

from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select

from storage.database import Database
from storage.vault import Vault
from surveys import operations, queries
from surveys.errors import NoSuchResponse, NotAnOption
from surveys.models import Answer, Response, Round, RoundKey
from surveys.values import Opened, Published, Recorded, Standing, Status
from tests.surveys.people import (
    ANSWERS,
    NAMES,
    NOW,
    TODAY,
    Field,
    programme,
    programme_without_survey,
)

HALF_AN_HOUR = dt.timedelta(minutes=30)


def publish(field: Field, **words: str) -> Published | None:
    with field.database.writing() as connection:
        return operations.publish(
            connection, vault=field.vault, programme=programme(**words), now=NOW
        )


def standing(field: Field, who: str, *, now: dt.datetime = NOW) -> Standing:
    with field.database.reading() as connection:
        return operations.standing(
            connection, vault=field.vault, programme_slug="junin", line_key=who, now=now
        )


def test_a_round_freezes_its_own_words_in_every_language(field: Field) -> None:
    with field.database.reading() as connection:
        round_ = queries.open_round(connection, "junin")
    assert round_ is not None
    assert set(round_.content["wordings"]) == {"es", "quy"}
    assert round_.content["wordings"]["es"]["question.water"]["say"] == "¿Cómo está el agua?"
    assert "survey.consent" in round_.content["wordings"]["es"]
    assert "message.rights" not in round_.content["wordings"]["es"]


def test_publishing_the_same_again_changes_nothing(field: Field) -> None:
    assert publish(field) == Published(field.round_id, is_new=False, differs=False)


def test_an_open_round_is_left_as_it_is_by_other_words(field: Field) -> None:
    assert publish(field, water="¿Y el agua?") == Published(
        field.round_id, is_new=False, differs=True
    )
    with field.database.reading() as connection:
        round_ = queries.round_by_id(connection, field.round_id)
    assert round_.content["wordings"]["es"]["question.water"]["say"] == "¿Cómo está el agua?"


def test_after_the_close_other_words_open_a_round(field: Field) -> None:
    field.close()
    published = publish(field, water="¿Y el agua?")
    assert published is not None
    assert published.is_new
    assert published.round_id != field.round_id


def test_a_programme_without_a_survey_has_no_round(database: Database, vault: Vault) -> None:
    with database.writing() as connection:
        assert (
            operations.publish(
                connection, vault=vault, programme=programme_without_survey(), now=NOW
            )
            is None
        )


def test_two_loaders_at_once_open_one_round(database: Database, vault: Vault) -> None:
    def load(_number: int) -> str:
        with database.writing() as connection:
            published = operations.publish(connection, vault=vault, programme=programme(), now=NOW)
        assert published is not None
        return published.round_id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(load, range(4)))) == 1


def test_a_whole_survey(field: Field) -> None:
    assert standing(field, "a") == Standing(Status.NEW, field.round_id)
    assert field.begin("a") == Opened(Status.OPEN, "water")
    for name, following in zip(NAMES, (*NAMES[1:], None), strict=True):
        assert standing(field, "a").status == ("partial")
        assert field.answer("a", name, ANSWERS[name]) == Recorded(Status.OPEN, following)
    assert standing(field, "a") == Standing(Status.DONE, field.round_id)
    assert field.begin("a") == Opened(Status.DONE, None)
    assert standing(field, "b").status == "new"


def test_who_was_interrupted_goes_on_where_she_stopped(field: Field) -> None:
    field.begin("a")
    field.answer("a", "water", "dont_know")
    assert field.begin("a", language="quy") == Opened(Status.OPEN, "work")


def test_who_must_be_new_does_not_go_on_with_anothers_response(field: Field) -> None:
    assert field.begin("a", only_new=True) == Opened(Status.OPEN, "water")
    field.answer("a", "water", "dont_know")
    assert field.begin("a", only_new=True) == Opened(Status.DONE, None)
    assert field.begin("b", only_new=True) == Opened(Status.OPEN, "water")


def test_who_of_several_has_begun(field: Field) -> None:
    field.begin("a")
    field.finish("c")

    def begun(round_id: str) -> frozenset[str]:
        with field.database.reading() as connection:
            keys = ("a", "b", "c")
            return queries.begun(connection, round_id, vault=field.vault, line_keys=keys)

    assert begun(field.round_id) == {"a", "c"}
    assert begun("no such round") == frozenset()


def test_an_answer_is_corrected_and_the_next_is_asked(field: Field) -> None:
    field.finish("a")
    assert field.answer("a", "water", "refused") == Recorded(Status.OPEN, "work")
    with field.database.reading() as connection:
        values = connection.execute(select(Answer.value).where(Answer.question == "water"))
        assert values.scalars().all() == ["refused"]
        assert queries.counts(connection, field.round_id).complete == 1


def test_a_gap_is_asked_before_a_response_is_complete(field: Field) -> None:
    field.begin("a")
    assert field.answer("a", "trust", "trust_yes") == Recorded(Status.OPEN, "water")
    assert standing(field, "a").status == "partial"


@pytest.mark.parametrize(("question", "value"), [("water", "trust_yes"), ("none", "dont_know")])
def test_what_is_no_option_is_refused_without_naming_it(
    field: Field, question: str, value: str
) -> None:
    field.begin("a")
    with pytest.raises(NotAnOption) as raised:
        field.answer("a", question, value)
    assert value not in str(raised.value)


def test_who_has_not_begun_has_no_answers(field: Field) -> None:
    with pytest.raises(NoSuchResponse):
        field.answer("a", "water", "water_good")


def test_who_does_not_consent_leaves_no_trace(field: Field) -> None:
    with pytest.raises(ValueError, match="consent"):
        field.begin("a", consent="no")
    with field.database.reading() as connection:
        assert queries.counts(connection, field.round_id).begun == 0


def test_after_the_close_only_who_had_begun_may_finish_for_an_hour(field: Field) -> None:
    field.begin("a")
    field.close()
    soon, late = NOW + HALF_AN_HOUR, NOW + 3 * HALF_AN_HOUR
    assert field.begin("b", now=soon) == Opened(Status.CLOSED, None)
    assert standing(field, "b", now=soon) == Standing(Status.CLOSED, None)
    assert standing(field, "a", now=soon) == Standing(Status.PARTIAL, field.round_id)
    assert field.begin("a", now=soon) == Opened(Status.OPEN, "water")
    assert field.answer("a", "water", "water_good", now=soon).question == "work"
    assert standing(field, "a", now=late).status == "closed"
    assert field.answer("a", "work", "work_more", now=late) == Recorded(Status.CLOSED, None)


def test_sixteen_at_once_are_one_response(field: Field) -> None:
    def begin_and_answer(_number: int) -> None:
        field.begin("a")
        field.answer("a", "water", "water_good")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(begin_and_answer, range(16)))
    with field.database.reading() as connection:
        assert queries.counts(connection, field.round_id).begun == 1
        assert len(connection.execute(select(Answer.id)).all()) == 1


def test_an_answer_takes_three_statements_at_most(field: Field) -> None:
    statements: list[str] = []
    event.listen(
        field.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: statements.append(statement),
    )
    field.begin("a")
    for name in NAMES:
        statements.clear()
        field.answer("a", name, ANSWERS[name])
        assert len([each for each in statements if not each.startswith("BEGIN")]) <= 3


def test_the_same_phone_differs_across_rounds(field: Field) -> None:
    field.finish("a")
    field.close()
    second = publish(field, water="¿Y el agua?")
    assert second is not None
    field.round_id = second.round_id
    field.finish("a")
    with field.database.reading() as connection:
        respondents = connection.execute(select(Response.respondent)).scalars().all()
    assert len(set(respondents)) == 2


def test_a_response_keeps_no_time_and_no_line() -> None:
    columns = {column.name for model in (Response, Answer) for column in model.__mapper__.columns}
    assert not {name for name in columns if "line" in name or "person" in name or name == "at"}
    assert not {name for name in columns if name.endswith("_at")}


def test_keys_are_destroyed_after_thirty_days_and_respondents_with_them(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    field.finish("a")
    field.close()
    with field.database.writing() as connection:
        early = NOW + dt.timedelta(days=29)
        assert operations.destroy_keys(connection, now=early) == []
        fingerprint = connection.execute(select(RoundKey.fingerprint)).scalar_one()
    heard: list[logging.LogRecord] = []
    handler = logging.Handler()
    monkeypatch.setattr(handler, "emit", heard.append)
    # On the logger itself, awake: what other tests did to the root's handlers does not count.
    monkeypatch.setattr(operations.log, "disabled", False)
    monkeypatch.setattr(operations.log, "handlers", [handler])
    operations.log.setLevel(logging.INFO)
    with field.database.writing() as connection:
        late = NOW + dt.timedelta(days=31)
        assert operations.destroy_keys(connection, now=late) == [field.round_id]
        assert operations.forget_respondents(connection, limit=10) == 1
        assert connection.execute(select(RoundKey.round_id)).first() is None
        assert connection.execute(select(Response.respondent)).scalar_one() is None
        assert connection.execute(select(Response.week)).scalar_one() == TODAY
    assert fingerprint in [getattr(record, "key", None) for record in heard]
    assert field.begin("a", now=late).status == "closed"


def test_a_question_is_found_by_name(field: Field) -> None:
    with field.database.reading() as connection:
        found = queries.question(connection, field.round_id, "trust")
        assert found is not None
        assert found.answers == ("trust_yes", "trust_no", "dont_know", "refused")
        assert queries.question(connection, field.round_id, "none") is None
        assert queries.question(connection, "none", "trust") is None
        assert connection.execute(select(Round.id)).scalar_one() == field.round_id
