"""The report of a period for staff, as page, CSV and PDF; and the same in public, without signing
in. Both are behind the guard of what is published. Register with `register`."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from disclosure.values import Shown
from grievances.indicators import labels, queries
from grievances.indicators.export import Printed, as_csv
from grievances.indicators.values import DEFINITIONS, NotAPeriod, Period, Report
from grievances.labels import in_page_language
from programmes.errors import UnknownProgramme
from programmes.queries import current, version
from programmes.values import Programme
from staff.values import LANGUAGES, Role
from staff.web import Entry, current_account, language, note, protect, public, services

ROLES = frozenset({Role.REGULATOR, Role.SUPERVISOR, Role.OPERATOR})

performance = Blueprint(
    "performance", __name__, url_prefix="/staff/performance", template_folder="templates"
)
in_public = Blueprint("performance_in_public", __name__, url_prefix="/performance")


@dataclass(slots=True)
class Reports:
    """Reports made by this process: what is over does not change, and anybody may ask for it."""

    made: dict[tuple[str, Period], Report] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def of(self, slug: str, period: Period) -> Report:
        with self.lock:
            found = self.made.get((slug, period))
            if found is None:
                with services().database.reading() as connection:
                    found = queries.report_of(connection, slug, period)
                self.made[slug, period] = found
        return found


def register(app: Flask) -> None:
    """Open the report to `ROLES`, and its public form to everybody."""
    app.extensions["rimay.case_reports"] = Reports()
    entry = Entry("performance.index", lambda: _("Performance"), "speedometer2")
    protect(app, performance, roles=ROLES, entry=entry)
    public(app, in_public)


@performance.get("/")
def index() -> ResponseReturnValue:
    """The newest period that is over."""
    slug = current_account().programme
    periods = _periods(slug)
    return _page("staff.html", slug, periods[0] if periods else None, periods)


@performance.get("/<period>")
def of_period(period: str) -> ResponseReturnValue:
    slug = current_account().programme
    periods = _periods(slug)
    return _page("staff.html", slug, _chosen(period, periods), periods)


@performance.get("/<period>.csv")
def file(period: str) -> ResponseReturnValue:
    """The numbers as CSV; its leaving is written down."""
    slug = current_account().programme
    chosen = _chosen(period, _periods(slug))
    with services().database.writing() as connection:
        note(connection, "performance_exported", f"period:{chosen}")
    return _csv(slug, chosen)


@performance.get("/<period>.pdf")
def printed(period: str) -> ResponseReturnValue:
    """The report to print and pin up; its leaving is written down."""
    slug = current_account().programme
    chosen = _chosen(period, _periods(slug))
    with services().database.writing() as connection:
        note(connection, "performance_printed", f"period:{chosen}")
    return _pdf(slug, chosen)


@in_public.get("/<slug>")
def public_index(slug: str) -> ResponseReturnValue:
    periods = _periods(slug)
    with force_locale(_wished()):
        return _page("public.html", slug, periods[0] if periods else None, periods)


@in_public.get("/<slug>/<period>")
def public_period(slug: str, period: str) -> ResponseReturnValue:
    periods = _periods(slug)
    with force_locale(_wished()):
        return _page("public.html", slug, _chosen(period, periods), periods)


@in_public.get("/<slug>/<period>.csv")
def public_file(slug: str, period: str) -> ResponseReturnValue:
    return _csv(slug, _chosen(period, _periods(slug)))


@in_public.get("/<slug>/<period>.pdf")
def public_printed(slug: str, period: str) -> ResponseReturnValue:
    chosen = _chosen(period, _periods(slug))
    with force_locale(_wished()):
        return _pdf(slug, chosen)


def _page(template: str, slug: str, chosen: Period | None, periods: list[Period]) -> str:
    programme = _programme(slug)
    printed = _printed(programme, _report(slug, chosen)) if chosen else None
    return render_template(
        f"performance/{template}",
        slug=slug,
        name=in_page_language(programme.name, _language()),
        periods=[(each, labels.period_label(each)) for each in periods],
        chosen=chosen,
        report=printed,
        definitions=labels.definitions(),
        version=DEFINITIONS,
        spoken=_language(),
        languages=LANGUAGES,
    )


def _printed(programme: Programme, report: Report) -> Printed:
    return Printed(
        title=_(
            "How complaints are dealt with: %(name)s",
            name=in_page_language(programme.name, _language()),
        ),
        subtitle=labels.period_label(report.period),
        language=_language(),
        figures=[
            (labels.figure_label(figure), *labels.value_label(value))
            for figure, value in report.figures.items()
        ],
        tables=[
            (
                labels.table_label(kind),
                [
                    (
                        _("Total") if name is None else labels.row_label(kind, name, programme),
                        str(cells[0].count) if isinstance(cells[0], Shown) else _("hidden"),
                    )
                    for name, cells in zip((*table.rows, None), table.cells, strict=True)
                ],
            )
            for kind, table in report.tables.items()
        ],
        definitions=labels.definitions(),
    )


def _csv(slug: str, period: Period) -> Response:
    return _download(as_csv(slug, _report(slug, period)), slug, period, "csv")


def _pdf(slug: str, period: Period) -> Response:
    content = _printed(_programme(slug), _report(slug, period)).pdf()
    return _download(content, slug, period, "pdf")


def _download(content: bytes, slug: str, period: Period, ending: str) -> Response:
    kind = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}[ending]
    name = f"{slug}-performance-{period}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)


def _programme(slug: str) -> Programme:
    with services().database.reading() as connection:
        try:
            return version(connection, current(connection, slug))
        except UnknownProgramme:
            abort(404)


def _periods(slug: str) -> list[Period]:
    _programme(slug)
    with services().database.reading() as connection:
        return queries.periods(connection, slug, now=services().clock())


def _chosen(text: str, periods: list[Period]) -> Period:
    try:
        period = Period.parse(text)
    except NotAPeriod:
        abort(404)
    if period not in periods:
        abort(404)
    return period


def _report(slug: str, period: Period) -> Report:
    reports: Reports = current_app.extensions["rimay.case_reports"]
    return reports.of(slug, period)


def _wished() -> str:
    """The language of a public page: the one asked for, else the browser's, else Spanish."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else language()


def _language() -> str:
    return _wished() if request.blueprint == in_public.name else language()
