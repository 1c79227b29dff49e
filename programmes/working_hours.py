"""The `calendar` of a programme's file: from YAML to content, and from content to a `Calendar`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from programmes.calendar import Calendar, Hours, countries
from programmes.nodes import Field, did_you_mean

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def read_calendar(field: Field, time_zone: str) -> dict[str, Any]:
    """The content of `calendar: {country, hours: {monday: "08:00-20:00", …}, blocked: [dates]}`.

    Where the field is missing, the defaults. A day that is not named is a day without calls.
    """
    if not field.is_given:
        return calendar_content(Calendar(time_zone))
    members = field.record("country", "hours", optional=("blocked",))
    country = members["country"].text()
    if country and country not in countries():
        members["country"].note(f"unknown country {country!r}{did_you_mean(country, countries())}")
    hours: dict[str, list[str]] = {}
    for day, item in members["hours"].entries().items():
        if day not in DAYS:
            item.note(f"unknown day {day!r}{did_you_mean(day, DAYS)}")
        elif span := _span(item):
            hours[str(DAYS.index(day))] = span
    blocked = [each.date() for each in members["blocked"].items()]
    return {
        "country": country,
        "hours": hours,
        "blocked": sorted({day.isoformat() for day in blocked if day}),
    }


def _span(item: Field) -> list[str] | None:
    text = item.text()
    found = _SPAN.fullmatch(text)
    opens, _, closes = text.partition("-")
    if text and (found is None or opens >= closes):
        item.note(f"{text!r} is no span of hours such as 08:00-20:00")
        return None
    return [opens, closes] if text else None


def calendar_content(calendar: Calendar) -> dict[str, Any]:
    """What JSON can hold of a calendar; its time zone is the programme's."""
    return {
        "country": calendar.country,
        "hours": {
            str(day): [f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"]
            for day, span in sorted(calendar.hours.items())
        },
        "blocked": sorted(day.isoformat() for day in calendar.blocked),
    }


def calendar_of(content: Mapping[str, Any], time_zone: str) -> Calendar:
    """The calendar whose content this is."""
    return Calendar(
        time_zone=time_zone,
        country=content["country"],
        hours=MappingProxyType(
            {
                int(day): Hours(dt.time.fromisoformat(opens), dt.time.fromisoformat(closes))
                for day, (opens, closes) in content["hours"].items()
            }
        ),
        blocked=frozenset(dt.date.fromisoformat(day) for day in content["blocked"]),
    )
