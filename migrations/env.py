"""How Alembic finds the tables and the database of a migration."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import app.tables as tables
from storage.database import UtcDateTime

config = context.config


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as those they stand on: a migration outlives our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate on the connection that `app.schema` handed over."""
    connection = config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        render_as_batch=True,  # SQLite cannot alter a table in place
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
