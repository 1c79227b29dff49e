"""Between the bank and a programme that is edited on pages: the words that callers hear now, and
what becomes of recordings whose words were changed."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from library import operations, queries
from library.errors import AlreadyApproved, RecordFirst
from library.operations import By, Words
from library.prompts import Prompts
from library.values import Origin, Place
from programmes.content import to_content
from programmes.values import Programme

_FROZEN = ("question.", "survey.")
"""Words that people answered to in a round: they are the version's until the round is closed."""


def content_as_heard(connection: Connection, programme: Programme) -> dict[str, Any]:
    """The programme's content with the words that were approved since it was loaded."""
    content = copy.deepcopy(to_content(programme))
    questions = programme.survey.questions if programme.survey else ()
    asked = {f"option.{option}" for each in questions for option in each.options}
    for live in queries.live(connection):
        words = content["wordings"].get(live.language, {})
        known = words.get(live.key)
        if live.programme != programme.slug or known is None or not live.say:
            continue
        if live.key in asked or live.key.startswith(_FROZEN):
            continue
        # As ApprovedWordings gives them.
        kept = known["text"] if known["text"] != known["say"] else live.say
        said, written = live.say, live.text or kept
        if (known["say"], known["text"]) != (said, written):
            words[live.key] = {"say": said, "text": written, "reviewed": True}
    return content


@dataclass(frozen=True, slots=True)
class Reworded:
    """A prompt whose words a published draft changed; `text` None: as what is said."""

    language: str
    key: str
    say: str
    text: str | None


def take_words(
    connection: Connection,
    slug: str,
    reworded: Iterable[Reworded],
    *,
    prompts: Prompts,
    approved_by: Iterable[str],
    account_id: str,
    now: dt.datetime,
) -> tuple[Place, ...]:
    """Bring the bank up to date with words that were published; return what must be recorded.

    Where callers hear a recording of other words they go on hearing it: the new words wait for
    theirs. Elsewhere those who approved the draft approved its words.
    """
    to_record = []
    approvers = tuple(approved_by)
    for each in reworded:
        place = Place(slug, each.language, each.key)
        head = queries.current_version(connection, place)
        is_heard = prompts.recorded(each.key, each.language, slug) is not None
        is_shipped = prompts.shipped(each.key, each.language, slug) is not None
        if head is None and not is_heard:
            continue
        if head is not None and (head.say, head.text) in _as_kept(each):
            # Recorded, or waiting for it, in these very words.
            continue
        version_id = operations.change_words(
            connection,
            place,
            Words(each.say, each.text),
            after=head.id if head else None,
            by=By(account_id, Origin.PAGE, now),
        )
        if not _approve(connection, place, version_id, approvers, is_shipped=is_shipped, now=now):
            to_record.append(place)
    return tuple(to_record)


def _as_kept(words: Reworded) -> tuple[tuple[str, str | None], ...]:
    return (words.say, words.text), (words.say, words.text or words.say)


def _approve(
    connection: Connection,
    place: Place,
    version_id: str,
    approvers: Iterable[str],
    *,
    is_shipped: bool,
    now: dt.datetime,
) -> bool:
    """Whether callers hear the version by what these people approved."""
    for account_id in approvers:
        try:
            is_live = operations.approve(
                connection,
                place,
                version_id,
                account_id=account_id,
                is_shipped=is_shipped,
                now=now,
            )
        except (AlreadyApproved, RecordFirst):
            return False
        if is_live:
            return True
    return False
