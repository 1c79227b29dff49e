"""Dispositions and rates: worked out by hand for every code and every formula."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from surveys.outcomes import (
    FORMULAS,
    GROUPS,
    Disposition,
    Group,
    Rate,
    Tally,
    eligibility,
    final,
    of_interview,
    rates,
    tally,
)

D = Disposition

BY_HAND = Tally(I=200, P=40, R=100, NC=50, O=10, UH=80, UO=20, NE=100)
"""400 are known to be eligible, 100 not to be, 100 are unknown: e = 400 / 500 = 0.8.
RR1-2, REF1 and CON1 divide by 500, RR3-4 by 400 + 0.8 x 100 = 480, COOP1 by 350, COOP3 by 340."""


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (Rate.RR1, Fraction(200, 500)),
        (Rate.RR2, Fraction(240, 500)),
        (Rate.RR3, Fraction(200, 480)),
        (Rate.RR4, Fraction(240, 480)),
        (Rate.COOP1, Fraction(200, 350)),
        (Rate.COOP3, Fraction(200, 340)),
        (Rate.REF1, Fraction(100, 500)),
        (Rate.CON1, Fraction(350, 500)),
    ],
)
def test_each_formula_by_hand(rate: Rate, expected: Fraction) -> None:
    assert eligibility(BY_HAND) == Fraction(4, 5)
    assert rates(BY_HAND)[rate] == expected


def test_the_formula_that_is_shown_is_the_one_that_is_computed() -> None:
    e = eligibility(BY_HAND)
    letters = {name: getattr(BY_HAND, name) for name in Tally.__slots__} | {"e": e}
    for rate, formula in FORMULAS.items():
        upper, lower = formula.split(" / ", 1)
        lower = lower.replace("e(", "e*(")
        shown = Fraction(eval(upper, {}, letters)) / eval(lower, {}, letters)  # noqa: S307
        assert shown == rates(BY_HAND)[rate], rate


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("1.1", "I"),
        ("1.2", "P"),
        ("2.11", "R"),
        ("2.12", "R"),
        ("2.20", "NC"),
        ("2.32", "O"),
        ("2.33", "O"),
        ("3.11", "UH"),
        ("3.12", "UH"),
        ("3.13", "UH"),
        ("3.14", "UH"),
        ("3.16", "UH"),
        ("3.19", "UH"),
        ("3.21", "UO"),
        ("4.3", "NE"),
        ("4.7", "NE"),
        ("4.8", "NE"),
    ],
)
def test_each_code_is_counted_under_one_letter(code: str, group: str) -> None:
    assert getattr(tally({D(code): 7}), group) == 7
    assert sum(getattr(tally({D(code): 7}), each) for each in Group) == 7


def test_every_code_has_its_letter() -> None:
    assert set(GROUPS) == set(D)
    assert set(GROUPS.values()) == set(Group)


def test_response_is_cooperation_times_contact_whatever_came_of_the_lines() -> None:
    random = Random(4)
    tried = 0
    for _ in range(500):
        counted = tally({each: random.choice((0, 1, 2, random.randrange(900))) for each in D})
        found = rates(counted)
        coop1, con1 = found[Rate.COOP1], found[Rate.CON1]
        if coop1 is None or con1 is None:
            continue
        tried += 1
        assert found[Rate.RR1] == coop1 * con1
        if counted.O and counted.I:
            coop3 = found[Rate.COOP3]
            assert coop3 is not None
            assert coop3 * con1 > coop1 * con1, "with COOP3 it does not hold"
    assert tried > 400


def test_what_a_round_in_liberia_published_fits_together() -> None:
    """52.6 % cooperation, 98.8 % contact, 41.9 % refusal, 52.0 % response (DOMAIN 4.2): of 1,000
    lines that is 520 interviews, 419 refusals, 988 talked to, and 12 who were not."""
    found = rates(Tally(I=520, P=49, R=419, UH=12))
    published = {Rate.COOP1: 526, Rate.CON1: 988, Rate.REF1: 419, Rate.RR1: 520}
    for rate, per_mille in published.items():
        value = found[rate]
        assert value is not None
        assert round(value * 1000) == per_mille
    assert round(Fraction(526, 1000) * Fraction(988, 1000) * 1000) == 520


PUBLISHED = {
    "Bangladesh, control": (288, 192),
    "Bangladesh, 50 Tk": (392, 239),
    "Bangladesh, 100 Tk": (400, 248),
    "Uganda, control": (447, 352),
    "Uganda, 5,000 UGX": (576, 393),
    "Uganda, 10,000 UGX": (588, 403),
    "Liberia": (526, 520),
    "Dhaka": (890, 522),
}
"""Cooperation and response per thousand (DOMAIN 4.2)."""


@pytest.mark.parametrize("study", PUBLISHED)
def test_what_others_published_comes_out_of_lines_that_fit_it(study: str) -> None:
    """Of 100,000 lines as many interviews, and as many talked to, as the two rates say; the contact
    rate is what remains, and no part of the lines is less than none."""
    cooperation, response = PUBLISHED[study]
    interviews = 100 * response
    talked_to = round(1000 * interviews / cooperation)
    lines = Tally(I=interviews, R=talked_to - interviews, UH=100_000 - talked_to)
    assert min(lines.R, lines.UH) >= 0
    found = rates(lines)
    coop1, con1, rr1 = found[Rate.COOP1], found[Rate.CON1], found[Rate.RR1]
    assert coop1 is not None
    assert con1 is not None
    assert rr1 is not None
    assert (round(coop1 * 1000), round(rr1 * 1000)) == (cooperation, response)
    assert con1 == rr1 / coop1 <= 1


def test_shares_that_others_published_of_counts() -> None:
    """1,085 interviews of 440,262 calls; 11,500 answers of 45,500 who took the call."""
    assert round(Fraction(1085, 440_262) * 10_000) == 25
    pakistan = rates(Tally(I=11_500, R=45_500 - 11_500, UH=67_000 - 45_500))
    coop1, rr1 = pakistan[Rate.COOP1], pakistan[Rate.RR1]
    assert coop1 is not None
    assert rr1 is not None
    assert round(coop1 * 100) == 25, "what was published as response is of who took the call"
    assert round(rr1 * 100) == 17


def test_nothing_is_divided_by_nothing() -> None:
    assert set(rates(Tally()).values()) == {None}
    only_unknown = rates(Tally(UH=3))
    assert only_unknown[Rate.RR1] == 0
    assert only_unknown[Rate.RR3] is None, "e is known of nobody"
    assert only_unknown[Rate.COOP1] is None


@pytest.mark.parametrize(
    ("answered", "applicable", "expected"),
    [
        (10, 10, D.COMPLETE),
        (8, 10, D.COMPLETE),
        (7, 10, D.PARTIAL),
        (5, 10, D.PARTIAL),
        (4, 9, D.BREAK_OFF),
        (0, 10, D.BREAK_OFF),
        (0, 0, D.BREAK_OFF),
    ],
)
def test_how_much_of_an_interview_is_one(
    answered: int, applicable: int, expected: Disposition
) -> None:
    assert of_interview(answered=answered, applicable=applicable) is expected


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([], D.NOT_ATTEMPTED),
        ([D.BUSY, D.NO_ANSWER], D.BUSY),
        ([D.NON_CONTACT, D.NO_ANSWER, D.VOICEMAIL], D.NON_CONTACT),
        ([D.NO_ANSWER, D.NON_CONTACT, D.REFUSAL], D.REFUSAL),
        ([D.BREAK_OFF, D.COMPLETE], D.COMPLETE),
        ([D.VOICEMAIL, D.NOT_WORKING], D.NOT_WORKING),
        ([D.NETWORK_FAILURE, D.TEXT_UNANSWERED], D.TEXT_UNANSWERED),
        ([D.NOBODY_SPOKE, D.VOICEMAIL], D.NOBODY_SPOKE),
    ],
)
def test_the_attempt_that_told_most_counts(
    attempts: list[Disposition], expected: Disposition
) -> None:
    assert final(attempts) is expected
