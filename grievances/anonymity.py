"""A case that is nobody's any more: nothing of it leads to the person who sent it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, delete, update

from grievances import history
from grievances.carried import carried_for
from grievances.following.models import CheckBack
from grievances.history import Event
from grievances.lifecycle import PERSON
from grievances.models import Reply, Statement
from grievances.values import AnswerBy, Confidentiality
from storage.ids import new_id
from storage.messages import Outbox, PastAttempt
from storage.vault import Vault

_OUTBOX: Any = Outbox.__table__
_PAST: Any = PastAttempt.__table__


def make_nobodys(connection: Connection, case_id: str, *, vault: Vault, now: dt.datetime) -> None:
    """From here on the case is reached by its code and PIN alone.

    What was to carry an answer of it to her line is gone too, sent or not.
    """
    carried = carried_for(connection, case_id)
    history.note(
        connection,
        case_id,
        vault=vault,
        kind=Event.CONFIDENTIALITY,
        actor=PERSON,
        now=now,
        reason=Confidentiality.ANONYMOUS,
        changes={
            "person_id": None,
            "answer_by": AnswerBy.SHE_CALLS,
            "confidentiality": Confidentiality.ANONYMOUS,
        },
    )
    connection.execute(
        update(Statement)
        .where(Statement.case_id == case_id)
        .values(person_id=None, conversation=new_id())
    )
    connection.execute(delete(_PAST).where(PastAttempt.outbox_id.in_(carried)))
    connection.execute(delete(_OUTBOX).where(Outbox.id.in_(carried)))
    connection.execute(
        update(Reply).where(Reply.case_id == case_id).values(outbox_id=None, in_vain=None)
    )
    connection.execute(update(CheckBack).where(CheckBack.case_id == case_id).values(outbox_id=None))
