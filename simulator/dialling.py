"""A call that has another phone rung, and is connected to it: two legs, told of each other.

Who answers does a document of its own first, and is connected when that has come to its end without
a hang-up. No sound passes between the phones: both show that they are connected.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator import twiml
from simulator.handsets import StepKind
from simulator.reports import Elsewhere, Gone, Joined, Moved, Over, Parted, Stopped
from simulator.values import Call, CallStatus, Direction, Plan, Wish, new_sid

if TYPE_CHECKING:
    from simulator.leg import Leg


def dial(leg: Leg, verb: twiml.Dial) -> Wish | None:
    """Ring the number and wait until that is over; return the request that tells how it went."""
    leg.meet_news()
    child = _rung(leg, verb)
    leg.show(StepKind.DIAL)
    leg.note("dial", f"rings {verb.number}")
    deadline: float | None = None
    is_joined = False
    while True:
        match leg.take(deadline):
            case Joined():
                is_joined = True
                deadline = time.monotonic() + verb.longest * leg.carrier.second
                leg.show(StepKind.TALK)
                leg.note("dial", "connected")
            case Parted(status=status, seconds=seconds):
                leg.note("dial", status)
                leg.show(StepKind.PLAY)
                wish = _after(leg, verb, child, status, seconds, is_joined=is_joined)
                return wish if verb.action else None
            case None:
                deadline = None
                child.put(Stopped(CallStatus.COMPLETED))
            case Gone():
                child.put(Stopped(_left_alone(is_joined)))
                leg.call.status = CallStatus.COMPLETED
                status = _left_alone(is_joined)
                leg.ask_once(_after(leg, verb, child, status, 0, is_joined=is_joined))
                raise Over(CallStatus.COMPLETED)
            case Stopped(status=status):
                child.put(Stopped(_left_alone(is_joined)))
                raise Over(status)
            case Moved() as moved:
                child.put(Stopped(_left_alone(is_joined)))
                raise Elsewhere(moved)


def talk(leg: Leg, parent: Leg) -> None:
    """The dialled side, once its own document is done: connected until somebody hangs up."""
    parent.put(Joined())
    leg.show(StepKind.TALK)
    leg.note("dial", "connected")
    while True:
        leg.next()


def _left_alone(is_joined: bool) -> CallStatus:
    return CallStatus.COMPLETED if is_joined else CallStatus.CANCELED


def _rung(leg: Leg, verb: twiml.Dial) -> Leg:
    carrier, now = leg.carrier, leg.carrier.clock()
    call = Call(
        new_sid("CA"),
        verb.number,
        verb.shown or leg.call.from_,
        Direction.DIALLED,
        created=now,
        updated=now,
        parent=leg.call.sid,
    )
    plan = Plan(
        first=leg.wish(verb.whisper, verb.whisper_method) if verb.whisper else None,
        events=frozenset(),
        ring_for=verb.timeout,
    )
    child = leg.beside(call, plan=plan, handset=carrier.handset_with(verb.number))
    with carrier.news:
        carrier.calls[call.sid], carrier.legs[call.sid] = call, child
    carrier.background(child.run)
    return child


def _after(
    leg: Leg,
    verb: twiml.Dial,
    child: Leg,
    status: CallStatus,
    seconds: int,
    *,
    is_joined: bool,
) -> Wish:
    extra = {
        "DialCallStatus": status,
        "DialCallSid": child.call.sid,
        "DialBridged": str(is_joined).lower(),
    }
    if status == CallStatus.COMPLETED:
        extra["DialCallDuration"] = str(seconds)
    return leg.wish(verb.action, verb.method, extra={key: str(it) for key, it in extra.items()})
