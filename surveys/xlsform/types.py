"""Types of rows: what each is by telephone, or why it is nothing there."""

from __future__ import annotations

from enum import Enum

from programmes.questions import QuestionKind
from surveys.xlsform.findings import Rule


class Structure(Enum):
    """Rows that are no questions."""

    BEGIN_GROUP = "begin group"
    END_GROUP = "end group"
    BEGIN_REPEAT = "begin repeat"
    END_REPEAT = "end repeat"
    IGNORED = "ignored"


BEGIN_GROUP, END_GROUP = Structure.BEGIN_GROUP, Structure.END_GROUP
BEGIN_REPEAT, END_REPEAT = Structure.BEGIN_REPEAT, Structure.END_REPEAT
IGNORED = Structure.IGNORED

_STRUCTURES = {
    "begin group": BEGIN_GROUP,
    "end group": END_GROUP,
    "begin repeat": BEGIN_REPEAT,
    "end repeat": END_REPEAT,
    "begin loop": BEGIN_REPEAT,
    "begin lgroup": BEGIN_REPEAT,
    "end lgroup": END_REPEAT,
    "end loop": END_REPEAT,
}
_KINDS: dict[str, QuestionKind | Rule] = {
    "integer": QuestionKind.NUMBER,
    "int": QuestionKind.NUMBER,
    "range": QuestionKind.NUMBER,
    "date": QuestionKind.DATE,
    "text": QuestionKind.OPEN,
    "string": QuestionKind.OPEN,
    "decimal": Rule.DECIMAL,
    "note": Rule.NOTE,
    "calculate": Rule.CALCULATED,
    "hidden": Rule.CALCULATED,
    "select_one_from_file": Rule.FROM_FILE,
    "select_multiple_from_file": Rule.FROM_FILE,
    "select_one_external": Rule.FROM_FILE,
    "csv-external": Rule.FROM_FILE,
    "xml-external": Rule.FROM_FILE,
    **dict.fromkeys(
        (
            *("time", "datetime", "geopoint", "geotrace", "geoshape", "image", "photo", "audio"),
            *("video", "file", "barcode", "acknowledge", "trigger", "rank", "background-audio"),
        ),
        Rule.NOT_BY_TELEPHONE,
    ),
}
_SELECTS = {
    "select_one": QuestionKind.CHOICE,
    "select one": QuestionKind.CHOICE,
    "select one from": QuestionKind.CHOICE,
    "select1": QuestionKind.CHOICE,
    "add select one prompt using": QuestionKind.CHOICE,
    "select_multiple": QuestionKind.MULTIPLE,
    "select multiple": QuestionKind.MULTIPLE,
    "select all that apply": QuestionKind.MULTIPLE,
    "select all that apply from": QuestionKind.MULTIPLE,
    "add select multiple prompt using": QuestionKind.MULTIPLE,
}
_METADATA = frozenset(
    {
        *("start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber"),
        *("username", "email", "audit", "start-geopoint", "imei", "instanceid"),
    }
)
_MATRIX = ("table-list", "label", "list-nolabel", "likert", "matrix", "kobo--matrix")


def of(written: str) -> QuestionKind | Rule | Structure:
    """What a row of this type is here; a Rule where it cannot be asked."""
    plain = " ".join(written.lower().split())
    structure = _STRUCTURES.get(plain.replace("_", " "))
    if structure is not None:
        return structure
    if plain in _METADATA:
        return IGNORED
    if plain in _KINDS:
        return _KINDS[plain]
    first = plain.split(" ", 1)[0]
    if first in _KINDS and isinstance(_KINDS[first], Rule):
        return _KINDS[first]
    if plain.startswith(("begin loop", "begin_loop")):
        return BEGIN_REPEAT
    for name, kind in _SELECTS.items():
        if plain.startswith(f"{name} "):
            return kind
    if plain.startswith(("begin_kobomatrix", "begin kobomatrix", "begin_score", "begin_rank")):
        return Rule.MATRIX
    return Rule.UNKNOWN_TYPE


def list_of(written: str) -> tuple[str, ...]:
    """The list that a select names, and whatever follows it (`or_other`)."""
    plain = " ".join(written.split())
    for name in sorted(_SELECTS, key=len, reverse=True):
        if plain.lower().startswith(f"{name} "):
            words = plain[len(name) + 1 :].replace("or specify other", "or_other").split()
            return tuple(words)
    return ("",)


def is_matrix(appearance: str) -> bool:
    """Whether rows are shown as one table."""
    return any(part in _MATRIX for part in appearance.lower().split())
