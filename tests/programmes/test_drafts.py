"""Drafts: what an edit does, what it changes in words, who is told, and who approved."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from programmes import operations as programmes
from programmes.content import content_hash, to_content
from programmes.drafts import edits, operations, queries
from programmes.drafts.differences import Change, What, changes
from programmes.drafts.edits import MessageFacts, Words
from programmes.drafts.errors import CannotEdit, DraftChanged, NoDraft, Reason
from programmes.drafts.gaps import Gap, Missing, gaps
from programmes.drafts.merging import merged
from programmes.drafts.values import Content
from programmes.reader import read
from storage.database import Database
from tests.clock import FakeClock
from tests.servers import ROOT

NOW = FakeClock().now
RIVER = {"es": Words("Para hablar del río", "Río"), "quy": Words("Mayumanta rimanaykipaq", "Mayu")}
LAW = MessageFacts("new-law", "Ley 1", "2026-11-01", "2027-11-01")
LAW_SAYS = {"es": Words("Hay una ley nueva."), "quy": Words("Musuq kamachiy kan.")}


@cache
def junin() -> Content:
    return to_content(read(ROOT / "programmes" / "junin"))


def kinds(after: Content, before: Content | None = None) -> list[tuple[What, str]]:
    return [(each.what, each.name) for each in changes(before or junin(), after)]


def test_an_edit_leaves_what_it_was_given_alone() -> None:
    before = content_hash(junin())
    edits.word(junin(), "greeting", {"es": Words("Buenos días.")})
    edits.remove(junin(), "topics", "water")
    assert content_hash(junin()) == before
    assert changes(junin(), junin()) == ()


def test_words_are_told_with_what_they_were() -> None:
    after = edits.word(junin(), "option.water", {"es": Words("Para hablar del río", "Río")})
    assert changes(junin(), after) == (
        Change(
            What.SAID,
            "option.water",
            "es",
            junin()["wordings"]["es"]["option.water"]["say"],
            "Para hablar del río",
        ),
    )
    said = junin()["wordings"]["es"]["greeting"]["say"]
    written = edits.word(junin(), "greeting", {"es": Words(said, "Rimay")})
    assert kinds(written) == [(What.WRITTEN, "greeting")]


def test_words_that_changed_are_reviewed_by_nobody_yet() -> None:
    content = edits.word(junin(), "greeting", {"es": Words("Buenos días.")})
    content["wordings"]["es"]["greeting"]["reviewed"] = True
    same = edits.word(content, "greeting", {"es": Words("Buenos días.")})
    assert same["wordings"]["es"]["greeting"]["reviewed"]
    other = edits.word(content, "greeting", {"es": Words("Buenas tardes.")})
    assert not other["wordings"]["es"]["greeting"]["reviewed"]


def test_the_menu_is_put_in_another_order_and_its_tools_change() -> None:
    first = edits.move(junin(), "menu", "support", by=-1)
    assert [each["option"] for each in first["menu"]][:2] == ["support", "library"]
    assert kinds(first) == [(What.ORDER, "menu")]
    assert edits.move(first, "menu", "support", by=-1)["menu"] == first["menu"], "it is the first"
    short = edits.remove(junin(), "menu", "survey")
    assert kinds(short) == [(What.OPTION_REMOVED, "survey")]
    assert gaps(short) == ()
    again = edits.add_to_menu(short, "survey")
    assert [each["tool"] for each in again["menu"]] == ["library", "support", "my_case", "survey"]
    with pytest.raises(CannotEdit) as caught:
        edits.add_to_menu(again, "survey")
    assert caught.value.reason is Reason.TWICE
    swapped = edits.replace_tool(junin(), "library", "survey")
    assert [each["tool"] for each in swapped["menu"]] == ["survey", "support", "library", "my_case"]
    replaced = edits.replace_tool(short, "library", "survey")
    assert [each["tool"] for each in replaced["menu"]] == ["survey", "support", "my_case"]


def test_a_topic_comes_and_goes_with_its_words() -> None:
    content = edits.add_topic(junin(), "river", queue="environment", words=RIVER)
    assert kinds(content) == [
        (What.OPTION_ADDED, "river"),
        (What.WORDED, "option.river"),
        (What.WORDED, "option.river"),
    ]
    assert gaps(content) == ()
    assert kinds(edits.send_to(content, "river", "work"), content) == [(What.QUEUE, "river")]
    gone = edits.remove(content, "topics", "river")
    assert content_hash(gone) == content_hash(junin()), "nothing is left of it"
    with pytest.raises(CannotEdit):
        edits.add_topic(content, "river", queue="work", words=RIVER)


def test_with_a_topic_goes_what_named_it() -> None:
    content = dict(junin())
    topics = [each["option"] for each in content["topics"]]
    place = next(
        each for each in content["directory"] if set(each.get("offered_for", ())) <= set(topics)
    )
    content["routing"] = [
        {"when": {"topic": [topics[0]]}, "queue": "work"},
        {"when": {"topic": topics[:2]}, "queue": "work"},
    ]
    alone = topics[0]
    place["offered_for"] = [alone]
    gone = edits.remove(content, "topics", alone)
    assert all(alone not in each.get("offered_for", ()) for each in gone["directory"])
    assert all(f"place.{place['slug']}" not in words for words in gone["wordings"].values())
    assert gone["routing"] == [{"when": {"topic": [topics[1]]}, "queue": "work"}]
    assert gaps(gone) == ()


def test_messages_are_content_that_two_people_answer_for() -> None:
    category = junin()["categories"][0]["option"]
    content = edits.add_message(junin(), category, LAW, words=LAW_SAYS)
    assert gaps(content) == ()
    assert {each.message for each in changes(junin(), content)} == {"new-law"}
    later = MessageFacts("new-law", "Ley 2", "2026-11-01", "2028-11-01", is_example=True)
    other = junin()["categories"][1]["option"]
    moved = edits.change_message(content, other, later, words=LAW_SAYS)
    assert kinds(moved, content) == [
        (What.MESSAGE_MOVED, "new-law"),
        (What.SOURCE, "new-law"),
        (What.EXPIRES, "new-law"),
        (What.EXAMPLE, "new-law"),
    ]
    assert content_hash(edits.remove_message(moved, "new-law")) == content_hash(junin())
    up = edits.move_message(content, "new-law", by=-1)
    assert kinds(up, content) == [(What.MESSAGE_ORDER, category)]
    with pytest.raises(CannotEdit) as caught:
        edits.add_message(content, category, LAW, words=LAW_SAYS)
    assert caught.value.reason is Reason.TWICE


def test_the_quick_exit_leads_somewhere() -> None:
    slug = junin()["categories"][0]["messages"][0]["slug"]
    content = edits.rename(junin(), names={"es": "Rimay", "en": "Rimay"}, quick_exit=slug)
    assert gaps(content) == ()
    with pytest.raises(CannotEdit) as caught:
        edits.remove_message(content, slug)
    assert caught.value.reason is Reason.IN_USE
    with pytest.raises(CannotEdit) as caught:
        edits.remove(content, "categories", content["categories"][0]["option"])
    assert caught.value.reason is Reason.IN_USE


def test_days_without_calls() -> None:
    hours = junin()["calendar"]["hours"] | {"5": ["10:00", "12:00"]}
    content = edits.set_hours(junin(), hours=hours, blocked=["2027-06-24", "2027-06-24"])
    assert kinds(content) == [(What.HOURS, "5"), (What.DAY_BLOCKED, "2027-06-24")]
    assert gaps(content) == ()
    freed = edits.set_hours(content, hours=hours, blocked=[])
    assert kinds(freed, content) == [(What.DAY_FREED, "2027-06-24")]


def test_a_draft_may_have_gaps_and_they_are_named() -> None:
    content = edits.add_category(junin(), "news", words=RIVER)
    assert gaps(content) == (Missing(Gap.EMPTY_CATEGORY, "news"),)
    wordless = edits.word(junin(), "option.water", {"quy": Words("")})
    (found,) = gaps(wordless)
    assert found.gap is Gap.OTHER
    assert "option.water" in found.name
    assert "quy" in found.name


def test_what_came_meanwhile_is_brought_together() -> None:
    mine = edits.move(
        edits.word(junin(), "greeting", {"es": Words("Buenos días.")}), "menu", "survey", by=-1
    )
    theirs = edits.add_topic(
        edits.word(junin(), "greeting", {"quy": Words("Allin punchaw.")}),
        "river",
        queue="work",
        words=RIVER,
    )
    both = merged(junin(), mine, theirs)
    assert both["menu"] == mine["menu"]
    assert both["topics"] == theirs["topics"]
    assert both["wordings"]["es"]["greeting"] == mine["wordings"]["es"]["greeting"]
    assert both["wordings"]["quy"]["greeting"] == theirs["wordings"]["quy"]["greeting"]
    assert gaps(both) == ()
    assert content_hash(merged(junin(), junin(), theirs)) == content_hash(theirs)
    assert content_hash(merged(junin(), mine, junin())) == content_hash(mine)


def test_of_two_who_edit_one_is_told(database: Database) -> None:
    with database.writing() as connection:
        loaded = read(ROOT / "programmes" / "junin")
        programmes.load(connection, loaded, now=NOW)
        begun = [
            operations.begin(
                connection, "junin", base=loaded.hash, content=junin(), account_id=each, now=NOW
            )
            for each in ("ana", "beto")
        ]
        assert begun == [True, False]
    with database.reading() as connection:
        draft = queries.draft(connection, "junin")
    assert draft.begun_by == "ana"
    assert not draft.is_changed
    later = NOW + dt.timedelta(minutes=5)
    content = edits.word(draft.content, "greeting", {"es": Words("Buenos días.")})
    with database.writing() as connection:
        operations.save(connection, draft, content, account_id="beto", now=later)
    other = edits.word(draft.content, "greeting", {"es": Words("Buenas tardes.")})
    with pytest.raises(DraftChanged), database.writing() as connection:
        operations.save(connection, draft, other, account_id="ana", now=later)
    with pytest.raises(DraftChanged), database.writing() as connection:
        operations.discard(connection, draft)
    with pytest.raises(DraftChanged), database.writing() as connection:
        operations.approve(connection, draft, account_id="ana", now=NOW)
    with database.reading() as connection:
        kept = queries.draft(connection, "junin")
    assert kept.content == content
    assert (kept.changed_by, kept.changed_at, kept.revision) == ("beto", later, 2)


def test_an_approval_is_of_exactly_these_words(database: Database) -> None:
    with database.writing() as connection:
        loaded = read(ROOT / "programmes" / "junin")
        programmes.load(connection, loaded, now=NOW)
        operations.begin(
            connection, "junin", base=loaded.hash, content=junin(), account_id="ana", now=NOW
        )
        draft = queries.draft(connection, "junin")
        assert operations.approve(connection, draft, account_id="ana", now=NOW)
        assert not operations.approve(connection, draft, account_id="ana", now=NOW)
        assert operations.approve(connection, draft, account_id="beto", now=NOW)
        assert len(queries.approvals(connection, draft)) == 2
        content = edits.word(draft.content, "greeting", {"es": Words("Buenos días.")})
        operations.save(connection, draft, content, account_id="ana", now=NOW)
        edited = queries.draft(connection, "junin")
        assert queries.approvals(connection, edited) == ()
        operations.save(
            connection, edited, junin(), account_id="ana", now=NOW, base=loaded.hash, before=content
        )
        turned = queries.draft(connection, "junin")
        assert queries.approvals(connection, turned) == (), "of a change from something else"
        operations.discard(connection, turned)
        with pytest.raises(NoDraft):
            queries.draft(connection, "junin")
