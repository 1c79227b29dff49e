"""A call that is asked for on the page of a case: her work phone, then the person's."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from contacts import operations as contacts
from duty import operations as duty
from duty.calling import settle
from duty.models import Bridge
from grievances import codes, queries
from grievances.models import Case
from grievances.operations import ask_for_call
from staff.models import AuditEntry
from staff.operations import add_account
from staff.values import Affiliation, Role
from storage.outbox import Outbox, State
from telephony.dispatch import Dispatcher
from telephony.gateway import RecordingGateway
from tests.dialogue.line import HERS, OURS
from tests.signed import Reply, Signed

PASSWORD = "quipu y chaski 22"
WORK = "+51964111001"
_ids = itertools.count(1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing of it differs between the engines but what is tried in tests/duty."""
    return sqlite_url


@pytest.fixture
def with_pages() -> bool:
    return True


class Desk:
    """A case manager at her desk, with the carrier at her side."""

    def __init__(self, carrier: Signed) -> None:
        self.carrier = carrier
        self.services = carrier.house.services
        self.gateway = RecordingGateway(self.services.clock)
        self.dispatcher = Dispatcher(self.services, self.gateway, "https://rimay.example.org")
        self.account = self.hire("rosa", WORK)
        self.client = self.signed_in("rosa")
        self.case_id = self.wish()

    def hire(self, name: str, phone: str | None) -> str:
        now = self.services.clock()
        with self.services.database.writing() as connection:
            account = add_account(
                connection,
                email=f"{name}@rimay.example",
                password=PASSWORD,
                role=Role.CASE_MANAGER,
                programme="junin",
                affiliation=Affiliation.INDEPENDENT,
                language="en",
                now=now,
            )
            duty.set_duty(
                connection,
                account,
                vault=self.services.vault,
                phone=phone,
                country="PE",
                languages=("es",),
                is_on=False,
                by=account,
                now=now,
            )
        return account

    def signed_in(self, name: str) -> FlaskClient:
        client = self.carrier.client.application.test_client()
        client.application.config["WTF_CSRF_ENABLED"] = False
        form = {"email": f"{name}@rimay.example", "password": PASSWORD}
        assert client.post("/staff/sign-in", data=form).status_code == 303
        return client

    def wish(self, number: str = HERS, *, language: str = "es") -> str:
        now = self.services.clock()
        with self.services.database.writing() as connection:
            person = contacts.keep_person(
                connection, vault=self.services.vault, number=number, language=language, now=now
            )
            return ask_for_call(
                connection,
                vault=self.services.vault,
                programme="junin",
                person_id=person.id,
                queue="ombuds",
                language=language,
                channel="voice",
                now=now,
                draw=lambda: codes.draw(lambda most: next(_ids) * 7919 % most),
            ).case_id

    def page(self) -> str:
        return self.client.get(f"/staff/cases/{self.case_id}").get_data(as_text=True)

    def click(self, client: FlaskClient | None = None) -> str:
        """The button, whether or not it is shown; the page that follows."""
        address = f"/staff/cases/{self.case_id}/call"
        answer = (client or self.client).post(address, follow_redirects=True)
        return answer.get_data(as_text=True)

    def rows(self) -> list[Any]:
        with self.services.database.reading() as connection:
            return list(
                connection.execute(select(Outbox.__table__).order_by(Outbox.created_at)).all()
            )

    def bridges(self) -> list[Any]:
        with self.services.database.reading() as connection:
            return list(connection.execute(select(Bridge.__table__).order_by(Bridge.rung_at)))

    def attempts(self) -> tuple[dt.date, ...]:
        with self.services.database.reading() as connection:
            return queries.situation(connection, self.case_id).attempts

    def closes(self) -> str:
        """The page after somebody tried to close it as unreachable."""
        form = {"to": "closed", "code": "unreachable"}
        address = f"/staff/cases/{self.case_id}/steps"
        return self.client.post(address, data=form, follow_redirects=True).get_data(as_text=True)

    @property
    def outcome(self) -> str | None:
        found: str | None = self.bridges()[-1].outcome
        return found

    def protect(self, pin: str = "4711") -> None:
        with self.services.database.writing() as connection:
            person = connection.execute(
                select(Case.person_id).where(Case.id == self.case_id)
            ).scalar_one()
            contacts.set_pin(connection, vault=self.services.vault, person_id=str(person), pin=pin)


@pytest.fixture
def desk(carrier: Signed) -> Desk:
    return Desk(carrier)


class Out:
    """A call for a case, from the moment in which the work phone is taken."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.dispatcher.run()
        self.placed = desk.gateway.placed[-1]
        self.row = desk.rows()[-1].id
        self.sid = self.placed.provider_id
        self.child = f"CA{next(_ids):030}cc"
        self.reply: Reply

    def post(self, target: str, **what: str) -> Reply:
        form = {
            "CallSid": self.sid,
            "From": OURS,
            "To": WORK,
            "Direction": "outbound-api",
            "CallStatus": "in-progress",
            **what,
        }
        self.reply = self.desk.carrier.post(target, form)
        return self.reply

    def answer(self) -> Reply:
        return self.post(f"/voice/outbound?o={self.row}")

    def ready(self) -> Out:
        """Her phone is taken, and 1 pressed."""
        self.answer()
        self.dial = self.post(self.reply.action, Digits="1")
        return self

    @property
    def verb(self) -> Any:
        found = self.dial.root.find("Dial")
        assert found is not None, self.dial.body
        return found

    def to_her(self, target: str | None = None, **what: str) -> Reply:
        form = {
            "CallSid": self.child,
            "ParentCallSid": self.sid,
            "From": OURS,
            "To": HERS,
            "Direction": "outbound-dial",
            "CallStatus": "in-progress",
            **what,
        }
        self.hers = self.desk.carrier.post(target or self.verb[0].attrib["url"], form)
        return self.hers

    def says(self, key: str) -> Reply:
        """The person takes her phone and presses a key."""
        return self.to_her(self.to_her().action, Digits=key)

    def over(self, status: str, **what: str) -> Reply:
        """The person's side has ended."""
        return self.post(self.verb.attrib["action"], DialCallStatus=status, **what)

    def told(self, status: str = "completed") -> None:
        """The carrier tells how the call to the work phone ended."""
        self.post(f"/voice/status?o={self.row}", CallStatus=status)


# The whole way --------------------------------------------------------------------------------


def test_her_phone_rings_first_then_the_persons_and_they_talk(desk: Desk) -> None:
    assert "Call them now" in desk.page()
    assert "press 1 there" in desk.click()
    out = Out(desk)
    assert (out.placed.to, out.placed.machine_url) == (WORK, None)
    [row] = desk.rows()
    assert (row.priority, row.kind, row.line_id) == (0, "call", desk.account)
    whisper = out.answer()
    assert (whisper.keys, whisper.hangs_up) == (["person.asked_for"], True)
    out.ready()
    assert out.dial.keys == ["person.ringing"]
    assert out.verb.attrib["callerId"] == OURS
    assert out.verb.attrib["record"] == "do-not-record"
    assert out.verb[0].text == HERS
    assert "Their phone rings" in desk.page()
    asked = out.to_her()
    assert asked.keys[:4] == ["call.who", "call.can_you_talk", "option.yes", "press.1"]
    assert asked.keys[-1] == "call.neutral_end"  # to silence, and to a voicemail
    assert asked.hangs_up
    desk.carrier.line.clock.advance(dt.timedelta(minutes=2))
    assert list(out.to_her(asked.action, Digits="1").root) == []
    assert "Talking" in desk.page()
    desk.carrier.line.clock.advance(dt.timedelta(minutes=4))
    assert out.over("completed", DialCallDuration="240").keys == []
    out.told()
    [bridge] = desk.bridges()
    assert (bridge.outcome, bridge.leg) == ("talked", None)
    page = desk.page()
    assert "Talked at 10:02, 4 min" in page
    assert "mark as answered" in page
    done = desk.client.post(f"/staff/cases/{desk.case_id}/talked", follow_redirects=True)
    assert "mark as answered" not in done.get_data(as_text=True)
    [case] = desk.carrier.line.cases()
    assert case.answering == "answered"
    with desk.services.database.reading() as connection:
        actions = connection.execute(select(AuditEntry.action)).scalars().all()
    assert {"call_asked", "call_taken", "case_answered_by_talking"} <= set(actions)


def test_whoever_asks_later_hears_that_they_have_talked(desk: Desk) -> None:
    desk.click()
    out = Out(desk).ready()
    out.says("1")
    desk.carrier.line.clock.advance(dt.timedelta(minutes=1))
    out.over("completed")
    desk.client.post(f"/staff/cases/{desk.case_id}/talked")
    call = desk.carrier.call()
    assert "menu.main" in call.reply.keys
    call.press("4")
    assert "case.status.talked" in call.reply.keys
    assert "case.answer_follows" not in call.reply.keys


def test_neither_number_is_kept_logged_or_shown(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        pages = desk.page() + desk.click()
        out = Out(desk).ready()
        out.says("1")
        out.over("completed")
        out.told()
        pages += desk.page() + desk.client.get("/staff/duty/").get_data(as_text=True)
    with desk.services.database.reading() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        kept = json.dumps(
            [
                [str(value) for value in row]
                for (name,) in names.all()
                for row in connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608
            ]
        )
        turns = connection.execute(text("SELECT count(*) FROM turn")).scalar_one()
    assert turns == 0
    for number in (WORK, HERS):
        assert number[3:] not in kept + caplog.text + pages
    # Nor is the work phone a line of ours.
    assert kept.count(desk.services.vault.tag("line.number", WORK)) == 0


# One call -------------------------------------------------------------------------------------


def test_two_clicks_are_one_call(desk: Desk) -> None:
    with ThreadPoolExecutor(2) as pool:
        clients = [desk.client, desk.signed_in("rosa")]
        pages = list(pool.map(desk.click, clients))
    assert all("press 1 there" in page for page in pages)
    assert len(desk.rows()) == len(desk.bridges()) == 1
    Out(desk).ready()
    desk.click()
    assert len(desk.rows()) == 1


def test_two_managers_do_not_call_one_person_at_once(desk: Desk) -> None:
    desk.hire("julio", "+51964111002")
    desk.click()
    assert "Somebody else is calling them" in desk.click(desk.signed_in("julio"))
    assert len(desk.rows()) == 1


def test_who_is_on_a_call_calls_nobody_else(desk: Desk) -> None:
    desk.click()
    desk.case_id = desk.wish("+51987000222")
    assert "on another call" in desk.click()


def test_the_same_webhook_again_is_the_same_answer(desk: Desk) -> None:
    desk.click()
    out = Out(desk)
    assert out.answer().body == out.answer().body
    target = out.reply.action
    assert out.post(target, Digits="1").body == out.post(target, Digits="1").body
    out.dial = out.reply
    asked = out.to_her()
    assert out.to_her().body == asked.body
    joined = [out.to_her(asked.action, Digits="1").body for _ in range(2)]
    assert joined[0] == joined[1]
    assert out.over("completed").body == out.over("completed").body
    assert [row.outcome for row in desk.bridges()] == ["talked"]


def test_forged_and_strange_requests_find_nothing(desk: Desk) -> None:
    desk.click()
    out = Out(desk)
    key = out.answer().action
    form = {"CallSid": "CAother", "From": OURS, "To": WORK, "Digits": "1"}
    for path in ("key", "ended", "her", "her/key", "her/pin"):
        address = f"/voice/out/{path}?b={desk.bridges()[0].id}&t=1&l=es"
        assert desk.carrier.post(address, form, signature="bm8=").status == 403
        assert HERS not in desk.carrier.post(f"/voice/out/{path}?b=x&t=1", form).body
    # Signed, and of another call: nothing of hers.
    assert HERS not in desk.carrier.post(key, form).body
    assert desk.bridges()[0].ready_at is None
    # Her side before anybody is ready to talk with her.
    her = f"/voice/out/her/key?b={desk.bridges()[0].id}&t=1&l=es"
    assert desk.carrier.post(her, form).hangs_up
    assert desk.bridges()[0].taken_at is None


# Her own phone --------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [["2", "2"], ["#", "9"]])
def test_wrong_keys_on_the_work_phone_ring_nobody(desk: Desk, keys: list[str]) -> None:
    desk.click()
    out = Out(desk)
    again = out.post(out.answer().action, Digits=keys[0])
    assert again.keys == ["person.asked_for"]
    last = out.post(again.action, Digits=keys[1])
    assert last.hangs_up
    assert last.keys == []
    out.told()
    assert desk.outcome == "unready"
    page = desk.page()
    assert "Not taken at the work phone" in page
    assert "Call them now" in page


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled"])
def test_a_work_phone_that_is_not_taken_leaves_the_attempt_visible(desk: Desk, status: str) -> None:
    desk.click()
    Out(desk).told(status)
    assert desk.outcome == "unready"
    assert "Call them now" in desk.page()
    desk.carrier.line.clock.advance(dt.timedelta(minutes=1))
    desk.click()
    assert len(desk.rows()) == 2


def test_hanging_up_while_the_person_is_rung(desk: Desk) -> None:
    desk.click()
    out = Out(desk).ready()
    asked = out.to_her()
    out.told()
    assert desk.outcome == "gone"
    assert out.to_her(asked.action, Digits="1").hangs_up
    assert "You hung up before" in desk.page()


def test_a_call_that_cannot_go_out_in_time_does_not_ring_later(desk: Desk) -> None:
    desk.click()
    desk.carrier.line.clock.advance(dt.timedelta(minutes=3))
    desk.dispatcher.run()
    assert desk.gateway.placed == []
    assert desk.rows()[0].state == State.EXPIRED
    assert desk.outcome == "unready"


def test_an_end_that_nobody_told_makes_up_no_length(desk: Desk) -> None:
    desk.click()
    out = Out(desk).ready()
    out.says("1")
    with desk.services.database.writing() as connection:
        connection.execute(update(Outbox).values(state="delivered", rank=10))
        desk.carrier.line.clock.advance(dt.timedelta(hours=9))
        settle(connection, now=desk.services.clock())
    page = desk.page()
    assert "Talked at 10:00" in page
    assert "Talked at 10:00," not in page


def test_without_a_work_phone_the_page_leads_to_where_it_is_written(desk: Desk) -> None:
    desk.hire("julio", None)
    julio = desk.signed_in("julio")
    page = julio.get(f"/staff/cases/{desk.case_id}").get_data(as_text=True)
    assert "Call them now" not in page
    assert 'href="/staff/duty/"' in page.partition('id="call-now"')[2]
    assert "no work phone yet" in desk.click(julio)
    assert desk.rows() == []


# The person's side ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "word", "outcome", "shown"),
    [
        ("2", "call.neutral_end", "later", "later"),
        ("3", "call.never", "never", "They want no more calls"),
    ],
)
def test_later_and_never_are_not_joined(
    desk: Desk, key: str, word: str, outcome: str, shown: str
) -> None:
    desk.click()
    out = Out(desk).ready()
    assert out.says(key).keys == [word]
    assert out.hers.hangs_up
    assert out.over("completed").keys == ["person.not_connected"]
    assert desk.outcome == outcome
    page = desk.page()
    assert shown in page
    assert ("Call them now" in page) == (key == "2")
    assert "mark as answered" not in page
    assert desk.carrier.line.cases()[0].answering == "open"


def test_another_key_is_asked_once_more_and_then_left(desk: Desk) -> None:
    desk.click()
    out = Out(desk).ready()
    again = out.says("7")
    assert again.keys[:2] == ["call.who", "call.can_you_talk"]
    assert out.to_her(again.action, Digits="*").keys == ["call.neutral_end"]
    out.over("completed")
    assert desk.outcome == "declined"


@pytest.mark.parametrize(
    ("status", "outcome", "shown"),
    [
        ("no-answer", "no_answer", "Nobody answered"),
        ("busy", "busy", "Their line was busy"),
        ("failed", "failed", "could not be reached"),
        ("completed", "declined", "did not take the call"),
    ],
)
def test_whoever_is_not_reached_leaves_the_case_open(
    desk: Desk, status: str, outcome: str, shown: str
) -> None:
    desk.click()
    out = Out(desk).ready()
    assert out.over(status).keys == ["person.not_connected"]
    assert desk.outcome == outcome
    assert shown in desk.page()
    assert desk.carrier.line.cases()[0].answering == "open"


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "completed"])
def test_a_call_that_they_did_not_take_is_one_attempt(desk: Desk, status: str) -> None:
    desk.click()
    out = Out(desk).ready()
    out.over(status)
    out.over(status)  # the carrier tells it again
    out.told()
    assert len(desk.attempts()) == 1
    assert "They were not reached" in desk.page()


@pytest.mark.parametrize("end", ["unready", "gone", "2", "3"])
def test_who_was_not_rung_to_the_end_or_answered_was_not_missed(desk: Desk, end: str) -> None:
    desk.click()
    out = Out(desk)
    if end == "unready":
        out.told("no-answer")
    elif end == "gone":
        out.ready().told()
    else:
        out.ready().says(end)
        out.over("completed")
    assert desk.outcome is not None
    assert desk.attempts() == ()


def test_three_calls_on_two_days_in_vain_and_not_fewer_make_unreachable(desk: Desk) -> None:
    take = {"to": "acknowledged"}
    assert desk.client.post(f"/staff/cases/{desk.case_id}/steps", data=take).status_code == 303
    for hours in (1, 1, 24):
        assert "on two days or more" in desk.closes()
        desk.carrier.line.clock.advance(dt.timedelta(hours=hours))
        desk.click()
        Out(desk).ready().over("no-answer")
    assert [each.isoformat() for each in desk.attempts()] == [
        *["2026-11-23"] * 2,
        "2026-11-24",
    ]
    assert "Closed: They cannot be reached" in desk.closes()


def test_who_took_a_call_since_is_not_unreachable(desk: Desk) -> None:
    for _ in range(2):
        desk.click()
        Out(desk).ready().over("busy")
        desk.carrier.line.clock.advance(dt.timedelta(days=1))
    assert len(desk.attempts()) == 2
    desk.click()
    out = Out(desk).ready()
    out.says("1")
    out.over("completed")
    assert desk.attempts() == (), "they talked: what was before was not in vain"
    desk.carrier.line.clock.advance(dt.timedelta(hours=1))
    desk.click()
    Out(desk).ready().over("busy")
    assert len(desk.attempts()) == 1


def test_on_a_shared_phone_her_pin_comes_before_anybody_is_joined(desk: Desk) -> None:
    desk.protect()
    assert "Others use this phone" in desk.page()
    desk.click()
    out = Out(desk).ready()
    asked = out.says("1")
    assert asked.keys[0] == "case.enter_pin"
    assert desk.bridges()[0].taken_at is None
    wrong = out.to_her(asked.action, Digits="0000")
    assert wrong.keys[:2] == ["case.wrong_pin", "case.enter_pin"]
    assert list(out.to_her(wrong.action, Digits="4711").root) == []
    assert desk.bridges()[0].taken_at is not None


def test_three_wrong_pins_end_in_neutral_words(desk: Desk) -> None:
    desk.protect()
    desk.click()
    out = Out(desk).ready()
    asked = out.says("1")
    for _ in range(3):
        asked, target = out.to_her(asked.action, Digits="0000"), asked
        assert target is not asked
    assert asked.keys == ["call.neutral_end"]
    out.over("completed")
    assert desk.outcome == "declined"


# Who may be called, and when ------------------------------------------------------------------


def test_whose_line_opted_out_meanwhile_is_not_rung(desk: Desk) -> None:
    desk.click()
    out = Out(desk)
    out.answer()
    with desk.services.database.writing() as connection:
        contacts.opt_out(
            connection, vault=desk.services.vault, number=HERS, now=desk.services.clock()
        )
    assert out.post(out.reply.action, Digits="1").keys == ["person.not_connected"]
    assert HERS not in out.reply.body
    assert desk.outcome == "withdrawn"
    page = desk.page()
    assert "Call them now" not in page
    assert "asked not to be contacted" in page
    assert "asked not to be contacted" in desk.click()


NIGHT = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)  # Monday, 22:00 in Peru


def test_out_of_hours_nobody_is_called(desk: Desk) -> None:
    desk.carrier.line.clock.now = NIGHT
    page = desk.page()
    assert "Call them now" not in page
    assert "Outside of the calling hours" in page
    assert "Outside of the calling hours" in desk.click()
    assert desk.rows() == []


def test_who_has_just_asked_for_it_is_called_at_night(desk: Desk) -> None:
    desk.carrier.line.clock.now = NIGHT
    with desk.services.database.writing() as connection:
        connection.execute(update(Case).values(answering="answered"))
    desk.case_id = desk.wish()
    desk.click()
    assert Out(desk).ready().verb[0].text == HERS


def test_who_will_call_herself_is_not_called(desk: Desk) -> None:
    with desk.services.database.writing() as connection:
        connection.execute(update(Case).values(answer_by="i_will_call"))
    assert "They will call themselves" in desk.click()
    assert desk.rows() == []
