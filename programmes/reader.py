"""Reads a programme's folder: `programme.yaml`, `library.yaml`, `survey.yaml`.

All that is wrong is said at once, each with its file and line, so that whoever edits a programme
mends it in one go.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from locales.catalogues import prompts
from locales.languages import languages
from programmes.choices import choices, reference
from programmes.clocks import read_clocks
from programmes.content import from_content
from programmes.directory import read_directory
from programmes.errors import Finding, ProgrammeErrors
from programmes.nodes import Field, did_you_mean, open_file
from programmes.questionnaire import read_survey
from programmes.routing import Known, read_routing
from programmes.values import DEFAULT_RIGHTS, Programme, Tool
from programmes.vocabulary import Vocabulary
from programmes.working_hours import read_calendar

LONGEST_FOR_RIGHTS = 20
AFFILIATIONS = ("company", "state", "independent")
_OPTIONAL = ("topics", "calendar", "districts", "clocks", "routing", "directory", "rights_days")
_WIDER = ("province", "region")
FILES = ("programme.yaml", "library.yaml", "survey.yaml")


def read(
    folder: Path,
    *,
    known_tags: Collection[str] | None = None,
    known_keys: Mapping[str, Collection[str]] | None = None,
) -> Programme:
    """The programme that `folder` holds.

    `known_tags` are the languages that exist, `known_keys` the prompts that each of them words
    for every programme; both come from `locales` unless given. Raises ProgrammeErrors with
    every finding, in the order of the files and lines.
    """
    if known_tags is None:
        known_tags = languages()
    if known_keys is None:
        known_keys = {tag: prompts(tag) for tag in known_tags}
    findings: list[Finding] = []
    content = _Folder(folder, findings, known_tags, known_keys).content()
    if findings:
        order = [(folder / name).as_posix() for name in FILES]
        raise ProgrammeErrors(
            tuple(sorted(findings, key=lambda each: (order.index(each.file), each.line)))
        )
    return from_content(content)


class _Folder:
    """One reading of one folder: gathers content while it notes what is wrong."""

    def __init__(
        self,
        folder: Path,
        findings: list[Finding],
        known_tags: Collection[str],
        known_keys: Mapping[str, Collection[str]],
    ) -> None:
        self._folder = folder
        self._findings = findings
        self._known_tags = known_tags
        self._known_keys = known_keys
        self._tools: dict[str, Field] = {}
        self._slugs: dict[str, Field] = {}
        self._pages: Collection[str] = ()

    def content(self) -> dict[str, Any]:
        """What `from_content` takes; of no use once a finding is noted."""
        top = open_file(self._folder / FILES[0], self._findings)
        required = "slug name languages time_zone quick_exit menu queues default_queue prompts"
        fields = top.record(*required.split(), optional=_OPTIONAL)
        offered = self._languages(fields["languages"])
        incomplete = [tag for tag, of in languages().items() if not of.is_complete]
        self._words = Vocabulary(
            offered,
            known_tags=self._known_tags,
            system=self._known_keys,
            incomplete=incomplete,
        )
        for tag in offered:
            if tag in incomplete:
                # How the others say its name: no catalogue of ours has it.
                self._words.need(f"option.{tag}", fields["languages"])
        name = self._staff_text(fields["name"])
        self._pages = name.keys()
        for key, wording in fields["prompts"].prompts().items():
            self._words.add(key, wording)
        menu = self._menu(fields["menu"])
        queues = self._queues(fields["queues"])
        topics = self._topics(fields["topics"], {each["slug"] for each in queues})
        categories = self._categories()
        districts = self._districts(fields["districts"], offered)
        survey = self._survey(districts)
        of_cases = self._of_cases(fields, queues, topics, districts)
        self._need_prompts(fields)
        time_zone = _time_zone(fields["time_zone"])
        content = {
            "slug": fields["slug"].slug(),
            "name": name,
            "languages": list(offered),
            "time_zone": time_zone,
            "calendar": read_calendar(fields["calendar"], time_zone),
            "quick_exit": self._quick_exit(fields["quick_exit"]),
            "menu": menu,
            "queues": queues,
            "default_queue": reference(
                fields["default_queue"], "the default", "queue", {each["slug"] for each in queues}
            ),
            "topics": topics,
            "categories": categories,
            "survey": survey,
            "districts": districts,
        }
        self._words.note_gaps()
        return content | of_cases | {"wordings": self._words.content()}

    def _languages(self, field: Field) -> tuple[str, ...]:
        tags: dict[str, Field] = {}
        for item in field.items():
            tag = item.text()
            if tag in tags:
                item.note(f"the language {tag!r} is listed twice")
            elif tag:
                if tag not in self._known_tags:
                    item.note(f"unknown language {tag!r}{did_you_mean(tag, self._known_tags)}")
                tags[tag] = item
        return tuple(tags)

    def _staff_text(self, field: Field) -> dict[str, str]:
        """Words for staff, in the page languages in which the programme's name is given."""
        entries = field.entries()
        texts = {tag: member.text() for tag, member in entries.items()}
        for tag in texts:
            if self._pages and tag not in self._pages:
                entries[tag].note(f"the programme's name has no {tag!r}, so nothing else can")
        missing = [tag for tag in self._pages if tag not in texts]
        if field.is_record and (missing or not texts):
            field.note(f"{field.label} is missing in {', '.join(missing) or 'every language'}")
        return texts

    def _menu(self, field: Field) -> list[dict[str, str]]:
        menu: list[dict[str, str]] = []
        for choice in choices(field, "the menu", "tool", words=self._words):
            member = choice.members["tool"]
            tool = reference(member, f"{choice.option!r}", "tool", [each.value for each in Tool])
            if tool in self._tools:
                member.note(f"the tool {tool!r} is in the menu twice")
            elif tool:
                self._tools[tool] = member
            menu.append({"option": choice.option, "tool": tool})
        return menu

    def _queues(self, field: Field) -> list[dict[str, Any]]:
        queues: dict[str, dict[str, Any]] = {}
        affiliations: set[str] = set()
        for item in field.items():
            members = item.record("slug", "affiliation", "name")
            slug = members["slug"].slug()
            if slug and slug in queues:
                members["slug"].note(f"the queue {slug!r} is defined twice")
            affiliation = reference(
                members["affiliation"], f"queue {slug!r}", "affiliation", AFFILIATIONS
            )
            affiliations.add(affiliation)
            queues[slug] = {
                "slug": slug,
                "name": self._staff_text(members["name"]),
                "affiliation": affiliation,
            }
        # Whoever fears reprisals must not depend on the company that they complain of: what is
        # sensitive of any topic goes to a queue that is not its own (IFC and IDB Invest on
        # retaliation, 2021; DOMAIN 1.7). Without one it would have nowhere to go.
        if affiliations == {"company"}:
            field.note("every queue is the company's: reprisals need one that is not")
        return list(queues.values())

    def _topics(self, field: Field, queues: Collection[str]) -> list[dict[str, str]]:
        return [
            {
                "option": choice.option,
                "queue": reference(
                    choice.members["queue"], f"topic {choice.option!r}", "queue", queues
                ),
            }
            for choice in choices(
                field, "the list of topics", "queue", words=self._words, is_paged=True
            )
        ]

    def _districts(self, field: Field, offered: Collection[str]) -> list[dict[str, Any]]:
        districts: dict[str, dict[str, Any]] = {}
        for item in field.items():
            members = item.record("slug", "name", optional=("languages", *_WIDER))
            slug = members["slug"].slug()
            if slug and slug in districts:
                members["slug"].note(f"the district {slug!r} is defined twice")
            districts[slug] = {
                "slug": slug,
                "name": members["name"].text(),
                "languages": [
                    reference(each, f"district {slug!r}", "language", offered)
                    for each in members["languages"].items()
                ],
            } | {level: members[level].text() for level in _WIDER if members[level].is_given}
        return list(districts.values())

    def _of_cases(
        self,
        fields: Mapping[str, Field],
        queues: list[dict[str, Any]],
        topics: list[dict[str, str]],
        districts: list[dict[str, Any]],
    ) -> dict[str, Any]:
        """How cases are dealt with; nothing where the file says nothing of it."""
        known = Known(
            queues={each["slug"]: each["affiliation"] for each in queues},
            topics=[each["option"] for each in topics],
            districts=[each["slug"] for each in districts],
            languages=self._words.languages,
        )
        parts = {
            "clocks": read_clocks(fields["clocks"]),
            "rights_days": _rights_days(fields["rights_days"]),
            "routing": read_routing(fields["routing"], known),
            "directory": read_directory(
                fields["directory"],
                topics=known.topics,
                words=self._words,
                staff_text=self._staff_text,
            ),
        }
        return {name: part for name, part in parts.items() if part}

    def _categories(self) -> list[dict[str, Any]]:
        top = self._file_of(Tool.LIBRARY, FILES[1])
        if top is None:
            return []
        shelves = []
        field = top.record("categories")["categories"]
        for choice in choices(
            field, "the list of categories", "wording", "messages", words=self._words, is_paged=True
        ):
            if choice.members["wording"].is_given and choice.option:
                self._words.add(f"option.{choice.option}", choice.members["wording"])
            messages = [self._message(item) for item in choice.members["messages"].items()]
            shelves.append({"option": choice.option, "messages": messages})
        return shelves

    def _message(self, item: Field) -> dict[str, Any]:
        members = item.record(
            "slug", "source", "reviewed_on", "expires_on", "wording", optional=("example",)
        )
        slug = members["slug"].slug()
        if slug and slug in self._slugs:
            members["slug"].note(
                f"the message {slug!r} is given twice (first in line {self._slugs[slug].line})"
            )
        elif slug:
            self._slugs[slug] = members["slug"]
            self._words.need(f"message.{slug}", members["slug"])
            if members["wording"].is_given:
                self._words.add(f"message.{slug}", members["wording"])
        reviewed_on, expires_on = members["reviewed_on"].date(), members["expires_on"].date()
        if reviewed_on and expires_on and expires_on <= reviewed_on:
            members["expires_on"].note(
                f"message {slug!r} expires on {expires_on}, not after its review on {reviewed_on}"
            )
        return {
            "slug": slug,
            "source": members["source"].text(),
            "reviewed_on": reviewed_on and reviewed_on.isoformat(),
            "expires_on": expires_on and expires_on.isoformat(),
            "example": members["example"].flag(),
        }

    def _survey(self, districts: list[dict[str, Any]]) -> dict[str, Any] | None:
        top = self._file_of(Tool.SURVEY, FILES[2])
        if top is None:
            return None
        return read_survey(top, words=self._words, title=self._staff_text, districts=districts)

    def _file_of(self, tool: Tool, name: str) -> Field | None:
        """The file that a tool speaks from; none where neither the menu nor the folder has it."""
        if (self._folder / name).exists():
            return open_file(self._folder / name, self._findings)
        if tool in self._tools:
            self._tools[tool].note(
                f"the menu leads to the tool {tool.value!r}, but there is no {name}"
            )
        return None

    def _quick_exit(self, field: Field) -> str:
        """The slug of a message of the library, or of one that is worded among the prompts."""
        slug = field.slug()
        if slug and self._words.has(f"message.{slug}"):
            self._words.need(f"message.{slug}", field)
        elif slug:
            reference(field, "the quick exit", "message", self._slugs)
        return slug

    def _need_prompts(self, fields: Mapping[str, Field]) -> None:
        """What every conversation plays that is the programme's own to say."""
        self._words.need("greeting", fields["prompts"])
        self._words.need("support.notice", fields["prompts"])
        if Tool.SUPPORT in self._tools and not fields["topics"].is_given:
            self._tools[Tool.SUPPORT].note(
                "the menu leads to the tool 'support', but there are no topics"
            )
        if Tool.SURVEY in self._tools:
            self._words.need("survey.consent", fields["prompts"])
            self._words.need("survey.thanks", fields["prompts"])


def _time_zone(field: Field) -> str:
    name = field.text()
    if name and name not in available_timezones():
        field.note(f"unknown time zone {name!r}{did_you_mean(name, available_timezones())}")
    return name


def _rights_days(item: Field) -> int | None:
    if not item.is_given:
        return None
    days = item.integer()
    if days is None or not 1 <= days <= LONGEST_FOR_RIGHTS:
        item.note(f"a number of business days, from 1 to {LONGEST_FOR_RIGHTS}")
        return None
    return None if days == DEFAULT_RIGHTS else days
