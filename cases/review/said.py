"""What a person fills in for a step of a review, and why a step can be refused."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from cases.models import Review, ReviewTransition


class ReviewRefused(Exception):
    """The step cannot be taken; the text says why, for people."""


class FieldsMissing(ReviewRefused):
    """Required fields are empty; `names` lists them."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__("Something is missing: " + ", ".join(names).replace("_", " "))


class BadField(ReviewRefused):
    """What stands in one field cannot be; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


class BadDate(BadField):
    """The day to look again is not ahead."""

    def __init__(self, message: str) -> None:
        super().__init__("snoozed_until", message)


class StaleReview(ReviewRefused):
    """Somebody moved the review since the form was made; `since` are those steps."""

    def __init__(self, review: Review, since: list[ReviewTransition]) -> None:
        self.review = review
        self.since = since
        super().__init__("This review changed while you were writing.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person filled in; empty where the step does not ask for it."""

    outcome: str = ""
    reason_code: str = ""
    reason: str = ""
    innocent_explanation: str = ""
    snoozed_until: date | None = None
    assignee: User | None = None
    # Of a proposal: the second person shall not know what it says.
    is_blind: bool = False


NOTHING_FILLED_IN = Decision()
