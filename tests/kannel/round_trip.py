"""Texts through a real Kannel and back, with the program running as it does for an operator.

Not among `make test`: `make kannel` installs what this needs, and runs it.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from app.kannel import kannel_away
from app.settings import read_settings
from locales.gsm import cheapest
from tests.kannel.boxes import Boxes
from tests.kannel.lossy import LossyWay
from tests.kannel.phones import PATIENCE, Phones, Text
from tests.outside.browser import Browser
from tests.outside.carrier_stub import CarrierStub
from tests.outside.conftest import ACCOUNT_SID, AUTH_TOKEN
from tests.outside.leaks import leaks_in
from tests.outside.rimay import LINE, MANAGER, PASSWORD, Rimay, free_port

WORDS = "Ñandú, ¿qué pasó con el agua? ’"
LONG = (
    "El martes bajó el agua turbia, con olor; mi vecina también la vio. ¿Quién nos responde? " * 5
)[:400].strip()
TEXTS = "+51644000200"
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Village:
    """Everything that runs."""

    rimay: Rimay
    phones: Phones
    boxes: Boxes
    way: LossyWay
    manager: Browser

    def write(self, number: str, words: str, *, replies: int = 1) -> list[Text]:
        """Write from a phone; what has come to it once so many replies more have."""
        before = len(self.phones.texts(number))
        self.phones.send(words, number=number, to=TEXTS)
        return self.phones.wait(number, before + replies)[before:]

    def case_of(self, number: str, words: str) -> str:
        """Greet, choose Spanish, ask for a person, and say it: the case that it opens."""
        before = set(self.manager.open_cases())
        for each in ("hola", "1", "0", words):
            self.write(number, each)
        [opened] = set(self.manager.open_cases()) - before
        return opened

    def delivery(self, case_id: str, wanted: str) -> None:
        """Wait until the page of a case says so of its answer."""
        wait_until(lambda: self.manager.delivery(case_id) == wanted)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, valkey_url: str) -> Iterator[Village]:
    folder = tmp_path_factory.mktemp("kannel")
    carrier = CarrierStub(ACCOUNT_SID, AUTH_TOKEN, numbers=frozenset({LINE}))
    ports = (free_port(), free_port(), free_port())
    with Phones() as phones, carrier:
        boxes = Boxes(folder, centre=phones.port, sendsms=ports[0], ports=ports[1:])
        with LossyWay(boxes.url) as way:
            rimay = Rimay(
                folder / "rimay",
                redis_url=valkey_url,
                account_sid=ACCOUNT_SID,
                auth_token=AUTH_TOKEN,
                carrier_url=carrier.url,
                settings=settings(way),
            )
            with rimay:
                load = ("programme", "load", "programmes/junin")
                rimay.flask(*load, "--number", TEXTS, "--carrier", "kannel")
                boxes.write(rimay.flask("kannel", "config"))
                with boxes:
                    manager = Browser(rimay.url).sign_in(MANAGER, PASSWORD)
                    yield Village(rimay, phones, boxes, way, manager)
                leaks = leaks_in(rimay)
                assert not leaks, leaks
                assert "Traceback" not in rimay.logs()
        assert not carrier.messages, "a text went to the other carrier"


def settings(way: LossyWay) -> dict[str, str]:
    return {
        "KANNEL_URL": way.url,
        "KANNEL_USERNAME": "rimay",
        "KANNEL_PASSWORD": "the-word-at-sendsms",
        "KANNEL_SECRET": "k" * 32,
        "KANNEL_ADDRESSES": "127.0.0.1",
        "RIMAY_TEXTS_PER_SECOND": "50",
    }


@pytest.fixture
def number() -> str:
    return f"+5198711{next(_numbers):04d}"


def test_every_character_comes_in_and_goes_out(village: Village, number: str) -> None:
    case = village.case_of(number, WORDS)
    assert WORDS in village.manager.get(f"/staff/cases/{case}").text
    before = len(village.phones.texts(number))
    assert village.manager.answer(case, WORDS).status == 200
    answer = village.phones.wait(number, before + 1)[-1]
    assert (answer.words, answer.sender) == (WORDS, TEXTS.lstrip("+"))
    assert answer.is_unicode
    village.delivery(case, "delivered")


def test_a_long_text_comes_in_whole_and_goes_out_whole(village: Village, number: str) -> None:
    assert len(LONG) >= 399
    case = village.case_of(number, LONG)
    assert LONG in village.manager.get(f"/staff/cases/{case}").text
    before = len(village.phones.texts(number))
    village.manager.answer(case, LONG)
    answer = village.phones.wait(number, before + 1)[-1]
    assert answer.of == 3
    assert answer.words == cheapest(LONG)
    village.delivery(case, "delivered")


def test_what_only_unicode_has_goes_out_whole(village: Village, number: str) -> None:
    words = ("日本語で書く。" * 60)[:400]
    case = village.case_of(number, words)
    assert words in village.manager.get(f"/staff/cases/{case}").text
    before = len(village.phones.texts(number))
    village.manager.answer(case, words[:200])
    answer = village.phones.wait(number, before + 1)[-1]
    assert (answer.of, answer.words) == (3, words[:200])


def test_every_reply_is_reported_of(village: Village, number: str) -> None:
    village.write(number, "hola")
    wait_until(lambda: 'rimay_outbox{state="sent"}' not in metrics(village.rimay))
    assert 'rimay_outbox{state="delivered"}' in metrics(village.rimay)


def test_a_phone_that_is_off_is_no_delivery(village: Village, number: str) -> None:
    case = village.case_of(number, "¿Cuándo vienen?")
    village.phones.fate("UNDELIV")
    try:
        village.manager.answer(case, "El lunes.")
        village.delivery(case, "queued")
    finally:
        village.phones.fate("DELIVRD")


def test_an_answer_of_kannels_that_is_lost_repeats_nothing_and_the_report_finds_its_text(
    village: Village, number: str
) -> None:
    case = village.case_of(number, "¿Cuándo miden el polvo?")
    before = len(village.phones.texts(number))
    village.way.lose_next()
    village.manager.answer(case, "Mañana.")
    village.delivery(case, "delivered")
    assert village.way.lost == 1
    assert [each.words for each in village.phones.texts(number)[before:]] == ["Mañana."]


def test_where_no_report_comes_either_it_stays_unknown_until_somebody_decides(
    village: Village, number: str
) -> None:
    case = village.case_of(number, "¿Y el ruido?")
    before = len(village.phones.texts(number))
    village.phones.fate(None)
    village.way.lose_next()
    try:
        # The centre has taken it, and that alone is a report: it is sent, and no more is known.
        village.manager.answer(case, "También.")
        village.delivery(case, "sent")
    finally:
        village.phones.fate("DELIVRD")
    assert len(village.phones.texts(number)) == before + 1


def test_who_writes_while_the_program_is_away_is_answered_when_it_is_back(
    village: Village, number: str
) -> None:
    village.rimay.stop()
    village.phones.send("hola", number=number, to=TEXTS)
    village.phones.send("BAJA", number=number, to=TEXTS)
    # Kannel has tried, and says so.
    wait_until(lambda: "Couldn't fetch" in village.boxes.logs())
    village.rimay.start_web()
    village.rimay.start_worker()
    village.rimay.wait_until_ready()
    answers = [each.words for each in village.phones.wait(number, 2)]
    assert len(answers) == 2
    assert any("ALTA" in each for each in answers)


def test_the_doctor_knows_whether_kannel_knows_us(village: Village) -> None:
    set_up = read_settings(village.rimay.settings).kannel
    assert set_up is not None
    ours = replace(set_up, url=village.boxes.url)
    assert kannel_away(ours) is None
    assert "KANNEL_USERNAME" in (kannel_away(replace(ours, password="?")) or "")
    assert "status 404" in (kannel_away(replace(ours, url=f"{ours.url}x")) or "")
    assert "nothing" in (kannel_away(replace(ours, url="http://127.0.0.1:9/")) or "")


def test_no_log_of_kannels_holds_a_number_or_a_word(village: Village) -> None:
    said = village.boxes.logs()
    assert said
    for secret in ("98711", "Ñandú", "pas%C3%B3", "turbia"):
        assert secret not in said


def metrics(rimay: Rimay) -> str:
    return Browser(rimay.url).get("/metrics").text
