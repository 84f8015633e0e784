"""The form that asks for a copy."""

from typing import Any

from django import forms

from accounts.models import User
from cases.choices import ExportFormat
from cases.exports.profiles import PROFILES


class ExportForm(forms.Form):
    """Profile first; then why and for whom. Only profiles that the reader may take."""

    profile = forms.ChoiceField(label="Kind of copy", widget=forms.RadioSelect)
    export_format = forms.ChoiceField(
        label="Format",
        choices=ExportFormat.choices,
        initial=ExportFormat.PDF,
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(label="What it is for", max_length=300)
    recipient = forms.CharField(label="Who will get it", max_length=300)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = [  # type: ignore[attr-defined]
            (key, profile.label)
            for key, profile in PROFILES.items()
            if reader.can(profile.capability)
        ]
