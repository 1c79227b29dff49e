"""A programme tried beside the real one, on a database of its own that is thrown away: whatever is
done there leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.settings import Settings
from programmes import operations
from programmes.values import Programme
from storage.services import Services
from surveys import operations as surveys

NUMBER = "+51640000000"
"""Under which a programme answers there."""


def aside(settings: Settings, folder: Path) -> Settings:
    """The same settings, everything that is kept in `folder`, and nobody woken."""
    return replace(
        settings,
        database_url=f"sqlite:///{folder}/rehearsal.sqlite",
        media_url=f"file://{folder}/media",
        redis_url=f"unix://{folder}/nobody.sock",
        var=folder,
    )


def load(services: Services, programme: Programme) -> None:
    """Let the programme answer there, with a round of its survey."""
    now = services.clock()
    with services.database.writing() as connection:
        operations.load(connection, programme, now=now)
        operations.bind_number(connection, programme.slug, NUMBER)
        operations.open_programme(connection, programme.slug, now=now)
        surveys.publish(connection, vault=services.vault, programme=programme, now=now)
