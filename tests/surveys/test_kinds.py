"""Every kind of question as it is answered, skipped, put in order, and tabulated."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from sqlalchemy import select

from programmes.questions import Question, QuestionKind, question_content
from storage import recordings
from storage.database import Database
from storage.media import Media, MissingMedia
from storage.services import Services
from storage.vault import Vault
from surveys import jobs, open_answers, operations, queries, row_store
from surveys.errors import NotAnOption
from surveys.export import rows_stream, tables_file
from surveys.labels import Labels
from surveys.models import Answer, OpenAnswer
from surveys.questionnaire import Asked, order
from surveys.rows import row_of, rows_of
from surveys.snapshots import renew_snapshot
from surveys.values import Met, Recorded, Words
from tests.surveys.kinds import kinds
from tests.surveys.people import NOW, TODAY

PATH = {
    "uses_river": "yes",
    "trust": "2",
    "children": "3",
    "sources": "radio neighbours",
    "why": "why_dirty",
    "moved": "2001-05-30",
    "worry": "given",
    "district": "dont_know",
    "gender": "woman",
}


class Round:
    """A round of every kind, and whoever answers it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database, self.vault = database, vault
        with database.writing() as connection:
            published = operations.publish(connection, vault=vault, programme=kinds(), now=NOW)
        assert published is not None
        self.id = published.round_id

    def begin(self, who: str) -> str | None:
        with self.database.writing() as connection:
            return operations.open_response(
                connection,
                vault=self.vault,
                round_id=self.id,
                line_key=who,
                language="es",
                channel="voice",
                consent_wording="w" * 64,
                consent_answer="yes",
                today=TODAY,
                now=NOW,
            ).question

    def answer(
        self, who: str, question: str, value: str, *, words: Words | None = None
    ) -> Recorded:
        with self.database.writing() as connection:
            return operations.record_answer(
                connection,
                vault=self.vault,
                round_id=self.id,
                line_key=who,
                question=question,
                value=value,
                now=NOW,
                met=Met("q" * 64, "s" * 64, "es"),
                words=words,
            )

    def go(self, who: str, **answers: str) -> list[str]:
        """Answer whatever is asked; what was asked, in its order."""
        given = PATH | answers
        asked: list[str] = []
        following = self.begin(who)
        while following is not None:
            name = following.partition(".")[0]
            asked.append(name)
            words = Words(text="El polvo") if given[name] == "given" else None
            following = self.answer(who, name, given[name], words=words).question
        return asked

    def kept(self) -> dict[str, str]:
        with self.database.reading() as connection:
            rows = connection.execute(select(Answer.question, Answer.value))
            return {row.question: row.value for row in rows}

    def is_complete(self) -> bool:
        with self.database.reading() as connection:
            return queries.counts(connection, self.id).complete == 1


@pytest.fixture
def round_(sqlite_database: Database, vault: Vault) -> Round:
    return Round(sqlite_database, vault)


def test_everything_is_asked_once_and_kept(database: Database, vault: Vault) -> None:
    here = Round(database, vault)
    assert sorted(here.go("a")) == sorted(PATH)
    assert here.is_complete()
    assert here.kept() == {
        **{name: value for name, value in PATH.items() if name != "sources"},
        "sources.radio": "yes",
        "sources.meetings": "no",
        "sources.neighbours": "yes",
    }


def test_an_answer_says_what_it_answers(round_: Round) -> None:
    round_.begin("a")
    round_.answer("a", "uses_river", "yes")
    with round_.database.reading() as connection:
        kept = connection.execute(select(Answer.wording, Answer.sound)).one()
    assert tuple(kept) == ("q" * 64, "s" * 64)


@pytest.mark.parametrize(("river", "trust"), [("no", "2"), ("yes", "4"), ("dont_know", "1")])
def test_who_is_not_concerned_is_not_asked(round_: Round, river: str, trust: str) -> None:
    assert "why" not in round_.go("a", uses_river=river, trust=trust)
    assert round_.is_complete()


def test_a_corrected_answer_closes_a_way_and_opens_it(round_: Round) -> None:
    round_.go("a")
    round_.answer("a", "uses_river", "no")
    assert "why" not in round_.kept()
    assert round_.is_complete()
    round_.answer("a", "uses_river", "yes")
    assert not round_.is_complete()
    assert round_.begin("a") == "why"
    round_.answer("a", "why", "why_far")
    assert round_.is_complete()


def test_one_option_at_a_time_is_the_same_as_a_list(round_: Round) -> None:
    first = round_.begin("a")
    while first is not None and not first.startswith("sources."):
        first = round_.answer("a", first, PATH[first]).question
    asked = []
    while first is not None and first.startswith("sources."):
        asked.append(first)
        first = round_.answer("a", first, "yes" if first.endswith("radio") else "no").question
    assert sorted(asked) == ["sources.meetings", "sources.neighbours", "sources.radio"]
    assert first == "why"
    assert round_.kept()["sources.radio"] == "yes"
    assert round_.answer("a", "sources", "no").question == "why"
    assert round_.kept()["sources.radio"] == "no"


def test_who_comes_back_meets_the_same_order(round_: Round) -> None:
    orders = set()
    for who in "abcdefghij":
        first = round_.begin(who)
        assert first == "uses_river"
        second = round_.answer(who, "uses_river", "no").question
        assert second in ("trust", "children")
        assert round_.begin(who) == second
        options = round_.answer(who, "trust", "1"), round_.answer(who, "children", "1")
        asked = next(each for each in options if (each.question or "").startswith("sources."))
        assert sorted(asked.options) == ["meetings", "neighbours", "radio"]
        orders.add((second, asked.options))
    assert len(orders) > 2


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("trust", "6"),
        ("trust", "0"),
        ("children", "21"),
        ("children", "-1"),
        ("children", "two"),
        ("moved", "1989-12-31"),
        ("moved", "2001-02-30"),
        ("moved", "dont_know"),
        ("sources", "radio tv"),
        ("sources", ""),
        ("sources.tv", "yes"),
        ("sources.radio", "radio"),
        ("district", "place_lima"),
        ("worry", "El polvo"),
    ],
)
def test_what_is_no_answer_is_refused(round_: Round, question: str, value: str) -> None:
    round_.begin("a")
    with pytest.raises(NotAnOption):
        round_.answer("a", question, value)


# -- open answers ----------------------------------------------------------------------------------


def opened(round_: Round) -> list[OpenAnswer]:
    with round_.database.reading() as connection:
        return list(connection.execute(select(OpenAnswer.__table__)))  # type: ignore[arg-type]


def test_what_was_written_is_sealed_until_it_is_coded(round_: Round) -> None:
    round_.begin("a")
    round_.answer("a", "worry", "given", words=Words(text="El polvo"))
    (kept,) = opened(round_)
    assert kept.sealed is not None
    assert b"polvo" not in kept.sealed
    with round_.database.writing() as connection:
        assert open_answers.words_of(connection, kept.id, vault=round_.vault) == "El polvo"
        assert open_answers.code(connection, answer_id=kept.id, codes=["other"], today=TODAY)
        assert not open_answers.code(connection, answer_id=kept.id, codes=["work"], today=TODAY)
    (coded,) = opened(round_)
    assert (coded.sealed, coded.codes, coded.coded_at) == (None, ["other"], TODAY)


@pytest.fixture
def here(services: Services) -> tuple[Round, Services]:
    return Round(services.database, services.vault), services


def spoken(round_: Round, services: Services, recording: str, *, who: str = "a") -> str:
    """Say it, and have the sound fetched and deleted at the carrier; its key."""
    round_.answer(who, "worry", "given", words=Words(recording=recording, seconds=9))
    media = services.media.put(recording.encode())
    with services.database.writing() as connection:
        recordings.keep(connection, recording, media=media, now=NOW)
        recordings.finish(connection, recording)
    jobs.settle_open_answers(services)
    return media


def is_there(media: Media, key: str) -> bool:
    try:
        media.get(key)
    except MissingMedia:
        return False
    return True


def test_a_sound_is_the_answers_alone_and_goes_when_it_is_coded(
    here: tuple[Round, Services],
) -> None:
    round_, services = here
    round_.begin("a")
    media = spoken(round_, services, "RE1")
    (kept,) = opened(round_)
    assert (kept.media, kept.recording_id) == (media, None)
    with services.database.writing() as connection:
        assert recordings.copy_of(connection, "RE1") == (recordings.Copy.WAITING, None)
        open_answers.code(connection, answer_id=kept.id, codes=["water"], today=TODAY)
    jobs.settle_open_answers(services)
    assert not is_there(services.media, media)
    (coded,) = opened(round_)
    assert (coded.media, coded.codes) == (None, ["water"])


def test_what_is_said_anew_deletes_what_was_said(here: tuple[Round, Services]) -> None:
    round_, services = here
    round_.begin("a")
    first = spoken(round_, services, "RE1")
    second = spoken(round_, services, "RE2")
    assert not is_there(services.media, first)
    round_.answer("a", "worry", "refused")
    jobs.settle_open_answers(services)
    assert not is_there(services.media, second)
    assert opened(round_) == []


# -- what is shown ---------------------------------------------------------------------------------


def asked(kind: QuestionKind, **more: object) -> Asked:
    question = Question("q", kind=kind, **more)  # type: ignore[arg-type]
    return order([question_content(question)]).questions[0]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        (asked(QuestionKind.SCALE, low=1, high=3), ("1", "2", "3")),
        (asked(QuestionKind.NUMBER, low=0, high=3), ("0", "1", "2", "3")),
        (asked(QuestionKind.NUMBER, low=0, high=99), ("0-19", "20-39", "40-59", "60-79", "80-99")),
        (asked(QuestionKind.NUMBER, low=0, high=20, bands=(0, 1, 6)), ("0", "1-5", "6-20")),
        (asked(QuestionKind.DATE), ("given",)),
        (
            asked(QuestionKind.DATE, low=20250601, high=20261231),
            ("2025-06-01/2025-12-31", "2026-01-01/2026-12-31"),
        ),
        (asked(QuestionKind.OPEN), ("given",)),
    ],
)
def test_rows_are_never_finer_than_bands(question: Asked, rows: tuple[str, ...]) -> None:
    assert rows_of(question) == (*rows, "dont_know", "refused")


def test_an_answer_falls_into_its_band() -> None:
    number = asked(QuestionKind.NUMBER, low=0, high=20, bands=(0, 1, 6))
    found = [row_of(number, {"q": value}) for value in ("0", "1", "5", "6", "20", "refused")]
    assert found == ["0", "1-5", "1-5", "6-20", "6-20", "refused"]
    day = asked(QuestionKind.DATE, low=20250601, high=20261231)
    assert row_of(day, {"q": "2025-12-31"}) == "2025-06-01/2025-12-31"


def test_what_leaves_of_every_kind(round_: Round) -> None:
    for number in range(40):
        round_.go(
            f"p{number}",
            gender="woman" if number % 2 else "man",
            uses_river="yes" if number % 3 else "no",
            children=str(number % 4),
            worry="given" if number % 5 else "refused",
        )
    with round_.database.writing() as connection:
        operations.close_round(connection, round_id=round_.id, now=NOW, grace=dt.timedelta(0))
    later = NOW + dt.timedelta(hours=1)
    assert renew_snapshot(round_.database, round_id=round_.id, now=later, rng=Random(1))
    with round_.database.reading() as connection:
        found = queries.round_by_id(connection, round_.id)
        results = queries.results(connection, round_.id)
    assert results is not None
    tables = {each["name"]: each for each in results.tables["tables"]}
    assert {"sources.radio", "sources.meetings", "sources.neighbours"} <= tables.keys()
    assert [row[0] for row in tables["why"]["rows"]] == [
        *("why_dirty", "why_far", "dont_know", "refused", "not_asked")
    ]
    assert [row[0] for row in tables["children"]["rows"]][:4] == ["0", "1-2", "3-5", "6-20"]
    labels = Labels(found.content, "es")
    assert labels.question("sources.radio") == "¿Cómo se informa? La radio"
    written = tables_file(found, results, labels).content.decode()
    assert "not_asked" in written
    batches = row_store.batches(round_.database, results.id, expected=results.row_count)
    rows = b"".join(rows_stream(found, results, labels, batches).chunks).decode()
    assert "sources.radio" in rows.splitlines()[0]
    # Where she lives is told as coarsely as it takes, and no word of hers.
    assert rows.splitlines()[0].startswith("\ufeffid,gender,district,language,")
    assert "polvo" not in rows + written
