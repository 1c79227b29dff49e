"""Which cases have the words that are looked for; who may see them is for the list to say."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Select, select

from grievances.models import Case
from grievances.search.models import CaseWord
from grievances.search.words import MOST_SOUGHT, token, words_of
from storage.vault import Vault

_CODE = re.compile(r"[\d\s.-]{8,12}")


def among(vault: Vault, programme: str, sought: str) -> tuple[Select[Any], ...] | None:
    """Selections of case ids, all of which a case has to be in: by its code, or by every word. None
    where nothing is left to look for."""
    if _CODE.fullmatch(sought.strip()):
        digits = re.sub(r"\D", "", sought)
        return (select(Case.id).where(Case.code == digits),)
    words = words_of(sought)[:MOST_SOUGHT]
    return (
        tuple(
            select(CaseWord.case_id).where(CaseWord.token == token(vault, programme, word))
            for word in words
        )
        or None
    )
