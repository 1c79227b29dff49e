"""The perception survey: consent, the questions one by one, thanks. Its answers are secret."""

from __future__ import annotations

from dialogue.effects import FindSurvey, OpenResponse, RecordAnswer
from dialogue.words import Choose, Do, Know, Next, Opening, Script, Tell

_EXTRAS = ("dont_know", "refused")


def survey(o: Opening) -> Script:
    """One response per person and round; what comes next is decided where the answers are kept."""
    found = yield Do(FindSurvey())
    if found["is"] in ("closed", "done"):
        yield Tell("survey.closed" if found["is"] == "closed" else "survey.done_already")
        return Next("menu")
    agreed = yield Choose("survey.consent", ("yes", "no"), barge_in=False)
    if agreed == "no":
        yield Tell("survey.stopped")
        return Next("menu")
    kept = yield Do(OpenResponse(found["round"], agreed))
    if kept.get("place"):
        yield Know({"place": kept["place"]})
    yield Tell("survey.keys")
    while kept["is"] == "open" and kept["question"]:
        asked = kept["question"]
        options = next(q.options for q in o.programme.survey.questions if q.name == asked)
        answer = yield Choose(f"question.{asked}", options, extras=_EXTRAS, secret=True)
        kept = yield Do(RecordAnswer(found["round"], asked, answer))
    yield Tell("survey.closed" if kept["is"] == "closed" else "survey.thanks")
    return Next("menu")
