"""What answers a call when its first address has failed. Needs no database.

The first time it apologises and the open question is put again; the second time it promises to
call back, which is kept in the spool before it is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from library.prompts import Prompts
from locales.languages import UnknownLanguage, accepted, complete_languages
from programmes.errors import MissingPrompt
from programmes.wordings import Wordings
from storage.services import Clock
from storage.spool import Spool
from voice import hear, twiml

CALL = "call"
"""The kind of a spooled call."""

_BEYOND = 99_999
"""A turn that cannot be yet: whatever question is open is put again."""

PROMPTS = ("sorry.fault", "sorry.goodbye", "sorry.we_call_back")
"""What may be said here."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """`bare` words the prompts that belong to no programme; turns are answered at `origin`, the
    same one unless it is given."""

    prompts: Prompts
    bare: Wordings
    spool: Spool
    clock: Clock
    origin: str = ""

    def after_failure(self, form: Mapping[str, str]) -> str:
        """The document for a call whose address, which the form names, has failed."""
        address = urlsplit(form.get("ErrorUrl", ""))
        query = parse_qs(address.query)
        tag = _tag(query.get("l", [""])[0])
        if query.get("f") or _is_ours(form):
            return self.last_word(form, tag)
        return self.once_more(tag, _BEYOND)

    def once_more(self, tag: str | None, n: int) -> str:
        """Apologise, and put the question again whose answer is event `n`."""
        said = self._say("sorry.fault", tag)
        return twiml.going_on(said, n, tag or "", origin=self.origin)

    def last_word(self, form: Mapping[str, str], tag: str | None) -> str:
        """Nothing goes on: that we call back, where that can be kept, or an apology alone.

        A call of ours ends with the apology: whoever is called was promised nothing.
        """
        event = hear.event(form, n=0)
        promised = (
            event.theirs is not None
            and bool(event.leg)
            and not _is_ours(form)
            and self.spool.keep(CALL, event.leg, _kept(form), now=self.clock())
        )
        return twiml.plain(self._say("sorry.we_call_back" if promised else "sorry.goodbye", tag))

    def _say(self, key: str, tag: str | None) -> str:
        """In her language; where it is not known, in each that is complete and can be heard."""
        spoken = (tag,) if tag else complete_languages()
        parts: dict[str, str] = {}
        for each in spoken:
            try:
                sound = self.prompts.sound(self.bare, key, each)
            except MissingPrompt:
                continue
            parts.setdefault(sound.language, twiml.element(sound))
        return "".join(parts.values())


def _kept(form: Mapping[str, str]) -> dict[str, str]:
    """Of what was posted, what calling back needs."""
    return {name: form[name] for name in ("From", "To", "CallSid", "Direction") if name in form}


def _is_ours(form: Mapping[str, str]) -> bool:
    return form.get("Direction", "").startswith("outbound")


def _tag(raw: str) -> str | None:
    try:
        return accepted(raw) if raw else None
    except UnknownLanguage:
        return None
