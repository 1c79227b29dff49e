"""Every table of the house, gathered for migrations."""

from __future__ import annotations

import contacts.models
import dialogue.models
import grievances.models
import library.models
import programmes.models
import staff.models
import storage.outbox
import storage.recordings
import surveys.models
from storage.database import Base

_MODULES = (
    contacts.models,
    dialogue.models,
    grievances.models,
    library.models,
    programmes.models,
    staff.models,
    storage.outbox,
    storage.recordings,
    surveys.models,
)
"""Imported for the tables that they define."""

METADATA = Base.metadata
