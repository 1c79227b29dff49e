"""`flask privacy`: what is kept for how long, from the command line."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from privacy import retention
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
