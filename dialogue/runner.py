"""The runner: one input, one atomic write.

It reads the conversation, replays it through the engine, does the effects, has the channel
render, and stores the turn: effects and turn in one transaction, a turn without effects as the
one row it is. Nothing is locked while it thinks: the unique key
of the turn lets one of two equal events in, and the other runs again from the top and finds the
answer. This is where a turn is committed.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from dialogue import anonymity, engine, turns
from dialogue.anonymity import is_anonymous
from dialogue.calling_back import CallingBack
from dialogue.context import Context
from dialogue.conversation import Conversation, Heard, Turn
from dialogue.endings import Endings, keep_language
from dialogue.opening import ConversationEnded, Finder, LineTags, Standing
from dialogue.perform import READS, perform
from dialogue.reading import reader
from dialogue.scene import Apologise, Event, NobodyAnswers, Render, Said, Scene
from dialogue.scripts import BEFORE_OPENING, SEALED, UNITS
from dialogue.words import Pause, Statement, Tell
from grievances import queries as case_queries
from library import telephone_takes
from library.operations import count_unmet
from library.prompts import Prompts
from locales.catalogues import prompts
from locales.languages import language
from programmes.queries import Versions, current, slugs
from programmes.values import Programme
from programmes.wordings import Wordings
from storage import recordings
from storage.ids import new_id
from storage.services import Services

log = logging.getLogger(__name__)

_RACES = 3
_PAUSES = 10
_KINDS = ("question", "grievance", "suggestion", "compliment")
_ANYWHERE = ("help", "private", "reopen", "appeal", "my_data", *_KINDS)
"""Words that are answered even where they open the conversation; any other just opens it."""

Together = Callable[[], Context]
"""Begins the turn's transaction where it has not begun: what is done from here is kept together."""


class LostRace(Exception):
    """Somebody stored this turn first: run again from the top and find it."""


class Runner:
    """Runs turns for every channel. One per process; safe between threads."""

    def __init__(
        self,
        services: Services,
        *,
        needs_opening: bool,
        word: Callable[[Programme], Wordings] | None = None,
        prompts: Prompts | None = None,
    ) -> None:
        """`word` gives a version's words, `prompts` the sounds; the files' own unless given."""
        self.services = services
        self._prompts = prompts or Prompts(None)
        self._word = word or as_loaded
        self.versions = Versions()
        self._tags = LineTags(services)
        self._finder = Finder(services, self.versions, needs_opening=needs_opening)
        self.endings = Endings(services, self.versions)
        self.calling_back = CallingBack(services, self.versions, needs_opening=needs_opening)
        self._wordings: dict[str, Wordings] = {}

    def turn(self, event: Event, render: Render) -> str:
        """The answer to an event: computed and stored once, the same whenever it comes again.

        Raises NobodyAnswers; Apologise where it failed, or where nothing goes on any more.
        """
        for race in range(1, _RACES + 1):
            try:
                return self._turn(event, render, may_run_again=race < _RACES)
            except (LostRace, IntegrityError):
                continue
            except ConversationEnded as error:
                raise Apologise(goodbye=True, nothing_is_open=True) from error
            except (Apologise, NobodyAnswers):
                raise
            except Exception as error:
                # Before anything is known of her: the channel has her language in its address.
                log.exception("turn_not_begun", extra={"n": event.n})
                raise Apologise(goodbye=False) from error
        log.error("turn_lost_every_race", extra={"n": event.n})
        raise Apologise(goodbye=False)

    def wordings(self, programme: Programme) -> Wordings:
        """The prompts of a version, made once per process."""
        found = self._wordings.get(programme.hash)
        if found is None:
            found = self._wordings[programme.hash] = self._word(programme)
        return found

    def all_wordings(self) -> Iterator[Wordings]:
        """The prompts of every programme's version of now, and of those in use by this process."""
        with self.services.database.reading() as connection:
            for slug in slugs(connection):
                self.wordings(self.versions.get(connection, current(connection, slug)))
        yield from list(self._wordings.values())

    # -- one turn ------------------------------------------------------------------------------

    def _turn(self, event: Event, render: Render, *, may_run_again: bool) -> str:
        now = self.services.clock()
        by_text = event.channel == "sms"
        tags = self._tags.of(event, now.date()) if by_text or event.n == 0 else ()
        with self.services.database.reading() as connection:
            find = self._finder.of_text if by_text else self._finder.of_call
            standing = find(connection, event, tags, now)
            if isinstance(standing, str):
                return standing
            try:
                return self._run(connection, event, standing, render, now)
            except LostRace:
                raise
            except Exception as error:
                if isinstance(error, IntegrityError) and may_run_again:
                    raise
                log.exception("turn_failed", extra={"script": _named(standing.conversation)})
        # The connection may be what failed: an apology takes another.
        return self._apologise(event, standing, render, now)

    def _run(
        self,
        connection: Connection,
        event: Event,
        standing: Standing,
        render: Render,
        now: dt.datetime,
    ) -> str:
        """Go one answer further. A transaction is begun by the first effect that writes, if any."""
        programme = standing.programme
        wordings = self.wordings(programme)
        turning = standing.conversation
        machine = engine.Machine(
            units=BEFORE_OPENING if turning.facts.get("not_open") else UNITS,
            programme=programme,
            languages=programme.languages,
            read_text=reader(wordings, lambda: turning.language, others=programme.languages),
        )
        with ExitStack() as stack:
            context = self._context(connection, event, standing, wordings, now)
            has_begun = False

            def together() -> Context:
                nonlocal has_begun
                if not has_begun:
                    stack.enter_context(self.services.database.writing(connection))
                    has_begun = True
                return context

            steps = _steps(machine, standing)
            conversation, turn = _drive(steps, context, together)
            if standing.is_new and isinstance(turn.ask, Statement):
                # A first text that says what is on her mind is taken as the answer already.
                steps = engine.advance(machine, conversation, standing.heard)
                conversation, turn = _drive(steps, context, together)
            elif standing.is_new and standing.heard.command in _ANYWHERE:
                steps = engine.advance(machine, conversation, standing.heard)
                conversation, turn = _drive(steps, context, together)
            elif standing.is_new:
                turn = engine.told_of_media(turn, standing.heard)
            if turn.take_up:
                machine, conversation, turn = self._take_up(machine, together(), conversation, turn)
            for _ in range(_PAUSES):
                # Over text there is no waiting: what a pause waited for is looked at once more.
                if not (event.channel == "sms" and isinstance(turn.ask, Pause)):
                    break
                steps = engine.advance(machine, conversation, Heard())
                conversation, turn = _drive(steps, context, together)
            if conversation.script == "menu" and standing.conversation.script != "menu":
                conversation, turn = self._renewed(machine, context, together, conversation, turn)
            if event.channel == "sms" and anonymity.is_astray(conversation):
                # What she writes next is found by nothing: it would be of a line that is known.
                conversation, turn = replace(conversation, asked=None), _goodbye(conversation)
            if (
                turn.ask is None
                or _is_leaving_private(standing.conversation, conversation)
                or _has_chosen_by_text(event, standing.conversation, conversation)
            ):
                together()
            return self._store(context, event, standing, conversation, turn, render)

    def _store(
        self,
        c: Context,
        event: Event,
        standing: Standing,
        conversation: Conversation,
        turn: Turn,
        render: Render,
    ) -> str:
        """Render and keep the turn, as the last thing in its transaction."""
        if c.kept is not None:
            facts = {**conversation.facts, "person": c.kept.id, "kept_here": True}
            conversation = replace(conversation, facts=facts)
        scene = Scene(
            programme=c.programme,
            wordings=c.wordings,
            n=standing.n + 1,
            ours=event.ours,
            said=self._said(c.connection, turn),
            # Before she has chosen one, no language is hers that could lack something.
            unmet=conversation.unmet or not conversation.facts["language_known"],
        )
        rendered = render(turn, scene)
        if rendered.fell_back and conversation.facts["language_known"]:
            if not conversation.unmet:
                day = c.now.astimezone(ZoneInfo(c.programme.time_zone)).date()
                count_unmet(
                    c.connection, programme=c.programme.slug, language=turn.language, day=day
                )
            facts = {**conversation.facts, f"{engine.UNMET}:{turn.language}": True}
            conversation = replace(conversation, facts=facts, unmet=True)
        if _is_leaving_private(standing.conversation, conversation):
            turns.erase_private(c.connection, standing.conversation.id)
            turns.erase_sealed(c.connection, standing.conversation.id)
        if turn.ask is None:
            self.endings.keep_what_remains(c.connection, conversation, theirs=c.number, now=c.now)
        elif _has_chosen_by_text(event, standing.conversation, conversation):
            keep_language(c.connection, conversation)
        leg, n, tag = standing.leg, standing.n, standing.tag
        if is_anonymous(conversation):
            is_by_text = event.channel == "sms"
            is_done = turn.ask is None or anonymity.is_astray(conversation)
            if is_done:
                anonymity.cut_loose(c.connection, standing.conversation, leg=leg, channel=c.channel)
                conversation = anonymity.left_over(conversation, is_over=turn.ask is None)
                leg, n = (f"text-{new_id()}", 0) if is_by_text else (leg, n)
            # By text nothing but the tag of the day finds her again, until her PIN has come.
            tag = tag if is_by_text and not is_done else None
        stored = turns.insert(
            c.connection,
            leg=leg,
            n=n,
            event=event.message,
            tag=tag,
            channel=event.channel,
            conversation=conversation,
            answer=rendered.body,
            now=c.now,
        )
        if not stored:
            raise LostRace
        if turn.ask is None and conversation.script in SEALED:
            turns.erase_sealed(c.connection, conversation.id)
        return rendered.body

    def _take_up(
        self,
        machine: engine.Machine,
        c: Context,
        conversation: Conversation,
        turn: Turn,
    ) -> tuple[engine.Machine, Conversation, Turn]:
        """Go on with what was left unfinished: its journal moves to this leg."""
        left = conversation.facts.get("unfinished")
        newest = turns.newest_of_conversation(c.connection, str(left))
        if newest is None or newest.state is None or newest.is_closed:
            menu = replace(conversation, script="menu", args={}, journal=(), ledger={})
            return machine, *_drive(engine.begin(machine, menu), c, lambda: c)
        kept = Conversation.from_json(newest.state)
        programme = self.versions.get(c.connection, kept.programme)
        turns.close_conversation(c.connection, kept.id)
        place = kept.facts.get("place")
        facts = {**kept.facts, **conversation.facts, "unfinished": None, "place": place}
        moved = replace(kept, facts=facts, language=conversation.language, tries=0, faults=0)
        c.programme, c.wordings, c.conversation = programme, self.wordings(programme), moved
        there = replace(machine, programme=programme, languages=programme.languages)
        return there, *_drive(engine.ask_again(there, moved, *turn.tells), c, lambda: c)

    def _renewed(
        self,
        machine: engine.Machine,
        c: Context,
        together: Together,
        conversation: Conversation,
        turn: Turn,
    ) -> tuple[Conversation, Turn]:
        """Back at the menu she meets the programme as it is now: an edit reaches her here."""
        newest = current(c.connection, c.programme.slug)
        if newest == c.programme.hash or turn.asked is None:
            return conversation, turn
        programme = self.versions.get(c.connection, newest)
        c.programme, c.wordings = programme, self.wordings(programme)
        there = replace(machine, programme=programme, languages=programme.languages)
        spoken = conversation.language
        moved = replace(
            conversation,
            programme=newest,
            language=spoken if spoken in programme.languages else programme.languages[0],
            told=(),
        )
        after, again = _drive(engine.ask_again(there, moved, *turn.tells), c, together)
        return replace(after, told=conversation.told), again

    def _apologise(self, event: Event, standing: Standing, render: Render, now: dt.datetime) -> str:
        """After a fault nothing of the turn is kept; the same question is put again, once."""
        conversation = standing.conversation
        if conversation.faults or conversation.asked is None:
            if conversation.faults:
                self._give_up(conversation)
            raise Apologise(goodbye=True, language=conversation.language)
        faulty = replace(conversation, faults=conversation.faults + 1)
        again = replace(standing, conversation=faulty, is_astray=True, is_new=False)
        try:
            with self.services.database.reading() as connection:
                return self._run(connection, event, again, render, now)
        except LostRace:
            raise
        except Exception as error:
            log.exception("apology_failed", extra={"script": _named(conversation)})
            self._give_up(conversation)
            raise Apologise(goodbye=True, language=conversation.language) from error

    def _give_up(self, conversation: Conversation) -> None:
        """Nobody shall meet the same fault again: what fails is not gone on with, nor offered."""
        failing = {conversation.id, conversation.facts.get("unfinished")}
        try:
            with self.services.database.writing() as connection:
                for each in failing - {None}:
                    turns.close_conversation(connection, str(each))
        except SQLAlchemyError:
            log.warning("conversation_not_closed")

    # -- what a turn needs ---------------------------------------------------------------------

    def _context(
        self,
        connection: Connection,
        event: Event,
        standing: Standing,
        wordings: Wordings,
        now: dt.datetime,
    ) -> Context:
        return Context(
            connection=connection,
            services=self.services,
            programme=standing.programme,
            wordings=wordings,
            conversation=standing.conversation,
            number=None if is_anonymous(standing.conversation) else event.theirs,
            leg=standing.leg,
            channel=event.channel,
            now=now,
            prompts=self._prompts,
        )

    def _said(self, connection: Connection, turn: Turn) -> dict[str, Said]:
        """What people said that this turn plays or writes, by id."""
        said: dict[str, Said] = {}
        for tell in turn.tells:
            if tell.reply:
                reply = case_queries.reply(connection, self.services.vault, tell.reply)
                if reply is None:
                    raise LookupError("the reply that a turn tells of is gone")
                said[tell.reply] = Said(reply.language, reply.text, reply.media)
            if tell.statement:
                recording = case_queries.recording_of(connection, tell.statement)
                _, media = recordings.copy_of(connection, recording or "")
                said[tell.statement] = Said(turn.language, None, media)
            if tell.take:
                take = telephone_takes.view(connection, tell.take)
                said[tell.take] = Said(turn.language, None, take.media if take else None)
        return said


def _is_leaving_private(before: Conversation, after: Conversation) -> bool:
    """Whether a private script has just ended: what was said in it is then forgotten."""
    if before.script in SEALED:
        return after.script not in SEALED
    return before.script in turns.PRIVATE_SCRIPTS and before.script != after.script


def _has_chosen_by_text(event: Event, before: Conversation, after: Conversation) -> bool:
    """Whether somebody of whom something is kept has just chosen a language in a text: texts may
    never come to an end at which it would be kept. Of whom nothing is kept nothing is for it."""
    if event.channel != "sms" or is_anonymous(after) or not after.facts.get("person"):
        return False
    is_chosen = bool(after.facts["language_known"])
    return is_chosen and (after.language != before.language or not before.facts["language_known"])


def _named(conversation: Conversation) -> str:
    """The script, as a log may name it."""
    return "menu" if conversation.script in SEALED else conversation.script


def _goodbye(conversation: Conversation) -> Turn:
    return Turn(conversation.language, (Tell("goodbye"),), None)


def as_loaded(programme: Programme) -> Wordings:
    """The prompts of a version without what was approved in the database."""
    return Wordings(programme, prompts, fallback=lambda tag: language(tag).fallback)


def _steps(machine: engine.Machine, standing: Standing) -> engine.Effects:
    if standing.is_new:
        return engine.begin(machine, standing.conversation)
    if standing.is_astray:
        before = (Tell("sorry.fault"),) if standing.conversation.faults else ()
        return engine.ask_again(machine, standing.conversation, *before)
    return engine.advance(machine, standing.conversation, standing.heard)


def _drive(steps: engine.Effects, c: Context, together: Together) -> tuple[Conversation, Turn]:
    """Do the effects that the engine asks for, until it has a turn."""
    try:
        effect = next(steps)
        while True:
            effect = steps.send(perform(effect, c if isinstance(effect, READS) else together()))
    except StopIteration as stop:
        done: tuple[Conversation, Turn] = stop.value
        return done
