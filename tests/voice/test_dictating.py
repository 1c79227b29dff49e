"""An answer that a case manager speaks on her work phone, and sends from the page or by a key."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from grievances import dictating
from grievances.models import DictatedTake, Reply
from staff.models import AuditEntry
from storage import recordings, sound
from storage.recordings import Recording
from storage.sound import seconds
from tests.dialogue.line import HERS, OURS
from tests.signed import Reply as Answer
from tests.signed import Signed
from tests.voice.test_calling_out import WORK, Desk, Out

_ids = itertools.count(1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is done to it is the same on each."""
    return sqlite_url


@pytest.fixture
def with_pages() -> bool:
    return True


class Dictating(Desk):
    """Rosa at her desk, and on her work phone."""

    def click(self, client: FlaskClient | None = None, **form: str) -> str:
        address = f"/staff/cases/{self.case_id}/dictate"
        return (client or self.client).post(address, data=form).get_data(as_text=True)

    def begin(self) -> Out:
        """She asked for it, took her phone and pressed 1."""
        self.click()
        out = Out(self).ready()
        assert out.reply.keys == ["dictate.after_tone"]
        return out

    def speak(self, out: Out, *, target: str | None = None, **more: str) -> Answer:
        """She speaks; the recording is fetched and prepared while she waits."""
        sid = f"RE{next(_ids):032}"
        out.post(target or out.reply.action, RecordingSid=sid, RecordingDuration="4", **more)
        self.fetched(sid)
        return out.reply

    def fetched(self, sid: str) -> None:
        media = self.services.media.put(sound.tone(1.5, frequency=300 + next(_ids)))
        with self.services.database.writing() as connection:
            recordings.keep(connection, sid, media=media, now=self.services.clock())
        assert dictating.prepare_takes(self.services) == 1

    def heard(self, out: Out) -> Answer:
        self.speak(out)
        return out.post(out.reply.action)

    def replies(self) -> list[Any]:
        with self.services.database.reading() as connection:
            return list(connection.execute(select(Reply.__table__)))

    def takes(self) -> list[str]:
        with self.services.database.reading() as connection:
            found = select(DictatedTake.state).order_by(DictatedTake.created_at, DictatedTake.id)
            return list(connection.execute(found).scalars())

    def actions(self) -> list[str]:
        with self.services.database.reading() as connection:
            return list(connection.execute(select(AuditEntry.action)).scalars())


@pytest.fixture
def desk(carrier: Signed) -> Dictating:
    return Dictating(carrier)


def send_from_the_page(desk: Dictating) -> str:
    page = desk.page()
    take = page.partition('name="take" value="')[2].partition('"')[0]
    assert take, "what she said is in the form"
    form = {"take": take, "after": ""}
    address = f"/staff/cases/{desk.case_id}/replies"
    return desk.client.post(address, data=form, follow_redirects=True).get_data(as_text=True)


def test_she_speaks_hears_and_keeps_it_and_sends_it_from_the_page(desk: Dictating) -> None:
    assert "Record by phone" in desk.page()
    assert "speak after the tone" in desk.click(text="Ya lo vimos.")
    out = Out(desk)
    assert out.answer().keys == ["person.asked_for"]
    out.ready()
    record = out.reply.root.find("Record")
    assert record is not None
    assert int(record.attrib["maxLength"]) < 300
    assert "recording an answer by phone" in desk.page()
    assert desk.speak(out).keys == ["support.wait"]
    check = out.post(out.reply.action)
    assert [check.keys[0], *check.keys[2:]] == [
        *("record.your_take", "record.check"),
        *("option.keep_draft", "press.1", "option.send_answer", "press.2"),
        *("option.again", "press.3"),
    ]
    assert "/voice/private/" in check.body, "she hears herself"
    assert out.post(check.action, Digits="1").keys == ["dictate.kept"]
    assert out.reply.hangs_up
    assert desk.replies() == []
    out.told()
    assert "kept and not sent yet" in desk.page()
    assert "once more" not in send_from_the_page(desk)
    [reply] = desk.replies()
    assert seconds(desk.services.media.get(reply.media)) == pytest.approx(1.5, abs=0.1)
    assert 'name="take" value=""' in desk.page(), "it is no draft any more"
    assert {"answer_by_phone_asked", "answer_by_phone_kept", "reply_sent"} <= set(desk.actions())


def test_what_is_in_the_form_stays_while_the_phone_rings(desk: Dictating) -> None:
    assert "Ya lo vimos." in desk.click(text="Ya lo vimos.")


def test_a_key_sends_it_at_once(desk: Dictating) -> None:
    out = desk.begin()
    check = desk.heard(out)
    said = [out.post(check.action, Digits="2").body for _ in range(2)]
    assert said[0] == said[1]
    assert out.reply.keys == ["dictate.sent"]
    [reply] = desk.replies()
    assert (reply.author_id, reply.case_id) == (desk.account, desk.case_id)
    assert desk.takes() == ["sent"]
    assert desk.actions().count("reply_sent") == 1


def test_who_answers_meanwhile_is_read_first_and_what_was_said_is_kept(desk: Dictating) -> None:
    out = desk.begin()
    check = desk.heard(out)
    desk.carrier.line.clock.advance(dt.timedelta(minutes=1))
    desk.hire("julio", None)
    form = {"text": "Mañana vamos.", "after": ""}
    answered = desk.signed_in("julio").post(f"/staff/cases/{desk.case_id}/replies", data=form)
    assert answered.status_code == 303
    assert out.post(check.action, Digits="2").keys == ["dictate.answered_meanwhile"]
    assert len(desk.replies()) == 1
    assert desk.takes() == ["kept"]


def test_it_can_be_said_again_and_the_last_that_was_kept_counts(desk: Dictating) -> None:
    out = desk.begin()
    check = desk.heard(out)
    assert out.post(check.action, Digits="3").keys == ["dictate.after_tone"]
    check = desk.heard(out)
    out.post(check.action, Digits="1")
    assert sorted(desk.takes()) == ["good", "kept"]


def test_wrong_keys_and_silence_are_asked_once_more_and_keep_what_was_kept(
    desk: Dictating,
) -> None:
    out = desk.begin()
    out.post(desk.heard(out).action, Digits="1")
    out.told()
    for keys in ({"Digits": "7"}, {}):
        again = desk.begin()
        check = desk.heard(again)
        once_more = again.post(check.action, **keys)
        assert once_more.keys[2:] == check.keys[2:]
        assert again.post(once_more.action, **keys).keys == ["dictate.stopped"]
        assert again.reply.hangs_up
        again.told()
    assert sorted(desk.takes()) == ["good", "good", "kept"]
    assert "kept and not sent yet" in desk.page()


def test_who_says_nothing_is_asked_once_more(desk: Dictating) -> None:
    out = desk.begin()
    assert out.post(out.reply.action).keys == ["dictate.after_tone"]
    assert out.post(out.reply.action).keys == ["dictate.stopped"]
    assert desk.takes() == []


@pytest.mark.parametrize("is_told_first", [True, False])
def test_hanging_up_while_speaking_keeps_nothing_and_leaves_nothing_at_the_carrier(
    desk: Dictating, is_told_first: bool
) -> None:
    out = desk.begin()
    target = out.reply.action
    if is_told_first:
        out.told()
    desk.speak(out, target=target, Digits="hangup", CallStatus="completed")
    assert out.reply.hangs_up
    assert desk.takes() == ["good"]
    assert "kept and not sent yet" not in desk.page()
    with desk.services.database.reading() as connection:
        [row] = connection.execute(select(Recording.__table__)).all()
    assert row.due_at is not None, "its deletion at the carrier is due"


def test_what_cannot_be_heard_yet_may_be_kept_and_is_the_draft_once_it_can(
    desk: Dictating,
) -> None:
    out = desk.begin()
    out.post(out.reply.action, RecordingSid="REslow", RecordingDuration="4")
    for _ in range(9):
        out.post(out.reply.action)
    check = out.post(out.reply.action)
    assert check.keys[0] == "record.unheard_check"
    assert "option.send_answer" not in check.keys
    assert out.post(check.action, Digits="1").keys == ["dictate.kept"]
    out.told()
    assert "on its way" in desk.page()
    desk.fetched("REslow")
    assert "kept and not sent yet" in desk.page()


def test_a_recording_that_never_came_is_said_again(desk: Dictating) -> None:
    out = desk.begin()
    out.post(out.reply.action, RecordingSid="REnone", RecordingDuration="4")
    with desk.services.database.writing() as connection:
        recordings.give_up(connection, "REnone")
    dictating.prepare_takes(desk.services)
    assert out.post(out.reply.action).keys == ["record.fault.absent", "dictate.after_tone"]


def test_another_call_or_signature_reaches_nothing(desk: Dictating) -> None:
    out = desk.begin()
    check = desk.heard(out)
    form = {"CallSid": "CAother", "From": OURS, "To": WORK, "Digits": "2"}
    assert "/voice/private/" not in desk.carrier.post(check.action, form).body
    assert desk.carrier.post(check.action, form, signature="bm8=").status == 403
    her = f"/voice/out/her?b={desk.bridges()[0].id}&l=es"
    assert desk.carrier.post(her, form).hangs_up
    assert desk.replies() == []


def test_a_draft_that_is_not_wanted_is_gone_and_files_are_forgotten(desk: Dictating) -> None:
    out = desk.begin()
    out.post(desk.heard(out).action, Digits="1")
    out.told()
    with desk.services.database.writing() as connection:
        connection.execute(update(Recording).values(due_at=None, kept_at_carrier=False))
    assert dictating.forget_takes(desk.services) == 0
    desk.carrier.line.clock.advance(dt.timedelta(days=2))
    assert dictating.forget_takes(desk.services) == 0, "a draft waits for a week"
    desk.client = desk.signed_in("rosa")
    desk.client.post(f"/staff/cases/{desk.case_id}/dictate/drop")
    assert "kept and not sent yet" not in desk.page()
    assert dictating.forget_takes(desk.services) == 1
    assert desk.takes() == []
    folder = desk.services.media.folder
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_two_clicks_are_one_call_and_one_phone_makes_one_call(desk: Dictating) -> None:
    desk.click()
    desk.click()
    assert len(desk.bridges()) == 1
    address = f"/staff/cases/{desk.case_id}/call"
    page = desk.client.post(address, follow_redirects=True).get_data(as_text=True)
    assert "on another call" in page


def test_neither_number_is_kept_or_logged_and_no_turn_comes_of_it(
    desk: Dictating, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        pages = desk.page()
        out = desk.begin()
        said = desk.heard(out)
        pages += said.body + out.post(said.action, Digits="1").body + desk.page()
    with desk.services.database.reading() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        kept = json.dumps(
            [
                [str(value) for value in row]
                for (name,) in names.all()
                for row in connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608
            ]
        )
        assert connection.execute(text("SELECT count(*) FROM turn")).scalar_one() == 0
    for number in (WORK, HERS):
        assert number[3:] not in kept + caplog.text + pages
