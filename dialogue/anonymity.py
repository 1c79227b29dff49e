"""To speak without her number being kept: what a conversation holds of her line is cut loose.

While it goes on the carrier's call is all that leads to her; by text it is the tag of the day, as
long as her PIN is awaited. What is left when it ends has neither, nor a word of what was said.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from contacts import forgetting
from dialogue import turns
from dialogue.context import Context
from dialogue.conversation import Conversation
from dialogue.effects import LeaveNoTrace
from grievances import anonymity as cases
from grievances.media import withdraw_media
from storage.ids import new_id

SCRIPT = "no_number"
"""What is left to do when a case is nobody's: its code, and a PIN."""


def leave_no_trace(effect: LeaveNoTrace, c: Context) -> bool:
    """Take the case from her line, and her from our memory where this was all we knew of her.

    Whether pictures or sounds of hers were taken from it.
    """
    conversation = c.conversation
    began = turns.began(c.connection, conversation.id)
    had_media = withdraw_media(c.connection, effect.case, now=c.now)
    cases.make_nobodys(c.connection, effect.case, vault=c.services.vault, now=c.now)
    if c.person_id is not None:
        forgetting.make_consents_nobodys(
            c.connection, c.person_id, purpose="support.notice", since=min(began or c.now, c.now)
        )
    cut_loose(c.connection, conversation, leg=c.leg, channel=c.channel)
    is_new = bool(conversation.facts.get("kept_here"))
    if is_new and c.person_id is not None:
        forgetting.forget_newcomer(c.connection, c.person_id)
    return had_media


def is_anonymous(conversation: Conversation) -> bool:
    """Whether she has chosen that her number is not kept."""
    return bool(conversation.facts.get("anonymous"))


def is_astray(conversation: Conversation) -> bool:
    """Whether she has gone elsewhere from what is left to do."""
    return is_anonymous(conversation) and conversation.script != SCRIPT


def cut_loose(
    connection: Connection, conversation: Conversation, *, leg: str, channel: str
) -> None:
    """Nothing of the turns so far leads to her line, or says what was said in them."""
    turns.cut_loose(connection, conversation.id, call=leg if channel == "voice" else None)


def left_over(conversation: Conversation, *, is_over: bool) -> Conversation:
    """What goes on from here, or is kept as the last turn: under a new name, without the case."""
    renamed = replace(conversation, id=new_id())
    if not is_over:
        return renamed
    return replace(renamed, args={}, journal=(), ledger={}, told=(), asked=None)
