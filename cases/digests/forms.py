"""The forms of follows and digests. They check shape; the services decide."""

from django import forms

from cases.choices import Rhythm

_HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class FollowForm(forms.Form):
    """The reader's own words about a follow."""

    title = forms.CharField(
        label="Name of this filter",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text="Stands in the mail. Leave it empty to have the filter described.",
    )
    note = forms.CharField(
        label="My note",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text="Why I follow this, such as “ask Ben first”. It stands in the mail, "
        "so write no name of a client.",
    )

    def __init__(self, *args: object, is_filter: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not is_filter:
            del self.fields["title"]


class RhythmForm(forms.Form):
    """How often, and when by the reader's clock."""

    rhythm = forms.ChoiceField(
        label="How often", choices=Rhythm.choices, widget=forms.RadioSelect
    )
    hour = forms.TypedChoiceField(label="At", choices=_HOURS, coerce=int)
