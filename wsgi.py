"""The WSGI application, and what the `flask` command finds."""

from dotenv import load_dotenv

from app.factory import create_app
from app.settings import SettingsError

load_dotenv()
try:
    app = create_app()
except SettingsError as error:
    raise SystemExit(
        f"Rimay cannot start with these settings (.env.example explains):\n{error}"
    ) from None
