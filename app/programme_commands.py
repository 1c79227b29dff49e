"""`flask programme check` and `map`: what is wrong with a programme's folder, and its drawing."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.examining import Examined, Examiner
from dialogue.drawing.words import LANGUAGES
from dialogue.exploring.findings import Severity
from dialogue.exploring.walk import ExplorationTooLarge
from programmes.errors import ProgrammeErrors
from programmes.reader import read

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


def _examined(folder: Path) -> Examined:
    examiner: Examiner = current_app.extensions["examiner"]
    try:
        return examiner.examine(read(folder))
    except (ProgrammeErrors, ExplorationTooLarge) as error:
        raise click.ClickException(str(error)) from error
