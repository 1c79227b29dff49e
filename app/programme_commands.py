"""`flask programme check`, `map` and `export`: a folder's faults and its drawing; and the way back
from what callers meet to a folder."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.examining import Examined, Examiner
from app.house import House
from dialogue.drawing.words import LANGUAGES
from dialogue.exploring.findings import Severity
from dialogue.exploring.walk import ExplorationTooLarge
from programmes import queries
from programmes.errors import ProgrammeErrors, UnknownProgramme
from programmes.reader import read
from programmes.writer import write

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("check")
@click.argument("folder", type=_FOLDER)
@with_appcontext
def check(folder: Path) -> None:
    """Read a programme's folder, try every path of it, and list everything that is wrong.

    Fails where something must be mended.
    """
    examined = _examined(folder)
    findings = examined.findings
    for each in findings:
        click.echo(str(each))
    errors = sum(each.severity is Severity.ERROR for each in findings)
    found = examined.programme
    summary = f"{len(found.languages)} languages, {len(examined.graph.nodes)} questions"
    wrong = f"{errors} errors, {len(findings) - errors} warnings" if findings else "nothing wrong"
    click.echo(f"{found.slug}: {summary}, {wrong}")
    if errors:
        raise SystemExit(1)


@click.command("map")
@click.argument("folder", type=_FOLDER)
@click.option("--language", required=True, metavar="TAG", help="In which it is heard.")
@click.option("--reading", type=click.Choice(LANGUAGES), help="Of the words round the transcripts.")
@click.option(
    "--to",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file: .svg for one picture, .pdf for A3 sheets.",
)
@with_appcontext
def draw_map(folder: Path, language: str, reading: str | None, file: Path) -> None:
    """Draw the whole programme, as a picture or to print."""
    if file.suffix not in (".svg", ".pdf"):
        raise click.BadParameter("the file's name ends in .svg or .pdf", param_hint="--to")
    examined = _examined(folder)
    offered = examined.programme.languages
    if language not in offered:
        raise click.BadParameter(
            f"the programme offers {', '.join(offered)}", param_hint="--language"
        )
    drawn = examined.map(language=language, reading=reading)
    file.write_bytes(drawn.pdf() if file.suffix == ".pdf" else drawn.svg().encode())
    click.echo(f"{file}: {len(drawn.sheets())} sheets" if file.suffix == ".pdf" else str(file))


@click.command("export")
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export(slug: str, folder: Path) -> None:
    """Write the programme that callers meet now as a folder, to keep or to load elsewhere.

    Comments of files that are there already stay. Recordings: `flask prompts export`.
    """
    house: House = current_app.extensions["house"]
    with house.services.database.reading() as connection:
        try:
            found = queries.version(connection, queries.current(connection, slug))
        except UnknownProgramme as error:
            raise click.ClickException(str(error)) from error
    changed = write(found, folder)
    click.echo(f"{slug}: {', '.join(changed) if changed else 'nothing changed'} in {folder}")


def _examined(folder: Path) -> Examined:
    examiner: Examiner = current_app.extensions["examiner"]
    try:
        return examiner.examine(read(folder))
    except (ProgrammeErrors, ExplorationTooLarge) as error:
        raise click.ClickException(str(error)) from error
