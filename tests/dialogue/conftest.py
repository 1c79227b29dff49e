"""The programme of Junín, loaded and answering, and people who talk to it by phone or text."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.prompts import Prompts
from locales.drafts import Drafts
from programmes.values import Programme
from storage.services import Services
from tests.dialogue.line import Line, open_line, read_junin


@pytest.fixture(scope="session")
def junin() -> Programme:
    return read_junin()


@pytest.fixture(scope="session")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Prompts:
    """Every prompt as a draft. Only its hash is made: nothing is spoken."""
    return Prompts(Drafts(Path(tmp_path_factory.mktemp("drafts"))))


@pytest.fixture
def line(services: Services, junin: Programme, prompts: Prompts) -> Line:
    """The line of Junín with an open survey, on each database."""
    return open_line(services, junin, prompts)
