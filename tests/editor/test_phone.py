"""The telephone of a draft: what it says is the draft's, and nothing of it is kept."""

from __future__ import annotations

import html
import re

from sqlalchemy import func, select

from app.house import House
from app.tables import METADATA
from tests.editor.people import HERE, Editor
from tests.editor.test_pages import FACTS, GREETING, LAW

_SOUND = re.compile(r'data-sound="([^"]+)"')


def newest(page: str) -> str:
    """What was heard last."""
    return html.unescape(
        page.partition("data-newest")[2].partition("</ol>")[0].split("card-plain")[0]
    )


def rows(house: House) -> dict[str, int]:
    with house.services.database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


class Phone:
    """A draft's phone in a browser without scripts."""

    def __init__(self, editor: Editor, **fields: str) -> None:
        self.client = editor.client
        answer = editor.post("/phone", **fields)
        self.at = answer.headers["Location"]
        self.page = self.client.get(self.at).text

    def does(self, what: str, **fields: str) -> str:
        answer = self.client.post(f"{self.at}/{what}", data=fields)
        assert answer.headers["Location"] == self.at
        self.page = self.client.get(self.at).text
        return newest(self.page)

    def press(self, keys: str) -> str:
        return self.does("press", keys=keys)


def test_the_draft_is_heard_and_nothing_of_the_call_is_kept(ana: Editor, house: House) -> None:
    ana.begins()
    ana.post("/words/greeting", **GREETING)
    before = rows(house)
    phone = Phone(ana)
    assert GREETING["say_es"] in html.unescape(phone.page)
    assert "A machine speaks what nobody has recorded." in phone.page
    for _ in range(4):
        said = phone.press("1")
        if "Para hacer una pregunta" in said:
            break
    assert "Para hacer una pregunta" in said, said
    phone.press("2")
    phone.press("1")
    for _ in range(6):
        if "The line records what is said" in phone.page:
            break
        phone.press("1")
    assert "The line records what is said" in phone.page
    said = phone.does("speak")
    assert "/said/" in said, "she hears herself"
    sounds = [html.unescape(each) for each in _SOUND.findall(phone.page)]
    assert phone.client.get(sounds[0]).data.startswith(b"RIFF")
    private = next(each for each in sounds if "/said/" in each)
    assert phone.client.get(private).data.startswith(b"RIFF")
    silent = phone.does("press", silence="yes")
    assert silent
    for _ in range(6):
        said = phone.press("1234" if "clave de cuatro números" in said else "1")
        if "code.again" in said:
            break
    assert "code.again" in said, "her case has a code"
    phone.does("hang-up")
    assert "The call is over" in phone.page
    assert rows(house) == before


def test_a_new_message_is_found_where_callers_will_find_it(ana: Editor) -> None:
    ana.begins()
    ana.post("/library/new", **LAW, **FACTS, title="La ley nueva")
    ana.post("/library/la-ley-nueva/move", to="up")
    for _ in range(8):
        ana.post("/library/la-ley-nueva/move", to="up")
    phone = Phone(ana)
    said = ""
    for _ in range(8):
        said = phone.press("1")
        if LAW["say_es"] in said:
            break
    assert LAW["say_es"] in said


def test_a_call_plays_what_the_draft_said_when_it_began(ana: Editor) -> None:
    ana.begins()
    ana.post("/words/greeting", **GREETING)
    phone = Phone(ana)
    ana.post("/words/greeting", **{**GREETING, "say_es": "Buenas noches."})
    phone.press("1")
    assert "changed or published since this call began" in phone.page
    assert "Buenas noches." in html.unescape(Phone(ana).page)


def test_a_call_is_its_callers(ana: Editor, beto: Editor) -> None:
    ana.begins()
    phone = Phone(ana)
    assert beto.client.get(phone.at).status_code == 303
    assert beto.client.post(f"{phone.at}/press", data={"keys": "1"}).status_code == 303
    assert ana.client.get(f"{HERE}/phone/nobody").status_code == 303


def test_a_draft_with_gaps_cannot_be_called(ana: Editor) -> None:
    ana.begins()
    ana.post("/library/add", say_es="Noticias", text_es="", say_quy="Willakuy", text_quy="")
    answer = ana.client.post(f"{HERE}/phone", follow_redirects=True)
    assert "has no message" in answer.text
