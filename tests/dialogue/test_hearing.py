"""What somebody did, understood by what was asked."""

from __future__ import annotations

import pytest

from dialogue.conversation import Asked, Heard
from dialogue.hearing import Answer, Missed, Understood, Wish, page_of, understand
from dialogue.words import Words

ENTER = Asked(kind="Enter", key="pin", length=4)
SAY = Asked(kind="Statement", key="say")
SILENCE, WRONG = Missed(silent=True), Missed(silent=False)
AGAIN = Missed(silent=False, why="number.again.4")


def by_keys(keys: str, asked: Asked) -> Understood:
    return understand(Heard(digits=keys) if keys else Heard(), asked, lambda text, options: None)


def by_text(text: str, asked: Asked) -> Understood:
    return understand(Heard(text=text), asked, lambda text, options: None)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("4826", Answer("4826")),
        ("0000", Answer("0000")),
        ("", SILENCE),
        ("0", Wish.PERSON),
        ("9", Wish.BACK),
        ("*", Wish.REPEAT),
        ("48", AGAIN),
        ("12*4", Wish.REPEAT),
        ("12*4826", Answer("4826")),
        ("*9", Wish.BACK),
        ("7", Wish.QUICK_EXIT),
        ("8", Wish.PRIVATE),
        ("6", AGAIN),
    ],
)
def test_a_number_by_keys(keys: str, expected: Understood) -> None:
    assert by_keys(keys, ENTER) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4826", Answer("4826")),
        ("48 26", Answer("4826")),
        ("mi clave es 4826.", Answer("4826")),
        ("48267", AGAIN),
        ("no sé", AGAIN),
        ("#", Wish.LANGUAGE),
        (" * ", Wish.REPEAT),
        ("٤٨٢٦", AGAIN),
        ("😀", AGAIN),
        ("", SILENCE),
    ],
)
def test_a_number_by_text(text: str, expected: Understood) -> None:
    assert by_text(text, ENTER) == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (Heard(recording="RE1", seconds=1), Answer(Words(recording="RE1", seconds=1))),
        (Heard(recording="RE1", seconds=0), SILENCE),
        (Heard(recording="RE1"), Answer(Words(recording="RE1"))),
        (Heard(), SILENCE),
        (Heard(digits="5"), SILENCE),
        (Heard(text="  El agua \n"), Answer(Words(text="El agua"))),
        (Heard(text=" \n "), SILENCE),
        (Heard(text="😀"), WRONG),
        (Heard(text="0"), Wish.PERSON),
        (Heard(text="7"), Wish.QUICK_EXIT),
        (Heard(text="8"), Wish.PRIVATE),
        (Heard(text="9"), Wish.BACK),
        (Heard(text="3"), WRONG),
        (Heard(text="menu", command="menu"), Wish.MENU),
    ],
)
def test_words(heard: Heard, expected: Understood) -> None:
    assert understand(heard, SAY, lambda text, options: None) == expected


def test_a_text_is_read_among_the_options_that_were_shown() -> None:
    asked = Asked(kind="Choose", key="k", options=("water", "land"), extras=("refused",))
    seen: list[tuple[str, ...]] = []

    def read(text: str, options: tuple[str, ...]) -> str | None:
        seen.append(options)
        return "land" if text == "tierra" else None

    assert understand(Heard(text=" tierra "), asked, read) == Answer("land")
    assert seen == [("water", "land", "refused")]
    assert understand(Heard(text="otra cosa"), asked, read) == WRONG
    assert understand(Heard(text="6"), asked, read) == Answer("refused")
    assert understand(Heard(text="5"), asked, read) == WRONG
    assert understand(Heard(digits="12"), asked, read) == WRONG


@pytest.mark.parametrize("count", range(1, 12))
def test_every_option_is_on_some_page_and_no_page_has_more_than_four(count: int) -> None:
    options = tuple(f"o{number}" for number in range(count))
    pages = [page_of(options, page) for page in range(6)]
    assert all(len(page) <= 4 for page in pages)
    assert {each for page in pages for each in page} - {"more"} == set(options)
