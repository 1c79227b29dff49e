"""`flask contacts`: what a person may ask of us about her phone."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.house import House
from contacts.numbers import e164
from dialogue.forgetting import forget_number

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
    house: House = current_app.extensions["house"]
    services, ours = house.services, house.numbers
    with services.database.writing() as connection:
        known = forget_number(
            connection, vault=services.vault, number=number, ours=ours(), now=services.clock()
        )
    click.echo("forgotten" if known else "nothing is kept of this number")
