"""The inventory in words, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import get_locale
from flask_babel import gettext as _

from privacy.inventory import HOST, Measure, Processor, Registered, Transfer
from privacy.labels import kept_label
from privacy.processing import Bank, Data, Ground, People, Recipient, Until


def bank_label(bank: Bank) -> str:
    return {
        Bank.LINES: _("Phone lines and the people on them"),
        Bank.CASES: _("Questions and grievances"),
        Bank.VOICES: _("Voices, pictures and sounds"),
        Bank.INTERPRETING: _("What interpreters write"),
        Bank.PRIVATE_HELP: _("Help in private"),
        Bank.CONVERSATIONS: _("Calls and texts while they go on"),
        Bank.MESSAGES: _("Calls and texts that go out"),
        Bank.NEWS: _("News to whoever wants it"),
        Bank.SURVEYS: _("Answers to surveys"),
        Bank.FIELDWORK: _("Whom a survey calls"),
        Bank.RESULTS: _("Results of surveys"),
        Bank.MEASURES: _("Measures of who takes part"),
        Bank.STAFF: _("Staff, and what they did"),
        Bank.PROMPTS: _("Recorded words of the programme"),
        Bank.PROGRAMMES: _("Programmes and approved answers"),
        Bank.ACCOUNTABILITY: _("Requests, deletions and breaches"),
    }[bank]


def purpose_label(bank: Bank) -> str:
    return {
        Bank.LINES: _("To know who is speaking, in which language, and what may go out to her"),
        Bank.CASES: _("To answer what people ask and complain of, and to show how it was done"),
        Bank.VOICES: _("To hear what was said by whoever does not write"),
        Bank.INTERPRETING: _("To understand what was said in another language"),
        Bank.PRIVATE_HELP: _("That a trained person may call who asked for help"),
        Bank.CONVERSATIONS: _("To go on where a call was cut, and to do nothing twice"),
        Bank.MESSAGES: _("To bring answers, and to know whether they arrived"),
        Bank.NEWS: _("To bring news to whoever agreed to it"),
        Bank.SURVEYS: _("To know what people think, without knowing who said it"),
        Bank.FIELDWORK: _("To call the people of a sample, each no more often than agreed"),
        Bank.RESULTS: _("To publish what a survey found"),
        Bank.MEASURES: _("To see who is reached and who is not"),
        Bank.STAFF: _("To let staff in, to put calls through, and to show who read what"),
        Bank.PROMPTS: _("To speak with recorded voices that somebody approved"),
        Bank.PROGRAMMES: _("To say what a line offers, and who decided it"),
        Bank.ACCOUNTABILITY: _("To show that rights, deletions and breaches were dealt with"),
    }[bank]


def ground_label(ground: Ground) -> str:
    return {
        Ground.CONSENT: _("consent, asked before and kept with the words that were said"),
        Ground.ASKED_FOR: _("the person asked for it, and it cannot be answered otherwise"),
        Ground.LAW: _("a duty of the law"),
        Ground.WORK: _("the relation with whoever works here"),
        Ground.NOBODY: _("counts and words of nobody"),
    }[ground]


def data_label(data: Data) -> str:
    return {
        Data.NUMBER: _("telephone number"),
        Data.VOICE: _("voice"),
        Data.WORDS: _("what was said or written"),
        Data.PICTURES: _("pictures"),
        Data.LANGUAGE: _("language"),
        Data.GENDER: _("gender"),
        Data.DISTRICT: _("district"),
        Data.VIOLENCE: _("that help in private was asked for (sensitive)"),
        Data.ANSWERS: _("answers"),
        Data.TRAFFIC: _("that and when somebody called or wrote"),
        Data.WISHES: _("what may go out, and when"),
        Data.PIN: _("PIN, as a keyed hash"),
        Data.ACCOUNT: _("e-mail and role"),
        Data.ACTS: _("what was done, when and why"),
        Data.COUNTS: _("counts"),
    }[data]


def people_label(people: People) -> str:
    return {
        People.CALLERS: _("whoever calls or writes"),
        People.NAMED: _("whom they speak of"),
        People.RESPONDENTS: _("whoever answers a survey"),
        People.STAFF: _("staff"),
        People.SPEAKERS: _("whoever records the words of a programme"),
        People.NONE: _("nobody"),
    }[people]


def recipient_label(recipient: Recipient) -> str:
    return {
        Recipient.QUEUE: _("case managers of the queue"),
        Recipient.SUPERVISORS: _("supervisors"),
        Recipient.INTERPRETERS: _("interpreters, without number or name"),
        Recipient.DESIGNATED: _("designated people alone"),
        Recipient.CODERS: _("coders, without anything of the person"),
        Recipient.REGULATORS: _("regulators, once approved"),
        Recipient.EDITORS: _("editors"),
        Recipient.OPERATORS: _("operators"),
        Recipient.PUBLIC: _("the public"),
        Recipient.NOBODY: _("nobody reads them"),
    }[recipient]


def until_label(until: Until) -> str:
    return {
        Until.LINE_FORGOTTEN: _("until the line is forgotten"),
        Until.WITH_CASE: _("with the case"),
        Until.CODED: _("open answers: until their codes are settled"),
        Until.TAKEN_OFF: _("until the account is taken away"),
        Until.AS_COUNTS: _("counts of nobody are kept"),
        Until.AS_PROOF: _("kept as proof, without a word of anybody's"),
        Until.REPLACED: _("until other words take their place"),
    }[until]


def measure_label(measure: Measure) -> str:
    return {
        Measure.SEALED: _("Numbers, words and voices are encrypted where they are kept."),
        Measure.SEALED_TO_PEOPLE: _(
            "Help in private is sealed to designated people: the server cannot open it."
        ),
        Measure.TLS: _("Pages and what the carrier posts travel encrypted (TLS)."),
        Measure.SIGNED: _("What the carrier posts is signed; anything else is refused."),
        Measure.ROLES: _("Each role opens its own pages; refusals at what is sensitive are noted."),
        Measure.AUDITED: _("Every sensitive read is noted: who, when, which and why."),
        Measure.CHAINED: _("The history of a case cannot be changed unseen."),
        Measure.RETENTION: _("What is over its time is deleted each day, and that is noted."),
        Measure.GUARDED: _("Results leave past a guard: no small group can be told apart."),
        Measure.OVERWRITTEN: _("What is deleted is overwritten in the file of the database."),
    }[measure]


def country_label(code: str | None) -> str:
    """A country by its name in the language of the page."""
    if code is None:
        return _("not declared")
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale else code


def processor_label(processor: Processor) -> str:
    return f"{processor.name} ({country_label(processor.country)})"


def transfer_label(transfer: Transfer) -> str:
    to = _("where it is hosted") if transfer.to == HOST else transfer.to
    return f"{country_label(transfer.country)}: {to}"


def kept_labels(each: Registered) -> tuple[str, ...]:
    """For how long: each class with its days, then what ends it otherwise."""
    timed = (f"{_('%(days)d days', days=days)} ({kept_label(kept)})" for kept, days in each.days)
    return (*timed, *map(until_label, each.processing.until))


def in_words(each: Registered) -> dict[str, str]:
    """One bank as a row of words, by the names of its columns, as page, text and CSV show it."""
    of = each.processing
    carriers = map(processor_label, each.processors)
    return {
        _("Bank"): bank_label(of.bank),
        _("Purpose"): purpose_label(of.bank),
        _("Legal basis"): _joined(map(ground_label, of.grounds)),
        _("Data"): _joined(map(data_label, of.data)),
        _("Of whom"): _joined(map(people_label, of.people)),
        _("Recipients"): _joined(map(recipient_label, of.recipients)),
        _("Processors"): _joined(carriers) or _("none"),
        _("Hosted in"): country_label(each.hosting_country),
        _("Transfers abroad"): _joined(map(transfer_label, each.transfers)) or _("none"),
        _("Kept"): _joined(kept_labels(each)),
        _("Tables"): ", ".join(of.tables),
    }


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)
