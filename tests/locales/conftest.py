"""Language folders for tests, made of the shipped Spanish one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from locales.languages import FOLDER


@pytest.fixture
def write_language() -> Callable[..., Path]:
    """Write `<folder>/<tag>/language.yaml`; returns the language's folder."""

    def write(folder: Path, tag: str, *, fallback: str = "[]", complete: bool = True) -> Path:
        text = (FOLDER / "es" / "language.yaml").read_text("utf-8")
        text = text.replace("tag: es", f"tag: {tag}").replace(
            "fallback: []", f"fallback: {fallback}"
        )
        text = text.replace("complete: true", f"complete: {str(complete).lower()}")
        (folder / tag).mkdir()
        (folder / tag / "language.yaml").write_text(text, "utf-8")
        return folder / tag

    return write
