"""Every table of the house, gathered for migrations."""

from __future__ import annotations

import broadcasts.models
import contacts.models
import dialogue.models
import duty.models
import grievances.answers.models
import grievances.following.models
import grievances.interpreting.models
import grievances.models
import grievances.search.models
import library.models
import measures.models
import outreach.models
import privacy.models
import programmes.drafts.models
import programmes.models
import safeguarding.models
import staff.models
import storage.attachments
import storage.messages
import storage.notices
import storage.received
import storage.recordings
import surveys.fieldwork.models
import surveys.models
from storage.database import Base

_MODULES = (
    broadcasts.models,
    contacts.models,
    dialogue.models,
    duty.models,
    grievances.answers.models,
    grievances.following.models,
    grievances.interpreting.models,
    grievances.models,
    grievances.search.models,
    library.models,
    measures.models,
    outreach.models,
    privacy.models,
    programmes.drafts.models,
    programmes.models,
    safeguarding.models,
    staff.models,
    storage.attachments,
    storage.messages,
    storage.notices,
    storage.received,
    storage.recordings,
    surveys.fieldwork.models,
    surveys.models,
)
"""Imported for the tables that they define."""

METADATA = Base.metadata
