"""The perception survey: consent, the questions one by one, thanks. Its answers are secret."""

from __future__ import annotations

from dialogue.effects import (
    FindAnswers,
    FindSurvey,
    NoteInterview,
    OpenResponse,
    RecordAnswer,
    StopContacts,
    UseKnown,
    WithdrawAnswers,
)
from dialogue.words import (
    LEFT_OUT,
    Asking,
    Bye,
    Choose,
    Do,
    Enter,
    Form,
    Know,
    Next,
    Opening,
    Script,
    Statement,
    Tell,
)

_HOW = {
    "scale": "survey.how_scale",
    "number": "survey.how_number",
    "date": "survey.how_date",
    "open": "survey.how_words",
}
_OR_WAIT = "survey.or_wait"
_READY = ("yes", "later", "never")
_NOT_ASKED = {
    "closed": "survey.closed",
    "done": "survey.done_already",
    "full": "survey.full",
}
_BROKEN_OFF = {"closed": "survey.closed", "full": "survey.full"}
"""Where nothing more is asked before the last question is answered."""
_BY_KEYS = ("choice", "yes_no", "place", "multiple")
_AT_MOST = 60
"""Seconds of an open answer: shorter than a grievance, which is told and not asked for."""
_LIST = 4
"""Options of a multiple choice that a text asks at once; more are asked one by one, as by voice."""


def interview(o: Opening) -> Script:
    """A call of ours: who calls, why, that it is free, how long, how to stop; whether she can
    talk; then the survey."""
    yield Tell("interview.who")
    yield Tell(f"broadcast.minutes.{o.args['minutes']}")
    yield Tell("interview.how_to_stop")
    ready = yield Choose("call.can_you_talk", _READY, silent="silent")
    if ready != "silent":
        yield Do(NoteInterview(o.args["sampled"], ready))
    if ready == "never":
        yield Do(StopContacts())
        yield Tell("call.never")
        return Bye()
    if ready != "yes":
        yield Tell("call.neutral_end")
        return Bye()
    return Next("survey")


def survey(o: Opening) -> Script:
    """One response per person and round; what comes next is decided where the answers are kept."""
    found = yield Do(FindSurvey())
    if found.get("interview"):
        yield Know({"interview": found["interview"]})
        if found["is"] == "done":
            yield Do(NoteInterview(found["interview"], "done"))
    if found["is"] in _NOT_ASKED:
        yield Tell(_NOT_ASKED[found["is"]])
        yield from _taken_back()
        return Next("menu")
    agreed = yield Choose("survey.consent", ("yes", "no"), barge_in=False)
    if agreed == "no":
        yield Tell("survey.stopped")
        yield from _taken_back()
        return Next("menu")
    kept = yield Do(OpenResponse(found["round"], agreed))
    if kept.get("place"):
        yield Know({"place": kept["place"]})
    if kept.get("told"):
        use = yield Choose("survey.use_known", ("yes", "no"), barge_in=False)
        kept = yield Do(UseKnown(found["round"], use))
    if any(each.kind in _BY_KEYS and each.missing for each in o.programme.survey.questions):
        yield Tell("survey.keys")
    before = ""
    while kept["is"] == "open" and kept["question"]:
        name, _, item = kept["question"].partition(".")
        question = o.programme.survey.question(name)
        options = tuple(kept["options"].split()) if kept.get("options") else question.options
        asked = kept["question"]
        if item and not o.by_voice and len(options) <= _LIST:
            asked, item = name, ""
        elif item and name != before:
            yield Tell(f"question.{name}")
        before = name
        if question.kind in _BY_KEYS:
            several = question.kind == "multiple" and not item
            answer = yield Choose(
                f"option.{item}" if item else f"question.{name}",
                ("yes", "no") if item else options,
                extras=question.missing,
                secret=True,
                several=several,
            )
        else:
            answer = yield from _entered(o, name)
        kept = yield Do(RecordAnswer(found["round"], asked, answer))
    yield Tell(_BROKEN_OFF.get(kept["is"], "survey.thanks"))
    return Next("menu")


def _taken_back() -> Asking:
    """Whoever has answered may have it deleted, for as long as it can be found."""
    mine = yield Do(FindAnswers())
    if mine["is"] == "none":
        return ""
    wish = yield Choose("survey.take_back", ("keep_answers", "withdraw_answers"))
    if wish == "keep_answers":
        return ""
    sure = yield Choose("survey.take_back_sure", ("yes", "no"))
    if sure == "yes":
        yield Do(WithdrawAnswers())
        yield Tell("survey.taken_back")
    return ""


def _entered(o: Opening, name: str) -> Asking:
    """An answer in digits or in words; whoever gives none is asked why, if she may leave it out."""
    question = o.programme.survey.question(name)
    key, may_be_left_out = f"question.{name}", bool(question.missing)
    how: tuple[str, ...] = (_HOW[question.kind],)
    if may_be_left_out:
        # Before a tone nothing may follow that asks her to speak.
        how = (_OR_WAIT, *how) if question.kind == "open" else (*how, _OR_WAIT)
    silent = LEFT_OUT if may_be_left_out else None
    while True:
        if question.kind == "open":
            answer = yield Statement(
                key, at_most=_AT_MOST, silent=silent, optional=may_be_left_out, how=how
            )
        else:
            answer = yield Enter(
                key,
                question.length,
                silent=silent,
                optional=may_be_left_out,
                form=Form.DATE if question.kind == "date" else Form.NUMBER,
                low=question.low,
                high=question.high,
                how=how,
                ends=question.ends,
            )
        if answer != LEFT_OUT:
            return answer  # type: ignore[no-any-return]  # digits, a day, or words
        instead = yield Choose(
            "survey.left_out",
            ("try_again",),
            extras=question.missing,
            secret=True,
            says_extras=True,
            open_options=("try_again",),
        )
        if instead != "try_again":
            return str(instead)
