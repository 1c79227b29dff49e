"""Which personal data are processed here: each bank with its purpose, its ground and its tables.

Every table of the house belongs to one bank; what is kept for how long, and who carries what, is
no text here but comes from what the jobs and the settings say (`privacy.inventory`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from privacy.retention import Kept


class Bank(StrEnum):
    """A data bank, or a register of processing; `privacy.inventory_labels` says what it is for."""

    LINES = "lines"
    CASES = "cases"
    VOICES = "voices"
    INTERPRETING = "interpreting"
    PRIVATE_HELP = "private_help"
    CONVERSATIONS = "conversations"
    MESSAGES = "messages"
    NEWS = "news"
    SURVEYS = "surveys"
    FIELDWORK = "fieldwork"
    RESULTS = "results"
    MEASURES = "measures"
    STAFF = "staff"
    PROMPTS = "prompts"
    PROGRAMMES = "programmes"
    ACCOUNTABILITY = "accountability"


class Ground(StrEnum):
    """Why it may be processed (Ley 29733, arts. 13 and 14)."""

    CONSENT = "consent"
    """Asked before, and kept with the words that were said."""
    ASKED_FOR = "asked_for"
    """She asked for it herself: it cannot be answered otherwise."""
    LAW = "law"
    WORK = "work"
    """The relation with whoever works here."""
    NOBODY = "nobody"
    """Counts and words of nobody."""


class Data(StrEnum):
    """Categories of data."""

    NUMBER = "number"
    VOICE = "voice"
    WORDS = "words"
    PICTURES = "pictures"
    LANGUAGE = "language"
    GENDER = "gender"
    DISTRICT = "district"
    VIOLENCE = "violence"
    """Sensitive: that somebody asked for help in private."""
    ANSWERS = "answers"
    TRAFFIC = "traffic"
    """That and when somebody called or wrote."""
    WISHES = "wishes"
    PIN = "pin"
    ACCOUNT = "account"
    ACTS = "acts"
    COUNTS = "counts"


class People(StrEnum):
    """Whose data they are."""

    CALLERS = "callers"
    NAMED = "named"
    """Whom somebody speaks of."""
    RESPONDENTS = "respondents"
    STAFF = "staff"
    SPEAKERS = "speakers"
    NONE = "none"


class Recipient(StrEnum):
    """Who gets them inside the programme; processors come from the settings."""

    QUEUE = "queue"
    SUPERVISORS = "supervisors"
    INTERPRETERS = "interpreters"
    DESIGNATED = "designated"
    CODERS = "coders"
    REGULATORS = "regulators"
    EDITORS = "editors"
    OPERATORS = "operators"
    PUBLIC = "public"
    NOBODY = "nobody"


class Until(StrEnum):
    """What ends the keeping where no number of days does."""

    LINE_FORGOTTEN = "line_forgotten"
    WITH_CASE = "with_case"
    CODED = "coded"
    TAKEN_OFF = "taken_off"
    AS_COUNTS = "as_counts"
    AS_PROOF = "as_proof"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Processing:
    """One bank. `kept` are the classes of which the retention job looks after it."""

    bank: Bank
    grounds: tuple[Ground, ...]
    data: tuple[Data, ...]
    people: tuple[People, ...]
    recipients: tuple[Recipient, ...]
    tables: tuple[str, ...]
    kept: tuple[Kept, ...] = ()
    until: tuple[Until, ...] = ()
    is_carried: bool = False
    """Whether it passes the carriers that are set up."""


PROCESSINGS: tuple[Processing, ...] = (
    Processing(
        Bank.LINES,
        grounds=(Ground.ASKED_FOR, Ground.CONSENT),
        data=(Data.NUMBER, Data.LANGUAGE, Data.PIN, Data.GENDER, Data.DISTRICT, Data.WISHES),
        people=(People.CALLERS,),
        recipients=(Recipient.QUEUE, Recipient.SUPERVISORS),
        tables=("line", "person", "consent", "suppressed_number"),
        kept=(Kept.CASES,),
        until=(Until.LINE_FORGOTTEN,),
        is_carried=True,
    ),
    Processing(
        Bank.CASES,
        grounds=(Ground.ASKED_FOR, Ground.CONSENT),
        data=(Data.WORDS, Data.LANGUAGE, Data.DISTRICT, Data.WISHES, Data.PIN),
        people=(People.CALLERS, People.NAMED, People.STAFF),
        recipients=(Recipient.QUEUE, Recipient.SUPERVISORS),
        tables=(
            *("grievance_case", "case_event", "case_named", "case_presence", "case_link"),
            *("case_word", "case_feedback", "check_back", "statement", "reply", "dictated_take"),
        ),
        kept=(Kept.CASES, Kept.DRAFTS),
    ),
    Processing(
        Bank.VOICES,
        grounds=(Ground.ASKED_FOR, Ground.CONSENT),
        data=(Data.VOICE, Data.PICTURES),
        people=(People.CALLERS, People.NAMED, People.RESPONDENTS),
        recipients=(Recipient.QUEUE, Recipient.SUPERVISORS, Recipient.INTERPRETERS),
        tables=("recording", "text_media", "attachment"),
        kept=(Kept.CASES, Kept.REPLACED),
        until=(Until.WITH_CASE, Until.CODED),
        is_carried=True,
    ),
    Processing(
        Bank.INTERPRETING,
        grounds=(Ground.ASKED_FOR,),
        data=(Data.WORDS, Data.VOICE),
        people=(People.CALLERS, People.NAMED),
        recipients=(Recipient.INTERPRETERS, Recipient.QUEUE),
        tables=("interpretation", "rendering", "interpretation_handed_back"),
        kept=(Kept.CASES,),
    ),
    Processing(
        Bank.PRIVATE_HELP,
        grounds=(Ground.CONSENT,),
        data=(Data.VIOLENCE, Data.NUMBER, Data.VOICE, Data.WORDS, Data.GENDER),
        people=(People.CALLERS, People.NAMED),
        recipients=(Recipient.DESIGNATED,),
        tables=(
            *("sealed_report", "sealed_recording", "safeguarding_year"),
            *("safeguarding_key", "safeguarding_person"),
        ),
        kept=(Kept.SEALED,),
        is_carried=True,
    ),
    Processing(
        Bank.CONVERSATIONS,
        grounds=(Ground.ASKED_FOR,),
        data=(Data.TRAFFIC, Data.LANGUAGE, Data.WORDS),
        people=(People.CALLERS,),
        recipients=(Recipient.NOBODY,),
        tables=("turn", "day_key", "call_end", "received_text"),
        kept=(Kept.TURNS,),
        is_carried=True,
    ),
    Processing(
        Bank.MESSAGES,
        grounds=(Ground.ASKED_FOR, Ground.CONSENT),
        data=(Data.TRAFFIC, Data.WORDS),
        people=(People.CALLERS, People.STAFF),
        recipients=(Recipient.NOBODY,),
        tables=("outbox", "outbox_attempt", "outreach_contact", "operator_notice"),
        kept=(Kept.CALLS,),
        is_carried=True,
    ),
    Processing(
        Bank.NEWS,
        grounds=(Ground.CONSENT,),
        data=(Data.WISHES, Data.LANGUAGE, Data.DISTRICT, Data.GENDER),
        people=(People.CALLERS,),
        recipients=(Recipient.NOBODY,),
        tables=("broadcast", "broadcast_recipient", "outreach_wish", "tool_use"),
        kept=(Kept.CALLS,),
        until=(Until.LINE_FORGOTTEN,),
        is_carried=True,
    ),
    Processing(
        Bank.SURVEYS,
        grounds=(Ground.CONSENT,),
        data=(Data.ANSWERS, Data.GENDER, Data.DISTRICT, Data.VOICE),
        people=(People.RESPONDENTS,),
        recipients=(Recipient.CODERS,),
        tables=(
            *("survey_round", "survey_round_key", "survey_response", "survey_answer"),
            *("survey_open_answer", "survey_code_frame", "survey_coding", "survey_pilot_run"),
        ),
        kept=(Kept.ROUND_KEYS,),
        until=(Until.CODED, Until.AS_COUNTS),
        is_carried=True,
    ),
    Processing(
        Bank.FIELDWORK,
        grounds=(Ground.CONSENT,),
        data=(Data.NUMBER, Data.TRAFFIC),
        people=(People.RESPONDENTS,),
        recipients=(Recipient.NOBODY,),
        tables=(
            *("fieldwork", "fieldwork_line", "fieldwork_attempt"),
            *("fieldwork_top_up", "fieldwork_count"),
        ),
        kept=(Kept.ROUND_KEYS,),
        is_carried=True,
    ),
    Processing(
        Bank.RESULTS,
        grounds=(Ground.NOBODY,),
        data=(Data.COUNTS,),
        people=(People.NONE,),
        recipients=(Recipient.REGULATORS, Recipient.PUBLIC),
        tables=("survey_snapshot", "survey_snapshot_row", "survey_picture", "survey_release"),
        until=(Until.AS_COUNTS,),
    ),
    Processing(
        Bank.MEASURES,
        grounds=(Ground.NOBODY,),
        data=(Data.COUNTS, Data.GENDER),
        people=(People.CALLERS,),
        recipients=(Recipient.SUPERVISORS, Recipient.OPERATORS),
        tables=("engagement", "analytics_key", "message_heard", "question_left"),
        kept=(Kept.YEAR_KEYS,),
        until=(Until.AS_COUNTS,),
    ),
    Processing(
        Bank.STAFF,
        grounds=(Ground.WORK,),
        data=(Data.ACCOUNT, Data.NUMBER, Data.ACTS),
        people=(People.STAFF,),
        recipients=(Recipient.SUPERVISORS, Recipient.OPERATORS),
        tables=("account", "api_token", "audit_entry", "duty", "duty_profile", "absence", "bridge"),
        until=(Until.TAKEN_OFF, Until.AS_PROOF),
        is_carried=True,
    ),
    Processing(
        Bank.PROMPTS,
        grounds=(Ground.WORK,),
        data=(Data.VOICE, Data.ACCOUNT),
        people=(People.SPEAKERS, People.STAFF),
        recipients=(Recipient.EDITORS, Recipient.PUBLIC),
        tables=(
            *("prompt", "prompt_version", "prompt_approval", "prompt_revision", "prompt_take"),
            *("prompt_upload", "prompt_upload_file", "recording_code"),
            *("language_unmet", "unrecorded_override"),
        ),
        until=(Until.REPLACED,),
        is_carried=True,
    ),
    Processing(
        Bank.PROGRAMMES,
        grounds=(Ground.NOBODY, Ground.WORK),
        data=(Data.ACCOUNT,),
        people=(People.STAFF,),
        recipients=(Recipient.EDITORS,),
        tables=(
            *("programme", "programme_version", "programme_number"),
            *("programme_draft", "programme_approval"),
            *("approved_answer", "approved_answer_version"),
        ),
        until=(Until.REPLACED,),
    ),
    Processing(
        Bank.ACCOUNTABILITY,
        grounds=(Ground.LAW,),
        data=(Data.ACTS,),
        people=(People.CALLERS, People.STAFF),
        recipients=(Recipient.SUPERVISORS,),
        tables=("rights_request", "retention_run", "breach"),
        until=(Until.AS_PROOF,),
    ),
)
"""The whole register, in the order in which it is read."""
