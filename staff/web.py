"""What every page stands on: services, who is signed in, who may open what, and safe answers.

`init(app)` first, then `staff.pages.register(app)`, then each blueprint through `protect` or
`public`, which register it. A page whose blueprint went neither way is refused to everybody, and
`undeclared(app)` names it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Blueprint, Flask, Request, abort, current_app, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from locales.languages import languages
from staff import operations, queries
from staff.values import LANGUAGES, Account, Role
from storage.services import Services

IDLE = dt.timedelta(hours=8)
"""How long a signed-in browser may rest before it has to sign in again."""

LARGEST_UPLOAD = 16 * 1024 * 1024
"""Bytes of one request: several minutes of sound, however the browser wraps it."""

LANGUAGE_COOKIE = "language"

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Everything comes from us and nothing is inline; `blob:` is a recording not yet sent."""


class SessionsOfPeople(SecureCookieSessionInterface):
    """Sessions for pages alone: nobody signs in a carrier's webhook, and none waits for it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.path.startswith("/staff"):
            return None
        return super().open_session(app, request)


def services() -> Services:
    """What `app` made for the whole process."""
    return cast(Services, current_app.extensions["rimay"])


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation, shown to the roles that may open the page."""

    endpoint: str
    label: Callable[[], str]
    """Called for each page, in its language: `lambda: gettext("Cases")`."""
    icon: str
    """Name of a Bootstrap icon."""


@dataclass(slots=True)
class _Access:
    """What was declared, by blueprint name; None stands for public."""

    roles: dict[str, frozenset[Role] | None] = field(default_factory=dict)
    entries: list[tuple[frozenset[Role], Entry]] = field(default_factory=list)
    noted: set[str] = field(default_factory=set)
    """Blueprints of which a refusal is noted in the audit trail."""
    csrf: CSRFProtect = field(default_factory=CSRFProtect)


class SignedIn(UserMixin):  # type: ignore[misc, unused-ignore]  # the library is untyped
    """An account as Flask-Login carries it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id


def current_account() -> Account:
    """Who is signed in; 401 where nobody is."""
    if not current_user.is_authenticated:
        abort(401)
    return cast(Account, current_user.account)


def note(connection: Connection, action: str, subject: str | None) -> None:
    """Add to the audit trail what whoever is signed in has just done, to what (`case:<id>`)."""
    operations.note(
        connection,
        account_id=current_account().id,
        action=action,
        subject=subject,
        now=services().clock(),
    )


def protect(
    app: Flask,
    blueprint: Blueprint,
    *,
    roles: frozenset[Role],
    entry: Entry | None = None,
    notes_refusals: bool = False,
) -> None:
    """Register pages that only these roles may open, and their line in the navigation.

    With `notes_refusals` whoever tries without being of them is named in the audit trail.
    """
    access = _access(app)
    if notes_refusals:
        access.noted.add(blueprint.name)
    access.roles[blueprint.name] = roles
    if entry is not None:
        access.entries.append((roles, entry))
    app.register_blueprint(blueprint)


def public(app: Flask, blueprint: Blueprint, *, checks_csrf: bool = True) -> None:
    """Register what anybody may request. A form posted by another program, such as the carrier's
    webhooks, carries no CSRF token: `checks_csrf=False`, and another proof of who sent it."""
    access = _access(app)
    access.roles[blueprint.name] = None
    if not checks_csrf:
        access.csrf.exempt(blueprint)  # type: ignore[no-untyped-call]
    app.register_blueprint(blueprint)


def undeclared(app: Flask) -> list[str]:
    """Endpoints that nobody may open because neither `protect` nor `public` names them."""
    declared = _access(app).roles
    return sorted(
        {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if rule.endpoint.rpartition(".")[0] not in declared
        }
    )


def entries_for(role: Role) -> list[Entry]:
    """The navigation of a role, in the order in which pages were registered."""
    return [entry for roles, entry in _access(current_app).entries if role in roles]


def sign_in_browser(account: Account) -> None:
    """Remember the account in this browser, until it has been idle for `IDLE`."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(account))


def init(app: Flask, *, public_url: str, translations: str | None = None) -> None:
    """Set up sessions, CSRF, languages, Bootstrap from our own disk, headers and the page guard.

    `translations` is the folder of the pages' catalogues, `<tag>/LC_MESSAGES/messages.mo`.
    """
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=IDLE,
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the session: a long answer is no crime
        WTF_CSRF_SSL_STRICT=False,  # behind a proxy the origin is PUBLIC_URL's, not ours
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.session_interface = SessionsOfPeople()
    access = _Access()
    app.extensions["rimay.access"] = access
    app.before_request(_guard)
    app.after_request(_add_headers)
    access.csrf.init_app(app)  # type: ignore[no-untyped-call]
    access.roles["bootstrap"] = None
    if app.static_url_path is None:  # Bootstrap-Flask takes its own address from it
        app.static_url_path = "/static"
    Bootstrap5(app)
    Babel(  # type: ignore[no-untyped-call]
        app,
        default_locale=LANGUAGES[0],
        default_translation_directories=translations or "translations",
        locale_selector=language,
    )
    manager = LoginManager(app)
    manager.user_loader(_load)
    app.context_processor(_frame)
    app.jinja_env.globals["written_straight"] = _written_straight


def _written_straight(tag: str) -> bool:
    """Whether texts in this language go out with straight apostrophes: for the composer."""
    known = languages().get(tag)
    return known is not None and known.straight_apostrophe


def language() -> str:
    """Of the pages: the account's, else the cookie's, else the browser's, else Spanish."""
    if current_user and current_user.is_authenticated:
        return cast(Account, current_user.account).language
    kept = request.cookies.get(LANGUAGE_COOKIE)
    if kept in LANGUAGES:
        return kept
    wished = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((tag for tag in wished if tag in LANGUAGES), LANGUAGES[0])


def _access(app: Flask) -> _Access:
    return cast(_Access, app.extensions["rimay.access"])


def _load(account_id: str) -> SignedIn | None:
    with services().database.reading() as connection:
        account = queries.account(connection, account_id)
    return SignedIn(account) if account else None


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    declared = _access(current_app).roles
    name = next((name for name in request.blueprints if name in declared), None)
    if name is None:
        abort(403)
    roles = declared[name]
    if roles is None or request.endpoint.endswith(".static"):
        return None
    if not current_user.is_authenticated:
        asked = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("staff.sign_in", next=asked), code=303)
    if current_account().role not in roles:
        if name in _access(current_app).noted:
            _note_refusal(name)
        abort(403)
    return None


def _note_refusal(name: str) -> None:
    ours = services()
    case_id = (request.view_args or {}).get("case_id")
    with ours.database.writing() as connection:
        operations.note(
            connection,
            account_id=current_account().id,
            action=f"refused_{name}" if case_id else "refused",
            subject=f"case:{case_id}"[:80] if case_id else name,
            now=ours.clock(),
        )


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
    endpoint = request.endpoint or ""
    if request.path.startswith("/staff") and not endpoint.endswith(".static"):
        headers["Cache-Control"] = "no-store"
    return response


def _frame() -> dict[str, Any]:
    """What `staff/base.html` draws around every page."""
    account = current_user.account if current_user and current_user.is_authenticated else None
    return {
        "account": account,
        "navigation": entries_for(account.role) if account else [],
        "page_language": language(),
        "page_languages": LANGUAGES,
    }
