"""The forms that take a word on a finding, or a finding."""

from typing import Any

from django import forms

from notices.choices import Level, Verdict
from notices.screening.judgements import LONGEST, Key
from notices.screening.ruleset import load

_SAID = [one for one in Verdict.choices if one[0] != Verdict.ADD]


class _AsReceived(forms.CharField):
    """Words that name a finding: nothing is cut from them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, required=False, **options)


class JudgementForm(forms.Form):
    """What is said of which finding."""

    verdict = forms.ChoiceField(choices=_SAID)
    indicator = forms.CharField(max_length=4)
    field = _AsReceived(max_length=60)
    quote = _AsReceived()
    reason = forms.CharField(required=False, max_length=LONGEST)

    def key(self) -> Key:
        data = self.cleaned_data
        # Browsers send line breaks as CR LF, whatever the text had.
        quote = data["quote"].replace("\r\n", "\n")
        return Key(data["indicator"], data["field"], quote)


class FindingForm(forms.Form):
    """A finding that the machine did not make."""

    indicator = forms.ChoiceField(label="What holds")
    quote = forms.CharField(
        label="The words that show it",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text="As they stand in the source, in the language of the source.",
    )
    source = forms.CharField(
        label="Where they stand",
        max_length=60,
        help_text="Such as “judgment of 4 May 2019, page 12”.",
    )
    level = forms.ChoiceField(
        choices=Level.choices, widget=forms.RadioSelect, label="How well established"
    )
    strength = forms.TypedChoiceField(
        coerce=int,
        choices=[
            (3, "3, may decide alone or nearly"),
            (2, "2, serious with others"),
            (1, "1, context"),
        ],
        widget=forms.RadioSelect,
        label="Strength",
    )
    reason = forms.CharField(
        label="Why this shows it",
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text="One sentence that a lawyer can put into a request.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "Choose"), *_catalogue()]


def _catalogue() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every indicator with its name, those for misuse first."""
    groups: dict[str, list[tuple[str, str]]] = {"For misuse": [], "Against": []}
    for one in load().catalogue.values():
        groups["Against" if one.is_counter else "For misuse"].append(
            (one.id, f"{one.id} {one.name}")
        )
    return list(groups.items())
