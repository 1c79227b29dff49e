"""In which order languages are offered, and what whoever speaks a poorer one is told."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from contacts import about
from contacts import operations as contacts
from contacts.values import Agreed, HowKnown
from dialogue.conversation import Turn
from dialogue.scene import Event, Rendered, Scene
from library import queries
from library.prompts import Prompts
from locales.folding import fold
from programmes.content import from_content, to_content
from programmes.operations import bind_number
from programmes.values import District, Programme
from sms import texts
from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from tests.clock import FakeClock
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, OURS, Line, open_line

NOTICE = "Este mensaje está solamente en castellano."
WANKA = {"say": "Quechua wanka", "text": "Quechua wanka", "reviewed": False}


class Phone(Handset):
    """As a handset, for languages that lack prompts: what is played is looked at by itself."""

    def send(self, event: Event) -> Phone:
        renderer = self.line.renderer()

        def render(turn: Turn, scene: Scene) -> Rendered:
            self.turn, self.scene = turn, scene
            return (renderer.render if event.channel == "voice" else texts.render)(turn, scene)

        self.body = self.line.runner().turn(event, render)
        return self

    @property
    def played(self) -> list[str]:
        return re.findall(r"/voice/prompts/(\w+/[\w.-]+)\.wav", self.body)

    @property
    def notices(self) -> int:
        played = sum(each.endswith("/notice.other_language") for each in self.played)
        return played + fold(self.body).count(fold(NOTICE))


def begun(line: Line, channel: str, number: str = HERS) -> Phone:
    phone = Phone(line, channel, number)
    phone.begin()
    return phone


@pytest.fixture
def wanka(junin: Programme) -> Programme:
    """Junín, which offers Wanka too: nothing is worded in it. Quechua comes first in Yauli."""
    content = to_content(
        replace(junin, districts=(District("yauli", "Yauli", ("quy",)), District("x", "X")))
    )
    worded = {tag: {**words, "option.qvw": WANKA} for tag, words in content["wordings"].items()}
    return from_content({**content, "languages": ["es", "quy", "qvw"], "wordings": worded})


@pytest.fixture
def line(
    sqlite_database: Database,
    vault: Vault,
    media: Media,
    bell: Bell,
    wanka: Programme,
    prompts: Prompts,
) -> Line:
    return open_line(Services(sqlite_database, vault, media, bell, FakeClock()), wanka, prompts)


def offers_first(line: Line, *tags: str) -> None:
    with line.services.database.writing() as connection:
        bind_number(connection, "junin", OURS, languages=tags)


def lives_in(line: Line, district: str, *, language: str | None = None) -> None:
    """Somebody took down where she lives; of her language nothing is known."""
    with line.services.database.writing() as connection:
        person = contacts.keep_person(
            connection,
            vault=line.services.vault,
            number=HERS,
            language=language,
            now=line.clock(),
        )
        about.keep_district(
            connection,
            person.id,
            district=district,
            known=HowKnown.OPERATOR,
            agreed=Agreed("v", "es", "w"),
            now=line.clock(),
        )


def test_the_number_called_decides_what_is_offered_first(line: Line) -> None:
    assert begun(line, "voice").offers == ["es", "quy", "qvw"]
    offers_first(line, "qvw", "quy")
    for channel in ("voice", "sms"):
        phone = begun(line, channel, "+51987000444")
        assert phone.offers == ["qvw", "quy", "es"], channel
        assert phone.hears[0] == "greeting"
    offers_first(line)
    assert begun(line, "voice", "+51987000555").offers == ["es", "quy", "qvw"]


def test_her_district_goes_before_the_number(line: Line) -> None:
    lives_in(line, "yauli")
    offers_first(line, "qvw")
    assert begun(line, "voice").offers == ["quy", "qvw", "es"]
    lives_in(line, "x")
    assert begun(line, "voice").offers == ["qvw", "es", "quy"]


def test_whose_language_is_known_is_greeted_in_it(line: Line) -> None:
    lives_in(line, "yauli", language="es")
    offers_first(line, "qvw")
    phone = begun(line, "voice")
    assert phone.hears == ["greeting", "menu.main"]
    assert phone.turn is not None
    assert phone.turn.language == "es"


@pytest.mark.parametrize("first", [(), ("qvw",)])
@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_a_greeting_that_a_language_lacks_is_not_said_again_in_another(
    line: Line, channel: str, first: tuple[str, ...]
) -> None:
    offers_first(line, *first)
    phone = begun(line, channel)
    if channel == "voice":
        assert [each for each in phone.played if each.endswith("/greeting")].count(
            "es/greeting"
        ) == 1
        assert "quy/greeting" in phone.played
    else:
        assert fold(phone.body).count("la linea de las comunidades") == 1
        assert phone.body.count("comunidadkunapa") == 1
    assert phone.notices == 0


@pytest.mark.parametrize("first", [(), ("qvw",)])
@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_what_her_language_lacks_is_told_once_and_counted_once(
    line: Line, channel: str, first: tuple[str, ...]
) -> None:
    offers_first(line, *first)
    phone = begun(line, channel)
    assert unmet(line) == {}, "nobody has chosen it yet"
    phone.press(str(phone.offers.index("qvw") + 1))
    assert phone.notices == 1
    assert unmet(line) == {"qvw": 1}
    if channel == "voice":
        phone.press("1")
    for option in ("support", "question", "water"):
        phone.press(str(phone.offers.index(option) + 1))
        assert phone.notices == 0
    assert unmet(line) == {"qvw": 1}


def unmet(line: Line) -> dict[str, int]:
    with line.reading() as connection:
        return queries.unmet(connection, "junin", since=line.clock().date())


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_after_a_cycle_of_languages_it_is_not_told_again(line: Line, channel: str) -> None:
    phone = begun(line, channel)
    phone.press(str(phone.offers.index("qvw") + 1))
    assert phone.notices == 1
    for _ in ("es", "quy", "qvw"):
        phone.press("#")
        assert phone.notices == 0
    assert phone.turn is not None
    assert phone.turn.language == "qvw"
    assert unmet(line) == {"qvw": 1}


def test_who_has_not_chosen_a_language_is_told_how_in_each(line: Line) -> None:
    phone = begun(line, "voice")
    for again in (1, 2):
        phone.be_silent()
        words = [f"{tag}/nothing.heard.{again}" for tag in ("es", "quy")]
        assert [each for each in phone.played if "nothing.heard" in each] == words
    phone.be_silent()
    assert phone.played == ["quy/speak.after_tone", "es/speak.after_tone"]


def test_the_case_of_who_has_not_chosen_has_its_code_in_each(line: Line) -> None:
    phone = begun(line, "voice")
    phone.press("0")
    assert phone.played == [
        "es/person.nobody",
        "quy/person.nobody",
        "quy/speak.after_tone",
        "es/speak.after_tone",
    ]
    phone.say(seconds=4)
    digits = [each for each in phone.played if "/digit." in each]
    assert [each[:3] for each in digits] == ["es/"] * 16 + ["quy"] * 16
