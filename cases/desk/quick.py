"""Quick steps from the reading pane: what each asks for, and which may be taken there.

A flag is not among them: it needs the decision page, an explanation and no single key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.access import MissingCapability
from accounts.models import User
from cases.choices import ReviewAction
from cases.desk.decisions import (
    FORMS,
    LONGEST,
    MISSING,
    MoveForm,
    SnoozeForm,
    reason_field,
)
from cases.models import Review
from cases.review.said import Decision, ReviewRefused
from cases.review.services import actions_open_to, move_for
from cases.review.table import DISMISSALS, outcome_of_dismissal

RESTS = (("In a week", 7), ("In a month", 30), ("In three months", 91))
DISMISS = "dismiss"
# What somebody may look for in vain, and is then told why.
USUAL = (
    ("Dismiss", ReviewAction.PROPOSE),
    ("Snooze", ReviewAction.SNOOZE),
    ("Take", ReviewAction.TAKE),
    ("Give to a colleague", ReviewAction.ASSIGN),
    ("Read and sign", ReviewAction.CONFIRM),
)


class DismissForm(MoveForm):
    """Not flagged, or too little known: a reason by its digit, and a sentence."""

    reason_code = reason_field(DISMISSALS)
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        error_messages={"required": MISSING["reason"]},
    )

    def decision(self) -> Decision:
        """Return the proposal that a dismissal is."""
        code = self.cleaned_data["reason_code"]
        return Decision(
            outcome=outcome_of_dismissal(code),
            reason_code=code,
            reason=self.cleaned_data["reason"],
        )


class RestForm(SnoozeForm):
    """Until when it may rest: one of the usual days by its digit, or another one."""

    rest = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["snoozed_until"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["snoozed_until"] = values.pop("rest", None) or values.get(
            "snoozed_until"
        )
        if not values["snoozed_until"] and not self.errors:
            self.add_error("snoozed_until", MISSING["snoozed_until"])
        return values


@dataclass(frozen=True, slots=True)
class Quick:
    """A step that the pane offers: the step of the table, its form, what it says."""

    action: ReviewAction
    form: type[MoveForm]
    done: str


QUICK: Mapping[str, Quick] = MappingProxyType(
    {
        DISMISS: Quick(
            ReviewAction.PROPOSE, DismissForm, "Dismissed: it waits for a second person"
        ),
        **{
            action.value: Quick(action, FORMS[action], words)
            for action, words in (
                (ReviewAction.TAKE, "Yours now"),
                (ReviewAction.RELEASE, "Given back"),
                (ReviewAction.ASSIGN, "Given to a colleague"),
                (ReviewAction.URGE, "Marked as urgent"),
                (ReviewAction.CALM, "No longer urgent"),
                (ReviewAction.WAKE, "For review again"),
                (ReviewAction.WITHDRAW, "Withdrawn: yours again"),
                (ReviewAction.UNDO, "Undone"),
            )
        },
        "snooze": Quick(ReviewAction.SNOOZE, RestForm, "Snoozed"),
    }
)


def rests(today: date) -> list[tuple[str, str, date]]:
    """Return the days that a digit chooses for a snooze: key, words, day."""
    return [
        (str(key), words, today + timedelta(days))
        for key, (words, days) in enumerate(RESTS, start=1)
    ]


def form_of(name: str, review: Review, filled: QueryDict | None = None) -> MoveForm:
    """Return the form of a quick step for a review as it stands, or as filled in."""
    made = QUICK[name].form(
        filled, review=review, initial={"seen_version": review.version}
    )
    made.auto_id = f"pane_{name}_%s"
    return made


def quick_steps(review: Review, user: User) -> list[str]:
    """Return the quick steps that `user` could take with the review as it stands."""
    found = actions_open_to(review, user)
    has_it = review.assignee_id == user.pk
    return [
        name
        for name, quick in QUICK.items()
        if quick.action in found and not (has_it and name == ReviewAction.TAKE)
    ]


def refused_steps(review: Review, user: User) -> list[tuple[str, str]]:
    """Return the usual steps that are not open now, each with the reason in words."""
    found = []
    for words, action in USUAL:
        try:
            move_for(review, user, action)
        except ReviewRefused as refusal:
            found.append((words, str(refusal)))
        except MissingCapability:
            found.append((words, "Your role does not do this."))
    return found
