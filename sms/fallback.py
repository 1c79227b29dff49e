"""What answers a text when it cannot be taken now. Needs no database: the text is kept in the spool
before it is said to be, and is run as soon as it can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from locales.languages import complete_languages, languages
from programmes.wordings import Wordings
from sms import hear, texts
from storage.services import Clock
from storage.spool import Spool

_LEFT_OUT = ("Account", "MediaUrl")
"""What nothing here ever asks for."""

TEXT = "text"
"""The kind of a spooled text."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """`bare` words the prompts that belong to no programme."""

    bare: Wordings
    spool: Spool
    clock: Clock

    def answer(self, form: Mapping[str, str], *, tag: str | None = None) -> str:
        """The reply: that we have her words and answer later; where not even they can be kept,
        that she may write again. To one who wants no texts, none."""
        got = hear.received(form, tags=tuple(languages()), carrier_answers=False)
        if got is None:
            return texts.EMPTY
        is_kept = self.spool.keep(TEXT, got.event.message or "", _kept(form), now=self.clock())
        if is_kept and got.subscription is not None:
            return texts.EMPTY
        return self._say("sms.kept" if is_kept else "sorry.goodbye", tag)

    def _say(self, key: str, tag: str | None) -> str:
        spoken = (tag,) if tag else complete_languages()
        found = (self.bare.find(key, each) for each in spoken)
        return texts.reply(["\n".join(dict.fromkeys(each.wording.text for each in found))])


def _kept(form: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if not name.startswith(_LEFT_OUT)}
