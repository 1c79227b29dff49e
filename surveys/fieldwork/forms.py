"""The form in which fieldwork is planned: what was filled in, and what is wrong with it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from programmes.values import Programme
from surveys.fieldwork.values import (
    MOST_NUMBERS,
    Basis,
    Mode,
    Of,
    Plan,
    Quota,
    Sample,
    Way,
)

GENDERS = ("woman", "man")
"""Of whom a number may be wanted; the others are too few to be told apart."""


class Wrong(Exception):
    """What is wrong, in the page's language."""


def read_plan(form: Mapping[str, str], chosen: Mapping[str, list[str]], here: Programme) -> Plan:
    """What was filled in. Raises Wrong with the first thing that is wrong."""
    mode, way, basis = form.get("mode", ""), form.get("way", ""), form.get("basis", "")
    plan = Plan(
        mode=Mode(mode) if mode in list(Mode) else Mode.INBOUND,
        opens_at=_day(form.get("opens", ""), here),
        closes_at=_day(form.get("closes", ""), here, end=True),
        way=Way(way) if way in list(Way) else Way.VOICE,
        announces=form.get("announces") == "yes",
        sample=Sample(
            basis=Basis(basis) if basis in list(Basis) else Basis.AGREED,
            languages=_some(chosen.get("language", []), here.languages),
            districts=_some(
                chosen.get("district", []), tuple(each.slug for each in here.districts)
            ),
            genders=_some(chosen.get("gender", []), (*GENDERS, "other", "unsaid", "")),
            size=_count(form.get("size", "")),
            consent_source=" ".join(form.get("consent_source", "").split())[:200],
        ),
        quotas=_quotas(form, here),
        turns_away=form.get("turns_away") == "yes",
        incentive=_money(form.get("incentive", "")),
    )
    if plan.opens_at and plan.closes_at and plan.closes_at <= plan.opens_at:
        raise Wrong(_("It has to close after it opens."))
    is_list = plan.is_sampled and plan.sample.basis is Basis.LIST
    if is_list and not plan.sample.consent_source:
        raise Wrong(_("Say under which consent these numbers were given."))
    return plan


def read_list(raw: bytes, here: Programme) -> list[tuple[str, str]]:
    """The numbers of a CSV file, its first line naming `number` and perhaps `language`.

    Raises Wrong.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Wrong(_("The list has to be a CSV file in UTF-8.")) from None
    rows = csv.DictReader(io.StringIO(text))
    if "number" not in (rows.fieldnames or ()):
        raise Wrong(_("The first line of the list has to name a column “number”."))
    found = []
    for row in rows:
        language = (row.get("language") or "").strip()
        known = language if language in here.languages else here.languages[0]
        found.append(((row.get("number") or "").replace(" ", ""), known))
    if len(found) > MOST_NUMBERS:
        raise Wrong(_("A list has at most %(n)s numbers.", n=MOST_NUMBERS))
    return found


def _day(raw: str, here: Programme, *, end: bool = False) -> dt.datetime | None:
    if not raw:
        return None
    try:
        day = dt.date.fromisoformat(raw)
    except ValueError:
        raise Wrong(_("A day is written as 2026-11-30.")) from None
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(here.time_zone))
    return (midnight + dt.timedelta(days=1 if end else 0)).astimezone(dt.UTC)


def _count(raw: str) -> int | None:
    raw = raw.strip()
    if not raw:
        return None
    if not (raw.isascii() and raw.isdecimal() and 0 < int(raw[:9]) < 1_000_000):
        raise Wrong(_("A number of people is a whole number such as 200."))
    return int(raw[:9])


def _money(raw: str) -> int | None:
    raw = raw.strip().replace(",", ".")
    if not raw:
        return None
    try:
        amount = float(raw)
    except ValueError:
        amount = -1.0
    if not 0 < amount <= 1000:
        raise Wrong(_("The airtime is an amount such as 5."))
    return round(amount * 1000)


def _some(ticked: list[str], known: tuple[str, ...]) -> tuple[str, ...]:
    """Those that were ticked; none where all were."""
    found = tuple(each for each in known if each in ticked)
    return () if len(found) == len(known) else found


def _quotas(form: Mapping[str, str], here: Programme) -> tuple[Quota, ...]:
    groups = [(Of.GENDER, each) for each in GENDERS]
    groups += [(Of.LANGUAGE, tag) for tag in here.languages]
    groups += [(Of.DISTRICT, each.slug) for each in here.districts]
    wanted = ((of, name, _count(form.get(f"quota-{of}-{name}", ""))) for of, name in groups)
    return tuple(Quota(of, name, target) for of, name, target in wanted if target)
