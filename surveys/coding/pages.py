"""Coding on pages: frames, a queue without anybody's name or day, agreement, conflicts.

Register `coding` for `ROLES` under the entry `coding.index`. Frames and agreement are for all of
them; only `CODERS`, and nobody of the company's, hear or read what people said: a voice is a name.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Connection

from programmes.queries import current, version
from staff.values import Affiliation, Role
from staff.web import current_account, language, note, services
from storage.media import MissingMedia
from surveys import open_answers
from surveys import queries as rounds
from surveys.coding import operations, queries
from surveys.coding.agreement import FEWEST, by_code, cohen
from surveys.coding.values import UNCLEAR, Code, Frame, NoFrame, Outcome
from surveys.desk import own_round
from surveys.labels import Labels
from surveys.queries import RoundSummary

ROLES = frozenset({Role.INTERPRETER, Role.SUPERVISOR, Role.OPERATOR})
CODERS = frozenset({Role.INTERPRETER, Role.SUPERVISOR})
"""Who hears and reads answers. Operators keep the machines: they need none of it."""
SPEEDS = ("0.75", "1", "1.25", "1.5")
EMPTY_ROWS = 4

coding = Blueprint(
    "coding",
    __name__,
    url_prefix="/staff/coding",
    template_folder="../templates",
    static_folder="static",
    static_url_path="/static",
)


@coding.get("/")
def index() -> ResponseReturnValue:
    """Every open question of every round whose words are still here, or that is open."""
    with services().database.reading() as connection:
        found = rounds.rounds(connection, current_account().programme)
        shown = [
            (round_, Labels(round_.content, language()), questions)
            for round_ in found
            if (questions := queries.open_questions(round_.content))
        ]
    return render_template("surveys/coding/index.html", rounds=shown, may_code=_may_code())


@coding.route("/<round_id>/<question>/frame", methods=["GET", "POST"])
def frame(round_id: str, question: str) -> ResponseReturnValue:
    """The codes of a question: read, and written as its next version."""
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        round_ = _found(connection, round_id, question)
        kept = queries.newest_frame(connection, round_, question)
        used = queries.used(connection, round_.id, question)
    problem, codes = None, [each for each in kept.codes if each.name != UNCLEAR]
    if request.method == "POST":
        codes = _codes_of_form()
        try:
            with ours.database.writing() as connection:
                operations.keep_frame(
                    connection,
                    round_,
                    question,
                    codes=codes,
                    account_id=account.id,
                    now=ours.clock(),
                )
                note(connection, "survey_frame_kept", f"round:{round_.id}")
        except NoFrame:
            problem = _(
                "Give every code both labels, each code once, and keep those that are in use."
            )
        else:
            flash(_("The codes are kept."), "success")
            return redirect(url_for("coding.frame", round_id=round_id, question=question), code=303)
    page = render_template(
        "surveys/coding/frame.html",
        round=round_,
        question=question,
        labels=Labels(round_.content, language()),
        frame=kept,
        codes=codes,
        used=used,
        problem=problem,
        empty=EMPTY_ROWS,
    )
    return page, 422 if problem else 200


@coding.get("/<round_id>/<question>/next")
def next_answer(round_id: str, question: str) -> ResponseReturnValue:
    """One answer to code, alone on its page."""
    _require_coder()
    return _queue(round_id, question)


@coding.post("/<round_id>/<question>/next")
def code(round_id: str, question: str) -> ResponseReturnValue:
    """Keep what this coder chose; the next answer follows, whatever came of it."""
    _require_coder()
    ours, account = services(), current_account()
    answer_id, chosen = request.form.get("answer", ""), request.form.getlist("codes")
    with ours.database.reading() as connection:
        round_ = _found(connection, round_id, question)
        kept = queries.newest_frame(connection, round_, question)
        there = queries.waiting(connection, round_, answer_id, today=_today(connection))
        today = _today(connection)
        is_hers = there is not None and queries.may_hear(connection, answer_id, coder=account.id)
    if not is_hers:
        flash(_("Somebody else was faster. Here is the next answer."), "warning")
        return _again(round_id, question)
    if not kept.takes(chosen):
        return _queue(round_id, question, answer_id=answer_id, chosen=chosen), 422
    with ours.database.writing() as connection:
        outcome = operations.code(
            connection,
            answer_id=answer_id,
            coder=account.id,
            version=kept.version,
            codes=chosen,
            today=today,
        )
        if outcome is not Outcome.TOO_LATE:
            note(connection, "survey_answer_coded", f"open_answer:{answer_id}")
    flash(_("Kept."), "success")
    return _again(round_id, question)


@coding.get("/<round_id>/answers/<answer_id>/audio")
def audio(round_id: str, answer_id: str) -> ResponseReturnValue:
    """What was said, for whoever may code or settle it; written down when it begins to play."""
    _require_coder()
    ours = services()
    with ours.database.reading() as connection:
        round_ = _found(connection, round_id, None)
        there = queries.waiting(connection, round_, answer_id, today=_today(connection))
        may = queries.may_hear(connection, answer_id, coder=current_account().id)
    if there is None or there.media is None or not may:
        abort(404)
    try:
        content = ours.media.get(there.media)
    except MissingMedia:
        abort(404)
    if request.range is None or not request.range.ranges or request.range.ranges[0][0] == 0:
        with ours.database.writing() as connection:
            note(connection, "survey_answer_heard", f"open_answer:{answer_id}")
    return send_file(io.BytesIO(content), mimetype="audio/wav", conditional=True)


@coding.get("/<round_id>/<question>/agreement")
def agreement(round_id: str, question: str) -> ResponseReturnValue:
    """How far two people agree, and on which answers they do not."""
    with services().database.reading() as connection:
        round_ = _found(connection, round_id, question)
        kept = queries.newest_frame(connection, round_, question)
        pairs = queries.coded_twice(connection, round_.id, question)
        open_ = (
            queries.conflicts(connection, round_, question, today=_today(connection))
            if _may_code()
            else []
        )
    enough = len(pairs) >= FEWEST
    return render_template(
        "surveys/coding/agreement.html",
        round=round_,
        question=question,
        labels=Labels(round_.content, language()),
        fewest=FEWEST,
        whole=cohen(pairs) if enough else None,
        by_code=by_code(pairs, [each.name for each in kept.codes]) if enough else {},
        names=_names(kept),
        conflicts=open_,
        may_code=_may_code(),
    )


@coding.route("/<round_id>/answers/<answer_id>", methods=["GET", "POST"])
def conflict(round_id: str, answer_id: str) -> ResponseReturnValue:
    """An answer on which two people differ: by name, to be settled by a third or by both."""
    _require_coder()
    ours, account = services(), current_account()
    with ours.database.reading() as connection:
        round_ = _found(connection, round_id, None)
        today = _today(connection)
        there = queries.waiting(connection, round_, answer_id, today=today)
        both = queries.choices(connection, answer_id)
        if there is None or len(both) < 2:
            abort(404)
        kept = queries.newest_frame(connection, round_, there.question)
        text = open_answers.words_of(connection, answer_id, vault=ours.vault)
    chosen = request.form.getlist("codes")
    back = url_for("coding.agreement", round_id=round_id, question=there.question)
    if request.method == "POST" and kept.takes(chosen):
        with ours.database.writing() as connection:
            outcome = operations.settle(
                connection, answer_id=answer_id, account_id=account.id, codes=chosen, today=today
            )
            settled = outcome is Outcome.SETTLED
            action = "survey_answer_settled" if settled else "survey_codes_proposed"
            note(connection, action, f"open_answer:{answer_id}")
        if settled:
            flash(_("Settled. What was said is deleted."), "success")
        else:
            flash(_("Kept. It is settled when the other coder proposes the same."), "info")
        return redirect(back, code=303)
    if text is not None and request.method == "GET":
        with ours.database.writing() as connection:
            note(connection, "survey_answer_read", f"open_answer:{answer_id}")
    page = render_template(
        "surveys/coding/conflict.html",
        round=round_,
        question=there.question,
        labels=Labels(round_.content, language()),
        answer=there,
        text=text,
        frame=kept,
        names=_names(kept),
        choices=both,
        is_coder=account.id in {each.coder for each in both},
        chosen=chosen,
        missing=request.method == "POST",
        speeds=SPEEDS,
    )
    return page, 422 if request.method == "POST" else 200


def _queue(round_id: str, question: str, *, answer_id: str | None = None, chosen: Any = ()) -> str:
    """The page of one answer; `answer_id` where nothing, or too much, was chosen for it."""
    ours, account = services(), current_account()
    tag = request.args.get("language") or None
    with ours.database.reading() as connection:
        round_ = _found(connection, round_id, question)
        today = _today(connection)
        if answer_id is not None:
            there = queries.waiting(connection, round_, answer_id, today=today)
        else:
            there = queries.next_for(
                connection, round_, question, coder=account.id, today=today, language=tag
            )
        kept = queries.newest_frame(connection, round_, question)
        text = open_answers.words_of(connection, there.id, vault=ours.vault) if there else None
    if there is not None and text is not None and answer_id is None:
        with ours.database.writing() as connection:
            note(connection, "survey_answer_read", f"open_answer:{there.id}")
    return render_template(
        "surveys/coding/next.html",
        round=round_,
        question=question,
        labels=Labels(round_.content, language()),
        answer=there,
        text=text,
        frame=kept,
        names=_names(kept),
        chosen=chosen,
        missing=answer_id is not None,
        speeds=SPEEDS,
        languages=round_.content["languages"],
        tag=tag,
    )


def _again(round_id: str, question: str) -> ResponseReturnValue:
    tag = request.args.get("language") or None
    return redirect(
        url_for("coding.next_answer", round_id=round_id, question=question, language=tag),
        code=303,
    )


def _found(connection: Connection, round_id: str, question: str | None) -> RoundSummary:
    """The round, if it is of one's own programme and has this open question; else 404."""
    round_ = own_round(connection, round_id)
    if question is not None and question not in queries.open_questions(round_.content):
        abort(404)
    return round_


def _may_code() -> bool:
    account = current_account()
    return account.role in CODERS and account.affiliation is not Affiliation.COMPANY


def _require_coder() -> None:
    if not _may_code():
        abort(403)


def _today(connection: Connection) -> dt.date:
    """The date where the programme is."""
    slug = current_account().programme
    zone = version(connection, current(connection, slug)).time_zone
    return services().clock().astimezone(ZoneInfo(zone)).date()


def _names(kept: Frame) -> dict[str, str]:
    return {each.name: each.words[language()] for each in kept.codes}


def _codes_of_form() -> list[Code]:
    """The rows that say anything; a new code is named after its Spanish label, once and for all."""
    form = request.form
    rows = zip(form.getlist("name"), form.getlist("es"), form.getlist("en"), strict=False)
    return [
        Code(name.strip() or _name_of(es), es.strip(), en.strip())
        for name, es, en in rows
        if es.strip() or en.strip()
    ]


def _name_of(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30].rstrip("_")
