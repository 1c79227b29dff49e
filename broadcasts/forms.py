"""The form in which a broadcast is prepared: what was filled in, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from broadcasts.values import LONGEST_TITLE, Audience, Basis, BroadcastRef, Tool, Way
from contacts.values import Gender
from library.labels import word_fault_label
from library.words import fault_of, tidied
from outreach.audience import UNKNOWN
from programmes.values import Programme

OWN = "own"
"""In place of a library message: words that are made for it."""

_MOST_BUDGET = 1_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A broadcast in the making, as a form that has to be sent again gives it back."""

    title: str = ""
    message: str = ""
    """The prompt of a library message; empty for words of its own."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Of its own, by language."""
    way: Way = Way.PREFERENCE
    audience: Audience = field(default_factory=Audience)
    budget: str = ""
    problem: str = ""

    @property
    def budget_thousandths(self) -> int | None:
        return round(float(self.budget) * 1000) if self.budget else None


def read_draft(
    form: MultiDict[str, str], programme: Programme, *, messages: Collection[str]
) -> Draft:
    """What was sent; `problem` says the first thing that is wrong, in the page's language."""
    message = form.get("message", OWN)
    ways, bases = list(Way), list(Basis)
    way, basis = form.get("way", ""), form.get("basis", "")
    draft = Draft(
        title=" ".join(form.get("title", "").split())[:LONGEST_TITLE],
        message=message if message in messages else "",
        words={tag: tidied(tag, form.get(f"words-{tag}", "")) for tag in programme.languages},
        way=Way(way) if way in ways else Way.PREFERENCE,
        audience=Audience(
            basis=Basis(basis) if basis in bases else Basis.AGREED,
            languages=_chosen(form, "language", programme.languages),
            districts=_chosen(
                form, "district", (*(each.slug for each in programme.districts), UNKNOWN)
            ),
            genders=_chosen(form, "gender", (*Gender, UNKNOWN)),
            tool=Tool(tool) if (tool := form.get("tool", "")) in list(Tool) else None,
        ),
        budget=form.get("budget", "").strip().replace(",", "."),
    )
    return replace(draft, problem=_problem(draft, programme))


def draft_of(here: BroadcastRef, words: Mapping[str, str]) -> Draft:
    """A broadcast that was prepared, for its form."""
    return Draft(
        title=here.title,
        message="" if here.is_own else here.prompt,
        words=words,
        way=here.way,
        audience=here.audience,
        budget="" if here.budget is None else f"{here.budget / 1000:g}",
    )


def _problem(draft: Draft, programme: Programme) -> str:
    if not draft.title:
        return _("Give it a name, so that others know which it is.")
    if not draft.message:
        if not draft.words.get(programme.languages[0]):
            return _("Choose a message, or write what is said.")
        for words in draft.words.values():
            fault = fault_of(words, None, spanish=None)
            if fault is not None:
                return word_fault_label(fault)
    if draft.budget:
        try:
            amount = float(draft.budget)
        except ValueError:
            amount = -1.0
        if not 0 < amount <= _MOST_BUDGET:
            return _("The budget is an amount such as 150.")
    return ""


def _chosen(form: MultiDict[str, str], name: str, known: Collection[str]) -> tuple[str, ...]:
    """Those of the known that were ticked, in their order; none where all were."""
    ticked = tuple(each for each in known if each in form.getlist(name))
    return () if len(ticked) == len(known) else ticked
