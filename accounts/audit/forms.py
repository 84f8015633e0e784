"""What people paste to have the log checked against it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.audit.verify_log import Head, Unreadable, anchors_in


class AnchorsField(forms.CharField):
    """Text of saved mails or manifests; its value is the anchors in it."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return []
        try:
            return anchors_in(text)
        except Unreadable as error:
            raise ValidationError(str(error), code="no_anchor") from error

    def run_validators(self, value: list[Head]) -> None:
        """The length is that of what was pasted, which the widget and server limit."""


class AnchorsForm(forms.Form):
    anchors = AnchorsField(
        required=False,
        label="Anchors",
        help_text="Paste mails with anchors, or manifests of exports and backups. "
        "They find a log that was cut short or written anew.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
