"""`flask staff`: accounts from the command line."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import IntegrityError

from staff import operations
from staff.errors import StaffError
from staff.values import LANGUAGES, Affiliation, Role
from staff.web import services

staff = AppGroup("staff", help="Accounts of those who work here.")


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--programme", metavar="SLUG", required=True, help="A programme that is loaded.")
@click.option(
    "--affiliation",
    type=click.Choice([affiliation.value for affiliation in Affiliation]),
    default=Affiliation.INDEPENDENT.value,
    show_default=True,
    help="Whose people they are: it decides which queues they see.",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Of the pages."
)
@with_appcontext
def add(email: str, role: str, programme: str, affiliation: str, language: str) -> None:
    """Add an account. The password is the first line of standard input, 10 characters or more."""
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    ours = services()
    try:
        with ours.database.writing() as connection:
            operations.add_account(
                connection,
                email=email,
                password=password,
                role=Role(role),
                programme=programme,
                affiliation=Affiliation(affiliation),
                language=language,
                now=ours.clock(),
            )
    except StaffError as error:
        raise click.ClickException(str(error)) from error
    except IntegrityError as error:
        raise click.ClickException(f"no programme {programme!r} is loaded") from error
    click.echo(f"{operations.folded(email)} added as {role} of {programme}")
    current_app.logger.info("account_added", extra={"role": role})
