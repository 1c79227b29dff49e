"""The measures of a period, as a page and a file. Register for `ROLES` under `measures.index`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from disclosure.values import Shown
from measures import labels, queries
from measures.export import as_csv
from measures.indicators import Report, report
from measures.values import DEFINITIONS, NotAPeriod, Period
from programmes.queries import current, version
from staff.values import Role
from staff.web import current_account, note, services

ROLES = frozenset({Role.REGULATOR, Role.SUPERVISOR, Role.OPERATOR})

measures = Blueprint(
    "measures", __name__, url_prefix="/staff/measures", template_folder="templates"
)


@measures.get("/")
def index() -> ResponseReturnValue:
    """The periods that are over; the newest month opened."""
    periods = _periods()
    return _page(periods[0] if periods else None, periods)


@measures.get("/<period>")
def of_period(period: str) -> ResponseReturnValue:
    """One period."""
    periods = _periods()
    return _page(_chosen(period, periods), periods)


@measures.get("/<period>.csv")
def file(period: str) -> ResponseReturnValue:
    """The tables of a period as CSV; its leaving is written down."""
    chosen = _chosen(period, _periods())
    with services().database.writing() as connection:
        note(connection, "measures_exported", f"period:{chosen}")
    name = f"{current_account().programme}-measures-{chosen}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = as_csv(current_account().programme, _report(chosen))
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)


def _page(chosen: Period | None, periods: list[Period]) -> str:
    found = _report(chosen) if chosen else None
    return render_template(
        "measures/index.html",
        periods=periods,
        chosen=chosen,
        report=found,
        tables=_tables(found) if found else [],
        definitions=labels.definitions(),
        version=DEFINITIONS,
    )


def _tables(found: Report) -> list[dict[str, object]]:
    """Tables in the words of the page; every cell as text and per cent, or hidden."""
    return [
        {
            "title": labels.title(kind),
            "columns": [labels.column(name) for name in table.columns],
            "rows": [
                (
                    labels.row(kind, name) if name is not None else None,
                    [
                        (cell.count, cell.percent) if isinstance(cell, Shown) else None
                        for cell in cells
                    ],
                )
                for name, cells in zip((*table.rows, None), table.cells, strict=True)
            ],
        }
        for kind, table in found.tables.items()
    ]


def _periods() -> list[Period]:
    slug, ours = current_account().programme, services()
    with ours.database.reading() as connection:
        zone = ZoneInfo(version(connection, current(connection, slug)).time_zone)
        today = ours.clock().astimezone(zone).date()
        return queries.periods(connection, slug, today=today)


def _chosen(text: str, periods: list[Period]) -> Period:
    try:
        period = Period.parse(text)
    except NotAPeriod:
        abort(404)
    if period not in periods:
        abort(404)
    return period


def _report(period: Period) -> Report:
    with services().database.reading() as connection:
        return report(queries.engagements(connection, current_account().programme, period), period)
