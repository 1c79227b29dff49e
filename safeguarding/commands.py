"""`flask safeguarding`: the first two who can open what is sealed."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from safeguarding import designating
from safeguarding.errors import AlreadyDesignated, NotDesignated, TooFew, WeakPassphrase
from safeguarding.sealing import SHORTEST_PASSPHRASE
from staff.models import Account
from staff.operations import folded
from staff.web import services

safeguarding = AppGroup("safeguarding", help="Who can open reports of violence.")


@safeguarding.command("designate")
@click.argument("programme", metavar="SLUG")
@click.argument("emails", nargs=2, metavar="EMAIL EMAIL")
@with_appcontext
def designate(programme: str, emails: tuple[str, str]) -> None:
    """Designate the first two people of a programme; each types a passphrase of her own.

    Both are accounts of the role `safeguarding`. The passphrases, 16 characters or more, are two
    lines of standard input where it is no terminal. They are kept nowhere: what is sealed is lost
    with them, once nobody is left who knows one.
    """
    ours = services()
    with ours.database.reading() as connection:
        found = {
            row.email: row.id
            for row in connection.execute(select(Account.email, Account.id))
            if row.email in {folded(each) for each in emails}
        }
    accounts = [found.get(folded(each)) for each in emails]
    if None in accounts:
        raise click.ClickException("both need an account of the role safeguarding first")
    try:
        pairs = {
            account: designating.own_pair(account, _passphrase(email))
            for account, email in zip(accounts, emails, strict=True)
            if account is not None
        }
        with ours.database.writing() as connection:
            designating.designate_first(connection, programme, pairs, now=ours.clock())
    except WeakPassphrase as error:
        raise click.ClickException(
            f"a passphrase has at least {SHORTEST_PASSPHRASE} characters"
        ) from error
    except AlreadyDesignated as error:
        raise click.ClickException(
            f"{programme} has its designated people: they designate others on their page"
        ) from error
    except (NotDesignated, TooFew) as error:
        raise click.ClickException(
            f"they must be two different accounts of the role safeguarding, in {programme}"
        ) from error
    click.echo(f"{programme}: {' and '.join(folded(each) for each in emails)} are designated")


def _passphrase(email: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt(f"Passphrase of {email}", hide_input=True, confirmation_prompt=True)
    return typed
