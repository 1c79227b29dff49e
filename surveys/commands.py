"""`flask surveys`: closing a round and exporting its results from the command line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from programmes import queries as programmes
from programmes.content import to_content
from programmes.errors import UnknownProgramme
from staff import operations as trail
from staff.values import LANGUAGES
from staff.web import services
from storage.media import write_durably
from surveys import operations, pilots, queries, row_store
from surveys.export import rows_stream, tables_file
from surveys.jobs import renew_snapshots
from surveys.labels import Labels
from surveys.release.archive import public_key, verify
from surveys.release.operations import SIGNING
from surveys.values import GRACE
from surveys.xlsform.document import as_yaml, read_file
from surveys.xlsform.sheets import NotAForm
from surveys.xlsform.writing import as_xlsform

surveys = AppGroup("surveys", help="Rounds of a programme's survey.")


@surveys.command("export")
@click.argument("slug")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder that both files are written into.",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Of the labels."
)
@with_appcontext
def export(slug: str, folder: Path, language: str) -> None:
    """Write the newest results of the programme's last round: the tables as shown, and the rows
    that are not for publication."""
    ours = services()
    renew_snapshots(ours)
    with ours.database.reading() as connection:
        rounds = queries.rounds(connection, slug)
        found = ((round_, queries.results(connection, round_.id)) for round_ in rounds)
        newest = next(((round_, results) for round_, results in found if results), None)
    if newest is None:
        raise click.ClickException(
            f"no results of {slug!r} can be shown yet: 10 people must finish, or the round close"
        )
    labels = Labels(newest[0].content, language)
    with ours.database.writing() as connection:
        trail.note(
            connection,
            account_id=None,
            action="survey_exported",
            subject=f"round:{newest[0].id}",
            now=ours.clock(),
        )
    round_, results = newest
    file = tables_file(round_, results, labels)
    write_durably(folder / file.name, file.content)
    click.echo(str(folder / file.name))
    lines = row_store.batches(ours.database, results.id, expected=results.row_count)
    rows = rows_stream(round_, results, labels, lines)
    partial = folder / f"{rows.name}.partial"
    with partial.open("wb") as out:
        out.writelines(rows.chunks)
    partial.replace(folder / rows.name)
    click.echo(str(folder / rows.name))


@surveys.command("pilot")
@click.argument("slug")
@click.option("--end", is_flag=True, help="End it: its answers are deleted, its times shown.")
@with_appcontext
def pilot(slug: str, end: bool) -> None:
    """Try the questionnaire: the open round, which nobody has answered, becomes a pilot."""
    ours = services()
    with ours.database.writing() as connection:
        round_ = queries.open_round(connection, slug)
        if round_ is None:
            raise click.ClickException(f"no round of {slug!r} is open: flask programme load DIR")
        try:
            if not end:
                pilots.begin(connection, round_id=round_.id)
                click.echo(f"{round_.survey} is a pilot: whatever is answered is thrown away;")
                click.echo(f"end it with: flask surveys pilot {slug} --end")
                return
            times = pilots.end(connection, round_id=round_.id, now=ours.clock())
        except pilots.NotAPilot as error:
            raise click.ClickException(str(error)) from error
    for each in times:
        click.echo(
            f"{each.channel} {each.language}: {each.finished} of {each.began} finished"
            + (f", half of them within {each.median / 60:.1f} minutes" if each.finished else "")
        )
    click.echo("its answers are deleted; the next `flask programme load` opens a round")


@surveys.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--programme", "slug", default="", help="Whose languages it must speak; else the form's own."
)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The programme's folder, whose survey.yaml it becomes; else it is printed.",
)
@with_appcontext
def import_(file: Path, slug: str, folder: Path | None) -> None:
    """Read an XLSForm (.xlsx), and say of each cell what cannot be asked by telephone."""
    tags: tuple[str, ...] = ()
    if slug:
        with services().database.reading() as connection:
            try:
                loaded = programmes.version(connection, programmes.current(connection, slug))
            except UnknownProgramme as error:
                raise click.ClickException(str(error)) from error
        tags = loaded.languages
    try:
        imported = read_file(file.read_bytes(), name=file.stem, languages=tags)
    except NotAForm as error:
        raise click.ClickException(f"{file}: {error}") from error
    for finding in imported.findings:
        click.echo(str(finding), err=True)
    if not imported.is_fit:
        raise click.ClickException("nothing was imported: mend the cells with errors first")
    if folder is None:
        click.echo(as_yaml(imported), nl=False)
        return
    path = folder / "survey.yaml"
    write_durably(path, as_yaml(imported).encode())
    click.echo(str(path))
    click.echo(f"next: flask programme check {folder}")


@surveys.command("xlsform")
@click.argument("slug")
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_appcontext
def xlsform(slug: str, path: Path) -> None:
    """Write the programme's survey as an XLSForm (.xlsx), in all its languages."""
    with services().database.reading() as connection:
        try:
            loaded = programmes.version(connection, programmes.current(connection, slug))
        except UnknownProgramme as error:
            raise click.ClickException(str(error)) from error
    content = to_content(loaded)
    if content["survey"] is None:
        raise click.ClickException(f"{slug!r} has no survey")
    write_durably(path, as_xlsform(content["survey"], loaded.wordings, version=loaded.hash[:12]))
    click.echo(str(path))


@surveys.command("close")
@click.argument("slug")
@click.option("--at-once", is_flag=True, help="Who had begun may not finish any more.")
@with_appcontext
def close(slug: str, at_once: bool) -> None:
    """Close the programme's open round. Who had begun may finish for an hour."""
    ours = services()
    now = ours.clock()
    grace = dt.timedelta(0) if at_once else GRACE
    with ours.database.writing() as connection:
        round_ = queries.open_round(connection, slug)
        if round_ is None:
            raise click.ClickException(f"no round of {slug!r} is open")
        operations.close_round(connection, round_id=round_.id, now=now, grace=grace)
    click.echo(f"{round_.survey} closed; the last results follow when nobody can finish any more,")
    click.echo(f"at the latest after {now + grace:%Y-%m-%d %H:%M} UTC")


@surveys.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", metavar="BASE64", help="Who must have signed it; this installation unless given."
)
@with_appcontext
def verify_release(file: Path, key: str | None) -> None:
    """Say whether a release is whole, unchanged and signed; fails where it is not."""
    found = verify(file.read_bytes(), signed_by=key or _own_key())
    for fault in found.faults:
        click.echo(f"[wrong] {fault}")
    if found.faults:
        raise SystemExit(1)
    click.echo(f"[ok] {found.release}, signed by {found.signed_by}")


@surveys.command("key")
@with_appcontext
def show_key() -> None:
    """Print the public key that releases of this installation are signed with."""
    click.echo(_own_key())


def _own_key() -> str:
    return public_key(services().vault.signing_key(SIGNING))
