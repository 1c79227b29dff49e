"""A conversation in the terminal: the real engine and the words of the text channel.

It runs on a database of its own that is thrown away: trying a script leaves nothing behind.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import unescape

import click

from app import rehearsal, schema
from app.house import House, build
from dialogue.runner import Runner
from dialogue.scene import Apologise, Event
from locales.languages import languages
from programmes import queries
from programmes.values import Programme
from sms import hear, texts
from storage.ids import new_id

_MESSAGE = re.compile(r"<Message>(.*?)</Message>", re.DOTALL)


def converse(house: House, *, slug: str) -> None:
    """Answer line after line, until `quit` or the end of the input."""
    programme = _programme(house, slug)
    theirs = "+5199" + "".join(secrets.choice("0123456789") for _ in range(7))
    with _elsewhere(house, programme) as runner:
        click.echo("Write as in a text message. `quit` ends it; nothing is kept.\n")
        line = "hola"
        while line.strip().lower() != "quit":
            for text in _answers(runner, theirs, line):
                click.echo(text + "\n")
            try:
                line = click.prompt("", prompt_suffix="> ", default="", show_default=False)
            except (click.Abort, EOFError):
                return


def _programme(house: House, slug: str) -> Programme:
    with house.services.database.reading() as connection:
        loaded = queries.slugs(connection)
        if not loaded:
            raise click.ClickException("no programme is loaded: flask programme load DIR")
        if slug and slug not in loaded:
            raise click.ClickException(f"no programme {slug!r}; loaded: {', '.join(loaded)}")
        return queries.version(connection, queries.current(connection, slug or loaded[0]))


@contextmanager
def _elsewhere(house: House, programme: Programme) -> Iterator[Runner]:
    with tempfile.TemporaryDirectory(prefix="rimay-talk-") as folder:
        settings = rehearsal.aside(house.settings, Path(folder))
        schema.migrate(settings.database_url)
        there = build(settings)
        rehearsal.load(there.services, programme)
        yield there.runner
        there.services.database.close()


def _answers(runner: Runner, theirs: str, line: str) -> list[str]:
    form = {"From": theirs, "To": rehearsal.NUMBER, "Body": line, "MessageSid": f"SM{new_id()}"}
    got = hear.received(form, tags=languages(), carrier_answers=False)
    if got is None or got.subscription is not None:
        return ["(no text would be sent, or all would be stopped)"]
    event: Event = got.event
    try:
        document = runner.turn(event, texts.render)
    except Apologise:
        return ["(an apology: see the log)"]
    return [unescape(text) for text in _MESSAGE.findall(document)]
