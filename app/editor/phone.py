"""A telephone on a page, on which a draft is heard before any caller hears it.

It runs the real conversation through the real channel, on a database of its own under `var`, as
`flask talk` does. What it keeps between two keys lies there for two hours; nothing of it is ever
part of the programme's own data.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from app import rehearsal, schema
from app.editor.drafted import Drafted
from app.rehearsal import NUMBER
from dialogue.runner import Runner
from dialogue.scene import Apologise
from library.prompts import Prompts
from locales.drafts import Drafts
from programmes.errors import MissingPrompt
from simulator import twiml
from simulator.sounds import Voice
from storage import recordings
from storage.database import Database
from storage.ids import new_id
from storage.media import Media, MissingMedia
from storage.queues import Bell, connect
from storage.services import Services
from voice import hear
from voice.twiml import VoiceRenderer

KEPT_FOR = 2 * 3600
"""Seconds after its last key that a call can be gone on with."""
_FOLLOWED = 15
"""Redirects in a row: a call that asks nothing goes no further."""
_SPOKEN_FOR = 4
"""Seconds of the example that stands for what somebody says."""
_PRIVATE = "private:"


class CallGone(LookupError):
    """The call was hung up long ago, or another process had it."""


class DraftMoved(Exception):
    """The draft says something else than when the call began."""


@dataclass(slots=True)
class Part:
    """One thing that is heard: a prompt, by key, or something that somebody said."""

    text: str
    tag: str = ""
    key: str = ""
    version: str = ""
    media: str = ""
    is_draft: bool = False


@dataclass(slots=True)
class Heard:
    """What the line said after somebody did something."""

    done: str
    """Keys; empty for silence, `call` at the start, `speech` for words."""
    parts: list[Part]


@dataclass(slots=True)
class Call:
    """A call as far as it went."""

    id: str
    draft: str
    """The hash of what it plays."""
    theirs: str
    turns: list[Heard] = field(default_factory=list)
    waits_for: str = "keys"
    """`keys`, `speech`, or nothing: it is over."""
    digits: int = 1
    """How many keys are asked for."""
    n: int = 0
    is_broken: bool = False
    survey: str = ""
    """The language in which the survey alone was called for."""


class Phones:
    """The calls of one process's pages; `drafts` speaks what nobody recorded."""

    def __init__(self, folder: Path, drafts: Drafts) -> None:
        self._folder = folder
        self.drafts = drafts

    def ring(self, found: Drafted, account_id: str, *, survey: str | None = None) -> Call:
        """Call the draft; its survey at once, in the language `survey`."""
        self._forget_old()
        call = Call(
            id=new_id(),
            draft=found.draft.hash,
            theirs=f"+5199{time.time_ns() % 10**7:07}",
            survey=survey or "",
        )
        place = self._place(account_id, call.id)
        place.mkdir(parents=True)
        shutil.copy(self._blank(), place / "rehearsal.sqlite")
        with _Line(found, place, self.drafts) as line:
            rehearsal.load(line.services, found.programme)
            opening = {"script": "survey", "language": survey, "args": {"is_ours": True}}
            line.go_on(call, done="call", form={}, opening=opening if survey else None)
        self._keep(place, call)
        return call

    def press(self, found: Drafted, account_id: str, call_id: str, keys: str) -> Call:
        """Keys are pressed; none is silence. Raises CallGone, DraftMoved."""
        call = self.call(account_id, call_id)
        if not call.waits_for:
            return call
        form = {"Digits": keys} if keys else {}
        return self._on(found, account_id, call, done=keys, form=form)

    def speak(self, found: Drafted, account_id: str, call_id: str) -> Call:
        """Something is said after the tone: an example stands for it. Raises as `press`."""
        call = self.call(account_id, call_id)
        if call.waits_for != "speech":
            return call
        recording = {"RecordingSid": f"RE{new_id()}", "RecordingDuration": str(_SPOKEN_FOR)}
        return self._on(found, account_id, call, done="speech", form=recording)

    def hang_up(self, account_id: str, call_id: str) -> Call:
        """The end, and what the call kept is gone but for what was heard."""
        call = self.call(account_id, call_id)
        call.waits_for = ""
        place = self._place(account_id, call_id)
        (place / "rehearsal.sqlite").unlink(missing_ok=True)
        self._keep(place, call)
        return call

    def call(self, account_id: str, call_id: str) -> Call:
        """A call of this account. Raises CallGone."""
        try:
            raw = (self._place(account_id, call_id) / "call.json").read_text("utf-8")
        except (FileNotFoundError, ValueError):
            raise CallGone(call_id) from None
        kept: dict[str, Any] = json.loads(raw)
        kept["turns"] = [
            Heard(each["done"], [Part(**part) for part in each["parts"]]) for each in kept["turns"]
        ]
        return Call(**kept)

    def said(self, found: Drafted, account_id: str, call_id: str, media: str) -> bytes:
        """What was said in a call. Raises CallGone."""
        place = self._place(account_id, call_id)
        try:
            return Media((place / "media").as_uri(), found.house.services.vault).get(media)
        except (MissingMedia, ValueError):
            raise CallGone(call_id) from None

    def _on(
        self, found: Drafted, account_id: str, call: Call, *, done: str, form: dict[str, str]
    ) -> Call:
        if found.draft.hash != call.draft:
            raise DraftMoved
        place = self._place(account_id, call.id)
        if not (place / "rehearsal.sqlite").exists():
            raise CallGone(call.id)
        with _Line(found, place, self.drafts) as line:
            line.go_on(call, done=done, form=form)
        self._keep(place, call)
        return call

    def _keep(self, place: Path, call: Call) -> None:
        (place / "call.json").write_text(json.dumps(asdict(call), ensure_ascii=False), "utf-8")

    def _place(self, account_id: str, call_id: str) -> Path:
        if not (call_id.isalnum() and account_id.isalnum()):
            raise ValueError(call_id)
        return self._folder / f"{account_id}-{call_id}"

    def _blank(self) -> Path:
        """An empty database of the schema of now, made once."""
        blank = self._folder / f"blank-{schema.newest()}.sqlite"
        if not blank.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            made = self._folder / f"{new_id()}.sqlite"
            schema.migrate(f"sqlite:///{made}")
            made.replace(blank)
        return blank

    def _forget_old(self) -> None:
        if not self._folder.exists():
            return
        for each in self._folder.iterdir():
            kept = each / "call.json"
            if each.is_dir() and (
                not kept.exists() or kept.stat().st_mtime < time.time() - KEPT_FOR
            ):
                shutil.rmtree(each, ignore_errors=True)


class _Line:
    """The draft answering on the database of one call."""

    def __init__(self, found: Drafted, place: Path, drafts: Drafts) -> None:
        services = found.house.services
        self.services = Services(
            database=Database(f"sqlite:///{place / 'rehearsal.sqlite'}"),
            vault=services.vault,
            media=Media((place / "media").as_uri(), services.vault),
            bell=Bell(connect(f"unix://{place / 'nobody.sock'}"), job="nobody"),
            clock=services.clock,
        )
        self._found = found
        self._drafts = drafts
        self._prompts = found.prompts(drafts)
        self._runner = Runner(
            self.services,
            needs_opening=False,
            word=lambda _programme: found.wordings,
            prompts=self._prompts,
        )
        self._renderer = VoiceRenderer(self._prompts, lambda media: _PRIVATE + media)

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.services.database.close()

    def go_on(
        self,
        call: Call,
        *,
        done: str,
        form: dict[str, str],
        opening: Mapping[str, Any] | None = None,
    ) -> None:
        """Let the line hear what was done, and note what it says until it waits again."""
        heard = Heard(done, [])
        call.turns.append(heard)
        if "RecordingSid" in form:
            self._record(form["RecordingSid"])
        for _ in range(_FOLLOWED):
            told = {"CallSid": f"CA{call.id}", "From": call.theirs, "To": NUMBER, **form}
            try:
                event = replace(hear.event(told, n=call.n), opening=opening)
                answer = self._runner.turn(event, self._renderer.render)
            except Apologise:
                call.waits_for, call.is_broken = "", True
                return
            following = self._take(call, heard, twiml.parse(answer.encode()))
            if following is None:
                return
            call.n, form = following, {}
        call.waits_for = ""

    def _take(self, call: Call, heard: Heard, document: twiml.Document) -> int | None:
        """Note what is heard; the number of the turn that follows by itself."""
        for verb in document.verbs:
            match verb:
                case twiml.Play() | twiml.Say():
                    heard.parts.append(self._part(verb))
                case twiml.Gather():
                    heard.parts += [
                        self._part(each)
                        for each in verb.sounds
                        if not isinstance(each, twiml.Pause)
                    ]
                    call.waits_for, call.digits = "keys", verb.digits or 1
                    call.n = _number(verb.action)
                    return None
                case twiml.Record():
                    call.waits_for, call.n = "speech", _number(verb.action)
                    return None
                case twiml.Redirect():
                    return _number(verb.url)
                case _:
                    continue
        call.waits_for = ""
        return None

    def _part(self, sound: twiml.Play | twiml.Say) -> Part:
        if isinstance(sound, twiml.Say):
            return Part(sound.text)
        if sound.url.startswith(_PRIVATE):
            return Part("", media=sound.url.removeprefix(_PRIVATE))
        parts = urlsplit(sound.url)
        *_, tag, name = parts.path.split("/")
        key = unquote(name).removesuffix(".wav")
        version = parse_qs(parts.query)["v"][0]
        recorded = self._prompts.recorded(key, tag, self._found.draft.slug)
        return Part(
            text=words_of(self._found, key, tag),
            tag=tag,
            key=key,
            version=version,
            is_draft=version != recorded,
        )

    def _record(self, recording: str) -> None:
        """As a worker would have fetched it: nobody waits for one here."""
        media = self.services.media.put(Voice(self._drafts).sample())
        now = self.services.clock()
        with self.services.database.writing() as connection:
            recordings.announce(connection, recording, now=now, ready=True, seconds=_SPOKEN_FOR)
            recordings.keep(connection, recording, media=media, now=now)


def words_of(found: Drafted, key: str, tag: str) -> str:
    """What a prompt says; empty where it has no words."""
    try:
        return found.wordings.find(key, tag).wording.say
    except MissingPrompt:
        return ""


def sound_of(found: Drafted, prompts: Prompts, key: str, tag: str, version: str) -> bytes | None:
    """The bytes of a prompt as the draft has it."""
    return prompts.audio(key, tag, version, texts=(words_of(found, key, tag),))


def _number(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["n"][0])
