"""Open answers coded by two people: blind, compared, settled, deleted; only codes are shown."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from locales.languages import FOLDER
from programmes import operations as programmes
from staff import operations as staff_operations
from staff.models import AuditEntry
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import Entry, init, protect
from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from surveys import jobs, queries, snapshots
from surveys import operations as surveys
from surveys.coding import operations, pages
from surveys.coding import queries as coding
from surveys.coding.agreement import by_code, cohen
from surveys.coding.values import Code, NoFrame, Outcome
from surveys.export import tables_file
from surveys.labels import Labels
from surveys.models import Coding, OpenAnswer
from surveys.queries import RoundSummary
from tests.clock import FakeClock
from tests.surveys.kinds import kinds
from tests.surveys.people import NOW, TODAY
from tests.surveys.test_kinds import Round, is_there, spoken

PASSWORD = "correct horse battery"
LATER = NOW + dt.timedelta(hours=2)


# -- kappa, worked by hand -------------------------------------------------------------------------


def table(*cells: tuple[str, str, int]) -> list[tuple[str, str]]:
    return [(one, other) for one, other, times in cells for _ in range(times)]


def test_kappa_of_two_categories() -> None:
    # 20 + 15 of 50 agree: 0.7. By chance 25/50 x 30/50 + 25/50 x 20/50 = 0.5. So 0.2 / 0.5.
    found = cohen(table(("y", "y", 20), ("y", "n", 5), ("n", "y", 10), ("n", "n", 15)))
    assert (found.answers, found.observed, found.kappa) == (50, Fraction(7, 10), Fraction(2, 5))


def test_kappa_of_three_categories() -> None:
    # 44 + 20 + 6 = 70 of 100 agree. Sums 53, 35, 12 and 60, 30, 10: by chance
    # (53x60 + 35x30 + 12x10) / 10000 = 0.435. So 0.265 / 0.565 = 53/113.
    found = cohen(
        table(
            *(("a", "a", 44), ("a", "b", 7), ("a", "c", 2), ("b", "a", 13), ("b", "b", 20)),
            *(("b", "c", 2), ("c", "a", 3), ("c", "b", 3), ("c", "c", 6)),
        )
    )
    assert (found.observed, found.kappa) == (Fraction(7, 10), Fraction(53, 113))


def test_kappa_at_its_ends() -> None:
    assert cohen(table(("a", "a", 3), ("b", "b", 2))).kappa == 1
    assert cohen(table(("a", "b", 1), ("b", "a", 1))).kappa == -1
    # One as often as not, whatever the other says: chance, and no more.
    chance = table(("a", "a", 1), ("a", "b", 1), ("b", "a", 1), ("b", "b", 1))
    assert cohen(chance).kappa == 0
    assert cohen(table(("a", "a", 4))).kappa is None
    with pytest.raises(ValueError, match="nothing"):
        cohen([])


def test_kappa_of_each_code() -> None:
    water, both, work = frozenset({"water"}), frozenset({"water", "work"}), frozenset({"work"})
    pairs = [(water, water), (both, water), (work, work), (work, both)]
    # Water: yes/yes 2, no/no 1, no/yes 1; by chance (2x3 + 2x1)/16 = 1/2; (3/4 - 1/2) / (1/2).
    found = by_code(pairs, ["water", "work", "other"])
    assert (found["water"].observed, found["water"].kappa) == (Fraction(3, 4), Fraction(1, 2))
    assert found["other"].kappa is None
    assert cohen(pairs).observed == Fraction(1, 2)


# -- who codes what --------------------------------------------------------------------------------


@pytest.fixture
def services(
    sqlite_database: Database, vault: Vault, media: Media, bell: Bell, clock: FakeClock
) -> Services:
    services = Services(sqlite_database, vault, media, bell, clock)
    with sqlite_database.writing() as connection:
        programmes.load(connection, kinds(), now=NOW)
    return services


@pytest.fixture
def here(services: Services) -> Round:
    return Round(services.database, services.vault)


def account(services: Services, name: str, role: Role = Role.INTERPRETER, **more: str) -> str:
    with services.database.writing() as connection:
        return staff_operations.add_account(
            connection,
            email=f"{name}@example.org",
            password=PASSWORD,
            role=role,
            programme="junin",
            affiliation=Affiliation(more.get("affiliation", "independent")),
            language=more.get("language", "en"),
            now=NOW,
        )


def close(round_: Round) -> None:
    with round_.database.writing() as connection:
        surveys.close_round(connection, round_id=round_.id, now=NOW, grace=dt.timedelta(0))


def summary(round_: Round) -> RoundSummary:
    with round_.database.reading() as connection:
        return queries.round_by_id(connection, round_.id)


def next_for(round_: Round, coder: str, *, today: dt.date = TODAY) -> str | None:
    with round_.database.reading() as connection:
        found = coding.next_for(connection, summary(round_), "worry", coder=coder, today=today)
    return found.id if found else None


def code(round_: Round, answer: str, coder: str, *codes: str) -> Outcome:
    with round_.database.writing() as connection:
        return operations.code(
            connection, answer_id=answer, coder=coder, version=0, codes=codes, today=TODAY
        )


def settle(round_: Round, answer: str, who: str, *codes: str) -> Outcome:
    with round_.database.writing() as connection:
        return operations.settle(
            connection, answer_id=answer, account_id=who, codes=codes, today=TODAY
        )


def kept(round_: Round) -> OpenAnswer:
    with round_.database.reading() as connection:
        return connection.execute(select(OpenAnswer.__table__)).one()  # type: ignore[return-value]


def test_two_code_and_nobody_twice_or_third(here: Round, services: Services) -> None:
    a, b, c = (account(services, name) for name in "abc")
    here.go("x")
    close(here)
    answer = next_for(here, a)
    assert answer is not None
    assert code(here, answer, a, "water", "work") is Outcome.KEPT
    assert code(here, answer, a, "other") is Outcome.TOO_LATE
    assert next_for(here, a) is None
    assert next_for(here, b) == answer
    assert code(here, answer, b, "work", "water") is Outcome.SETTLED
    assert code(here, answer, c, "other") is Outcome.TOO_LATE
    assert next_for(here, c) is None
    found = kept(here)
    assert (found.codes, found.settled, found.sealed) == (["water", "work"], "agreed", None)


def test_a_conflict_is_settled_by_a_third(here: Round, services: Services) -> None:
    a, b, c = (account(services, name) for name in "abc")
    here.go("x")
    close(here)
    answer = next_for(here, a) or ""
    code(here, answer, a, "water")
    assert settle(here, answer, c, "other") is Outcome.TOO_LATE
    assert code(here, answer, b, "work") is Outcome.CONFLICT
    assert settle(here, answer, c, "other") is Outcome.SETTLED
    found = kept(here)
    assert (found.codes, found.settled, found.settled_by) == (["other"], "third", c)
    with here.database.reading() as connection:
        assert coding.coded_twice(connection, here.id, "worry") == [
            (frozenset({"water"}), frozenset({"work"}))
        ]


def test_a_conflict_is_settled_by_both_together(here: Round, services: Services) -> None:
    a, b = (account(services, name) for name in "ab")
    here.go("x")
    close(here)
    answer = next_for(here, a) or ""
    code(here, answer, a, "water")
    code(here, answer, b, "work")
    assert settle(here, answer, a, "work", "water") is Outcome.CONFLICT
    assert settle(here, answer, b, "work") is Outcome.CONFLICT
    assert settle(here, answer, b, "water", "work") is Outcome.SETTLED
    found = kept(here)
    assert (found.codes, found.settled, found.settled_by) == (["water", "work"], "together", None)


def test_no_answer_comes_in_the_week_in_which_it_was_given(here: Round, services: Services) -> None:
    a = account(services, "a")
    here.go("x")
    here.begin("half-way")
    assert next_for(here, a, today=TODAY + dt.timedelta(days=6)) is None
    assert next_for(here, a, today=TODAY + dt.timedelta(days=7)) is not None


def test_a_sound_and_its_codings_go(here: Round, services: Services) -> None:
    a, b = (account(services, name) for name in "ab")
    here.go("x")
    media = spoken(here, services, "RE1", who="x")
    close(here)
    answer = next_for(here, a) or ""
    code(here, answer, a, "water")
    code(here, answer, b, "water")
    jobs.settle_open_answers(services)
    assert not is_there(services.media, media)
    # Said anew, nothing is left of what was said before, nor of what was made of it.
    with here.database.writing() as connection:
        surveys.forget_answers(
            connection, response_id=kept(here).response_id or "", asked=["worry"]
        )
    jobs.settle_open_answers(services)
    with here.database.reading() as connection:
        assert connection.execute(select(Coding.id)).all() == []


def test_a_frame_keeps_the_codes_in_use(here: Round, services: Services) -> None:
    a = account(services, "a")
    here.go("x")
    close(here)
    code(here, next_for(here, a) or "", a, "water")

    def keep(*names: str) -> int:
        with here.database.writing() as connection:
            return operations.keep_frame(
                connection,
                summary(here),
                "worry",
                codes=[Code(name, name, name) for name in names],
                account_id=a,
                now=NOW,
            ).version

    assert keep("water", "dust") == 1
    assert keep("water") == 2
    for names in (("dust",), ("water", "water"), ("water", "unclear"), ("water", "Not a name")):
        with pytest.raises(NoFrame):
            keep(*names)


# -- what is shown ---------------------------------------------------------------------------------


def test_codes_alone_leave_and_in_the_last_results_alone(
    here: Round, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: "<svg/>")
    a, b = (account(services, name) for name in "ab")
    for number in range(40):
        here.go(f"p{number}", gender="woman" if number % 2 else "man")

    def renew(now: dt.datetime) -> bool:
        return snapshots.renew_snapshot(here.database, round_id=here.id, now=now, rng=Random(1))

    assert renew(NOW)
    close(here)
    answers = []
    while (answer := next_for(here, a)) is not None:
        answers.append(answer)
        code(here, answer, a, "water" if len(answers) % 2 else "work")
    assert not renew(LATER)
    for number, answer in enumerate(answers[:-1], start=1):
        code(here, answer, b, "water" if number % 2 else "work")
    assert not renew(LATER)
    code(here, answers[-1], b, "work")
    assert renew(LATER)
    with here.database.reading() as connection:
        results = queries.results(connection, here.id)
    assert results is not None
    assert results.is_final
    tables = {each["name"]: each for each in results.tables["tables"]}
    assert tables["worry.water"]["rows"] == [["yes"], ["not_named"]]
    assert [row[-1] for row in tables["worry.water"]["cells"]] == [[20, 50], [20, 50], [40, 100]]
    assert "worry.unclear" not in tables
    written = tables_file(summary(here), results, Labels(summary(here).content, "en"))
    assert "Water" in written.content.decode()
    assert "polvo" not in written.content.decode()


def test_what_is_not_coded_when_the_key_goes_is_given_up(
    here: Round, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: "<svg/>")
    account(services, "a")
    here.go("x")
    close(here)

    def renew(days: int) -> bool:
        now = NOW + dt.timedelta(days=days)
        return snapshots.renew_snapshot(here.database, round_id=here.id, now=now, rng=Random(1))

    assert not renew(29)
    jobs.settle_open_answers(services)
    assert kept(here).sealed is not None
    assert renew(30)
    jobs.settle_open_answers(services)
    with here.database.reading() as connection:
        assert connection.execute(select(OpenAnswer.id)).all() == []


# -- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def app(services: Services) -> Flask:
    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost", translations=str(FOLDER))
    register(app)
    protect(
        app, pages.coding, roles=pages.ROLES, entry=Entry("coding.index", lambda: "Coding", "tags")
    )
    return app


def signed_in(app: Flask, services: Services, name: str, role: Role, **more: str) -> FlaskClient:
    account(services, name, role, **more)
    client = app.test_client()
    form = {"email": f"{name}@example.org", "password": PASSWORD}
    assert client.post("/staff/sign-in", data=form).status_code == 303
    return client


def test_from_the_queue_to_a_settled_conflict(app: Flask, here: Round, services: Services) -> None:
    here.go("x")
    here.go("spoken", worry="refused")
    spoken(here, services, "RE9", who="spoken")
    close(here)
    one = signed_in(app, services, "one", Role.INTERPRETER)
    two = signed_in(app, services, "two", Role.SUPERVISOR)
    queue = f"/staff/coding/{here.id}/worry/next"
    sounds = texts = 0
    for _ in range(2):
        page = one.get(queue).text
        answer = page.split('name="answer" value="')[1].split('"')[0]
        if "El polvo" in page:
            texts += 1
        else:
            sounds += 1
            heard = one.get(f"/staff/coding/{here.id}/answers/{answer}/audio")
            assert (heard.status_code, heard.data) == (200, b"RE9")
        assert one.post(queue, data={"answer": answer}).status_code == 422
        assert one.get(f"/staff/coding/{here.id}/answers/{answer}").status_code == 404
        assert one.post(queue, data={"answer": answer, "codes": "water"}).status_code == 303
        assert one.get(f"/staff/coding/{here.id}/answers/{answer}/audio").status_code == 404
        seen = two.get(queue).text
        assert "one@" not in seen
        assert not re.search(r"\b2026\b", seen)
        assert two.post(queue, data={"answer": answer, "codes": "work"}).status_code == 303
    assert (sounds, texts) == (1, 1)
    assert "Nothing waits for you" in one.get(queue).text
    listed = one.get(f"/staff/coding/{here.id}/worry/agreement").text
    assert "once two people have coded 10" in listed
    assert "two@example.org" in listed
    third = signed_in(app, services, "three", Role.SUPERVISOR)
    settling = f"/staff/coding/{here.id}/answers/{answer}"
    assert "You coded neither" in third.get(settling).text
    assert third.post(settling, data={"codes": "other"}).status_code == 303
    assert third.get(settling).status_code == 404
    with here.database.reading() as connection:
        actions = set(connection.execute(select(AuditEntry.action)).scalars())
    assert {"survey_answer_heard", "survey_answer_read", "survey_answer_coded"} <= actions
    assert "survey_answer_settled" in actions
    # The other answer is a conflict still: whatever it is, it waits.
    assert third.get(f"/staff/coding/{here.id}/worry/agreement").text.count("Settle it") == 1


def test_a_frame_is_written_on_its_page(app: Flask, here: Round, services: Services) -> None:
    client = signed_in(app, services, "o", Role.OPERATOR)
    address = f"/staff/coding/{here.id}/worry/frame"
    assert 'value="Water"' in client.get(address).text
    form = {"name": ["water", ""], "es": ["Agua", "Ruido y polvo"], "en": ["Water", "Noise, dust"]}
    assert client.post(address, data=form).status_code == 303
    with here.database.reading() as connection:
        found = coding.newest_frame(connection, summary(here), "worry")
    assert [each.name for each in found.codes] == ["water", "ruido_y_polvo", "unclear"]
    refused = client.post(address, data={"name": ["water"], "es": ["Agua"], "en": [""]})
    assert refused.status_code == 422
    assert "both labels" in refused.text


@pytest.mark.parametrize(
    ("role", "affiliation", "listed", "queue"),
    [
        (Role.OPERATOR, "independent", 200, 403),
        (Role.REGULATOR, "state", 403, 403),
        (Role.EDITOR, "independent", 403, 403),
        (Role.SUPERVISOR, "company", 200, 403),
        (Role.INTERPRETER, "state", 200, 200),
    ],
)
def test_who_may_hear_what_people_said(
    app: Flask,
    here: Round,
    services: Services,
    role: Role,
    affiliation: str,
    listed: int,
    queue: int,
) -> None:
    client = signed_in(app, services, "a", role, affiliation=affiliation)
    assert client.get("/staff/coding/").status_code == listed
    assert client.get(f"/staff/coding/{here.id}/worry/next").status_code == queue
