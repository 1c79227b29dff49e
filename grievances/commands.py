"""`flask grievances`: what operators do about cases."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext

from grievances import verifying
from grievances.search import renewing
from grievances.verifying import Flaw
from staff.web import services

grievances = AppGroup("grievances", help="Questions and grievances.")

_WORDS = {
    Flaw.NO_HISTORY: "it has no history",
    Flaw.MISSING: "the event is not there",
    Flaw.CHANGED: "the event is not as it was written",
    Flaw.WORDS: "its words are not as they were, or are gone without having been erased",
    Flaw.END: "events are gone from the end, or their count was changed",
    Flaw.STATE: "the case says another state than its history",
}


@grievances.command("words")
@with_appcontext
def words() -> None:
    """Write anew the words that cases are found by: once after an upgrade, or after a restore."""
    ours = services()
    with ours.database.reading() as connection:
        batches = list(renewing.batches(connection))
    for batch in batches:
        with ours.database.writing() as connection:
            for case_id in batch:
                renewing.renew(connection, case_id, vault=ours.vault)
    click.echo(f"{sum(map(len, batches))} cases are found by their words")


@grievances.command("verify")
@with_appcontext
def verify() -> None:
    """Prove that the history of every case holds; else name the first link that does not."""
    ours = services()
    with ours.database.reading() as connection:
        found = verifying.verify(connection, ours.vault)
    if found.broken is None:
        click.echo(f"{found.cases} cases, {found.events} events: every link holds")
        return
    broken = found.broken
    raise click.ClickException(
        f"case {broken.case_id}, event {broken.seq}: {_WORDS[broken.flaw]} ({broken.flaw})"
    )
