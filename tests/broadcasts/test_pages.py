"""A broadcast from its form to its results, and who may do what."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

import broadcasts.pages
import library.pages
from broadcasts.content import Voices
from broadcasts.models import Broadcast, Recipient
from broadcasts.preview import Means
from broadcasts.results import results
from broadcasts.values import Prices, State
from contacts.models import Person
from library.bank import Bank
from library.prompts import Prompts
from library.words import ApprovedWordings
from locales.catalogues import prompts as catalogue
from locales.drafts import Drafts
from locales.languages import language
from outreach.models import Contact
from programmes.operations import bind_number, load
from programmes.values import CarrierName, Programme
from staff import operations as staff_operations
from staff.models import AuditEntry
from staff.pages import register
from staff.values import Affiliation, Role
from staff.web import init
from storage.outbox import URGENT, Kind, Outbox
from tests.broadcasts.village import MESSAGE, OURS, Village

PASSWORD = "correct horse battery"
MINE = "+51987654321"
TEXTS_ALONE = "+5160000001"


def pages_of(village: Village, folder: Path, *, prices: Prices | None = None) -> Flask:
    """The staff pages of a village, its words and its drafts."""
    services = village.services
    bank = Bank(services.database, services.media, every=0.0)
    prompts = Prompts(Drafts(folder), bank=bank)

    def word(programme: Programme) -> ApprovedWordings:
        return ApprovedWordings(
            programme, catalogue, fallback=lambda tag: language(tag).fallback, bank=bank
        )

    app = Flask("small", static_folder=None)
    app.config.update(TESTING=True, SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False)
    app.extensions["rimay"] = services
    init(app, public_url="http://localhost")
    register(app)
    library.pages.register(app, keys=lambda programme: (MESSAGE,), prompts=prompts)
    means = Means(
        Voices(word, prompts, lambda key, tag, version: None),
        prices or Prices("USD", segment=50, minute=80),
        MappingProxyType({Kind.TEXT: 1.0, Kind.CALL: 0.5}),
    )
    broadcasts.pages.register(app, means=means)
    return app


@pytest.fixture
def app(village: Village, tmp_path: Path) -> Flask:
    return pages_of(village, tmp_path / "drafts")


def signed_in(app: Flask, village: Village, role: Role, programme: str = "valle") -> FlaskClient:
    email = f"{role}-{programme}@example.org"
    with village.services.database.writing() as connection:
        staff_operations.add_account(
            connection,
            email=email,
            password=PASSWORD,
            role=role,
            programme=programme,
            affiliation=Affiliation.INDEPENDENT,
            language="en",
            now=village.clock(),
        )
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": email, "password": PASSWORD})
    return client


FILLED = {"title": "Rights", "message": MESSAGE, "way": "preference", "basis": "agreed"}


def prepare(client: FlaskClient, **form: object) -> str:
    """Fill in the form; the address of what was kept."""
    answer = client.post("/staff/broadcasts/new", data=FILLED | form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def page(client: FlaskClient, address: str) -> str:
    """A page's words, its spaces made one."""
    answer = client.get(address)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return " ".join(text.split())


def test_prepared_looked_at_started_paused_and_stopped(app: Flask, village: Village) -> None:
    village.people(40)
    supervisor = signed_in(app, village, Role.SUPERVISOR)
    assert "Nothing has been sent to many yet" in page(supervisor, "/staff/broadcasts")
    here = prepare(supervisor, budget="250")
    shown = page(supervisor, here)
    assert "People 40 Lines 40" in shown
    assert "$2.90" in shown, "30 calls of a begun minute, 10 texts of a segment"
    assert "2 minutes" in shown, "30 calls at one every two seconds, and the last of them"
    for act, state in (
        ("start", State.RUNNING),
        ("pause", State.PAUSED),
        ("resume", State.RUNNING),
        ("stop", State.STOPPED),
        ("start", State.STOPPED),  # what is over stays so
    ):
        assert supervisor.post(f"{here}/{act}").status_code == 303
        with village.services.database.reading() as connection:
            found = connection.execute(select(Broadcast.state)).scalar_one()
        assert found == state, act
        village.sweep()
        page(supervisor, here)
    with village.services.database.reading() as connection:
        trail = connection.execute(select(AuditEntry.action).order_by(AuditEntry.at)).scalars()
        assert {each for each in trail if each.startswith("broadcast")} == {
            "broadcast_prepared",
            "broadcast_started",
            "broadcast_paused",
            "broadcast_resumed",
            "broadcast_stopped",
        }


def test_an_editor_prepares_and_a_supervisor_starts(app: Flask, village: Village) -> None:
    village.people(3)
    editor = signed_in(app, village, Role.EDITOR)
    here = prepare(editor)
    assert "A supervisor starts it." in page(editor, here)
    for act in ("start", "pause", "resume", "stop"):
        assert editor.post(f"{here}/{act}").status_code == 403


@pytest.mark.parametrize("role", [Role.REGULATOR, Role.CASE_MANAGER, Role.INTERPRETER])
def test_nobody_else_opens_them(app: Flask, village: Village, role: Role) -> None:
    assert signed_in(app, village, role).get("/staff/broadcasts").status_code == 403


def test_another_programme_sees_nothing(app: Flask, village: Village) -> None:
    here = prepare(signed_in(app, village, Role.SUPERVISOR))
    village.does(load, replace(village.programme, hash="c" * 64, slug="otro"), now=village.clock())
    stranger = signed_in(app, village, Role.SUPERVISOR, "otro")
    assert stranger.get(here).status_code == 404


def test_own_words_wait_for_their_approval(app: Flask, village: Village) -> None:
    village.people(3)
    operator = signed_in(app, village, Role.OPERATOR)
    words = {"message": "own", "words-es": "El sábado hay asamblea."}
    here = prepare(operator, **words)
    assert "Its words are not approved yet: Castellano, Runasimi" in page(operator, here)
    operator.post(f"{here}/start")
    assert village.row(here.rpartition("/")[2]).state == State.DRAFT
    key = f"broadcast.{here.rpartition('/')[2]}"
    prompt = operator.get(f"/staff/prompts/es/{key}").get_data(as_text=True)
    version = re.search(r'name="version" value="(\w+)"', prompt)
    assert version is not None
    operator.post(f"/staff/prompts/es/{key}/approve", data={"version": version[1]})
    shown = page(operator, here)
    assert "They hear it in Castellano" in shown, "Quechua falls back until it has words"
    operator.post(f"{here}/start")
    assert village.row(here.rpartition("/")[2]).state == State.RUNNING


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"title": " "}, "Give it a name"),
        ({"message": "own"}, "Choose a message, or write what is said."),
        ({"message": "own", "words-es": "Hola {name}"}, "brace"),
        ({"budget": "much"}, "The budget is an amount"),
        ({"budget": "nan"}, "The budget is an amount"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    app: Flask, village: Village, form: dict[str, str], problem: str
) -> None:
    client = signed_in(app, village, Role.EDITOR)
    answer = client.post("/staff/broadcasts/new", data={**FILLED, "title": "Asamblea", **form})
    text = answer.get_data(as_text=True)
    assert (answer.status_code, problem in text) == (422, True), text
    assert form.get("words-es", "") in text
    with village.services.database.reading() as connection:
        assert connection.execute(select(Broadcast.id)).all() == []


def test_a_trial_goes_to_ones_own_phone_alone_at_any_hour(app: Flask, village: Village) -> None:
    village.person("+51964000001")
    village.clock.now = dt.datetime(2026, 11, 29, 4, tzinfo=dt.UTC)
    client = signed_in(app, village, Role.EDITOR)
    here = prepare(client)
    for channel in ("voice", "sms"):
        form = {"number": "+51 987 654 321", "language": "quy", "channel": channel}
        assert "On its way" in client.post(
            f"{here}/trial", data=form, follow_redirects=True
        ).get_data(as_text=True)
    village.dispatcher.run()
    assert [each.to for each in village.gateway.placed] == [MINE, MINE]
    text = next(each.body for each in village.gateway.placed if each.body)
    assert text.startswith("Derechoyuqmi kanki.")
    assert "SAYACHIY" in text
    with village.services.database.reading() as connection:
        rows = connection.execute(select(Outbox.priority, Outbox.opening)).all()
        assert {row.priority for row in rows} == {URGENT}
        assert connection.execute(select(Person.id)).all().__len__() == 1, "nobody is kept there"
        assert connection.execute(select(Contact.purpose)).scalars().all() == ["trial"] * 2
        subjects = connection.execute(select(AuditEntry.subject)).scalars().all()
    assert not any(MINE[-6:] in str(subject) for subject in subjects)
    wrong = client.post(f"{here}/trial", data={"number": "987"}, follow_redirects=True)
    assert "Write your number with its country" in wrong.get_data(as_text=True)


def test_without_prices_no_cost_and_no_budget(village: Village, tmp_path: Path) -> None:
    app = pages_of(village, tmp_path, prices=Prices())
    village.people(3)
    client = signed_in(app, village, Role.SUPERVISOR)
    here = prepare(client, budget="10")
    assert "Prices are not set" in page(client, here)
    answer = client.post(f"{here}/start", follow_redirects=True)
    assert "A budget needs prices" in answer.get_data(as_text=True)


def test_results_hide_what_tells_of_single_people(app: Flask, village: Village) -> None:
    people = village.people(60)
    with village.services.database.writing() as connection:
        for n, person in enumerate(people):
            about = {"gender": "woman" if n < 57 else "man", "district": "yauli"}
            connection.execute(update(Person).where(Person.id == person).values(**about))
    client = signed_in(app, village, Role.SUPERVISOR)
    here = prepare(client, way="voice")
    client.post(f"{here}/start")
    village.sweep()
    with village.services.database.writing() as connection:
        # Of three men one heard it, of the women 40; three women want no more.
        for n, person in enumerate(people):
            heard = n < 40 or n == 58
            outcome = "reached" if heard else "opted_out" if n in (41, 42, 43) else "no_answer"
            connection.execute(
                update(Recipient)
                .where(Recipient.person_id == person)
                .values(is_heard=heard, outcome=outcome, state="done")
            )
    village.sweep()
    shown = page(client, here)
    assert "Listeners 41" in shown
    assert "Heard to the end 41 Want no more, Not reached 19" in shown
    table = shown[shown.index("By gender") : shown.index("By district")]
    assert "Men, Women 41 (68 %) 19 (32 %) 60 (100 %)" in table
    district = shown[shown.index("By district") :]
    assert "Yauli 41 (68 %)" in district
    with village.services.database.reading() as connection:
        found = results(connection, here.rpartition("/")[2])
    assert found is not None
    assert {group.count for group in found.groups} == {41, 19}


def test_of_very_few_nothing_is_told(app: Flask, village: Village) -> None:
    village.people(4)
    client = signed_in(app, village, Role.SUPERVISOR)
    here = prepare(client, way="voice")
    client.post(f"{here}/start")
    village.sweep()
    client.post(f"{here}/stop")
    assert "would tell of single people" in page(client, here)


@pytest.mark.parametrize("way", ["voice", "preference", "sms"])
def test_no_call_goes_out_from_a_number_for_texts_alone(
    app: Flask, village: Village, way: str
) -> None:
    """Whichever number comes first."""
    assert OURS > TEXTS_ALONE
    with village.services.database.writing() as connection:
        bind_number(connection, "valle", TEXTS_ALONE, carrier=CarrierName.KANNEL)
    village.person("+51964000001")
    client = signed_in(app, village, Role.SUPERVISOR)
    address = prepare(client, way=way)
    client.post(f"{address}/start")
    with village.services.database.reading() as connection:
        assert connection.execute(select(Broadcast.sender)).scalar_one() == OURS
    village.sweep()
    (row,) = village.sent()
    assert (row.kind, row.sender) in {(Kind.CALL, OURS), (Kind.TEXT, TEXTS_ALONE)}


def test_a_trial_goes_out_from_the_number_of_its_channel(app: Flask, village: Village) -> None:
    with village.services.database.writing() as connection:
        bind_number(connection, "valle", TEXTS_ALONE, carrier=CarrierName.KANNEL)
    client = signed_in(app, village, Role.EDITOR)
    address = prepare(client)
    for channel in ("voice", "sms"):
        sent = client.post(
            f"{address}/trial", data={"number": MINE, "language": "es", "channel": channel}
        )
        assert sent.status_code == 303
    with village.services.database.reading() as connection:
        rows = connection.execute(select(Outbox.kind, Outbox.sender)).all()
    assert {tuple(row) for row in rows} == {(Kind.CALL, OURS), (Kind.TEXT, TEXTS_ALONE)}
