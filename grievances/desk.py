"""What stands between the pages and the tables: the programme, and what this account may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection, select
from werkzeug import Response

from grievances import queries
from grievances.models import Case
from grievances.sight import Sight, seen_by, sight_of
from grievances.values import CaseFile
from locales.catalogues import prompts
from locales.languages import languages
from programmes.queries import Senders, current, senders_of, version
from programmes.values import Programme
from programmes.wordings import Wordings
from staff.values import Account, Basis, Role
from staff.web import current_account, services
from storage.vault import Vault

NOTICE = "sms.answer_waiting"
"""The prompt of the neutral text; `{number}` is ours."""

ASKS = "sms.accept_or_not"
"""The prompt under a text that proposes something."""


@dataclass(frozen=True, slots=True)
class Desk:
    """An account at work: its programme, and what it may see of it (None: every case)."""

    account: Account
    programme: Programme
    visible: Sight | None

    def sees_queue(self, slug: str) -> bool:
        """Whether it may open cases of this queue, though not every one of a company's."""
        return self.visible is None or slug in self.visible.queues


def desk_of(connection: Connection, account: Account) -> Desk:
    """The desk of this account, on the version of its programme that callers reach now."""
    programme = version(connection, current(connection, account.programme))
    return Desk(
        account=account,
        programme=programme,
        visible=sight_of(programme.queues, account.affiliation),
    )


def case_or_404(connection: Connection, vault: Vault, desk: Desk, case_id: str) -> CaseFile:
    """The case; 404 where it does not exist, and just so where it may not be seen."""
    found = queries.case_file(
        connection, vault, case_id, programme=desk.programme.slug, visible=desk.visible
    )
    if found is None:
        abort(404)
    return found


def basis_of(connection: Connection, account: Account, case_id: str) -> Basis:
    """Why this account may read a case that it may open."""
    if queries.assignee_of(connection, case_id) == account.id:
        return Basis.ASSIGNED
    return Basis.SUPERVISES if account.role is Role.SUPERVISOR else Basis.QUEUE


def back_to(case_id: str, *, anchor: str) -> Response:
    """To the page of a case of which something was done; where this account sees it no more by
    that, to the list, which says so."""
    if _is_seen(case_id):
        return redirect(url_for("cases.case", case_id=case_id, _anchor=anchor), code=303)
    return _to_the_list()


def shown_again(case_id: str, *, status: int) -> ResponseReturnValue:
    """The page of a case in answer to a form that came to nothing: what was typed is in that form
    again, to be sent as it is or thought over. To the list where it may be seen no more."""
    if not _is_seen(case_id):
        return _to_the_list()
    # Its fields under their names, and the form's endpoint: the page finds them as `typed`.
    g.typed = {**request.form, "endpoint": request.endpoint}
    page = current_app.ensure_sync(current_app.view_functions["cases.case"])
    return page(case_id=case_id), status


def _is_seen(case_id: str) -> bool:
    """Whether this account may see the case."""
    with services().database.reading() as connection:
        desk = desk_of(connection, current_account())
        still = select(Case.id).where(Case.id == case_id, *seen_by(desk.visible))
        return connection.execute(still).first() is not None


def _to_the_list() -> Response:
    flash(_("The case is with somebody else now, and yours to see no more."), "info")
    return redirect(url_for("cases.queue"), code=303)


def our_numbers(connection: Connection, programme: Programme) -> Senders:
    """The numbers that the programme calls and writes from."""
    return senders_of(connection, programme.slug)


def notice_of(programme: Programme) -> Callable[[str, str], str]:
    """Words the neutral text in a language, with our number."""
    wordings = wordings_of(programme)
    return lambda tag, number: wordings.find(NOTICE, tag).wording.text.format(number=number)


def asks_of(programme: Programme) -> Callable[[str], str]:
    """Words, in a language, how what is proposed is accepted or refused by a text."""
    wordings = wordings_of(programme)
    return lambda tag: wordings.find(ASKS, tag).wording.text


def wordings_of(programme: Programme) -> Wordings:
    """What the programme's prompts say, as its files have them."""

    def fallback(tag: str) -> tuple[str, ...]:
        known = languages().get(tag)
        return known.fallback if known else ()

    return Wordings(programme, prompts, fallback=fallback)
