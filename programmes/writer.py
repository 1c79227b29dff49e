"""Writes a programme as the folder that the reader reads: what was edited on pages, brought home.

Reading what was written gives the same content, and so the same hash. Where a folder holds the
programme already, its comments and its way of writing stay wherever the content is the same.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import FoldedScalarString

from programmes.blocks import blocks
from programmes.clocks import banded
from programmes.content import to_content
from programmes.questionnaire import place_option
from programmes.questions import MISSING, QuestionKind, options_of
from programmes.reader import FILES
from programmes.routing import Fact
from programmes.values import Programme, Wording
from programmes.working_hours import DAYS
from storage.media import write_durably

_NAMES = ("option", "slug", "name", "block")
"""By which the members of a list are found again, whatever their place."""
_WITH_OPTIONS = (QuestionKind.CHOICE.value, QuestionKind.MULTIPLE.value)
_WIDTH = 120
"""Room for the longest place of a list: one line each."""
_SHORT = 70
"""Characters of words that stand in the line of their language."""
_LINE = 84
"""Characters of a line of long words."""
_FOLDS = re.compile(
    r"[^\s\0-\x1f\x7f-\xa0\u2028\u2029\ufeff]+(?: [^\s\0-\x1f\x7f-\xa0\u2028\u2029\ufeff]+)*"
)
_SPACE = re.compile(" ")
_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""The same content is the same archive, whenever it is made."""


def files(programme: Programme, *, over: Path | None = None) -> dict[str, str]:
    """The programme's files by name; written into those of the folder `over`, where it has any."""
    content = to_content(programme)
    documents = {"programme.yaml": _programme(content)}
    if content["categories"]:
        documents["library.yaml"] = _library(content)
    if content["survey"]:
        documents["survey.yaml"] = survey_document(content)
    written = {}
    for name, document in documents.items():
        path = over / name if over is not None else None
        there = _read(path) if path is not None else None
        stream = io.StringIO()
        _editor().dump(document if there is None else _merged(there, document), stream)
        written[name] = stream.getvalue()
    return written


def _read(path: Path) -> Any:
    """What a file holds, as it was written; None where there is none, or it is no YAML."""
    try:
        return _editor().load(path)
    except (FileNotFoundError, UnicodeDecodeError, YAMLError):
        return None


def write(programme: Programme, folder: Path) -> tuple[str, ...]:
    """Write the programme into `folder`; return the names of the files that changed."""
    changed = []
    wanted = files(programme, over=folder)
    for name in FILES:
        path = folder / name
        if name not in wanted:
            # It would be read as part of the programme.
            path.unlink(missing_ok=True)
        elif not path.exists() or path.read_bytes() != wanted[name].encode():
            write_durably(path, wanted[name].encode())
            changed.append(name)
    return tuple(changed)


def archive(programme: Programme) -> bytes:
    """A zip of the folder, which is named as the programme."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files(programme).items():
            entry = zipfile.ZipInfo(f"{programme.slug}/{name}", _ZIPPED_AT)
            packed.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _programme(content: Mapping[str, Any]) -> CommentedMap:
    document = CommentedMap(
        slug=content["slug"],
        name=_inline(content["name"]),
        languages=_row(content["languages"]),
        time_zone=content["time_zone"],
        calendar=_calendar(content["calendar"]),
        quick_exit=content["quick_exit"],
        menu=[_inline(each) for each in content["menu"]],
        queues=[
            CommentedMap(
                slug=each["slug"], affiliation=each["affiliation"], name=_inline(each["name"])
            )
            for each in content["queues"]
        ],
        default_queue=content["default_queue"],
    )
    if content["topics"]:
        document["topics"] = [_inline(each) for each in content["topics"]]
    if content.get("districts"):
        document["districts"] = [_district(each) for each in content["districts"]]
    if content.get("rights_days"):
        document["rights_days"] = content["rights_days"]
    if content.get("clocks"):
        document["clocks"] = CommentedMap(
            (step, _spans(spans)) for step, spans in content["clocks"].items()
        )
    if content.get("routing"):
        document["routing"] = [_rule(each) for each in content["routing"]]
    if content.get("directory"):
        document["directory"] = [_place(each) for each in content["directory"]]
    elsewhere = {*_library_keys(content), *_survey_keys(content)}
    own = [key for key in _worded(content) if key not in elsewhere]
    document["prompts"] = CommentedMap((key, _wording(content, key)) for key in own)
    return document


def _district(district: Mapping[str, Any]) -> CommentedMap:
    document = _inline({"slug": district["slug"], "name": district["name"]})
    if district["languages"]:
        document["languages"] = _row(district["languages"])
    for level in ("province", "region"):
        if district.get(level):
            document[level] = district[level]
    return document


def _spans(spans: list[str]) -> Any:
    if len(set(spans)) == 1:
        return spans[0]
    bands = banded(spans)
    return _inline({int(band) if band.isdigit() else band: span for band, span in bands})


def _rule(rule: Mapping[str, Any]) -> CommentedMap:
    when: dict[str, Any] = {}
    for fact, values in rule["when"].items():
        plain = [_plain(fact, value) for value in values]
        when[fact] = plain[0] if len(plain) == 1 else _row(plain)
    return CommentedMap(when=_inline(when), queue=rule["queue"])


def _plain(fact: str, value: str) -> Any:
    if fact == Fact.SEVERITY:
        return int(value)
    return value == "true" if fact == Fact.SENSITIVE else value


def _place(place: Mapping[str, Any]) -> CommentedMap:
    document = CommentedMap(place)
    document["name"], document["facts"] = (
        _inline(place["name"]),
        CommentedMap((tag, _folded(text)) for tag, text in place["facts"].items()),
    )
    if "verified_on" in place:
        document["verified_on"] = dt.date.fromisoformat(place["verified_on"])
    if "offered_for" in place:
        document["offered_for"] = _row(place["offered_for"])
    return document


def _calendar(calendar: Mapping[str, Any]) -> CommentedMap:
    hours = {DAYS[int(day)]: "-".join(span) for day, span in sorted(calendar["hours"].items())}
    document = CommentedMap(country=calendar["country"], hours=CommentedMap(hours))
    if calendar["blocked"]:
        document["blocked"] = [dt.date.fromisoformat(day) for day in calendar["blocked"]]
    return document


def _library(content: Mapping[str, Any]) -> CommentedMap:
    return CommentedMap(
        categories=[
            CommentedMap(
                option=shelf["option"],
                wording=_wording(content, f"option.{shelf['option']}"),
                messages=[_message(content, each) for each in shelf["messages"]],
            )
            for shelf in content["categories"]
        ]
    )


def _message(content: Mapping[str, Any], message: Mapping[str, Any]) -> CommentedMap:
    document = CommentedMap(
        slug=message["slug"],
        source=message["source"],
        reviewed_on=dt.date.fromisoformat(message["reviewed_on"]),
        expires_on=dt.date.fromisoformat(message["expires_on"]),
    )
    if message["example"]:
        document["example"] = True
    document["wording"] = _wording(content, f"message.{message['slug']}")
    return document


def survey_document(content: Mapping[str, Any]) -> CommentedMap:
    """The survey of a programme as content, as `survey.yaml` holds it."""
    survey, worded = content["survey"], set(_worded(content))
    document = CommentedMap(name=survey["name"], title=_inline(survey["title"]))
    named = set(_option_keys(content)) - _ready(content)
    options = [key for key in _worded(content) if key in named]
    if options:
        document["options"] = CommentedMap(
            (key.removeprefix("option."), _wording(content, key)) for key in options
        )
    ready = _ready(content)
    document["questions"] = [
        _question(content, each, worded={key for key in worded if key not in ready})
        for each in survey["questions"]
    ]
    if shuffled := _shuffled(survey["questions"]):
        document["shuffle"] = [_row(units) for units in shuffled]
    return document


def _question(
    content: Mapping[str, Any], question: Mapping[str, Any], *, worded: Collection[str]
) -> CommentedMap:
    document = CommentedMap()
    block = blocks().get(question.get("block", ""))
    ready: Mapping[str, Any] = block.question if block else {}
    if block:
        document["block"] = question["block"]
    if question["name"] != ready.get("name"):
        document["name"] = question["name"]
    kind = question.get("kind", QuestionKind.CHOICE.value)
    if kind != ready.get("kind", QuestionKind.CHOICE.value):
        document["kind"] = kind
    if question["gender"] and not ready.get("gender"):
        document["gender"] = True
    if kind in _WITH_OPTIONS and question["options"] != ready.get("options"):
        document["options"] = _row(question["options"])
    for name in ("low", "high"):
        if name in question:
            document[name] = _bound(kind, question[name])
    if "bands" in question:
        document["bands"] = _row([_bound(kind, each) for each in question["bands"]])
    for name in ("ends", "codes"):
        if name in question:
            document[name] = _row(question[name])
    for name in MISSING:
        is_offered = name in question.get("missing", MISSING)
        if is_offered is not (name in ready.get("missing", MISSING)):
            document[name] = is_offered
    for name in ("relevant", "group"):
        if name in question:
            document[name] = question[name]
    if question.get("is_shuffled"):
        document["order"] = "random"
    if (key := f"question.{question['name']}") in worded:
        document["wording"] = _wording(content, key)
    return document


def _bound(kind: str, value: int) -> Any:
    if kind != QuestionKind.DATE.value:
        return value
    return dt.date(value // 10_000, value // 100 % 100, value % 100)


def _shuffled(questions: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """What changes places, set by set: blocks, and questions of none."""
    sets: dict[int, list[str]] = {}
    for each in questions:
        if number := each.get("shuffle", 0):
            units = sets.setdefault(number, [])
            unit = each.get("group") or each["name"]
            if unit not in units:
                units.append(unit)
    return [sets[number] for number in sorted(sets)]


def _ready(content: Mapping[str, Any]) -> set[str]:
    """Prompts in the words of a ready-made question, or in a district's name: read, not written."""
    survey = content["survey"]
    found: dict[str, Mapping[str, Wording]] = {}
    for each in survey["questions"] if survey else ():
        block = blocks().get(each.get("block", ""))
        found |= block.words if block else {}
        if each.get("kind") == QuestionKind.PLACE.value:
            for place in content.get("districts", ()):
                said = Wording(place["name"], place["name"])
                words = dict.fromkeys(content["languages"], said)
                found[f"option.{place_option(place['slug'])}"] = words
    return {
        key
        for key, words in found.items()
        if all(
            content["wordings"].get(tag, {}).get(key)
            == (asdict(words[tag]) if tag in words else None)
            for tag in content["languages"]
        )
    }


def _library_keys(content: Mapping[str, Any]) -> list[str]:
    return [
        key
        for shelf in content["categories"]
        for key in (
            f"option.{shelf['option']}",
            *(f"message.{each['slug']}" for each in shelf["messages"]),
        )
    ]


def _option_keys(content: Mapping[str, Any]) -> list[str]:
    """Options of the survey that are no category's: their words stand in the survey's file."""
    shelves = set(_library_keys(content))
    questions = content["survey"]["questions"] if content["survey"] else ()
    keys = (f"option.{option}" for option in options_of(questions))
    return [key for key in dict.fromkeys(keys) if key not in shelves]


def _survey_keys(content: Mapping[str, Any]) -> list[str]:
    questions = content["survey"]["questions"] if content["survey"] else ()
    return [*_option_keys(content), *(f"question.{each['name']}" for each in questions)]


def _worded(content: Mapping[str, Any]) -> Iterable[str]:
    """Every prompt that the programme words, each once."""
    return dict.fromkeys(key for words in content["wordings"].values() for key in words)


def _wording(content: Mapping[str, Any], key: str) -> CommentedMap:
    document = CommentedMap()
    for tag in content["languages"]:
        words = content["wordings"].get(tag, {}).get(key)
        if words is None:
            continue
        forms = {"say": words["say"]}
        if words["text"] != words["say"]:
            forms["text"] = words["text"]
        is_short = sum(map(len, forms.values())) <= _SHORT
        document[tag] = CommentedMap(
            (form, said if is_short else _folded(said)) for form, said in forms.items()
        )
        if words["reviewed"]:
            document[tag]["reviewed"] = True
        if is_short:
            document[tag].fa.set_flow_style()
    return document


def _folded(words: str) -> str:
    """Long words in lines of their own, where that can hold them."""
    if len(words) <= _SHORT or not _FOLDS.fullmatch(words):
        return words
    folded: Any = FoldedScalarString(words)
    line = 0
    places = []
    for space in _SPACE.finditer(words):
        following = words.find(" ", space.end())
        if (following if following >= 0 else len(words)) - line > _LINE:
            places.append(space.start())
            line = space.end()
    folded.fold_pos = places
    return cast(str, folded)


def _inline(members: Mapping[Any, Any]) -> CommentedMap:
    document = CommentedMap(members)
    document.fa.set_flow_style()
    return document


def _row(members: Iterable[Any]) -> CommentedSeq:
    document = CommentedSeq(members)
    document.fa.set_flow_style()
    return document


class _Representer(RoundTripRepresenter):
    """Quotes what begins like a key: in a flow it would be written bare and read as one."""

    def represent_str(self, data: str) -> Any:
        style = '"' if data[:1] in ("?", ":") else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Representer.add_representer(str, _Representer.represent_str)


def _editor() -> YAML:
    editor = YAML()
    editor.Representer = _Representer
    editor.preserve_quotes = True
    editor.width = _WIDTH
    editor.indent(mapping=2, sequence=4, offset=2)
    return editor


def _merged(there: Any, wanted: Any) -> Any:
    """`there`, as it was written, made to say what is `wanted`."""
    if isinstance(there, CommentedMap) and isinstance(wanted, Mapping):
        for key in [key for key in there if key not in wanted]:
            if not _is_said_already(key, there[key], wanted):
                del there[key]
        for key, value in wanted.items():
            there[key] = _merged(there[key], value) if key in there else value
        return there
    if isinstance(there, CommentedSeq) and isinstance(wanted, list):
        if list(there) == list(wanted):
            return there
        if [_name(each) for each in there] == [_name(each) for each in wanted]:
            # In the same order: comments between the members stay where they are.
            for place, value in enumerate(wanted):
                there[place] = _merged(there[place], value)
            return there
        known = {_name(each): each for each in there if _name(each)}
        merged = CommentedSeq(
            _merged(known[_name(each)], each) if _name(each) in known else each for each in wanted
        )
        if there.fa.flow_style():
            merged.fa.set_flow_style()
        return merged
    return there if _is_same(there, wanted) else wanted


def _is_said_already(key: str, value: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether a field says only what leaving it out would say."""
    return value is False or (key == "text" and value == wanted.get("say"))


def _name(member: Any) -> str | None:
    if not isinstance(member, Mapping):
        return None
    return next((str(member[name]) for name in _NAMES if name in member), None)


def _is_same(there: Any, wanted: Any) -> bool:
    if isinstance(there, str) and isinstance(wanted, str):
        return str(there) == wanted
    return bool(there == wanted) and type(there) is not str and type(wanted) is not str
