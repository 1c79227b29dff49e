"""The queue and a case, as a case manager's browser meets them."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from contacts.operations import keep_person, opt_out
from grievances import triage
from grievances.lifecycle import Actor, Party
from grievances.media import withdraw_media
from grievances.models import Case, Reply
from grievances.operations import ask_for_call
from grievances.values import AnswerBy, ReprisalRisk
from programmes import operations
from staff.models import AuditEntry
from staff.values import Affiliation, Role
from staff.web import undeclared
from storage import attachments, outbox, recordings, sound
from storage.services import Services
from tests.dialogue.line import read_junin
from tests.grievances.people import HERS, NOW, PASSWORD, World, add_manager

HOUR = dt.timedelta(hours=1)


def signed_in(app: Flask, name: str = "rosa") -> FlaskClient:
    client = app.test_client()
    form = {"email": f"{name}@example.org", "password": PASSWORD}
    assert client.post("/staff/sign-in", data=form).status_code == 303
    return client


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in(app)


def answer(client: FlaskClient, case_id: str, **form: object) -> TestResponse:
    return client.post(
        f"/staff/cases/{case_id}/replies", data=form, content_type="multipart/form-data"
    )


def upload(content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), "answer.webm"


def actions(world: World) -> list[str]:
    with world.database.reading() as connection:
        return list(
            connection.execute(
                select(AuditEntry.action).where(AuditEntry.subject.like("case:%"))
            ).scalars()
        )


def count(world: World, table: type[Reply] | type[outbox.Outbox]) -> int:
    with world.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def recorded_case(world: World, services: Services, wav: bytes | None) -> tuple[str, str]:
    said = world.says(recording_id="RE1", seconds=3)
    case_id = world.opens(said).case_id
    with world.database.writing() as connection:
        recordings.announce(connection, "RE1", now=NOW, ready=True, seconds=3)
        if wav is not None:
            recordings.keep(connection, "RE1", media=services.media.put(wav), now=NOW)
    return case_id, f"/staff/cases/{case_id}/statements/{said}/audio"


def test_every_page_says_who_may_open_it(app: Flask) -> None:
    assert undeclared(app) == []


def test_the_list_shows_the_oldest_first_and_leads_to_the_case(
    rosa: FlaskClient, world: World
) -> None:
    new = world.case(now=NOW - HOUR, confirmed=False)
    old = world.case(now=NOW - 50 * HOUR, language="quy", channel="sms")
    page = rosa.get("/staff/cases?state=open")
    assert page.status_code == 200
    assert re.findall(r"/staff/cases/([0-9a-f]{32})", page.text) == [old, new]
    for word in ("2 days ago", "Agua", "Runasimi", "Text message", "Unconfirmed", "Environment"):
        assert word in page.text
    assert rosa.get("/staff").location == "/staff/cases"


def test_filters_and_the_calm_of_an_empty_list(rosa: FlaskClient, world: World) -> None:
    assert "Everybody has been answered" in rosa.get("/staff/cases").text
    case_id = world.case(queue="ombuds")
    assert case_id in rosa.get("/staff/cases?queue=ombuds").text
    elsewhere = rosa.get("/staff/cases?queue=company").text
    assert case_id not in elsewhere
    assert "Nobody waits here" in elsewhere
    assert "Look without these filters" in elsewhere
    assert rosa.get("/staff/cases?page=2").location == "/staff/cases?state=open"
    assert case_id not in rosa.get("/staff/cases?state=answered").text
    assert case_id not in rosa.get("/staff/cases?state=triaged").text
    assert case_id in rosa.get("/staff/cases?state=received&kind=grievance").text
    assert case_id not in rosa.get("/staff/cases?state=all&severity=4").text
    assert case_id in rosa.get("/staff/cases?state=all&page=0").text


def test_a_case_is_read_once_and_every_reading_is_noted(rosa: FlaskClient, world: World) -> None:
    case_id = world.case(text="El <agua> baja turbia.")
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert "El &lt;agua&gt; baja turbia." in page
    rosa.get(f"/staff/cases/{case_id}")
    assert actions(world) == ["case_read", "case_read"]
    with world.database.reading() as connection:
        assert connection.execute(select(Case.first_read_at)).scalar_one() == NOW


def test_where_to_turn_against_reprisals_is_shown_where_they_are_feared(
    rosa: FlaskClient, world: World
) -> None:
    programme = read_junin()
    with world.database.writing() as connection:
        operations.load(connection, programme, now=NOW)
    case_id = world.case()
    assert "Against reprisals" not in rosa.get(f"/staff/cases/{case_id}").text
    with world.database.writing() as connection:
        triage.note_reprisal(
            connection,
            case_id,
            vault=world.vault,
            actor=Actor(Party.CASE_MANAGER, world.manager),
            risk=ReprisalRisk.POSSIBLE,
            now=NOW,
        )
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert "Against reprisals" in page
    for named in ("DS 004-2021-JUS", "Defensoría", "105"):
        assert named in page


def test_nowhere_is_the_number(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    world.replies(case_id)
    for path in ("/staff/cases", f"/staff/cases/{case_id}"):
        assert HERS[4:] not in rosa.get(path).text
    assert re.search(r"Person [A-Z]\d-\d\d", rosa.get(f"/staff/cases/{case_id}").text)


def test_a_recording_is_played_with_seeking_and_noted_once(
    rosa: FlaskClient, world: World, services: Services
) -> None:
    wav = sound.tone(3)
    case_id, path = recorded_case(world, services, wav)
    assert path in rosa.get(f"/staff/cases/{case_id}").text
    with rosa.get(path) as whole:
        assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/wav", wav)
        assert whole.headers["Cache-Control"] == "no-store"
    with rosa.get(path, headers={"Range": "bytes=1000-1999"}) as part:
        assert (part.status_code, part.data) == (206, wav[1000:2000])
        assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(wav)}"
    assert actions(world).count("statement_played") == 1


def test_a_recording_that_is_not_here_is_told(
    rosa: FlaskClient, world: World, services: Services
) -> None:
    case_id, path = recorded_case(world, services, None)
    assert "The recording is on its way" in rosa.get(f"/staff/cases/{case_id}").text
    assert rosa.get(path).status_code == 404
    with world.database.writing() as connection:
        recordings.give_up(connection, "RE1")
    assert "No recording could be had" in rosa.get(f"/staff/cases/{case_id}").text


def test_an_open_page_learns_what_changed_without_a_word_of_the_case(
    rosa: FlaskClient, world: World, services: Services
) -> None:
    case_id, _path = recorded_case(world, services, None)
    ask = f"/staff/cases/{case_id}/standing"
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert f'data-ask="{ask}"' in page
    assert 'data-standing="waiting"' in page
    assert rosa.get(ask).json == {"standing": "waiting"}
    with world.database.writing() as connection:
        recordings.keep(connection, "RE1", media=services.media.put(sound.tone(1)), now=NOW)
    assert rosa.get(ask).json == {"standing": "kept"}
    assert "data-ask" not in rosa.get(f"/staff/cases/{case_id}").text
    assert actions(world) == ["case_read", "case_read"]


def test_a_written_answer_goes_out_and_wakes_a_worker(
    rosa: FlaskClient, world: World, services: Services
) -> None:
    case_id = world.case(answer_by=AnswerBy.SMS, channel="sms")
    rung: list[tuple[object, int]] = []
    services.bell.ring = lambda work: rung.append(  # type: ignore[method-assign]
        (work, count(world, outbox.Outbox))
    )
    sent = answer(rosa, case_id, text=" Iremos el lunes. ", after="")
    assert sent.status_code == 303
    assert rung == [("outbox", 1)], "rung once, after the row was there for others to see"
    page = rosa.get(sent.location).text
    assert "Sent as a text message." in page
    assert "Iremos el lunes." in page
    assert 'data-delivery="queued"' in page
    assert case_id not in rosa.get("/staff/cases?state=open").text
    assert actions(world) == ["reply_sent", "case_read"]


def test_a_recorded_answer_is_kept_as_telephone_sound(
    rosa: FlaskClient, world: World, services: Services
) -> None:
    case_id = world.case(language="quy")
    sent = answer(rosa, case_id, recording=upload(sound.tone(2)), after="")
    assert sent.status_code == 303
    with world.database.reading() as connection:
        reply_id, media = connection.execute(select(Reply.id, Reply.media)).one()
    assert media is not None
    kept = services.media.get(media)
    assert 1.9 < sound.seconds(kept) < 2.1
    assert kept[24:28] == (8000).to_bytes(4, "little")
    path = f"/staff/cases/{case_id}/replies/{reply_id}/audio"
    assert path in rosa.get(sent.location).text
    with rosa.get(path) as heard:
        assert heard.data == kept


@pytest.mark.parametrize("content", [b"not a sound", b"<html></html>" * 99, b"\x1aE\xdf\xa3" * 9])
def test_an_upload_that_is_no_sound_keeps_the_text(
    rosa: FlaskClient, world: World, content: bytes
) -> None:
    case_id = world.case()
    page = answer(rosa, case_id, text="Ya <vamos>", recording=upload(content), after="")
    assert page.status_code == 422
    assert "not a sound recording that we can play" in page.text
    assert "Ya &lt;vamos&gt;</textarea>" in page.text
    assert count(world, Reply) == 0


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"text": "  "}, "Write an answer or record one"),
        ({"text": "a" * 1501}, "longer than 1500 characters"),
        ({"text": "", "take": "forged"}, "Write an answer or record one"),
    ],
)
def test_an_answer_that_cannot_be_sent_is_told_why(
    rosa: FlaskClient, world: World, form: dict[str, object], problem: str
) -> None:
    page = answer(rosa, world.case(), **form)
    assert page.status_code == 422
    assert problem in page.text


def test_a_written_answer_in_quechua_asks_for_a_recording(rosa: FlaskClient, world: World) -> None:
    called, texted = (
        world.case(language="quy"),
        world.case(language="quy", channel="sms", answer_by=AnswerBy.SMS),
    )
    assert "cannot be spoken in that language" in rosa.get(f"/staff/cases/{called}").text
    refused = answer(rosa, called, text="Paqarin hamusaqku", after="")
    assert refused.status_code == 422
    assert "please record it" in refused.text
    assert "Paqarin hamusaqku" in refused.text
    assert "cannot be spoken" not in rosa.get(f"/staff/cases/{texted}").text
    assert answer(rosa, texted, text="Paqarin hamusaqku", after="").status_code == 303


def test_the_second_of_two_loses_nothing(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    world.replies(case_id, text="El otro contesta.")
    page = answer(rosa, case_id, text="Yo contesto.", recording=upload(sound.tone(1)), after="")
    assert page.status_code == 409
    assert "Somebody else has just answered" in page.text
    assert "El otro contesta." in page.text
    assert "Yo contesto.</textarea>" in page.text
    fields = dict(re.findall(r'name="(after|take)" value="([^"]*)"', page.text))
    with rosa.get(f"/staff/cases/{case_id}/takes/{fields['take']}") as take:
        assert take.status_code == 200
    assert answer(rosa, case_id, text="Yo contesto.", **fields).status_code == 303
    with world.database.reading() as connection:
        media = list(connection.execute(select(Reply.media).order_by(Reply.sent_at)).scalars())
    assert sorted(each is None for each in media) == [False, True]


def test_a_kept_take_is_its_maker_s_and_its_case_s(
    app: Flask, rosa: FlaskClient, world: World
) -> None:
    one, other = world.case(), world.case()
    world.replies(one)
    page = answer(rosa, one, recording=upload(sound.tone(1)), after="")
    [take] = re.findall(r'name="take" value="([^"]+)"', page.text)
    with world.database.writing() as connection:
        add_manager(connection, "ana")
    ana = signed_in(app, "ana")
    assert ana.get(f"/staff/cases/{one}/takes/{take}").status_code == 404
    assert rosa.get(f"/staff/cases/{other}/takes/{take}").status_code == 404
    assert answer(rosa, other, take=take, after="").status_code == 422


def test_what_was_not_reached_is_sent_again(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    sent = world.replies(case_id)
    with world.database.writing() as connection:
        row = connection.execute(select(outbox.Outbox.id)).scalar_one()
        outbox.advance(connection, row, outbox.State.FAILED, now=NOW)
    path = f"/staff/cases/{case_id}/replies/{sent.id}/again"
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert "Not reached" in page
    assert path in page
    assert "going out once more" in rosa.post(path, follow_redirects=True).text
    assert "not sent again" in rosa.post(path, follow_redirects=True).text
    assert count(world, outbox.Outbox) == 2


def test_a_line_that_opted_out_is_told_before_and_after(rosa: FlaskClient, world: World) -> None:
    case_id = world.case()
    with world.database.writing() as connection:
        opt_out(connection, vault=world.vault, number=HERS, now=NOW)
    assert "asked not to be contacted" in rosa.get(f"/staff/cases/{case_id}").text
    sent = answer(rosa, case_id, text="Hola", after="")
    assert "they will hear it when they call" in rosa.get(sent.location).text
    assert count(world, outbox.Outbox) == 0


def test_what_is_too_long_to_send_and_cannot_be_spoken_is_not_taken(
    rosa: FlaskClient, world: World
) -> None:
    quechua = world.case(channel="sms", answer_by=AnswerBy.SMS, language="quy")
    refused = answer(rosa, quechua, text="Paqarin hamusaqku. " * 30, after="")
    assert refused.status_code == 422
    assert "more than 3 messages" in refused.text
    assert answer(rosa, quechua, text="Manam ñuqa’chu.", after="").status_code == 303
    with world.database.reading() as connection:
        body = connection.execute(select(outbox.Outbox.body)).scalar_one()
    assert body is not None
    assert world.vault.open_text(outbox.BODY, body) == "Manam ñuqa'chu."


def test_an_account_sees_the_cases_of_its_own_affiliation(app: Flask, world: World) -> None:
    cases = {queue: world.case(queue=queue) for queue in ("environment", "company", "ombuds")}
    seen = {}
    with world.database.writing() as connection:
        for affiliation in Affiliation:
            add_manager(connection, affiliation.value, affiliation=affiliation)
        add_manager(connection, "boss", affiliation=Affiliation.COMPANY, role=Role.SUPERVISOR)
        add_manager(connection, "reg", affiliation=Affiliation.STATE, role=Role.REGULATOR)
    for name in ("company", "state", "independent", "boss", "reg"):
        client = signed_in(app, name)
        opened = {
            queue
            for queue, case_id in cases.items()
            if client.get(f"/staff/cases/{case_id}").status_code == 200
        }
        answered = {
            queue
            for queue, case_id in cases.items()
            if answer(client, case_id, text="", after="").status_code == 422
        }
        listed = {
            queue for queue, case_id in cases.items() if case_id in client.get("/staff/cases").text
        }
        assert opened == answered == listed, name
        seen[name] = opened
    assert seen == {
        "company": {"company"},
        "state": {"environment"},
        "independent": {"environment", "company", "ombuds"},
        "boss": {"company"},
        "reg": set(),
    }


def test_every_file_that_a_case_names_is_served_here(rosa: FlaskClient, world: World) -> None:
    text = rosa.get(f"/staff/cases/{world.case()}").text
    files = re.findall(r'(?:href|src)="(/[^"#]+\.(?:css|js|svg))', text)
    assert len(files) >= 5
    for path in files:
        with rosa.get(path) as served:
            assert served.status_code == 200, path
    assert "<script>" not in text
    assert not re.search(r"\son[a-z]+=|\sstyle=", text)


def test_who_only_asked_to_be_called_is_in_the_queue(world: World, rosa: FlaskClient) -> None:
    with world.database.writing() as connection:
        her = keep_person(connection, vault=world.vault, number=HERS, language="es", now=NOW)
        asked = [
            ask_for_call(
                connection,
                vault=world.vault,
                programme="junin",
                person_id=her.id,
                queue=read_junin().default_queue,
                language="es",
                channel="voice",
                now=NOW,
                draw=lambda: "12345674",
            )
            for _ in range(2)
        ]
    assert [each.is_new for each in asked] == [True, False]
    assert asked[0].case_id == asked[1].case_id
    assert "Asked to be called" in rosa.get("/staff/cases").get_data(as_text=True)
    page = rosa.get(f"/staff/cases/{asked[0].case_id}").get_data(as_text=True)
    assert "record what you want to tell them" in page
    assert "Rimay will call them and play it." in page
    assert answer(rosa, asked[0].case_id, text="Iremos mañana.").status_code in (200, 303)
    assert count(world, outbox.Outbox) == 1


def test_a_picture_is_a_file_to_download_for_who_may_see_the_case_and_noted(
    app: Flask, rosa: FlaskClient, world: World, services: Services
) -> None:
    with world.database.writing() as connection:
        enclosed = attachments.announce(connection, "SM1", count=2, now=NOW)
    case_id = world.opens(world.says(media_id=enclosed, channel="sms")).case_id
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert "on its way" in page
    with world.database.writing() as connection:
        piece = attachments.Piece(services.media.put(b"seen"), "image/jpeg")
        attachments.keep(connection, enclosed, [piece], now=NOW)
    page = rosa.get(f"/staff/cases/{case_id}").text
    assert "open what they sent" in page
    assert "One file could not be kept" in page
    (path,) = re.findall(r'<a download href="([^"]+)"', page)
    assert path.startswith(f"/staff/cases/{case_id}/attachments/")
    with rosa.get(path) as found:
        assert (found.status_code, found.mimetype, found.data) == (200, "image/jpeg", b"seen")
        assert found.headers["Content-Disposition"].startswith("attachment; filename=rimay-")
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.headers["Cache-Control"] == "no-store"
    assert actions(world).count("attachment_opened") == 1
    other = world.case()
    assert rosa.get(path.replace(case_id, other)).status_code == 404
    assert app.test_client().get(path).status_code in (302, 303)
    with world.database.writing() as connection:
        assert withdraw_media(connection, case_id, now=NOW)
    assert rosa.get(path).status_code == 404
    assert actions(world).count("attachment_opened") == 1
