"""A programme as plain content and back, and the hash that names a version.

The hash is SHA-256 over canonical JSON of the whole content: comments, order of fields and line
breaks of the files do not count, every word does.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from programmes.clocks import clocks_content, clocks_of
from programmes.directory import directory_content, directory_of
from programmes.questions import question_content, to_question
from programmes.routing import routing_content, rules_of
from programmes.values import (
    DEFAULT_RIGHTS,
    Category,
    District,
    MenuItem,
    Message,
    Programme,
    Queue,
    Survey,
    Tool,
    Topic,
    Wording,
)
from programmes.working_hours import calendar_content, calendar_of


def to_content(programme: Programme) -> dict[str, Any]:
    """What JSON can hold of the programme: all of it but the hash, which follows from it."""
    survey = programme.survey
    # Left out where there are none, so that a version from before them keeps its hash.
    districts = {"districts": [_from_district(each) for each in programme.districts]}
    return (
        (districts if programme.districts else {})
        | _of_cases(programme)
        | {
            "slug": programme.slug,
            "name": dict(programme.name),
            "languages": list(programme.languages),
            "time_zone": programme.time_zone,
            "calendar": calendar_content(programme.calendar),
            "quick_exit": programme.quick_exit,
            "menu": [{"option": item.option, "tool": item.tool.value} for item in programme.menu],
            "queues": [
                {"slug": queue.slug, "name": dict(queue.name), "affiliation": queue.affiliation}
                for queue in programme.queues
            ],
            "default_queue": programme.default_queue,
            "topics": [
                {"option": topic.option, "queue": topic.queue} for topic in programme.topics
            ],
            "categories": [
                {
                    "option": shelf.option,
                    "messages": [_from_message(each) for each in shelf.messages],
                }
                for shelf in programme.categories
            ],
            "survey": survey
            and {
                "name": survey.name,
                "title": dict(survey.title),
                "questions": [question_content(each) for each in survey.questions],
            },
            "wordings": {
                tag: {
                    key: {"say": words.say, "text": words.text, "reviewed": words.reviewed}
                    for key, words in prompts.items()
                }
                for tag, prompts in programme.wordings.items()
            },
        }
    )


def _of_cases(programme: Programme) -> dict[str, Any]:
    """How cases are dealt with, as far as the programme says anything of its own."""
    parts = {
        "clocks": clocks_content(programme.clocks),
        "rights_days": None if programme.rights_days == DEFAULT_RIGHTS else programme.rights_days,
        "routing": routing_content(programme.routing),
        "directory": directory_content(programme.directory),
    }
    return {name: part for name, part in parts.items() if part}


def from_content(content: Mapping[str, Any]) -> Programme:
    """The programme whose content this is, frozen, named by its hash."""
    survey = content["survey"]
    programme = Programme(
        hash="",
        slug=content["slug"],
        name=MappingProxyType(dict(content["name"])),
        languages=tuple(content["languages"]),
        time_zone=content["time_zone"],
        calendar=calendar_of(content["calendar"], content["time_zone"]),
        menu=tuple(MenuItem(each["option"], Tool(each["tool"])) for each in content["menu"]),
        categories=tuple(
            Category(each["option"], tuple(map(_to_message, each["messages"])))
            for each in content["categories"]
        ),
        topics=tuple(Topic(each["option"], each["queue"]) for each in content["topics"]),
        queues=tuple(
            Queue(each["slug"], MappingProxyType(dict(each["name"])), each["affiliation"])
            for each in content["queues"]
        ),
        default_queue=content["default_queue"],
        survey=survey
        and Survey(
            survey["name"],
            MappingProxyType(dict(survey["title"])),
            tuple(map(to_question, survey["questions"])),
        ),
        quick_exit=content["quick_exit"],
        wordings=MappingProxyType(
            {
                tag: MappingProxyType({key: Wording(**words) for key, words in prompts.items()})
                for tag, prompts in content["wordings"].items()
            }
        ),
        districts=tuple(map(_to_district, content.get("districts", ()))),
        rights_days=content.get("rights_days", DEFAULT_RIGHTS),
        clocks=clocks_of(content.get("clocks", {})),
        routing=rules_of(content.get("routing", ())),
        directory=directory_of(content.get("directory", ())),
    )
    return replace(programme, hash=content_hash(to_content(programme)))


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as canonical JSON, 64 hexadecimal characters."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _from_message(message: Message) -> dict[str, Any]:
    return {
        "slug": message.slug,
        "source": message.source,
        "reviewed_on": message.reviewed_on.isoformat(),
        "expires_on": message.expires_on.isoformat(),
        "example": message.is_example,
    }


def _from_district(district: District) -> dict[str, Any]:
    wider = {"province": district.province, "region": district.region}
    return {
        "slug": district.slug,
        "name": district.name,
        "languages": list(district.languages),
    } | {level: name for level, name in wider.items() if name}


def _to_district(content: Mapping[str, Any]) -> District:
    return District(
        content["slug"],
        content["name"],
        tuple(content["languages"]),
        province=content.get("province", ""),
        region=content.get("region", ""),
    )


def _to_message(content: Mapping[str, Any]) -> Message:
    return Message(
        slug=content["slug"],
        source=content["source"],
        reviewed_on=dt.date.fromisoformat(content["reviewed_on"]),
        expires_on=dt.date.fromisoformat(content["expires_on"]),
        is_example=content["example"],
    )
