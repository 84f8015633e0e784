"""The forms of keeping. They check shape; the services decide."""

from collections.abc import Collection
from typing import Any

from django import forms

from cases.choices import ErasureScope
from cases.models.keeping import LONGEST_MONTHS

_FOR_GOOD = "Leave it empty to keep it for good."


class RuleForm(forms.Form):
    """How long one kind is kept, and why."""

    months = forms.IntegerField(
        label="Months",
        required=False,
        min_value=1,
        max_value=LONGEST_MONTHS,
        help_text=_FOR_GOOD,
    )
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="Such as the law or the decision that asks for it.",
    )


class HoldForm(forms.Form):
    """Places or lifts a hold."""

    reason = forms.CharField(label="Why", max_length=300)


class ErasureForm(forms.Form):
    """Asks for an erasure."""

    scope = forms.ChoiceField(
        label="What is to be erased",
        choices=ErasureScope.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="This sentence stays for good. Name nobody in it.",
    )

    def __init__(self, *args: Any, asked: Collection[str] = (), **kwargs: Any) -> None:
        """`asked`: what waits to be erased already."""
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            choice for choice in ErasureScope.choices if choice[0] not in asked
        ]

    def clean_scope(self) -> ErasureScope:
        return ErasureScope(self.cleaned_data["scope"])
