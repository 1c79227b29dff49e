"""Words of the prompt pages for what the program counts and names."""

from __future__ import annotations

from flask_babel import gettext as _

from library.errors import Fault, SheetFault
from library.uploads import UploadState
from library.values import Origin, State
from library.words import WordFault
from locales.languages import language, languages


def language_label(tag: str) -> str:
    """The language's own name."""
    return language(tag).own_name if tag in languages() else tag


def state_label(state: State) -> str:
    return {
        State.MISSING: _("No words yet"),
        State.DRAFT: _("To be recorded"),
        State.RECORDED: _("To be approved"),
        State.APPROVED: _("Approved"),
    }[state]


def origin_label(origin: Origin) -> str:
    return {
        Origin.PAGE: _("on the page"),
        Origin.UPLOAD: _("from an upload"),
        Origin.SHEET: _("from a review sheet"),
        Origin.TELEPHONE: _("by telephone"),
        Origin.FILE: _("from the programme's files"),
    }[origin]


def upload_label(state: UploadState) -> str:
    return {
        UploadState.WAITING: _("Waiting for its turn"),
        UploadState.RUNNING: _("Being converted and checked"),
        UploadState.DONE: _("Done"),
        UploadState.REFUSED: _("Refused"),
    }[state]


def fault_label(fault: Fault) -> str:
    """Why a file is refused, and what to do about it."""
    return {
        Fault.NOT_AUDIO: _("This is not a sound recording that we can play."),
        Fault.EMPTY: _("There is no sound in it. Was the microphone on?"),
        Fault.SILENT: _("It is silent, or nearly so. Record it closer to the microphone."),
        Fault.CLIPPED: _("It is distorted: too loud for the microphone. Record it further away."),
        Fault.TOO_SHORT: _("It is too short for its words. Was the end or the beginning lost?"),
        Fault.TOO_LONG: _("It is too long for its words. Is something else recorded with them?"),
        Fault.LONGER_THAN_ALLOWED: _("It is longer than 3 minutes."),
        Fault.UNSAFE_PATH: _("Its path leads out of the folder."),
        Fault.UNKNOWN_KEY: _("No prompt has this name. Name each file by its key, as press.1.wav."),
        Fault.UNKNOWN_LANGUAGE: _("No language has this name."),
        Fault.UNKNOWN_KIND: _("Only wav, mp3, ogg and m4a files are taken."),
        Fault.TWICE: _("The same prompt is there twice; the first was taken."),
        Fault.ENCRYPTED: _("It has a password, or is packed in a way that we cannot read."),
        Fault.DAMAGED: _("It is damaged and cannot be read."),
        Fault.TOO_LARGE: _("It is too large."),
        Fault.BOMB: _("It grows far beyond its size when unpacked. Nothing in it is believed."),
        Fault.TOO_MANY: _("It holds more than 2,000 files."),
        Fault.NO_ARCHIVE: _("This is not a zip that can be opened."),
        Fault.NOTHING_IN_IT: _("There is no recording in it."),
    }[fault]  # fmt: skip


def word_fault_label(fault: WordFault) -> str:
    return {
        WordFault.TOO_LONG: _("The words are longer than 4,000 characters."),
        WordFault.PLACEHOLDER: _(
            "Spoken words hold nothing in braces; a text message may hold {code} and {number}."
        ),
        WordFault.OTHER_PLACEHOLDERS: _(
            "The text message must hold the same words in braces as the Spanish one."
        ),
    }[fault]


def sheet_fault_label(fault: SheetFault) -> str:
    return {
        SheetFault.NOT_A_SHEET: _("This is not a spreadsheet (.xlsx) that can be opened."),
        SheetFault.TOO_LARGE: _("The spreadsheet is too large."),
        SheetFault.NO_HEADER: _(
            "The first row must hold the headings of the sheet as it was downloaded."
        ),
        SheetFault.OTHER_LANGUAGE: _("The sheet is of another language."),
        SheetFault.NOTHING_NEW: _("The column of new words is empty, or repeats the current ones."),
    }[fault]


def where_label(key: str) -> str:
    """Where callers hear a prompt."""
    first = key.partition(".")[0]
    named = {
        "greeting": _("At the start of every call"),
        "language": _("Choosing a language"),
        "menu": _("The main menu"),
        "help": _("Help"),
        "option": _("An option of a menu"),
        "press": _("A key, after its option"),
        "digit": _("A digit of a code"),
        "number": _("A number"),
        "month": _("A date"),
        "code": _("Reading out a code"),
        "message": _("A message of the library"),
        "library": _("The library"),
        "support": _("Asking or complaining"),
        "speak": _("Asking or complaining"),
        "question": _("A question of the survey"),
        "survey": _("The survey"),
        "case": _("Hearing an answer"),
        "call": _("When we call somebody"),
        "person": _("Asking for a person"),
        "resume": _("Going on after a dropped call"),
        "sorry": _("When something fails"),
        "wrong": _("After a wrong key"),
        "nothing": _("After silence"),
        "notice": _("When a message is not in the language"),
        "record": _("Recording by telephone"),
        "goodbye": _("At the end of a call"),
    }
    return named.get(first, _("During a call"))
