"""The `flask` commands: database, programme, worker, talk and doctor; and those of the packages."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app import doctor, programme_commands, schema, talk, worker
from app.contact_commands import contacts as contact_commands
from app.house import House
from app.kannel import kannel
from app.publishing import SurveyDiffers, publish
from grievances.commands import grievances as case_commands
from library.commands import prompts as prompt_commands
from library.files import Compared, compare_loaded, edited_at
from library.operations import allow_unrecorded
from measures.commands import report_measures
from privacy.commands import privacy as privacy_commands
from programmes import operations, queries
from programmes.errors import InvalidNumber, ProgrammeErrors
from programmes.reader import read
from programmes.values import CarrierName, Programme
from safeguarding.commands import safeguarding as safeguarding_commands
from staff.commands import staff as staff_commands
from surveys.commands import surveys as survey_commands
from telephony.dispatch import LEASE
from telephony.gateway import GatewayError


def register(app: Flask) -> None:
    """Make the commands known to `flask`."""
    for each in (
        db,
        programme,
        staff_commands,
        survey_commands,
        prompt_commands,
        contact_commands,
        case_commands,
        kannel,
        safeguarding_commands,
        report_measures,
        privacy_commands,
    ):
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
    schema.migrate(_house().settings.database_url, vault=_house().services.vault)
    click.echo("the database is up to date")


programme = AppGroup("programme", help="Programmes: what callers hear and choose.")
programme.add_command(programme_commands.check)
programme.add_command(programme_commands.draw_map)
programme.add_command(programme_commands.export)


@programme.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--number", metavar="E164", help="A number at the carrier that it answers.")
@click.option(
    "--missed-call", is_flag=True, help="Turn callers of the number away unbilled, and call back."
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="TAG",
    help="What callers of the number are offered first; again for the next.",
)
@click.option(
    "--carrier",
    type=click.Choice([each.value for each in CarrierName]),
    help="Who carries the number: twilio at first, and as it was when it is bound again.",
)
@with_appcontext
def load(
    folder: Path,
    number: str | None,
    missed_call: bool,
    languages: tuple[str, ...],
    carrier: str | None,
) -> None:
    """Load a programme's folder; again updates it, and nothing of what people said is lost."""
    house, found = _house(), _read(folder)
    if number is None and carrier is not None:
        raise click.UsageError("--carrier speaks of a --number")
    if unknown := [tag for tag in languages if tag not in found.languages]:
        raise click.BadParameter(
            f"{found.slug} does not offer {unknown[0]}", param_hint="--language"
        )
    now = house.services.clock()
    with house.services.database.writing() as connection:
        try:
            loaded = publish(connection, found, vault=house.services.vault, now=now)
        except SurveyDiffers:
            raise click.ClickException(
                "the survey differs from the round that is open, and nothing was loaded: close it "
                f"with `flask surveys close {found.slug}`, then load again"
            ) from None
        compared = _compare(connection, found, loaded, edited=edited_at(folder), now=now)
        bound = None
        if number is not None:
            try:
                bound = operations.bind_number(
                    connection,
                    found.slug,
                    number,
                    missed_call=missed_call,
                    languages=languages,
                    carrier=CarrierName(carrier) if carrier else None,
                )
            except InvalidNumber as error:
                raise click.ClickException(str(error)) from error
    _report(found, loaded, bound)
    _report_words(compared)
    _voice_drafts(house, found)


def _compare(
    connection: Connection,
    found: Programme,
    loaded: operations.Loaded,
    *,
    edited: dt.datetime,
    now: dt.datetime,
) -> Compared:
    """Bring the files' words together with those that were changed on pages."""
    is_other = loaded.previous is not None and loaded.changed
    previous = queries.version(connection, loaded.previous or "") if is_other else None
    return compare_loaded(connection, found, previous, edited=edited, now=now)


def _report_words(compared: Compared) -> None:
    for place in compared.renewed:
        click.echo(
            f"  {place.key} ({place.language}) has new words in the file: record and approve them"
        )
    for place in compared.left:
        click.echo(f"  {place.key} ({place.language}) was changed on its page: left as it is there")


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
@click.option(
    "--spanish-unrecorded-by",
    "name",
    metavar="NAME",
    help="Who stands for Spanish in the carrier's voice until it is recorded.",
)
@click.option("--reason", metavar="TEXT", help="Why it cannot wait.")
@with_appcontext
def open_to_callers(slug: str, name: str | None, reason: str | None) -> None:
    """Let a programme answer in production, once the doctor finds nothing that stops it."""
    house = _house()
    if bool(name) != bool(reason):
        raise click.UsageError("--spanish-unrecorded-by and --reason go together")
    with house.services.database.reading() as connection:
        if slug not in queries.slugs(connection):
            raise click.ClickException(f"no programme {slug!r} is loaded")
    stopping = [each for each in doctor.examine(house, only=slug) if each.stops]
    unrecorded = [each.unrecorded for each in stopping if name and each.unrecorded]
    if len(unrecorded) < len(stopping):
        raise click.ClickException("\n".join(_lines(each) for each in stopping))
    now = house.services.clock()
    with house.services.database.writing() as connection:
        for tag in unrecorded:
            allow_unrecorded(
                connection,
                programme=slug,
                language_tag=tag,
                name=name or "",
                reason=reason or "",
                now=now,
            )
        newly = operations.open_programme(connection, slug, now=now)
    click.echo(f"{slug} is open" + ("" if newly else " already"))
    for tag in unrecorded:
        click.echo(f"  {tag} is in the carrier's voice until it is recorded: allowed by {name}")


def _lines(finding: doctor.Finding) -> str:
    return "\n".join((finding.text, *(f"    {each}" for each in finding.details)))


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
@click.option(
    "--set-carrier", is_flag=True, help="Set our addresses at every number of ours at the carrier."
)
@with_appcontext
def examine(*, set_carrier: bool) -> None:
    """Say whether this deployment is ready to go live; fails where something is missing."""
    house = _house()
    if set_carrier:
        _set_at_carrier(house)
    findings = doctor.examine(house)
    if set_carrier or house.settings.carrier is not None:
        findings += doctor.examine_carrier(house)
    for each in findings:
        mark = "missing" if each.stops else "ok" if each.is_good else "note"
        click.echo(f"[{mark}] {_lines(each)}")
    if any(each.stops for each in findings):
        raise SystemExit(1)


def _set_at_carrier(house: House) -> None:
    try:
        changed = doctor.set_at_carrier(house)
    except (GatewayError, SQLAlchemyError) as error:
        raise click.ClickException(f"not everything could be set: {error}") from error
    for number in changed:
        click.echo(f"{number} leads here now")
    if not changed:
        click.echo("every number that is ours led here already")
