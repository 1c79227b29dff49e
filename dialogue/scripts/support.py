"""The support line: a question or a grievance, in her own words."""

from __future__ import annotations

from dialogue.effects import (
    ChooseAnswer,
    FindAbout,
    FindPlaces,
    FindRecording,
    FindSelf,
    KeepConsent,
    KeepContact,
    KeepGender,
    KeepStatement,
    LeaveNoTrace,
    OpenCase,
    SetPin,
)
from dialogue.scripts.waiting import until_found
from dialogue.words import (
    LEFT_OUT,
    Asking,
    Bye,
    Choose,
    Do,
    Enter,
    Know,
    Next,
    Opening,
    Scalar,
    Script,
    Statement,
    Tell,
)

_PIN_TRIES = 3

_WAYS = ("by_call", "by_sms", "i_will_call", "no_number")

_CONTACTS = ("contact_all", "contact_calls", "contact_none", "my_data")

_GENDERS = ("woman", "man", "gender_other", "gender_unsaid")


def support(o: Opening) -> Script:
    """What it is, and what it is about."""
    kind = yield Choose("support.kind", ("question", "grievance", "contact", "opinion"))
    if kind == "contact":
        return Next("contact")
    if kind == "opinion":
        kind = yield Choose("support.opinion", ("suggestion", "compliment"))
    return (yield from _about(o, kind))


def told_kind(o: Opening) -> Script:
    """By text a word has said what it is, from anywhere; what it is about."""
    return (yield from _about(o, o.args["kind"]))


def _about(o: Opening, kind: Scalar) -> Script:
    topic = yield Choose("support.topic", tuple(each.option for each in o.programme.topics))
    yield Tell("support.notice")
    return Next("statement", {"kind": kind, "topic": topic})


def contact(o: Opening) -> Script:
    """Whether we may call and write her: it holds at once, on every channel, for this phone.

    To stop it all takes as many keys as to allow it all.
    """
    if not o.facts["has_number"]:
        yield Tell("contact.not_known")
        wish = yield Choose("case.after", ("my_data", "back"), silent="back")
        return Next("my_data" if wish == "my_data" else "menu")
    wish = yield Choose("contact.which", _CONTACTS)
    if wish == "my_data":
        return Next("my_data")
    yield Do(KeepContact(wish))
    yield Tell(f"contact.kept.{wish}")
    return Next("menu")


def statement(o: Opening) -> Script:
    """Her words, heard by herself and sent; then how the answer shall reach her."""
    words = yield Statement("support.statement", takes_media=True)
    kept = yield Do(KeepStatement(o.args["kind"], o.args["topic"], words, o.args.get("statement")))
    yield Do(KeepConsent("support.notice", "spoke"))
    if kept["spoken"]:
        copy = yield from until_found(FindRecording(kept["statement"]))
        if copy == "kept":
            yield Tell("support.your_words", statement=kept["statement"])
            wish = yield Choose("support.check", ("send", "again"))
        else:
            wish = yield Choose("support.unheard_check", ("send", "again"))
        if wish == "again":
            return Next("statement", {**o.args, "statement": kept["statement"]})
    case = yield Do(OpenCase(kept["statement"]))
    is_hers = False
    if o.facts["has_number"]:
        way = yield Choose("support.answer_how", _ways(o))
        if way == "no_number":
            left = yield Do(LeaveNoTrace(case["case"]))
            if left["is"] == "left_without_media":
                yield Tell("sms.media_removed")
            yield Know({"anonymous": True, "person": None, "has_number": False, "proven": None})
            told = {"case": case["case"], "code": case["code"], "topic": o.args["topic"]}
            return Next("no_number", told)
        yield Do(ChooseAnswer(case["case"], way))
        me = yield Do(FindSelf())
        is_hers = me["is"] == "known_with_pin"
        if not is_hers and o.facts.get("shared"):
            key = "support.choose_pin_or_not"
            is_hers = (yield from _choose_pin(key, case["case"], silent=LEFT_OUT)) == "kept"
        elif not is_hers:
            shared = yield Choose("support.shared_phone", ("yes", "no"))
            is_hers = shared == "no"
            if shared == "yes":
                is_hers = (yield from _choose_pin("support.choose_pin", case["case"])) == "kept"
    else:
        yield Do(ChooseAnswer(case["case"], "i_will_call"))
        yield from _choose_pin(_key_without_number(o), case["case"])
    yield Tell("support.received")
    yield Tell("support.your_code", code=case["code"])
    yield Tell("support.you_can_hear")
    yield from other_places(o, o.args["topic"])
    # What others on her phone could hear or change as if they were she is not asked.
    return Next("about_her" if is_hers else "menu")


def _ways(o: Opening) -> tuple[str, ...]:
    """How the answer may reach her. On a call of ours her line is known by that call: there it is
    not promised that it is not."""
    closed = {"by_sms": not o.facts["can_text"], "no_number": o.facts.get("we_called")}
    return tuple(way for way in _WAYS if not closed.get(way))


def no_number(o: Opening) -> Script:
    """Her number is kept nowhere: she hears the code, and chooses the PIN that goes with it.

    Here it ends: what came after it would tell whose it was.
    """
    yield Tell("support.no_number")
    yield Tell("support.your_code", code=o.args["code"])
    yield from _choose_pin("support.choose_pin_unknown", o.args["case"])
    yield Tell("support.received")
    yield from other_places(o, o.args.get("topic"))
    yield Tell("goodbye")
    return Bye()


def about_her(o: Opening) -> Script:
    """Once, when all is done and nothing depends on it: what she says of her gender."""
    known = yield Do(FindAbout())
    if known["is"] == "unasked":
        said = yield Choose(
            "person.gender", _GENDERS, secret=True, silent="gender_unsaid", optional=True
        )
        yield Do(KeepGender("person.gender", said))
    return Next("menu")


def speak(o: Opening) -> Script:
    """For whoever pressed 0, or no key that we understood: speak, and it becomes a case.

    Who could not choose three times needs no key for it; who does not speak either is asked what
    is easier.
    """
    if not o.facts["language_known"]:
        for other in o.other_languages:
            yield Tell("speak.after_tone", language=other)
    is_stuck = bool(o.args.get("stuck")) and o.by_voice and bool(o.facts["language_known"])
    words = yield Statement(
        "speak.after_tone",
        silent=LEFT_OUT if is_stuck else None,
        optional=is_stuck,
        takes_media=True,
    )
    if words == LEFT_OUT:
        return Next("stuck")
    kept = yield Do(KeepStatement("voice_message", None, words))
    case = yield Do(OpenCase(kept["statement"]))
    way = "i_will_call"
    if o.facts["has_number"]:
        way = "by_call" if o.by_voice else "by_sms"
    yield Do(ChooseAnswer(case["case"], way))
    # Said in words that are hers, where nobody knows yet which are.
    spoken: tuple[str | None, ...] = (None,) if o.facts["language_known"] else o.languages
    for tag in spoken:
        yield Tell("speak.received", language=tag)
        yield Tell("support.your_code", code=case["code"], language=tag)
    if not o.facts["has_number"]:
        yield from _choose_pin(_key_without_number(o), case["case"])
    return Next("menu" if o.facts["language_known"] else "hello")


def other_places(o: Opening, topic: str | None) -> Asking:
    """Where else to turn, from the first day: telling us takes nothing from her (DOMAIN 1.4).

    Nothing where the directory has nothing that was checked lately.
    """
    found = yield Do(FindPlaces(topic))
    if found["is"] == "found":
        yield Tell("support.other_places")
        for slug in found["places"].split():
            yield Tell(f"place.{slug}")
    return str(found["is"])


def _choose_pin(key: str, case: str, *, silent: str | None = None) -> Asking:
    """Ask for a PIN for a case and for herself, another one where it is somebody else's here."""
    for _ in range(_PIN_TRIES):
        pin = yield Enter(key, 4, silent=silent)
        if pin == silent:
            break
        kept = yield Do(SetPin(case, pin))
        if kept["is"] == "kept":
            yield Know({"pin_chosen": True})
            return "kept"
        key = "support.other_pin"
    return LEFT_OUT


def _key_without_number(o: Opening) -> str:
    """A full line's number is known; only hers who is speaking is not."""
    return "support.choose_pin" if o.facts.get("shared") else "support.choose_pin_withheld"
