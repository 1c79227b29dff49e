"""Somebody on a phone: what she does becomes events, what she hears is kept in prompt keys."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import replace
from xml.etree import ElementTree

from sqlalchemy import Connection, select

from contacts.models import Person
from dialogue.conversation import Heard, Turn
from dialogue.scene import Apologise, Event, Rendered, Scene
from dialogue.words import Choose, Enter, Pause, Statement
from grievances import operations as cases
from grievances import replies, triage
from grievances.following.checking import ask_back
from grievances.lifecycle import Actor, CloseCode, Party, State
from grievances.models import Case, Reply
from grievances.values import CaseKind, Category
from locales.languages import language, languages
from programmes.queries import Senders
from sms import hear
from sms import texts as sms_texts
from staff.models import Account
from staff.operations import add_account
from staff.values import Affiliation, Role
from storage import recordings
from storage.outbox import Kind, Outbox
from tests.dialogue.line import HERS, OURS, Line, read_junin

_ids = itertools.count(1)
_PROMPT = re.compile(r"^/voice/prompts/(\w+)/([\w.-]+)\.wav\?v=[0-9a-f]+$")


class Handset:
    """A phone with a number, or withheld. Each act is one event, each on a runner of its own."""

    def __init__(self, line: Line, channel: str, number: str | None = HERS) -> None:
        self.line, self.channel, self.number = line, channel, number
        self.leg = ""
        self.turn: Turn | None = None
        self.scene: Scene | None = None
        self.body = ""
        self.events: list[tuple[Event, str]] = []

    # What she hears ---------------------------------------------------------------------------

    @property
    def hears(self) -> list[str]:
        """The keys of what is told and asked, in order; with the language where it is another."""
        assert self.turn is not None
        keys = [
            tell.key
            if tell.language in (None, self.turn.language)
            else f"{tell.key}@{tell.language}"
            for tell in self.turn.tells
        ]
        return [*keys, self.turn.ask.key] if self.turn.ask else keys

    @property
    def offers(self) -> list[str]:
        assert self.turn is not None
        return list(self.turn.asked.options) if self.turn.asked else []

    @property
    def code(self) -> str | None:
        """The code that was told in this turn."""
        assert self.turn is not None
        return next((tell.code for tell in self.turn.tells if tell.code), None)

    @property
    def has_ended(self) -> bool:
        return self.turn is None or self.turn.ask is None

    # What she does ----------------------------------------------------------------------------

    def begin(self, text: str = "Hola") -> Handset:
        """Call, or write a first text."""
        if self.channel == "sms":
            return self.write(text)
        self.leg = f"CA{next(_ids):032}"
        return self._event(Heard(), n=0)

    def answer_call(self, opening: dict[str, object]) -> Handset:
        """Take a call of ours."""
        self.leg = f"CA{next(_ids):032}"
        return self._event(Heard(), n=0, opening=opening)

    def choose(self, option: str) -> Handset:
        """Press, or write, the number of an option; a first caller's practice is done at once."""
        self.press(str(self.offers.index(option) + 1))
        if option in languages() and self.hears == ["practice.press_one"]:
            self.press("1")
            assert self.turn is not None
            assert self.turn.tells[0].key == "practice.well_done"
            self.turn = replace(self.turn, tells=self.turn.tells[1:])
        return self

    def press(self, keys: str) -> Handset:
        if self.channel == "sms":
            return self.write(keys)
        return self._event(Heard(digits=keys))

    def write(self, text: str) -> Handset:
        """Send any text."""
        form = {"From": self.number or "", "To": OURS, "Body": text}
        form["MessageSid"] = f"SM{next(_ids):032}"
        got = hear.received(form, tags=tuple(languages()), carrier_answers=True)
        assert got is not None
        assert got.subscription is None
        return self.send(got.event)

    def say(self, words: str = "El polvo entra a la casa", *, seconds: int = 7) -> Handset:
        """Speak after the tone, or write."""
        if self.channel == "sms":
            return self.write(words)
        return self._event(Heard(recording=f"RE{next(_ids):032}", seconds=seconds))

    def hear(self, what: Heard) -> Handset:
        """Whatever the carrier posts that she did."""
        return self._event(what)

    def be_silent(self) -> Handset:
        return self.write("") if self.channel == "sms" else self._event(Heard())

    def hang_up(self) -> Handset:
        """End the call; the carrier reports it."""
        self.line.runner().endings.hang_up(self.leg, theirs=self.number)
        self.turn = None
        return self

    def hang_up_speaking(self, *, seconds: int = 5) -> Handset:
        """End the call while what she says is recorded: that arrives as an answer."""
        self._event(Heard(recording=f"RE{next(_ids):032}", seconds=seconds, gone=True))
        return self.hang_up()

    def hang_up_listening(self) -> Handset:
        """End the call where the carrier posts that nobody is there any more."""
        self._event(Heard(gone=True))
        return self.hang_up()

    def send(self, event: Event) -> Handset:
        """One event, answered by a runner that knows nothing but the database."""
        self.line.clock.advance(dt.timedelta(seconds=1))
        renderer = self.line.renderer()

        def render(turn: Turn, scene: Scene) -> Rendered:
            self.turn, self.scene = turn, scene
            render_it = renderer.render if event.channel == "voice" else sms_texts.render
            return render_it(turn, scene)

        self.turn = None
        try:
            self.body = self.line.runner().turn(event, render)
        except Apologise as error:
            self.body = "goodbye" if error.goodbye else "sorry"
            return self
        self.events.append((event, self.body))
        if self.turn is not None:
            _check(self.body, self)
        return self

    def _event(
        self, heard: Heard, *, n: int | None = None, opening: dict[str, object] | None = None
    ) -> Handset:
        if n is None:
            assert not self.has_ended, "nobody listens any more: this input is never used"
            assert self.scene is not None
            n = self.scene.n
        return self.send(
            Event(
                channel="voice",
                ours=OURS,
                theirs=self.number,
                heard=heard,
                leg=self.leg,
                n=n,
                opening=opening,
            )
        )

    # What happens meanwhile -------------------------------------------------------------------

    def recording_arrives(self) -> Handset:
        """The job has fetched what she said last."""
        services = self.line.services
        media = services.media.put(b"RIFF her own voice")
        said = self.line.statements()[-1]
        with services.database.writing() as connection:
            recordings.keep(connection, said.recording_id, media=media, now=services.clock())
        return self

    def is_answered(
        self, text: str = "Ya estamos viendo su caso.", *, proposes: bool = False
    ) -> Handset:
        """A case manager answers the newest case: in words, or aloud where no voice reads them;
        with `proposes` it is what she may accept or refuse."""
        services = self.line.services
        with services.database.writing() as connection:
            author = connection.execute(select(Account.id)).scalar()
            if author is None:
                author = add_account(
                    connection,
                    email="ana@example.org",
                    password="quipu y chaski 22",
                    role=Role.CASE_MANAGER,
                    programme="junin",
                    affiliation=Affiliation.INDEPENDENT,
                    language="es",
                    now=services.clock(),
                )
            case = connection.execute(
                select(Case.id, Case.language).order_by(Case.opened_at.desc()).limit(1)
            ).one()
            is_read = language(case.language).say is not None
            newest = connection.execute(
                select(Reply.id)
                .where(Reply.case_id == case.id)
                .order_by(Reply.sent_at.desc())
                .limit(1)
            ).scalar_one_or_none()
            sent = replies.send_reply(
                connection,
                vault=services.vault,
                case_id=case.id,
                author_id=author,
                text=text if is_read else None,
                media=None if is_read else services.media.put(b"RIFF an answer"),
                after=newest,
                programme_number=OURS,
                notice=lambda language, number: "Tiene un mensaje.",
                asks=(lambda language: "¿Lo acepta?") if proposes else None,
                now=services.clock(),
            )
            if proposes:
                self._moved(connection, case.id, author, subject=sent.id)
        return self

    def _moved(self, connection: Connection, case_id: str, author: str, *, subject: str) -> None:
        """What it takes until a resolution is proposed."""
        services = self.line.services
        manager = Actor(Party.CASE_MANAGER, author)
        state = connection.execute(select(Case.state).where(Case.id == case_id)).scalar_one()
        if state == State.ACKNOWLEDGED:
            triage.classify(
                connection,
                case_id,
                vault=services.vault,
                actor=manager,
                category=Category.WATER,
                severity=2,
                district=None,
                now=services.clock(),
            )
            triage.convert(
                connection,
                case_id,
                vault=services.vault,
                actor=manager,
                kind=CaseKind.GRIEVANCE,
                now=services.clock(),
            )
        ahead = {
            State.ACKNOWLEDGED: (State.TRIAGED, State.INVESTIGATING),
            State.REOPENED: (State.INVESTIGATING,),
        }
        for to in (*ahead.get(State(state), ()), State.RESOLUTION_PROPOSED):
            cases.move(
                connection,
                case_id,
                vault=services.vault,
                to=to,
                actor=manager,
                subject=subject,
                now=services.clock(),
            )

    def is_closed(self, *, accepted: bool = True) -> Handset:
        """What she accepted is done, or it stays at what she refused: the newest case is closed."""
        code = CloseCode.RESOLVED_ACCEPTED if accepted else CloseCode.NOT_ACCEPTED
        services = self.line.services
        with services.database.writing() as connection:
            author = connection.execute(select(Account.id)).scalar_one()
            case_id = connection.execute(
                select(Case.id).order_by(Case.opened_at.desc()).limit(1)
            ).scalar_one()
            for to, why in ((State.RESOLVED, None), (State.CLOSED, code)):
                cases.move(
                    connection,
                    case_id,
                    vault=services.vault,
                    to=to,
                    code=why,
                    note="Puede apelar.",
                    internal_note="No aceptó.",
                    actor=Actor(Party.CASE_MANAGER, author),
                    now=services.clock(),
                )
        return self

    def is_asked_back(self, *, days: int = 31) -> Handset:
        """Some time after its close, she is asked whether what was done held, or how content she
        is."""
        services = self.line.services
        self.line.clock.advance(dt.timedelta(days=days))
        with services.database.writing() as connection:
            ask_back(
                connection,
                vault=services.vault,
                calendar_of=lambda slug: read_junin().calendar,
                senders_of=lambda slug: Senders(OURS, OURS),
                notice_of=lambda slug, tag, number: "Tiene un mensaje.",
                now=services.clock(),
            )
        return self

    def is_called(self) -> Handset:
        """The call of ours that is due rings, and she takes it."""
        with self.line.reading() as connection:
            opening = connection.execute(
                select(Outbox.opening)
                .where(Outbox.kind == Kind.CALL)
                .order_by(Outbox.created_at.desc())
                .limit(1)
            ).scalar_one()
        assert opening is not None
        return self.answer_call(dict(opening))


def language_kept(line: Line) -> list[str | None]:
    with line.reading() as connection:
        return list(connection.execute(select(Person.language)).scalars())


# What the channel really sends ----------------------------------------------------------------


def _check(body: str, handset: Handset) -> None:
    """The document holds what the turn says, and waits for what the turn asks."""
    root = ElementTree.fromstring(body)  # noqa: S314  # written by ourselves
    assert root.tag == "Response"
    if handset.channel == "voice":
        _check_voice(root, handset)
    else:
        _check_texts(root, handset)


def _check_voice(root: ElementTree.Element, handset: Handset) -> None:
    assert handset.turn is not None
    spoken = handset.turn.language
    found = [match for each in root.iter("Play") if (match := _PROMPT.match(each.text or ""))]
    played = [each[2] if each[1] == spoken else f"{each[2]}@{each[1]}" for each in found]
    are_languages = set(handset.offers) <= set(languages())
    expected = [key for key in handset.hears if key != "pause"]
    if handset.offers and are_languages:
        expected = expected[:-1]
    for place, option in enumerate(handset.offers, start=1):
        tag = f"@{option}" if are_languages and option != spoken else ""
        expected += [f"option.{option}{tag}", f"press.{place}{tag}"]
    rest = iter(played)
    missing = [key for key in expected if key not in rest]
    assert not missing, (missing, played)
    verbs = {Choose: "Gather", Enter: "Gather", Statement: "Record", Pause: "Pause"}
    ask = handset.turn.ask
    assert root.find(verbs[type(ask)] if ask is not None else "Hangup") is not None, body_of(root)
    assert (root[-1].tag == "Redirect") is (ask is not None)
    if code := handset.code:
        read = "".join(key[6] for key in played if key.startswith("digit."))
        times = sum(tell.code is not None for tell in handset.turn.tells)
        assert read == code * 2 * times


def _check_texts(root: ElementTree.Element, handset: Handset) -> None:
    assert handset.turn is not None
    assert handset.scene is not None
    messages = [each.text or "" for each in root.iter("Message")]
    assert messages, "somebody wrote and got no answer"
    assert all(message.strip() for message in messages)
    assert all(len(message) <= 480 for message in messages)
    written = "\n".join(messages)
    for place, option in enumerate(handset.offers, start=1):
        assert f"{place} " in written, (option, written)
    if code := handset.code:
        assert code in written
    assert "{" not in written


def body_of(root: ElementTree.Element) -> str:
    return ElementTree.tostring(root, encoding="unicode")
