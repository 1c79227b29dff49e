"""`flask kannel config`: what Kannel needs to know of Rimay; and whether Kannel is there."""

from __future__ import annotations

import click
import requests
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.house import House, door
from app.settings import Kannel
from telephony.kannel import Door

kannel = AppGroup("kannel", help="Kannel, which carries the texts of some numbers.")

_TIMEOUT = 5.0


@kannel.command("config")
@with_appcontext
def config() -> None:
    """Print the groups of kannel.conf that speak of Rimay, from its settings."""
    house: House = current_app.extensions["house"]
    settings, opened = house.settings.kannel, door(house.settings)
    if settings is None or opened is None:
        raise click.ClickException("no Kannel is set up: KANNEL_URL and those beside it")
    click.echo(groups(settings, opened), nl=False)


def groups(settings: Kannel, opened: Door) -> str:
    """The groups `sendsms-user` and `sms-service`, as docs/kannel.md explains them."""
    return f"""group = sendsms-user
username = {settings.username}
password = {settings.password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
concatenation = true
max-messages = 0
omit-empty = true
send-sender = true
post-url = "{opened.inbound_url()}"
"""


def kannel_away(settings: Kannel) -> str | None:
    """What is wrong with the Kannel that is set up, in words for an operator; None if nothing is.

    It is asked to send a text to nobody, which it refuses, and it says by what whether it knows us.
    """
    headers = {
        "X-Kannel-Username": settings.username,
        "X-Kannel-Password": settings.password,
        "Content-Type": 'text/plain; charset="UTF-8"',
    }
    try:
        answer = requests.post(
            settings.url, data=b"", headers=headers, timeout=_TIMEOUT, allow_redirects=False
        )
    except requests.RequestException:
        return "nothing answers at KANNEL_URL"
    if answer.status_code == 403:
        return "it does not know KANNEL_USERNAME and KANNEL_PASSWORD, or not from here"
    if answer.status_code != 400:
        return f"it is not what answers at KANNEL_URL (status {answer.status_code})"
    return None
