"""What may be wrong with a programme, in words: the rules, and one finding of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dialogue.exploring.graph import Way


class Severity(StrEnum):
    """Whether a programme may go to callers with it."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What a programme is held to (DOMAIN 4.1, requirements 40 and 46)."""

    FAILS = "fails"
    ENDLESS_PATH = "endless_path"
    NO_WAY_OUT = "no_way_out"
    WAY_OUT_UNSAID = "way_out_unsaid"
    NEVER_REACHED = "never_reached"
    TOO_MANY_OPTIONS = "too_many_options"
    LONG_LIST = "long_list"
    KEYS = "keys"
    TAKEN_WORD = "taken_word"
    TOO_LONG = "too_long"
    SURVEY_QUESTIONS = "survey_questions"
    SURVEY_MINUTES = "survey_minutes"
    NO_WORDS = "no_words"
    OTHER_LANGUAGE = "other_language"
    NO_SOUND = "no_sound"
    UNUSED = "unused"
    EXPIRED = "expired"


def N_(text: str) -> str:
    """Marks a text for the catalogues of the pages; it is translated where it is shown."""
    return text


TEXTS: Mapping[Rule, str] = {
    Rule.FAILS: N_("the conversation fails here: %(fault)s"),
    Rule.ENDLESS_PATH: N_("goes on for ever without a question"),
    Rule.NO_WAY_OUT: N_("no answer and no key leads out of here"),
    Rule.WAY_OUT_UNSAID: N_("only key 9 leads out of here, and no option says so"),
    Rule.NEVER_REACHED: N_("no path leads to the script %(script)s"),
    Rule.TOO_MANY_OPTIONS: N_("%(count)s options, at most %(most)s"),
    Rule.LONG_LIST: N_("%(count)s options in %(pages)s parts: the last is heard late"),
    Rule.KEYS: N_("the option %(option)s has two keys"),
    Rule.TAKEN_WORD: N_("written as a text, “%(word)s” stops, starts or calls: it is no answer"),
    Rule.TOO_LONG: N_("%(seconds)s s long (%(source)s), at most %(most)s s"),
    Rule.SURVEY_QUESTIONS: N_("%(count)s questions, at most %(most)s"),
    Rule.SURVEY_MINUTES: N_("about %(minutes)s minutes, at most %(most)s"),
    Rule.NO_WORDS: N_("has no words"),
    Rule.OTHER_LANGUAGE: N_(
        "%(count)s prompts are heard only in another language, such as %(keys)s"
    ),
    Rule.NO_SOUND: N_("has no sound"),
    Rule.UNUSED: N_("is worded, and nobody can reach it"),
    Rule.EXPIRED: N_("is not played since %(day)s"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and the shortest way that leads there."""

    severity: Severity
    rule: Rule
    key: str | None = None
    """The prompt it is about."""
    language: str | None = None
    """The tag it is about; None where it is so in each."""
    way: Way | None = None
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is wrong, in English."""
        return TEXTS[self.rule] % self.values

    def __str__(self) -> str:
        """One line: `error: menu → support → water: support.statement (quy): has no words`."""
        about = f"{self.key or ''}{f' ({self.language})' if self.language else ''}".strip()
        where = str(self.way) if self.way and str(self.way) else None
        return ": ".join(part for part in (self.severity, where, about, self.text) if part)
