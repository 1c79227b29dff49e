"""The pages of a draft: what is edited, refused, told, approved and published."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.editor.desk import ROLES
from app.house import House
from library import operations, queries
from library.operations import By, Words
from library.takes import kept, prepared
from library.values import Origin, Place, Speaker, State
from programmes.content import from_content, to_content
from programmes.drafts.errors import NoDraft
from programmes.operations import load
from programmes.reader import read
from staff.models import AuditEntry
from staff.values import Role
from tests.editor.people import HERE, Editor, editor, junin
from tests.library.people import spoken

FACTS = {
    "source": "Ley 28611, art. 46",
    "reviewed_on": "2026-11-01",
    "expires_on": "2027-11-01",
    "category": "rights",
}
LAW = {
    "say_es": "Hay una ley nueva.",
    "text_es": "",
    "say_quy": "Musuq kamachiy kan.",
    "text_quy": "",
}
GREETING = {
    "say_es": "Buenos días desde Junín.",
    "text_es": "",
    "say_quy": "Allin punchaw.",
    "text_quy": "",
}


def said(of: Editor, key: str, tag: str = "es") -> str:
    return of.current.wordings[tag][key].say


def test_a_draft_is_begun_edited_compared_and_thrown_away(ana: Editor) -> None:
    assert "Begin a draft" in ana.get()
    ana.begins()
    assert "Nothing yet" in ana.get()
    ana.post("/words/greeting", **GREETING)
    page = ana.get()
    assert "Greeting: other words in Castellano" in page
    assert "<del>Le saluda Rimay Junín" in page
    assert "<ins>Buenos días desde Junín.</ins>" in page
    assert "Nothing is wrong" not in page
    assert said(ana, "greeting").startswith("Le saluda"), "callers meet nothing of it"
    ana.post("/discard")
    assert "Begin a draft" in ana.get()
    with pytest.raises(NoDraft):
        _ = ana.draft


def test_nothing_is_changed_where_nothing_was_edited(ana: Editor) -> None:
    ana.begins()
    for path, key in (
        ("/words/support.notice", "support.notice"),
        ("/words/option.water", "option.water"),
    ):
        words = junin().wordings
        fields = {}
        for tag in ("es", "quy"):
            each = words[tag][key]
            fields[f"say_{tag}"] = each.say.replace(" ", "\r\n", 1)
            fields[f"text_{tag}"] = each.text
        assert ana.post(path, **fields).status_code == 303
    assert ana.post("/topics/water/move", to="up").status_code == 303
    assert ana.draft.revision == 1
    assert not ana.draft.is_changed


def test_each_mistake_is_told_at_its_field_and_nothing_typed_is_lost(ana: Editor) -> None:
    ana.begins()
    wrong = {
        **LAW,
        "say_quy": "",
        "text_es": "x" * 600,
        "title": "",
        "source": "",
        "reviewed_on": "2026-11-01",
        "expires_on": "2026-10-01",
        "category": "nowhere",
    }
    answer = ana.post("/library/new", **wrong)
    assert answer.status_code == 422
    for fault in (
        'id="title-fault">Give it a short name',
        'id="say_quy-fault">Write what is said.',
        'id="text_es-fault">It takes 4 text messages, 3 at most',
        'id="source-fault">Name the law',
        'id="expires_on-fault">The last day comes after the day of review.',
        'id="category-fault">Choose a category.',
        ">Hay una ley nueva.</textarea>",
    ):
        assert fault in answer.text, fault
    answer = ana.post("/hours", hours_0="20:00-08:00", blocked="2027-06-24 mañana")
    assert answer.status_code == 422
    assert 'id="hours_0-fault"' in answer.text
    assert "not: mañana" in answer.text
    answer = ana.post("/words/greeting", **{**GREETING, "say_es": "Hola {code}"})
    assert 'id="say_es-fault"' in answer.text
    answer = ana.post("/name", name_es="", name_en="Rimay", quick_exit="nowhere")
    assert answer.status_code == 422
    assert 'id="name_es-fault"' in answer.text
    assert 'id="quick_exit-fault"' in answer.text
    assert not ana.draft.is_changed


def test_the_lists_are_edited(ana: Editor) -> None:
    ana.begins()
    ana.post("/menu/support/move", to="up")
    ana.post("/menu/my_case/remove")
    ana.post("/topics/add", say_es="Para hablar de los ríos", text_es="Ríos",
             say_quy="Mayumanta rimanaykipaq", text_quy="Mayu", queue="work")  # fmt: skip
    ana.post("/topics/land/queue", queue="general")
    ana.post("/topics/jobs/remove")
    ana.post("/library/add", say_es="Para escuchar noticias", text_es="Noticias",
             say_quy="Willakuykunata uyarinaykipaq", text_quy="Willakuy")  # fmt: skip
    content = ana.draft.content
    assert [each["option"] for each in content["menu"]] == ["support", "library", "survey"]
    assert content["topics"][-1] == {"option": "rios", "queue": "work"}
    assert "option.jobs" not in content["wordings"]["es"]
    assert content["categories"][-1] == {"option": "noticias", "messages": []}
    assert "The category Noticias has no message" in ana.get("/check")
    refused = ana.client.post(
        f"{HERE}/publish", data={"revision": ana.revision}, follow_redirects=True
    )
    assert "The category Noticias has no message" in refused.text
    added = ana.post(
        "/library/new", **LAW, **{**FACTS, "category": "noticias"}, title="La ley nueva"
    )
    assert added.headers["Location"].endswith("/library#noticias")
    page = ana.get("/library")
    assert "La ley nueva" in page
    assert "until 1 Nov 2027" in page
    ana.post("/library/la-ley-nueva", **LAW, **FACTS, example="yes")
    assert ana.draft.content["categories"][0]["messages"][-1] == {
        "slug": "la-ley-nueva",
        "source": "Ley 28611, art. 46",
        "reviewed_on": "2026-11-01",
        "expires_on": "2027-11-01",
        "example": True,
    }
    ana.post("/library/la-ley-nueva/move", to="up")
    ana.post("/library/la-ley-nueva/remove")
    ana.post("/categories/noticias/remove")
    ana.post("/hours", hours_0="08:00-12:00", blocked="2027-06-24")
    told = ana.get()
    for each in (
        "Menu: another order",
        "Menu: without",
        "Topics: new, Ríos",
        "goes to another queue",
        "No calls on 24 Jun 2027",
        "Hours in which people are called: Monday",
    ):
        assert each in told, each
    assert "nothing is wrong" in ana.get("/check")


def test_of_two_who_edit_at_once_one_is_told_and_neither_overwrites(
    ana: Editor, beto: Editor
) -> None:
    ana.begins()
    seen = beto.revision
    ana.post("/words/greeting", **GREETING)
    answer = beto.late("/words/greeting", seen, **{**GREETING, "say_es": "Buenas tardes."})
    assert answer.status_code == 409
    assert "Somebody else has just changed the draft" in answer.text
    assert ">Buenas tardes.</textarea>" in answer.text, "what he typed is here"
    assert "Buenos días desde Junín." in answer.text, "and what she wrote"
    assert ana.draft.content["wordings"]["es"]["greeting"]["say"] == GREETING["say_es"]
    assert ana.draft.changed_by == "ana"
    told = beto.client.post(
        f"{HERE}/menu/support/move", data={"revision": seen, "to": "up"}, follow_redirects=True
    )
    assert "Somebody else has just changed the draft" in told.text
    assert ana.draft.content["menu"][0]["option"] == "library"
    for action in ("discard", "approve", "publish"):
        beto.late(f"/{action}", seen)
    assert ana.draft.content["wordings"]["es"]["greeting"]["say"] == GREETING["say_es"]


def test_what_the_library_says_needs_two_people(ana: Editor, beto: Editor) -> None:
    ana.begins()
    ana.post("/library/new", **LAW, **FACTS, title="La ley nueva")
    assert "two people must stand for it" in ana.get()
    refused = ana.client.post(
        f"{HERE}/publish", data={"revision": ana.revision}, follow_redirects=True
    )
    assert "a second person must approve it" in refused.text
    assert "message.la-ley-nueva" not in ana.current.wordings["es"]
    ana.post("/approve")
    assert "Approved by ana@example.org" in beto.get()
    ana.post("/words/greeting", **GREETING)
    assert "Approved by ana@example.org" not in beto.get(), "she approved something else"
    ana.post("/approve")
    ana.post("/approve")
    ana.post("/publish")
    assert "message.la-ley-nueva" not in ana.current.wordings["es"], "one person is one person"
    assert beto.post("/publish").headers["Location"].endswith("/staff/programme/")
    assert said(ana, "message.la-ley-nueva") == LAW["say_es"]
    assert said(ana, "greeting") == GREETING["say_es"]
    with pytest.raises(NoDraft):
        _ = ana.draft


def test_a_survey_that_is_open_is_never_changed(ana: Editor) -> None:
    ana.begins()
    thanks = junin().wordings["quy"]["survey.thanks"].say
    ana.post("/words/survey.thanks", say_es="Gracias.", text_es="", say_quy=thanks, text_quy="")
    refused = ana.client.post(
        f"{HERE}/publish", data={"revision": ana.revision}, follow_redirects=True
    )
    assert "than the survey that is open" in refused.text
    assert ana.current.hash == junin().hash
    assert ana.draft.is_changed, "the draft is there still"


def test_a_new_fault_keeps_it_from_callers(ana: Editor) -> None:
    ana.begins()
    endless = "Para hablar del agua de los ríos y de las lagunas de todo el valle, " * 12
    ana.post(
        "/words/option.water", **{**GREETING, "say_es": endless.strip(" ,"), "text_es": "Agua"}
    )
    assert 'data-rule="too_long"' in ana.get("/check")
    assert "anywhere → question" in ana.get("/check"), "with the way that leads there"
    refused = ana.client.post(
        f"{HERE}/publish", data={"revision": ana.revision}, follow_redirects=True
    )
    assert "at most 20 s" in refused.text
    assert ana.current.hash == junin().hash


def test_what_came_meanwhile_is_brought_in_first(ana: Editor, house: House) -> None:
    ana.begins()
    ana.post("/words/greeting", **GREETING)
    content = to_content(junin())
    content["menu"] = content["menu"][::-1]
    with house.services.database.writing() as connection:
        load(connection, from_content(content), now=house.services.clock())
    assert "has changed since this draft began" in ana.get()
    ana.post("/publish")
    assert said(ana, "greeting").startswith("Le saluda")
    ana.post("/catch-up")
    assert "has changed since" not in ana.get()
    assert ana.draft.content["menu"] == content["menu"]
    ana.post("/publish")
    assert said(ana, "greeting") == GREETING["say_es"]
    assert ana.current.menu[0].option == "my_case"


def recorded(house: House, key: str, say: str, tag: str = "es") -> Place:
    """A prompt whose recording two people approved, in words of the page."""
    place = Place("junin", tag, key)
    by = By("ana", Origin.PAGE, house.services.clock())
    take = kept(house.services.media, prepared(spoken(), say=""))
    with house.services.database.writing() as connection:
        operations.change_words(connection, place, Words(say), after=None, by=by)
        version = operations.keep_recording(
            connection, place, take, speaker=Speaker("Rosa", by.now.date()), shipped=None, by=by
        )
        for account in ("ana", "beto"):
            if queries.version(connection, place, version).state is not State.APPROVED:
                operations.approve(
                    connection, place, version, account_id=account, is_shipped=False, now=by.now
                )
    house.prompts.refresh(now=True)
    return place


def test_a_recording_that_no_longer_fits_is_named_and_heard_until_there_is_another(
    ana: Editor, beto: Editor, house: House
) -> None:
    place = recorded(house, "greeting", "Bienvenida, bienvenido.")
    before = house.prompts.recorded("greeting", "es", "junin")
    ana.begins()
    assert "Bienvenida, bienvenido." in ana.get("/words/greeting"), "what callers hear now"
    assert "Nothing yet" in ana.get()
    ana.post("/words/greeting", **GREETING)
    assert "its recording no longer fits" in ana.get()
    page = ana.client.post(
        f"{HERE}/publish", data={"revision": ana.revision}, follow_redirects=True
    )
    assert "callers hear the recordings of before: Greeting (Castellano)" in page.text
    assert house.prompts.recorded("greeting", "es", "junin") == before
    with house.services.database.reading() as connection:
        version = queries.current_version(connection, place)
    assert version is not None
    assert version.say == GREETING["say_es"]
    assert version.state is State.DRAFT, "it waits to be recorded"


def test_a_new_message_can_be_recorded_before_it_is_published(ana: Editor) -> None:
    assert ana.client.get("/staff/prompts/es/message.la-ley-nueva").status_code == 404
    ana.begins()
    ana.post("/library/new", **LAW, **FACTS, title="La ley nueva")
    page = ana.client.get("/staff/prompts/es/message.la-ley-nueva")
    assert page.status_code == 200
    assert "Hay una ley nueva." in page.text


def test_it_goes_home_as_a_folder(ana: Editor, tmp_path: Path) -> None:
    ana.begins()
    ana.post("/words/greeting", **GREETING)
    for name, expected in (("draft", ana.draft.hash), ("programme", junin().hash)):
        answer = ana.client.get(f"{HERE}/{name}.zip")
        assert answer.content_type == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            archive.extractall(tmp_path / name)
        assert read(tmp_path / name / "junin").hash == expected


@pytest.mark.parametrize("role", sorted(set(Role) - ROLES))
def test_others_do_not_see_it(app: Flask, house: House, role: Role) -> None:
    other = editor(app, house, "zoe", role)
    for path in ("/", "/menu", "/library/new", "/draft.zip", "/programme.zip"):
        assert other.client.get(HERE + path).status_code == 403
    for path in ("/begin", "/publish", "/approve"):
        assert other.client.post(HERE + path).status_code == 403


def test_every_step_leaves_a_trail(ana: Editor, house: House) -> None:
    ana.begins()
    ana.post("/words/greeting", **GREETING)
    ana.post("/approve")
    ana.client.get(f"{HERE}/draft.zip")
    ana.post("/publish")
    with house.services.database.reading() as connection:
        rows = connection.execute(
            select(AuditEntry.action, AuditEntry.subject)
            .where(AuditEntry.account_id == "ana", AuditEntry.subject.is_not(None))
            .order_by(AuditEntry.id)
        ).all()
    assert {row.action for row in rows} == {
        "draft_begun",
        "draft_changed",
        "draft_approved",
        "programme_exported",
        "programme_published",
    }
    assert all(row.subject.startswith("draft:junin:") for row in rows)
