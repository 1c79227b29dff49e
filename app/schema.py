"""The schema of a database: brought to the newest revision, or told apart from it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text

from app.tables import METADATA
from storage.vault import Vault

FOLDER = Path(__file__).parent.parent / "migrations"


def migrate(url: str, revision: str = "head", *, vault: Vault | None = None) -> None:
    """Bring the database at `url` up to `revision`. Nothing changes where it is there already.

    Where people have told us something already its `vault` is needed, to seal and to bind what is
    kept in another form from now on.
    """
    engine = _engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # Tables are rebuilt when they change; their references are checked afterwards.
            connection.execute(text("PRAGMA foreign_keys=OFF"))
        made = config(connection)
        made.attributes["vault"] = vault
        command.upgrade(made, revision)
    engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Take the database back to `revision`."""
    engine = _engine(url)
    with engine.begin() as connection:
        command.downgrade(config(connection), revision)
    engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the database is at the newest revision."""
    here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory(str(FOLDER)).get_current_head()


def newest() -> str:
    """The newest revision."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def differences(url: str) -> list[object]:
    """What the tables say and the migrated database does not, or the other way round."""
    engine = _engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = compare_metadata(context, METADATA)
    engine.dispose()
    return found


def revise(url: str, message: str) -> None:
    """Write a new revision from the difference between the tables and the database at `url`."""
    engine = _engine(url)
    with engine.begin() as connection:
        command.revision(config(connection), message=message, autogenerate=True)
    engine.dispose()


def config(connection: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, poolclass=NullPool)
