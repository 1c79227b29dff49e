"""Phone numbers as the carrier gives them, understood by `phonenumbers`."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

_TEXTABLE = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    phonenumbers.PhoneNumberType.UNKNOWN,
}


_LEAST_WITH_COUNTRY = 8
"""Digits."""

_WITHHELD = frozenset(
    {
        "+266696687",  # ANONYMOUS
        "+7378742833",  # RESTRICTED
        "+2562533",  # BLOCKED
        "+8656696",  # UNKNOWN
        "+86282452253",  # UNAVAILABLE
    }
)
"""What Twilio puts in place of a number that is withheld: words spelt on a keypad."""


@lru_cache(maxsize=512)  # a call says the same two numbers at every turn
def e164(raw: str | None) -> str | None:
    """The number in E.164, or None where the caller is withheld or is no phone number at all."""
    if not raw or not raw.strip().startswith("+") or raw.strip() in _WITHHELD:
        return None
    try:
        parsed = phonenumbers.parse(raw.strip(), None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def digits_to_e164(raw: str) -> str:
    """A number as networks write it, with a `+` before its country code, where it is long enough
    to have one: they leave it out, or write 00 for it. Short codes stay as they are."""
    number = raw.strip()
    if number.startswith("00"):
        number = number[2:]
    if number.isascii() and number.isdecimal() and len(number) >= _LEAST_WITH_COUNTRY:
        return f"+{number}"
    return number


def dialled(raw: str, country: str) -> str | None:
    """The number that people in `country` (ISO 3166-1) mean, in E.164; None where it is none, or
    one that can be dialled in its own town alone."""
    try:
        parsed = phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def can_text(number: str) -> bool:
    """Whether a text may reach this number: a mobile, or one whose kind is not known."""
    return phonenumbers.number_type(phonenumbers.parse(number, None)) in _TEXTABLE
