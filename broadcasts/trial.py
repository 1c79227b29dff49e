"""A broadcast on one's own phone, before anybody else's: at any hour, and never counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import Connection

from broadcasts.content import contents, text_of
from broadcasts.errors import NoNumber
from broadcasts.feeding import opening
from broadcasts.preview import Means
from broadcasts.values import BroadcastRef, Way
from contacts.operations import keep_line
from outreach.operations import note_contact
from outreach.values import Channel, Purpose
from programmes.queries import senders_of
from programmes.values import Programme
from storage import outbox
from storage.vault import Vault


def send_trial(
    connection: Connection,
    here: BroadcastRef,
    programme: Programme,
    *,
    number: str,
    language: str,
    channel: Channel,
    means: Means,
    vault: Vault,
    now: dt.datetime,
) -> None:
    """Call or text `number` with it, as somebody with this language would meet it.

    Nobody is kept on its line: it is of no audience. Raises NoNumber, and as `contents`.
    """
    senders, way = senders_of(connection, programme.slug), Way(channel.value)
    sender = senders.calls if channel is Channel.VOICE else senders.texts
    if sender is None:
        raise NoNumber(here.id)
    ours = senders.calls or sender  # what she is told to call
    found = contents(
        programme, here.prompt, way, voices=means.voices, prices=means.prices, ours=ours
    )
    line_id = keep_line(connection, vault=vault, number=number, now=now)
    if channel is Channel.VOICE:
        outbox_id = outbox.add_call(
            connection,
            sender=sender,
            line_id=line_id,
            opening=opening(replace(here, contents=found), recipient_id="", language=language),
            now=now,
            priority=outbox.URGENT,
        )
    else:
        words = text_of(means.voices.wordings(programme), here.prompt, language, ours=ours)
        outbox_id = outbox.add_text(
            connection,
            sender=sender,
            line_id=line_id,
            sealed_body=vault.seal_text(outbox.BODY, words),
            now=now,
            priority=outbox.URGENT,
        )
    note_contact(
        connection,
        line_id=line_id,
        purpose=Purpose.TRIAL,
        subject=here.id,
        outbox_id=outbox_id,
        due_at=now,
        now=now,
    )
