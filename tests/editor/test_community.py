"""From an approved release to a draft of what the community said, published by two people."""

from __future__ import annotations

import html

import pytest
from flask import Flask
from sqlalchemy import insert, update

from app.house import House
from staff.values import Role
from storage.ids import new_id
from surveys import queries
from surveys.figures import Figures, as_json
from surveys.models import Release, Round, Snapshot
from surveys.queries import Given
from surveys.questionnaire import order
from surveys.tabulate import figures
from tests.editor.people import Editor, add_account, editor

RELEASES = "/staff/releases"


def results(house: House, people: int) -> tuple[str, Figures]:
    """The round's id, and its results once so many people gave the same answers."""
    with house.services.database.reading() as connection:
        round_ = queries.open_round(connection, "junin")
    assert round_ is not None
    asked = order(round_.content["questions"])
    answers = [{each.name: each.options[n % 2] for each in asked.questions} for n in range(people)]
    return round_.id, figures([Given("es", True, each) for each in answers], asked)


def released(house: House, *, people: int = 80, approved: bool = True) -> str:
    """An approved release of a survey that has ended, by its id."""
    for name in ("maker", "approver"):
        add_account(house, name, Role.SUPERVISOR)
    round_id, shown = results(house, people)
    now, release_id = house.services.clock(), new_id()
    with house.services.database.writing() as connection:
        connection.execute(
            update(Round).where(Round.id == round_id).values(closed_at=now, ends_at=now)
        )
        connection.execute(
            insert(Snapshot).values(
                id=new_id(),
                round_id=round_id,
                number=1,
                completes=people,
                is_final=True,
                withdrawn=0,
                tables=as_json(shown),
                columns=[],
                row_count=0,
                charts={},
                made_at=now,
            )
        )
        connection.execute(
            insert(Release).values(
                id=release_id,
                round_id=round_id,
                number=1,
                language="es",
                media="a" * 64,
                has_rows=False,
                made_by="maker",
                made_at=now,
                approved_by="approver" if approved else None,
                approved_at=now if approved else None,
            )
        )
    return release_id


def test_what_a_community_said_becomes_a_draft_message(
    app: Flask, house: House, ana: Editor, beto: Editor
) -> None:
    release_id = released(house)
    page = html.unescape(beto.client.get(f"{RELEASES}/{release_id}").text)
    action = f"/staff/programme/draft/from-release/{release_id}"
    assert action in page
    shown = beto.client.post(action, follow_redirects=True)
    assert shown.status_code == 200
    assert "Esto es lo que dijo su comunidad" in html.unescape(shown.text)
    content = beto.draft.content
    message = content["categories"][-1]["messages"][-1]
    assert message["slug"] == "community-said-1"
    assert "a" * 64 in message["source"]
    for tag, part in (("es", "la mitad de las personas"), ("quy", "yaqa pichqam nin")):
        assert part in content["wordings"][tag]["message.community-said-1"]["say"]
        assert not content["wordings"][tag]["message.community-said-1"]["reviewed"]
    # Once more leads to what is there, also for somebody else.
    assert ana.client.post(action).headers["Location"].endswith("/library/community-said-1")
    assert ana.draft.revision == beto.draft.revision
    # Of the library, so two people stand for it.
    assert beto.post("/publish").status_code == 303
    assert "community-said-1" not in str(beto.current.categories)
    ana.post("/approve")
    beto.post("/publish")
    assert "community-said-1" in str(beto.current.categories)


@pytest.mark.parametrize("role", [Role.REGULATOR, Role.SUPERVISOR, Role.EDITOR])
def test_who_may_not_edit_is_not_offered_it(app: Flask, house: House, role: Role) -> None:
    release_id = released(house)
    somebody = editor(app, house, "somebody", role)
    page = somebody.client.get(f"{RELEASES}/{release_id}")
    assert "from-release" not in page.text
    answer = somebody.client.post(f"/staff/programme/draft/from-release/{release_id}")
    assert answer.status_code == (303 if role is Role.EDITOR else 403)


def test_only_what_was_approved_and_may_be_told(house: House, beto: Editor) -> None:
    proposed = released(house, approved=False)
    post = beto.client.post
    assert post(f"/staff/programme/draft/from-release/{proposed}").status_code == 404
    assert post("/staff/programme/draft/from-release/none").status_code == 404
    few = as_json(Figures(12, 12, None, ()))
    with house.services.database.writing() as connection:
        connection.execute(update(Release).values(approved_at=house.services.clock()))
        connection.execute(update(Snapshot).values(tables=few))
    answer = post(f"/staff/programme/draft/from-release/{proposed}", follow_redirects=True)
    assert "Nothing of it can be told" in answer.text
    assert "community-said" not in str(beto.draft.content)
