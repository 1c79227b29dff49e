"""Texts between phones and numbers: webhooks in, replies and REST messages out (TWILIO 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urljoin

from locales.gsm import segments
from simulator import posting, twiml
from simulator.carrier import Carrier
from simulator.errors import BadTwiml, CarrierError, Unreachable
from simulator.handsets import Handset
from simulator.values import Direction, Enclosed, Message, MessageStatus, Wish, new_sid

LONGEST = 1600
MOST_MEDIA = 10
LARGEST_MEDIA = 5_000_000
MOST_HOPS = 10
_STOP = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
_START = frozenset({"START", "YES", "UNSTOP"})
_STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe."
)
_STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)


def write(
    carrier: Carrier,
    handset: Handset,
    *,
    to: str,
    body: str,
    media: Sequence[Enclosed] = (),
) -> Message:
    """The phone sends a text, with pictures or sounds. CarrierError when it is too long, they are
    too large, or the number is not known."""
    number = carrier.programme_number(to)
    if number is None:
        raise CarrierError(21211, "no such number", status=404)
    if len(body) > LONGEST:
        raise CarrierError(21617, "a text has at most 1600 characters")
    if len(media) > MOST_MEDIA or sum(len(one.content) for one in media) > LARGEST_MEDIA:
        raise CarrierError(21623, "a text brings at most 10 files of 5 MB together")
    message = _new(carrier, handset.number, number, body=body, direction=Direction.INBOUND)
    message.status = MessageStatus.RECEIVED
    message.media = {new_sid("ME"): one for one in media}
    carrier.note(handset, "status", "inbound text received")
    carrier.background(lambda: _deliver_inbound(carrier, message))
    return message


def send(carrier: Carrier, *, from_: str, to: str, body: str, callback: Wish | None) -> Message:
    """A REST message: queued now, on the phone a moment later; CarrierError 21610 if opted out."""
    if (from_, to) in carrier.opted_out:
        raise CarrierError(21610, "Attempt to send to unsubscribed recipient")
    message = _new(carrier, from_, to, body=body, direction=Direction.OUTBOUND)
    message.status_callback = callback
    carrier.changed()
    carrier.background(lambda: _deliver(carrier, message))
    return message


def deliver_waiting(carrier: Carrier, handset: Handset) -> None:
    """What was sent to this number while no phone had it is delivered now."""
    with carrier.news:
        waiting = [
            one
            for one in carrier.messages.values()
            if one.to == handset.number and one.status == MessageStatus.SENT
        ]
    for message in waiting:
        carrier.background(partial(_become, carrier, message, MessageStatus.DELIVERED))


def _new(carrier: Carrier, from_: str, to: str, *, body: str, direction: Direction) -> Message:
    now = carrier.clock()
    message = Message(new_sid("SM"), to, from_, body, direction, created=now, updated=now)
    with carrier.news:
        carrier.messages[message.sid] = message
    return message


def _deliver(carrier: Carrier, message: Message) -> None:
    _become(carrier, message, MessageStatus.SENT)
    if carrier.handset_with(message.to) is not None:
        _become(carrier, message, MessageStatus.DELIVERED)


def _become(carrier: Carrier, message: Message, status: MessageStatus) -> None:
    handset = carrier.handset_with(message.to)
    with carrier.news:
        message.status, message.updated = status, carrier.clock()
        carrier.note(handset, "status", f"{message.direction} text {status}")
    if message.status_callback is not None:
        params = _standard(carrier, message) | {
            "MessageStatus": status,
            "SmsStatus": status,
        }
        _post(carrier, handset, message.status_callback, params=params, kind="callback")


def _deliver_inbound(carrier: Carrier, message: Message) -> None:
    handset = carrier.handset_with(message.from_)
    _keep_choice(carrier, message)
    params = _standard(carrier, message) | {
        "SmsMessageSid": message.sid,
        "SmsStatus": MessageStatus.RECEIVED,
        "Body": message.body,
        **_media(carrier, message),
        "NumSegments": str(segments(message.body).count),
        "FromCountry": "PE",
        "FromCity": "",
        "ToCountry": "PE",
        "ToCity": "",
    }
    wish: Wish | None = Wish(f"{carrier.public_url}/sms/inbound")
    for _ in range(MOST_HOPS):
        if wish is None:
            return
        answer = _post(carrier, handset, wish, params=params, kind="request")
        if answer is None:
            return
        wish = _obey(carrier, handset, message, answer=answer)
    carrier.note(handset, "error", "11215 the documents send the text round in a circle")


def _media(carrier: Carrier, message: Message) -> dict[str, str]:
    """How many files came with it, and of each its type and where it is."""
    uri = f"{carrier.public_url}/simulator/2010-04-01/Accounts/{carrier.account_sid}"
    params = {"NumMedia": str(len(message.media))}
    for place, (sid, one) in enumerate(message.media.items()):
        params[f"MediaContentType{place}"] = one.content_type
        params[f"MediaUrl{place}"] = f"{uri}/Messages/{message.sid}/Media/{sid}"
    return params


def _keep_choice(carrier: Carrier, message: Message) -> None:
    """Twilio's own opt-out words: kept, and answered, before the number hears of the text."""
    word, pair = message.body.strip().upper(), (message.to, message.from_)
    with carrier.news:
        stopped = pair in carrier.opted_out
        if word in _STOP and not stopped:
            carrier.opted_out.add(pair)
            reply = _STOPPED
        elif word in _START and stopped:
            carrier.opted_out.discard(pair)
            reply = _STARTED
        else:
            return
    _reply(carrier, message, body=reply, callback=None)


def _obey(
    carrier: Carrier, handset: Handset | None, message: Message, *, answer: posting.Answer
) -> Wish | None:
    """Do what the answer says; return where it redirects to."""
    text = answer.body.decode("utf-8", "replace")
    if not text.strip():
        return None
    if answer.kind == "text/plain":
        carrier.note(handset, "warning", "plain text is sent as a text")
        _answer(carrier, handset, message, body=text, to="", callback="", base=answer.url)
        return None
    try:
        document = twiml.parse(answer.body)
    except BadTwiml as error:
        carrier.note(handset, "error", f"{error.code} {error}")
        return None
    for warning in document.warnings:
        carrier.note(handset, "warning", f"12200 {warning}")
    for verb in document.verbs:
        match verb:
            case twiml.Text(body=body, to=to, callback=callback):
                _answer(
                    carrier, handset, message, body=body, to=to, callback=callback, base=answer.url
                )
            case twiml.Redirect(url=url, method=method):
                return Wish(urljoin(answer.url, url), method)
            case _:
                carrier.note(handset, "error", f"12200 {type(verb).__name__} is no verb of a text")
    return None


def _answer(
    carrier: Carrier,
    handset: Handset | None,
    message: Message,
    *,
    body: str,
    to: str,
    callback: str,
    base: str,
) -> None:
    if len(body) > LONGEST:
        carrier.note(handset, "error", "21617 a text has at most 1600 characters")
        return
    receiver = to or message.from_
    if (message.to, receiver) in carrier.opted_out:
        carrier.note(handset, "error", "21610 not sent: the recipient has opted out")
        return
    wish = Wish(urljoin(base, callback)) if callback else None
    _reply(carrier, message, body=body, callback=wish, to=receiver)


def _reply(
    carrier: Carrier, message: Message, *, body: str, callback: Wish | None, to: str = ""
) -> None:
    receiver = to or message.from_
    reply = _new(carrier, message.to, receiver, body=body, direction=Direction.REPLY)
    reply.status_callback = callback
    _deliver(carrier, reply)


def _standard(carrier: Carrier, message: Message) -> dict[str, str]:
    return {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "AccountSid": carrier.account_sid,
        "ApiVersion": "2010-04-01",
        "From": message.from_,
        "To": message.to,
    }


def _post(
    carrier: Carrier,
    handset: Handset | None,
    wish: Wish,
    *,
    params: Mapping[str, str],
    kind: str,
) -> posting.Answer | None:
    """Post, and show it in the phone's panel. None when it failed: the event is lost."""
    written = "\n".join(f"{name}={value}" for name, value in params.items() if value)
    carrier.note(handset, kind, f"{wish.method} {wish.url}", text=written)
    try:
        answer = posting.send(wish.url, params, method=wish.method, token=carrier.auth_token)
    except Unreachable as error:
        carrier.note(handset, "error", f"{error.code} {error}")
        return None
    if not 200 <= answer.status < 300:
        carrier.note(handset, "error", f"11200 HTTP {answer.status}: nothing more is done")
        return None
    if kind == "request":
        title = f"{answer.status} {answer.kind}"
        carrier.note(handset, "twiml", title, text=answer.body.decode("utf-8", "replace"))
    return answer
