"""Every kind of question by voice and by text, as it is asked, misheard and left out."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dialogue.conversation import Asked, Heard
from dialogue.exploring.explore import explore
from dialogue.exploring.lengths import Lengths
from dialogue.exploring.lint import lint, survey_seconds
from dialogue.hearing import Answer, Missed, Wish, understand
from dialogue.words import Form
from library.prompts import Prompts
from storage.database import Database
from storage.media import Media
from storage.queues import Bell
from storage.services import Services
from storage.vault import Vault
from surveys.models import Answer as Kept
from surveys.models import OpenAnswer
from tests.clock import FakeClock
from tests.dialogue.exploring import wordings_of
from tests.dialogue.handset import Handset
from tests.dialogue.line import Line, open_line
from tests.surveys.kinds import kinds

TODAY = dt.date(2026, 11, 23)
NUMBER = Asked(kind="Enter", key="n", length=2, form=Form.NUMBER, low=0, high=20, silent="none")
DAY = Asked(kind="Enter", key="d", length=8, form=Form.DATE, low=19900101, high=20261231)
SEVERAL = Asked(kind="Choose", key="s", options=("a", "b", "c"), extras=("refused",), several=True)


def read_text(text: str, options: tuple[str, ...]) -> str | None:
    named = {"siete": "7", "nada": "no"}.get(text, text)
    return named if named in options else None


def heard(asked: Asked, said: str, *, by_text: bool = False) -> object:
    event = Heard(text=said) if by_text else Heard(digits=said)
    return understand(event, asked, read_text)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("0", Answer("0")),  # within the bounds no digit is a global key
        ("9", Answer("9")),
        ("12", Answer("12")),
        ("007", Answer("7")),
        ("3*12", Answer("12")),
        ("3*", Wish.REPEAT),
        ("*", Wish.REPEAT),
        ("21", Missed(silent=False, why="entry.too_large")),
        ("", Missed(silent=True)),
    ],
)
def test_a_number_by_keys(said: str, taken: object) -> None:
    assert heard(NUMBER, said) == taken


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("12", Answer("12")),
        ("siete", Answer("7")),
        ("tengo 12 hijos", Answer("12")),
        ("1,5", Missed(silent=False, why="entry.not_understood")),
        ("-3", Missed(silent=False, why="entry.not_understood")),
        ("2 o 3", Missed(silent=False, why="entry.not_understood")),
        ("nada", Answer("none")),
    ],
)
def test_a_number_by_text(said: str, taken: object) -> None:
    assert heard(NUMBER, said, by_text=True) == taken


def test_outside_of_a_scale_a_key_means_what_it_means_everywhere() -> None:
    scale = Asked(kind="Enter", key="q", length=1, form=Form.NUMBER, low=1, high=5)
    assert heard(scale, "5") == Answer("5")
    assert [heard(scale, key) for key in "0789"] == [
        *(Wish.PERSON, Wish.QUICK_EXIT, Wish.PRIVATE, Wish.BACK)
    ]
    assert heard(scale, "6") == Missed(silent=False, why="entry.too_large")


@pytest.mark.parametrize(
    ("said", "by_text", "taken"),
    [
        ("05112001", False, Answer("2001-11-05")),
        ("05/11/2001", True, Answer("2001-11-05")),
        ("5-1-2001", True, Answer("2001-01-05")),
        ("30022001", False, Missed(silent=False, why="entry.no_such_day")),
        ("0511201", False, Missed(silent=False, why="entry.day_not_understood")),
        ("31121989", False, Missed(silent=False, why="entry.too_early")),
        ("01012027", False, Missed(silent=False, why="entry.too_late")),
        ("ayer", True, Missed(silent=False, why="entry.day_not_understood")),
        ("9", False, Wish.BACK),
    ],
)
def test_a_day(said: str, by_text: bool, taken: object) -> None:
    assert heard(DAY, said, by_text=by_text) == taken


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("1 3", Answer("a c")),
        ("3,1", Answer("a c")),
        ("13", Answer("a c")),
        ("2", Answer("b")),
        ("c, a", Answer("a c")),
        ("nada", Answer("no")),
        ("6", Answer("refused")),
        ("0", Wish.PERSON),
        ("1 4", Missed(silent=False)),
        ("a, x", Missed(silent=False)),
    ],
)
def test_a_list(said: str, taken: object) -> None:
    assert heard(SEVERAL, said, by_text=True) == taken


# -- whole conversations ---------------------------------------------------------------------------


@pytest.fixture
def line(
    sqlite_database: Database,
    vault: Vault,
    media: Media,
    bell: Bell,
    clock: FakeClock,
    prompts: Prompts,
) -> Line:
    services = Services(database=sqlite_database, vault=vault, media=media, bell=bell, clock=clock)
    return open_line(services, kinds(), prompts)


def at_the_survey(line: Line, channel: str) -> Handset:
    phone = Handset(line, channel).begin().choose("es").choose("survey").choose("yes")
    assert phone.hears[-1] == "question.uses_river"
    return phone


def journalled(line: Line) -> set[str]:
    """Every answer that a turn tells."""
    states = (turn.state for turn in line.turns() if turn.state)
    return {entry["value"] for state in states for entry in state.get("journal", ())}


def asks(phone: Handset) -> str:
    return phone.hears[-1]


def go(phone: Handset, until: str, **answers: str) -> Handset:
    """Answer in passing whatever comes before `until`, in its random order too."""
    while asks(phone) != until:
        key = asks(phone)
        if key in answers:
            phone.press(answers[key])
        elif key.startswith("option."):
            phone.choose("yes" if key == "option.radio" else "no")
        elif key == "question.sources":
            phone.write("1")
        elif key == "question.trust":
            phone.press("2")
        elif key == "question.children":
            phone.press("3")
        elif key == "question.moved":
            phone.press("30052001")
        elif key == "question.worry":
            phone.say("El polvo en la casa")
        else:
            phone.press("1")
    return phone


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_from_beginning_to_end(line: Line, channel: str) -> None:
    phone = go(at_the_survey(line, channel), "menu.main")
    kept = line.answers()
    assert {name.partition(".")[0] for name in kept} == {
        *("uses_river", "trust", "children", "sources", "why", "moved", "worry", "district"),
        "gender",
    }
    assert kept["children"] == "3"
    assert kept["moved"] == "2001-05-30"
    assert kept["worry"] == "given"
    assert (
        sum(kept[f"sources.{name}"] == "yes" for name in ("radio", "meetings", "neighbours")) == 1
    )
    assert [row.complete for row in line.responses()] == [True]
    assert phone.hears[0] == "survey.thanks"
    # What was said is nowhere but in its sealed place, and in no turn.
    for word in ("polvo", "2001-05-30", "30052001"):
        assert word not in line.turns_as_text()


def test_answers_are_bound_to_words(line: Line) -> None:
    go(at_the_survey(line, "voice"), "menu.main")
    with line.reading() as connection:
        words = connection.execute(select(Kept.question, Kept.wording)).all()
        said = connection.execute(select(OpenAnswer.recording_id, OpenAnswer.language)).one()
    assert all(len(row.wording) == 64 for row in words)
    assert len({row.wording for row in words}) == len(words)
    assert said.language == "es"
    assert said.recording_id.startswith("RE")


def test_a_key_out_of_bounds_is_told_and_asked_again(line: Line) -> None:
    phone = go(at_the_survey(line, "voice"), "question.children")
    assert phone.press("77").hears == ["entry.too_large", "question.children"]
    phone = go(phone.press("9"), "question.moved")
    assert phone.press("31022001").hears == ["entry.no_such_day", "question.moved"]


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_who_enters_nothing_is_asked_why(line: Line, channel: str) -> None:
    phone = go(at_the_survey(line, channel), "question.children")
    if channel == "sms":
        phone.write("no")
    else:
        phone.be_silent()
    assert (asks(phone), phone.offers) == ("survey.left_out", ["try_again"])
    assert asks(phone.choose("try_again")) == "question.children"
    if channel == "sms":
        phone.write("no")
    else:
        phone.be_silent()
    phone.press("5")
    assert line.answers()["children"] == "dont_know"
    assert "dont_know" not in journalled(line)
    assert asks(phone) != "question.children"


def test_who_says_nothing_to_an_open_question_may_refuse(line: Line) -> None:
    phone = go(at_the_survey(line, "voice"), "question.worry")
    phone.be_silent().press("6")
    assert line.answers()["worry"] == "refused"
    with line.reading() as connection:
        assert connection.execute(select(OpenAnswer.id)).all() == []


def test_going_back_over_what_was_left_out(line: Line) -> None:
    phone = go(at_the_survey(line, "voice"), "question.worry")
    phone.be_silent().press("6")
    assert asks(phone) == "question.district"
    assert asks(phone.press("9")) == "survey.left_out"
    assert asks(phone.press("9")) == "question.worry"
    phone.say()
    assert line.answers()["worry"] == "given"


def test_one_option_after_the_other_by_voice_and_the_list_by_text(line: Line) -> None:
    phone = at_the_survey(line, "voice")
    while not asks(phone).startswith("option."):
        phone.press("1")
    assert phone.hears[0] == "question.sources"
    first = asks(phone)
    phone.choose("yes")
    assert phone.hears[0].startswith("option.")
    assert line.answers()[f"sources.{first.removeprefix('option.')}"] == "yes"
    phone.hang_up()
    text = Handset(line, "sms").begin().choose("yes")
    assert asks(text) == "question.sources"
    assert sorted(text.offers) == ["meetings", "neighbours", "radio"]
    options = text.offers
    text.write("2 3")
    assert {line.answers()[f"sources.{name}"] for name in options[1:]} == {"yes"}
    assert line.answers()[f"sources.{options[0]}"] == "no"


def test_a_place_is_chosen_from_pages(line: Line) -> None:
    phone = go(at_the_survey(line, "voice"), "question.district")
    seen = list(phone.offers[:3])
    assert phone.offers[3] == "more"
    phone.press("4")
    assert not set(phone.offers[:3]) & set(seen)
    wanted = phone.offers[1]
    phone.choose(wanted)
    assert line.answers()["district"] == wanted
    assert wanted not in journalled(line)


def test_the_map_and_the_lint_know_every_kind() -> None:
    programme = kinds()
    graph = explore(programme, today=TODAY)
    asked = {node.question.key for node in graph.nodes if node.script == "survey"}
    assert programme.survey is not None
    assert {f"question.{each.name}" for each in programme.survey.questions} <= asked
    assert {"option.radio", "option.meetings", "option.neighbours", "survey.left_out"} <= asked
    lengths = Lengths(wordings_of(programme), slug=programme.slug)
    found = [
        str(each)
        for each in lint(graph, wordings_of(programme), lengths=lengths, today=TODAY)
        if "question." in str(each) or "survey." in str(each) or "number." in str(each)
    ]
    assert [each for each in found if "question.district: 10 options" not in each] == []
    assert 90 < survey_seconds(graph, lengths, "es") < 300
