"""What scripts may have done, as values. `once` ones are never done again: "back" stops there.

Every effect declares the outcomes its result's `is` may have, so that scripts can be explored.
Results hold ids, codes and names only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dialogue.words import Words


@dataclass(frozen=True, slots=True)
class FindToday:
    """The date where the programme is: `today`, ISO 8601."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("found",)


@dataclass(frozen=True, slots=True)
class FindPlaces:
    """Where else people may turn with this topic today: `places`, the slugs, with spaces."""

    topic: str | None
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("found", "none")


@dataclass(frozen=True, slots=True)
class KeepConsent:
    """Keep that she went on after the notice `prompt` by answering `answer`."""

    prompt: str
    answer: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class KeepStatement:
    """Keep what was said the moment it exists; said again, it replaces.

    `statement` is its id, `spoken` whether it is a recording.
    """

    kind: str
    topic: str | None
    words: Words | str
    statement: str | None = None
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class FindRecording:
    """Whether a statement's recording can be played back: `waiting`, `kept` or `absent`."""

    statement: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("waiting", "kept", "absent")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Send a statement as a case: `case` is its id, `code` its code."""

    statement: str
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("opened",)


@dataclass(frozen=True, slots=True)
class ChooseAnswer:
    """Keep how the answer of a case shall reach her."""

    case: str
    answer_by: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class LeaveNoTrace:
    """Her number is not kept: the case is nobody's, and what led from it to her line is gone.

    `left_without_media` where pictures or sounds came with it: they are deleted, as what is to be
    seen or heard in them may lead to her.
    """

    case: str
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("left", "left_without_media")


@dataclass(frozen=True, slots=True)
class SetPin:
    """Protect a case, and herself on this line, by a PIN; `taken` if somebody there has it."""

    case: str
    pin: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept", "taken")


@dataclass(frozen=True, slots=True)
class FindSelf:
    """Whether anything is kept of who is speaking, or of `person`, and whether she has a PIN."""

    person: str | None = None
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("new", "known", "known_with_pin")


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Whether the PIN is hers who is speaking, or of `person`: `ok`, `wrong` or `locked`."""

    pin: str
    person: str | None = None
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("ok", "wrong", "locked")


@dataclass(frozen=True, slots=True)
class Recognise:
    """Whose PIN it is of those on this line: `person`, and her `language`; `wrong` or `locked`."""

    pin: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("ok", "wrong", "locked")


@dataclass(frozen=True, slots=True)
class CheckCasePin:
    """Whether the PIN opens the case from any phone: `ok`, `wrong`, `locked` or `none`."""

    case: str
    pin: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("ok", "wrong", "locked", "none")


@dataclass(frozen=True, slots=True)
class FindCase:
    """The case of a code: `found` with its id in `case`, `mistyped`, or `unknown`.

    `found_here` where it is of somebody on this shared phone who has no PIN: its code opens it.
    `recording` where it is no case's but the first digits of an open recording code, whose id is
    `code`.
    """

    code: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = (
        "found",
        "found_here",
        "mistyped",
        "unknown",
        "recording",
    )


@dataclass(frozen=True, slots=True)
class FindStanding:
    """How her own case stands, `older` ones back from the newest; or `case`, found by its code.

    `is`: `none`, `received`, `read`, `answered`, or `talked` where that was on a call of ours;
    with `case`, `reply` (the one to play), `reaches` (it can be heard, or read, on this channel),
    `more`, and `said_on`, the day on which it came (ISO 8601).
    """

    case: str | None = None
    older: int = 0
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("none", "received", "read", "talked", "answered")


@dataclass(frozen=True, slots=True)
class MarkHeard:
    """A reply was heard to its end."""

    reply: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class FindFollowUp:
    """What may follow an answer of a case, now.

    `open`; `proposed` where what `reply` proposes is not decided on; `closed` where it has an
    outcome that she may still object to; `over` where the time for that has passed. `check_back`
    is whether she is to be asked if it held, `content` whether to be asked how content she is.
    """

    case: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("open", "proposed", "closed", "over")


@dataclass(frozen=True, slots=True)
class FindWhoKnows:
    """Who may know whose case it is: `named`, `confidential`, or `anonymous`, which stays."""

    case: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("named", "confidential", "anonymous")


@dataclass(frozen=True, slots=True)
class ChooseWhoKnows:
    """From now on `named` or `confidential`, as she wants it."""

    case: str
    mode: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class AskForRight:
    """Take down what she asks about what is kept of her: an option of `my_data.which`.

    `case` is hers, or None: her newest one. `taken` with `due`, the last day on which she is
    answered in time (ISO 8601); `opened` where she had no case, with the `code` of one that says no
    more than that.
    """

    case: str | None
    wish: str
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("taken", "opened")


@dataclass(frozen=True, slots=True)
class FindWaiting:
    """Whether an answer waits for who is speaking that she has not heard: `waits` or `none`."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("none", "waits")


@dataclass(frozen=True, slots=True)
class KeepMore:
    """Keep what she says of a case after an answer, or after what she has decided."""

    case: str
    words: Words | str
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class TakeText:
    """Take a text that came after the answer `reply` went out as one: her decision, where that
    proposed something and she writes no more than it; else it is `kept` with the case."""

    case: str
    reply: str
    words: Words | str
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("kept", "accept", "refuse")


@dataclass(frozen=True, slots=True)
class Decide:
    """Keep whether she accepts what is proposed; `too_late` where nothing is proposed any more."""

    case: str
    accepts: bool
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("kept", "too_late")


@dataclass(frozen=True, slots=True)
class KeepSatisfaction:
    """Keep how content she is: `satisfied`, `partly` or `unsatisfied`; `unsaid` where she was asked
    and said nothing, so that she is not asked again."""

    case: str
    answer: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class AskAnew:
    """Open a case again (`reopen`), or give it to somebody who had no part in it (`appeal`)."""

    case: str
    how: str
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("kept", "too_late")


@dataclass(frozen=True, slots=True)
class KeepCheckBack:
    """Keep whether what was done held: `yes`, `no`, or what silence says."""

    case: str
    answer: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class FindSurvey:
    """Where she stands with the survey: `new`, `partial`, `done`, `closed`, or `full` where enough
    people like her have answered; `round` is its id, `interview` her line in its sample."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("new", "partial", "done", "closed", "full")


@dataclass(frozen=True, slots=True)
class OpenResponse:
    """Begin or go on with her response: `open` with the next `question`, `done` or `closed`.

    `question` is what is asked: `name`, or `name.option` of a multiple choice; `options` are its
    options in her order, where that is random. `place` is where somebody unknown on a shared
    phone answers, for as long as this goes on. `told` is whether she told us before what this
    round asks of herself.
    """

    round: str
    answer: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("open", "done", "closed")


@dataclass(frozen=True, slots=True)
class UseKnown:
    """Take her gender and district, as she told them before, for her answers; or with "no" ask
    her. `open` with the `question` that follows, as in `OpenResponse`, `closed`, or `full` as in
    `RecordAnswer`."""

    round: str
    answer: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("open", "closed", "full")


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """Keep one answer: `open` with the `question` that follows (None at the end), `closed`, or
    `full` where it told that enough people like her have answered.

    As in `OpenResponse`. The answer to a whole multiple choice is the options' names.
    """

    round: str
    question: str
    answer: Words | str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("open", "closed", "full")


@dataclass(frozen=True, slots=True)
class FindAnswers:
    """Whether she has answered, and can be found by a round's key still: `found` or `none`."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("found", "none")


@dataclass(frozen=True, slots=True)
class WithdrawAnswers:
    """Delete all that she answered, in every round that can find her."""

    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("withdrawn",)


@dataclass(frozen=True, slots=True)
class FindAbout:
    """Whether she who is speaking was asked about herself: `unasked`, `asked`, or `unknown`.

    `unknown` is of whom nothing is kept.
    """

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("unasked", "asked", "unknown")


@dataclass(frozen=True, slots=True)
class KeepGender:
    """Keep what she who is speaking says of her gender, after the question `prompt`."""

    prompt: str
    option: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class RingSomebody:
    """Choose somebody on duty for her to talk to, but for the accounts in `without`.

    `ringing` with the `bridge` and the account `staff`, `ringing_another` where she speaks another
    language than the caller; `nobody` also out of hours.
    """

    without: tuple[str, ...] = ()
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("ringing", "ringing_another", "nobody")


@dataclass(frozen=True, slots=True)
class EndBridge:
    """What came of ringing somebody: they `talked`, nobody took it (`missed`), or she is `gone`."""

    bridge: str
    how: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("missed", "talked", "gone")


@dataclass(frozen=True, slots=True)
class FindReach:
    """Whether a person can call her back: her number is known, and wants to be called."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("can_be_called", "cannot_be_called")


@dataclass(frozen=True, slots=True)
class AskForCall:
    """Open a case that says no more than that she wants to be called: `case`, `code`.

    `waiting` where she has one already that nobody has answered.
    """

    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("opened", "waiting")


@dataclass(frozen=True, slots=True)
class KeepContact:
    """Keep what may go out to this line: `contact_all`, `contact_calls` or `contact_none`."""

    wish: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class StopContacts:
    """Nothing more goes out to this line, until somebody there wants it again."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class NoteReady:
    """Keep whether she can talk now, on a call that brings news: `yes`, `later` or `never`.

    With `yes` the news begins to play.
    """

    recipient: str
    answer: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class NoteListened:
    """Keep how much of the news was heard since it began to play."""

    recipient: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class NoteInterview:
    """Keep, of a line of a survey's sample, whether she can talk now: `yes`, `later` or `never`;
    or that she has answered the survey before: `done`."""

    sampled: str
    answer: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class FindNewsWish:
    """Whether she may be asked if we may bring news: `ask`, or `leave` where she was asked
    already, is not known, or cannot be reached."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("ask", "leave")


@dataclass(frozen=True, slots=True)
class KeepNewsWish:
    """Keep whether and how news may reach her: an option of `news.may_we`."""

    wish: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class KeepNewsSlot:
    """Keep when she would like to be called with news: an option of `news.when`."""

    slot: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class EndUnfinished:
    """She does not want to go on with what was left unfinished."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("ended",)


@dataclass(frozen=True, slots=True)
class ProveCode:
    """Whether these are the last digits of a recording code: `ok`, `wrong` or `locked`."""

    code: str
    proof: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("ok", "wrong", "locked")


@dataclass(frozen=True, slots=True)
class FindMissing:
    """The next prompt to be recorded, after `after`: `found` with its `key`, the language in which
    it is `heard_in`, and how many are `left`. `passed` where only those before it are left,
    `none` where nothing is, `closed` where the code holds no longer.
    """

    code: str
    after: str | None = None
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("found", "passed", "none", "closed")


@dataclass(frozen=True, slots=True)
class BeginTake:
    """Note what was spoken for a prompt: `take` is its id; `closed` as in `FindMissing`."""

    code: str
    key: str
    words: Words | str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("begun", "closed")


@dataclass(frozen=True, slots=True)
class FindTake:
    """Whether a take can be heard: `waiting`, `good`, or what is wrong with it."""

    take: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = (
        "waiting",
        "good",
        "silent",
        "clipped",
        "too_short",
        "too_long",
        "absent",
    )


@dataclass(frozen=True, slots=True)
class KeepTake:
    """Take it into the prompt bank, to be approved; `absent` where it cannot be had any more."""

    code: str
    take: str
    once: ClassVar[bool] = True
    outcomes: ClassVar[tuple[str, ...]] = ("kept", "absent", "closed")


@dataclass(frozen=True, slots=True)
class FindDesignated:
    """Whether anybody is designated to open what is sealed: `open`, else `closed`."""

    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("open", "closed")


@dataclass(frozen=True, slots=True)
class SealNumber:
    """Seal that she may be called, at these digits or at the number of this conversation.

    With it a report begins: `report` names it, under the vault. `mistyped` where it is no number.
    """

    digits: str | None
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept", "mistyped")


@dataclass(frozen=True, slots=True)
class SealHour:
    """Seal when she may be called: an option of `private.when`."""

    report: str
    hour: str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept",)


@dataclass(frozen=True, slots=True)
class SealWords:
    """Seal her own words; `taken_back` where she ended them by the key of the quick exit."""

    report: str
    words: Words | str
    once: ClassVar[bool] = False
    outcomes: ClassVar[tuple[str, ...]] = ("kept", "taken_back")


Effect = (
    FindToday
    | FindPlaces
    | KeepConsent
    | KeepStatement
    | FindRecording
    | OpenCase
    | ChooseAnswer
    | LeaveNoTrace
    | SetPin
    | FindSelf
    | CheckPin
    | Recognise
    | CheckCasePin
    | FindCase
    | FindStanding
    | MarkHeard
    | FindFollowUp
    | FindWaiting
    | FindWhoKnows
    | ChooseWhoKnows
    | AskForRight
    | KeepMore
    | TakeText
    | Decide
    | KeepSatisfaction
    | AskAnew
    | KeepCheckBack
    | FindSurvey
    | OpenResponse
    | RecordAnswer
    | UseKnown
    | FindAnswers
    | WithdrawAnswers
    | FindAbout
    | KeepGender
    | RingSomebody
    | EndBridge
    | FindReach
    | AskForCall
    | KeepContact
    | StopContacts
    | NoteReady
    | NoteListened
    | NoteInterview
    | FindNewsWish
    | KeepNewsWish
    | KeepNewsSlot
    | EndUnfinished
    | ProveCode
    | FindMissing
    | BeginTake
    | FindTake
    | KeepTake
    | FindDesignated
    | SealNumber
    | SealHour
    | SealWords
)
