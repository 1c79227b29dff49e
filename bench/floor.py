"""The bare endpoint that a turn is measured beside: what a careful first version would do.

The carrier's official signature check, one durable ORM read-modify-write, and a menu of eight
prompts from the official TwiML builder. `gunicorn "bench.floor:create_app()"`.
"""

from __future__ import annotations

import os

from flask import Flask, Response, abort, request
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

PLAYS = 8


class Base(DeclarativeBase):
    """What the floor keeps, beside the tables of the house."""


class Call(Base):
    """How far a call has come."""

    __tablename__ = "bench_floor_call"

    id: Mapped[str] = mapped_column(primary_key=True)
    turns: Mapped[int]
    heard: Mapped[str]


def create_app() -> Flask:
    """The endpoint, on `DATABASE_URL`; `PUBLIC_URL` and `TWILIO_AUTH_TOKEN` as in Rimay."""
    app = Flask("floor")
    engine = durable_engine(os.environ["DATABASE_URL"])
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])  # type: ignore[no-untyped-call]
    origin = os.environ["PUBLIC_URL"]

    @app.post("/voice/inbound")
    @app.post("/voice/turn")
    def turn() -> Response:
        address = origin + request.environ["RAW_URI"]
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(address, request.form, signature):  # type: ignore[no-untyped-call]
            abort(403)
        heard = request.form.get("Digits", "")
        with Session(engine) as session, session.begin():
            call = session.get(Call, request.form["CallSid"])
            if call is None:
                call = Call(id=request.form["CallSid"], turns=0, heard="")
                session.add(call)
            call.turns += 1
            call.heard = heard
            n = call.turns
        return Response(_menu(n), mimetype="text/xml")

    return app


def durable_engine(url: str) -> Engine:
    """An engine as SQLAlchemy makes it; on SQLite with its log written to the disk, as ours is."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"))
    engine = create_engine(parsed, connect_args={"timeout": 5})

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine


def create_table(url: str) -> None:
    """Make the floor's one table."""
    engine = durable_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


def _menu(n: int) -> str:
    response = VoiceResponse()  # type: ignore[no-untyped-call]
    action = f"/voice/turn?n={n}&l=es"
    gather = Gather(input="dtmf", timeout=7, num_digits=1, finish_on_key="", action=action)  # type: ignore[no-untyped-call]
    for place in range(PLAYS):
        gather.play(f"/voice/prompts/es/option.{place}.wav?v=0123456789abcdef")  # type: ignore[no-untyped-call]
    response.append(gather)  # type: ignore[no-untyped-call]
    response.redirect(action, method="POST")  # type: ignore[no-untyped-call]
    return str(response)
