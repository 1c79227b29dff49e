"""The client and the stub themselves, against small applications written for the purpose."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.datastructures import MultiDict

from tests.outside.calls import Notice
from tests.outside.carrier_stub import CarrierStub
from tests.outside.network import WITHHELD, Forgery, Network
from tests.outside.sound import wav
from tests.outside.wire import HttpSession, WsgiSession, sign

ACCOUNT, TOKEN = "AC" + "0" * 32, "12345"
HERE, CALLER, LINE = "https://rimay.example.pe", "+51987654321", "+51644000100"


def the_carrier_signed(url: str, form: dict[str, list[str]], signature: str) -> bool:
    """What the carrier's own library says of the signature."""
    validator: Any = RequestValidator
    fields = MultiDict([(name, value) for name, values in form.items() for value in values])
    return bool(validator(TOKEN).validate(url, fields, signature))


@dataclass
class Line:
    """A WSGI application that answers each path with what the test wrote for it."""

    documents: dict[str, str]
    content_type: str = "text/xml"
    status: str = "200 OK"
    sound: bytes = field(default_factory=lambda: wav(0.2))
    posted: list[tuple[str, dict[str, list[str]], bool]] = field(default_factory=list)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path, body = (
            environ["PATH_INFO"],
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)),
        )
        if path.endswith(".wav"):
            start_response("200 OK", [("Content-Type", "audio/wav")])
            return [self.sound]
        form = parse_qs(body.decode(), keep_blank_values=True)
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        valid = the_carrier_signed(HERE + environ["RAW_URI"], form, signature)
        self.posted.append((environ["RAW_URI"], form, valid))
        inner = self.documents.get(path, "")
        start_response(self.status, [("Content-Type", self.content_type)])
        return [f"<Response>{inner}</Response>".encode()]

    def last(self, name: str) -> str:
        return self.posted[-1][1][name][0]


def network(line: Line, **settings: Any) -> Network:
    return Network(
        HERE,
        auth_token=TOKEN,
        account_sid=ACCOUNT,
        session=WsgiSession(line),
        **{"check_audio": True, "pause": lambda _seconds: None, **settings},
    )


def play(*keys: str, language: str = "es") -> str:
    return "".join(f"<Play>/voice/prompts/{language}/{key}.wav?v=1</Play>" for key in keys)


MENU = (
    '<Gather numDigits="1" finishOnKey="" action="/voice/turn?n=1&amp;l=es">'
    + play("menu", "option.library", "press.1", "option.support", "press.2")
    + "</Gather><Redirect>/voice/turn?n=1&amp;l=es&amp;silent=1</Redirect>"
)


# The signature ------------------------------------------------------------------------------


def test_the_signature_is_the_published_one() -> None:
    params = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
        ("Caller", "+14158675309"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert sign("12345", url + "#rc=2", params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    "params",
    [
        [("Body", "¿Cuándo? Ñuqa "), ("Empty", "")],
        [("Same", "b"), ("Same", "a"), ("Same", "b")],
        [("a", "1"), ("B", "2"), ("Z", "3")],
    ],
)
def test_the_signature_agrees_with_the_carriers_own(params: list[tuple[str, str]]) -> None:
    lists: dict[str, list[str]] = {}
    for name, value in params:
        lists.setdefault(name, []).append(value)
    url = f"{HERE}/voice/turn?l=qu%C3%A9&x=%41%7c"
    assert the_carrier_signed(url, lists, sign(TOKEN, url, params))


@pytest.mark.parametrize("query", ["?place=Jun%C3%ADn", "?x=%41%7C%2f", "?a=1&b=%20+"])
def test_queries_reach_the_program_as_they_were_signed(query: str) -> None:
    line = Line({})
    net = network(line)
    net.post(f"/voice/inbound{query}", net.call_params(CALLER, LINE))
    assert line.posted == [(f"/voice/inbound{query}", line.posted[0][1], True)]


@pytest.mark.parametrize("forgery", list(Forgery))
def test_no_forgery_is_valid(forgery: Forgery) -> None:
    line = Line({})
    net = network(line)
    net.forged("/voice/inbound?n=0", net.call_params(CALLER, LINE), forgery)
    assert [valid for _uri, _form, valid in line.posted] == [False]


# Calls ----------------------------------------------------------------------------------------


def test_a_key_is_pressed_by_the_name_of_its_option() -> None:
    line = Line({"/voice/inbound": MENU, "/voice/turn": play("message.one") + "<Hangup/>"})
    call = network(line).call(CALLER, LINE)
    assert call.options == {"library": "1", "support": "2"}
    assert call.languages == {"es"}
    call.choose("support")
    assert (call.keys, call.ended) == (["message.one"], "completed")
    assert line.posted[-1][0] == "/voice/turn?n=1&l=es"
    assert line.last("Digits") == "2"
    assert all(valid for _uri, _form, valid in line.posted)
    assert [form["CallStatus"][0] for _uri, form, _valid in line.posted] == [
        "ringing",
        "in-progress",
    ]


@pytest.mark.parametrize("withheld", WITHHELD)
def test_a_withheld_number_calls_too(withheld: str) -> None:
    line = Line({"/voice/inbound": MENU})
    network(line).call(withheld, LINE)
    assert line.last("From") == withheld


def test_silence_falls_through_to_what_follows() -> None:
    line = Line({"/voice/inbound": MENU, "/voice/turn": MENU})
    call = network(line).call(CALLER, LINE).wait()
    assert line.posted[-1][0].endswith("silent=1")
    assert "Digits" not in line.posted[-1][1]
    assert call.awaits == "keys"


def test_silence_is_told_where_the_action_asks_for_it() -> None:
    asked = '<Gather action="/voice/turn" actionOnEmptyResult="true"/>'
    line = Line({"/voice/inbound": asked, "/voice/turn": "<Hangup/>"})
    network(line).call(CALLER, LINE).wait()
    assert line.last("Digits") == ""


def test_silence_with_nothing_after_it_ends_the_call() -> None:
    line = Line({"/voice/inbound": "<Gather/>"})
    net = network(line, status_callback="/voice/status")
    assert net.call(CALLER, LINE).wait().ended == "completed"
    assert (line.posted[-1][0], line.last("CallStatus")) == ("/voice/status", "completed")


@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [('numDigits="4"', "1234", "1234"), ('numDigits="9"', "12#", "12"), ("", "7#", "7")],
)
def test_digits_are_handed_over_as_twilio_does(attributes: str, keys: str, digits: str) -> None:
    asked = f'<Gather action="/voice/turn" {attributes}/>'
    line = Line({"/voice/inbound": asked, "/voice/turn": "<Hangup/>"})
    network(line).call(CALLER, LINE).press(keys)
    assert line.last("Digits") == digits


def test_only_the_finishing_key_counts_as_silence() -> None:
    line = Line({"/voice/inbound": '<Gather action="/voice/turn"/>' + play("again")})
    call = network(line).call(CALLER, LINE).press("#")
    assert (call.keys, len(line.posted)) == (["again"], 1)


RECORD = (
    '<Record action="turn?n=2" maxLength="180" recordingStatusCallback="/voice/recording"/>'
    "<Redirect>/voice/none</Redirect>"
)


@pytest.mark.parametrize(
    ("notice", "order"),
    [
        (Notice.AFTER, ["/voice/turn?n=2", "/voice/recording"]),
        (Notice.BEFORE, ["/voice/recording", "/voice/turn?n=2"]),
        (Notice.NEVER, ["/voice/turn?n=2"]),
    ],
)
def test_a_recording_and_its_notice(notice: Notice, order: list[str]) -> None:
    line = Line({"/voice/inbound": RECORD, "/voice/turn": "<Hangup/>"})
    net = network(line)
    call = net.call(CALLER, LINE).record(12, notice=notice)
    assert [uri for uri, _form, _valid in line.posted[1:]] == order
    action = next(form for uri, form, _valid in line.posted if "turn" in uri)
    assert (action["RecordingDuration"], action["Digits"]) == (["12"], ["#"])
    assert action["RecordingSid"] == [call.recording_sid]
    assert call.recording_sid in net.recordings


def test_a_hang_up_while_speaking_is_told_and_its_answer_not_read() -> None:
    line = Line({"/voice/inbound": RECORD, "/voice/turn": "<Nonsense/>"})
    call = network(line).call(CALLER, LINE).record(3, hangup=True)
    action = next(form for uri, form, _valid in line.posted if "turn" in uri)
    assert (action["Digits"], action["CallStatus"]) == (["hangup"], ["completed"])
    assert call.ended == "completed"


def test_a_hang_up_at_a_menu_tells_nobody() -> None:
    line = Line({"/voice/inbound": MENU})
    assert network(line).call(CALLER, LINE).hang_up().ended == "completed"
    assert len(line.posted) == 1


def test_no_speech_falls_through() -> None:
    line = Line({"/voice/inbound": RECORD, "/voice/none": MENU})
    call = network(line).call(CALLER, LINE).wait()
    assert (call.awaits, line.posted[-1][0]) == ("keys", "/voice/none")


def test_a_repeat_is_the_same_bytes() -> None:
    line = Line({"/voice/inbound": MENU, "/voice/turn": MENU})
    call = network(line).call(CALLER, LINE).press("1")
    assert call.repeat() == call.last_answer
    assert line.posted[-1] == line.posted[-2]


def test_pauses_are_kept_and_endless_redirects_are_not() -> None:
    paused: list[float] = []
    line = Line({"/voice/inbound": '<Pause length="2"/><Redirect>/voice/inbound</Redirect>'})
    with pytest.raises(AssertionError, match="redirect for ever"):
        network(line, pause=paused.append).call(CALLER, LINE)
    assert set(paused) == {2}


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("<Sing/>", "not a verb"),
        ("<Gather>", "not XML"),
        ('<Gather finishonkey=""/>', "no attribute finishonkey"),
        ('<Gather numDigits="0"/>', "not a value"),
        ("<Gather><Record/></Gather>", "cannot be nested"),
        ("<Gather><Play digits='1'/></Gather>", "no tones"),
        ("<Say>Hola</Say>", "English voice"),
        ("<Say language='qu-PE'>Allin</Say>", "not a value"),
        ("Hola", "loose text"),
        ("<Hangup/><Hangup/>", "never reached"),
        ("<Redirect/>", "same document for ever"),
        ("<Play>ftp://x/y.wav</Play>", "not an http URL"),
        ("<Play>/voice/ñ.wav</Play>", "plain ASCII"),
        (play("x").replace("?v=1", ""), "without its version"),
        ("<Gather>" + play("option.es", "press.1") + "</Gather>", "finishOnKey"),
        ("<Pause/>" * 9000, "64 kB"),
        ('<Record finishOnKey="x"/>', "not a value"),
        ("<Pause/><Reject/>", "first verb"),
    ],
)
def test_wrong_twiml_is_refused(document: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        network(Line({"/voice/inbound": document})).call(CALLER, LINE)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"content_type": "text/html"}, "must be text/xml"),
        ({"content_type": "text/plain"}, "must be text/xml"),
        ({"status": "500 Oh"}, "answered 500"),
        ({"status": "403 No"}, "answered 403"),
        ({"status": "302 Found"}, "loses what was posted"),
        ({"sound": b"not audio"}, "not a WAV"),
        ({"sound": wav(1)[:22] + b"\2" + wav(1)[23:]}, "2 channels"),
        ({"sound": wav(0)}, "no sound"),
    ],
)
def test_wrong_answers_are_refused(settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        network(Line({"/voice/inbound": MENU}, **settings)).call(CALLER, LINE)


def test_a_failure_tells_the_call_so_far() -> None:
    line = Line({"/voice/inbound": MENU, "/voice/turn": "<Sing/>"})
    call = network(line).call(CALLER, LINE)
    with pytest.raises(AssertionError, match=r"option\.library \(es\)[\s\S]*presses 1"):
        call.press("1")
    with pytest.raises(AssertionError, match="'survey' is not offered"):
        network(line).call(CALLER, LINE).choose("survey")


# Texts ----------------------------------------------------------------------------------------


def test_a_text_is_answered_by_texts() -> None:
    line = Line({"/sms/inbound": "<Message>Hola</Message><Message><Body>1 Agua</Body></Message>"})
    net = network(line)
    assert net.text(CALLER, LINE, "¿Qué? ") == ["Hola", "1 Agua"]
    assert (line.last("Body"), line.posted[-1][2]) == ("¿Qué? ", True)
    net.repeat()
    assert line.posted[-1] == line.posted[-2]
    assert network(Line({})).text(CALLER, LINE, "STOP") == []


@pytest.mark.parametrize(
    "inner", ["<Message/>", "<Say>x</Say>", "x", f"<Message>{'x' * 1601}</Message>"]
)
def test_wrong_text_answers_are_refused(inner: str) -> None:
    with pytest.raises(AssertionError):
        network(Line({"/sms/inbound": inner})).text(CALLER, LINE, "Hola")


# The carrier's REST API -------------------------------------------------------------------------


@pytest.fixture
def stub() -> Iterator[CarrierStub]:
    with CarrierStub(ACCOUNT, TOKEN) as running:
        yield running


def client(stub: CarrierStub, *, token: str = TOKEN, timeout: float = 60) -> Any:
    untyped: Any = Client
    made = untyped(ACCOUNT, token, http_client=TwilioHttpClient(timeout=timeout))
    made.api.base_url = stub.url
    return made


def test_the_official_client_creates_lists_and_fetches(stub: CarrierStub) -> None:
    twilio = client(stub)
    sent = [
        twilio.messages.create(to=CALLER, from_=LINE, body=f"¿Qué? {n}", smart_encoded=False)
        for n in range(3)
    ]
    assert sent[0].status == "queued"
    assert [m.body for m in stub.messages] == ["¿Qué? 0", "¿Qué? 1", "¿Qué? 2"]
    assert [m.sid for m in twilio.messages.list(to=CALLER, page_size=2)] == [
        m.sid for m in reversed(sent)
    ]
    assert twilio.messages.list(to="+51900000000") == []
    since = sent[0].date_created
    assert len(twilio.messages.list(to=CALLER, date_sent_after=since)) == 3
    stub.deliver(sent[0].sid, "delivered")
    assert twilio.messages(sent[0].sid).fetch().status == "delivered"
    call = twilio.calls.create(
        to=CALLER,
        from_=LINE,
        url=f"{HERE}/voice/outbound?o=1",
        status_callback=f"{HERE}/voice/status?o=1",
        status_callback_event=["answered", "completed"],
        timeout=120,
    )
    assert stub.calls[0].params["StatusCallbackEvent"] == ["answered", "completed"]
    assert [c.sid for c in twilio.calls.list(to=CALLER, start_time_after=since)] == [call.sid]
    assert twilio.calls(call.sid).update(status="completed").status == "completed"
    assert not stub.violations


def test_recordings_are_fetched_with_access_and_deleted(stub: CarrierStub) -> None:
    sid = "RE" + "1" * 32
    stub.recordings[sid] = wav(2)
    assert client(stub).recordings(sid).fetch().duration == "2"
    path = f"{stub.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}"
    assert requests.get(f"{path}.wav", timeout=60).status_code == 401
    allowed = (ACCOUNT, TOKEN)
    assert requests.get(f"{path}.wav", auth=allowed, timeout=60).content == wav(2)
    assert client(stub).recordings(sid).delete()
    assert requests.get(f"{path}.wav", auth=allowed, timeout=60).status_code == 404
    assert stub.deleted_recordings == [sid]
    assert [told.split(": ")[1] for told in stub.violations] == ["20003 Authenticate"]


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        ("Messages", {"From": LINE, "Body": "x"}, 21604),
        ("Messages", {"To": "987654321", "From": LINE, "Body": "x"}, 21211),
        ("Messages", {"To": CALLER, "Body": "x"}, 21603),
        ("Messages", {"To": CALLER, "From": LINE}, 21602),
        ("Messages", {"To": CALLER, "From": LINE, "Body": "x" * 1601}, 21617),
        ("Messages", {"To": CALLER, "From": LINE, "Body": "x", "Colour": "red"}, 20001),
        ("Messages", {"To": CALLER, "From": LINE, "Body": "x", "StatusCallback": "/s"}, 21609),
        ("Messages", {"To": CALLER, "From": LINE, "Body": ["x", "y"]}, 20001),
        ("Calls", {"To": CALLER, "From": LINE}, 21205),
        ("Calls", {"To": CALLER, "From": LINE, "Url": "/voice"}, 21205),
        ("Calls", {"To": CALLER, "From": LINE, "Url": "http://my_host/x"}, 21205),
        ("Calls", {"To": CALLER, "Url": HERE}, 21213),
        ("Calls", {"To": CALLER, "From": LINE, "Url": HERE, "Timeout": "601"}, 20001),
        ("Calls", {"To": CALLER, "From": LINE, "Url": HERE, "StatusCallbackEvent": "end"}, 20001),
    ],
)
def test_what_twilio_refuses_is_refused(
    stub: CarrierStub, path: str, form: dict[str, str | list[str]], code: int
) -> None:
    answer = requests.post(
        f"{stub.url}/2010-04-01/Accounts/{ACCOUNT}/{path}.json",
        data=form,
        auth=(ACCOUNT, TOKEN),
        timeout=60,
    )
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert len(stub.violations) == 1
    assert CALLER not in stub.violations[0]
    assert [*stub.messages, *stub.calls] == []


def test_a_sender_that_is_not_ours_is_refused() -> None:
    with CarrierStub(ACCOUNT, TOKEN, numbers=frozenset({LINE})) as stub:
        with pytest.raises(TwilioRestException) as refused:
            client(stub).messages.create(to=CALLER, from_="+51644000999", body="x")
        assert refused.value.code == 21606


def test_planned_refusals_pass_once(stub: CarrierStub) -> None:
    stub.fail_next(429, 20429)
    with pytest.raises(TwilioRestException) as refused:
        client(stub).messages.create(to=CALLER, from_=LINE, body="x")
    assert (refused.value.status, refused.value.code) == (429, 20429)
    client(stub).messages.create(to=CALLER, from_=LINE, body="x")
    assert (len(stub.messages), stub.violations) == (1, [])


@pytest.mark.parametrize("created", [True, False])
def test_an_answer_that_never_comes(stub: CarrierStub, created: bool) -> None:
    stub.hang_next(created=created)
    with pytest.raises(requests.Timeout):
        client(stub, timeout=0.3).messages.create(to=CALLER, from_=LINE, body="x")
    # It may be taken only after nobody waits for it any more.
    stub.wait_until(lambda: stub.hanging == 0 and len(stub.messages) == created)


def test_a_hanging_request_can_be_waited_for(stub: CarrierStub) -> None:
    stub.hang_next(created=True)

    def ask() -> None:
        with pytest.raises(requests.ConnectionError):
            client(stub, timeout=90).messages.create(to=CALLER, from_=LINE, body="x")

    asking = threading.Thread(target=ask)
    asking.start()
    stub.wait_until(lambda: stub.hanging == 1 and len(stub.messages) == 1)
    stub.stop()
    asking.join(60)
    assert not asking.is_alive()


@pytest.mark.parametrize("done", [True, False])
def test_a_connection_that_drops(stub: CarrierStub, done: bool) -> None:
    (stub.drop_after if done else stub.drop_before)()
    with pytest.raises(requests.ConnectionError):
        client(stub).messages.create(to=CALLER, from_=LINE, body="x")
    assert len(stub.messages) == done


def test_status_callbacks_are_signed_and_told_where_asked() -> None:
    line = Line({})
    with CarrierStub(ACCOUNT, TOKEN, session=WsgiSession(line)) as stub:
        twilio = client(stub)
        text = twilio.messages.create(
            to=CALLER, from_=LINE, body="x", status_callback=f"{HERE}/sms/status?o=1"
        )
        assert stub.deliver(text.sid, "queued") is None
        assert stub.deliver(text.sid, "undelivered", error_code=30003) is not None
        assert (line.last("MessageStatus"), line.last("ErrorCode")) == ("undelivered", "30003")
        call = twilio.calls.create(
            to=CALLER, from_=LINE, url=f"{HERE}/voice/x", status_callback=f"{HERE}/voice/status"
        )
        assert stub.deliver(call.sid, "ringing") is None
        assert stub.deliver(call.sid, "no-answer") is not None
        assert (line.last("CallStatus"), line.last("SequenceNumber")) == ("no-answer", "0")
        assert [valid for _uri, _form, valid in line.posted] == [True, True]


def test_a_call_of_ours_is_answered_where_it_says() -> None:
    line = Line({"/voice/outbound": MENU})
    with CarrierStub(ACCOUNT, TOKEN) as stub:
        client(stub).calls.create(to=CALLER, from_=LINE, url=f"{HERE}/voice/outbound?o=1")
        made = stub.calls[0]
        call = network(line).answer(made, tell=lambda status: stub.deliver(made.sid, status))
        assert made.status == "in-progress"
        call.hang_up()
        assert made.status == "completed"
    assert (call.sid, len(line.posted)) == (made.sid, 1)
    assert (line.last("Direction"), line.last("To")) == ("outbound-api", CALLER)


def test_http_carries_the_same_bytes(stub: CarrierStub) -> None:
    net = Network(
        "http://rimay.example.pe",
        auth_token=TOKEN,
        account_sid=ACCOUNT,
        session=HttpSession(connect_to=stub.url.removeprefix("http://")),
    )
    answers = net.at_once(net.request("/a?x=%41%c3%b1", []), 4)
    assert [answer.status for answer in answers] == [401] * 4
    assert stub.requests == [("POST", "/a")] * 4
