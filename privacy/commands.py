"""`flask privacy`: what is kept, where and for how long, from the command line."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from privacy import retention
from privacy.inventory import Deployment, as_csv, as_dict, country_of, inventory
from privacy.inventory_labels import in_words, measure_label
from programmes.queries import current, slugs, version
from staff.values import LANGUAGES
from staff.web import services

privacy = AppGroup("privacy", help="What is kept, for how long, and what was deleted.")


@privacy.command("retention")
@with_appcontext
def show_retention() -> None:
    """Say when each class of what is kept was last looked after, and how many rows went."""
    ours = services()
    with ours.database.reading() as connection:
        found = retention.runs(connection, today=ours.clock().date())
    for each in found:
        when = each.ran_at.isoformat(timespec="minutes") if each.ran_at else "never"
        rows = "not counted" if each.rows is None else f"{each.rows} in 30 days"
        click.echo(f"{each.kept.value:12} {when:24} {rows}")


@privacy.command("inventory")
@click.option("--programme", metavar="SLUG", help="Whose people; the first one that is loaded.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--json", "form", flag_value="json", help="As values, for another program.")
@click.option("--csv", "form", flag_value="csv", help="As a table of words.")
@with_appcontext
def show_inventory(programme: str | None, language: str, form: str | None) -> None:
    """Say which personal data are processed here, what for, where and for how long."""
    deployment: Deployment = current_app.extensions["deployment"]
    found = inventory(deployment, home=_home(programme))
    if form == "json":
        click.echo(json.dumps([as_dict(each) for each in found], ensure_ascii=False, indent=2))
        return
    with force_locale(language):
        rows = [in_words(each) for each in found]
        measures = [measure_label(each) for each in deployment.measures]
    if form == "csv":
        click.echo(as_csv(rows), nl=False)
        return
    for row in rows:
        (_column, name), *words = row.items()
        click.echo(name)
        for label, text in words:
            click.echo(f"  {label}: {text}")
    for measure in measures:
        click.echo(f"- {measure}")


def _home(programme: str | None) -> str | None:
    with services().database.reading() as connection:
        known = slugs(connection)
        if programme is not None and programme not in known:
            raise click.BadParameter(f"{programme} is not loaded", param_hint="--programme")
        slug = programme or next(iter(known), None)
        if slug is None:
            return None
        return country_of(version(connection, current(connection, slug)).time_zone)
