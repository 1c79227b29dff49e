"""Results for who runs the survey: seen and downloaded, never alive.

Everything here is read from a round's newest snapshot. Whoever is to judge the programme sees what
two people let out of it instead (`surveys.release.pages`). Register it for `ROLES` under the entry
`surveys.index`. Each download is written into the audit trail before the file leaves.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from staff.values import LANGUAGES, Role
from staff.web import current_account, language, note, services
from surveys import pictures, queries, row_store
from surveys.desk import as_file, own_round
from surveys.export import rows_stream, tables_file
from surveys.figures import from_json
from surveys.labels import NOTICE, Labels
from surveys.queries import Results, RoundSummary
from surveys.views import last_day, view

ROLES = frozenset({Role.SUPERVISOR, Role.OPERATOR})
ROWS_ROLES = frozenset({Role.OPERATOR})
"""Who may have the rows about single people."""

surveys = Blueprint("surveys", __name__, url_prefix="/staff/surveys", template_folder="templates")


@surveys.get("/")
def index() -> ResponseReturnValue:
    with services().database.reading() as connection:
        found = [
            (round_, queries.results(connection, round_.id))
            for round_ in queries.rounds(connection, current_account().programme)
        ]
    rounds = [
        (round_, Labels(round_.content, language()), results and from_json(results.tables))
        for round_, results in found
    ]
    return render_template("surveys/index.html", rounds=rounds)


@surveys.get("/<round_id>")
def results(round_id: str) -> ResponseReturnValue:
    round_, newest = _found(round_id)
    labels = Labels(round_.content, language())
    figures = from_json(newest.tables) if newest else None
    return render_template(
        "surveys/results.html",
        round=round_,
        snapshot=newest,
        figures=figures,
        tables=[view(figure, labels) for figure in figures.tables] if figures else [],
        labels=labels,
        notice=labels.word(NOTICE),
        until=last_day,
        chart_of=lambda question: url_for(
            "surveys.chart", round_id=round_.id, language_tag=language(), question=question
        ),
        picture_of=lambda question: url_for(
            "surveys.picture", round_id=round_.id, language_tag=language(), question=question
        ),
        may_have_rows=current_account().role in ROWS_ROLES,
    )


@surveys.get("/<round_id>/charts/<language_tag>/<question>.svg")
def chart(round_id: str, language_tag: str, question: str) -> ResponseReturnValue:
    _found(round_id)
    with services().database.reading() as connection:
        drawn = queries.chart(connection, round_id, language=language_tag, question=question)
    if drawn is None:
        abort(404)
    return Response(drawn, mimetype="image/svg+xml")


@surveys.get("/<round_id>/charts/<language_tag>/<question>.png")
def picture(round_id: str, language_tag: str, question: str) -> ResponseReturnValue:
    """The same to be taken away: with what was asked, and what the survey is no sample of."""
    round_, _newest = _found(round_id)
    if language_tag not in LANGUAGES:
        abort(404)
    labels = Labels(round_.content, language_tag)
    drawn = pictures.png(services().database, round_id, labels, question=question)
    if drawn is None:
        abort(404)
    with services().database.writing() as connection:
        note(connection, "survey_chart_exported", f"round:{round_id}")
    return as_file(drawn, f"{round_.survey}-{question}.png")


@surveys.get("/<round_id>/tables.csv")
def tables(round_id: str) -> ResponseReturnValue:
    round_, newest = _downloaded(round_id, "survey_tables_exported")
    file = tables_file(round_, newest, Labels(round_.content, language()))
    return _csv(file.name, file.content)


@surveys.get("/<round_id>/responses.csv")
def responses(round_id: str) -> ResponseReturnValue:
    if current_account().role not in ROWS_ROLES:
        abort(403)
    round_, newest = _downloaded(round_id, "survey_rows_exported")
    rows = row_store.batches(services().database, newest.id, expected=newest.row_count)
    file = rows_stream(round_, newest, Labels(round_.content, language()), rows)
    return _csv(file.name, file.chunks)


def _found(round_id: str) -> tuple[RoundSummary, Results | None]:
    """The round and its newest snapshot; 404 where it is not of one's own programme."""
    with services().database.reading() as connection:
        round_ = own_round(connection, round_id)
        return round_, queries.results(connection, round_id)


def _downloaded(round_id: str, action: str) -> tuple[RoundSummary, Results]:
    """What a file is made of; that it leaves is written down before."""
    round_, newest = _found(round_id)
    if newest is None:
        abort(404)
    with services().database.writing() as connection:
        note(connection, action, f"round:{round_id}")
    return round_, newest


def _csv(name: str, content: bytes | Iterator[bytes]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)
