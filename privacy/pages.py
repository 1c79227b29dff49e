"""The pages of this package, as a table of contents."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _

from privacy import breach_pages, inventory_pages, request_pages, retention_pages, trail_pages
from privacy.inventory import Deployment
from staff.web import Entry, protect


def register(app: Flask, *, deployment: Deployment) -> None:
    """Open each page to the roles that it names; `deployment` is what the settings say."""
    app.extensions["deployment"] = deployment
    protect(app, retention_pages.retained, roles=retention_pages.ROLES, notes_refusals=True)
    protect(app, inventory_pages.register_of, roles=inventory_pages.ROLES, notes_refusals=True)
    protect(app, breach_pages.breach, roles=breach_pages.ROLES, notes_refusals=True)
    app.context_processor(breach_pages.timer)
    rights_entry = Entry("rights.index", lambda: _("Rights"), "person-vcard")
    protect(
        app,
        request_pages.rights,
        roles=request_pages.ROLES,
        entry=rights_entry,
        notes_refusals=True,
    )
    trail_entry = Entry("audit.index", lambda: _("Who read what"), "eye")
    protect(app, trail_pages.audit, roles=trail_pages.ROLES, entry=trail_entry, notes_refusals=True)
