"""`flask prompts`: what was made on pages, written back as files."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from library.files import export
from programmes.errors import UnknownProgramme
from programmes.queries import current, version
from staff.web import services

prompts = AppGroup("prompts", help="What callers hear: recordings and their words.")


@prompts.command("export")
@click.argument("slug")
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder; a programme's own has its words brought up to date.",
)
@with_appcontext
def export_files(slug: str, folder: Path) -> None:
    """Write the approved recordings and words of a programme as files."""
    with services().database.reading() as connection:
        try:
            programme = version(connection, current(connection, slug))
        except UnknownProgramme as error:
            raise click.ClickException(f"no programme {slug!r} is loaded") from error
        done = export(connection, services().media, programme, folder)
    click.echo(f"{slug}: {done.recordings} recordings written to {folder / 'audio'}")
    if done.worded:
        click.echo(f"  {done.worded} prompts have new words in the programme's own files")
