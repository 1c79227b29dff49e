"""A survey written on pages without scripts: every kind, its options, its skips, what is wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app import finding_words
from programmes.conditions import BadCondition, parse
from programmes.drafts.gaps import gaps
from programmes.questions import Question
from programmes.skipping import faults
from tests.editor.people import Editor
from tests.editor.test_phone import Phone, newest

ASKED = {"say_es": "¿Cómo está el agua?", "text_es": "", "say_quy": "¿Imaynataq yaku?"}
BOTH = {"dont_know": "yes", "refused": "yes"}
GOOD, BAD = ("Buena", "Allin"), ("Mala", "Mana allin")


def options(*said: tuple[str, str]) -> dict[str, str]:
    return {
        f"option_{row}_say_{tag}": words
        for row, each in enumerate(said)
        for tag, words in zip(("es", "quy"), each, strict=True)
    }


def adds(ana: Editor, kind: str, title: str, **more: str) -> int:
    answer = ana.post(f"/survey/new/{kind}", **{**ASKED, **BOTH, "title": title, **more})
    return answer.status_code


def asked(ana: Editor) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in ana.draft.content["survey"]["questions"]}


@pytest.fixture
def writer(ana: Editor) -> Editor:
    """Ana with a survey that asks nothing yet."""
    ana.begins()
    answer = ana.post("/survey/title?new=1", title_es="El agua 2026", title_en="Water 2026")
    assert answer.status_code == 303
    return ana


def test_every_kind_is_written_and_is_a_programme(writer: Editor) -> None:
    assert "The survey asks nothing yet" in writer.get("/survey")
    assert "add a question" in writer.get("/check"), "no version could be made of it"
    assert adds(writer, "choice", "Water", **options(GOOD, BAD), is_shuffled="yes") == 303
    assert adds(writer, "yes_no", "Drinks it") == 303
    ends = options(("Nada", "Manapuni"), ("Mucho", "Anchata"))
    assert adds(writer, "scale", "Confidence", low="1", high="7", **ends) == 303
    assert adds(writer, "number", "Animals", low="0", high="99", bands="0, 1, 10") == 303
    assert adds(writer, "multiple", "Sources", **options(("Radio", "Radio"), GOOD)) == 303
    codes = "El polvo y el ruido\nTrabajo"
    assert adds(writer, "open", "Worry", codes=codes) == 303
    assert adds(writer, "date", "Moved here", low="1990-01-01", high="") == 303
    assert adds(writer, "place", "Where") == 303
    for block in ("age_band", "gender", "language"):
        writer.post("/survey/blocks", block=block)
    assert gaps(writer.draft.content) == ()
    found = asked(writer)
    assert found["water"]["options"] == ["buena", "mala"]
    assert found["water"]["is_shuffled"]
    assert (found["confidence"]["low"], found["confidence"]["high"]) == (1, 7)
    assert found["confidence"]["ends"] == ["nada", "mucho"]
    assert found["animals"]["bands"] == [0, 1, 10]
    assert found["sources"]["options"] == ["radio", "buena"], "the same words are one option"
    assert found["worry"]["codes"] == ["el_polvo_y_el_ruido", "trabajo"]
    assert found["moved_here"]["low"] == 19900101
    assert "place_morococha" in found["where"]["options"]
    assert list(found).index("gender") < len(found) * 2 / 3, "break-off is told by it"
    words = writer.draft.content["wordings"]["es"]
    assert words["option.woman"]["say"] == "Si es mujer"
    assert words["question.water"] == {**words["question.water"], "say": ASKED["say_es"]}
    for name in found:
        page = writer.get(f"/survey/questions/{name}")
        assert writer.post(f"/survey/questions/{name}", **fields(page)).status_code == 303
    assert asked(writer) == found, "a form that nobody touched changes nothing"


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the question's form."""
    form = page.partition('action="/staff/programme/draft/survey/')[2].partition("</form>")[0]
    inputs = re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"([^>]*)>', form)
    found = {
        name: value
        for name, value, rest in inputs
        if f'type="checkbox" id="{name}"' not in form or "checked" in rest
    }
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', form))
    for name, inside in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        first = re.search(r'value="([^"]*)"', inside)
        found[name] = (chosen or first)[1]  # type: ignore[index]
    return {name: value for name, value in found.items() if name != "revision"}


def test_skips_are_chosen_and_read_back(writer: Editor) -> None:
    adds(writer, "choice", "Water", **options(GOOD, BAD))
    adds(writer, "number", "Animals", low="0", high="99")
    rows = {
        "how": "all",
        "where_0_answer": "water=mala",
        "where_0_sign": "is",
        "where_1_answer": "animals=#",
        "where_1_sign": "least",
        "where_1_number": "5",
    }
    assert adds(writer, "yes_no", "Sold", **rows) == 303
    assert asked(writer)["sold"]["relevant"] == "${water} = 'mala' and ${animals} >= 5"
    page = writer.get("/survey/questions/sold")
    assert fields(page) | rows == fields(page)
    told = writer.post("/survey/questions/sold", **fields(page) | {"where_1_number": "100"})
    assert told.status_code == 422
    assert "Give a number that it can be answered with." in told.text
    more = {"how": "formula", "formula": "${water} = 'mala' or not(${animals} = 3)"}
    writer.post("/survey/questions/sold", **fields(page) | more)
    assert asked(writer)["sold"]["relevant"] == more["formula"]
    wrong = writer.post("/survey/questions/sold", **fields(page) | more | {"formula": "water?"})
    assert "This formula cannot be read" in wrong.text
    # What comes later cannot be looked at: told beside the question, and it is no programme.
    writer.post("/survey/questions/sold/move", to="up")
    writer.post("/survey/questions/sold/move", to="up")
    page = writer.get("/survey")
    mine = page.partition('data-question="sold"')[2].partition("</li>\n  \n")[0]
    assert "cannot depend on 'water', which comes later" in mine
    assert gaps(writer.draft.content)


def test_what_is_wrong_is_told_at_its_field(writer: Editor) -> None:
    revision = writer.revision
    for kind, more, told in (
        ("choice", options(GOOD), "A question has two options or more."),
        ("choice", options(GOOD, GOOD), "There is one of that name already."),
        ("choice", options(GOOD, ("Mala", "")), "Write what is said."),
        ("number", {"low": "5", "high": "3"}, "The highest is more than the lowest."),
        ("number", {"low": "", "high": "many"}, "Give a whole number."),
        ("number", {"low": "0", "high": "9", "bands": "1, 2"}, "Bands begin at the lowest"),
        ("scale", {"low": "0", "high": "5"}, "from 1 to 9"),
        ("scale", {"low": "1", "high": "5"} | options(GOOD), "Name both ends"),
        ("date", {"low": "soon"}, "Give a day."),
        ("yes_no", {"say_quy": ""}, "Write what is said."),
        ("yes_no", {"title": ""}, "Give it a short name"),
        ("yes_no", {"how": "all"}, "Choose the answer that it depends on."),
    ):
        fields = {**ASKED, **BOTH, "title": "Typed", **more}
        answer = writer.post(f"/survey/new/{kind}", **fields)
        assert answer.status_code == 422, (kind, more)
        assert told in answer.text, (kind, more)
        assert 'class="fault"' in answer.text
        assert "¿Cómo está el agua?" in answer.text, "nothing typed is lost"
    assert writer.revision == revision


def test_what_the_telephone_cannot_do_stands_beside_the_question(writer: Editor) -> None:
    long = "¿" + "Cuando usted piensa en el agua de su comunidad y en la de sus vecinos, " * 8 + "?"
    adds(writer, "open", "Worry", say_es=long)
    many = [(f"Fuente {n}", f"Pukyu {n}") for n in range(7)]
    adds(writer, "multiple", "Sources", **options(*many), dont_know="")
    page = writer.get("/survey")
    worry, sources = page.partition('data-question="sources"')[0::2]
    assert "at most 20 s" in worry
    assert "need themes that people code them by" in worry
    assert "Each of the 7 options is asked alone" in sources
    assert "It does not ask gender" in page
    assert "at most 20 s" in writer.get("/survey/questions/worry")


def test_an_option_of_two_questions_is_reworded_for_one(writer: Editor) -> None:
    adds(writer, "choice", "Water", **options(GOOD, BAD))
    adds(writer, "choice", "Air", **options(GOOD, BAD))
    assert asked(writer)["air"]["options"] == ["buena", "mala"]
    page = fields(writer.get("/survey/questions/air"))
    writer.post("/survey/questions/air", **page | {"option_1_say_es": "Sucia"})
    found = asked(writer)
    assert found["air"]["options"] == ["buena", "sucia"]
    assert found["water"]["options"] == ["buena", "mala"]
    page = fields(writer.get("/survey/questions/air"))
    writer.post("/survey/questions/air", **page | {"option_1_say_es": "Muy sucia"})
    assert asked(writer)["air"]["options"] == ["buena", "sucia"], "its own keeps its name"
    words = writer.draft.content["wordings"]["es"]
    assert words["option.sucia"]["say"] == "Muy sucia"
    page = fields(writer.get("/survey/questions/air"))
    writer.post("/survey/questions/air", **page | {"option_1_key": "1"})
    assert asked(writer)["air"]["options"] == ["sucia", "buena"]
    writer.post("/survey/questions/air/remove")
    words = writer.draft.content["wordings"]["es"]
    assert "option.sucia" not in words
    assert "question.air" not in words


def test_a_question_is_seen_as_the_texts_it_makes(writer: Editor) -> None:
    adds(writer, "choice", "Water", **options(GOOD, BAD))
    adds(writer, "multiple", "Sources", **options(("Radio", "Radio"), ("Vecinos", "Wasi masi")))
    writer.post("/survey/blocks", block="gender")
    adds(writer, "number", "Animals", low="0", high="99")
    page = writer.get("/survey")
    texts = re.findall(r'data-text="es">\s*<p class="bubble">(.*?)</p>', page, re.DOTALL)
    water, gender, sources, animals = (each.split("\n") for each in texts)
    assert water[1:] == ["1 Buena", "2 Mala", "5 No sé", "6 Prefiero no responder"]
    assert sources[1:3] == ["1 Radio", "2 Vecinos"]
    assert sources[-1].startswith("Puede elegir varias")
    assert len(gender) == 5, "four options, and no other way not to say"
    assert animals[1] == "Responda con un numero."
    assert "is paid for" in page
    alone = writer.get("/survey/questions/water")
    assert "1 Buena" in re.findall(r'<p class="bubble">(.*?)</p>', alone, re.DOTALL)[0]


def test_gender_stays_what_it_is_everywhere(writer: Editor) -> None:
    adds(writer, "yes_no", "Drinks it")
    writer.post("/survey/blocks", block="gender")
    page = writer.get("/survey/questions/gender")
    assert "option_4_say_es" not in page
    writer.post(
        "/survey/questions/gender",
        **fields(page) | {"option_0_say_es": "Mujer", "how": "all", "shuffles": "yes"},
    )
    gender = asked(writer)["gender"]
    assert gender["options"] == ["woman", "man", "gender_other", "gender_unsaid"]
    assert gender["gender"]
    assert gender["missing"] == []
    assert not {"relevant", "shuffle"} & gender.keys()
    assert writer.draft.content["wordings"]["es"]["option.woman"]["say"] == "Mujer"
    assert "Ready-made" in writer.get("/survey")
    assert 'value="gender"' not in writer.get("/survey")


def test_the_survey_is_heard_at_once_and_the_diff_tells_it(writer: Editor, beto: Editor) -> None:
    adds(writer, "choice", "Water", **options(GOOD, BAD))
    adds(writer, "yes_no", "Drinks it", shuffles="yes")
    adds(writer, "yes_no", "Boils it", shuffles="yes")
    assert [each.get("shuffle", 0) for each in asked(writer).values()] == [0, 1, 1]
    writer.post("/survey/questions/boils_it/move", to="up")
    writer.post("/survey/questions/boils_it/move", to="up")
    assert [each.get("shuffle", 0) for each in asked(writer).values()] == [1, 0, 2]
    assert gaps(writer.draft.content) == ()
    page = writer.get()
    for told in (
        "The survey's title, for staff",
        "Survey: new question, Water",
        "Survey: without the question Work change",
        "Water: words in Castellano",
        "what the survey asks: two people must stand for it",
    ):
        assert told in page, told
    phone = Phone(writer, survey="quy")
    assert "Chunka pusaqniyuq" in phone.page or "munankichu" in phone.page
    assert ASKED["say_quy"] in phone.press("1")
    seen = beto.revision
    writer.post("/survey/questions/water/move", to="down")
    late = beto.late(
        "/survey/questions/water",
        seen,
        **{**ASKED, **BOTH, "say_es": "¿Y el agua?", **options(GOOD, BAD)},
    )
    assert late.status_code == 409
    assert "Somebody else has just changed the draft" in late.text
    assert newest(phone.page)


def test_what_changes_of_a_question_is_told_in_words(ana: Editor) -> None:
    ana.begins()
    page = ana.get("/survey/questions/work_change")
    rows = {"how": "all", "where_0_answer": "water_change=worse", "where_0_sign": "not"}
    ana.post("/survey/questions/work_change", **fields(page) | rows | {"is_shuffled": "yes"})
    page = ana.get()
    assert "Work change: asked of others" in page
    assert "<ins>Water change: ≠ Peor</ins>" in page
    assert "<ins>In an order of each person's own: True</ins>" in page


def test_only_editors_write_it(writer: Editor) -> None:
    assert writer.client.get("/staff/programme/draft/survey/new/matrix").status_code == 404
    assert writer.client.get("/staff/programme/draft/survey/questions/none").status_code == 404
    assert writer.post("/survey/blocks", block="nothing").status_code == 404


def test_why_a_condition_is_refused_is_told_in_the_language_of_the_page(app: Flask) -> None:
    water = Question("water", ("good",))
    last = Question("last", ("x",), relevant="${later} = 'x' or ${water} = 'bad'")
    with pytest.raises(BadCondition) as caught:
        parse("water?")
    with app.test_request_context(), force_locale("es"):
        said = [finding_words.told(each.said) for each in faults([water, last])]
        unread = finding_words.told(caught.value.said)
    assert said == [
        "no hay ninguna pregunta 'later'",
        "'water' no se puede responder con 'bad'",
    ]
    assert unread == "aquí no se entiende '?' (carácter 6)"
