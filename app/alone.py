"""What `flask` can do where nothing is set: a programme's folder is read, tried and drawn.

Everything else needs settings, and says which of them are missing.
"""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup, FlaskGroup

from app import programme_commands
from app.examining import Examiner
from app.settings import ROOT
from dialogue.runner import as_loaded
from library.prompts import Prompts
from locales.drafts import Drafts
from storage.services import utc_now


def is_looked_up() -> bool:
    """Whether `flask` only looks for a command, and does not run or show what we serve."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.command, FlaskGroup)


def without_settings(problem: str) -> Flask:
    """An application for the `flask` command alone, whose other commands tell the `problem`."""
    app = Flask("rimay", static_folder=None)
    app.extensions["examiner"] = Examiner(
        wordings=as_loaded, prompts=Prompts(Drafts(ROOT / "var" / "drafts")), clock=utc_now
    )
    programme = _NothingElse("programme", problem)
    programme.add_command(programme_commands.check)
    programme.add_command(programme_commands.draw_map)
    app.cli = _NothingElse("rimay", problem)
    app.cli.add_command(programme)
    return app


class _NothingElse(AppGroup):
    """Has the commands that it was given; whoever asks for another is told the problem."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(name)
        self._problem = problem

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        found = super().get_command(ctx, name)
        if found is None:
            raise SystemExit(self._problem)
        return found
