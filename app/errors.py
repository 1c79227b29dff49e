"""What a request that failed is answered with. No page shows what was sent to it."""

from __future__ import annotations

from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException


def register(app: Flask) -> None:
    """Pages for people, bare statuses for machines."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if isinstance(error.response, Response):
        return error.response
    if not request.path.startswith("/staff"):
        return Response(f"{code}\n", code, mimetype="text/plain")
    titles = {
        403: (_("Not for this account"), _("This page belongs to another role.")),
        404: (_("Not here"), _("There is no such page, or it is not for this account.")),
        413: (_("Too large"), _("What was sent is larger than what can be taken.")),
    }
    title, text = titles.get(
        code, (_("That did not work"), _("Nothing was lost. Go back and try again."))
    )
    return Response(render_template("staff/error.html", title=title, text=text), code)


def _fault(error: Exception) -> Response:
    # The route only: paths and bodies may hold what nobody may read in a log.
    rule = request.url_rule.rule if request.url_rule else "?"
    current_app.logger.error("request_failed %s", rule, exc_info=error)
    if request.path.startswith("/staff"):
        title, text = _("Something broke"), _("Nothing was lost. Please try again.")
        return Response(render_template("staff/error.html", title=title, text=text), 500)
    return Response("500\n", 500, mimetype="text/plain")
