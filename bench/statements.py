"""How many SQL statements a turn is, counted in this process on the same database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event

from app.factory import create_app
from app.house import build
from app.settings import read_settings
from bench.calls import Walk, form_of, new_caller, path_of, sign


def per_turn(walk: Walk, environ: Mapping[str, str]) -> list[int]:
    """The statements of each measured turn of one call, the opening of a transaction included."""
    house = build(read_settings(environ))
    client = create_app(house).test_client()
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(house.services.database.engine, "before_cursor_execute", note)
    sid, caller = new_caller()
    counts = []
    for n, (key, expected) in enumerate((*walk.before, *walk.measured)):
        said.clear()
        path, form = path_of(n), form_of(key, sid=sid, caller=caller)
        signature = sign(environ["TWILIO_AUTH_TOKEN"], path, form)
        answer = client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        if expected not in answer.text:
            raise RuntimeError(f"turn {n} is not answered with {expected}")
        counts.append(len(said))
    house.services.database.close()
    return counts[len(walk.before) :]
