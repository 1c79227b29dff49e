"""Several people on one phone, who call, write, hang up and guess; and who may know what."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from contacts.models import Person
from dialogue.words import Choose, Enter, Pause, Statement
from grievances import replies
from grievances.models import Case
from locales.languages import language
from staff.operations import add_account
from staff.values import Affiliation, Role
from storage import outbox, recordings
from storage.outbox import Kind, Outbox
from surveys.models import Answer, Response
from tests.dialogue.handset import Handset
from tests.dialogue.line import OURS, Line

_GLOBAL_KEYS = "0*9#78"


@dataclass
class Someone:
    """One of the people, what she chose, was told and said."""

    name: str
    pins: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Prompts that she heard."""


class Household:
    """One line. Whatever is made by somebody's act is hers; each answer to anybody is checked."""

    def __init__(self, line: Line, people: int, seed: int) -> None:
        self.line, self.random = line, random.Random(seed)
        self.people = [Someone(f"person {place}") for place in range(people)]
        self.numbers = itertools.count(1)
        self.owners: dict[str, Someone] = {}
        """Whose a statement, case, reply, response or conversation is, by its id."""
        self.secrets: dict[str, Someone] = {}
        """Codes, answers and private sounds, and whose they are."""
        self.answers: dict[str, dict[str, str]] = defaultdict(dict)
        self.phone = Handset(line, "voice")
        self.caller: Someone | None = None
        self.texts = Handset(line, "sms")
        self.texter: Someone | None = None
        self.rung: set[str] = set()
        with line.services.database.writing() as connection:
            self.author = add_account(
                connection,
                email="ana@example.org",
                password="quipu y chaski 22",
                role=Role.CASE_MANAGER,
                programme="junin",
                affiliation=Affiliation.INDEPENDENT,
                language="es",
                now=line.clock.now,
            )
        self.story: list[str] = []

    # What happens -----------------------------------------------------------------------------

    def one_says_that_others_use_the_phone(self) -> None:
        """From here on it is shared: the first of them complains, and chooses a PIN."""
        first = self.people[0]
        self.call(first)
        wanted = ["es", "ready", "support", "grievance", "land", "send", "by_call", "yes"]
        while self.phone.hears[-1] != "support.choose_pin":
            offered = [each for each in wanted if each in self.phone.offers]
            match self.phone.turn.ask if self.phone.turn else None:
                case Choose():
                    self.phone.choose(offered[0])
                case Statement():
                    self.phone.say()
                case _:
                    self.phone.be_silent()
            self.observe(first, self.phone)
        self.phone.press(self.new_pin(first))
        self.observe(first, self.phone)
        self.hang_up()
        self.wait(11)

    def anything(self) -> None:
        """One act of somebody, or of the world."""
        acts = [self.act_on_the_phone] * 24 + [self.act_by_text] * 16
        acts += [self.call_somebody, self.hang_up, self.is_answered, self.is_answered, self.rings]
        acts += [lambda: self.wait(self.random.choice((1, 5, 11, 70)))]
        self.random.choice(acts)()

    def call_somebody(self) -> None:
        self.call(self.random.choice(self.people))

    def call(self, person: Someone) -> None:
        self.hang_up()
        self.phone, self.caller = Handset(self.line, "voice"), person
        self.story.append(f"{person.name} calls")
        self.phone.begin()
        self.observe(person, self.phone)

    def hang_up(self) -> None:
        if self.caller is None:
            return
        ends = [self.phone.hang_up, self.phone.hang_up]
        if not self.phone.has_ended:
            ends.append(self.phone.hang_up_listening)
            if self.phone.turn and isinstance(self.phone.turn.ask, Statement):
                ends.append(self.phone.hang_up_speaking)
        # The carrier may never say that it has ended.
        ends.append(lambda: self.phone)
        self.story.append(f"{self.caller.name} hangs up")
        self.random.choice(ends)()
        self.take_note(self.caller)
        self.caller = None

    def act_on_the_phone(self) -> None:
        if self.caller is None or self.phone.has_ended:
            self.call_somebody()
            return
        self.answer(self.caller, self.phone)

    def act_by_text(self) -> None:
        """Somebody writes; who did not write last comes later, or begins with MENU."""
        stays = self.texter is not None and self.random.random() < 0.93
        person = self.texter if stays and self.texter else self.random.choice(self.people)
        if self.texts.has_ended or person is not self.texter:
            words = "MENU"
            if self.texter is None or self.random.random() < 0.5:
                self.wait(11)
                words = self.random.choice(("Hola", "1", "MENU"))
            self.texter = person
            self.story.append(f"{person.name} begins to write: {words}")
            self.texts.write(words)
            self.observe(person, self.texts)
            return
        self.answer(person, self.texts)

    def is_answered(self) -> None:
        """A case manager answers one of the cases."""
        with self.line.reading() as connection:
            open_ = connection.execute(select(Case.id, Case.language)).all()
        if not open_:
            return
        case = self.random.choice(open_)
        services, number = self.line.services, next(self.numbers)
        text = f"Respuesta reservada {number}" if language(case.language).say else None
        media = None if text else services.media.put(f"RIFF answer {number}".encode())
        with services.database.writing() as connection:
            earlier = [each for each in self.line.replies() if each.case_id == case.id]
            newest = max(earlier, key=lambda each: (each.sent_at, each.id)).id if earlier else None
            sent = replies.send_reply(
                connection,
                vault=services.vault,
                case_id=case.id,
                author_id=self.author,
                text=text,
                media=media,
                after=newest,
                programme_number=OURS,
                notice=lambda language, number: "Tiene un mensaje.",
                now=services.clock(),
            )
        owner = self.owners[case.id]
        self.owners[sent.id] = self.secrets[text or media or ""] = owner
        self.story.append(f"{owner.name} is answered: {text or media}")
        self.line.clock.advance(dt.timedelta(seconds=1))

    def rings(self) -> None:
        """A call of ours is taken by whoever is near."""
        with self.line.reading() as connection:
            rows = connection.execute(
                select(Outbox.id, Outbox.opening).where(Outbox.kind == Kind.CALL)
            ).all()
        due = [row for row in rows if row.id not in self.rung]
        if not due:
            return
        self.hang_up()
        row, person = self.random.choice(due), self.random.choice(self.people)
        self.rung.add(row.id)
        self.phone, self.caller = Handset(self.line, "voice"), person
        owner = self.owners[row.opening["args"]["case"]]
        self.story.append(f"we call {owner.name}: {person.name} takes it")
        self.phone.answer_call(dict(row.opening))
        self.observe(person, self.phone)

    def arrives(self) -> None:
        """What was recorded has been fetched."""
        services = self.line.services
        for said in self.line.statements():
            if said.recording_id and said.recording_id not in self.secrets:
                media = services.media.put(f"RIFF {said.recording_id}".encode())
                with services.database.writing() as connection:
                    recordings.keep(
                        connection, said.recording_id, media=media, now=services.clock()
                    )
                owner = self.owners[said.id]
                self.secrets[media] = self.secrets[said.recording_id] = owner

    def wait(self, minutes: int) -> None:
        self.line.clock.advance(dt.timedelta(minutes=minutes))
        self.line.runner().endings.send_unsent()
        self.take_note(None)

    # What somebody does -----------------------------------------------------------------------

    def new_pin(self, person: Someone) -> str:
        person.pins.append(f"{1000 + next(self.numbers)}")
        return person.pins[-1]

    def answer(self, person: Someone, phone: Handset) -> None:
        """Whatever the open question is: a fitting answer, a guess, a global key or nothing."""
        assert phone.turn is not None
        ask, chance = phone.turn.ask, self.random.random()
        if isinstance(ask, Pause) or chance < 0.03:
            if self.random.random() < 0.5:
                self.arrives()
            done, act = "silence", phone.be_silent
        elif chance < 0.07:
            key = self.random.choice(_GLOBAL_KEYS)
            done, act = key, lambda: phone.press(key)
        elif isinstance(ask, Choose):
            option = self.option(person, ask, phone.offers)
            done, act = option, lambda: phone.choose(option)
        elif isinstance(ask, Statement):
            done, act = "words", lambda: phone.say(f"Palabras {next(self.numbers)} de la casa")
        else:
            digits = self.digits(person, ask)
            done, act = digits, lambda: phone.press(digits)
        channel = "" if phone.channel == "voice" else " writes"
        self.story.append(f"{person.name}{channel} at {phone.hears[-1]}: {done}")
        act()
        self.observe(person, phone)

    def option(self, person: Someone, ask: Choose, offers: list[str]) -> str:
        """Mostly what leads further; the rest is curiosity."""
        likely = {
            "who.is_it": "same_person" if person.pins else "another_person",
            "menu.main": self.random.choice(("support", "my_case", "survey")),
            "survey.consent": "yes",
            "call.can_you_talk": "yes",
        }
        if ask.key in likely and self.random.random() < 0.8:
            return likely[ask.key]
        return self.random.choice(offers)

    def digits(self, person: Someone, ask: Any) -> str:
        assert isinstance(ask, Enter)
        guess = f"{self.random.randrange(10**ask.length):0{ask.length}}"
        if ask.key == "case.enter_code":
            return self.random.choice([*person.codes, *person.codes, guess])
        if ask.key == "case.enter_pin":
            return self.random.choice([*person.pins * 3, "0000"])
        others = self.pins_of_others(person)
        chance = self.random.random()
        if others and chance < 0.2:
            return self.random.choice(others)
        return "no" if chance < 0.4 and ask.silent else self.new_pin(person)

    def pins_of_others(self, person: Someone) -> list[str]:
        """PINs that are in use: to choose one of them is refused."""
        vault = self.line.services.vault
        with self.line.reading() as connection:
            used = connection.execute(select(Person.id, Person.pin_hash)).all()
        return [
            pin
            for each in self.people
            if each is not person
            for pin in each.pins
            if any(row.pin_hash == vault.tag("person.pin", f"{row.id}:{pin}") for row in used)
        ]

    # What may be known ------------------------------------------------------------------------

    def observe(self, person: Someone, phone: Handset) -> None:
        """After her act: what was made is hers, and what she hears is nobody else's."""
        self.take_note(person)
        assert phone.body not in ("sorry", ""), phone.body
        if phone.turn is None:
            return
        self.story.append(f"    hears {phone.hears}")
        person.told += phone.hears
        if phone.code:
            self.is_hers(phone.code, person, self.secrets)
            if phone.code not in person.codes:
                person.codes.append(phone.code)
        for secret, owner in self.secrets.items():
            assert owner is person or secret not in phone.body, f"{secret} is of {owner.name}"
        for tell in phone.turn.tells:
            for told in (tell.reply, tell.statement):
                assert told is None or self.owners[told] is person, "said by, or to, another"
        self.check_state(person)
        if "survey.done_already" in phone.hears:
            begun = [self.owners[each.id] for each in self.line.responses()]
            assert person in begun or len(begun) >= 4, "she has not answered"

    def check_state(self, person: Someone) -> None:
        """The conversation that she is in, and all it names, is hers."""
        newest = max(self.line.turns(), key=lambda row: (row.at, row.n))
        self.is_hers(newest.conversation, person, self.owners)
        state = newest.state or {}
        facts = state.get("facts", {})
        if state.get("script") == "deliver_answer":
            return
        named = {facts.get("unfinished"), *state.get("args", {}).values()}
        for done in state.get("ledger", {}).values():
            named |= {done["result"].get(name) for name in ("case", "statement", "reply")}
        if "question" not in str(state.get("asked")) and state.get("script") != "code":
            for each in named:
                assert self.owners.get(each, person) is person, "it names what is another's"

    def take_note(self, person: Someone | None) -> None:
        """Whose is what was made: by its statement, or by whoever has just done something."""
        for said in self.line.statements():
            owner = self.owners.get(said.id, person)
            assert owner is not None, "words out of nowhere"
            self.owners[said.id] = owner
            if said.case_id is not None:
                self.is_hers(said.case_id, owner, self.owners)
            if said.person_id is not None:
                self.is_hers(said.person_id, owner, self.owners)
        for case in self.line.cases():
            owner = self.owners.get(case.id, person)  # a wish for a call has no words
            assert owner is not None, "a case out of nowhere"
            self.is_hers(case.id, owner, self.owners)
            self.is_hers(case.code, owner, self.secrets)
        with self.line.reading() as connection:
            given = connection.execute(
                select(Answer.response_id, Answer.question, Answer.value)
            ).all()
            responses = connection.execute(select(Response.id)).scalars().all()
        for response in responses:
            assert self.owners.setdefault(response, person) is not None  # type: ignore[arg-type]
        for row in given:
            if self.answers[row.response_id].get(row.question) != row.value:
                assert self.owners[row.response_id] is person, "an answer under another's name"
                self.answers[row.response_id][row.question] = row.value

    def is_hers(self, name: str, person: Someone, of: dict[str, Someone]) -> None:
        owner = of.setdefault(name, person)
        assert owner is person, f"{name} is of {owner.name}, not of {person.name}"

    def nothing_was_written_out(self) -> None:
        """No text of ours holds anything that is anybody's own."""
        services = self.line.services
        with self.line.reading() as connection:
            bodies = connection.execute(
                select(Outbox.body).where(Outbox.body.is_not(None))
            ).scalars()
            written = [services.vault.open_text(outbox.BODY, body) for body in bodies if body]
        for text in written:
            assert not any(secret in text for secret in self.secrets), text
