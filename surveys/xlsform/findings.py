"""What is wrong with a form, or gets lost by telephone: each with its cell, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from programmes.said import N_, Said


class Severity(StrEnum):
    """Whether the form can be imported with it."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What a form is held to."""

    NO_QUESTIONS = "no_questions"
    TOO_MANY_QUESTIONS = "too_many_questions"
    NO_NAME = "no_name"
    NAMED_TWICE = "named_twice"
    UNKNOWN_TYPE = "unknown_type"
    KEPT_OF_NOBODY = "kept_of_nobody"
    NOT_BY_TELEPHONE = "not_by_telephone"
    NOTE = "note"
    DECIMAL = "decimal"
    FREE_TEXT = "free_text"
    REPEAT = "repeat"
    MATRIX = "matrix"
    MEDIA = "media"
    OR_OTHER = "or_other"
    FROM_FILE = "from_file"
    CHOICE_FILTER = "choice_filter"
    CALCULATED = "calculated"
    UNPAIRED = "unpaired"
    NO_LIST = "no_list"
    EMPTY_LIST = "empty_list"
    TWICE_IN_LIST = "twice_in_list"
    TOO_MANY_OPTIONS = "too_many_options"
    MANY_ITEMS = "many_items"
    NO_BOUNDS = "no_bounds"
    BAD_BOUNDS = "bad_bounds"
    CONSTRAINT = "constraint"
    CONDITION = "condition"
    NO_WORDS = "no_words"
    NO_COLUMN = "no_column"
    OTHER_LANGUAGE = "other_language"
    UNNAMED_LANGUAGE = "unnamed_language"
    TOO_LONG = "too_long"
    REFERS = "refers"
    HINT = "hint"
    RENAMED = "renamed"
    GROUP_TITLE = "group_title"
    BAD_SETTING = "bad_setting"
    FIXED_VALUE = "fixed_value"
    REFUSED_BY_TOOLS = "refused_by_tools"


TEXTS: Mapping[Rule, str] = {
    Rule.NO_QUESTIONS: N_("the form asks nothing that can be asked by telephone"),
    Rule.TOO_MANY_QUESTIONS: N_(
        "%(count)s questions: by telephone at most %(most)s are answered to the end"
    ),
    Rule.NO_NAME: N_("this row has no name"),
    Rule.NAMED_TWICE: N_("the name “%(name)s” is given twice (first in %(first)s)"),
    Rule.UNKNOWN_TYPE: N_("there is no type of question “%(type)s”"),
    Rule.KEPT_OF_NOBODY: N_(
        "“%(type)s” is left out: of who answers nothing is kept but the answers"
    ),
    Rule.NOT_BY_TELEPHONE: N_("“%(type)s” cannot be answered on a simple telephone"),
    Rule.NOTE: N_("a note cannot be read to callers: put its words into the question after it"),
    Rule.DECIMAL: N_("a telephone has no decimal point: ask for a whole number, in a smaller unit"),
    Rule.FREE_TEXT: N_(
        "free text is spoken by telephone, and people must code it: name the codes in a column "
        "“rimay” (codes=water,work), or ask with options"
    ),
    Rule.REPEAT: N_("questions that are repeated cannot be asked by telephone: ask them once"),
    Rule.MATRIX: N_("a table of questions cannot be heard: ask each of them alone"),
    Rule.MEDIA: N_("a picture, a sound or a film of the form cannot be shown by telephone"),
    Rule.OR_OTHER: N_("“or_other” asks for typing: add an option “other” to the list"),
    Rule.FROM_FILE: N_("options from a file cannot be asked: write them in the sheet “choices”"),
    Rule.CHOICE_FILTER: N_("options that depend on an answer cannot be asked: use two questions"),
    Rule.CALCULATED: N_("nothing is calculated during a call: leave it out"),
    Rule.UNPAIRED: N_("this group has no other end"),
    Rule.NO_LIST: N_("there is no list “%(list)s” in the sheet “choices”"),
    Rule.EMPTY_LIST: N_("the list “%(list)s” has no options"),
    Rule.TWICE_IN_LIST: N_("the list “%(list)s” has “%(name)s” twice"),
    Rule.TOO_MANY_OPTIONS: N_(
        "%(count)s options: by telephone at most %(most)s are remembered; merge some, or ask twice"
    ),
    Rule.MANY_ITEMS: N_(
        "each of the %(count)s options is asked alone by telephone: at most %(most)s"
    ),
    Rule.NO_BOUNDS: N_(
        "a number needs its lowest and its highest value: write as its constraint "
        ". >= 0 and . <= 20"
    ),
    Rule.BAD_BOUNDS: N_("from %(low)s to %(high)s nothing can be entered"),
    Rule.CONSTRAINT: N_("of this constraint only lowest and highest values are understood"),
    Rule.CONDITION: N_("%(fault)s"),
    Rule.NO_WORDS: N_("has no words in %(language)s"),
    Rule.NO_COLUMN: N_("there is no column “%(column)s”: the programme speaks %(language)s too"),
    Rule.OTHER_LANGUAGE: N_("the programme does not speak “%(language)s”: the column is left out"),
    Rule.UNNAMED_LANGUAGE: N_("a column without a language is taken for %(language)s"),
    Rule.TOO_LONG: N_(
        "about %(seconds)s s long in %(language)s: at most %(most)s s are listened to"
    ),
    Rule.REFERS: N_("an answer cannot be read back in a question"),
    Rule.HINT: N_("hints are not spoken: what must be heard belongs into the question"),
    Rule.RENAMED: N_("“%(old)s” becomes “%(new)s”"),
    Rule.GROUP_TITLE: N_("the title of a group is not spoken"),
    Rule.BAD_SETTING: N_("“%(setting)s” is not understood in the column “rimay”"),
    Rule.FIXED_VALUE: N_("a value that is given beforehand is left out"),
    Rule.REFUSED_BY_TOOLS: N_("other tools refuse the form: %(fault)s"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing, and the cell it is about."""

    severity: Severity
    rule: Rule
    place: str
    values: Mapping[str, str | int | Said] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is wrong, in English."""
        return TEXTS[self.rule] % self.values

    def __str__(self) -> str:
        """One line: `error: survey!B7: this row has no name`."""
        return f"{self.severity}: {self.place}: {self.text}"
