"""Content there and back, and what the hash counts."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from programmes.calendar import Calendar, Hours
from programmes.content import content_hash, from_content, to_content
from programmes.values import (
    Category,
    District,
    MenuItem,
    Message,
    Programme,
    Question,
    Queue,
    Survey,
    Tool,
    Topic,
    Wording,
)
from tests.programmes.valley import changed, read_valley

NAMES = st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True)
TEXTS = st.text(max_size=20)
STAFF = st.dictionaries(NAMES, TEXTS, max_size=2)
DATES = st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))


def several(what: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(what, max_size=3).map(tuple)


MESSAGES = st.builds(
    Message, slug=NAMES, source=TEXTS, reviewed_on=DATES, expires_on=DATES, is_example=st.booleans()
)
QUESTIONS = st.builds(Question, name=NAMES, options=several(NAMES), is_gender=st.booleans())
PROGRAMMES = st.builds(
    Programme,
    hash=st.just(""),
    slug=NAMES,
    name=STAFF,
    languages=several(NAMES),
    time_zone=NAMES,
    calendar=st.builds(
        Calendar,
        time_zone=NAMES,
        hours=st.dictionaries(
            st.integers(0, 6), st.just(Hours(dt.time(8), dt.time(12, 30))), max_size=3
        ),
        blocked=st.frozensets(DATES, max_size=3),
    ),
    menu=several(st.builds(MenuItem, option=NAMES, tool=st.sampled_from(Tool))),
    categories=several(st.builds(Category, option=NAMES, messages=several(MESSAGES))),
    topics=several(st.builds(Topic, option=NAMES, queue=NAMES)),
    queues=several(st.builds(Queue, slug=NAMES, name=STAFF, affiliation=NAMES)),
    default_queue=NAMES,
    survey=st.none() | st.builds(Survey, name=NAMES, title=STAFF, questions=several(QUESTIONS)),
    quick_exit=NAMES,
    districts=several(st.builds(District, slug=NAMES, name=TEXTS, languages=several(NAMES))),
    wordings=st.dictionaries(
        NAMES,
        st.dictionaries(
            NAMES, st.builds(Wording, TEXTS, TEXTS, reviewed=st.booleans()), max_size=3
        ),
        max_size=2,
    ),
)


@given(PROGRAMMES)
def test_content_and_back_is_the_same_programme(programme: Programme) -> None:
    days = programme.calendar.hours
    calendar = Calendar(programme.time_zone, hours=days, blocked=programme.calendar.blocked)
    programme = replace(programme, calendar=calendar)
    content = to_content(programme)
    named = replace(programme, hash=content_hash(content))
    assert from_content(content) == named
    assert from_content(json.loads(json.dumps(content))) == named
    assert to_content(from_content(content)) == content


def test_how_a_file_is_written_does_not_count(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        "programme.yaml",
        "name: {es: Valle, en: Valley}\n",
        "# the name\nname:\n  en: 'Valley'\n  es: >\n    Valle\n\n",
    )
    assert read_valley(folder).hash == read_valley().hash


def test_a_folded_text_is_one_line(tmp_path: Path) -> None:
    folder = changed(
        tmp_path,
        "programme.yaml",
        'es: {say: "Su voz se guarda."}',
        "es:\n      say: >-\n        Su voz\n        se guarda.",
    )
    assert read_valley(folder).hash == read_valley().hash


def test_every_word_counts(tmp_path: Path) -> None:
    folder = changed(tmp_path, "survey.yaml", "Está limpia", "Está muy limpia")
    assert read_valley(folder).hash != read_valley().hash
