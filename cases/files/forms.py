"""The forms of a case file. They check shape; the services decide."""

from typing import Any

from django import forms

from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import CaseLevel, MemberRole, NoteKind
from cases.files.barring import barrable
from cases.files.levels import LEVELS
from cases.files.members import addable
from cases.models import CaseFile
from notices.partial_dates import parse_partial_date

LEVEL_WORDS = {
    CaseLevel.ORGANISATION: "Every analyst, reviewer and lawyer may read it",
    CaseLevel.RESTRICTED: "Only people named on the file; each reading is recorded",
    CaseLevel.WALLED: "An ethical wall: named people only, a lead and a keeper among "
    "them; others can be barred",
}
_DATE_HINT = "As far as it is known: 2024, 2024-03 or 2024-03-14. Else leave it empty."


class NoteForm(forms.Form):
    """An entry of the chronology."""

    kind = forms.ChoiceField(label="Kind", choices=NoteKind.choices)
    happened_on = forms.CharField(
        label="Date", required=False, max_length=10, help_text=_DATE_HINT
    )
    text = forms.CharField(
        label="What happened",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    source = forms.CharField(
        label="Source",
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    is_counsel_only = forms.BooleanField(
        label="For lawyers only",
        required=False,
        help_text="Hidden from everybody else, in pages and in copies.",
    )

    def __init__(self, *args: Any, writer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not writer.can(Capability.SEE_COUNSEL_NOTES):
            del self.fields["is_counsel_only"]

    def clean_happened_on(self) -> str:
        value = self.cleaned_data["happened_on"]
        if not value.strip():
            return ""
        try:
            return str(parse_partial_date(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class CorrectionForm(NoteForm):
    """The same for an entry that is there; whom it is for does not change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("is_counsel_only", None)


class MemberForm(forms.Form):
    """Names a colleague on the file."""

    user = forms.ChoiceField(label="Who")
    role = forms.ChoiceField(
        label="As",
        choices=MemberRole.choices,
        initial=MemberRole.MEMBER,
        help_text="A keeper looks after the file with the lead; a wall needs one.",
    )
    reason = forms.CharField(label="Why this person needs the file", max_length=300)
    until = forms.DateField(
        label="Last day of access",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave it empty for no end.",
    )

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in addable(case)}
        self.fields["user"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a colleague"),
            *(
                (key, f"{user.name}, {user.get_role_display().lower()}")
                for key, user in self.people.items()
            ),
        ]

    def clean_user(self) -> User:
        return self.people[self.cleaned_data["user"]]


class BarForm(forms.Form):
    """Bars a colleague from the file."""

    barred = forms.ChoiceField(label="Who")
    why = forms.CharField(label="Why this person must never see it", max_length=300)

    def __init__(self, *args: Any, case: CaseFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in barrable(case)}
        self.fields["barred"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a colleague"),
            *((key, user.name) for key, user in self.people.items()),
        ]

    def clean_barred(self) -> User:
        return self.people[self.cleaned_data["barred"]]


class ReasonForm(forms.Form):
    """Closes a file or opens it again."""

    reason = forms.CharField(label="Why", max_length=300)


class EndForm(forms.Form):
    """Ends someone's access."""

    reason = forms.CharField(label="Why the access ends", max_length=300)


class LinkForm(forms.Form):
    """Links one more notice by its number."""

    number = forms.CharField(
        label="Number of the notice", max_length=24, help_text="Such as 2026/90412."
    )
    reason = forms.CharField(label="Why it belongs to this file", max_length=300)


class TextForm(forms.Form):
    """The summary and the consent; `seen_version` tells a stale form."""

    summary = forms.CharField(
        label="Summary",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text="What a colleague must know who opens this file for the first time.",
    )
    public_consent = forms.CharField(
        label="Consent to a public copy",
        required=False,
        max_length=300,
        help_text="How and when the person agreed. Without it no public copy is made.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class LevelForm(forms.Form):
    """Changes who may see the file; only levels on one side are offered."""

    level = forms.ChoiceField(label="Who may see the file", widget=forms.RadioSelect)
    reason = forms.CharField(label="Why", max_length=300)

    def __init__(
        self, *args: Any, case: CaseFile, lower: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        place = LEVELS.index(CaseLevel(case.level))
        offered = LEVELS[:place] if lower else LEVELS[place + 1 :]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (level, LEVEL_WORDS[level]) for level in offered
        ]


class OpenForm(forms.Form):
    """Opens a file from a flagged notice."""

    level = forms.ChoiceField(
        label="Who may see the file",
        widget=forms.RadioSelect,
        choices=[
            (level, LEVEL_WORDS[level])
            for level in (CaseLevel.ORGANISATION, CaseLevel.RESTRICTED)
        ],
        initial=CaseLevel.ORGANISATION,
    )
    summary = forms.CharField(
        label="Summary",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
