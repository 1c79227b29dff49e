"""The WSGI application, and what the `flask` command finds."""

from dotenv import load_dotenv

from app import alone
from app.factory import create_app
from app.settings import SettingsError

load_dotenv()
try:
    app = create_app()
except SettingsError as error:
    problem = f"Rimay cannot start with these settings (.env.example explains):\n{error}"
    if not alone.is_looked_up():
        raise SystemExit(problem) from None
    app = alone.without_settings(problem)
