"""Segments are counted as 3GPP 23.038 and 23.040 say, and as the carrier's calculator does."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.clusters import clusters
from locales.gsm import Encoding, cheapest, compose, segments, split, to_gsm
from tests.locales.drawn_texts import drawn_texts

# A second, independent listing: the whole table by code point, as 3GPP 23.038 prints it.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    + "".join(map(chr, range(0x41, 0x5B)))
    + "ÄÖÑÜ§¿"
    + "".join(map(chr, range(0x61, 0x7B)))
    + "äöñüà"
)
PAIRS = "\x0c^{}\\[~]|€"

texts = st.text(st.sampled_from(BASIC + PAIRS + "áíóú’—😀𝄞"), max_size=700)
gsm_texts = st.text(st.sampled_from(BASIC + PAIRS), max_size=700)
sentences = st.lists(
    st.text(st.sampled_from("aeñáz€😀.!? "), min_size=1, max_size=90), max_size=30
).map(" ".join)


def brute_force(text: str) -> int:
    """Segments by laying out every code unit and cutting, never inside a character."""
    if all(c in BASIC or c in PAIRS for c in text):
        characters, single, part = [[c] if c in BASIC else ["\x1b", c] for c in text], 160, 153
    else:
        encoded = [c.encode("utf-16-be") for c in text]
        characters = [[c[n : n + 2].hex() for n in range(0, len(c), 2)] for c in encoded]
        single, part = 70, 67
    if sum(map(len, characters)) <= single:
        return 1 if characters else 0
    parts: list[list[str]] = [[]]
    for units in characters:
        if len(parts[-1]) + len(units) > part:
            parts.append([])
        parts[-1] += units
    return len(parts)


@given(texts)
def test_the_count_is_that_of_brute_force(text: str) -> None:
    assert segments(text).count == brute_force(text)


@given(gsm_texts)
def test_what_the_table_holds_is_gsm7(text: str) -> None:
    assert segments(text).encoding is Encoding.GSM7
    assert to_gsm(text) == text


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", Encoding.GSM7, 0, 0),
        ("a" * 160, Encoding.GSM7, 160, 1),
        ("a" * 161, Encoding.GSM7, 161, 2),
        ("a" * 306, Encoding.GSM7, 306, 2),
        ("a" * 152 + "€" + "a" * 152, Encoding.GSM7, 306, 3),  # the pair moves whole
        ("€" * 80, Encoding.GSM7, 160, 1),
        ("á" * 70, Encoding.UCS2, 70, 1),
        ("á" * 71, Encoding.UCS2, 71, 2),
        ("á" * 66 + "😀" + "á" * 66, Encoding.UCS2, 134, 3),
        ("ñÑéÉü¿¡à", Encoding.GSM7, 8, 1),
    ],
)
def test_at_the_edges(text: str, encoding: Encoding, units: int, count: int) -> None:
    found = segments(text)
    assert (found.encoding, found.units, found.count) == (encoding, units, count)


def test_offenders_are_named_once_in_order() -> None:
    assert segments("está aquí, está allá’").offenders == ("á", "í", "’")


def test_to_gsm_folds_what_it_must_and_keeps_what_it_can() -> None:
    assert to_gsm("“Está” aquí – mañana… ¿vendrá José?") == '"Esta" aqui - mañana... ¿vendra José?'
    assert to_gsm("Ñuqa, PINGÜINO, n\u0303") == "Ñuqa, PINGÜINO, ñ"
    assert to_gsm("gracias 😀") == "gracias 😀"


def test_cheapest_folds_only_where_it_saves() -> None:
    short = "Está aquí"
    long = "Está aquí " * 10
    assert cheapest(short) == short
    assert cheapest(long) == "Esta aqui " * 10
    assert cheapest(long + "😀") == long + "😀"


@given(texts)
def test_cheapest_never_costs_more(text: str) -> None:
    assert segments(cheapest(text)).count <= segments(text).count


@given(sentences, st.integers(min_value=1, max_value=3))
def test_every_piece_fits_and_no_word_is_parted(text: str, at_most: int) -> None:
    pieces = split(text, at_most)
    assert all(0 < segments(piece).count <= at_most for piece in pieces)
    longest = max((segments(word).count for word in text.split()), default=0)
    if longest <= at_most:
        assert [word for piece in pieces for word in piece.split()] == text.split()
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_split_parts_at_sentences() -> None:
    first, second = "Primera frase. " * 10, "Segunda frase que sigue."
    pieces = split(first + second, 1)
    assert pieces == [first.strip(), second]


def test_split_cuts_only_a_word_longer_than_a_message() -> None:
    assert split("hola " + "x" * 200, 1) == ["hola", "x" * 160, "x" * 40]


def test_a_message_of_no_segments_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        split("hola", 0)


def test_the_count_is_that_of_the_carriers_calculator() -> None:
    lines = (Path(__file__).parent / "segments.txt").read_text().splitlines()
    texts = list(drawn_texts())
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    assert lines[2] == digest, "these are not the texts that were counted"
    ours = []
    for text in texts:
        found = segments(text)
        # The calculator bills a text of nothing as one; none is ever sent.
        ours.append(f"{'G' if found.encoding is Encoding.GSM7 else 'U'}{found.count or 1}")
    assert ours == " ".join(lines[3:]).split()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nín\u0303o", ["n", "í", "n\u0303", "o"]),
        ("👨‍👩‍👧a", ["👨‍👩‍👧", "a"]),
        ("🇵🇪🇧🇴🇵", ["🇵🇪", "🇧🇴", "🇵"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("a\n\u0301", ["a", "\n", "\u0301"]),
        ("\u200da", ["\u200d", "a"]),
        ("", []),
    ],
)
def test_what_a_reader_takes_for_one_character_stays_one(text: str, parts: list[str]) -> None:
    assert list(clusters(text)) == parts


@pytest.mark.parametrize(
    ("text", "sent", "count", "doubling", "is_folded"),
    [
        ("Mañana a las ocho.", "Mañana a las ocho.", 1, (), False),
        ("Está aquí. " * 7, "Esta aqui. " * 7, 1, ("á", "í"), True),
        ("Está", "Está", 1, ("á",), False),  # one message either way: as it was written
        ("é" * 160, "é" * 160, 1, (), False),
        ("á" * 481, "a" * 481, 4, ("á",), True),
        ("Así 😀 " * 20, "Así 😀 " * 20, 3, ("í", "😀"), False),
    ],
)
def test_what_goes_out(
    text: str, sent: str, count: int, doubling: tuple[str, ...], is_folded: bool
) -> None:
    composed = compose(text)
    assert (composed.sent, composed.cost.count, composed.doubling) == (sent, count, doubling)
    assert composed.is_folded is is_folded
    assert composed.is_too_long is (count > 3)
