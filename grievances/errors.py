"""What can go wrong with a case.

GrievanceError
├── CodesExhausted
├── UnknownStatement
├── UnknownCase
├── NotToBeCalled  `hindrance` says why, a `grievances.calling.Hindrance`
├── EmptyReply
├── AnsweredMeanwhile
├── ChangedMeanwhile
├── StepRefused    `refusal` says why, and `need` what is missing
├── NotQualified   somebody to whom this case may not be given
├── NotTheirs      an actor who may not do this at all
└── NotTheSame     of two cases that cannot be put together
"""

from __future__ import annotations

from grievances.lifecycle import Need, Refusal, State


class GrievanceError(Exception):
    """Base of what this package refuses."""


class CodesExhausted(GrievanceError):
    """No free code came up in many draws."""


class UnknownStatement(GrievanceError):
    """No statement has this id."""


class UnknownCase(GrievanceError):
    """No case has this id."""


class NotToBeCalled(GrievanceError):
    """Nobody is called for this case now."""

    def __init__(self, hindrance: str) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance


class EmptyReply(GrievanceError):
    """A reply has neither text nor recording."""


class AnsweredMeanwhile(GrievanceError):
    """Somebody else replied after the author had last looked."""


class ChangedMeanwhile(GrievanceError):
    """Somebody else changed the case after the version that was looked at."""


class StepRefused(GrievanceError):
    """The lifecycle has no such step, not for this actor, or not yet."""

    def __init__(
        self, origin: State, to: State, refusal: Refusal, *, need: Need | None = None
    ) -> None:
        super().__init__(f"{origin} to {to}: {need or refusal}")
        self.refusal = refusal
        self.need = need


class NotTheirs(GrievanceError):
    """This is not for such an actor to do."""


class NotTheSame(GrievanceError):
    """The two cases are one, belong to two programmes, or one of them goes on in another."""


class NotQualified(GrievanceError):
    """This case may not be given to this account; the message is a `grievances.assigning.Bar`."""

    def __init__(self, bar: str) -> None:
        super().__init__(bar)
        self.bar = bar


class NotToBeRevealed(GrievanceError):
    """A number is not shown; the message is a `grievances.revealing.Bar`."""

    def __init__(self, bar: str) -> None:
        super().__init__(bar)
        self.bar = bar


class StillComing(GrievanceError):
    """A recording of the case is on its way to us, or the carrier has it still: try again later."""
