"""What came of every line of a sample, and the rates made of it, as AAPOR defines them. Pure.

Codes and formulas: AAPOR Standard Definitions (9th ed.), as DOMAIN 4.3 names them. They are for
rounds with a sample: who calls in by herself was drawn from nothing, so that an inbound round has
neither a response rate nor a margin of error (DOMAIN 4.3, requirement 53).

COOP1 divides by everybody who was talked to, CON1 is everybody who was talked to divided by
everybody who may be eligible, RR1 divides by these: so RR1 = COOP1 x CON1, always. With COOP3 it
holds only where nobody was unable to take part (O = 0), and with RR2-RR4 never by definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

COMPLETE_FROM = Fraction(80, 100)
PARTIAL_FROM = Fraction(50, 100)
"""Of the questions that she was to be asked. AAPOR leaves it to the researcher, who says it."""


class Group(StrEnum):
    """The letters of AAPOR's formulas."""

    I = "I"  # noqa: E741 - the letter of the formula
    """Complete interviews."""
    P = "P"
    """Partial interviews."""
    R = "R"
    """Refusals and break-offs."""
    NC = "NC"
    """Eligible, and never spoken to at a time that suited."""
    O = "O"  # noqa: E741 - the letter of the formula
    """Eligible and spoken to, and unable to take part."""
    UH = "UH"
    """Unknown whether anybody is there."""
    UO = "UO"
    """Somebody is there: unknown whether eligible."""
    NE = "NE"
    """Not eligible."""


class Disposition(StrEnum):
    """What came of an attempt, or of a line in the end; the value is AAPOR's code."""

    COMPLETE = "1.1"
    PARTIAL = "1.2"
    REFUSAL = "2.11"
    """She said no or never, or left before she had agreed to be asked."""
    BREAK_OFF = "2.12"
    """She agreed, and answered less than half."""
    NON_CONTACT = "2.20"
    """She was there and could not talk then, and was never reached again."""
    UNABLE = "2.32"
    LANGUAGE_UNMET = "2.33"
    NOT_ATTEMPTED = "3.11"
    BUSY = "3.12"
    NO_ANSWER = "3.13"
    VOICEMAIL = "3.14"
    NETWORK_FAILURE = "3.16"
    TEXT_UNANSWERED = "3.19"
    """An invitation by text, and nothing came back."""
    NOBODY_SPOKE = "3.21"
    """The call was taken and no key was pressed: nobody knows by whom."""
    NOT_WORKING = "4.3"
    NOT_ELIGIBLE = "4.7"
    """Under 18, or from elsewhere."""
    QUOTA_FULL = "4.8"

    @property
    def group(self) -> Group:
        """The letter under which it is counted."""
        return GROUPS[self]


GROUPS: Mapping[Disposition, Group] = MappingProxyType(
    {
        Disposition.COMPLETE: Group.I,
        Disposition.PARTIAL: Group.P,
        Disposition.REFUSAL: Group.R,
        Disposition.BREAK_OFF: Group.R,
        Disposition.NON_CONTACT: Group.NC,
        Disposition.UNABLE: Group.O,
        Disposition.LANGUAGE_UNMET: Group.O,
        Disposition.NOT_ATTEMPTED: Group.UH,
        Disposition.BUSY: Group.UH,
        Disposition.NO_ANSWER: Group.UH,
        Disposition.VOICEMAIL: Group.UH,
        Disposition.NETWORK_FAILURE: Group.UH,
        Disposition.TEXT_UNANSWERED: Group.UH,
        Disposition.NOBODY_SPOKE: Group.UO,
        Disposition.NOT_WORKING: Group.NE,
        Disposition.NOT_ELIGIBLE: Group.NE,
        Disposition.QUOTA_FULL: Group.NE,
    }
)

_TELLS_MOST = (
    Disposition.COMPLETE,
    Disposition.PARTIAL,
    Disposition.NOT_ELIGIBLE,
    Disposition.BREAK_OFF,
    Disposition.REFUSAL,
    Disposition.LANGUAGE_UNMET,
    Disposition.UNABLE,
    Disposition.NON_CONTACT,
    Disposition.QUOTA_FULL,
    Disposition.NOT_WORKING,
    Disposition.NOBODY_SPOKE,
    Disposition.VOICEMAIL,
    Disposition.BUSY,
    Disposition.NO_ANSWER,
    Disposition.TEXT_UNANSWERED,
    Disposition.NETWORK_FAILURE,
    Disposition.NOT_ATTEMPTED,
)
"""An earlier attempt that told more counts more than a later one: who was once there is no unknown,
whatever her phone does the next day."""


def final(attempts: Iterable[Disposition]) -> Disposition:
    """What came of a line in the end, of all its attempts; `NOT_ATTEMPTED` without one."""
    return min(attempts, key=_TELLS_MOST.index, default=Disposition.NOT_ATTEMPTED)


def of_interview(*, answered: int, applicable: int) -> Disposition:
    """What an interview is that somebody agreed to, by how many questions she answered of those
    that she was to be asked. "I do not know" and "I would rather not say" are answers."""
    share = Fraction(answered, applicable) if applicable else Fraction(0)
    if share >= COMPLETE_FROM:
        return Disposition.COMPLETE
    return Disposition.PARTIAL if share >= PARTIAL_FROM else Disposition.BREAK_OFF


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines there are of each letter."""

    I: int = 0  # noqa: E741 - the letters of the formulas
    P: int = 0
    R: int = 0
    NC: int = 0
    O: int = 0  # noqa: E741
    UH: int = 0
    UO: int = 0
    NE: int = 0

    @property
    def talked_to(self) -> int:
        return self.I + self.P + self.R + self.O

    @property
    def eligible(self) -> int:
        """Known to be eligible."""
        return self.talked_to + self.NC

    @property
    def unknown(self) -> int:
        return self.UH + self.UO


def tally(counts: Mapping[Disposition, int]) -> Tally:
    """The letters of final dispositions."""
    letters = dict.fromkeys(Group, 0)
    for disposition, count in counts.items():
        letters[disposition.group] += count
    return Tally(**{letter.value: count for letter, count in letters.items()})


class Rate(StrEnum):
    """The rates that are shown."""

    RR1 = "RR1"
    RR2 = "RR2"
    RR3 = "RR3"
    RR4 = "RR4"
    COOP1 = "COOP1"
    COOP3 = "COOP3"
    REF1 = "REF1"
    CON1 = "CON1"


FORMULAS: Mapping[Rate, str] = MappingProxyType(
    {
        Rate.RR1: "I / ((I+P) + (R+NC+O) + (UH+UO))",
        Rate.RR2: "(I+P) / ((I+P) + (R+NC+O) + (UH+UO))",
        Rate.RR3: "I / ((I+P) + (R+NC+O) + e(UH+UO))",
        Rate.RR4: "(I+P) / ((I+P) + (R+NC+O) + e(UH+UO))",
        Rate.COOP1: "I / ((I+P) + R + O)",
        Rate.COOP3: "I / ((I+P) + R)",
        Rate.REF1: "R / ((I+P) + (R+NC+O) + (UH+UO))",
        Rate.CON1: "((I+P) + R + O) / ((I+P) + R + O + NC + (UH+UO))",
    }
)
E_FORMULA = "e = ((I+P) + (R+NC+O)) / ((I+P) + (R+NC+O) + NE)"


def eligibility(counted: Tally) -> Fraction | None:
    """e: of the lines of which it is known, the part that is eligible (DOMAIN 4.3); None where it
    is known of none. It is taken to hold for the others."""
    return _part(counted.eligible, counted.eligible + counted.NE)


def rates(counted: Tally) -> Mapping[Rate, Fraction | None]:
    """Every rate of a sample, exactly; None where it would divide by nothing."""
    e = eligibility(counted)
    every = counted.eligible + counted.unknown
    likely = None if e is None else counted.eligible + e * counted.unknown
    interviews = counted.I + counted.P
    return {
        Rate.RR1: _part(counted.I, every),
        Rate.RR2: _part(interviews, every),
        Rate.RR3: _part(counted.I, likely),
        Rate.RR4: _part(interviews, likely),
        Rate.COOP1: _part(counted.I, counted.talked_to),
        Rate.COOP3: _part(counted.I, interviews + counted.R),
        Rate.REF1: _part(counted.R, every),
        Rate.CON1: _part(counted.talked_to, every),
    }


def _part(of: int, whole: int | Fraction | None) -> Fraction | None:
    return Fraction(of) / whole if whole else None
