"""Is the process alive, can it work, and how much: for whoever watches it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.house import House
from grievances.models import Case
from storage.notices import open_notices
from storage.outbox import Outbox

probes = Blueprint("probes", __name__)


def _house() -> House:
    house: House = current_app.extensions["house"]
    return house


@probes.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@probes.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Database, queue and media: 200 when calls can be taken, else 503 and what is missing."""
    services = _house().services
    checks = {
        "database": _database_answers(),
        "queue": services.bell.is_heard(),
        "media": services.media.is_writable(),
    }
    # Without the queue the sweep does its work; calls are taken all the same.
    ready = checks["database"] and checks["media"]
    return jsonify(ready=ready, **checks), 200 if ready else 503


@probes.get("/metrics")
def metrics() -> Response:
    """Counts for Prometheus: how much waits, by state. Nothing about anybody."""
    registry = CollectorRegistry()
    waiting = Gauge(
        "rimay_outbox", "Messages and calls out, by state", ["state"], registry=registry
    )
    cases = Gauge("rimay_cases", "Cases, by state", ["state"], registry=registry)
    with _house().services.database.reading() as connection:
        for state, count in connection.execute(
            select(Outbox.state, func.count()).group_by(Outbox.state)
        ):
            waiting.labels(state).set(count)
        notices = Gauge(
            "rimay_operator_notices", "Refusals by the carrier to mend", registry=registry
        )
        notices.set(len(open_notices(connection)))
        for state, count in connection.execute(
            select(Case.answering, func.count()).group_by(Case.answering)
        ):
            cases.labels(state).set(count)
    return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    try:
        with _house().services.database.reading() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
