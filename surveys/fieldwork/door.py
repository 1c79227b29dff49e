"""Who of those that come to a round by themselves is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from contacts.queries import find_person
from storage.vault import Vault
from surveys.fieldwork import queries
from surveys.fieldwork.quotas import is_turned_away
from surveys.fieldwork.values import About, Mode, State


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether somebody may begin, and the line of the sample that she is on, if any."""

    is_open: bool = True
    is_full: bool = False
    sampled: str | None = None


def entry(
    connection: Connection,
    round_id: str,
    *,
    vault: Vault,
    number: str | None,
    about: About,
    now: dt.datetime,
) -> Entry:
    """Whether whoever is on this line may begin now. An inbound round is open to all; one that has
    not opened or has closed to nobody; an outbound one to its sample alone."""
    here = queries.find(connection, round_id)
    if here is None or here.state is State.DRAFT:
        return Entry()
    plan, sampled = here.plan, None
    if plan.is_sampled and number is not None:
        person = find_person(connection, vault=vault, number=number)
        if person is not None:
            sampled = queries.sampled_on(connection, round_id, person.line_id)
    is_early = plan.opens_at is not None and now < plan.opens_at
    is_late = plan.closes_at is not None and now >= plan.closes_at
    if is_early or is_late or (plan.mode is Mode.OUTBOUND and sampled is None):
        return Entry(is_open=False, sampled=sampled)
    if is_turned_away(connection, round_id, plan, about):
        return Entry(is_open=False, is_full=True, sampled=sampled)
    return Entry(sampled=sampled)
