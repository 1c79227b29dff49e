"""The door (signing in and out, the language of the pages) and the way to one's own work."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from staff import authentication, operations
from staff.redirects import safe_path, shown_at
from staff.values import LANGUAGES, Role
from staff.web import (
    LANGUAGE_COOKIE,
    current_account,
    entries_for,
    protect,
    public,
    services,
    sign_in_browser,
)

door = Blueprint(
    "staff",
    __name__,
    url_prefix="/staff",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
home = Blueprint("staff_home", __name__, url_prefix="/staff")

A_YEAR = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Open the door to anybody and the way onward to everybody with an account."""
    public(app, door)
    protect(app, home, roles=frozenset(Role))


@door.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    onward = safe_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(onward or url_for("staff_home.start"), code=303)
    return render_template("staff/sign_in.html", onward=onward, email="", problem=None)


@door.post("/sign-in")
def sign_in_with() -> ResponseReturnValue:
    ours = services()
    email = request.form.get("email", "")[:254]
    onward = safe_path(request.form.get("next"))
    account = authentication.sign_in(
        ours.database,
        email=email,
        password=request.form.get("password", "")[:1024],
        now=ours.clock(),
    )
    if account is None:
        problem = _(
            "The e-mail or the password is not right. After five tries in a row, wait 15 minutes."
        )
        page = render_template("staff/sign_in.html", onward=onward, email=email, problem=problem)
        return page, 422
    sign_in_browser(account)
    return redirect(onward or url_for("staff_home.start"), code=303)


@door.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        ours = services()
        with ours.database.writing() as connection:
            operations.note(
                connection,
                account_id=current_account().id,
                action="signed_out",
                subject=None,
                now=ours.clock(),
            )
        logout_user()
    session.clear()
    return redirect(url_for("staff.sign_in"), code=303)


@door.post("/language")
def choose_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    was = safe_path(request.form.get("next"))
    addresses = current_app.url_map.bind_to_environ(request.environ)
    page = shown_at(was, addresses) if was else None
    back = redirect(page or url_for("staff_home.start"), code=303)
    if chosen not in LANGUAGES:
        return back
    if current_user.is_authenticated:
        with services().database.writing() as connection:
            operations.choose_language(connection, account_id=current_account().id, language=chosen)
    back.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return back


@home.get("")
def start() -> ResponseReturnValue:
    """The first page of one's role, or a calm word where there is none yet."""
    entries = entries_for(current_account().role)
    if entries:
        return redirect(url_for(entries[0].endpoint), code=303)
    return render_template("staff/home.html")
