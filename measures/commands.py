"""`flask report`: the measures of a programme from the command line."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import with_appcontext

from measures import queries
from measures.export import as_csv
from measures.indicators import report
from measures.values import NotAPeriod, Period
from programmes.queries import current, slugs, version
from staff import operations as trail
from staff.web import services
from storage.media import write_durably


@click.command("report")
@click.argument("slug")
@click.option("--period", metavar="PERIOD", help="A month (2026-11) or a year (2026) that is over.")
@click.option(
    "--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of here."
)
@with_appcontext
def report_measures(slug: str, period: str | None, path: Path | None) -> None:
    """Print the pilot's measures as CSV: who takes part, who comes back, to how many tools."""
    ours = services()
    with ours.database.reading() as connection:
        if slug not in slugs(connection):
            raise click.ClickException(f"no programme {slug!r} is loaded")
        zone = ZoneInfo(version(connection, current(connection, slug)).time_zone)
        today = ours.clock().astimezone(zone).date()
        known = queries.periods(connection, slug, today=today)
        chosen = _chosen(period, known)
        content = as_csv(slug, report(queries.engagements(connection, slug, chosen), chosen))
    with ours.database.writing() as connection:
        trail.note(
            connection,
            account_id=None,
            action="measures_exported",
            subject=f"period:{chosen}",
            now=ours.clock(),
        )
    if path is None:
        click.echo(content.decode("utf-8-sig"), nl=False)
    else:
        write_durably(path, content)
        click.echo(str(path))


def _chosen(text: str | None, known: list[Period]) -> Period:
    if not known:
        raise click.ClickException("nothing to report yet: a month is reported when it is over")
    if text is None:
        return known[0]
    try:
        chosen = Period.parse(text)
    except NotAPeriod:
        raise click.ClickException(f"{text!r} is no month (2026-11) and no year (2026)") from None
    if chosen not in known:
        names = ", ".join(str(each) for each in known)
        raise click.ClickException(
            f"{text} is not over, or nothing happened in it; there are {names}"
        )
    return chosen
