"""What is kept of her: to know it, have it corrected or deleted; and who may know whose case it is.

Whoever does not read asks for it here (Ley 29733, arts. 19 to 21): by her PIN where she has one, on
a phone that others use by the code of a case. Nothing of what is kept is told.
"""

from __future__ import annotations

from dialogue.effects import AskForRight, ChooseWhoKnows, FindSelf, FindWhoKnows
from dialogue.scripts.follow_up import opened_by_pin
from dialogue.words import Choose, Do, Next, Opening, Script, Tell

MY_DATA = "my_data"
"""What `code` is entered for, as its argument `wish` says."""

_RIGHTS = ("data_copy", "data_correct", "data_delete")


def my_data(o: Opening) -> Script:
    """By her PIN, by her own phone, or by the code of a case; then what she asks for."""
    me = yield Do(FindSelf())
    if not o.facts.get("proven"):
        if me["is"] == "known_with_pin":
            opened = yield from opened_by_pin()
            if opened == "locked":
                yield Tell("case.locked")
            if opened != "ok":
                return Next("menu")
        elif o.facts.get("shared"):
            return Next("code", {"wish": MY_DATA})
    if me["is"] == "new":
        yield Tell("case.none_here")
        return Next("code", {"wish": MY_DATA})
    return Next("my_right")


def my_right(o: Opening) -> Script:
    """What she asks for: taken down with the day until which she is answered."""
    case_id = o.args.get("case")
    about_case: tuple[str, ...] = ("who_knows",) if case_id else ("back",)
    wish = yield Choose("my_data.which", (*_RIGHTS, *about_case), silent="back")
    if wish == "back":
        return Next("menu")
    if wish == "who_knows":
        return Next("who_knows", {"case": case_id})
    if wish == "data_delete":
        sure = yield Choose("my_data.sure", ("yes", "no"), silent="no")
        if sure == "no":
            yield Tell("my_data.stays")
            return Next("menu")
    taken = yield Do(AskForRight(case_id, wish))
    yield Tell("my_data.taken", day=taken["due"])
    if taken["is"] == "opened":
        yield Tell("support.your_code", code=taken["code"])
    return Next("menu")


def who_knows(o: Opening) -> Script:
    """She alone says who may know whose case it is; what is nobody's stays so."""
    found = yield Do(FindWhoKnows(o.args["case"]))
    yield Tell(f"who_knows.{found['is']}")
    if found["is"] == "anonymous":
        return Next("menu")
    mode = yield Choose("who_knows.which", ("case_named", "case_confidential"), silent="as_it_is")
    if mode != "as_it_is":
        yield Do(ChooseWhoKnows(o.args["case"], mode))
        yield Tell(f"who_knows.kept.{mode}")
    return Next("menu")
