"""`flask contacts`: what a person may ask of us about her phone."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from contacts.numbers import e164
from contacts.wishes import forget_line
from staff.web import services

contacts = AppGroup("contacts", help="Lines and the people on them.")


@contacts.command("forget")
@with_appcontext
def forget() -> None:
    """Forget a number, read from standard input, and what is known of the people on it.

    Their cases stay, without a way to the phone. That it wants no messages is kept, as a keyed
    hash, so that it still holds when the number turns up again.
    """
    number = e164(sys.stdin.readline().strip())
    if number is None:
        raise click.ClickException("write the number as +51987654321")
    ours = services()
    with ours.database.writing() as connection:
        known = forget_line(connection, vault=ours.vault, number=number, now=ours.clock())
    click.echo("forgotten" if known else "nothing is kept of this number")
