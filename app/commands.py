"""The `flask` commands: database, programme, worker, talk and doctor; and those of the packages."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app import doctor, schema, talk, worker
from app.house import House
from programmes import operations, queries
from programmes.errors import InvalidNumber, ProgrammeErrors, UnknownProgramme
from programmes.reader import read
from programmes.values import Programme
from staff.commands import staff as staff_commands
from surveys import operations as surveys
from surveys.commands import surveys as survey_commands
from telephony.dispatch import LEASE


def register(app: Flask) -> None:
    """Make the commands known to `flask`."""
    for each in (db, programme, staff_commands, survey_commands):
        app.cli.add_command(each)
    for command in (work, talk_to, examine):
        app.cli.add_command(command)


def _house() -> House:
    house: House = current_app.extensions["house"]
    return house


db = AppGroup("db", help="The database's schema.")


@db.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring the database to the newest revision; again changes nothing."""
    schema.migrate(_house().settings.database_url)
    click.echo("the database is up to date")


programme = AppGroup("programme", help="Programmes: what callers hear and choose.")


@programme.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path) -> None:
    """Read a programme's folder and list everything that is wrong with it, by file and line."""
    found = _read(folder)
    click.echo(f"{found.slug}: {len(found.languages)} languages, nothing wrong")


@programme.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--number", metavar="E164", help="A number at the carrier that it answers.")
@with_appcontext
def load(folder: Path, number: str | None) -> None:
    """Load a programme's folder; again updates it, and nothing of what people said is lost."""
    house, found = _house(), _read(folder)
    now = house.services.clock()
    with house.services.database.writing() as connection:
        loaded = operations.load(connection, found, now=now)
        published = surveys.publish(
            connection, vault=house.services.vault, programme=found, now=now
        )
        if published is not None and published.differs:
            raise click.ClickException(
                "the survey differs from the round that is open, and nothing was loaded: close it "
                f"with `flask surveys close {found.slug}`, then load again"
            )
        bound = None
        if number is not None:
            try:
                bound = operations.bind_number(connection, found.slug, number)
            except InvalidNumber as error:
                raise click.ClickException(str(error)) from error
    _report(found, loaded, bound)
    _voice_drafts(house, found)


def _report(found: Programme, loaded: operations.Loaded, bound: operations.Bound | None) -> None:
    what = "loaded" if loaded.is_new else "updated" if loaded.changed else "unchanged"
    click.echo(f"{found.slug}: {what}")
    for option in loaded.removed_options:
        click.echo(f"  option {option} is gone; what it led to keeps its cases")
    if bound is not None:
        moved = f" (it was {bound.moved_from}'s)" if bound.moved_from else ""
        click.echo(f"  answers {bound.number}{moved}")


def _voice_drafts(house: House, found: Programme) -> None:
    """Speak every draft now, so that no caller waits for one."""
    if house.prompts.drafts is None:
        return
    count = house.prompts.prepare(house.runner.wordings(found), found)
    click.echo(f"  {count} prompts can be heard as drafts")


@programme.command("open")
@click.argument("slug")
@with_appcontext
def open_to_callers(slug: str) -> None:
    """Let a programme answer in production, once the doctor finds nothing that stops it."""
    house = _house()
    stopping = [each for each in doctor.examine(house) if each.stops]
    if stopping:
        raise click.ClickException("\n".join(each.text for each in stopping))
    try:
        with house.services.database.writing() as connection:
            newly = operations.open_programme(connection, slug, now=house.services.clock())
    except UnknownProgramme as error:
        raise click.ClickException(f"no programme {slug!r} is loaded") from error
    click.echo(f"{slug} is open" + ("" if newly else " already"))


@programme.command("list")
@with_appcontext
def list_programmes() -> None:
    """The programmes that are loaded, and the numbers that they answer."""
    with _house().services.database.reading() as connection:
        for slug in queries.slugs(connection):
            numbers = ", ".join(queries.numbers_of(connection, slug)) or "no number"
            state = "open" if queries.is_open(connection, slug) else "not open"
            click.echo(f"{slug}: {numbers} ({state})")


def _read(folder: Path) -> Programme:
    try:
        return read(folder)
    except ProgrammeErrors as error:
        raise click.ClickException(str(error)) from error


@click.command("worker")
@click.option(
    "--lease",
    default=LEASE.total_seconds(),
    show_default=True,
    metavar="SECONDS",
    help="How long an attempt at the carrier may take before it is looked up there.",
)
@click.option(
    "--sweep",
    default=worker.SWEEP.total_seconds(),
    show_default=True,
    metavar="SECONDS",
    help="How often everything that is due is looked for.",
)
def work(lease: float, sweep: float) -> None:
    """Run jobs, the schedule and the sweep, in one process, until it is stopped."""
    worker.run(os.environ, lease=dt.timedelta(seconds=lease), every=dt.timedelta(seconds=sweep))


@click.command("talk")
@click.argument("slug", default="")
@with_appcontext
def talk_to(slug: str) -> None:
    """Have a conversation in the terminal, with the real engine. Nothing of it is kept."""
    talk.converse(_house(), slug=slug)


@click.command("doctor")
@with_appcontext
def examine() -> None:
    """Say whether this deployment is ready to go live; fails where something is missing."""
    findings = doctor.examine(_house())
    for each in findings:
        click.echo(f"[{'missing' if each.stops else 'ok' if each.is_good else 'note'}] {each.text}")
    if any(each.stops for each in findings):
        raise SystemExit(1)
