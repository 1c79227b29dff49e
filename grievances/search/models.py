"""The table of words by which cases are found: none of them can be read in it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class CaseWord(Base):
    """A word of a case, as a keyed hash (decision 14)."""

    __tablename__ = "case_word"

    token: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Keyed hash of the folded word and its programme, `grievances.search.words.token`."""
    case_id: Mapped[str] = mapped_column(
        ForeignKey("grievance_case.id"), primary_key=True, index=True
    )
    source: Mapped[str] = mapped_column(String(32), primary_key=True, index=True)
    """Id of the statement or reply of which it is a word: with its words these go."""
