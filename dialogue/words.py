"""The words that scripts are written in: what a script yields, receives and ends with.

A script is a generator: it yields one of `Step`, receives the answer, and returns a `Next`, a
`Bye` or a `TakeUp`. This module, the engine and the scripts import the standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final

Scalar = str | int | bool | None
Result = Mapping[str, Scalar]
"""What an effect gives back: ids, codes and names, at most 1 kB as JSON."""

GIVEN: Final = "given"
"""What the journal says of a secret answer, and what a script receives for it when replayed."""


LEFT_OUT: Final = "none"
"""The answer of whoever enters nothing where that may be."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Say a prompt; in `language`, or in the conversation's own.

    `code` is read out in digits after it, twice; `count` is said as a number, `day` (ISO 8601) as a
    date. `reply`, `statement` and `take` name what somebody
    said, looked up when it is rendered and played only to her.
    """

    key: str
    language: str | None = None
    code: str | None = None
    reply: str | None = None
    statement: str | None = None
    take: str | None = None
    count: int | None = None
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Ask for one of `options`; the answer is the option's name.

    Keys 1 to 4 follow their order; a longer list goes by three and `more`. `extras` are `5` do
    not know and `6` prefer not to say; with `says_extras` a call speaks them too. A `secret` answer
    is journalled as given, never as its value, but for those of `open_options`, which say nothing
    of her. With `silent`, two silences or wrong keys are that answer, instead of a person; where
    the question is `optional`, one silence is, and so is `#`. Of `several` any may be chosen, in a
    text alone: the answer is their names, or `no` for none.
    """

    key: str
    options: tuple[str, ...]
    extras: tuple[str, ...] = ()
    secret: bool = False
    silent: str | None = None
    barge_in: bool = True
    optional: bool = False
    several: bool = False
    says_extras: bool = False
    open_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.options, tuple) or not self.options:
            raise TypeError("options are a tuple of at least one name")
        if self.optional and self.silent is None:
            raise TypeError("what is optional names the answer of whoever leaves it out")


class Form(StrEnum):
    """What digits are entered as."""

    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    PHONE = "phone"
    """A telephone number, as people write it."""


@dataclass(frozen=True, slots=True)
class Enter:
    """Ask for exactly `length` digits; the answer is the digits. Always secret.

    With `silent`, two silences or wrong entries, or "no" in a text, are that answer, instead of a
    person: it may be left out. That it was left out is no secret.

    With a `form` other than a code it is a number of at most `length` digits, or a day of eight
    (ddmmyyyy; the answer is ISO 8601), from `low` to `high` (of a day yyyymmdd). Where it is
    `optional`, one silence leaves it out. The prompts `how` are said after the question; `ends` are
    the options that name the lowest and the highest number.
    """

    key: str
    length: int
    silent: str | None = None
    optional: bool = False
    form: Form = Form.CODE
    low: int | None = None
    high: int | None = None
    how: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """Ask for words: speech on a call (at most `at_most` seconds), text in a message.

    The answer is `Words`, always secret: an effect keeps them in the turn in which they came. With
    `silent`, two silences are that answer, instead of a person; one where it is `optional`. `how`
    as of `Enter`.
    """

    key: str
    at_most: int = 180
    silent: str | None = None
    optional: bool = False
    how: tuple[str, ...] = ()
    takes_media: bool = False
    """Pictures and sounds that come with a text belong to it, and may be all of it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait `seconds` and come back: nothing is asked. Over text there is no waiting."""

    seconds: int
    key: ClassVar[str] = "pause"


@dataclass(frozen=True, slots=True)
class Connect:
    """Ring somebody and put the call through; come back when that is over, however it went.

    The answer is the carrier's word for it, or "gone" where the caller is. `bridge` names whom to
    ring, in `duty`; no number passes here. Over text nobody is rung.
    """

    bridge: str
    key: ClassVar[str] = "connect"


@dataclass(frozen=True, slots=True)
class Speak:
    """Go on in another language."""

    language: str


@dataclass(frozen=True, slots=True)
class Know:
    """From here on these facts hold. A script that looked at one of them must not ask any more."""

    facts: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Do:
    """Have an effect done in the turn's transaction; the answer is its result."""

    effect: Any


Ask = Choose | Enter | Statement | Pause | Connect
Step = Tell | Choose | Enter | Statement | Pause | Connect | Speak | Know | Do


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Pictures and sounds of the carrier's `text`: of how many a copy can be kept, and of how many
    not."""

    text: str
    kept: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said or wrote. On a call the recording is named by the carrier's id."""

    text: str | None = None
    recording: str | None = None
    seconds: int | None = None
    enclosed: Enclosed | None = None
    ended_by: str | None = None
    """The key that ended the recording."""


@dataclass(frozen=True, slots=True)
class Next:
    """End here and go on with another script, with an empty journal."""

    script: str
    args: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bye:
    """End the conversation."""


@dataclass(frozen=True, slots=True)
class TakeUp:
    """End here and go on with the conversation that was left unfinished."""


End = Next | Bye | TakeUp
Script = Generator[Step, Any, End]
Asking = Generator[Step, Any, str]
"""Part of a script, for `yield from`: it comes to a name of how it went."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a script knows from the start, frozen while it runs.

    `programme` is `programmes.values.Programme`; the engine does not look into it. `facts` are
    journalled with the conversation: `channel` (`voice` or `sms`), `has_number`, `can_text`,
    `language_known`; `person`, who is speaking, as far as that is certain; `shared`, whether
    others use this phone; `unfinished`, what she left, and `left:<person>`, what each of the
    others did; `we_called`, and `called`, whom; `not_open`, on a line that is not open yet;
    `languages`, where they are offered in another order than the programme's;
    `unmet:<tag>`, where she was told what that language lacks.
    """

    programme: Any
    language: str
    facts: Mapping[str, Scalar]
    args: Mapping[str, Any]
    """As the script that named this one gave them; scalars all."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The programme's languages in the order in which she is offered them."""
        given = self.facts.get("languages")
        ordered: tuple[str, ...] = tuple(str(given).split()) if given else self.programme.languages
        return ordered

    @property
    def other_languages(self) -> tuple[str, ...]:
        """Those that she is offered besides the one that is spoken now."""
        return tuple(tag for tag in self.languages if tag != self.language)

    @property
    def by_voice(self) -> bool:
        return self.facts.get("channel") == "voice"


@dataclass(frozen=True, slots=True)
class Unit:
    """A script as the engine finds it: its function, and where "back" leads from its start."""

    run: Callable[[Opening], Script]
    up: str = "menu"
    resumable: bool = False
    """Whether it is worth going on with after a drop."""
    always: bool = False
    """Whether that holds even before its first answer, because it began with answers given."""
