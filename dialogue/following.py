"""The effects of what follows an answer: more words, her decision, an appeal, and how it went."""

from __future__ import annotations

from dialogue.context import Context
from dialogue.effects import (
    AskAnew,
    Decide,
    FindFollowUp,
    KeepCheckBack,
    KeepMore,
    KeepSatisfaction,
    TakeText,
)
from dialogue.reading import reader
from dialogue.words import LEFT_OUT, Result, Words
from grievances import replies
from grievances.following import operations, queries
from grievances.following.values import Anew, Feedback, Follows
from storage import attachments, recordings


def find(effect: FindFollowUp, c: Context) -> Result:
    found = queries.follow_up(c.connection, effect.case, now=c.now)
    return {
        "is": found.follows.value,
        "reply": found.reply_id,
        "may_reopen": found.may_reopen,
        "may_appeal": found.may_appeal,
        "check_back": found.asks_back,
        "content": found.asks_content,
    }


def find_waiting(c: Context) -> Result:
    """Whether an answer waits for who is speaking, as far as that is certain."""
    waits = c.person_id is not None and queries.has_unheard(
        c.connection, c.person_id, c.programme.slug
    )
    return {"is": "waits" if waits else "none"}


def keep_more(effect: KeepMore, c: Context) -> Result:
    _add(c, effect.case, effect.words)
    return {"is": "kept"}


def take_text(effect: TakeText, c: Context) -> Result:
    """A text that is no more than a decision is one; whatever else it says is kept as her words."""
    if not isinstance(effect.words, Words):
        raise TypeError("words that were kept before cannot be kept again")
    # She writes about it: she has read it.
    replies.mark_heard(c.connection, reply_id=effect.reply, now=c.now)
    found = queries.follow_up(c.connection, effect.case, now=c.now)
    if found.follows is Follows.PROPOSED and effect.words.text:
        read = reader(c.wordings, lambda: c.conversation.language, others=c.programme.languages)
        meant = read(effect.words.text, ("accept", "refuse"))
        if meant is not None:
            return {"is": meant}
    _add(c, effect.case, effect.words)
    return {"is": "kept"}


def decide(effect: Decide, c: Context) -> Result:
    is_kept = operations.decide(
        c.connection, effect.case, vault=c.services.vault, accepts=effect.accepts, now=c.now
    )
    return {"is": "kept" if is_kept else "too_late"}


def ask_anew(effect: AskAnew, c: Context) -> Result:
    is_kept = operations.ask_anew(
        c.connection, effect.case, vault=c.services.vault, how=Anew(effect.how), now=c.now
    )
    return {"is": "kept" if is_kept else "too_late"}


def keep_satisfaction(effect: KeepSatisfaction, c: Context) -> Result:
    operations.keep_feedback(
        c.connection,
        effect.case,
        feedback=Feedback.SATISFACTION,
        answer=effect.answer,
        channel=c.channel,
        now=c.now,
    )
    return {"is": "kept"}


def keep_check_back(effect: KeepCheckBack, c: Context) -> Result:
    operations.answer_check_back(
        c.connection,
        effect.case,
        answer=effect.answer if effect.answer != LEFT_OUT else None,
        channel=c.channel,
        now=c.now,
    )
    return {"is": "kept"}


def _add(c: Context, case_id: str, words: Words | str) -> None:
    if not isinstance(words, Words):
        raise TypeError("words that were kept before cannot be kept again")
    if words.recording is not None:
        recordings.announce(
            c.connection, words.recording, now=c.now, ready=False, seconds=words.seconds
        )
    media = None
    if words.enclosed is not None:
        media = attachments.announce(
            c.connection, words.enclosed.text, count=words.enclosed.kept, now=c.now
        )
    operations.add_words(
        c.connection,
        case_id,
        vault=c.services.vault,
        conversation=c.conversation.id,
        language=c.conversation.language,
        channel=c.channel,
        text=words.text,
        recording_id=words.recording,
        seconds=words.seconds,
        media_id=media,
        now=c.now,
    )
