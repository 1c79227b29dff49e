"""Making a version of a programme what callers meet: one way for folders and for drafts."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from grievances import timekeeping
from programmes import operations
from programmes.operations import Loaded
from programmes.queries import version
from programmes.values import Programme
from storage.vault import Vault
from surveys import operations as surveys


class SurveyDiffers(Exception):
    """The programme asks other questions, or in other words, than the round that is open."""


def publish(
    connection: Connection, programme: Programme, *, vault: Vault, now: dt.datetime
) -> Loaded:
    """Let callers meet `programme` from their next return to the menu on, and open a round of its
    survey where none is open. Conversations under way keep the version that they began with.

    Raises SurveyDiffers: the transaction must then be given up.
    """
    loaded = operations.load(connection, programme, now=now)
    if loaded.previous is not None and loaded.changed:
        before = version(connection, loaded.previous)
        if (before.clocks, before.calendar) != (programme.clocks, programme.calendar):
            timekeeping.look_again(connection, programme.slug, now=now)
    published = surveys.publish(connection, vault=vault, programme=programme, now=now)
    if published is not None and published.differs:
        raise SurveyDiffers
    return loaded
