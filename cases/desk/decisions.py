"""Moving a review from its pages: one form an action, one service for all."""

from typing import Any, cast

from django import forms

from cases.choices import Outcome, ReasonCode, ReviewAction
from cases.review.services import Decision


class MoveForm(forms.Form):
    """What every step needs: which version the person saw."""

    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def decision(self) -> Decision:
        """Return the filled-in fields as the service takes them."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "seen_version" and value is not None
        }
        return Decision(**cast(Any, values))


class ProposeForm(MoveForm):
    """An outcome with its reasons."""

    outcome = forms.ChoiceField(
        label="Outcome", choices=Outcome.choices, widget=forms.RadioSelect
    )
    reason_code = forms.ChoiceField(label="Main reason", choices=ReasonCode.choices)
    reason = forms.CharField(
        label="Why",
        max_length=10_000,
        widget=forms.Textarea({"rows": 5}),
        help_text="In sentences that stand up later: which fact, which rule, "
        "which source.",
    )
    innocent_explanation = forms.CharField(
        label="The innocent explanation",
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Needed for a flag: how could this be an ordinary prosecution, and "
        "why does that not convince?",
    )
    snoozed_until = forms.DateField(
        label="Look again on",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="For “not flagged” and “insufficient information”.",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        flagged = values.get("outcome") == Outcome.FLAGGED
        if flagged and not (values.get("innocent_explanation") or "").strip():
            self.add_error(
                "innocent_explanation",
                "Write the innocent explanation that you considered.",
            )
        return values


class ReasonForm(MoveForm):
    """A step that only needs its reason."""

    reason = forms.CharField(
        label="Why", max_length=10_000, widget=forms.Textarea({"rows": 4})
    )


class ConfirmForm(MoveForm):
    """A signature, with a remark if the reader likes."""

    reason = forms.CharField(
        label="Remark",
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 3}),
    )


class SnoozeForm(MoveForm):
    """Until when it may rest."""

    snoozed_until = forms.DateField(
        label="Look again on", widget=forms.DateInput({"type": "date"})
    )
    reason = forms.CharField(label="Why", required=False, max_length=1_000)


FORMS: dict[str, type[MoveForm]] = {
    ReviewAction.TAKE: MoveForm,
    ReviewAction.RELEASE: MoveForm,
    ReviewAction.WITHDRAW: MoveForm,
    ReviewAction.WAKE: MoveForm,
    ReviewAction.PROPOSE: ProposeForm,
    ReviewAction.CONFIRM: ConfirmForm,
    ReviewAction.RETURN: ReasonForm,
    ReviewAction.REOPEN: ReasonForm,
    ReviewAction.SNOOZE: SnoozeForm,
}
