"""How a programme says that cases are dealt with: clocks, rules and the directory."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from programmes import writer
from programmes.clocks import DEFAULT_CLOCKS, SAME_DAY, Span, Step, Unit
from programmes.directory import against_reprisals, offered
from programmes.routing import Fact, Rule
from programmes.values import Programme, Queue
from tests.programmes.valley import changed, read_valley

OWN = """default_queue: community
clocks:
  resolution: {1: 5 business days, 2-5: 20 business days}
  check_back: 14 days
  alert: {1-4: none, 5: 1 staffed hour}
routing:
  - when: {sensitive: true}
    queue: environment
  - when: {topic: jobs, severity: [4, 5], wish: woman}
    queue: environment
directory:
  - slug: ombuds
    level: state
    name: {es: Defensoría, en: Ombuds office}
    facts: {es: Gratis, en: Free}
    number: 0800-15170
    source: dialled
    verified_on: 2026-06-01
    offered_for: [all, reprisal]
  - slug: water-office
    level: state
    name: {es: ALA, en: Water office}
    facts: {es: "-", en: "-"}
    source: a list
    offered_for: [water]
  - slug: labour
    level: state
    name: {es: Trabajo, en: Labour}
    facts: {es: "-", en: "-"}
    source: a list
    verified_on: 2026-11-01
    offered_for: [jobs]
  - slug: table
    level: independent
    name: {es: Mesa, en: Panel}
    facts: {es: "-", en: "-"}
    source: a list
    verified_on: 2026-11-01
    offered_for: reprisal
prompts:
  place.ombuds: &words
    es: {say: x}
    quy: {say: x}
  place.water-office: *words
  place.labour: *words
"""


def own(tmp_path: Path) -> tuple[Programme, Path]:
    folder = changed(tmp_path, "programme.yaml", "default_queue: community\n", "# own\n")
    path = folder / "programme.yaml"
    text = path.read_text("utf-8").replace("prompts:\n", "").replace("# own\n", "")
    topics = text.index("topics:")
    words = text.index("  greeting:")
    parts = text[:topics], text[topics:words], text[words:]
    path.write_text(parts[0] + parts[1] + OWN + parts[2], "utf-8")
    return read_valley(folder), folder


def test_clocks_of_its_own_and_the_others_as_they_are(tmp_path: Path) -> None:
    programme, _ = own(tmp_path)
    days = Unit.BUSINESS_DAYS
    assert programme.clocks[Step.RESOLUTION][1] == Span(5, days)
    assert programme.clocks[Step.RESOLUTION][5] == Span(20, days)
    assert programme.clocks[Step.ALERT][4] is None
    assert programme.clocks[Step.ALERT][5] == Span(1, Unit.STAFFED_HOURS)
    assert programme.clocks[Step.ACKNOWLEDGE] == DEFAULT_CLOCKS[Step.ACKNOWLEDGE]
    assert programme.clocks[Step.ACKNOWLEDGE][5] == SAME_DAY
    assert read_valley().clocks == DEFAULT_CLOCKS


def test_the_first_rule_that_holds_then_the_topic_then_the_default(tmp_path: Path) -> None:
    programme, _ = own(tmp_path)
    jobs = {Fact.TOPIC: "jobs", Fact.SEVERITY: "4"}
    assert programme.queue_for(jobs) == "community"
    assert programme.queue_for(jobs | {Fact.WISH: "woman"}) == "environment"
    assert programme.queue_for(jobs | {Fact.SENSITIVE: "true"}) == "environment"
    assert programme.queue_for({Fact.TOPIC: "water"}) == "environment"
    assert programme.queue_for({Fact.TOPIC: None}) == "community"


def test_the_third_tier_goes_to_independent_people(tmp_path: Path) -> None:
    programme, _ = own(tmp_path)
    third = {Fact.TIER: "3", Fact.TOPIC: "water"}
    sides = tuple(replace(each, affiliation="state") for each in programme.queues)
    assert replace(programme, queues=sides).queue_for(third) == "environment", "there are no others"
    panel = Queue("panel", {"es": "Panel"}, "independent")
    with_panel = replace(programme, queues=(*sides, panel))
    assert with_panel.queue_for(third) == "panel"
    assert with_panel.queue_for(third | {Fact.TIER: "2"}) == "environment"
    led = Rule({Fact.TIER: ("3",)}, "environment")
    assert replace(with_panel, routing=(led,)).queue_for(third) == "panel", "whatever a rule says"


def test_callers_hear_of_places_that_were_checked_within_half_a_year(tmp_path: Path) -> None:
    programme, _ = own(tmp_path)

    def heard(topic: str | None, day: dt.date) -> list[str]:
        return [each.slug for each in offered(programme.directory, topic, today=day)]

    assert heard("jobs", dt.date(2026, 11, 28)) == ["labour", "ombuds"]
    assert heard("jobs", dt.date(2026, 11, 29)) == ["labour"], "180 days are over"
    assert heard("water", dt.date(2026, 11, 28)) == ["ombuds"], "never verified is never told"
    assert heard(None, dt.date(2027, 11, 28)) == []


def test_against_reprisals_those_are_told_that_are_named_for_it_and_were_checked(
    tmp_path: Path,
) -> None:
    programme, _ = own(tmp_path)

    def told(day: dt.date) -> list[str]:
        found = against_reprisals(programme.directory, today=day)
        return [each.slug for each in found]

    assert told(dt.date(2026, 11, 28)) == ["ombuds", "table"]
    assert told(dt.date(2026, 11, 29)) == ["table"]


def test_it_is_written_as_it_is_read(tmp_path: Path) -> None:
    programme, folder = own(tmp_path)
    assert writer.write(programme, folder) == ("programme.yaml",), "the words, by their languages"
    assert read_valley(folder).hash == programme.hash
    writer.write(programme, tmp_path / "new")
    assert read_valley(tmp_path / "new").hash == programme.hash
